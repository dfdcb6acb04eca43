import type { SandboxReply } from '../core.ts';
import { byName, created, gone, includes, matching, ok, page } from './call.ts';
import type { Call, Route } from './call.ts';
import { scheduleOf } from './find.ts';
import { needRoom } from './plans.ts';
import { head, referTo } from './present.ts';
import { invalid, notFound, refusal } from './refusal.ts';
import { clipped, coverage, renderFinal, renderLayer } from './rendering.ts';
import type { Entry, Frame } from './rendering.ts';
import { scheduleIn } from './schedule-input.ts';
import type { LayerRow, PagerDutyState, ScheduleRow } from './types.ts';
import { enveloped, iso, parseQueryTime, zoneName } from './validate.ts';

export const scheduleRoutes: readonly Route[] = [
  { method: 'GET', path: '/schedules', handler: listSchedules },
  { method: 'POST', path: '/schedules', handler: createSchedule },
  { method: 'POST', path: '/schedules/preview', handler: preview, stores: false },
  { method: 'GET', path: '/schedules/:id', handler: getSchedule },
  { method: 'PUT', path: '/schedules/:id', handler: updateSchedule },
  { method: 'DELETE', path: '/schedules/:id', handler: deleteSchedule },
  { method: 'GET', path: '/schedules/:id/users', handler: listScheduleUsers },
];

const day = 86_400_000;

function listSchedules(call: Call): SandboxReply {
  const rows = byName(
    call,
    matching(call, call.state.schedules, (row) => row.name),
  );
  return page(call, 'schedules', rows, (row) => ({
    ...summary(call, row),
    ...(includes(call, 'schedule_layers') ? { schedule_layers: presentLayers(call, row, undefined, []) } : {}),
  }));
}

function getSchedule(call: Call): SandboxReply {
  refuseShiftSchedule(call);
  const row = scheduleOf(call);
  return ok({ schedule: presentSchedule(call, row, frameOf(call, row.time_zone)) });
}

function refuseShiftSchedule(call: Call): void {
  if (call.state.shiftSchedules.some((row) => row.id === call.params['id'])) {
    throw refusal(400, 2001, 'Invalid Input Provided', ['This is a shift-based schedule. Use the v3 Schedules API to access it.']);
  }
}

/** Without since and until nothing is rendered; with one of them the frame is two weeks long. */
function frameOf(call: Call, zone: string): Frame | undefined {
  const { query } = call.request;
  const since = parseQueryTime(query.get('since'), 'since', zone);
  const until = parseQueryTime(query.get('until'), 'until', zone);
  if (since === undefined && until === undefined) return undefined;
  const from = since ?? Math.min(call.world.now(), (until ?? 0) - 14 * day);
  const frame = { since: from, until: until ?? from + 14 * day, zone, dst: call.settings.dst };
  if (frame.until <= frame.since) throw refusal(400, 2004, 'Invalid time range', ['until must be after since']);
  return frame;
}

function presentSchedule(call: Call, row: ScheduleRow, frame: Frame | undefined): unknown {
  const overflow = call.request.query.get('overflow') === 'true';
  const shown = (entries: readonly Entry[]): readonly Entry[] => (frame && !overflow ? clipped(entries, frame) : entries);
  const layers = frame ? row.layers.map((layer) => renderLayer(layer, frame)) : [];
  const overrides = frame ? row.overrides.filter((each) => each.end > frame.since && each.start < frame.until) : [];
  const sub = (name: string, entries: readonly Entry[]): unknown => ({ name, ...rendered(call, row, shown(entries), frame) });
  return {
    ...summary(call, row),
    schedule_layers: presentLayers(call, row, frame, layers),
    overrides_subschedule: sub('Overrides', overrides),
    final_schedule: sub('Final Schedule', renderFinal(layers, overrides)),
  };
}

function summary(call: Call, row: ScheduleRow): Readonly<Record<string, unknown>> {
  const people = [...new Set(row.layers.flatMap((layer) => layer.users))];
  return {
    ...head(call.world, 'schedule', row.id, row.name),
    name: row.name,
    time_zone: row.time_zone,
    description: row.description,
    escalation_policies: policiesUsing(call.state, row.id).map((policy) => referTo(call.world, 'escalation_policy', policy.id)),
    users: people.map((id) => referTo(call.world, 'user', id)),
    teams: [],
  };
}

/** PagerDuty answers with the layers in the opposite order of the one it was sent. */
function presentLayers(
  call: Call,
  row: ScheduleRow,
  frame: Frame | undefined,
  entriesOf: readonly (readonly Entry[])[],
): readonly unknown[] {
  const overflow = call.request.query.get('overflow') === 'true';
  const all = row.layers.map((layer, index) => {
    const entries = entriesOf[index] ?? [];
    return { ...presentLayer(call, row, layer), ...rendered(call, row, frame && !overflow ? clipped(entries, frame) : entries, frame) };
  });
  return all.reverse();
}

function presentLayer(call: Call, row: ScheduleRow, layer: LayerRow): Readonly<Record<string, unknown>> {
  return {
    name: layer.name,
    id: layer.id,
    start: iso(layer.start, row.time_zone),
    end: layer.end === null ? null : iso(layer.end, row.time_zone),
    rotation_virtual_start: iso(layer.rotation_virtual_start, row.time_zone),
    rotation_turn_length_seconds: layer.rotation_turn_length_seconds,
    users: layer.users.map((id) => ({ user: referTo(call.world, 'user', id) })),
    restrictions: layer.restrictions,
  };
}

function rendered(call: Call, row: ScheduleRow, entries: readonly Entry[], frame: Frame | undefined): Readonly<Record<string, unknown>> {
  const zone = call.request.query.get('time_zone');
  const shownIn = zone ? zoneName(zone) : row.time_zone;
  return {
    rendered_schedule_entries: entries.map((entry) => ({
      start: iso(entry.start, shownIn),
      end: Number.isFinite(entry.end) ? iso(entry.end, shownIn) : null,
      user: referTo(call.world, 'user', entry.user),
    })),
    rendered_coverage_percentage: frame ? coverage(entries, frame) : null,
  };
}

function createSchedule(call: Call): SandboxReply {
  const input = scheduleIn(call, enveloped(call.request.body, 'schedule'), () => call.world.id('P', 7));
  needRoom(call.state, 'schedules');
  const row: ScheduleRow = { id: call.world.id('P', 7), ...input, overrides: [] };
  call.state.schedules.push(row);
  return created({ schedule: presentSchedule(call, row, frameOf(call, row.time_zone)) });
}

/** Renders what the body asks for, and keeps nothing, ids included. */
function preview(call: Call): SandboxReply {
  const row: ScheduleRow = { id: 'PREVIEW', ...scheduleIn(call, enveloped(call.request.body, 'schedule'), counter()), overrides: [] };
  const now = call.world.now();
  const frame = frameOf(call, row.time_zone) ?? { since: now, until: now + 14 * day, zone: row.time_zone, dst: call.settings.dst };
  return ok({ schedule: presentSchedule(call, row, frame) });
}

function counter(): () => string {
  let last = 0;
  return () => `PREVIEW${(last += 1)}`;
}

function updateSchedule(call: Call): SandboxReply {
  refuseShiftSchedule(call);
  const row = scheduleOf(call);
  Object.assign(
    row,
    scheduleIn(call, enveloped(call.request.body, 'schedule'), () => call.world.id('P', 7), row),
  );
  return ok({ schedule: presentSchedule(call, row, frameOf(call, row.time_zone)) });
}

export function policiesUsing(state: PagerDutyState, schedule: string): PagerDutyState['policies'] {
  return state.policies.filter((policy) => policy.rules.some((rule) => rule.targets.some((target) => target.id === schedule)));
}

function deleteSchedule(call: Call): SandboxReply {
  refuseShiftSchedule(call);
  const row = scheduleOf(call);
  if (policiesUsing(call.state, row.id).length > 0) throw invalid("Schedule can't be deleted if it's being used by escalation policies");
  const snapshot = call.state.incidents.some(
    ({ status, live }) => status !== 'resolved' && live?.levels.some(({ targets }) => targets.some((target) => target.id === row.id)),
  );
  if (snapshot) throw invalid("Schedule can't be deleted if it's being used by an escalation policy snapshot with open incidents");
  call.state.schedules = call.state.schedules.filter((each) => each !== row);
  return gone();
}

/** People with a shift between since and until; without them, everybody in a layer. */
function listScheduleUsers(call: Call): SandboxReply {
  const row = scheduleOf(call);
  const frame = frameOf(call, row.time_zone);
  const ids = frame
    ? renderFinal(
        row.layers.map((layer) => renderLayer(layer, frame)),
        row.overrides,
      ).map((entry) => entry.user)
    : row.layers.flatMap((layer) => layer.users);
  const users = call.state.users.filter((user) => ids.includes(user.id));
  if (users.length === 0 && ids.length > 0) throw notFound();
  return ok({
    users: users.map((user) => ({ ...head(call.world, 'user', user.id, user.name), name: user.name, email: user.email, role: user.role })),
  });
}
