import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Desk, minimalAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';

const kubectlIsHere = spawnSync('kubectl', ['version', '--client']).status === 0;
if (!kubectlIsHere) console.log('SKIPPED: kubectl is not installed, so the real client was not tried');

test.skipIf(!kubectlIsHere)('kubectl, the real client, reads the secret that setup put into the served sandbox', async () => {
  const desk = new Desk();
  desk.write('a.yaml', minimalAnswers());
  const server = spawn(process.execPath, [join(root, 'bin/pmp-pd.js'), 'sandbox', 'serve', '--people', 'asleep'], {
    cwd: desk.folder,
    env: desk.environment,
  });
  const ended = new Promise<number | null>((resolve) => server.on('close', resolve));
  try {
    const line = await new Promise<string>((resolve) => server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const served = JSON.parse(line) as Readonly<Record<'api_url' | 'kubeconfig' | 'token' | 'from', string>>;
    const env = {
      PAGERDUTY_API_URL: served.api_url,
      PAGERDUTY_TOKEN: served.token,
      PD_FROM_EMAIL: served.from,
      KUBECONFIG: served.kubeconfig,
    };
    const ran = await desk.run(['setup', '--yes', '--config', 'a.yaml', '-o', 'json'], { env });
    expect(ran.code).toBe(0);
    const kubectl = (...args: string[]) =>
      execFileSync('kubectl', [`--kubeconfig=${served.kubeconfig}`, '-n', 'monitoring', ...args], { encoding: 'utf8' });
    const secret = JSON.parse(kubectl('get', 'secret', 'pagerduty-secrets', '-o', 'json')) as {
      data: Record<string, string>;
      metadata: { managedFields?: { manager: string }[] };
    };
    const keys = Object.entries(secret.data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString('utf8')]);
    expect(keys.map(([name]) => name)).toEqual(['PAGERDUTY_SERVICE_KEY_CRITICAL', 'PAGERDUTY_SERVICE_KEY_HIGH']);
    const answer = await fetch(`${served.api_url}/services?include[]=integrations`, {
      headers: { authorization: `Token token=${served.token}` },
    });
    const services = ((await answer.json()) as { services: { name: string; integrations: { integration_key: string }[] }[] }).services;
    const keyOf = (name: string) => services.find((s) => s.name === name)?.integrations[0]?.integration_key;
    expect(keys.map(([, key]) => key)).toEqual([keyOf('PMP Study - Critical'), keyOf('PMP Study - High Priority')]);
    expect(kubectl('get', 'secret', 'pagerduty-secrets', '-o', 'jsonpath={.metadata.labels.app\\.kubernetes\\.io/managed-by}')).toBe(
      'pmp-pd',
    );
  } finally {
    server.kill('SIGINT');
    expect(await ended).toBe(130);
    desk.close();
  }
});
