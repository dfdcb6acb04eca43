import type { SandboxReply } from '../core.ts';
import { created, gone, many, matching, ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { head, referTo } from './present.ts';
import { invalid, notFound, refusal } from './refusal.ts';
import type { WindowRow } from './types.ts';
import { enveloped, iso, list, optionalText, parseInstant, reference, rightType } from './validate.ts';
import type { Body } from './validate.ts';

const base = '/maintenance_windows';
export const windowRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listWindows },
  { method: 'POST', path: base, handler: createWindow, from: true },
  { method: 'GET', path: `${base}/:id`, handler: (call) => ok({ maintenance_window: present(call, windowOf(call)) }) },
  { method: 'PUT', path: `${base}/:id`, handler: updateWindow },
  { method: 'DELETE', path: `${base}/:id`, handler: deleteWindow },
];

function windowOf(call: Call): WindowRow {
  const row = call.state.windows.find((each) => each.id === param(call, 'id'));
  if (!row) throw notFound(5001);
  return row;
}

function listWindows(call: Call): SandboxReply {
  const filter = call.request.query.get('filter') ?? 'all';
  if (!['past', 'future', 'ongoing', 'open', 'all'].includes(filter)) throw invalid('Filter is not included in the list');
  const services = many(call, 'service_ids');
  const rows = matching(call, call.state.windows, (row) => row.description ?? '')
    .filter((row) => matches(filter, phase(call, row)))
    .filter((row) => services.length === 0 || row.services.some((id) => services.includes(id)));
  return page(
    call,
    'maintenance_windows',
    [...rows].sort((a, b) => a.start - b.start),
    (row) => present(call, row),
  );
}

function phase(call: Call, row: WindowRow): 'past' | 'ongoing' | 'future' {
  const now = call.world.now();
  return row.end <= now ? 'past' : row.start <= now ? 'ongoing' : 'future';
}

const matches = (filter: string, is: string): boolean => filter === 'all' || filter === is || (filter === 'open' && is !== 'past');

function present(call: Call, row: WindowRow): unknown {
  return {
    ...head(call.world, 'maintenance_window', row.id, row.description ?? 'Maintenance Window'),
    sequence_number: row.sequence_number,
    start_time: iso(row.start),
    end_time: iso(row.end),
    description: row.description,
    created_by: row.created_by === null ? null : referTo(call.world, 'user', row.created_by),
    services: row.services.map((id) => referTo(call.world, 'service', id)),
    teams: [],
  };
}

function createWindow(call: Call): SandboxReply {
  const wanted = windowIn(call, enveloped(call.request.body, 'maintenance_window'));
  call.state.windowNumber += 1;
  const row: WindowRow = {
    id: call.world.id('P', 7),
    sequence_number: call.state.windowNumber,
    ...wanted,
    created_by: call.requester?.id ?? null,
  };
  call.state.windows.push(row);
  return created({ maintenance_window: present(call, row) });
}

function windowIn(call: Call, body: Body, old?: WindowRow): Pick<WindowRow, 'start' | 'end' | 'description' | 'services'> {
  rightType(body, ['maintenance_window']);
  const now = Math.floor(call.world.now() / 1000) * 1000;
  const sent = old && body['start_time'] === undefined ? old.start : parseInstant(body['start_time'], 'start_time');
  const start = old?.start === sent ? sent : Math.max(sent, now);
  const end = old && body['end_time'] === undefined ? old.end : parseInstant(body['end_time'], 'end_time');
  if (end <= now) throw invalid('End time must be in the future');
  if (end <= start) throw invalid('End time must be after start time');
  const description = optionalText(body, 'description');
  return {
    start,
    end,
    description: description === undefined ? (old?.description ?? null) : description,
    services: old && body['services'] === undefined ? old.services : servicesIn(call, body),
  };
}

function servicesIn(call: Call, body: Body): readonly string[] {
  const ids = list(body, 'services').map((item) => reference(item, 'service', ['service_reference', 'service']).id);
  if (ids.length === 0) throw invalid("Services can't be blank");
  if (ids.some((id) => !call.state.services.some((row) => row.id === id)))
    throw refusal(400, 2001, 'Invalid Input Provided', ['Service not found']);
  return [...new Set(ids)];
}

function updateWindow(call: Call): SandboxReply {
  const row = windowOf(call);
  if (phase(call, row) === 'past') throw invalid('A past maintenance window cannot be changed');
  Object.assign(row, windowIn(call, enveloped(call.request.body, 'maintenance_window'), row));
  return ok({ maintenance_window: present(call, row) });
}

/** A future one is removed; one that is open ends now and stays in the record. */
function deleteWindow(call: Call): SandboxReply {
  const row = windowOf(call);
  const is = phase(call, row);
  if (is === 'past') throw refusal(405, 5003, 'Maintenance window cannot be deleted, because it is in the past');
  if (is === 'ongoing') row.end = call.world.now();
  else call.state.windows = call.state.windows.filter((each) => each !== row);
  return gone();
}
