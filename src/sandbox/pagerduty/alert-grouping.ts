import type { SandboxReply } from '../core.ts';
import { created, gone, many, ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { needGrouping } from './plans.ts';
import { referTo } from './present.ts';
import { invalid, notFound } from './refusal.ts';
import type { GroupingRow, PagerDutyState } from './types.ts';
import { enveloped, integer, isObject, iso, list, oneOf, optionalText } from './validate.ts';
import type { Body } from './validate.ts';

const base = '/alert_grouping_settings';
export const groupingRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listGroupings },
  { method: 'POST', path: base, handler: createGrouping },
  { method: 'GET', path: `${base}/:id`, handler: (call) => ok({ alert_grouping_setting: present(call, groupingOf(call)) }) },
  { method: 'PUT', path: `${base}/:id`, handler: updateGrouping },
  { method: 'DELETE', path: `${base}/:id`, handler: deleteGrouping },
];

function groupingOf(call: Call): GroupingRow {
  const row = call.state.groupings.find((each) => each.id === param(call, 'id'));
  if (!row) throw notFound();
  return row;
}

/** Nothing found is a 404, not an empty list. Paged by tokens. */
function listGroupings(call: Call): SandboxReply {
  const services = many(call, 'service_ids');
  const rows = call.state.groupings.filter((row) => services.length === 0 || row.services.some((id) => services.includes(id)));
  if (rows.length === 0) throw notFound();
  const after = call.request.query.get('after');
  const from = after ? rows.findIndex((row) => row.id === after) + 1 : 0;
  const limit = Math.min(Number(call.request.query.get('limit') ?? 25) || 25, 100);
  const shown = rows.slice(from, from + limit);
  return ok({
    alert_grouping_settings: shown.map((row) => present(call, row)),
    after: from + limit < rows.length ? shown.at(-1)?.id : null,
    before: from > 0 ? shown[0]?.id : null,
    limit,
    total: call.request.query.get('total') === 'true' ? rows.length : null,
  });
}

function present(call: Call, row: GroupingRow): unknown {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    type: row.type,
    config: row.config,
    services: row.services.map((id) => ({ id, name: referTo(call.world, 'service', id).summary })),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** As the service itself tells it, in the deprecated field. */
export function presentGroupingOf(state: PagerDutyState, service: string): unknown {
  const row = state.groupings.find((each) => each.services.includes(service));
  return row ? { type: row.type, config: row.config } : { type: null, config: null };
}

type Wanted = Pick<GroupingRow, 'name' | 'description' | 'type' | 'config' | 'services'>;

function createGrouping(call: Call): SandboxReply {
  const wanted = groupingIn(call, enveloped(call.request.body, 'alert_grouping_setting'));
  const now = call.world.now();
  const row: GroupingRow = { id: call.world.id('P', 7), ...wanted, created_at: now, updated_at: now };
  call.state.groupings.push(row);
  return created({ alert_grouping_setting: present(call, row) });
}

function groupingIn(call: Call, body: Body, old?: GroupingRow): Wanted {
  const type =
    old && body['type'] === undefined
      ? old.type
      : oneOf(body, 'type', ['intelligent', 'content_based', 'content_based_intelligent', 'time']);
  needGrouping(call.state, type);
  const services = old && body['services'] === undefined ? old.services : servicesIn(call, body, old);
  if (services.length > 1 && ['content_based_intelligent', 'time'].includes(type)) throw invalid(`Type ${type} allows only one service`);
  const [name, description] = [optionalText(body, 'name'), optionalText(body, 'description')];
  return {
    name: name === undefined ? (old?.name ?? null) : name,
    description: description === undefined ? (old?.description ?? null) : description,
    type,
    config: old && body['config'] === undefined && type === old.type ? old.config : configIn(body['config'], type, services.length),
    services,
  };
}

function servicesIn(call: Call, body: Body, self?: GroupingRow): readonly string[] {
  const ids = list(body, 'services').map((item) => (isObject(item) ? String(item['id']) : ''));
  if (ids.length === 0) throw invalid("Services can't be blank");
  if (ids.length > 250) throw invalid('Services is too long (maximum is 250)');
  for (const id of ids) {
    if (!call.state.services.some((row) => row.id === id)) throw invalid('Service not found');
    const taken = call.state.groupings.some((row) => row !== self && row.services.includes(id));
    if (taken) throw invalid('Service already belongs to an alert grouping setting');
  }
  return [...new Set(ids)];
}

const configFields: Readonly<Record<string, readonly string[]>> = {
  intelligent: ['time_window', 'iag_fields', 'recommended_time_window'],
  content_based: ['time_window', 'aggregate', 'fields', 'recommended_time_window'],
  content_based_intelligent: ['time_window', 'aggregate', 'fields', 'iag_fields', 'recommended_time_window'],
  time: ['timeout'],
};

function configIn(value: unknown, type: string, services: number): Readonly<Record<string, unknown>> {
  const config: Body = value === undefined || value === null ? {} : isObject(value) ? value : refuse('Config is invalid');
  const stray = Object.keys(config).find((field) => !configFields[type]?.includes(field));
  if (stray !== undefined) throw invalid(`Config ${stray} is not allowed for type ${type}`);
  if (type === 'time') return { timeout: config['timeout'] === 0 ? 0 : integer(config, 'timeout', 60, 86_400) };
  const iag =
    type === 'content_based' ? {} : { iag_fields: config['iag_fields'] === undefined ? ['summary'] : strings(config, 'iag_fields') };
  const content =
    type === 'intelligent' ? {} : { aggregate: oneOf(config, 'aggregate', ['all', 'any']), fields: strings(config, 'fields') };
  return { time_window: windowIn(config, type === 'content_based' && services === 1), ...content, ...iag };
}

/** 0 or nothing: the recommended one; a whole day only for content-based grouping of a single service. */
function windowIn(config: Body, day: boolean): number {
  const value = config['time_window'];
  if (value === undefined || value === null || value === 0) return 300;
  if (day && value === 86_400) return value;
  return integer(config, 'time_window', 300, 3600);
}

function strings(config: Body, field: string): readonly string[] {
  const values = list(config, field);
  if (values.length === 0) throw invalid(`Config ${field} can't be blank`);
  return values.map((value) => (typeof value === 'string' && value !== '' ? value : refuse(`Config ${field} is invalid`)));
}

function refuse(message: string): never {
  throw invalid(message);
}

function updateGrouping(call: Call): SandboxReply {
  const row = groupingOf(call);
  const wanted = groupingIn(call, enveloped(call.request.body, 'alert_grouping_setting'), row);
  Object.assign(row, wanted, { updated_at: call.world.now() });
  return ok({ alert_grouping_setting: present(call, row) });
}

function deleteGrouping(call: Call): SandboxReply {
  const row = groupingOf(call);
  call.state.groupings = call.state.groupings.filter((each) => each !== row);
  return gone();
}
