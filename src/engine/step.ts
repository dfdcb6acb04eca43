import type { Brief, FieldDiff, Instant, Named, Resource, Seen } from '../model/index.ts';
import type { ReadWorld, World } from '../ports/index.ts';
import type { Todo } from './report.ts';

export type Action = 'create' | 'update' | 'adopt' | 'unchanged' | 'replace' | 'wait' | 'skip' | 'fail';

/** One resource's difference between what is wanted and what was seen. */
export interface Change<R extends Resource = Resource> {
  readonly key: string;
  readonly step: string;
  readonly action: Action;
  readonly wanted: R;
  readonly seen: Seen<R> | undefined;
  /** What apply will change; empty for create and unchanged. */
  readonly diffs: readonly FieldDiff[];
  /** What only a person or a bigger plan completes. */
  readonly waiting: readonly string[];
}

export type Applied = string | undefined | { readonly waiting: string };

/** One of the guide's ten steps. A unit returns; the engine brackets, retries, times and tells. */
export interface Step<R extends Resource = Resource> {
  /** Its file name. */
  readonly id: string;
  /** The guide's number, 1–10. */
  readonly number: number;
  /** The guide's own heading. */
  readonly title: string;
  /** Pure: what should exist. After this nobody looks at the brief again. */
  desired(brief: Brief, now: Instant): Named<R>;
  /** Looks for what is wanted. Leaves out what is not there, throws what it could not see. Must not write. */
  read(world: ReadWorld, wanted: Named<R>): Promise<ReadonlyMap<string, Seen<R>>>;
  /** Pure; [] means equal. */
  diff(before: R, after: R): readonly FieldDiff[];
  /** Makes one resource so. @returns what a person should know beside "done", in one line; `waiting` where nothing could be made, and why. */
  apply(world: World, change: Change<R>): Promise<Applied>;
  /** What people still must do outside, after everything was applied. */
  todos?(world: ReadWorld, brief: Brief): Promise<readonly Todo[]>;
}
