import type { Instant } from '../../model/index.ts';
import type { ImitationWorld } from '../core.ts';
import type { InboundEvent } from './event-types.ts';
import type { IncidentRow } from './incident-types.ts';

export const plans = ['free', 'trial', 'professional', 'business'] as const;
export type Plan = (typeof plans)[number];

/** How people of the sandbox behave: by themselves, not at all, or on command. */
export const peopleModes = ['awake', 'asleep', 'manual'] as const;
export type PeopleMode = (typeof peopleModes)[number];

/** The two readings of a layer's hours and turns across a daylight-saving change. PagerDuty documents neither. */
export type DstReading = 'wall' | 'elapsed';

/** What holds for one process; what belongs to the account is in `PagerDutyState`. */
export interface PagerDutySettings {
  readonly people: PeopleMode;
  readonly dst: DstReading;
  /** Requests a minute and token. */
  readonly rateLimit: number;
  /** 'documented': account tokens need `From` wherever the API description requires it. 'observed': nowhere yet. */
  readonly from: 'documented' | 'observed';
}

export interface MethodRow {
  readonly id: string;
  readonly type: string;
  label: string;
  address: string;
  country_code: number | null;
  blacklisted: boolean;
  enabled: boolean;
  send_short_email: boolean;
  readonly device_type: string | null;
  readonly created_at: Instant;
}

export interface RuleRow {
  readonly id: string;
  method: string;
  urgency: 'high' | 'low';
  delay: number;
  readonly created_at: Instant;
}

export interface UserRow {
  readonly id: string;
  name: string;
  email: string;
  time_zone: string;
  color: string;
  role: string;
  job_title: string | null;
  description: string | null;
  invitation_sent: boolean;
  methods: MethodRow[];
  rules: RuleRow[];
}

export interface RestrictionRow {
  readonly type: 'daily_restriction' | 'weekly_restriction';
  readonly start_time_of_day: string;
  readonly duration_seconds: number;
  readonly start_day_of_week?: number;
}

export interface LayerRow {
  readonly id: string;
  readonly name: string;
  readonly start: Instant;
  readonly end: Instant | null;
  readonly rotation_virtual_start: Instant;
  readonly rotation_turn_length_seconds: number;
  readonly users: readonly string[];
  readonly restrictions: readonly RestrictionRow[];
}

export interface OverrideRow {
  readonly id: string;
  readonly start: Instant;
  end: Instant;
  readonly user: string;
}

export interface ScheduleRow {
  readonly id: string;
  name: string;
  time_zone: string;
  description: string | null;
  /** Lowest first, as submitted. */
  layers: LayerRow[];
  /** Oldest first; the youngest wins. */
  overrides: OverrideRow[];
}

export interface ShiftScheduleRow {
  readonly id: string;
  readonly name: string;
  readonly time_zone: string;
  readonly description: string | null;
}

export interface TargetRow {
  readonly id: string;
  readonly type: 'user' | 'schedule' | 'schedule_v3';
}

export interface PolicyRow {
  readonly id: string;
  name: string;
  description: string | null;
  num_loops: number;
  on_call_handoff_notifications: string;
  rules: { readonly id: string; readonly delay: number; readonly targets: readonly TargetRow[] }[];
}

export interface IntegrationRow {
  readonly id: string;
  name: string;
  readonly type: string;
  readonly vendor: string | null;
  readonly integration_key: string | null;
  readonly integration_email: string | null;
  readonly created_at: Instant;
}

export interface ServiceRow {
  readonly id: string;
  name: string;
  description: string | null;
  policy: string;
  disabled: boolean;
  acknowledgement_timeout: number | null;
  auto_resolve_timeout: number | null;
  incident_urgency_rule: unknown;
  support_hours: unknown;
  scheduled_actions: readonly unknown[];
  readonly created_at: Instant;
  integrations: IntegrationRow[];
}

export interface GroupingRow {
  readonly id: string;
  name: string | null;
  description: string | null;
  type: string;
  config: Readonly<Record<string, unknown>>;
  services: readonly string[];
  readonly created_at: Instant;
  updated_at: Instant;
}

export interface WindowRow {
  readonly id: string;
  readonly sequence_number: number;
  start: Instant;
  end: Instant;
  description: string | null;
  services: readonly string[];
  readonly created_by: string | null;
}

export interface WebhookRow {
  readonly id: string;
  readonly delivery_id: string;
  active: boolean;
  description: string | null;
  readonly url: string;
  readonly secret: string;
  headers: readonly { readonly name: string; readonly value: string }[];
  events: readonly string[];
  filter: { readonly type: string; readonly id: string | null };
  temporarily_disabled: boolean;
  /** When PagerDuty tries again by itself; null: not before somebody enables it. */
  disabled_until: Instant | null;
  /** Deliveries given up, one after the other. */
  drops: number;
  pings: number;
}

/** One delivery of one event to one subscription. */
export interface DeliveryRow {
  readonly id: string;
  readonly webhook: string;
  /** Deliveries about the same thing stay in order; null: about none. */
  readonly about: string | null;
  readonly body: string;
  readonly first: Instant;
  due: Instant;
  attempts: number;
}

/** Scoped OAuth: what the app may be given, and the tokens that it holds. */
export interface OAuthState {
  /** null: every scope there is. */
  allowed: readonly string[] | null;
  tokens: readonly { readonly token: string; readonly scopes: readonly string[]; readonly until: Instant }[];
}

/** The account: one section of the state file. */
export interface PagerDutyState {
  plan: Plan;
  /** Full-user seats; null: no limit. */
  seats: number | null;
  readonly owner: string;
  /** When the account was last written to through the API; people react a minute later. */
  lastWrite: Instant | null;
  windowNumber: number;
  /** Number of the last incident. */
  incidentNumber: number;
  /** PagerDuty refuses everything: nobody has paid. */
  expired: boolean;
  oauth: OAuthState;
  users: UserRow[];
  schedules: ScheduleRow[];
  shiftSchedules: ShiftScheduleRow[];
  policies: PolicyRow[];
  services: ServiceRow[];
  groupings: GroupingRow[];
  windows: WindowRow[];
  webhooks: WebhookRow[];
  /** Oldest first. */
  incidents: IncidentRow[];
  /** Milliseconds that events wait before they are looked at. */
  eventDelay: number;
  /** Accepted and not yet looked at, oldest first. */
  events: readonly { readonly at: Instant; readonly event: InboundEvent }[];
  /** Oldest first. */
  deliveries: readonly DeliveryRow[];
}

export type PagerDutyWorld = ImitationWorld<PagerDutyState>;

/** What the things that happen by themselves are given. */
export interface Scene {
  readonly world: PagerDutyWorld;
  readonly settings: PagerDutySettings;
}
