import type { SandboxReply } from '../core.ts';
import { presentGroupingOf } from './alert-grouping.ts';
import { byName, created, gone, includes, many, matching, ok, page } from './call.ts';
import type { Call, Route } from './call.ts';
import { presentPolicy } from './escalation-policies.ts';
import { serviceOf } from './find.ts';
import { integrationReference, presentIntegration } from './integrations.ts';
import { head, referTo } from './present.ts';
import { invalid } from './refusal.ts';
import { supportHoursIn, urgencyRuleIn } from './service-urgency.ts';
import type { PagerDutyState, ServiceRow } from './types.ts';
import { enveloped, integer, iso, list, oneOf, optionalText, reference, rightType, sameName, text } from './validate.ts';
import type { Body } from './validate.ts';

export const serviceRoutes: readonly Route[] = [
  { method: 'GET', path: '/services', handler: listServices },
  { method: 'POST', path: '/services', handler: createService },
  { method: 'GET', path: '/services/:id', handler: (call) => ok({ service: presentService(call, serviceOf(call)) }) },
  { method: 'PUT', path: '/services/:id', handler: updateService },
  { method: 'DELETE', path: '/services/:id', handler: deleteService },
];

function listServices(call: Call): SandboxReply {
  const name = call.request.query.get('name');
  const rows = byName(
    call,
    matching(call, call.state.services, (row) => row.name),
  )
    .filter((row) => name === null || row.name === name)
    .filter(() => many(call, 'team_ids').length === 0);
  return page(call, 'services', rows, (row) => presentService(call, row));
}

export function presentService(call: Call, row: ServiceRow): unknown {
  const { world, state } = call;
  const policy = includes(call, 'escalation_policies') ? state.policies.find((each) => each.id === row.policy) : undefined;
  return {
    ...head(world, 'service', row.id, row.name),
    name: row.name,
    description: row.description,
    created_at: iso(row.created_at),
    updated_at: iso(row.created_at),
    status: statusOf(call, row),
    acknowledgement_timeout: row.acknowledgement_timeout,
    auto_resolve_timeout: row.auto_resolve_timeout,
    last_incident_timestamp: lastIncident(state, row.id),
    teams: [],
    incident_urgency_rule: row.incident_urgency_rule,
    support_hours: row.support_hours,
    scheduled_actions: row.scheduled_actions,
    escalation_policy: policy
      ? presentPolicy({ ...call, request: { ...call.request, query: new URLSearchParams() } }, policy)
      : referTo(world, 'escalation_policy', row.policy),
    integrations: row.integrations.map((each) =>
      includes(call, 'integrations') ? presentIntegration(world, row, each) : integrationReference(world, row, each),
    ),
    addons: [],
    alert_creation: 'create_alerts_and_incidents',
    alert_grouping_parameters: presentGroupingOf(state, row.id),
    response_play: null,
  };
}

function lastIncident(state: PagerDutyState, service: string): string | null {
  const times = state.incidents.filter((incident) => incident.service === service).map((incident) => incident.created_at);
  return times.length === 0 ? null : iso(Math.max(...times));
}

export function statusOf(call: Pick<Call, 'state' | 'world'>, row: ServiceRow): string {
  if (row.disabled) return 'disabled';
  const now = call.world.now();
  const inWindow = call.state.windows.some((window) => window.services.includes(row.id) && window.start <= now && now < window.end);
  if (inWindow) return 'maintenance';
  const open = call.state.incidents.filter((incident) => incident.service === row.id && incident.status !== 'resolved');
  if (open.some((incident) => incident.status === 'triggered')) return 'critical';
  return open.length > 0 ? 'warning' : 'active';
}

function createService(call: Call): SandboxReply {
  const body = enveloped(call.request.body, 'service');
  const name = nameIn(call, body);
  const row: ServiceRow = {
    id: call.world.id('P', 7),
    name,
    disabled: false,
    ...fieldsIn(call, body),
    created_at: call.world.now(),
    integrations: [],
  };
  if (body['status'] !== undefined && body['status'] !== 'active') throw invalid('Status must be active');
  call.state.services.push(row);
  return created({ service: presentService(call, row) });
}

function nameIn(call: Call, body: Body, self?: ServiceRow): string {
  const name = text(body, 'name', { max: 255 });
  // Control characters never show and would make two names look alike.
  if (/[\u0000-\u001F\u007F]/.test(name)) throw invalid('Name contains invalid characters');
  if (call.state.services.some((row) => row !== self && sameName(row.name, name))) throw invalid('Name has already been taken');
  return name;
}

type Fields = Pick<
  ServiceRow,
  | 'description'
  | 'policy'
  | 'acknowledgement_timeout'
  | 'auto_resolve_timeout'
  | 'incident_urgency_rule'
  | 'support_hours'
  | 'scheduled_actions'
>;

function fieldsIn(call: Call, body: Body, old?: ServiceRow): Fields {
  rightType(body, ['service']);
  if (body['alert_grouping_parameters'] !== undefined && body['alert_grouping_parameters'] !== null) {
    throw invalid('Alert grouping parameters is deprecated, use alert_grouping_settings');
  }
  const description = optionalText(body, 'description');
  const support_hours = supportHoursIn(call, body, old);
  return {
    description: description === undefined ? (old?.description ?? null) : description,
    policy: policyIn(call, body, old),
    acknowledgement_timeout: timeoutIn(body, 'acknowledgement_timeout', old?.acknowledgement_timeout ?? null),
    auto_resolve_timeout: timeoutIn(body, 'auto_resolve_timeout', old?.auto_resolve_timeout ?? null),
    incident_urgency_rule: urgencyRuleIn(call, body, support_hours, old),
    support_hours,
    scheduled_actions: body['scheduled_actions'] === undefined ? (old?.scheduled_actions ?? []) : list(body, 'scheduled_actions'),
  };
}

function policyIn(call: Call, body: Body, old?: ServiceRow): string {
  if (old && body['escalation_policy'] === undefined) return old.policy;
  const { id } = reference(body['escalation_policy'], 'escalation_policy', ['escalation_policy_reference', 'escalation_policy']);
  if (!call.state.policies.some((row) => row.id === id)) throw invalid('Escalation policy not found');
  return id;
}

/** Left out of a new service, null and 0 all mean: never. */
function timeoutIn(body: Body, field: string, old: number | null): number | null {
  if (body[field] === undefined) return old;
  if (body[field] === null || body[field] === 0) return null;
  return integer(body, field, 0, 100_000_000);
}

function updateService(call: Call): SandboxReply {
  const row = serviceOf(call);
  const body = enveloped(call.request.body, 'service');
  const name = body['name'] === undefined ? row.name : nameIn(call, body, row);
  // A service that is read and sent back carries a status that was only derived.
  const status =
    body['status'] === undefined ? undefined : oneOf(body, 'status', ['active', 'disabled', 'warning', 'critical', 'maintenance']);
  Object.assign(row, { name, ...fieldsIn(call, body, row) });
  if (status !== undefined) row.disabled = status === 'disabled';
  return ok({ service: presentService(call, row) });
}

function deleteService(call: Call): SandboxReply {
  const row = serviceOf(call);
  const { state } = call;
  state.services = state.services.filter((each) => each !== row);
  for (const window of state.windows) window.services = window.services.filter((id) => id !== row.id);
  for (const grouping of state.groupings) grouping.services = grouping.services.filter((id) => id !== row.id);
  state.groupings = state.groupings.filter((grouping) => grouping.services.length > 0);
  state.webhooks = state.webhooks.filter((webhook) => webhook.filter.id !== row.id);
  return gone();
}
