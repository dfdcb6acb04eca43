import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { descriptionFile, descriptionIsThere } from '../../contracts/pagerduty/description.ts';
import { Client, layer, opened, scheduleBody } from '../support.ts';

type Json = Record<string, unknown>;

/** Where the sandbox departs from the description on purpose. PagerDuty's own examples fail it in many places, so it is a hint, not proof. */
const waivers: readonly { readonly operation: RegExp; readonly error: RegExp; readonly reason: string }[] = [
  {
    operation: /GET \/(?:users|services)/,
    error: /(?:contact_methods|notification_rules|integrations)\/\d+\/type/,
    reason: 'include[] puts the object where the schema knows the reference only',
  },
  { operation: /escalation_policies/, error: /escalation_rule_assignment_strategy must be/, reason: 'PagerDuty’s examples have an object' },
  { operation: /services/, error: /alert_grouping_parameters/, reason: 'an own schema of exclusive branches which its examples fail' },
  {
    operation: /alert_grouping_settings/,
    error: /aggregate must be equal|config must match|services\/\d+/,
    reason: 'the enum is one string "all, any"; services are id and name in the examples',
  },
];

/**
 * "Any response field may be null", PagerDuty says, whatever its schema says: null counts as left out. So does a log entry's channel, whose schema is
 * one of several that all fit everything: no channel at all passes it, those of PagerDuty's examples neither.
 */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([name, each]) => each !== null && name !== 'channel');
  return Object.fromEntries(entries.map(([name, each]) => [name, withoutNulls(each)]));
}

/** OpenAPI 3.0's dialect as JSON Schema. */
function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, discriminator: _, example: __, exclusiveMaximum: ___, exclusiveMinimum: ____, ...rest } = value as Json;
  const mapped = Object.fromEntries(Object.entries(rest).map(([name, each]) => [name, normal(each)]));
  return nullable === true ? { anyOf: [mapped, { type: 'null' }] } : mapped;
}

function described(): (method: string, path: string, status: number, body: unknown) => readonly string[] {
  // One schema's misspelling: the list of all types, and PagerDuty itself, say acknowledge_log_entry.
  const doc = JSON.parse(readFileSync(descriptionFile, 'utf8').replaceAll('"acknowledgement_log_entry"', '"acknowledge_log_entry"')) as {
    readonly paths: Record<string, Json>;
    readonly components: Json;
  };
  const ajv = new Ajv2019({ strict: false, allErrors: true, validateSchema: false, logger: false });
  addFormats.default(ajv);
  for (const format of ['tzinfo', 'activesupport-time-zone', 'url', 'partial-time', 'time']) ajv.addFormat(format, true);
  ajv.addSchema({ $id: 'pd', components: normal(doc.components) } as Json, 'pd');
  const templates = Object.keys(doc.paths).sort((a, b) => a.split('{').length - b.split('{').length);
  return (method, path, status, body) => {
    const template = templates.find((each) => new RegExp(`^${each.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path));
    const operation = `${method} ${template}`;
    const responses = ((doc.paths[template ?? ''] ?? {})[method.toLowerCase()] as Json | undefined)?.['responses'] as
      | Record<string, Json>
      | undefined;
    // PagerDuty documents 200 or 201 loosely; the other of the two is meant.
    const response = responses?.[status] ?? responses?.[status === 201 ? 200 : 201];
    if (response === undefined) return [`${operation} has no response ${status}`];
    const content = (response['content'] as Record<string, Json> | undefined)?.['application/json']?.['schema'];
    if (content === undefined) return [];
    const schema = JSON.parse(JSON.stringify(normal(content)).replaceAll('"$ref":"#/', '"$ref":"pd#/')) as Json;
    const validate = ajv.compile(schema);
    if (validate(withoutNulls(body))) return [];
    const errors = (validate.errors ?? []).map((error) => `${operation}: ${error.instancePath} ${error.message}`);
    return errors.filter((error) => !waivers.some((waiver) => waiver.operation.test(operation) && waiver.error.test(error)));
  };
}

/** An account with one of everything, and every read that setup makes. */
async function walk(): Promise<readonly { method: string; path: string; status: number; body: unknown }[]> {
  const sandbox = await opened({ token: 'user' });
  const pd = new Client(sandbox);
  const seen: { method: string; path: string; status: number; body: unknown }[] = [];
  const call = async (method: string, path: string, body?: unknown) => {
    const answer = await pd.call(method, path, body);
    seen.push({ method, path: path.replace(/\?.*$/, ''), status: answer.status, body: answer.body });
    return answer.body;
  };
  const { user } = await call('POST', '/users', { user: { type: 'user', name: 'Ada Example', email: 'ada@example.com' } });
  const sms = { type: 'sms_contact_method', label: 'Mobile', address: '2025550101', country_code: 1 };
  const { contact_method: method } = await call('POST', `/users/${user.id}/contact_methods`, { contact_method: sms });
  const rule = {
    type: 'assignment_notification_rule',
    start_delay_in_minutes: 0,
    urgency: 'high',
    contact_method: { id: method.id, type: sms.type },
  };
  await call('POST', `/users/${user.id}/notification_rules`, { notification_rule: rule });
  const wanted = { schedule: scheduleBody('PMP Primary On-Call', [layer([user.id])]) };
  await call('POST', '/schedules/preview?since=2027-01-01T00:00:00Z&until=2027-02-01T00:00:00Z', wanted);
  const { schedule } = await call('POST', '/schedules', wanted);
  const rules = [{ escalation_delay_in_minutes: 10, targets: [{ id: schedule.id, type: 'schedule_reference' }] }];
  const { escalation_policy: policy } = await call('POST', '/escalation_policies', {
    escalation_policy: { type: 'escalation_policy', name: 'PMP Critical Escalation', escalation_rules: rules },
  });
  const { service } = await call('POST', '/services', {
    service: { type: 'service', name: 'PMP Study - Critical', escalation_policy: { id: policy.id, type: 'escalation_policy_reference' } },
  });
  const integration = { type: 'events_api_v2_inbound_integration', name: 'Alertmanager' };
  const { integration: made } = await call('POST', `/services/${service.id}/integrations`, { integration });
  const grouping = { type: 'intelligent', config: {}, services: [{ id: service.id, type: 'service_reference' }] };
  await call('POST', '/alert_grouping_settings', { alert_grouping_setting: grouping });
  const services = [{ id: service.id, type: 'service_reference' }];
  const window = { type: 'maintenance_window', start_time: '2030-01-01T00:00:00Z', end_time: '2030-01-01T02:00:00Z', services };
  await call('POST', '/maintenance_windows', { maintenance_window: window });
  const delivery_method = { type: 'http_delivery_method', url: 'https://hooks.example.com/pd' };
  const filter = { type: 'service_reference', id: service.id };
  await call('POST', '/webhook_subscriptions', {
    webhook_subscription: { type: 'webhook_subscription', delivery_method, events: ['incident.triggered'], filter },
  });
  const live = await liveIncident(pd, call, made.integration_key);
  const planted = sandbox.plantIncident({
    title: 'A drill',
    service: 'PMP Study - Critical',
    created: '1h',
    status: 'acknowledged',
    alerts: [
      { key: 'a1', severity: 'critical', details: { pmp_drill: 'x' }, links: [{ href: 'https://runbooks.example.com', text: 'Runbook' }] },
    ],
    log: [
      { type: 'assign', at: 0, assignees: ['ada@example.com'] },
      { type: 'notify', at: 1, who: 'ada@example.com', channel: 'sms' },
      { type: 'acknowledge', at: 60, who: 'ada@example.com' },
      { type: 'annotate', at: 70, who: 'ada@example.com', note: 'seen' },
    ],
  });
  const reads = [
    `/incidents/${live}/log_entries`,
    `/incidents/${live}/alerts`,
    `/incidents/${live}/notes`,
    `/incidents/${planted.id}`,
    '/incidents?include[]=first_trigger_log_entries&include[]=assignees',
    `/incidents/${planted.id}/alerts`,
    `/incidents/${planted.id}/log_entries`,
    `/incidents/${planted.id}/log_entries?include[]=channels`,
    `/incidents/${planted.id}/notes`,
    '/log_entries',
    '/notifications?since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z',
    '/incidents/QNONE',
    '/abilities',
    '/users/me?include[]=subdomains',
    '/licenses',
    '/priorities',
    '/vendors?limit=100',
    '/users?include[]=contact_methods&include[]=notification_rules',
    `/users/${user.id}`,
    `/users/${user.id}/contact_methods`,
    `/users/${user.id}/notification_rules?urgency=all`,
    '/schedules',
    `/schedules/${schedule.id}?since=2027-01-01T00:00:00Z&until=2027-02-01T00:00:00Z`,
    '/v3/schedules',
    '/escalation_policies',
    '/services?include[]=integrations',
    '/alert_grouping_settings',
    '/maintenance_windows',
    '/webhook_subscriptions',
    '/oncalls',
    '/incidents',
    '/teams',
    '/services/PNONE',
    '/schedules/PNONE',
  ];
  for (const path of reads) await call('GET', path);
  return seen;
}

/** An incident that an event opened and that went through every write. @returns its id */
async function liveIncident(
  pd: Client,
  call: (method: string, path: string, body?: unknown) => Promise<any>,
  key: string,
): Promise<string> {
  const { sandbox } = pd;
  const payload = { summary: 'A drill', source: 'pmp-pd', severity: 'critical', custom_details: { pmp_drill: 'x' } };
  await pd.post('/v2/enqueue', { routing_key: key, event_action: 'trigger', dedup_key: 'live', payload });
  sandbox.doAction('advance', '11m');
  const { incidents } = await call('GET', '/incidents?incident_key=live');
  const { id } = incidents[0];
  const change = (more: Json): Promise<any> => call('PUT', `/incidents/${id}`, { incident: { type: 'incident_reference', ...more } });
  await change({ status: 'acknowledged' });
  await call('POST', `/incidents/${id}/snooze`, { duration: 60 });
  sandbox.doAction('advance', '2m');
  await change({ escalation_level: 1, urgency: 'low' });
  await change({ assignments: [{ assignee: incidents[0].assignments[0].assignee }] });
  await call('POST', `/incidents/${id}/notes`, { note: { content: 'pmp-pd drill x' } });
  const { alerts } = await call('GET', `/incidents/${id}/alerts`);
  await call('PUT', `/incidents/${id}/alerts/${alerts[0].id}`, { alert: { type: 'alert', status: 'resolved' } });
  await call('PUT', `/incidents/${id}/alerts`, { alerts: [{ id: alerts[0].id, type: 'alert', status: 'resolved' }] });
  await pd.post('/v2/enqueue', { routing_key: key, event_action: 'trigger', dedup_key: 'live', payload });
  const again = await call('GET', '/incidents?statuses[]=triggered');
  await call('PUT', '/incidents', { incidents: [{ id: again.incidents[0].id, type: 'incident_reference', status: 'resolved' }] });
  return id;
}

describe.skipIf(!descriptionIsThere)('what the sandbox answers is what PagerDuty describes', () => {
  test('every answer of an account with one of everything', async () => {
    const errorsIn = described();
    const seen = await walk();
    expect(seen.length).toBeGreaterThan(45);
    expect(seen.flatMap(({ method, path, status, body }) => errorsIn(method, path, status, body))).toEqual([]);
  });

  test('an answer that is wrong is seen', () => {
    const errorsIn = described();
    expect(errorsIn('GET', '/users', 200, { users: [{ name: 5 }] }).join()).toContain('name must be string');
    expect(errorsIn('GET', '/abilities', 207, {})).toEqual(['GET /abilities has no response 207']);
  });
});

test.runIf(!descriptionIsThere)('PagerDuty’s description is not on this machine: answers were not compared with it', ({ skip }) => {
  expect(descriptionIsThere).toBe(false);
  skip('no openapi/rest.json; PAGERDUTY_OPENAPI names another place');
});
