import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { includes, many, ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { presentPolicy } from './escalation-policies.ts';
import { byService } from './incident-log.ts';
import { incidentStatuses } from './incident-types.ts';
import type { AlertRow, IncidentRow } from './incident-types.ts';
import { incidentOf, incidentReference, rangeOf } from './incident-find.ts';
import { entryReference, presentEntry } from './log-entries.ts';
import { head, referTo } from './present.ts';
import { invalid, notFound } from './refusal.ts';
import { presentService } from './services.ts';
import { presentUser } from './users.ts';
import { iso } from './validate.ts';

const base = '/incidents';
export const incidentRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listIncidents },
  { method: 'GET', path: `${base}/:id`, handler: (call) => ok({ incident: presentIncident(call, incidentOf(call)) }) },
  { method: 'GET', path: `${base}/:id/alerts`, handler: listAlerts },
  { method: 'GET', path: `${base}/:id/alerts/:alert`, handler: getAlert },
];

function oneOfMany(call: Call, name: string, allowed: readonly string[]): readonly string[] {
  const asked = many(call, name);
  if (asked.some((each) => !allowed.includes(each))) throw invalid(`${name} is not included in the list`);
  return asked;
}

const among = (asked: readonly string[], value: string): boolean => asked.length === 0 || asked.includes(value);

function listIncidents(call: Call): SandboxReply {
  const { query } = call.request;
  const statuses = oneOfMany(call, 'statuses', incidentStatuses);
  const urgencies = oneOfMany(call, 'urgencies', ['high', 'low']);
  const dates = query.get('date_range');
  if (dates !== null && dates !== 'all') throw invalid('Date range is not included in the list');
  const range = dates === 'all' ? undefined : rangeOf(call);
  const key = query.get('incident_key');
  const people = many(call, 'user_ids');
  const rows = call.state.incidents.filter(
    (row) =>
      among(statuses, row.status) &&
      among(urgencies, row.urgency) &&
      among(many(call, 'service_ids'), row.service) &&
      many(call, 'team_ids').length === 0 &&
      (people.length === 0 || row.assignments.some(({ user }) => people.includes(user))) &&
      (range === undefined || (row.created_at >= range.since && row.created_at < range.until)) &&
      (key === null || row.key === key || row.alerts.some((alert) => alert.key === key)),
  );
  return page(call, 'incidents', sorted(query.get('sort_by'), rows), (row) => presentIncident(call, row));
}

const fields: Readonly<Record<string, (row: IncidentRow) => number>> = {
  incident_number: (row) => row.number,
  created_at: (row) => row.created_at,
  resolved_at: (row) => row.resolved_at ?? 0,
  urgency: (row) => (row.urgency === 'high' ? 0 : 1),
};

/** Oldest first, unless told otherwise: whoever wants the newest must say so. */
function sorted(asked: string | null, rows: readonly IncidentRow[]): readonly IncidentRow[] {
  const wanted = asked === null || asked === '' ? ['incident_number'] : asked.split(',');
  if (wanted.length > 2) throw invalid('Sort by can have at most 2 fields');
  const orders = wanted.map((each) => {
    const [name = '', direction = 'asc'] = each.split(':');
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!value || !['asc', 'desc'].includes(direction)) throw invalid('Sort by is not included in the list');
    return { value, sign: direction === 'desc' ? -1 : 1 };
  });
  return [...rows].sort((a, b) => {
    for (const { value, sign } of orders) if (value(a) !== value(b)) return sign * (value(a) - value(b));
    return a.number - b.number;
  });
}

export function presentIncident(call: Call, row: IncidentRow): unknown {
  const { world, state } = call;
  const zone = call.request.query.get('time_zone') ?? 'Etc/UTC';
  const person = (include: string, id: string): unknown => {
    const user = includes(call, include) || includes(call, 'users') ? state.users.find((each) => each.id === id) : undefined;
    return user ? presentUser(call, user) : referTo(world, 'user', id);
  };
  const service = includes(call, 'services') ? state.services.find((each) => each.id === row.service) : undefined;
  const policy = includes(call, 'escalation_policies') ? state.policies.find((each) => each.id === row.policy) : undefined;
  const first = row.log.find((entry) => entry.type === 'trigger');
  const when = (at: Instant): string => iso(at, zone);
  const changer = row.status_changed_by ?? byService(row);
  return {
    ...head(world, 'incident', row.id, `[#${row.number}] ${row.title}`),
    incident_number: row.number,
    title: row.title,
    description: row.title,
    created_at: when(row.created_at),
    updated_at: when(row.updated_at),
    status: row.status,
    incident_key: row.key ?? row.alerts[0]?.key ?? null,
    service: service ? presentService(call, service) : referTo(world, 'service', row.service),
    assignments: row.assignments.map(({ user, at }) => ({ at: when(at), assignee: person('assignees', user) })),
    assigned_via: row.live?.direct === true ? 'direct_assignment' : 'escalation_policy',
    last_status_change_at: when(row.status_changed_at),
    resolved_at: row.resolved_at === null ? null : when(row.resolved_at),
    first_trigger_log_entry: first
      ? includes(call, 'first_trigger_log_entries')
        ? presentEntry(call, row, first)
        : entryReference(call, row, first)
      : null,
    alert_counts: counts(row.alerts),
    is_mergeable: true,
    incident_type: { name: 'incident_default' },
    escalation_policy: policy ? presentPolicy(call, policy) : referTo(world, 'escalation_policy', row.policy),
    teams: [],
    impacted_services: [referTo(world, 'service', row.service)],
    pending_actions: row.pending.map(({ type, at }) => ({ type, at: when(at) })),
    acknowledgements: row.acknowledgements.map(({ user, at, type }) => ({
      at: when(at),
      acknowledger: type === 'service' ? referTo(world, type, user) : person('acknowledgers', user),
    })),
    alert_grouping: null,
    last_status_change_by: referTo(world, changer.type, changer.id),
    priority: null,
    responder_requests: [],
    subscriber_requests: [],
    urgency: row.urgency,
  };
}

function counts(alerts: readonly AlertRow[]): unknown {
  const resolved = alerts.filter((alert) => alert.status === 'resolved').length;
  return { all: alerts.length, triggered: alerts.length - resolved, resolved };
}

function listAlerts(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const statuses = oneOfMany(call, 'statuses', ['triggered', 'resolved']);
  const key = call.request.query.get('alert_key');
  const rows = incident.alerts.filter((row) => among(statuses, row.status) && (key === null || row.key === key));
  const newest = call.request.query.get('sort_by') === 'created_at:desc';
  return page(call, 'alerts', newest ? [...rows].reverse() : rows, (row) => presentAlert(call, incident, row));
}

function getAlert(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const row = incident.alerts.find((each) => each.id === param(call, 'alert'));
  if (!row) throw notFound();
  return ok({ alert: presentAlert(call, incident, row) });
}

export function presentAlert(call: Call, incident: IncidentRow, row: AlertRow): unknown {
  const { world, state } = call;
  const integration = state.services.flatMap((service) => service.integrations).find((each) => each.id === row.integration);
  const contexts = row.links.map(({ href, text }) => ({ type: 'link', href, text }));
  const first = incident.log.find((entry) => entry.type === 'trigger');
  return {
    ...head(world, 'alert', row.id, row.summary),
    self: `${world.baseUrl}/incidents/${incident.id}/alerts/${row.id}`,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
    resolved_at: row.resolved_at === null ? null : iso(row.resolved_at),
    status: row.status,
    alert_key: row.key,
    severity: row.severity,
    suppressed: row.suppressed,
    service: referTo(world, 'service', incident.service),
    incident: incidentReference(call, incident),
    first_trigger_log_entry: first ? entryReference(call, incident, first) : null,
    integration: integration
      ? {
          id: integration.id,
          type: `${integration.type}_reference`,
          summary: integration.name,
          self: `${world.baseUrl}/services/${incident.service}/integrations/${integration.id}`,
          html_url: null,
        }
      : null,
    body: {
      type: 'alert_body',
      contexts,
      details: row.details,
      cef_details: cefOf(row, contexts),
    },
  };
}

/** PagerDuty's common event format: other names for what the event said. */
function cefOf(row: AlertRow, contexts: unknown): unknown {
  return {
    version: '1.0',
    dedup_key: row.key,
    severity: row.severity,
    description: row.summary,
    source_origin: row.source,
    source_component: row.component,
    service_group: row.group,
    event_class: row.class,
    contexts,
    details: row.details,
  };
}
