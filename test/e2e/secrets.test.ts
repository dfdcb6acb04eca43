import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Desk, minimalAnswers, type Ran } from '../support/cli.ts';

/** Everything a run left in a folder, the sandbox's own state aside. */
function written(desk: Desk): string {
  return readdirSync(desk.folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(desk.folder, name))
    .filter((path) => statSync(path).isFile() && !relative(desk.folder, path).startsWith('state'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** In clear, and as Kubernetes and HTTP carry it. */
function forms(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '');
  return [...new Set([secret, base64, encodeURIComponent(secret)])];
}

function leaks(text: string, secrets: readonly string[]): readonly string[] {
  return [...new Set(secrets)].flatMap(forms).filter((form) => text.includes(form));
}

const phone = '2025550101';

describe('no secret reaches stdout, stderr or a file', () => {
  const desk = new Desk();
  let sandbox: Sandbox;
  let secrets: readonly string[];
  let found = { keys: 0, signing: 0 };
  const ran: Ran[] = [];

  beforeAll(async () => {
    sandbox = await openSandbox({ stateFile: desk.path('state/served.json'), clock: 'real', people: 'asleep', token: 'user' });
    desk
      .write('a.yaml', minimalAnswers('alertmanager: { apply: true }\nwebhook: { url: https://hooks.example.com/pd }\n'))
      .write('state/kubeconfig', sandbox.kubeconfig);
    const served = {
      PAGERDUTY_API_URL: sandbox.apiUrl,
      PAGERDUTY_TOKEN: sandbox.token,
      PD_FROM_EMAIL: sandbox.from,
      KUBECONFIG: desk.path('state/kubeconfig'),
      WATCHDOG_URL: 'https://heartbeat.example.com/ping/known-heartbeat-secret',
    };
    const run = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
      ran.push(await desk.run(args, { env: { ...served, ...env } }));
    await run(['setup', '--yes', '--config', 'a.yaml', '-v', '--trace', 'trace.jsonl']);
    await run(['setup', '--yes', '--config', 'a.yaml', '-o', 'json']);
    await run(['setup', '--plan', '--config', 'a.yaml', '-v']);
    await run(['setup', '--yes', '--config', 'a.yaml'], { PAGERDUTY_TOKEN: 'known-wrong-token-1' });
    await run(['setup', '--yes', '--config', 'a.yaml', '-o', 'json'], { PAGERDUTY_TOKEN: 'known wrong\ttoken-2' });
    await run(['setup', '--yes', '--config', 'a.yaml'], {
      PAGERDUTY_TOKEN: '',
      PAGERDUTY_TOKEN_COMMAND: 'node -e "console.error(\'known-stderr-secret\');process.exit(1)" known-argument-secret',
    });
    await run(['setup', '--yes', '--config', 'a.yaml'], { PAGERDUTY_API_URL: 'https://me:known-url-password@api.example.com' });
    await run(['verify', '--config', 'a.yaml', '-v', '--report', 'launch.html']);
    await run(['verify', '--config', 'a.yaml', '-o', 'json'], { PAGERDUTY_TOKEN: 'known-wrong-token-1' });
    await run(['explain', '06-kubernetes-secrets']);
    const state = readFileSync(desk.path('state/served.json'), 'utf8');
    const keys = [...new Set(state.match(/"sandbox[a-z0-9]{25}"/g) ?? [])].map((text) => text.slice(1, -1));
    const signing = [...new Set(state.match(/"secret":\s*"([^"]{16,})"/g) ?? [])].map((text) => /"([^"]{16,})"$/.exec(text)?.[1] ?? '');
    secrets = [
      sandbox.token,
      ...keys,
      ...signing,
      'known-heartbeat-secret',
      'known-wrong-token-1',
      'token-2',
      'known-stderr-secret',
      'known-argument-secret',
      'known-url-password',
    ];
    found = { keys: keys.length, signing: signing.length };
  }, 60_000);

  afterAll(async () => {
    await sandbox.close();
    desk.close();
  });

  test('the runs were what they should be, and the account held keys and signing secrets', () => {
    expect(found.keys).toBeGreaterThanOrEqual(2);
    expect(found.signing).toBeGreaterThanOrEqual(2);
    expect(ran.map((r) => r.code)).toEqual([0, 0, 0, 4, 4, 4, 2, 1, 4, 0]);
  });

  test('nothing that was printed holds one', () => {
    expect(leaks(ran.map((r) => r.stdout + r.stderr).join('\n'), secrets)).toEqual([]);
  });

  test('no file holds one: answers, rendered configuration, rules, trace', () => {
    const files = written(desk);
    expect(files).toContain('routing_key_file');
    expect(files).toContain('"path":"/users"');
    expect(files).toContain('<!doctype html>');
    expect(leaks(files, secrets)).toEqual([]);
  });

  test('phone numbers are masked on the screen', () => {
    expect(leaks(ran.map((r) => r.stdout + r.stderr).join('\n'), [phone])).toEqual([]);
  });

  test('a planted leak is found, in clear and as base64', () => {
    const [key = ''] = secrets.filter((secret) => secret.length === 32);
    expect(leaks(`x ${key} y`, secrets)).toEqual([key]);
    expect(leaks(Buffer.from(key).toString('base64'), secrets)).toHaveLength(1);
  });
});
