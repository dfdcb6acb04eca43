import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import type { PagerDutyState } from '../../../src/sandbox/pagerduty/index.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

describe('a sandbox in which something goes wrong', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-faults-'));
  const at: { sandbox?: Sandbox; count: number } = { count: 0 };
  const sandbox = () => at.sandbox ?? expect.fail('no sandbox');
  const services = () => (sandbox().section('pagerduty') as PagerDutyState).services.length;
  const users = () => (sandbox().section('pagerduty') as PagerDutyState).users.length;

  beforeEach(async () => {
    at.count += 1;
    at.sandbox = await openSandbox({ stateFile: join(folder, String(at.count), 'state.json'), clock: 'real', people: 'asleep' });
  });
  afterEach(async () => {
    await sandbox().close();
    rmSync(folder, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Answer> => {
    const headers = { authorization: `Token token=${sandbox().token}`, from: sandbox().from, 'content-type': 'application/json' };
    const cluster = { authorization: 'Bearer sandbox-cluster-token', 'content-type': 'application/apply-patch+yaml' };
    const answer = await fetch(sandbox().baseUrl + path, {
      method,
      headers: path.startsWith('/k8s') ? cluster : headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };
  const createUser = (name: string) =>
    ask('POST', '/users', { user: { type: 'user', name, email: `${name}@example.com`, time_zone: 'America/New_York' } });
  const json = ({ text }: Answer) => JSON.parse(text) as Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- any answer

  test('a connection reset before a write leaves nothing, one after it leaves what was written', async () => {
    sandbox().fault('reset-before:POST /users:1');
    await expect(createUser('ada')).rejects.toThrow('fetch failed');
    expect(users()).toBe(1);
    sandbox().fault('reset-after:POST /users:1');
    await expect(createUser('ada')).rejects.toThrow('fetch failed');
    expect(users()).toBe(2);
    expect((await createUser('ben')).status).toBe(201);
  });

  test('half a body ends the connection, although it was done', async () => {
    sandbox().fault('half:POST /users:1');
    await expect(createUser('ada')).rejects.toThrow('terminated');
    expect(users()).toBe(2);
  });

  test('a page of HTML stands where JSON should, with the write done or not', async () => {
    sandbox().fault('html:POST /users:1');
    expect(await createUser('ada')).toMatchObject({ status: 200, text: expect.stringContaining('<html>') });
    expect(users()).toBe(1);
    sandbox().fault('504-after:POST /users:1');
    expect((await createUser('ada')).status).toBe(504);
    expect(users()).toBe(2);
  });

  test('too many requests, with the headers that say how long, or bare', async () => {
    sandbox().fault('429=3s:GET /services:1');
    const told = await ask('GET', '/services');
    expect(told.status).toBe(429);
    expect(told.headers.get('ratelimit-reset')).toBe('3');
    expect(json(told)).toEqual({ error: { message: 'Rate Limit Exceeded', code: 2020 } });
    sandbox().fault('429-bare:GET /services:1');
    const bare = await ask('GET', '/services');
    expect([bare.status, bare.headers.get('ratelimit-reset'), bare.headers.get('retry-after')]).toEqual([429, null, null]);
    expect((await ask('GET', '/services')).status).toBe(200);
  });

  test('every third request fails, the others do not', async () => {
    sandbox().fault('503:GET /services:every 3');
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await ask('GET', '/services')).status);
    expect(statuses).toEqual([200, 200, 503, 200, 200, 503]);
  });

  test('answers that are late, slow, or never end', async () => {
    sandbox().fault('latency=150ms:GET /services:1');
    const begun = performance.now();
    await ask('GET', '/services');
    expect(performance.now() - begun).toBeGreaterThan(140);
    sandbox().fault('none');
    sandbox().fault('drip=300ms:GET /services:1');
    const slow = performance.now();
    expect(json(await ask('GET', '/services'))).toHaveProperty('services');
    expect(performance.now() - slow).toBeGreaterThan(200);
    for (const kind of ['endless', 'flood']) {
      sandbox().fault('none');
      sandbox().fault(`${kind}:GET /services:1`);
      await expect(ask('GET', '/services', undefined, AbortSignal.timeout(400))).rejects.toThrow(/abort/);
    }
  });

  test('a clock that is off shows in the Date header and in what the account dates', async () => {
    sandbox().fault('skew=-2h');
    const { headers } = await ask('GET', '/services');
    expect(Date.now() - Date.parse(headers.get('date') ?? '')).toBeGreaterThan(7_190_000);
    expect(Date.now() - sandbox().serverTime()).toBeGreaterThan(7_190_000);
  });

  test('of users created side by side all but one are refused in the words of PagerDuty', async () => {
    sandbox().fault('user-lock');
    const answers = await Promise.all(['ada', 'ben', 'cleo'].map(createUser));
    expect(answers.filter((one) => one.status === 201)).toHaveLength(1);
    expect(answers.filter((one) => one.status === 400)).toHaveLength(2);
    expect(answers.map((one) => one.text).join(' ')).toContain('could not be locked');
    expect((await createUser('dan')).status).toBe(201);
  });

  test('what was just created cannot be read for a moment, neither alone nor in a list', async () => {
    sandbox().fault('unreadable=300ms');
    const { id } = json(await createUser('ada'))['user'] as { id: string };
    expect((await ask('GET', `/users/${id}`)).status).toBe(404);
    expect((await ask('GET', '/users')).text).not.toContain(id);
    await expect.poll(async () => (await ask('GET', `/users/${id}`)).status, { timeout: 2000 }).toBe(200);
    expect((await ask('GET', '/users')).text).toContain(id);
  });

  test('an expired account', async () => {
    sandbox().fault('expired:GET /abilities');
    const answer = await ask('GET', '/abilities');
    expect(answer.status).toBe(403);
    expect(json(answer)['error']).toMatchObject({ code: 2012 });
    expect(services()).toBe(0);
  });

  const secret = '/k8s/api/v1/namespaces/monitoring/secrets/s?fieldManager=test';
  const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'monitoring' } };
  test.each([
    ['k8s-401', 401, 'Unauthorized'],
    ['k8s-403', 403, 'secrets "s" is forbidden: User "sandbox-admin" cannot patch resource "secrets"'],
    ['k8s-conflict', 409, 'conflict with "argocd-controller"'],
    ['k8s-no-namespace', 404, 'namespaces "monitoring" not found'],
    ['k8s-immutable', 422, 'field is immutable when `immutable` is set'],
  ])('a cluster that answers %s', async (fault, status, words) => {
    sandbox().fault(`${fault}:PATCH /k8s*:1`);
    const answer = await ask('PATCH', secret, object);
    expect(answer.status).toBe(status);
    expect(json(answer)).toMatchObject({ kind: 'Status', status: 'Failure', message: expect.stringContaining(words) });
    expect((await ask('PATCH', secret, object)).status).toBe(201);
  });

  test('an API server that is away', async () => {
    sandbox().fault('k8s-away');
    await expect(ask('GET', '/k8s/version')).rejects.toThrow('fetch failed');
    expect((await ask('GET', '/services')).status).toBe(200);
  });

  test('faults are armed, shown and disarmed over HTTP too', async () => {
    const does = async (spec: string) => fetch(`${sandbox().baseUrl}/sandbox/do/fault/${encodeURIComponent(spec)}`, { method: 'POST' });
    expect((await does('500:GET /services')).status).toBe(200);
    expect((await ask('GET', '/services')).status).toBe(500);
    expect(json(await ask('GET', '/sandbox/faults'))).toEqual({ faults: ['500:GET /services'] });
    expect((await does('none')).status).toBe(200);
    expect((await ask('GET', '/services')).status).toBe(200);
    const refused = await does('earthquake');
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain('there is no fault');
  });
});
