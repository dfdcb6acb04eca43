import type { Instant, Integration, ServiceRole } from '../model/index.ts';
import type { ReceiverKey, RouteMatch, Shift } from '../ports/index.ts';

/** What a verdict's screen and page say beside it. */
export interface VerifyExtras {
  /** Objects that were looked for by name, and where the names come from ("pmp-pd.yaml", "the guide; there is no pmp-pd.yaml here"). */
  readonly lookedFor?: { readonly names: readonly string[]; readonly from: string };
  /** With --strict warnings end in exit code 3: the last sentence says so. */
  readonly strict?: boolean;
}

/** What the page draws. Everything is optional: what could not be read is left out, and the page says that it is. */
export interface ReportExtras extends VerifyExtras {
  /** Names by e-mail; whoever is missing goes by the e-mail. */
  readonly people?: ReadonlyMap<string, string>;
  /** Schedules that a policy calls, as PagerDuty renders them, for six weeks. */
  readonly schedules?: readonly RenderedSchedule[];
  readonly policies?: readonly EscalationPath[];
  readonly keys?: KeyReads;
  /** The newest drill of each service that has one. */
  readonly drills?: readonly DrillDrawn[];
}

/** A drill as the log of its incident tells it. E-mails. */
export interface DrillDrawn {
  readonly id: string;
  readonly service: string;
  readonly number: number;
  readonly began: Instant;
  readonly via: string | undefined;
  readonly entries: readonly {
    readonly type: string;
    readonly at: Instant;
    readonly who: string | undefined;
    readonly channel: string | undefined;
    readonly outcome: string | undefined;
    readonly assignees: readonly string[] | undefined;
  }[];
}

export interface RenderedSchedule {
  readonly name: string;
  /** IANA zone whose wall clock the picture shows. */
  readonly timeZone: string;
  readonly from: Instant;
  readonly until: Instant;
  readonly shifts: readonly Shift[];
}

/** An escalation policy and the services that it serves. */
export interface EscalationPath {
  readonly name: string;
  readonly services: readonly string[];
  /** How often it starts again after its last level. */
  readonly loops: number;
  readonly levels: readonly EscalationLevel[];
}

export interface EscalationLevel {
  /** Until the next level is called. */
  readonly delayMinutes: number;
  /** E-mails of users, names of schedules. */
  readonly targets: readonly { readonly kind: 'user' | 'schedule'; readonly name: string }[];
}

/** Where each service's key lies, as the ports read it: fingerprints, never values. */
export interface KeyReads {
  readonly services: readonly { readonly role: ServiceRole; readonly name: string }[];
  readonly integrations: readonly Integration[];
  /** "monitoring/pagerduty-secrets" and its entries with their fingerprints; undefined: there is no such secret. */
  readonly secret: { readonly name: string; readonly entries: Readonly<Record<string, string>> } | undefined;
  readonly receivers: readonly ReceiverKey[];
  /** By priority ("P1"), whose alerts are meant for that service. */
  readonly routes: readonly { readonly priority: string; readonly role: ServiceRole; readonly match: RouteMatch }[];
}
