import { lacksAbility, limitReached, refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import type { PagerDutyState, Plan } from './types.ts';

interface PlanFacts {
  readonly abilities: readonly string[];
  readonly policies: number;
  readonly schedules: number;
  readonly users: number;
  /** Grouping types the plan lets one create, and how it refuses the others. */
  readonly grouping: readonly string[];
  readonly refuseGrouping: () => Refusal;
}

const paid = [
  'teams',
  'urgencies',
  'service_support_hours',
  'read_only_users',
  'permissions_service',
  'preview_intelligent_alert_grouping',
];
const everyGrouping = ['intelligent', 'content_based', 'content_based_intelligent', 'time'];
const unlimited = Number.POSITIVE_INFINITY;

const facts: Readonly<Record<Plan, PlanFacts>> = {
  free: {
    abilities: ['sso'],
    policies: 1,
    schedules: 1,
    users: 5,
    grouping: [],
    refuseGrouping: () => lacksAbility('alert_grouping'),
  },
  trial: {
    abilities: [...paid, 'sso', 'event_intelligence', 'incident_workflows', 'coordinated_responding'],
    policies: unlimited,
    schedules: unlimited,
    users: unlimited,
    grouping: everyGrouping,
    refuseGrouping: () => lacksAbility('alert_grouping'),
  },
  professional: {
    abilities: ['sso', 'teams', 'urgencies', 'service_support_hours'],
    policies: unlimited,
    schedules: unlimited,
    users: unlimited,
    grouping: [],
    refuseGrouping: () => lacksAbility('alert_grouping'),
  },
  business: {
    abilities: [...paid.slice(0, 4), 'sso', 'coordinated_responding'],
    policies: unlimited,
    schedules: unlimited,
    users: unlimited,
    grouping: ['content_based', 'time'],
    refuseGrouping: () => refusal(403, 2010, 'Access Denied', ['Intelligent alert grouping is not part of the account’s plan']),
  },
};

export const abilitiesOf = (plan: Plan): readonly string[] => facts[plan].abilities;

/** @throws Refusal 402/2014 */
export function needAbility(state: PagerDutyState, ability: string): void {
  if (!facts[state.plan].abilities.includes(ability)) throw lacksAbility(ability);
}

/** @throws Refusal as the plan words it, for a grouping type that is not part of it */
export function needGrouping(state: PagerDutyState, type: string): void {
  if (!facts[state.plan].grouping.includes(type)) throw facts[state.plan].refuseGrouping();
}

/** @throws Refusal 400/2019 when the plan holds no further one */
export function needRoom(state: PagerDutyState, what: 'policies' | 'schedules' | 'users'): void {
  const used = what === 'schedules' ? state.schedules.length + state.shiftSchedules.length : state[what].length;
  const cap = facts[state.plan][what];
  const words = { policies: 'escalation policies', schedules: 'schedules', users: 'users' }[what];
  if (used >= cap) throw limitReached(400, `The ${state.plan} plan is limited to ${cap} ${words}`);
}

export const stakeholderRoles: readonly string[] = ['read_only_user', 'read_only_limited_user'];
export const fullRoles: readonly string[] = ['owner', 'admin', 'user', 'limited_user', 'observer', 'restricted_access'];

export function seatsUsed(state: PagerDutyState): number {
  return state.users.filter((user) => !stakeholderRoles.includes(user.role)).length;
}

/** Full-user seats of the account; null: no limit. */
export function seatsOf(state: PagerDutyState): number | null {
  const cap = facts[state.plan].users;
  return state.seats ?? (Number.isFinite(cap) ? cap : null);
}

/** @throws Refusal 402/2019 when no full-user licence is left */
export function needSeat(state: PagerDutyState): void {
  const seats = seatsOf(state);
  if (seats !== null && seatsUsed(state) >= seats) throw limitReached(402, 'No licenses of that kind are available');
}
