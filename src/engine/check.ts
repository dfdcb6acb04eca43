import type { Answers, Instant } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import type { Head } from './report.ts';
import type { PmpError } from './errors.ts';

/** What was seen, and what it means. A pass is something that was looked at and right; what cannot be proven is a skip, never a pass. */
export type Verdict = (
  | { readonly status: 'pass'; readonly evidence: string }
  | { readonly status: 'warn' | 'fail'; readonly evidence: string; readonly hint: string }
  | { readonly status: 'skip'; readonly evidence: string }
) & {
  /** How old the proof is, for drills. */
  readonly ageSeconds?: number;
  /** What people or time can still do to turn it green, for `--wait` ("Ada Example to sign in to the app"); undefined: only a change of the set-up can. */
  readonly awaits?: string;
};

export interface VerifyOptions {
  readonly now: Instant;
  /** Drill evidence older than this counts no more. Seconds. */
  readonly maxAge: number;
  readonly requireHuman: boolean;
  /** Nobody gave an answers file: the guide's names are looked for. */
  readonly byGuidesNames: boolean;
}

/** One thing that must be true before a launch. Looks, never writes; an engine runs, times and tells it. */
export interface Check {
  /** Its file name. */
  readonly id: string;
  /** The guide's checklist number, 1–11; undefined: ours. */
  readonly item?: number;
  /** Said as a truth that may turn out false. */
  readonly title: string;
  /** Ids of checks without whose pass or warn this one cannot be proven: then it is `skip`. */
  readonly needs?: readonly string[];
  run(answers: Answers, world: ReadWorld, options: VerifyOptions): Promise<Verdict>;
}

export type CheckResult = {
  readonly id: string;
  readonly item: number | undefined;
  readonly title: string;
  readonly verdict: Verdict;
  /** A check that crashed: its verdict is fail, and this says how. */
  readonly error?: PmpError;
};

export interface VerifyOutcome {
  readonly command: 'verify';
  readonly sandbox: boolean;
  readonly head: Head;
  readonly at: Instant;
  readonly checks: readonly CheckResult[];
  readonly summary: { readonly pass: number; readonly warn: number; readonly fail: number; readonly skip: number };
  /** Of the eleven items, those that were counted (--only/--skip narrow them). */
  readonly counted: readonly number[];
  readonly exitCode: number;
  readonly seconds: number;
}
