import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { clusterWith } from '../../../src/sandbox/index.ts';
import { Client, opened, stateFile } from '../support.ts';

const run = promisify(execFile);
const kubectl = '/usr/bin/kubectl';

test('the cluster starts with an Alertmanager that has loaded an empty configuration, and the status shows it', async () => {
  const sandbox = await opened({ clock: 'embedded' });
  const { alertmanager, secrets } = sandbox.status();
  expect(alertmanager).toHaveLength(1);
  expect(alertmanager[0]).toMatchObject({ configuration: 'ConfigMap alertmanager-config', version: expect.stringMatching(/^\d+\.\d+/) });
  expect(alertmanager[0]?.receivers.length).toBeGreaterThan(0);
  expect(secrets.map((secret) => secret.name)).not.toContain('pagerduty-secrets');
});

test('Alertmanager answers at the address that the sandbox hands out', async () => {
  const sandbox = await opened({ clock: 'embedded' });
  const response = await fetch(`${sandbox.alertmanagerUrl}/-/ready`);
  expect(response.status).toBe(200);
});

test('a new state may begin with another cluster', async () => {
  const sandbox = await opened({ clock: 'embedded', fresh: { kubernetes: clusterWith('none') } });
  expect(sandbox.status().alertmanager).toEqual([]);
});

test.skipIf(!existsSync(kubectl))('kubectl works with the kubeconfig: what it applies is in the status, by name of key only', async () => {
  const sandbox = await opened({ clock: 'embedded' });
  const kubeconfig = `${await stateFile()}.kubeconfig`;
  await writeFile(kubeconfig, sandbox.kubeconfig);
  // The guide's own command, step 6.
  const create = [
    'create',
    'secret',
    'generic',
    'pagerduty-secrets',
    '-n',
    'monitoring',
    '--from-literal=PAGERDUTY_SERVICE_KEY_CRITICAL=sandboxkey',
  ];
  await run(kubectl, create, { env: { KUBECONFIG: kubeconfig, HOME: '/nonexistent' } });
  const status = sandbox.status();
  expect(status.secrets).toContainEqual({ namespace: 'monitoring', name: 'pagerduty-secrets', keys: ['PAGERDUTY_SERVICE_KEY_CRITICAL'] });
  expect(status.calls.kubernetes.writes).toBe(1);
  expect(JSON.stringify(status)).not.toContain('sandboxkey');
});

test('what is done in the cluster does not make people in the account react', async () => {
  const sandbox = await opened({ clock: 'embedded', people: 'awake' });
  await new Client(sandbox).user('Ada Example');
  const wrote = sandbox.clock.now();
  await sandbox.clock.sleep(50_000, 'x');
  await fetch(`${sandbox.baseUrl}/k8s/api/v1/namespaces`, { method: 'POST', body: '{}' });
  await sandbox.clock.sleep(12_000, 'x');
  expect(sandbox.clock.now() - wrote).toBeLessThan(90_000);
  expect(sandbox.status().people.find((person) => person.email === 'ada@example.com')?.appSignedIn).toBe(true);
});
