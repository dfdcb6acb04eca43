import type { Instant } from '../model/index.ts';
import type { Account, AlertmanagerFound, Calls, ClusterTarget } from '../ports/index.ts';
import type { PmpError } from './errors.ts';
import type { Action, Change } from './step.ts';

/** What is being worked on, for the head of a plan. */
export interface Head {
  readonly sandbox: boolean;
  readonly account: Account;
  readonly cluster: ClusterTarget | undefined;
  readonly namespace: string | undefined;
  readonly alertmanager: AlertmanagerFound | undefined;
}

/** One fact about the ground we stand on, found before anybody's time is spent. */
export interface Finding {
  readonly title: string;
  readonly status: 'pass' | 'warn' | 'fail';
  readonly evidence: string;
  /** The error to end with, for a failure. */
  readonly error?: PmpError;
}

export interface PlannedStep {
  readonly id: string;
  /** The guide's number. */
  readonly number: number;
  readonly title: string;
  readonly changes: readonly Change[];
}

/** A plan is a value: counted, printed, refused, run. */
export interface Plan {
  readonly steps: readonly PlannedStep[];
}

/** What became of one resource. */
export interface ResourceResult {
  readonly kind: string;
  readonly name: string;
  readonly action: Action;
  readonly detail?: string;
  readonly error?: PmpError;
}

export interface StepResult {
  readonly id: string;
  readonly number: number;
  readonly title: string;
  readonly status: 'done' | 'unchanged' | 'waiting' | 'failed' | 'skipped';
  readonly resources: readonly ResourceResult[];
}

export interface CoverageSummary {
  readonly schedule: string;
  readonly policy?: string;
  readonly level?: number;
  readonly from: Instant;
  readonly until: Instant;
  readonly hours: number;
  readonly coveredHours: number;
  readonly gaps: readonly { readonly start: Instant; readonly end: Instant }[];
  readonly overlaps: readonly { readonly start: Instant; readonly end: Instant; readonly who: readonly string[] }[];
}

/** A place where we depart from the guide's letter: what the guide says, what is done, why; one line each. */
export interface Departure {
  readonly guide: string;
  readonly done: string;
  readonly why: string;
}

/** Something a person must do outside ("Ada Example: accept the invitation, install the app"). */
export interface Todo {
  readonly who: string;
  readonly what: string;
}

export interface SetupOutcome {
  readonly command: 'setup';
  readonly sandbox: boolean;
  readonly mode: 'plan' | 'apply';
  readonly success: boolean;
  readonly exitCode: number;
  readonly steps: readonly StepResult[];
  readonly departures: readonly Departure[];
  readonly coverage: readonly CoverageSummary[];
  readonly todos: readonly Todo[];
  readonly calls: { readonly pagerduty: Calls; readonly kubernetes: Calls };
  readonly seconds: number;
  readonly error?: PmpError;
}

/** What the engine tells while it works; the reporter turns it into words. */
/** `at`: when, where whoever tells it has a clock. */
export type EngineEvent = { readonly at?: Instant } & (
  | { readonly type: 'applying'; readonly changes: number }
  | { readonly type: 'started'; readonly step: string; readonly key: string; readonly action: Action }
  | { readonly type: 'done'; readonly step: string; readonly key: string; readonly action: Action; readonly detail?: string }
  | { readonly type: 'failed'; readonly step: string; readonly key: string; readonly error: PmpError }
  | { readonly type: 'skipped'; readonly step: string; readonly key: string; readonly because: string }
  | { readonly type: 'waiting'; readonly why: string; readonly seconds: number }
  | { readonly type: 'proving' }
);
