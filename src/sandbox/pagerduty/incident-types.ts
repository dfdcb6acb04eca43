import type { Instant } from '../../model/index.ts';
import type { PolicyRow, TargetRow } from './types.ts';

export const severities = ['info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof severities)[number];
export const incidentStatuses = ['triggered', 'acknowledged', 'resolved'] as const;
export type IncidentStatus = (typeof incidentStatuses)[number];
export const channels = ['push', 'sms', 'phone', 'email'] as const;
export type NotificationChannel = (typeof channels)[number];

export interface AlertRow {
  readonly id: string;
  /** The deduplication key. */
  readonly key: string;
  status: 'triggered' | 'resolved';
  severity: Severity | null;
  summary: string;
  suppressed: boolean;
  readonly created_at: Instant;
  updated_at: Instant;
  resolved_at: Instant | null;
  /** What the event said about where it comes from; the first version of the Events API says none of it. */
  source: string | null;
  component: string | null;
  group: string | null;
  class: string | null;
  /** Id of the integration that the event came through. */
  readonly integration: string | null;
  /** The event's custom details. */
  details: unknown;
  links: readonly AlertLink[];
}

export interface AlertLink {
  readonly href: string;
  readonly text: string;
}

/** Who did something: a person, or PagerDuty in the name of the service. */
export interface Agent {
  readonly type: 'user' | 'service';
  readonly id: string;
}

/** A call, a message or a push that goes out at `at` unless somebody answers before. */
export interface RingRow {
  readonly user: string;
  /** Id of a contact method; null: an e-mail to the address that the person signs in with. */
  readonly method: string | null;
  readonly at: Instant;
}

/** What goes on by itself while an incident is open. */
export interface LiveRow {
  /** The policy as it was when the incident was opened: later changes do not reach it. */
  levels: readonly { readonly delay: number; readonly targets: readonly TargetRow[] }[];
  loops: PolicyRow['num_loops'];
  /** From 1. */
  level: number;
  /** How many times the last level has been passed. */
  loop: number;
  /** Assigned to people by name: such an incident does not climb. */
  direct: boolean;
  /** When the last level's time is up. */
  ends: Instant | null;
  /** Soonest first. */
  rings: readonly RingRow[];
  /** Whom it reached since it was last triggered, and when first. */
  told: readonly { readonly user: string; readonly at: Instant; readonly level: number }[];
}

/** One entry of an incident's log. Never changed once it is there. */
export interface LogRow {
  readonly id: string;
  /** Without "_log_entry". */
  readonly type: string;
  readonly at: Instant;
  readonly summary: string;
  /** Who or what did it. */
  readonly agent: Agent;
  /** Means of an act: auto, api, website, mobile, note … */
  readonly channel: string;
  /** Of a notify entry: who was told, how, where; a device has no address. */
  readonly notified?: {
    readonly user: string;
    readonly channel: NotificationChannel;
    readonly address: string | null;
    readonly status: 'success' | 'failure' | 'in_progress';
  };
  /** Of an assign or escalate entry: ids of users. */
  readonly assignees?: readonly string[];
  readonly note?: string;
}

export interface PendingRow {
  readonly type: 'escalate' | 'unacknowledge' | 'resolve' | 'urgency_change';
  readonly at: Instant;
}

export interface IncidentRow {
  readonly id: string;
  readonly number: number;
  title: string;
  readonly service: string;
  policy: string;
  urgency: 'high' | 'low';
  status: IncidentStatus;
  /** Of an incident that was made by hand; one with alerts is found by theirs. */
  readonly key: string | null;
  readonly created_at: Instant;
  updated_at: Instant;
  status_changed_at: Instant;
  /** null: not known; PagerDuty then names the service. */
  status_changed_by: Agent | null;
  resolved_at: Instant | null;
  assignments: readonly { readonly user: string; readonly at: Instant }[];
  /** `type` where it was no person: the service, by an event. */
  acknowledgements: readonly { readonly user: string; readonly at: Instant; readonly type?: 'service' }[];
  /** What will happen by itself. */
  pending: readonly PendingRow[];
  alerts: AlertRow[];
  /** null: history, in which nothing happens by itself. */
  live: LiveRow | null;
  /** Oldest first. */
  log: LogRow[];
}
