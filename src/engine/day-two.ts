import type { Instant } from '../model/index.ts';
import type { LiveIncident, SeenIncident, Shift } from '../ports/index.ts';
import type { PmpError } from './errors.ts';

/** Whom an e-mail means: as PagerDuty has the person, else as the answers do. */
export type Whom = ReadonlyMap<string, { readonly name: string; readonly timeZone?: string }>;

/** What every day-two command ends with. */
export interface DayTwoEnd {
  readonly sandbox: boolean;
  readonly success: boolean;
  readonly exitCode: number;
  readonly at: Instant;
  readonly seconds: number;
  /** Where the names that were looked for come from: an answers file, or the guide. */
  readonly namesFrom: string;
  /** Times are shown in this zone. */
  readonly timeZone: string;
  readonly whom: Whom;
}

/** Of a command that changes something: only shown, or carried out. */
export type DayTwoMode = 'plan' | 'apply';

/** A schedule as PagerDuty renders it, temporary replacements included. */
export interface ScheduleDuty {
  readonly schedule: string;
  readonly timeZone: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly shifts: readonly Shift[];
  readonly replacements: readonly Replacement[];
}

/** Somebody takes hours of a schedule for a while. */
export interface Replacement {
  /** undefined: not made yet. */
  readonly id?: string;
  readonly start: Instant;
  readonly end: Instant;
  /** E-mail. */
  readonly who: string;
  /** Whose hours they are without it; hours of nobody are left out. */
  readonly instead: readonly Shift[];
}

/** Who is called at a level, now and after that. */
export interface LevelDuty {
  /** From 1. */
  readonly level: number;
  /** Minutes after the first level is called. */
  readonly afterMinutes: number;
  readonly schedules: readonly string[];
  /** `until` undefined: always. */
  readonly now: readonly { readonly who: string; readonly since?: Instant; readonly until?: Instant }[];
  /** Of each schedule; empty: nobody in the weeks that were looked at. */
  readonly next: readonly { readonly who: string; readonly start: Instant; readonly end: Instant }[];
}

export interface PolicyDuty {
  readonly policy: string;
  readonly services: readonly string[];
  readonly levels: readonly LevelDuty[];
}

export interface OncallOutcome extends DayTwoEnd {
  readonly command: 'oncall';
  readonly policies: readonly PolicyDuty[];
  /** Those that a policy calls, in order of the levels. */
  readonly schedules: readonly ScheduleDuty[];
}

/** What speaks against doing it as asked; none of it is a reason that PagerDuty would see. */
export interface Objection {
  readonly kind: 'overlap' | 'elsewhere' | 'further-level' | 'long-run' | 'long' | 'unreachable' | 'incident' | 'foreign';
  readonly what: string;
}

export interface OverrideOutcome extends DayTwoEnd {
  readonly command: 'override';
  readonly mode: DayTwoMode;
  readonly action: 'create' | 'cancel' | 'list';
  readonly schedule: string;
  readonly replacements: readonly (Replacement & { readonly status: 'planned' | 'made' | 'cancelled' | 'in place' | 'failed' })[];
  readonly objections: readonly Objection[];
  /** What is worth knowing: how a typed time was read, what nobody else will say. */
  readonly notes: readonly string[];
  /** The schedule of those weeks once it is done; undefined: nothing to draw. */
  readonly after?: ScheduleDuty;
  readonly error?: PmpError;
}

export interface WindowState {
  /** undefined: not made yet. */
  readonly id?: string;
  readonly description: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly services: readonly string[];
  /** It bears our mark. */
  readonly ours: boolean;
  readonly status: 'planned' | 'made' | 'to end' | 'ended' | 'cancelled' | 'open' | 'ahead' | 'in place';
}

export interface MaintenanceOutcome extends DayTwoEnd {
  readonly command: 'maintenance start' | 'maintenance list' | 'maintenance end';
  readonly mode: DayTwoMode;
  readonly windows: readonly WindowState[];
  readonly objections: readonly Objection[];
  readonly notes: readonly string[];
}

export interface IncidentNote {
  readonly at: Instant;
  readonly who?: string;
  readonly text: string;
}

export interface HandoffOutcome extends DayTwoEnd {
  readonly command: 'handoff';
  /** The schedule that is handed over. */
  readonly schedule: string;
  readonly current: { readonly who: string; readonly until?: Instant } | undefined;
  readonly next:
    | { readonly who: string; readonly start: Instant; readonly end: Instant; readonly reachedBy: readonly string[] }
    | undefined;
  /** Triggered and acknowledged, newest first. */
  readonly open: readonly (LiveIncident & { readonly notes: readonly IncidentNote[] })[];
  /** Since then incidents were looked at. */
  readonly since: Instant;
  /** Drills are left out. Newest first. */
  readonly recent: readonly SeenIncident[];
  /** Of the critical service: those of `recent` that no note says was reviewed. */
  readonly unreviewed: readonly SeenIncident[];
  readonly windows: readonly WindowState[];
  readonly replacements: readonly Replacement[];
  readonly dashboards: readonly { readonly title: string; readonly url: string }[];
}

/** Something that bears our mark, and what becomes of it. */
export interface TeardownItem {
  readonly kind: string;
  readonly name: string;
  readonly status: 'to remove' | 'removed' | 'blocked' | 'failed' | 'not tried';
  readonly blockers: readonly string[];
  readonly error?: PmpError;
}

export interface TeardownOutcome extends DayTwoEnd {
  readonly command: 'teardown';
  readonly mode: DayTwoMode;
  /** What has to be typed to agree. */
  readonly confirmBy: string;
  readonly items: readonly TeardownItem[];
  /** What is left as it is, why, and what a person can do about it. */
  readonly stays: readonly { readonly what: string; readonly why: string; readonly command?: string }[];
  readonly error?: PmpError;
}

export type DayTwoOutcome = OncallOutcome | OverrideOutcome | MaintenanceOutcome | HandoffOutcome | TeardownOutcome;
