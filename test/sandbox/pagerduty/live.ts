import { expect } from 'vitest';
import type { Sandbox, SandboxOptions } from '../../../src/sandbox/index.ts';
import { Client, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

export const start = Date.parse('2026-11-02T15:00:00Z');

interface Person {
  readonly id: string;
  readonly email: string;
}

/** An account that pages: a rota of one, a lead and a CTO above, a service with an integration of each kind. */
export interface Team {
  readonly sandbox: Sandbox;
  readonly pd: Client;
  readonly ada: Person;
  readonly grace: Person;
  readonly alan: Person;
  readonly rota: string;
  readonly policy: string;
  readonly service: string;
  readonly key: string;
  readonly keyV1: string;
  /** Sends an event with a 32-character key of the service's. */
  enqueue(event: Json, more?: Json): Promise<Answer>;
  /** Fires an alert that critical things are wrong. */
  fire(dedup?: string, payload?: Json): Promise<Answer>;
  /** The newest incident as PagerDuty shows it. */
  incident(): Promise<any>;
  /** Types of the newest incident's log, oldest first, with seconds since it was opened. */
  log(): Promise<readonly string[]>;
  after(duration: string): void;
}

export interface TeamOptions extends Partial<SandboxOptions> {
  readonly service?: Json;
  readonly loops?: number;
  readonly delays?: readonly [number, number, number];
}

export async function team({ service = {}, loops = 0, delays = [10, 15, 30], ...options }: TeamOptions = {}): Promise<Team> {
  const sandbox = await opened({ start, ...options });
  const pd = new Client(sandbox);
  const [ada, grace, alan] = [await person(pd, 'Ada'), await person(pd, 'Grace'), await person(pd, 'Alan')];
  const rota = await pd.schedule('PMP Primary On-Call', [ada.id]);
  const targets = [{ id: rota.id, type: 'schedule_reference' }, ...[grace, alan].map(({ id }) => ({ id, type: 'user_reference' }))];
  const escalation_rules = targets.map((target, level) => ({ escalation_delay_in_minutes: delays[level], targets: [target] }));
  const made = await pd.post('/escalation_policies', {
    escalation_policy: { type: 'escalation_policy', name: 'PMP Critical Escalation', num_loops: loops, escalation_rules },
  });
  const policy: string = made.body.escalation_policy.id;
  const { id } = await pd.service('PMP Study - Critical', policy, service);
  const key = await integration(pd, id, 'events_api_v2_inbound_integration');
  const keyV1 = await integration(pd, id, 'generic_events_api_inbound_integration');
  const enqueue = (event: Json, more: Json = {}): Promise<Answer> => pd.post('/v2/enqueue', { routing_key: key, ...event, ...more });
  const incident = async (): Promise<any> =>
    (await pd.get('/incidents?sort_by=incident_number:desc&limit=1&include[]=assignees')).body.incidents[0];
  return {
    sandbox,
    pd,
    ada,
    grace,
    alan,
    rota: rota.id,
    policy,
    service: id,
    key,
    keyV1,
    enqueue,
    incident,
    fire: (dedup = 'a1', payload = {}) => enqueue(triggering(dedup, payload)),
    log: async () => {
      const { id, created_at } = await incident();
      const { body } = await pd.get(`/incidents/${id}/log_entries?limit=100&include[]=channels`);
      return body.log_entries.map((entry: any) => worded(entry, Date.parse(created_at))).reverse();
    },
    after: (duration) => void sandbox.doAction('advance', duration),
  };
}

export const triggering = (dedup: string, payload: Json = {}): Json => ({
  event_action: 'trigger',
  dedup_key: dedup,
  payload: { summary: 'Disk full', source: 'db1', severity: 'critical', ...payload },
});

/** "600 escalate Grace Example", "0 notify Ada Example by push" */
function worded(entry: any, opened: number): string {
  const seconds = (Date.parse(entry.created_at) - opened) / 1000;
  const type = entry.type.replace('_log_entry', '');
  const { notification } = entry.channel;
  const people = entry.assignees?.map((each: any) => each.summary).join(', ');
  const who = type === 'notify' ? entry.user.summary : (people ?? (entry.agent.type === 'user_reference' ? entry.agent.summary : ''));
  const failed = notification?.status === 'failure' ? ' (failed)' : '';
  const how = notification === undefined ? '' : ` by ${notification.type.replace('_notification', '')}${failed}`;
  return `${seconds} ${type}${who === '' ? '' : ` ${who}`}${how}`;
}

/** Signed in to the app; told by push at once and by phone after two minutes, quietly by push alone. */
async function person(pd: Client, first: string): Promise<Person> {
  const { id } = await pd.user(`${first} Example`);
  const email = `${first.toLowerCase()}@example.com`;
  pd.sandbox.doAction('sign-in', email);
  const phone = { type: 'phone_contact_method', label: 'Mobile', address: '2025550101', country_code: 1 };
  await pd.post(`/users/${id}/contact_methods`, { contact_method: phone });
  const rules = (await pd.get(`/users/${id}/notification_rules?urgency=all`)).body.notification_rules;
  for (const rule of rules) await pd.delete(`/users/${id}/notification_rules/${rule.id}`);
  const methods = (await pd.get(`/users/${id}/contact_methods`)).body.contact_methods;
  for (const [kind, urgency, delay] of [
    ['push_notification', 'high', 0],
    ['phone', 'high', 2],
    ['push_notification', 'low', 0],
  ] as const) {
    const method = methods.find((each: any) => each.type === `${kind}_contact_method`);
    const rule = {
      type: 'assignment_notification_rule',
      start_delay_in_minutes: delay,
      urgency,
      contact_method: { id: method.id, type: method.type },
    };
    expect((await pd.post(`/users/${id}/notification_rules`, { notification_rule: rule })).status).toBe(201);
  }
  return { id, email };
}

async function integration(pd: Client, service: string, type: string): Promise<string> {
  return (await pd.post(`/services/${service}/integrations`, { integration: { type, name: type } })).body.integration.integration_key;
}
