import { createHash } from 'node:crypto';
import type { Instant } from '../../model/index.ts';
import type { IncidentRow } from './incident-types.ts';
import { shiftsOf } from './oncalls.ts';
import { seatsOf, seatsUsed } from './plans.ts';
import { statusOf } from './services.ts';
import type { DstReading, PagerDutyState, PagerDutyWorld, PolicyRow, ScheduleRow, ServiceRow, UserRow } from './types.ts';

/** What the account holds, by name. Integration keys as fingerprints (first 8 hex digits of their SHA-256); no secret. Whoever shows it masks the numbers. */
export interface PagerDutyStatus {
  readonly accountPlan: string;
  readonly seats: { readonly used: number; readonly of: number | null };
  readonly services: readonly {
    readonly name: string;
    readonly description?: string;
    /** active, maintenance or disabled */
    readonly status: string;
    /** high, low, severity_based or use_support_hours */
    readonly urgency: string;
    readonly grouping?: string;
    readonly policy?: string;
    readonly acknowledgementTimeout: number | null;
    readonly autoResolveTimeout: number | null;
    readonly integrations: readonly { readonly name: string; readonly type: string; readonly fingerprint?: string }[];
  }[];
  readonly policies: readonly {
    readonly name: string;
    readonly loops: number;
    readonly levels: readonly {
      readonly delayMinutes: number;
      readonly targets: readonly { readonly kind: 'user' | 'schedule'; readonly name: string }[];
    }[];
  }[];
  readonly schedules: readonly {
    readonly name: string;
    readonly timeZone: string;
    readonly style: 'layers' | 'shifts';
    /** Lowest first; those that have ended are left out. */
    readonly layers: readonly string[];
    readonly onCall: readonly { readonly name: string; readonly until?: Instant }[];
    /** Escalation policies that use it. */
    readonly policies: readonly string[];
  }[];
  readonly people: readonly {
    readonly name: string;
    readonly email: string;
    readonly role: string;
    readonly timeZone: string;
    readonly invitationAccepted: boolean;
    readonly appSignedIn: boolean;
    readonly methods: readonly { readonly type: string; readonly address?: string; readonly blocked: boolean }[];
    readonly rules: readonly { readonly urgency: 'high' | 'low'; readonly method: string; readonly delayMinutes: number }[];
  }[];
  readonly windows: readonly {
    readonly description: string;
    readonly start: Instant;
    readonly end: Instant;
    readonly services: readonly string[];
  }[];
  /** Open ones, oldest first. */
  readonly incidents: readonly {
    readonly number: number;
    readonly title: string;
    readonly service: string;
    readonly status: 'triggered' | 'acknowledged';
    readonly urgency: 'high' | 'low';
    readonly since: Instant;
    /** Full names of those it is assigned to. */
    readonly assigned: readonly string[];
    /** Of the escalation policy, and how many it has; left out for history. */
    readonly level?: number;
    readonly levels?: number;
    /** What happens next by itself. */
    readonly next?: { readonly what: string; readonly at: Instant };
  }[];
  readonly webhooks: readonly { readonly url: string; readonly service?: string; readonly active: boolean; readonly pings: number }[];
}

type Named = { readonly id: string; readonly name: string };
const nameIn = (rows: readonly Named[], id: string): string => rows.find((row) => row.id === id)?.name ?? id;
const sorted = <T extends { readonly name: string }>(rows: readonly T[]): readonly T[] =>
  [...rows].sort((a, b) => (a.name < b.name ? -1 : 1));
/** "push_notification_contact_method" → "push" */
const short = (type: string): string => type.replace(/(?:_notification)?_contact_method$/, '');

export function pagerDutyStatus(world: PagerDutyWorld, dst: DstReading): PagerDutyStatus {
  const { state } = world;
  const windows = state.windows.filter((row) => row.end > world.now()).sort((a, b) => a.start - b.start);
  return {
    accountPlan: state.plan,
    seats: { used: seatsUsed(state), of: seatsOf(state) },
    services: sorted(state.services).map((row) => serviceStatus(world, row)),
    policies: sorted(state.policies).map((row) => policyStatus(state, row)),
    schedules: sorted([...state.schedules.map((row) => scheduleStatus(world, dst, row)), ...shiftSchedules(state)]),
    people: sorted(state.users).map(personStatus),
    windows: windows.map((row) => ({
      description: row.description ?? '',
      start: row.start,
      end: row.end,
      services: row.services.map((id) => nameIn(state.services, id)),
    })),
    incidents: state.incidents.flatMap((row) => incidentStatus(state, row)),
    webhooks: state.webhooks.map(({ url, active, pings, filter }) => ({
      url,
      active,
      pings,
      ...(filter.type === 'service_reference' && filter.id !== null ? { service: nameIn(state.services, filter.id) } : {}),
    })),
  };
}

function serviceStatus(world: PagerDutyWorld, row: ServiceRow): PagerDutyStatus['services'][number] {
  const { state } = world;
  const rule = row.incident_urgency_rule as { readonly type: string; readonly urgency?: string };
  const grouping = state.groupings.find((each) => each.services.includes(row.id))?.type;
  return {
    name: row.name,
    ...(row.description === null ? {} : { description: row.description }),
    status: statusOf({ state, world }, row),
    urgency: rule.urgency ?? rule.type,
    ...(grouping === undefined ? {} : { grouping }),
    policy: nameIn(state.policies, row.policy),
    acknowledgementTimeout: row.acknowledgement_timeout,
    autoResolveTimeout: row.auto_resolve_timeout,
    integrations: row.integrations.map(({ name, type, integration_key: key }) => ({
      name,
      type,
      ...(key === null ? {} : { fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 8) }),
    })),
  };
}

function incidentStatus(state: PagerDutyState, row: IncidentRow): PagerDutyStatus['incidents'] {
  const { status, live, pending } = row;
  if (status === 'resolved') return [];
  const [next] = pending;
  return [
    {
      number: row.number,
      title: row.title,
      service: nameIn(state.services, row.service),
      status,
      urgency: row.urgency,
      since: row.created_at,
      assigned: row.assignments.map(({ user }) => nameIn(state.users, user)),
      ...(live === null ? {} : { level: live.level, levels: live.levels.length }),
      ...(next === undefined ? {} : { next: { what: next.type, at: next.at } }),
    },
  ];
}

function policyStatus(state: PagerDutyState, row: PolicyRow): PagerDutyStatus['policies'][number] {
  const schedules: readonly Named[] = [...state.schedules, ...state.shiftSchedules];
  return {
    name: row.name,
    loops: row.num_loops,
    levels: row.rules.map((rule) => ({
      delayMinutes: rule.delay,
      targets: rule.targets.map(({ id, type }) =>
        type === 'user'
          ? { kind: 'user' as const, name: nameIn(state.users, id) }
          : { kind: 'schedule' as const, name: nameIn(schedules, id) },
      ),
    })),
  };
}

const policiesOf = (state: PagerDutyState, id: string): readonly string[] =>
  state.policies
    .filter((policy) => policy.rules.some((rule) => rule.targets.some((target) => target.id === id)))
    .map((policy) => policy.name);

function scheduleStatus(world: PagerDutyWorld, dst: DstReading, row: ScheduleRow): PagerDutyStatus['schedules'][number] {
  const { state } = world;
  const now = world.now();
  return {
    name: row.name,
    timeZone: row.time_zone,
    style: 'layers',
    layers: row.layers.filter((layer) => layer.end === null || layer.end > now).map((layer) => layer.name),
    onCall: shiftsOf(row, now, now, dst).map((shift) => ({ name: nameIn(state.users, shift.user), until: shift.end })),
    policies: policiesOf(state, row.id),
  };
}

function shiftSchedules(state: PagerDutyState): PagerDutyStatus['schedules'] {
  return state.shiftSchedules.map((row) => ({
    name: row.name,
    timeZone: row.time_zone,
    style: 'shifts' as const,
    layers: [],
    onCall: [],
    policies: policiesOf(state, row.id),
  }));
}

function personStatus(row: UserRow): PagerDutyStatus['people'][number] {
  const hasApp = row.methods.some((method) => method.type === 'push_notification_contact_method');
  return {
    name: row.name,
    email: row.email,
    role: row.role,
    timeZone: row.time_zone,
    invitationAccepted: !row.invitation_sent,
    appSignedIn: hasApp,
    methods: row.methods.map((method) => ({
      type: short(method.type),
      ...(method.type === 'push_notification_contact_method' ? {} : { address: method.address }),
      blocked: method.blacklisted || !method.enabled,
    })),
    rules: row.rules.map((rule) => ({
      urgency: rule.urgency,
      delayMinutes: rule.delay,
      method: short(row.methods.find((method) => method.id === rule.method)?.type ?? ''),
    })),
  };
}
