import type { SandboxReply } from '../core.ts';
import { includes, many, ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { incidentOf, incidentReference, rangeOf } from './incident-find.ts';
import type { IncidentRow, LogRow } from './incident-types.ts';
import { head, referTo } from './present.ts';
import { invalid, missing, notFound, refusal } from './refusal.ts';
import { iso, parseQueryTime } from './validate.ts';

export const logEntryRoutes: readonly Route[] = [
  { method: 'GET', path: '/incidents/:id/log_entries', handler: listOfIncident },
  { method: 'GET', path: '/log_entries', handler: listOfAccount },
  { method: 'GET', path: '/log_entries/:entry', handler: getEntry },
  { method: 'GET', path: '/notifications', handler: listNotifications },
];

interface Logged {
  readonly incident: IncidentRow;
  readonly entry: LogRow;
}

/** Newest first; of one second, the later one first. */
const newestFirst = (rows: readonly Logged[]): readonly Logged[] => [...rows].reverse().sort((a, b) => b.entry.at - a.entry.at);

/** An overview leaves out who was notified. */
function shown(call: Call, rows: readonly Logged[]): readonly Logged[] {
  return call.request.query.get('is_overview') === 'true' ? rows.filter(({ entry }) => entry.type !== 'notify') : rows;
}

function listOfIncident(call: Call): SandboxReply {
  const { query } = call.request;
  const incident = incidentOf(call);
  const since = parseQueryTime(query.get('since'), 'since', 'Etc/UTC') ?? 0;
  const until = parseQueryTime(query.get('until'), 'until', 'Etc/UTC') ?? Number.POSITIVE_INFINITY;
  const rows = incident.log.filter(({ at }) => at >= since && at <= until).map((entry) => ({ incident, entry }));
  return entries(call, rows);
}

function listOfAccount(call: Call): SandboxReply {
  const { since, until } = rangeOf(call);
  const rows = many(call, 'team_ids').length > 0 ? [] : everything(call).filter(({ entry: { at } }) => at >= since && at <= until);
  return entries(call, rows);
}

const everything = (call: Call): readonly Logged[] =>
  call.state.incidents.flatMap((incident) => incident.log.map((entry) => ({ incident, entry })));

function entries(call: Call, rows: readonly Logged[]): SandboxReply {
  return page(call, 'log_entries', newestFirst(shown(call, rows)), ({ incident, entry }) => presentEntry(call, incident, entry));
}

function getEntry(call: Call): SandboxReply {
  const found = everything(call).find(({ entry }) => entry.id === param(call, 'entry'));
  if (!found) throw notFound();
  return ok({ log_entry: presentEntry(call, found.incident, found.entry) });
}

export function entryReference(call: Call, incident: IncidentRow, entry: LogRow): Readonly<Record<string, unknown>> {
  return {
    ...head(call.world, `${entry.type}_log_entry`, entry.id, entry.summary),
    type: `${entry.type}_log_entry_reference`,
    self: `${call.world.baseUrl}/log_entries/${entry.id}`,
    html_url: `${String(incidentReference(call, incident)['html_url'])}/log_entries/${entry.id}`,
  };
}

export function presentEntry(call: Call, incident: IncidentRow, entry: LogRow): unknown {
  const { world } = call;
  const zone = call.request.query.get('time_zone') ?? 'Etc/UTC';
  const link = (id: string): unknown => referTo(world, 'user', id);
  return {
    ...entryReference(call, incident, entry),
    type: `${entry.type}_log_entry`,
    created_at: iso(entry.at, zone),
    agent: referTo(world, entry.agent.type, entry.agent.id),
    channel: channelOf(call, incident, entry),
    service: referTo(world, 'service', incident.service),
    incident: incidentReference(call, incident),
    teams: [],
    contexts: entry.type === 'trigger' ? (incident.alerts[0]?.links ?? []).map((each) => ({ type: 'link', ...each })) : [],
    ...(entry.type === 'trigger' ? { event_details: { description: incident.title } } : {}),
    ...(entry.notified === undefined ? {} : { user: link(entry.notified.user) }),
    ...(entry.assignees === undefined ? {} : { assignees: entry.assignees.map(link) }),
    ...(entry.note === undefined ? {} : { note: entry.note }),
  };
}

/** How an act came about. Its details, who was told where among them, only with include[]=channels. */
function channelOf(call: Call, incident: IncidentRow, entry: LogRow): unknown {
  if (!includes(call, 'channels')) return { type: entry.channel };
  const { notified } = entry;
  const first = incident.alerts[0];
  return {
    type: entry.channel,
    summary: entry.note ?? entry.summary,
    ...(entry.note === undefined ? {} : { content: entry.note }),
    ...(notified === undefined ? {} : { notification: presentNotification(entry) }),
    ...(entry.type === 'trigger' && first ? { description: incident.title, incident_key: first.key, details: first.details } : {}),
  };
}

function presentNotification(entry: LogRow): Readonly<Record<string, unknown>> {
  const { notified } = entry;
  return {
    type: `${notified?.channel ?? 'email'}_notification`,
    address: notified?.address ?? null,
    status: notified?.status ?? 'success',
    started_at: iso(entry.at),
  };
}

/** Of the whole account; they do not say of which incident. @throws Refusal 400/2003 without both ends */
function listNotifications(call: Call): SandboxReply {
  const { query } = call.request;
  const since = parseQueryTime(query.get('since'), 'since', 'Etc/UTC');
  const until = parseQueryTime(query.get('until'), 'until', 'Etc/UTC');
  if (since === undefined || until === undefined) throw missing('since and until are required');
  if (until - since > 93 * 86_400_000) throw refusal(400, 2004, 'Invalid time range', ['The range must be less than 3 months']);
  const filter = query.get('filter');
  if (filter !== null && !/^(?:sms|email|phone|push)_notification$/.test(filter)) throw invalid('Filter is not included in the list');
  const rows = newestFirst(everything(call)).filter(
    ({ entry: { at, notified } }) =>
      notified !== undefined && at >= since && at <= until && (filter === null || filter === `${notified.channel}_notification`),
  );
  return page(call, 'notifications', rows, ({ entry }) => ({
    id: entry.id,
    ...presentNotification(entry),
    user: referTo(call.world, 'user', entry.notified?.user ?? ''),
  }));
}
