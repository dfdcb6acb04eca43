import type { SandboxReply } from '../core.ts';
import { created, gone, ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { scheduleOf } from './find.ts';
import { referTo } from './present.ts';
import { invalid, notFound, refusal, Refusal } from './refusal.ts';
import type { OverrideRow, ScheduleRow } from './types.ts';
import { isObject, iso, list, parseInstant, parseQueryTime, reference } from './validate.ts';

export const overrideRoutes: readonly Route[] = [
  { method: 'GET', path: '/schedules/:id/overrides', handler: listOverrides },
  { method: 'POST', path: '/schedules/:id/overrides', handler: createOverrides },
  { method: 'DELETE', path: '/schedules/:id/overrides/:override', handler: deleteOverride },
];

function present(call: Call, schedule: ScheduleRow, row: OverrideRow): unknown {
  return {
    id: row.id,
    start: iso(row.start, schedule.time_zone),
    end: iso(row.end, schedule.time_zone),
    user: referTo(call.world, 'user', row.user),
  };
}

function listOverrides(call: Call): SandboxReply {
  const schedule = scheduleOf(call);
  const since = parseQueryTime(call.request.query.get('since'), 'since', schedule.time_zone);
  const until = parseQueryTime(call.request.query.get('until'), 'until', schedule.time_zone);
  if (since === undefined || until === undefined) throw refusal(400, 2003, 'Missing Arguments', ['since and until are required']);
  const rows = schedule.overrides.filter((row) => row.end > since && row.start < until);
  return ok({ overrides: rows.map((row) => present(call, schedule, row)) });
}

/** Each override stands or falls by itself: the answer is a bare list with a status for each. */
function createOverrides(call: Call): SandboxReply {
  const schedule = scheduleOf(call);
  let body: unknown;
  try {
    body = JSON.parse(call.request.body);
  } catch {
    throw invalid('Request body is not valid JSON');
  }
  const wanted = isObject(body) ? list(body, 'overrides') : [];
  if (wanted.length === 0) throw invalid("Overrides can't be blank");
  return created(wanted.map((item) => createOne(call, schedule, item)));
}

function createOne(call: Call, schedule: ScheduleRow, item: unknown): unknown {
  try {
    const row = overrideIn(call, item);
    schedule.overrides.push(row);
    return { status: 201, override: present(call, schedule, row) };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const { error } = thrown.body as { error: { errors?: readonly string[] } };
    return { status: 400, errors: error.errors ?? [], override: item };
  }
}

function overrideIn(call: Call, item: unknown): OverrideRow {
  if (!isObject(item)) throw invalid("Override can't be blank");
  const start = parseInstant(item['start'], 'start');
  const end = parseInstant(item['end'], 'end');
  const user = reference(item['user'], 'user', ['user_reference', 'user']).id;
  if (end <= start) throw invalid('Override must end after its start');
  if (end <= call.world.now()) throw invalid('Override must end in the future');
  if (!call.state.users.some((row) => row.id === user)) throw invalid('User not found');
  return { id: call.world.id('Q', 14), start, end, user };
}

/** One that is running is ended now and stays in the record. */
function deleteOverride(call: Call): SandboxReply {
  const schedule = scheduleOf(call);
  const row = schedule.overrides.find((each) => each.id === param(call, 'override'));
  if (!row) throw notFound();
  const now = call.world.now();
  if (row.end <= now) throw refusal(400, 4004, 'Invalid Override', ['Override has already ended']);
  if (row.start < now) {
    row.end = now;
    return { status: 200, body: {} };
  }
  schedule.overrides = schedule.overrides.filter((each) => each !== row);
  return gone();
}
