import type { EscalationPolicy, Instant, Integration, ServiceRole } from '../../model/index.ts';
import type { ReceiverKey, RouteMatch, Shift } from '../../ports/index.ts';

/** What is said beside the verdicts. */
export interface VerdictFacts {
  /** Objects that were looked for by name, and where the names come from. */
  readonly lookedFor: { readonly names: readonly string[]; readonly from: string };
  readonly strict: boolean;
}

/** What the page draws; what could not be read is left out. */
export interface PageFacts extends VerdictFacts {
  /** Names by e-mail. */
  readonly people?: ReadonlyMap<string, string>;
  /** Every schedule that a policy calls, as PagerDuty renders it for the coming six weeks. */
  readonly schedules?: readonly {
    readonly name: string;
    readonly timeZone: string;
    readonly from: Instant;
    readonly until: Instant;
    readonly shifts: readonly Shift[];
  }[];
  readonly policies?: readonly (Pick<EscalationPolicy, 'name' | 'loops' | 'levels'> & { readonly services: readonly string[] })[];
  /** The newest drill of each service that has one; undefined: they could not be read. */
  readonly drills?: readonly {
    readonly id: string;
    readonly service: string;
    readonly number: number;
    readonly began: Instant;
    /** As its note says; undefined: it was stopped, or is under way. */
    readonly via: string | undefined;
    readonly entries: readonly {
      readonly type: string;
      readonly at: Instant;
      readonly who: string | undefined;
      readonly channel: string | undefined;
      readonly outcome: string | undefined;
      readonly assignees: readonly string[] | undefined;
    }[];
  }[];
  readonly keys?: {
    readonly services: readonly { readonly role: ServiceRole; readonly name: string }[];
    readonly integrations: readonly Integration[];
    /** Fingerprints by entry. */
    readonly secret: { readonly name: string; readonly entries: Readonly<Record<string, string>> } | undefined;
    readonly receivers: readonly ReceiverKey[];
    readonly routes: readonly { readonly priority: string; readonly role: ServiceRole; readonly match: RouteMatch }[];
  };
}
