import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reveal } from '../../../src/adapters/secret.ts';
import { adapterFor, fakePagerDuty, type Fake } from './fake.ts';
import * as sample from './samples.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await fakePagerDuty();
});
afterEach(() => fake.close());

const writes = () => fake.log.filter((call) => call.method !== 'GET' && !call.path.endsWith('/preview'));
const lastBody = (envelope: string): Record<string, unknown> =>
  (writes().at(-1)?.body as Record<string, Record<string, unknown>> | undefined)?.[envelope] ?? {};
const row = (collection: string): Record<string, unknown> => fake.rows[collection]?.[0] ?? {};

describe('what was created is found again, by name, as ours', () => {
  it('by the same adapter and by the next run', async () => {
    const first = adapterFor(fake).pagerduty;
    await sample.createEverything(first);
    const next = adapterFor(fake).pagerduty;
    for (const pagerduty of [first, next]) {
      const users = await pagerduty.users([sample.ada.name.toUpperCase()]);
      expect(users).toMatchObject([
        { ours: true, value: sample.ada, rules: [{ urgency: 'high', delayMinutes: 0, method: { type: 'sms', address: '2025550101' } }] },
      ]);
      const [schedule] = await pagerduty.schedules([sample.rota.name]);
      expect(schedule).toMatchObject({ ours: true, value: { name: sample.rota.name, description: 'Who is on call' } });
      expect(schedule?.value?.layers.map((layer) => [layer.name, layer.users, layer.anchor])).toEqual([
        ['Nights', ['ben@example.com', 'ada@example.com'], { weekday: 1, time: '12:00' }],
        ['Weekdays', ['ada@example.com', 'ben@example.com'], { weekday: 1, time: '12:00' }],
      ]);
      expect(await pagerduty.policies([sample.policy.name])).toEqual([{ ours: true, value: sample.policy }]);
      expect(await pagerduty.services([sample.service.name])).toEqual([{ ours: true, refused: [], value: sample.service }]);
      const integrations = await pagerduty.integrations([sample.service.name]);
      expect(integrations).toMatchObject([
        { ours: true, value: sample.integration('events_v2') },
        { ours: true, value: sample.integration('prometheus') },
      ]);
      const key = await pagerduty.integrationKey(sample.service.name, 'events_v2');
      expect(key && reveal(key)).toMatch(/^k+\d+$/);
      expect(integrations[0]?.value?.fingerprint).toBe(key?.fingerprint);
      expect(await pagerduty.windows()).toMatchObject([{ ours: true, value: { description: 'Deployment', end: sample.maintenance.end } }]);
      expect(await pagerduty.groupings([sample.service.name])).toMatchObject([
        { ours: true, value: sample.grouping('content_based', ['class', 'component', 'severity']) },
      ]);
    }
  });

  it('an object that others made is found and never marked, also when it is changed', async () => {
    const policyRow = fake.seed('escalation_policies', { name: sample.policy.name, description: 'by hand', escalation_rules: [] });
    fake.seed('services', {
      name: sample.service.name,
      description: 'by hand',
      escalation_policy: { id: policyRow.id, summary: sample.policy.name },
    });
    const { pagerduty } = adapterFor(fake);
    expect(await pagerduty.services([sample.service.name])).toMatchObject([{ ours: false, value: { description: 'by hand' } }]);
    await pagerduty.updateService(sample.service);
    await pagerduty.rememberRefusal(sample.service.name, ['intelligent']);
    expect(row('services')['description']).toBe('P1');
    expect(await pagerduty.services([sample.service.name])).toMatchObject([{ ours: false, value: sample.service, refused: [] }]);
  });

  it('what the plan refused is remembered in our own mark, and the description stays the same to read', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    await pagerduty.rememberRefusal(sample.service.name, ['intelligent']);
    await pagerduty.rememberRefusal(sample.service.name, ['content_based_intelligent', 'intelligent']);
    expect(row('services')['description']).toBe('P1 [pmp-pd refused=content_based_intelligent,intelligent]');
    const before = writes().length;
    await pagerduty.rememberRefusal(sample.service.name, ['intelligent']);
    expect(writes()).toHaveLength(before);
    const next = adapterFor(fake).pagerduty;
    expect(await next.services([sample.service.name])).toMatchObject([
      { refused: ['content_based_intelligent', 'intelligent'], value: { description: 'P1' } },
    ]);
    await next.updateService({ ...sample.service, description: 'P1, new' });
    expect(row('services')['description']).toBe('P1, new [pmp-pd refused=content_based_intelligent,intelligent]');
  });
});

describe('an update touches only what differs', () => {
  it('a service: one field', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    await pagerduty.updateService({ ...sample.service, acknowledgementTimeout: 900 });
    const service = lastBody('service');
    expect(Object.keys(service).sort()).toEqual(['acknowledgement_timeout', 'escalation_policy', 'name', 'type']);
  });

  it('a schedule: kept layers keep their ids, layers no longer wanted end now, ended ones are not shown', async () => {
    const { pagerduty, clock } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    const ids = new Map((row('schedules')['schedule_layers'] as { id: string; name: string }[]).map((layer) => [layer.name, layer.id]));
    const [night, day] = sample.rota.layers;
    if (!night || !day) throw new Error('sample');
    const started = { ...day, start: clock.now() - 86_400_000 };
    fake.rows['schedules'] = [{ ...row('schedules'), id: String(row('schedules')['id']) }];
    for (const layer of row('schedules')['schedule_layers'] as { start: string }[]) layer.start = '2026-01-05T17:00:00Z';
    pagerduty.forget();
    await pagerduty.updateSchedule({ ...sample.rota, layers: [started, { ...night, name: 'Cover' }] });
    const layers = lastBody('schedule')['schedule_layers'] as { id?: string; name: string; end?: string }[];
    expect(layers.map((layer) => [layer.name, layer.id, layer.end !== undefined])).toEqual([
      ['Nights', ids.get('Nights'), true],
      ['Weekdays', ids.get('Weekdays'), false],
      ['Cover', undefined, false],
    ]);
    await clock.sleep(2000, '');
    const [seen] = await pagerduty.schedules([sample.rota.name]);
    expect(seen?.value?.layers.map((layer) => layer.name)).toEqual(['Weekdays', 'Cover']);
  });

  it('people that others made keep their name; an e-mail is never changed', async () => {
    fake.seed('users', { name: 'Ada B. Example', email: 'Ada@Example.com', time_zone: 'UTC' });
    const { pagerduty } = adapterFor(fake);
    await pagerduty.updateUser(sample.ada);
    expect(row('users')).toMatchObject({ name: 'Ada B. Example', time_zone: 'America/New_York' });
    expect(String(row('users')['email']).toLowerCase()).toBe('ada@example.com');
    const before = writes().length;
    await pagerduty.updateUser(sample.ada);
    expect(writes()).toHaveLength(before);
  });

  it('a maintenance window and a webhook', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    const made = await pagerduty.createWebhook(sample.webhook);
    expect(reveal(made.secret)).toBe(`signing-${made.subscription}`);
    await pagerduty.pingWebhook(made.subscription);
    await pagerduty.updateWebhook({ ...sample.webhook, events: ['incident.triggered'] });
    expect(await pagerduty.webhooks()).toMatchObject([
      {
        ours: true,
        value: { name: sample.service.name, role: 'critical', events: ['incident.triggered'], subscription: made.subscription },
      },
    ]);
    await pagerduty.deleteWebhook(made.subscription);
    expect(await pagerduty.webhooks()).toEqual([]);
    await pagerduty.updateWindow({ ...sample.maintenance, end: sample.maintenance.end + 3_600_000 });
    expect(await pagerduty.windows()).toMatchObject([
      { value: { start: sample.maintenance.start, end: sample.maintenance.end + 3_600_000 } },
    ]);
    expect(fake.rows['maintenance_windows']).toHaveLength(1);
  });
});

describe('a shift-based schedule (v3) of our name', () => {
  const v3 = { id: 'PSHIFT1', name: sample.rota.name, time_zone: 'Europe/Berlin', description: 'theirs' };
  const answer = (path: string) =>
    path === '/v3/schedules'
      ? { status: 200, body: { schedules: [{ id: v3.id, type: 'schedule_v3_reference', summary: v3.name }], more: false } }
      : path === `/v3/schedules/${v3.id}`
        ? { status: 200, body: { schedule: v3 } }
        : undefined;

  it('is adopted as it is, and policies may point at it', async () => {
    fake.fault = ({ path }) => answer(path);
    const { pagerduty } = adapterFor(fake);
    expect(await pagerduty.schedules([sample.rota.name])).toEqual([
      {
        ours: false,
        value: { kind: 'schedule', name: sample.rota.name, description: 'theirs', timeZone: 'Europe/Berlin', layers: [], style: 'shifts' },
      },
    ]);
    await pagerduty.createUser(sample.ben);
    await pagerduty.createPolicy(sample.policy);
    expect(JSON.stringify(lastBody('escalation_policy'))).toContain(v3.id);
  });

  it('beside a layer schedule of the same name is an error, not a guess', async () => {
    fake.fault = ({ path }) => answer(path);
    fake.seed('schedules', { name: sample.rota.name, time_zone: 'UTC', schedule_layers: [] });
    await expect(adapterFor(fake).pagerduty.schedules([sample.rota.name])).rejects.toMatchObject({ id: 'name-twice' });
  });
});

describe('what else uses it', () => {
  it('is told of policies and schedules, ours aside', async () => {
    const { pagerduty } = adapterFor(fake);
    await sample.createEverything(pagerduty);
    const theirs = { name: 'Billing', description: 'x' };
    Object.assign(row('escalation_policies'), { services: [theirs, { name: 'Ours', description: '[pmp-pd]' }] });
    const other = fake.seed('escalation_policies', { name: 'Night shift', escalation_rules: [] });
    const policies = [
      { id: other.id, summary: 'Night shift' },
      { id: row('escalation_policies')['id'], summary: sample.policy.name },
    ];
    Object.assign(row('schedules'), { escalation_policies: policies });
    pagerduty.forget();
    expect(await pagerduty.policies([sample.policy.name])).toMatchObject([{ usedBy: 'service "Billing"' }]);
    expect(await pagerduty.schedules([sample.rota.name])).toMatchObject([{ usedBy: 'escalation policy "Night shift"' }]);
  });
});

describe('reads stay few', () => {
  it('lists are read once until forget()', async () => {
    const { pagerduty } = adapterFor(fake);
    await pagerduty.services(['A', 'B']);
    await pagerduty.services(['C']);
    await pagerduty.integrations(['A']);
    expect(fake.log).toHaveLength(1);
    pagerduty.forget();
    await pagerduty.services(['A']);
    expect(fake.log).toHaveLength(2);
    expect(pagerduty.calls).toMatchObject({ reads: 2, writes: 0, retries: 0 });
  });

  it('four people of an account of 950 cost five reads; a few pages are read whole', async () => {
    for (let i = 0; i < 950; i++) fake.seed('users', { name: `User ${i}`, email: `user${i}@example.com`, time_zone: 'UTC' });
    const emails = ['user940@example.com', 'USER941@example.com', 'user942@example.com', 'nobody@example.com'];
    const found = await adapterFor(fake).pagerduty.users(emails);
    expect(found.map((user) => user.value.name).sort()).toEqual(['user940@example.com', 'user941@example.com', 'user942@example.com']);
    expect(fake.log.length).toBe(5);
    fake.log.length = 0;
    const many = Array.from({ length: 50 }, (_, i) => `user${i * 19}@example.com`);
    expect(await adapterFor(fake).pagerduty.users(many)).toHaveLength(50);
    expect(fake.log.length).toBe(10);
  });

  it('a page that the server makes smaller loses nobody', async () => {
    fake.pageSize = 30;
    for (let i = 0; i < 100; i++) fake.seed('users', { name: `User ${i}`, email: `user${i}@example.com`, time_zone: 'UTC' });
    const all = Array.from({ length: 100 }, (_, i) => `user${i}@example.com`);
    expect(await adapterFor(fake).pagerduty.users(all)).toHaveLength(100);
  });

  it('two services of one name are an error that names both', async () => {
    const ids = [fake.seed('services', { name: 'A' }).id, fake.seed('services', { name: 'A' }).id];
    await expect(adapterFor(fake).pagerduty.services(['A'])).rejects.toMatchObject({
      id: 'name-twice',
      facts: { cause: expect.stringContaining(ids.join(', ')) as string },
    });
  });
});

describe('the account', () => {
  it('an account token, its abilities and its free seats', async () => {
    const account = await adapterFor(fake).pagerduty.account();
    expect(account).toMatchObject({ region: 'us', token: 'account', seatsFree: 7, license: 'Business' });
    expect([...account.abilities]).toEqual(['teams', 'urgencies']);
  });

  it('the user of a user token, and the subdomain that the page of the user shows', async () => {
    const me = { id: 'P1', name: 'Ada', email: 'ada@example.com', role: 'admin', html_url: 'https://acme.eu.pagerduty.com/users/P1' };
    fake.fault = ({ path }) => (path === '/users/me' ? { status: 200, body: { user: me } } : undefined);
    expect(await adapterFor(fake).pagerduty.account()).toMatchObject({
      token: 'user',
      subdomain: 'acme',
      user: { email: 'ada@example.com', role: 'admin' },
    });
  });

  it('an expired account is told as that, not as a refusal', async () => {
    const expired = { status: 403, body: { error: { message: 'Account Expired', code: 2012 } } };
    fake.fault = () => expired;
    expect(await adapterFor(fake).pagerduty.account()).toEqual({
      region: 'us',
      token: 'account',
      abilities: new Set(),
      seatsFree: undefined,
      expired: true,
    });
    fake.fault = ({ path }) => (path === '/licenses' ? { ...expired, status: 402 } : undefined);
    const half = await adapterFor(fake).pagerduty.account();
    expect(half).toMatchObject({ expired: true });
    expect([...half.abilities]).toEqual(['teams', 'urgencies']);
    fake.fault = () => expired;
    const { pagerduty } = adapterFor(fake);
    for (const read of [pagerduty.services(['A']), pagerduty.schedules(['A']), pagerduty.windows()])
      await expect(read).rejects.toMatchObject({ id: 'account-expired' });
  });

  it('an account that is not expired, and a token without scopes, say neither', async () => {
    const account = await adapterFor(fake).pagerduty.account();
    expect(account).not.toHaveProperty('expired');
    expect(account).not.toHaveProperty('scopes');
  });

  it('every request bears token, From, version and our name', async () => {
    const { pagerduty } = adapterFor(fake);
    await pagerduty.createUser(sample.ada);
    const post = fake.log.find((call) => call.method === 'POST');
    expect(post?.headers).toMatchObject({
      authorization: 'Token token=u+TESTTOKENxyz',
      from: 'ada@example.com',
      accept: 'application/vnd.pagerduty+json;version=2',
    });
    expect(post?.headers['user-agent']).toBe('pmp-pd/test');
  });
});
