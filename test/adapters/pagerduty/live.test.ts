import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PagerDuty } from '../../../src/ports/index.ts';
import { adapterFor, fakePagerDuty, type Fake, type Fault, type Recorded } from './fake.ts';
import * as sample from './samples.ts';

let fake: Fake;
let pagerduty: PagerDuty;
let clock: ReturnType<typeof adapterFor>['clock'];
beforeEach(async () => {
  fake = await fakePagerDuty();
  ({ pagerduty, clock } = adapterFor(fake));
  await sample.createEverything(pagerduty);
  fake.log.length = 0;
});
afterEach(() => fake.close());

const now = Date.now();
const iso = (at: number): string => new Date(at).toISOString();
const matching = (method: string, path: RegExp) => (call: Recorded) => call.method === method && path.test(call.path);
const sent = (method: string, path: RegExp): readonly Recorded[] => fake.log.filter(matching(method, path));

/** Does `act` for the first request that fits. */
function once(fits: (call: Recorded) => boolean, act: Fault | (() => Fault)): void {
  let left = 1;
  fake.fault = (call) => {
    if (left === 0 || !fits(call)) return undefined;
    left -= 1;
    return typeof act === 'function' ? act() : act;
  };
}

function incident(more: Record<string, unknown> = {}) {
  const service = { id: fake.rows['services']?.[0]?.id, type: 'service_reference', summary: 'as it was called once' };
  const row = fake.seed('incidents', { incident_number: 1, title: 'x', status: 'triggered', created_at: iso(now), service, ...more });
  return Object.assign(row, { alerts: [], log_entries: [], notes: [], ...more });
}
const statusOf = (id: string): unknown => fake.rows['incidents']?.find((row) => row.id === id)?.['status'];

describe('what is done to an incident happens once, although the answer is lost', () => {
  const faults = ['lose', 'reset', { status: 503, body: 'busy' }] as const;
  const name = (fault: (typeof faults)[number]): string => (typeof fault === 'string' ? fault : `HTTP ${fault.status}`);
  const writes = {
    acknowledge: { method: 'PUT', path: /^\/incidents\/\w+$/, act: (id: string) => pagerduty.acknowledge(id) },
    resolve: { method: 'PUT', path: /^\/incidents\/\w+$/, act: (id: string) => pagerduty.resolve(id) },
    snooze: { method: 'POST', path: /snooze$/, act: (id: string) => pagerduty.snooze(id, 3600) },
    addNote: { method: 'POST', path: /notes$/, act: (id: string) => pagerduty.addNote(id, 'all is well') },
  };
  for (const [what, { method, path, act }] of Object.entries(writes)) {
    it.each(faults.map((fault) => [name(fault), fault] as const))(`${what}, %s`, async (_name, fault) => {
      const row = incident();
      once(matching(method, path), fault);
      await act(row.id);
      expect(sent(method, path)).toHaveLength(fault === 'lose' ? 1 : 2);
      expect(row['notes']).toHaveLength(what === 'addNote' ? 1 : 0);
      expect(row['log_entries']).toHaveLength(what === 'snooze' ? 1 : 0);
    });
  }

  it('an acknowledgement that was lost is not sent to an incident that somebody has resolved: it would open again', async () => {
    const row = incident();
    once(matching('PUT', /^\/incidents/), () => {
      row['status'] = 'resolved';
      return 'reset';
    });
    await expect(pagerduty.acknowledge(row.id)).rejects.toMatchObject({
      id: 'pagerduty-refused',
      facts: { resource: `incident ${row.id}` },
    });
    expect(statusOf(row.id)).toBe('resolved');
    expect(sent('PUT', /^\/incidents/)).toHaveLength(1);
  });

  it('somebody was faster: that is no error', async () => {
    const row = incident();
    once(matching('PUT', /^\/incidents/), () => {
      row['status'] = 'resolved';
      return { status: 400, body: { error: { code: 1001, message: 'Incident Already Resolved' } } };
    });
    await pagerduty.resolve(row.id);
    expect(sent('PUT', /^\/incidents/)).toHaveLength(1);
  });

  it('a refusal is told in words that no terminal obeys', async () => {
    const row = incident();
    once(matching('POST', /snooze$/), { status: 400, body: { error: { code: 1012, message: 'Not \u001b[31mAcknowledged' } } });
    await expect(pagerduty.snooze(row.id, 60)).rejects.toMatchObject({
      facts: { cause: `POST /incidents/${row.id}/snooze: 400 Not Acknowledged (1012)` },
    });
  });
});

describe('finding the incident of an alert', () => {
  const alert = (key: string, status = 'triggered', more: object = {}) => ({
    id: `A${key}${status}`,
    alert_key: key,
    status,
    created_at: iso(now),
    ...more,
  });
  const find = (key = 'k', since = now) => pagerduty.incidentOfAlert(sample.service.name, key, since);
  /** As PagerDuty lists them; `blind`: the key of an alert leads nowhere. */
  function listIncidents(blind = false): void {
    fake.fault = ({ path, query }) => {
      if (path !== '/incidents') return undefined;
      const key = query.get('incident_key');
      const rows = (fake.rows['incidents'] ?? []).filter((row) =>
        key === null
          ? query.getAll('statuses[]').includes(String(row['status'])) &&
            query.getAll('service_ids[]').includes((row['service'] as { id: string }).id)
          : !blind && (row['alerts'] as { alert_key: string }[]).some((one) => one.alert_key === key),
      );
      return { status: 200, body: { incidents: rows, more: false } };
    };
  }

  it('costs one call while there is none', async () => {
    listIncidents();
    expect(await find()).toBeUndefined();
    fake.log.length = 0;
    expect(await find()).toBeUndefined();
    expect(await find()).toBeUndefined();
    expect(fake.log.map(({ path }) => path)).toEqual(['/incidents', '/incidents']);
    incident({ alerts: [alert('k')], alert_counts: { all: 1, triggered: 1 } });
    expect(await find()).toMatchObject({ alone: true, alert: { key: 'k' }, incident: { service: sample.service.name } });
  });

  it('searches the open ones from time to time, should the key not lead to it', async () => {
    listIncidents(true);
    expect(await find()).toBeUndefined();
    incident({ alerts: [alert('other'), alert('k')], alert_counts: { all: 2, triggered: 2 } });
    expect(await find()).toBeUndefined();
    await clock.sleep(15_000, '');
    expect(await find()).toMatchObject({ alone: false, alert: { key: 'k' }, incident: { alertCounts: { all: 2 } } });
  });

  it('takes the one in which the alert still stands; one that ended before does not count', async () => {
    listIncidents();
    const counts = { alert_counts: { all: 1, triggered: 0 } };
    const old = incident({
      status: 'resolved',
      created_at: iso(now - 86_400_000),
      alerts: [alert('k', 'resolved', { created_at: iso(now - 86_400_000) })],
      ...counts,
    });
    expect(await find()).toBeUndefined();
    expect((await find('k', now - 2 * 86_400_000))?.incident.id).toBe(old.id);
    const quick = incident({ status: 'resolved', alerts: [alert('k', 'resolved', { created_at: iso(now + 1000) })], ...counts });
    expect((await find())?.incident.id).toBe(quick.id);
    const merged = incident({ created_at: iso(now - 3_600_000), alerts: [alert('k')], alert_counts: { all: 1, triggered: 1 } });
    expect((await find())?.incident.id).toBe(merged.id);
  });

  it('knows the alert of another service by its service, and ours also in the incident of another', async () => {
    listIncidents();
    const ours = { id: fake.rows['services']?.[0]?.id };
    const theirs = fake.seed('services', { name: 'Payments', escalation_policy: { id: 'X' } });
    pagerduty.forget();
    const service = { id: theirs.id, summary: 'Payments' };
    const counts = { alert_counts: { all: 1, triggered: 1 } };
    incident({ service, alerts: [alert('k', 'triggered', { service })], ...counts });
    expect(await find()).toBeUndefined();
    const joined = incident({ service, alerts: [alert('k', 'triggered', { service: ours })], ...counts });
    expect(await find()).toMatchObject({ incident: { id: joined.id, service: 'Payments' } });
  });
});

describe('an override', () => {
  const span = { start: now + 3_600_000, end: now + 7_200_000, who: sample.ben.name };
  const make = () => pagerduty.createOverride(sample.rota.name, span);
  const rows = () => fake.rows['schedules']?.[0]?.['overrides'] as { id: string }[];

  it.each(['lose', 'reset'] as const)(
    'is made once, although the answer is lost (%s), also beside one that is just the same',
    async (fault) => {
      const first = await make();
      fake.log.length = 0;
      once(matching('POST', /overrides$/), fault);
      const second = await make();
      expect(second).toMatchObject({ who: sample.ben.name, end: Math.floor(span.end / 1000) * 1000 });
      expect(second.id).not.toBe(first.id);
      expect(rows().map(({ id }) => id)).toEqual([first.id, second.id]);
      expect(sent('POST', /overrides$/)).toHaveLength(fault === 'lose' ? 1 : 2);
    },
  );

  it('is understood in each form that PagerDuty answers in', async () => {
    const override = { id: 'O1', start: iso(span.start), end: iso(span.end), user: { id: 'PX', type: 'user_reference' } };
    for (const body of [{ overrides: [override] }, { override }, [{ status: 201, override }]]) {
      once(matching('POST', /overrides$/), { status: 201, body });
      expect(await make()).toEqual({ id: 'O1', start: span.start, end: span.end, who: sample.ben.name });
    }
    once(matching('POST', /overrides$/), { status: 201, body: [{ status: 400, errors: ['Override must end after its start'], override }] });
    await expect(make()).rejects.toMatchObject({
      id: 'pagerduty-refused',
      facts: { cause: expect.stringContaining('must end after its start') },
    });
  });

  it('that is over already needs no delete; any other refusal is told', async () => {
    const { id } = await make();
    const over = { status: 400, body: { error: { code: 4004, message: 'Invalid Override' } } };
    once(matching('DELETE', /overrides/), over);
    await expect(pagerduty.deleteOverride(sample.rota.name, id)).rejects.toMatchObject({ id: 'pagerduty-refused' });
    Object.assign(rows()[0] ?? {}, { end: iso(now) });
    once(matching('DELETE', /overrides/), over);
    await pagerduty.deleteOverride(sample.rota.name, id);
  });
});

describe('taking away what is ours', () => {
  it('a delete whose answer is lost has happened', async () => {
    const own = await pagerduty.own();
    expect(own).toHaveLength(5);
    for (const object of own) {
      once(matching('DELETE', /./), 'lose');
      await pagerduty.remove(object);
    }
    expect(await pagerduty.own()).toEqual([]);
    for (const kept of ['users', 'vendors']) expect(fake.rows[kept]).not.toEqual([]);
  });

  it('says so where PagerDuty takes the request and keeps the object', async () => {
    const window = (await pagerduty.own()).find(({ kind }) => kind === 'maintenance window');
    if (!window) throw new Error('no window');
    fake.fault = ({ method }) => (method === 'DELETE' ? { status: 204, body: '' } : undefined);
    await expect(pagerduty.remove(window)).rejects.toMatchObject({
      id: 'left-over',
      facts: { resource: expect.stringContaining('Deployment') },
    });
  });

  it("a refusal is told in PagerDuty's words", async () => {
    const service = (await pagerduty.own()).find(({ kind }) => kind === 'service');
    if (!service) throw new Error('no service');
    once(matching('DELETE', /./), { status: 403, body: { error: { code: 2010, message: 'Access Denied' } } });
    await expect(pagerduty.remove(service)).rejects.toMatchObject({
      id: 'pagerduty-permission',
      facts: { resource: `service ${sample.service.name}` },
    });
    expect(fake.rows['services']).toHaveLength(1);
  });

  it('what others made is never among it, nor is it where the plan has no grouping', async () => {
    fake.seed('schedules', { name: 'Theirs', description: 'pmp-pd', time_zone: 'UTC', schedule_layers: [] });
    fake.seed('maintenance_windows', { description: 'Theirs', start_time: iso(now), end_time: iso(now + 1000), services: [] });
    fake.fault = ({ path }) =>
      path === '/alert_grouping_settings' ? { status: 402, body: { error: { code: 2014, message: 'No' } } } : undefined;
    expect((await pagerduty.own()).map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'maintenance window Deployment 2027-02-06T03:00:00Z',
      `service ${sample.service.name}`,
      `escalation policy ${sample.policy.name}`,
      `schedule ${sample.rota.name}`,
    ]);
  });

  it('a setting of ours that somebody put another service into is not ours to take away', async () => {
    const theirs = fake.seed('services', { name: 'Payments', escalation_policy: { id: 'X' } });
    const [setting] = fake.rows['alert_grouping_settings'] ?? [];
    Object.assign(setting ?? {}, { services: [...((setting?.['services'] ?? []) as object[]), { id: theirs.id, summary: 'Payments' }] });
    const grouping = (await pagerduty.own())[0];
    if (!grouping) throw new Error('no grouping');
    expect(grouping).toMatchObject({ kind: 'alert grouping', blockers: ['service "Payments"'] });
    await expect(pagerduty.remove(grouping)).rejects.toMatchObject({ facts: { cause: expect.stringContaining('"Payments"') } });
  });
});

describe('ending a window', () => {
  it('has happened where the answer was lost and PagerDuty then calls it past', async () => {
    const [row] = fake.rows['maintenance_windows'] ?? [];
    if (!row) throw new Error('no window');
    Object.assign(row, { start_time: iso(now - 1000), end_time: iso(now + 3_600_000) });
    once(matching('DELETE', /./), () => {
      row['end_time'] = iso(now);
      return { status: 405, body: { error: { code: 5003, message: 'Maintenance window cannot be deleted' } } };
    });
    await pagerduty.endWindow(row.id);
    once(matching('DELETE', /./), { status: 405, body: { error: { code: 5003, message: 'Maintenance window cannot be deleted' } } });
    row['end_time'] = iso(now + 7_200_000);
    await expect(pagerduty.endWindow(row.id)).rejects.toMatchObject({ id: 'pagerduty-refused' });
    await expect(pagerduty.endWindow('PNONE')).rejects.toMatchObject({ id: 'usage', facts: { resource: 'maintenance window PNONE' } });
  });
});
