import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { adapterFor } from '../../adapters/pagerduty/fake.ts';
import * as sample from '../../adapters/pagerduty/samples.ts';

let sandbox: Sandbox;
let http: Http;

beforeEach(async () => {
  http = createHttp({ userAgent: 'pmp-pd/test' });
  const stateFile = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'state.json');
  sandbox = await openSandbox({ stateFile, accountPlan: 'trial', people: 'asleep' });
  await sample.createEverything(adapter());
});
afterEach(async () => {
  http.close();
  await sandbox.close();
});

/** A fresh adapter, as the next command has one. */
function adapter() {
  const { clock, apiUrl, from, token } = sandbox;
  return adapterFor({ url: apiUrl }, { http, clock, from, credential: { kind: 'token', token: secretOf(token) } }).pagerduty;
}

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
  const rows = (await somebody('GET', `/${collection}`))[collection] as { id: string; name?: string; email?: string }[];
  return rows.find((row) => row.name === name || row.email === name)?.id ?? '';
}

const hour = 3_600_000;
const day = 24 * hour;
const from = sample.rota.layers[0]?.start ?? 0;
const iso = (at: number): string => new Date(at).toISOString();

describe('who is on call, as PagerDuty renders it', () => {
  it('is what its preview promised, and an override shows at once in the next look', async () => {
    const pagerduty = adapter();
    const before = await pagerduty.rendered(sample.rota.name, from, from + 14 * day);
    const promised = await pagerduty.preview(sample.rota, from, from + 14 * day);
    const hours = (shifts: typeof before, who: string): number =>
      shifts.reduce((sum, shift) => sum + (shift.who === who ? shift.end - shift.start : 0), 0);
    expect(before.reduce((sum, shift) => sum + shift.end - shift.start, 0)).toBe(14 * day);
    for (const who of [sample.ada.name, sample.ben.name]) expect(hours(before, who)).toBe(hours(promised, who));

    const first = before[0];
    const other = first?.who === sample.ada.name ? sample.ben.name : sample.ada.name;
    const [schedule, user] = await Promise.all([idOf('schedules', sample.rota.name), idOf('users', other)]);
    const override = { start: iso(from + hour), end: iso(from + 2 * hour), user: { id: user, type: 'user_reference' } };
    await somebody('POST', `/schedules/${schedule}/overrides`, { overrides: [override] });
    expect(await pagerduty.rendered(sample.rota.name, from, from + 3 * hour)).toEqual([
      { start: from, end: from + 3 * hour, who: first?.who },
    ]);
    pagerduty.forget();
    expect(await pagerduty.rendered(sample.rota.name, from, from + 3 * hour)).toEqual([
      { start: from, end: from + hour, who: first?.who },
      { start: from + hour, end: from + 2 * hour, who: other },
      { start: from + 2 * hour, end: from + 3 * hour, who: first?.who },
    ]);
  });
});

describe('evidence', () => {
  it('of a drill: the incident, the details and links of its alert, and who was told and answered', async () => {
    const details = { pmp_drill: '01J00000000000000000000000', runbook: 'https://runbooks.example.com/PMPDrill' };
    const note = 'pmp-pd drill 01J00000000000000000000000: via=alertmanager ack=human escalation=2/2';
    const [ada, ben] = [sample.ada.name, sample.ben.name];
    const made = sandbox.plantIncident({
      title: '[DRILL pmp-pd 01J00000000000000000000000] PMPDrill',
      service: sample.service.name,
      created: '3d',
      alerts: [{ key: 'k', severity: 'critical', details, links: [{ href: 'https://runbooks.example.com/PMPDrill', text: 'Runbook' }] }],
      log: [
        { type: 'assign', at: 0, assignees: [ada] },
        { type: 'notify', at: 5, who: ada, channel: 'push' },
        { type: 'notify', at: 125, who: ada, channel: 'phone' },
        { type: 'escalate', at: 600, assignees: [ben] },
        { type: 'acknowledge', at: 690, who: ben, channel: 'mobile' },
        { type: 'annotate', at: 700, who: ben, note },
      ],
    });
    const pagerduty = adapter();
    const now = sandbox.clock.now();
    const [found] = await pagerduty.incidents([sample.service.name], now - 35 * day);
    expect(found).toMatchObject({ id: made.id, number: made.number, service: sample.service.name, status: 'resolved', urgency: 'high' });
    expect(now - (found?.created ?? 0)).toBeGreaterThanOrEqual(3 * day);
    expect(await pagerduty.incidents([sample.service.name], now - 2 * day)).toEqual([]);
    const links = [{ href: 'https://runbooks.example.com/PMPDrill', text: 'Runbook' }];
    expect(await pagerduty.alerts(made.id)).toEqual([{ key: 'k', status: 'resolved', severity: 'critical', details, links }]);
    const log = await pagerduty.logEntries(made.id);
    const began = found?.created ?? 0;
    expect(log.map(({ at, ...entry }) => ({ ...entry, second: (at - began) / 1000 }))).toEqual([
      { second: 0, type: 'trigger' },
      { second: 0, type: 'assign', assignees: [ada] },
      { second: 5, type: 'notify', who: ada, channel: 'push', outcome: 'success' },
      { second: 125, type: 'notify', who: ada, channel: 'phone', outcome: 'success' },
      { second: 600, type: 'escalate', assignees: [ben] },
      { second: 690, type: 'acknowledge', who: ben },
      { second: 700, type: 'annotate', who: ben, note },
      { second: 700, type: 'resolve' },
    ]);
  });

  it('a service without incidents has none', async () => {
    expect(await adapter().incidents([sample.service.name], sandbox.clock.now() - 35 * day)).toEqual([]);
  });
});

describe('the account', () => {
  it('expired is told, with what is still known', async () => {
    sandbox.fault('expired');
    expect(await adapter().account()).toMatchObject({ expired: true, region: 'us' });
  });

  it('of a scoped OAuth token tells what PagerDuty gave, which is not all that was asked for', async () => {
    const { clock, apiUrl, from: acting } = sandbox;
    const secret = secretOf('sandbox-client-secret');
    const subdomain = (await adapter().account()).subdomain ?? '';
    const credential = {
      kind: 'oauth',
      clientId: 'sandbox-client',
      clientSecret: secret,
      subdomain,
      tokenUrl: `${apiUrl}/oauth/token`,
    } as const;
    const { scopes } = await adapterFor({ url: apiUrl }, { http, clock, from: acting, credential }).pagerduty.account();
    expect(scopes).toContain(`as_account-us.${subdomain}`);
    expect(scopes).toContain('incidents.read');
  });
});

describe('a team of ten engineers', () => {
  it('is read in few calls, although every check asks for all that it needs', async () => {
    const first = adapter();
    const team = Array.from({ length: 12 }, (_, i) => ({ ...sample.ada, name: `p${i}@example.com`, fullName: `Person ${i} Example` }));
    const [lead = sample.ada, cto = sample.ben, ...engineers] = team;
    await Promise.all(team.map((person) => first.createUser(person)));
    const rotas = ['Primary', 'Follow Sun'].map((name) => ({
      ...sample.rota,
      name,
      layers: sample.rota.layers.map((layer) => ({ ...layer, users: engineers.map((person) => person.name) })),
    }));
    await Promise.all(rotas.map((rota) => first.createSchedule(rota)));
    const levels = ['Primary', 'Follow Sun'].map((name) => ({ targets: [{ kind: 'schedule' as const, name }], delayMinutes: 10 }));
    const people = [lead, cto].map(({ name }) => ({ targets: [{ kind: 'user' as const, name }], delayMinutes: 15 }));
    const policy = { ...sample.policy, name: 'Whole', levels: [...levels, ...people] };
    await first.createPolicy(policy);
    const services = ['S1', 'S2'].map((name) => ({ ...sample.service, name, policy: 'Whole' }));
    for (const service of services) await first.createService(service);

    const next = adapter();
    const now = sandbox.clock.now();
    const names = services.map(({ name }) => name);
    const check = async (): Promise<number> => {
      const [found] = await next.policies(['Whole']);
      const targets = found?.value?.levels.flatMap((level) => level.targets) ?? [];
      const schedules = targets.flatMap(({ kind, name }) => (kind === 'schedule' ? [name] : []));
      const spans = [0, 100, 200].map((days) => now + days * day);
      const shifts = await Promise.all(schedules.flatMap((name) => spans.map((at) => next.rendered(name, at, at + 42 * day))));
      const emails = [...targets.flatMap(({ kind, name }) => (kind === 'user' ? [name] : [])), ...shifts.flat().map(({ who }) => who)];
      const [users] = await Promise.all([
        next.users(emails),
        next.account(),
        next.services(names),
        next.schedules(schedules),
        next.integrations(names),
        ...names.map((name) => next.integrationKey(name, 'events_v2')),
        next.groupings(names),
        next.windows(),
        next.webhooks(),
        next.incidents(names, now - 35 * day),
      ]);
      return users.length;
    };
    expect(await Promise.all([check(), check(), check()])).toEqual([12, 12, 12]);
    expect(await check()).toBe(12);
    expect(next.calls.reads).toBeLessThanOrEqual(24);
    expect(next.calls.writes).toBe(0);
  });
});
