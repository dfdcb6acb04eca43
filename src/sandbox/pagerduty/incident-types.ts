import type { Instant } from '../../model/index.ts';

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
  resolved_at: Instant | null;
  /** Id of the integration that the event came through. */
  readonly integration: string | null;
  /** The event's custom details. */
  details: unknown;
  links: readonly { readonly href: string; readonly text: string }[];
}

/** One entry of an incident's log. Never changed once it is there. */
export interface LogRow {
  readonly id: string;
  /** Without "_log_entry". */
  readonly type: string;
  readonly at: Instant;
  readonly summary: string;
  /** Who or what did it. */
  readonly agent: { readonly type: 'user' | 'service'; readonly id: string };
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
  resolved_at: Instant | null;
  assignments: readonly { readonly user: string; readonly at: Instant }[];
  acknowledgements: readonly { readonly user: string; readonly at: Instant }[];
  /** What will happen by itself. */
  pending: readonly { readonly type: 'escalate' | 'unacknowledge' | 'resolve' | 'urgency_change'; readonly at: Instant }[];
  alerts: AlertRow[];
  /** Oldest first. */
  log: LogRow[];
}
