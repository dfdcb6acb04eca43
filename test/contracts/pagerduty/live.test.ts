import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEvents } from '../../../src/adapters/events.ts';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { AlertEvent, PagerDuty } from '../../../src/ports/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { adapterFor } from '../../adapters/pagerduty/fake.ts';
import * as sample from '../../adapters/pagerduty/samples.ts';

let sandbox: Sandbox;
let http: Http;
let pagerduty: PagerDuty;

beforeEach(async () => {
  http = createHttp({ userAgent: 'pmp-pd/test' });
  const stateFile = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'state.json');
  // After the rota has begun, so that somebody is on call.
  sandbox = await openSandbox({ stateFile, accountPlan: 'trial', people: 'asleep', start: Date.UTC(2027, 0, 6, 15) });
  pagerduty = adapter();
  await sample.createEverything(pagerduty);
});
afterEach(async () => {
  http.close();
  await sandbox.close();
});

/** A fresh adapter, as the next command has one. */
function adapter(): PagerDuty {
  const { clock, apiUrl, from, token } = sandbox;
  return adapterFor({ url: apiUrl }, { http, clock, from, credential: { kind: 'token', token: secretOf(token) } }).pagerduty;
}

const service = sample.service.name;
const hour = 3_600_000;
const event = (key: string, more: Partial<AlertEvent> = {}): AlertEvent => ({
  action: 'trigger',
  key,
  summary: `[DRILL pmp-pd ${key}] nothing is wrong`,
  source: 'pmp-pd',
  severity: 'critical',
  class: 'Drill',
  component: 'pmp',
  details: { pmp_drill: key, summary: 'nothing is wrong' },
  links: [{ href: 'https://runbooks.example.com/drill', text: 'Runbook' }],
  ...more,
});

/** Sends it as `test-alert --via events` does. @returns when the clock said that it was taken */
async function send(what: AlertEvent): Promise<number> {
  const key = await pagerduty.integrationKey(service, 'events_v2');
  if (!key) throw new Error('no key');
  return (await createEvents({ url: new URL(sandbox.eventsUrl), http, clock: sandbox.clock }).send(key, 'events_v2', what)).at;
}

async function opened(key: string) {
  const since = await send(event(key));
  for (let tries = 0; tries < 20; tries++) {
    const found = await pagerduty.incidentOfAlert(service, key, since);
    if (found) return found;
    await sandbox.clock.sleep(3000, 'the incident');
  }
  throw new Error('no incident');
}

describe('an incident while it lives', () => {
  it('is found by the key of its event, with what it tells of itself', async () => {
    const now = sandbox.clock.now();
    expect(await pagerduty.incidentOfAlert(service, 'k1', now)).toBeUndefined();
    const { incident, alert, alone } = await opened('k1');
    expect(incident).toMatchObject({
      service,
      status: 'triggered',
      urgency: 'high',
      policy: sample.policy.name,
      alertCounts: { triggered: 1, all: 1 },
    });
    expect(incident.assignees).toHaveLength(1);
    const [escalates] = incident.pending.filter(({ type }) => type === 'escalate');
    expect(((escalates?.at ?? 0) - incident.created) / 60_000).toBe(10);
    expect(alert).toMatchObject({ key: 'k1', status: 'triggered', severity: 'critical', details: { pmp_drill: 'k1' } });
    expect(alert.links).toEqual(event('k1').links);
    expect(alone).toBe(true);
    expect(await pagerduty.incident(incident.id)).toEqual(incident);
    expect((await pagerduty.openIncidents([service, 'no such service'])).map(({ id }) => id)).toEqual([incident.id]);
    expect(await pagerduty.openIncidents(['no such service'])).toEqual([]);
    await expect(pagerduty.incident('PNOSUCH')).rejects.toMatchObject({ facts: { resource: 'incident PNOSUCH' } });
  });

  it('an alert that grouping put into the incident of another is found there, and is not alone', async () => {
    const first = await opened('k1');
    const since = await send(event('k2'));
    const second = await pagerduty.incidentOfAlert(service, 'k2', since);
    expect(second?.incident.id).toBe(first.incident.id);
    expect(second).toMatchObject({ alone: false, alert: { key: 'k2' }, incident: { alertCounts: { triggered: 2, all: 2 } } });
    expect((await pagerduty.incidentOfAlert(service, 'k1', since))?.alone).toBe(false);
  });

  it('is acknowledged, snoozed, noted and resolved by the acting user, and its log tells each anew', async () => {
    const { incident } = await opened('k1');
    const types = async () => (await pagerduty.log(incident.id)).map(({ type }) => type);
    expect(await types()).not.toContain('acknowledge');
    await pagerduty.acknowledge(incident.id);
    await pagerduty.acknowledge(incident.id);
    expect((await types()).filter((type) => type === 'acknowledge')).toHaveLength(1);
    await pagerduty.snooze(incident.id, 3600);
    const snoozed = await pagerduty.incident(incident.id);
    expect(snoozed.status).toBe('acknowledged');
    expect((snoozed.pending.find(({ type }) => type === 'unacknowledge')?.at ?? 0) - sandbox.clock.now()).toBeGreaterThan(hour - 60_000);
    await pagerduty.addNote(incident.id, 'pmp-pd drill k1: via=events ack=auto escalation=1/2');
    expect(await pagerduty.notes(incident.id)).toEqual([
      { at: expect.any(Number), who: sandbox.from, text: 'pmp-pd drill k1: via=events ack=auto escalation=1/2' },
    ]);
    await pagerduty.resolve(incident.id);
    await pagerduty.resolve(incident.id);
    const log = await pagerduty.log(incident.id);
    expect(
      log.filter(({ type }) => ['acknowledge', 'snooze', 'annotate', 'resolve'].includes(type)).map(({ type, who }) => [type, who]),
    ).toEqual(['acknowledge', 'snooze', 'annotate', 'resolve'].map((type) => [type, sandbox.from]));
    expect(await pagerduty.openIncidents([service])).toEqual([]);
    await expect(pagerduty.acknowledge(incident.id)).rejects.toMatchObject({ facts: { cause: expect.stringContaining('open it again') } });
    expect((await pagerduty.incident(incident.id)).status).toBe('resolved');
    expect((await pagerduty.incidents([service], incident.created))[0]?.status).toBe('resolved');
  });

  it('its alert ends by the event, and a later one of that key is another', async () => {
    const first = await opened('k1');
    await send(event('k1', { action: 'resolve' }));
    expect((await pagerduty.incident(first.incident.id)).status).toBe('resolved');
    expect((await pagerduty.incidentOfAlert(service, 'k1', first.incident.created))?.alert.status).toBe('resolved');
    await sandbox.clock.sleep(hour, 'a while');
    const since = sandbox.clock.now();
    expect(await pagerduty.incidentOfAlert(service, 'k1', since)).toBeUndefined();
    expect((await opened('k1')).incident.id).not.toBe(first.incident.id);
  });
});

describe('who is on call', () => {
  it('at each level of a policy, as it is now', async () => {
    const [first, second, ...more] = await pagerduty.onCalls([sample.policy.name, 'no such policy']);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ policy: sample.policy.name, level: 1, schedule: sample.rota.name });
    expect([sample.ada, sample.ben].map(({ name, fullName }) => `${name} ${fullName}`)).toContain(`${first?.who} ${first?.fullName}`);
    expect(first?.start).toBeLessThanOrEqual(sandbox.clock.now());
    expect(first?.end).toBeGreaterThan(sandbox.clock.now());
    expect(second).toEqual({ policy: sample.policy.name, level: 2, who: sample.ben.name, fullName: sample.ben.fullName });

    const now = Math.floor(sandbox.clock.now() / 1000) * 1000;
    const other = first?.who === sample.ada.name ? sample.ben : sample.ada;
    const span = { start: now, end: now + 2 * hour };
    const before = await pagerduty.rendered(sample.rota.name, now, now + hour);
    const made = await pagerduty.createOverride(sample.rota.name, { ...span, who: other.name });
    expect(made).toMatchObject({ end: span.end, who: other.name });
    expect((await pagerduty.onCalls([sample.policy.name]))[0]?.who).toBe(other.name);
    expect(await pagerduty.rendered(sample.rota.name, now + 60_000, now + hour)).not.toEqual(before);
    expect(await pagerduty.overrides(sample.rota.name, now, now + hour)).toEqual([made]);
    await pagerduty.deleteOverride(sample.rota.name, made.id);
    await pagerduty.deleteOverride(sample.rota.name, made.id);
    await sandbox.clock.sleep(60_000, 'the end of it');
    expect((await pagerduty.onCalls([sample.policy.name]))[0]?.who).toBe(first?.who);
    expect(await pagerduty.overrides(sample.rota.name, sandbox.clock.now(), now + hour)).toEqual([]);
  });

  it("an override that PagerDuty refuses is told in PagerDuty's words", async () => {
    const now = sandbox.clock.now();
    const past = { start: now - 2 * hour, end: now - hour, who: sample.ada.name };
    await expect(pagerduty.createOverride(sample.rota.name, past)).rejects.toMatchObject({
      id: 'pagerduty-refused',
      facts: { cause: expect.stringContaining('in the future'), resource: `override of schedule ${sample.rota.name}` },
    });
    await expect(pagerduty.overrides('No such rota', now, now + 1)).rejects.toMatchObject({ id: 'need-failed' });
    await expect(pagerduty.createOverride(sample.rota.name, { ...past, who: 'nobody@example.com' })).rejects.toMatchObject({
      facts: { message: 'user nobody@example.com is not in PagerDuty' },
    });
  });
});

describe('maintenance windows', () => {
  it('that are open end now, those to come are taken away, of what is over PagerDuty keeps the record', async () => {
    const now = sandbox.clock.now();
    await pagerduty.createWindow({ ...sample.maintenance, description: 'Now', start: now, end: now + hour });
    const found = await pagerduty.windowsById();
    expect(found.map(({ description, ours, services }) => [description, ours, services])).toEqual([
      ['Deployment', true, [service]],
      ['Now', true, [service]],
    ]);
    for (const { id } of found) await pagerduty.endWindow(id);
    expect(await pagerduty.windows()).toEqual([]);
    await sandbox.clock.sleep(2000, 'the end of it');
    expect(await adapter().windowsById()).toEqual([]);
    for (const { id } of found) await expect(pagerduty.endWindow(id)).rejects.toMatchObject({ id: 'usage' });
  });
});

describe('what bears our mark', () => {
  it('is taken away in its order until nothing of it is left; people stay', async () => {
    await pagerduty.createWebhook(sample.webhook);
    const own = await pagerduty.own();
    expect(own.map(({ kind, name, blockers }) => [kind, name, blockers])).toEqual([
      ['webhook subscription', service, []],
      ['alert grouping', service, []],
      ['maintenance window', `Deployment 2027-02-06T03:00:00Z`, []],
      ['service', service, []],
      ['escalation policy', sample.policy.name, []],
      ['schedule', sample.rota.name, []],
    ]);
    for (const object of own) await pagerduty.remove(object);
    for (const object of own) await pagerduty.remove(object);
    expect(await pagerduty.own()).toEqual([]);
    expect(await pagerduty.services([service])).toEqual([]);
    expect(await pagerduty.users([sample.ada.name])).toHaveLength(1);
  });

  it('names what others have put on it, and does not go before that has gone', async () => {
    const key = 'k1';
    const { incident } = await opened(key);
    await somebody('POST', '/services', {
      service: {
        type: 'service',
        name: 'Payments',
        escalation_policy: { id: await idOf('escalation_policies', sample.policy.name), type: 'escalation_policy_reference' },
      },
    });
    const level = {
      escalation_delay_in_minutes: 30,
      targets: [{ id: await idOf('schedules', sample.rota.name), type: 'schedule_reference' }],
    };
    await somebody('POST', '/escalation_policies', {
      escalation_policy: { type: 'escalation_policy', name: 'Theirs', escalation_rules: [level] },
    });
    await somebody('POST', `/services/${await idOf('services', service)}/integrations`, {
      integration: { type: 'events_api_v2_inbound_integration', name: 'Datadog' },
    });
    const own = await pagerduty.own();
    const blockers = Object.fromEntries(own.map((one) => [one.kind, one.blockers]));
    expect(blockers).toMatchObject({
      service: ['integration "Datadog"', '1 open incident'],
      'escalation policy': ['service "Payments"'],
      schedule: ['escalation policy "Theirs"'],
    });
    for (const object of own.filter((one) => one.blockers.length > 0))
      await expect(pagerduty.remove(object)).rejects.toMatchObject({
        facts: {
          cause: expect.stringContaining(/".*"/.exec(object.blockers[0] ?? '')?.[0] ?? 'nothing'),
          resource: `${object.kind} ${object.name}`,
        },
      });
    expect((await pagerduty.incident(incident.id)).status).toBe('triggered');
    expect((await pagerduty.own()).map(({ id }) => id)).toEqual(own.map(({ id }) => id));
  });

  it('is left alone once somebody has taken the mark away', async () => {
    const [ours] = (await pagerduty.own()).filter(({ kind }) => kind === 'schedule');
    if (!ours) throw new Error('no schedule');
    const { schedule } = (await somebody('GET', `/schedules/${ours.id}`)) as { schedule: object };
    await somebody('PUT', `/schedules/${ours.id}`, { schedule: { ...schedule, description: 'ours now' } });
    await expect(pagerduty.remove(ours)).rejects.toMatchObject({ id: 'not-ours' });
    expect((await pagerduty.own()).map(({ kind }) => kind)).not.toContain('schedule');
  });

  /** What somebody else does with the account. */
  async function somebody(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${sandbox.apiUrl}${path}`, {
      method,
      headers: { authorization: `Token token=${sandbox.token}`, from: sandbox.from, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    });
    expect(response.status).toBeLessThan(300);
    return (await response.json()) as Record<string, unknown>;
  }
  async function idOf(collection: string, name: string): Promise<string> {
    const rows = (await somebody('GET', `/${collection}`))[collection] as { id: string; name: string }[];
    return rows.find((row) => row.name === name)?.id ?? '';
  }
});
