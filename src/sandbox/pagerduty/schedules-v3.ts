import type { SandboxReply } from '../core.ts';
import { byName, created, gone, matching, ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { needRoom } from './plans.ts';
import { referTo } from './present.ts';
import { notFound, refusal, Refusal } from './refusal.ts';
import { policiesUsing } from './schedules.ts';
import type { ShiftScheduleRow } from './types.ts';
import { enveloped, optionalText, text, zoneName } from './validate.ts';

/** Shift-based schedules, as far as somebody else's can be found, read and removed. */
export const shiftScheduleRoutes: readonly Route[] = [
  { method: 'GET', path: '/v3/schedules', handler: listShiftSchedules },
  { method: 'POST', path: '/v3/schedules', handler: createShiftSchedule },
  { method: 'GET', path: '/v3/schedules/:id', handler: (call) => ok({ schedule: present(call, shiftScheduleOf(call)) }) },
  { method: 'DELETE', path: '/v3/schedules/:id', handler: deleteShiftSchedule },
];

function shiftScheduleOf(call: Call): ShiftScheduleRow {
  const id = param(call, 'id');
  if (call.state.schedules.some((row) => row.id === id)) {
    throw refusal(400, 2001, 'This is a layer-based schedule. Use the v2 Schedules API to access it.');
  }
  const row = call.state.shiftSchedules.find((each) => each.id === id);
  if (!row) throw notFound(3004);
  return row;
}

/** Bare references: the name is in `summary` only. */
function listShiftSchedules(call: Call): SandboxReply {
  const rows = byName(
    call,
    matching(call, call.state.shiftSchedules, (row) => row.name),
  );
  return page(call, 'schedules', rows, (row) => referTo(call.world, 'schedule_v3', row.id), { usual: 100, most: 1000 });
}

function present(call: Call, row: ShiftScheduleRow): unknown {
  const { summary, self, html_url } = referTo(call.world, 'schedule_v3', row.id);
  return {
    id: row.id,
    type: 'schedule_v3',
    summary,
    self,
    html_url,
    name: row.name,
    time_zone: row.time_zone,
    description: row.description,
    teams: [],
    escalation_policies: policiesUsing(call.state, row.id).map((policy) => referTo(call.world, 'escalation_policy', policy.id)),
    rotations: [],
    http_cal_url: null,
    web_cal_url: null,
  };
}

function createShiftSchedule(call: Call): SandboxReply {
  const body = enveloped(call.request.body, 'schedule');
  for (const field of ['rotations', 'escalation_policies']) {
    if (body[field] !== undefined) {
      throw new Refusal(400, {
        error: { message: 'Invalid Request', code: 2001, errors: { [`schedule.${field}`]: ['is not accepted here'] } },
      });
    }
  }
  if (body['time_zone'] === undefined) throw refusal(400, 2001, 'Invalid Request', ['Time zone cannot be empty.']);
  const zone = text(body, 'time_zone');
  needRoom(call.state, 'schedules');
  const row: ShiftScheduleRow = {
    id: call.world.id('P', 7),
    name: text(body, 'name', { max: 255 }),
    time_zone: zone === 'UTC' ? 'Etc/UTC' : zoneName(zone),
    description: optionalText(body, 'description', 1024) ?? null,
  };
  call.state.shiftSchedules.push(row);
  return created({ schedule: present(call, row) });
}

function deleteShiftSchedule(call: Call): SandboxReply {
  const row = shiftScheduleOf(call);
  if (policiesUsing(call.state, row.id).length > 0) {
    throw refusal(400, 2001, 'Invalid Request', ["Schedule can't be deleted if it's being used by escalation policies"]);
  }
  call.state.shiftSchedules = call.state.shiftSchedules.filter((each) => each !== row);
  return gone();
}
