import type { Instant, ServiceRole } from '../model/index.ts';
import type { CheckResult } from './check.ts';
import type { PmpError } from './errors.ts';

export const hopNames = [
  'accepted',
  'notified_by_alertmanager',
  'event_accepted',
  'incident_opened',
  'person_notified',
  'acknowledged',
  'escalated',
  'snoozed',
  'noted',
  'resolved',
  'closed',
] as const;
export type HopName = (typeof hopNames)[number];

/** One station of the alert's way, at PagerDuty's or Alertmanager's own time where they tell it. */
export interface Hop {
  readonly hop: HopName;
  readonly at: Instant;
  /** Since the drill began. */
  readonly seconds: number;
  /** In words: by whom, by which channel, to which level, planned against actual. */
  readonly detail?: string;
}

export interface DrillPerson {
  /** From 1. */
  readonly level: number;
  readonly email: string;
  readonly name: string;
  readonly notified: readonly { readonly channel: string; readonly at: Instant }[];
}

/** What rings where, before it does. */
export interface DrillPreview {
  readonly service: string;
  readonly via: DrillVia;
  readonly levels: readonly {
    readonly level: number;
    /** Minutes until the next level is called; of the last: until nobody is. */
    readonly delayMinutes: number;
    readonly people: readonly {
      readonly name: string;
      readonly email: string;
      /** "02:14" of theirs, with the zone. */
      readonly localTime: string;
      /** "push at once, SMS at once, phone after 2 min"; empty: nothing would ring. */
      readonly channels: readonly string[];
    }[];
  }[];
  /** How many of the levels will be called by this drill. */
  readonly rings: number;
  /** What speaks against drilling now; those that `--anyway` names are let pass. */
  readonly objections: readonly DrillObjection[];
  /** What is worth knowing and no reason to stop ("Alertmanager is not reachable: straight to PagerDuty"). */
  readonly notes: readonly string[];
}

export interface DrillObjection {
  readonly kind: 'window' | 'incident' | 'silence' | 'inhibited' | 'nobody' | 'urgency';
  readonly what: string;
  /** What takes it away; of a window and an incident also the flag that lets it pass. */
  readonly fix: string;
  readonly excused: boolean;
}

export type DrillVia = 'alertmanager' | 'events' | 'stress';

/** `test-alert --cleanup`: what was found of earlier drills, and what became of it. */
export interface DrillCleanup {
  readonly command: 'test-alert';
  readonly sandbox: boolean;
  readonly success: boolean;
  readonly exitCode: number;
  /** "the alert of drill 01J… in Alertmanager", "incident #12" */
  readonly cleaned: readonly string[];
  /** Left alone on purpose: not ours alone. */
  readonly spared: readonly string[];
  readonly leftBehind: readonly LeftBehind[];
  readonly seconds: number;
}

/** What a drill left that could not be cleaned, and the command that does it. */
export interface LeftBehind {
  readonly what: string;
  readonly command: string;
}

export interface DrillOutcome {
  readonly command: 'test-alert';
  readonly sandbox: boolean;
  readonly success: boolean;
  readonly exitCode: number;
  readonly drill: {
    readonly id: string;
    readonly via: DrillVia;
    readonly service: string;
    readonly role: ServiceRole;
    readonly began: Instant;
  };
  readonly incident: { readonly id: string; readonly number: number; readonly url: string } | undefined;
  readonly hops: readonly Hop[];
  readonly people: readonly DrillPerson[];
  /** What was proven and what was not, in the shape of verify's checks. */
  readonly checks: readonly CheckResult[];
  readonly targets: { readonly acknowledgeSeconds: number | undefined };
  /** Who to thank: those who acknowledged by hand. */
  readonly thanks: readonly string[];
  readonly leftBehind: readonly LeftBehind[];
  readonly seconds: number;
  readonly error?: PmpError;
}

/** What the drill tells while it goes on. */
export type DrillNews =
  | { readonly type: 'hop'; readonly hop: Hop }
  /** Between two hops: what is waited for, until when at most. */
  | { readonly type: 'watching'; readonly what: string; readonly now: Instant; readonly until?: Instant }
  | { readonly type: 'cleaning' };
