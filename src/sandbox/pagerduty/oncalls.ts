import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { includes, many, page } from './call.ts';
import type { Call, Route } from './call.ts';
import { presentPolicy } from './escalation-policies.ts';
import { referTo } from './present.ts';
import { refusal } from './refusal.ts';
import { renderFinal, renderLayer } from './rendering.ts';
import type { Entry } from './rendering.ts';
import type { DstReading, PagerDutyState, ScheduleRow, TargetRow } from './types.ts';
import { presentUser } from './users.ts';
import { iso, parseQueryTime } from './validate.ts';

export const oncallRoutes: readonly Route[] = [{ method: 'GET', path: '/oncalls', handler: listOncalls }];

const day = 86_400_000;

interface Duty {
  readonly policy: string;
  readonly level: number;
  readonly user: string;
  readonly schedule: ScheduleRow | undefined;
  /** undefined: permanently. */
  readonly shift: Entry | undefined;
}

/** Shifts of a schedule that touch [since, until], whole. */
export function shiftsOf(schedule: ScheduleRow, since: Instant, until: Instant, dst: DstReading): readonly Entry[] {
  const margin = 35 * day;
  const frame = { since: since - margin, until: until + margin, zone: schedule.time_zone, dst };
  const final = renderFinal(
    schedule.layers.map((layer) => renderLayer(layer, frame)),
    schedule.overrides,
  );
  return final.filter((entry) => entry.end > since && entry.start <= until);
}

/** Who a target means at an instant: ids of users. A shift-based schedule has no rotations here, so nobody. */
export function onCallAt(state: PagerDutyState, target: TargetRow, at: Instant, dst: DstReading): readonly string[] {
  if (target.type === 'user') return [target.id];
  const schedule = state.schedules.find((row) => row.id === target.id);
  return schedule ? shiftsOf(schedule, at, at, dst).map((entry) => entry.user) : [];
}

function listOncalls(call: Call): SandboxReply {
  const { query } = call.request;
  const now = call.world.now();
  const since = parseQueryTime(query.get('since'), 'since', 'Etc/UTC') ?? now;
  const until = parseQueryTime(query.get('until'), 'until', 'Etc/UTC') ?? since;
  if (until < since) throw refusal(400, 2004, 'Invalid time range', ['until must not be before since']);
  if (until > now + 90 * day) throw refusal(400, 2005, 'Invalid time range', ['until must be at most 90 days ahead']);
  const duties = call.state.policies.flatMap((policy) =>
    policy.rules.flatMap((rule, index) => rule.targets.flatMap((target) => dutiesOf(call, policy.id, index + 1, target, since, until))),
  );
  const asked = duties.filter((duty) => wanted(call, duty));
  return page(call, 'oncalls', query.get('earliest') === 'true' ? earliest(asked) : asked, (duty) => present(call, duty));
}

function dutiesOf(call: Call, policy: string, level: number, target: TargetRow, since: Instant, until: Instant): readonly Duty[] {
  if (target.type === 'user') return [{ policy, level, user: target.id, schedule: undefined, shift: undefined }];
  const schedule = call.state.schedules.find((row) => row.id === target.id);
  if (!schedule) return [];
  return shiftsOf(schedule, since, until, call.settings.dst).map((shift) => ({ policy, level, user: shift.user, schedule, shift }));
}

function wanted(call: Call, duty: Duty): boolean {
  const among = (name: string, id: string | undefined): boolean => {
    const ids = many(call, name);
    return ids.length === 0 || (id !== undefined && ids.includes(id));
  };
  return among('user_ids', duty.user) && among('escalation_policy_ids', duty.policy) && among('schedule_ids', duty.schedule?.id);
}

/** The first on-call of each combination of policy, level and user. */
function earliest(duties: readonly Duty[]): readonly Duty[] {
  const first = new Map<string, Duty>();
  for (const duty of duties) {
    const key = `${duty.policy} ${duty.level} ${duty.user}`;
    const known = first.get(key);
    if (!known || (duty.shift?.start ?? 0) < (known.shift?.start ?? 0)) first.set(key, duty);
  }
  return [...first.values()];
}

function present(call: Call, duty: Duty): unknown {
  const user = includes(call, 'users') ? call.state.users.find((row) => row.id === duty.user) : undefined;
  const policy = includes(call, 'escalation_policies') ? call.state.policies.find((row) => row.id === duty.policy) : undefined;
  const zone = call.request.query.get('time_zone') ?? 'Etc/UTC';
  return {
    escalation_policy: policy ? presentPolicy(call, policy) : referTo(call.world, 'escalation_policy', duty.policy),
    escalation_level: duty.level,
    schedule: duty.schedule ? referTo(call.world, 'schedule', duty.schedule.id) : null,
    user: user ? presentUser(call, user) : referTo(call.world, 'user', duty.user),
    start: duty.shift ? iso(duty.shift.start, zone) : null,
    end: duty.shift ? iso(duty.shift.end, zone) : null,
  };
}
