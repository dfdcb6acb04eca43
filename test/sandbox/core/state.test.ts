import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSandbox, resetSandbox, runningSandbox } from '../../../src/sandbox/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { Client, opened, stateFile } from '../support.ts';

async function merge(sandbox: Sandbox, path: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/merge-patch+json' };
  const done = await fetch(`${sandbox.baseUrl}/k8s${path}`, { method: 'PATCH', headers, body: JSON.stringify(body) });
  expect(done.status).toBe(200);
}

describe('what is kept between commands', () => {
  test('an account outlives the process that built it, ids and all', async () => {
    const file = await stateFile();
    const first = await openSandbox({ stateFile: file });
    const ada = await new Client(first).user('Ada Example');
    await first.close();
    const again = new Client(await opened({ stateFile: file }));
    const { body } = await again.get(`/users/${ada.id}`);
    expect(body.user.email).toBe('ada@example.com');
    const ben = await again.user('Ben Example');
    expect(ben.id > ada.id).toBe(true);
  });

  test('a write is on disk before its answer, so a command that is killed loses nothing', async () => {
    const file = await stateFile();
    const pd = new Client(await opened({ stateFile: file }));
    await pd.user('Ada Example');
    expect(await readFile(file, 'utf8')).toContain('ada@example.com');
  });

  test('a file from before the sandbox paged gets what it lacks: the study’s pods, and a page for what already fires', async () => {
    const file = await stateFile();
    const first = await openSandbox({ stateFile: file, start: Date.UTC(2026, 8, 1), clock: 0 });
    const pager = { 'alertmanager.yml': 'route: { receiver: a }\nreceivers: [{ name: a, pagerduty_configs: [{ routing_key: a }] }]\n' };
    await merge(first, '/api/v1/namespaces/monitoring/configmaps/alertmanager-config', { data: pager });
    await fetch(`${first.alertmanagerUrl}/-/reload`, { method: 'POST' });
    first.doAction('advance', '10s');
    await first.close();
    const text = JSON.parse(await readFile(file, 'utf8'));
    const { kubernetes, pagerduty } = text.sections;
    for (const part of ['objects', 'runs'])
      for (const key of Object.keys(kubernetes[part])) if (key.includes('pmp-study')) delete kubernetes[part][key];
    delete kubernetes.given;
    for (const run of Object.values<any>(kubernetes.runs)) if (run.alertmanager) delete run.alertmanager.memory.pages;
    for (const part of ['events', 'deliveries', 'eventDelay']) delete pagerduty[part];
    await writeFile(file, JSON.stringify(text));

    const again = await opened({ stateFile: file });
    again.doAction('advance', '1m');
    const pods = async (): Promise<readonly any[]> =>
      ((await (await fetch(`${again.baseUrl}/k8s/api/v1/namespaces/pmp-study/pods`)).json()) as any).items;
    expect((await pods()).map(({ status }) => status.phase)).toEqual(['Running', 'Running']);
    const failed = /notifications_failed_total\{integration="pagerduty",reason="clientError"\} ([1-9]\d*)/;
    expect(await (await fetch(`${again.alertmanagerUrl}/metrics`)).text()).toMatch(failed);

    await fetch(`${again.baseUrl}/k8s/apis/apps/v1/namespaces/pmp-study/deployments/pmp-study-worker`, { method: 'DELETE' });
    await again.close();
    const later = await opened({ stateFile: file });
    later.doAction('advance', '1m');
    const { items } = (await (await fetch(`${later.baseUrl}/k8s/apis/apps/v1/namespaces/pmp-study/deployments`)).json()) as any;
    expect(items.map(({ metadata }: any) => metadata.name)).toEqual(['pmp-study-api']);
  });

  test('two accounts that were built alike are alike', async () => {
    const build = async (): Promise<unknown> => {
      const file = await stateFile();
      const sandbox = await openSandbox({ stateFile: file, start: Date.UTC(2026, 8, 1), clock: 0 });
      await new Client(sandbox).serviceWithPolicy();
      await sandbox.close();
      return JSON.parse(await readFile(file, 'utf8')).sections.pagerduty;
    };
    expect(await build()).toEqual(await build());
  });

  test.each([
    ['a device', async () => '/dev/full', /no regular file/],
    ['a folder', async () => dirname(await stateFile()), /is a folder/],
    ['below what takes no folders', async () => '/proc/x/y', /cannot be created/],
    ['below a file', async () => '/etc/passwd/x/y', /cannot be created/],
  ])('%s in place of the file is said at once', async (_, place, words) => {
    const file = await place();
    const refused = {
      id: 'sandbox',
      facts: { message: expect.stringMatching(words), fix: expect.stringContaining('PMP_PD_SANDBOX_FILE') },
    };
    await expect(openSandbox({ stateFile: file })).rejects.toMatchObject(refused);
    await expect(resetSandbox(file)).rejects.toMatchObject(refused);
  });

  test('folders that are missing are made, for the owner alone', async () => {
    const folder = `${dirname(await stateFile())}/a/b`;
    await (await openSandbox({ stateFile: `${folder}/sandbox.json` })).close();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('a person whom the account does not know is a misuse', async () => {
    const sandbox = await opened();
    expect(() => sandbox.doAction('sign-in', 'nobody@example.com')).toThrow(
      expect.objectContaining({ id: 'usage', message: expect.stringContaining('no user nobody@example.com') }),
    );
  });

  test('only the owner of the file can read it, and nothing is left beside it', async () => {
    const file = await stateFile();
    const sandbox = await openSandbox({ stateFile: file });
    await sandbox.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(dirname(file))).toEqual(['sandbox.json']);
  });

  test.each([
    ['half a file', '{"version":1,"sections":{"pagerduty"'],
    ['a file of something else', '{"hello":"world"}'],
    ['a section that is gone', '{"version":1,"clock":{"sandbox":1,"real":1},"counter":0,"log":[],"sections":{"pagerduty":null}}'],
    ['a file of a later version', '{"version":2}'],
  ])('%s is a clear error that names the way out, and is left alone', async (_, text) => {
    const file = await stateFile();
    await writeFile(file, text);
    await expect(openSandbox({ stateFile: file })).rejects.toMatchObject({
      id: 'sandbox',
      facts: { message: expect.stringContaining(file), fix: expect.stringContaining('pmp-pd sandbox reset') },
    });
    expect(await readFile(file, 'utf8')).toBe(text);
    await resetSandbox(file);
    expect((await new Client(await opened({ stateFile: file })).get('/services')).body.services).toEqual([]);
  });
});

describe('one process at a time', () => {
  test('a second one is told who has the file and where, and changes nothing', async () => {
    const file = await stateFile();
    const first = await opened({ stateFile: file, holder: 'pmp-pd sandbox serve (process 4242)' });
    const second = openSandbox({ stateFile: file });
    await expect(second).rejects.toMatchObject({ id: 'sandbox', facts: { cause: expect.stringContaining('process 4242') } });
    await expect(resetSandbox(file)).rejects.toMatchObject({ id: 'sandbox' });
    expect(await runningSandbox(file)).toBe(first.baseUrl);
  });

  test('of ten that start together exactly one gets it', async () => {
    const file = await stateFile();
    const starts = await Promise.allSettled(Array.from({ length: 10 }, () => openSandbox({ stateFile: file })));
    const open = starts.filter((each) => each.status === 'fulfilled');
    expect(open).toHaveLength(1);
    await Promise.all(open.map((each) => each.value.close()));
    expect(await runningSandbox(file)).toBeUndefined();
  });

  test.each([
    ['nobody listens any more', JSON.stringify({ word: 'gone', url: 'http://127.0.0.1:1', who: 'x', since: 'y' })],
    ['its owner died while taking it', ''],
    ['it points out of this machine', JSON.stringify({ word: 'w', url: 'http://203.0.113.1:80', who: 'x', since: 'y' })],
  ])('a lock is taken over when %s', async (_, lock) => {
    const file = await stateFile();
    await writeFile(`${file}.lock`, lock);
    const sandbox = await openSandbox({ stateFile: file });
    await sandbox.close();
    expect(await readdir(dirname(file))).toEqual(['sandbox.json']);
  });

  test('a lock is taken over when another program has its port now', async () => {
    const file = await stateFile();
    const stranger = await opened();
    await writeFile(`${file}.lock`, JSON.stringify({ word: 'mine', url: stranger.baseUrl, who: 'x', since: 'y' }));
    const sandbox = await opened({ stateFile: file });
    expect(await runningSandbox(file)).toBe(sandbox.baseUrl);
  });
});

describe('the server', () => {
  test('a port that is taken is an error that names it', async () => {
    const first = await opened();
    const port = Number(new URL(first.baseUrl).port);
    await expect(openSandbox({ stateFile: await stateFile(), port })).rejects.toMatchObject({
      id: 'sandbox',
      facts: { message: expect.stringContaining(String(port)), fix: expect.stringContaining('--port') },
    });
  });

  test('listens on loopback, and a web page that points its own name there is refused', async () => {
    const sandbox = await opened();
    expect(new URL(sandbox.baseUrl).hostname).toBe('127.0.0.1');
    const status = await new Promise((resolve, reject) => {
      const asked = request(`${sandbox.baseUrl}/abilities`, { headers: { host: 'evil.example.com' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject);
      asked.end();
    });
    expect(status).toBe(403);
  });

  test('paths that are not served yet say so in JSON', async () => {
    const pd = new Client(await opened());
    const { status, body } = await pd.get('/sandbox/nothing');
    expect([status, body.error.message]).toEqual([404, 'Not Found']);
  });

  test('every call is in the access log, without queries, until it is cleared', async () => {
    const file = await stateFile();
    const sandbox = await openSandbox({ stateFile: file, clock: 0 });
    const pd = new Client(sandbox);
    await pd.get('/users?query=somebody');
    await pd.user('Ada Example');
    await pd.get('/nowhere');
    const paths = [
      ['GET', '/users', 200],
      ['POST', '/users', 201],
      ['GET', '/nowhere', 404],
    ];
    expect(sandbox.accessLog().map(({ method, path, status }) => [method, path, status])).toEqual(paths);
    expect(sandbox.status().calls.pagerduty).toEqual({ reads: 2, writes: 1 });
    await sandbox.close();
    const again = await opened({ stateFile: file });
    expect((await new Client(again).get('/sandbox/log')).body.log).toHaveLength(3);
    await new Client(again).delete('/sandbox/log');
    expect(again.accessLog()).toEqual([]);
  });

  test('the log keeps the last five thousand calls', async () => {
    const file = await stateFile();
    await (await openSandbox({ stateFile: file })).close();
    const kept = JSON.parse(await readFile(file, 'utf8')) as { log: unknown[] };
    kept.log = Array.from({ length: 4995 }, (_, index) => ({
      time: '2026-01-01T00:00:00.000Z',
      method: 'GET',
      path: `/${index}`,
      status: 200,
    }));
    await writeFile(file, JSON.stringify(kept));
    const sandbox = await opened({ stateFile: file });
    const pd = new Client(sandbox);
    for (let call = 0; call < 9; call += 1) await pd.get('/abilities');
    await pd.get('/priorities');
    expect(sandbox.accessLog()).toHaveLength(5000);
    expect(sandbox.accessLog()[0]?.path).toBe('/5');
    expect(sandbox.accessLog().at(-1)?.path).toBe('/priorities');
  });
});

test('nothing that is shown to people holds a key', async () => {
  const sandbox = await opened();
  const pd = new Client(sandbox);
  const service = await pd.serviceWithPolicy();
  const { body } = await pd.post(`/services/${service.id}/integrations`, {
    integration: { type: 'events_api_v2_inbound_integration', name: 'AM' },
  });
  const shown = JSON.stringify(sandbox.status());
  expect(shown).toContain('"fingerprint":"');
  expect(shown).not.toContain(body.integration.integration_key);
});
