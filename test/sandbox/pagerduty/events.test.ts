import { describe, expect, test } from 'vitest';
import type { Json } from '../support.ts';
import { start, team, triggering } from './live.ts';

const v1Path = '/generic/2010-04-15/create_event.json';

/** What is wrong with an event, and what PagerDuty says to it. */
const refusedEvents: readonly (readonly [Json, string])[] = [
  [{ routing_key: '${PAGERDUTY_SERVICE_KEY_CRITICAL}' }, "Length of 'routing_key' is incorrect (should be 32 characters)"],
  [{ routing_key: undefined }, "'routing_key' is missing or blank"],
  [{ event_action: undefined }, "'event_action' is missing or blank"],
  [{ event_action: 'explode' }, "'event_action' is invalid"],
  [{ dedup_key: 'x'.repeat(256) }, "Length of 'dedup_key' is incorrect"],
  [{ event_action: 'resolve', dedup_key: '' }, "'dedup_key' is missing or blank"],
  [{ payload: undefined }, "'payload.summary' is missing or blank"],
  [{ payload: { summary: 'x', severity: 'error' } }, "'payload.source' is missing or blank"],
  [{ payload: { summary: 'x', source: 'y' } }, "'payload.severity' is missing or blank"],
  [{ payload: { summary: 'x', source: 'y', severity: 'P1' } }, "'payload.severity' is invalid"],
  [{ payload: { summary: 'x'.repeat(1025), source: 'y', severity: 'error' } }, "Length of 'payload.summary'"],
];

describe('the Events API', () => {
  test('needs no token, and answers as PagerDuty does', async () => {
    const { sandbox, key } = await team();
    const send = (body: string) => fetch(`${sandbox.eventsUrl}/v2/enqueue`, { method: 'POST', body });
    const done = await send(JSON.stringify({ routing_key: key, ...triggering('a1') }));
    expect([done.status, await done.json()]).toEqual([202, { status: 'success', message: 'Event processed', dedup_key: 'a1' }]);
    const made = await send(JSON.stringify({ routing_key: key, ...triggering('') }));
    expect(await made.json()).toMatchObject({ dedup_key: expect.stringMatching(/^[0-9a-f]{32}$/) });
    const broken = await send('{');
    expect([broken.status, await broken.json()]).toEqual([400, expect.objectContaining({ errors: ['JSON parse error'] })]);
    expect((await fetch(`${sandbox.eventsUrl}/v2/enqueue`)).status).toBe(405);
  });

  test('what is no event is refused in PagerDuty’s words, without the key', async () => {
    const { enqueue, incident } = await team();
    for (const [wrong, words] of refusedEvents) {
      const refused = await enqueue(triggering('a1'), wrong);
      expect([words, refused.status, refused.body.status, refused.body.message]).toEqual([
        words,
        400,
        'invalid event',
        'Event object is invalid',
      ]);
      expect(refused.body.errors[0]).toContain(words);
      expect(JSON.stringify(refused.body)).not.toContain('PAGERDUTY_SERVICE_KEY');
    }
    expect(await incident()).toBeUndefined();
  });

  test('half a megabyte is the most, and 120 events a minute with one key', async () => {
    const { pd, keyV1, fire } = await team();
    expect((await fire('a1', { custom_details: { text: 'x'.repeat(512 * 1024) } })).status).toBe(413);
    const codes = await Promise.all(Array.from({ length: 121 }, () => fire()));
    expect(codes.map(({ status }) => status).filter((status) => status !== 202)).toEqual([429]);
    const event = { service_key: keyV1, event_type: 'trigger', incident_key: 'a1', description: 'Disk full' };
    const old = await Promise.all(Array.from({ length: 121 }, () => pd.post(v1Path, event)));
    expect(old.map(({ status }) => status).filter((status) => status !== 200)).toEqual([403]);
  });

  test('a key that is unknown or of the other version’s kind is taken, and nothing comes of it', async () => {
    const { pd, enqueue, key, keyV1, incident } = await team();
    expect((await enqueue(triggering('a1'), { routing_key: 'f'.repeat(32) })).status).toBe(202);
    expect((await enqueue(triggering('a1'), { routing_key: keyV1 })).status).toBe(202);
    expect((await pd.post(v1Path, { service_key: key, event_type: 'trigger', description: 'x' })).status).toBe(200);
    expect(await incident()).toBeUndefined();
  });

  test('the first version opens incidents as well, without a severity', async () => {
    const { pd, keyV1, incident } = await team({
      service: { incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } },
    });
    const event = {
      service_key: keyV1,
      event_type: 'trigger',
      incident_key: 'v1',
      description: 'Disk full',
      details: { pmp_drill: 'x' },
      contexts: [{ type: 'link', href: 'https://runbooks.example.com' }],
    };
    const done = await pd.post(v1Path, event);
    expect([done.status, done.body]).toEqual([200, { status: 'success', message: 'Event processed', incident_key: 'v1' }]);
    const { id } = await incident();
    expect(await incident()).toMatchObject({ title: 'Disk full', urgency: 'high', incident_key: 'v1' });
    const [alert] = (await pd.get(`/incidents/${id}/alerts`)).body.alerts;
    expect(alert).toMatchObject({ alert_key: 'v1', severity: null, body: { details: { pmp_drill: 'x' } } });
    expect(alert.body.contexts[0].href).toBe('https://runbooks.example.com');
    await pd.post(v1Path, { service_key: keyV1, event_type: 'resolve', incident_key: 'v1' });
    expect((await incident()).status).toBe('resolved');
    const wrong = await pd.post(v1Path, { service_key: 'short', event_type: 'trigger' });
    expect([wrong.status, wrong.body.errors]).toEqual([
      400,
      ['Service key is the wrong length (should be 32 characters)', 'Description is missing or blank'],
    ]);
  });

  test('the same alert again says the newest and pages nobody; ended, the same key opens another', async () => {
    const { pd, fire, enqueue, incident, log } = await team();
    await fire();
    await fire('a1', { summary: 'Disk fuller', severity: 'warning', custom_details: { free: 0 } });
    const { id } = await incident();
    const { alerts } = (await pd.get(`/incidents/${id}/alerts`)).body;
    expect(alerts).toHaveLength(1);
    expect(alerts[0]).toMatchObject({ summary: 'Disk fuller', severity: 'warning', body: { details: { free: 0 } } });
    expect(await incident()).toMatchObject({ incident_number: 1, title: 'Disk full', urgency: 'high' });
    expect((await log()).filter((line) => line.includes('notify'))).toHaveLength(1);
    await enqueue({ event_action: 'resolve', dedup_key: 'unheard of' });
    expect((await incident()).status).toBe('triggered');
    await enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    expect(await incident()).toMatchObject({ status: 'resolved', alert_counts: { all: 1, triggered: 0, resolved: 1 } });
    await fire();
    expect((await incident()).incident_number).toBe(2);
  });

  test('an alert’s end is not heard during a window', async () => {
    const { pd, service, fire, enqueue, incident } = await team();
    await fire();
    const window = { type: 'maintenance_window', start_time: '2026-11-02T15:00:00Z', end_time: '2026-11-02T16:00:00Z' };
    await pd.post('/maintenance_windows', { maintenance_window: { ...window, services: [{ id: service, type: 'service_reference' }] } });
    await enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    expect((await incident()).status).toBe('triggered');
  });

  test('a fault meets events as it meets everything else', async () => {
    const { sandbox, fire, incident } = await team();
    sandbox.fault('503:POST /v2/enqueue:1');
    expect((await fire()).status).toBe(503);
    expect(await incident()).toBeUndefined();
    expect((await fire()).status).toBe(202);
    expect((await incident()).incident_number).toBe(1);
  });

  test('events may wait in the queue, and keep their order', async () => {
    const { sandbox, fire, enqueue, incident, after } = await team();
    sandbox.doAction('hold-events', '90s');
    expect((await fire()).status).toBe(202);
    await enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    after('89s');
    expect(await incident()).toBeUndefined();
    after('1s');
    expect(await incident()).toMatchObject({ status: 'resolved', created_at: new Date(start + 90_000).toISOString().replace('.000', '') });
    await fire();
    sandbox.doAction('hold-events', 'off');
    expect((await incident()).incident_number).toBe(2);
    expect(() => sandbox.doAction('hold-events', 'long')).toThrow('is no time');
  });

  test('change events are taken, and open nothing', async () => {
    const { pd, key, incident } = await team();
    const { status, body } = await pd.post('/v2/change/enqueue', { routing_key: key, payload: { summary: 'Deployed' } });
    expect([status, body.message]).toEqual([202, 'Change event processed']);
    expect((await pd.post('/v2/change/enqueue', { routing_key: key, payload: {} })).status).toBe(400);
    expect(await incident()).toBeUndefined();
  });
});

describe('grouping', () => {
  const grouped = async (type: string, config = {}) => {
    const made = await team({ service: { incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } } });
    const setting = { type, config, services: [{ id: made.service, type: 'service_reference' }] };
    expect((await made.pd.post('/alert_grouping_settings', { alert_grouping_setting: setting })).status).toBe(201);
    return made;
  };

  test('by what alerts look like: one more of the same joins in silence, another trouble does not', async () => {
    const { pd, fire, incident, log, after, sandbox } = await grouped('intelligent');
    await fire('a1', { summary: 'Disk full on db1', severity: 'warning' });
    sandbox.doAction('ack', 'ada@example.com');
    after('1m');
    await fire('a2', { summary: 'Disk full on db2', severity: 'critical' });
    expect(await incident()).toMatchObject({
      incident_number: 1,
      urgency: 'low',
      status: 'acknowledged',
      alert_counts: { all: 2, triggered: 2 },
    });
    expect((await log()).filter((line) => line.includes('notify'))).toHaveLength(1);
    expect((await pd.get('/incidents?incident_key=a2')).body.incidents).toEqual([
      expect.objectContaining({ incident_number: 1, incident_key: 'a1' }),
    ]);
    await fire('a3', { summary: 'Nobody can sign in' });
    expect((await incident()).incident_number).toBe(2);
  });

  test('an incident ends with the last of its alerts', async () => {
    const { fire, enqueue, incident } = await grouped('intelligent');
    await fire('a1');
    await fire('a2');
    await enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    expect(await incident()).toMatchObject({ status: 'triggered', alert_counts: { all: 2, triggered: 1, resolved: 1 } });
    await enqueue({ event_action: 'resolve', dedup_key: 'a2' });
    expect((await incident()).status).toBe('resolved');
  });

  test('by content: all fields or any, and what is missing is like nothing', async () => {
    const all = await grouped('content_based', { aggregate: 'all', fields: ['severity', 'component'] });
    const opened = async (dedup: string, payload: object): Promise<number> => {
      await all.fire(dedup, { ...payload });
      return (await all.incident()).incident_number;
    };
    expect(await opened('a1', { component: 'db' })).toBe(1);
    expect(await opened('a2', { component: 'db', summary: 'Something else' })).toBe(1);
    expect(await opened('a3', { component: 'db', severity: 'warning' })).toBe(2);
    expect(await opened('a4', {})).toBe(3);
    expect(await opened('a5', {})).toBe(4);
    const any = await grouped('content_based', { aggregate: 'any', fields: ['custom_details.cluster', 'component'] });
    await any.fire('a1', { custom_details: { cluster: 'eu' }, component: 'db' });
    await any.fire('a2', { custom_details: { cluster: 'eu' }, component: 'web' });
    expect((await any.incident()).incident_number).toBe(1);
  });

  test('by both: a P2 does not join an open P3 that looks the same', async () => {
    const { fire, incident } = await grouped('content_based_intelligent', { aggregate: 'all', fields: ['severity'] });
    await fire('p3', { severity: 'warning' });
    await fire('p2', { severity: 'error' });
    expect(await incident()).toMatchObject({ incident_number: 2, urgency: 'high' });
    await fire('p2 again', { severity: 'error' });
    expect(await incident()).toMatchObject({ incident_number: 2, alert_counts: { all: 2 } });
  });

  test('reaches as far as its window, which every alert moves on', async () => {
    const { fire, incident, after } = await grouped('intelligent', { time_window: 300 });
    await fire('a1');
    after('4m');
    await fire('a2');
    after('4m');
    await fire('a3');
    expect(await incident()).toMatchObject({ incident_number: 1, alert_counts: { all: 3 } });
    after('6m');
    await fire('a4');
    expect((await incident()).incident_number).toBe(2);
  });

  test('by time takes whatever comes', async () => {
    const { fire, incident, after } = await grouped('time', { timeout: 600 });
    await fire('a1');
    after('9m');
    await fire('a2', { summary: 'Nobody can sign in' });
    expect((await incident()).incident_number).toBe(1);
    after('2m');
    await fire('a3');
    expect((await incident()).incident_number).toBe(2);
  });
});
