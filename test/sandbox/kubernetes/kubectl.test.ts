import { execFile } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterServer } from '../../support/cluster-server.ts';

const present = (() => {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!present)(`the real kubectl${present ? '' : ' (not on this machine: skipped)'}`, () => {
  let cluster: ClusterServer;
  let folder: string;
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  const kubectl = (...args: string[]) =>
    new Promise<string>((resolve) => {
      const env = { PATH: process.env['PATH'], HOME: folder, KUBECONFIG: join(folder, 'kubeconfig') };
      execFile('kubectl', args, { env, timeout: 20_000 }, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`));
    });

  beforeAll(async () => {
    cluster = await ClusterServer.start();
    folder = mkdtempSync(join(tmpdir(), 'pmp-pd-kubectl-'));
    file('kubeconfig', cluster.kubeconfig);
  });
  afterAll(async () => {
    await cluster.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lists what is there, in columns', async () => {
    const printed = await kubectl('get', 'deployments,pods,configmaps', '-n', 'monitoring');
    expect(printed).toMatch(/deployment\.apps\/alertmanager +1\/1 +1 +1/);
    expect(printed).toMatch(/pod\/alertmanager-\S+ +1\/1 +Running +0/);
    expect(await kubectl('get', 'ns')).toMatch(/monitoring +Active/);
  });

  it("runs the guide's command, once; the second time it fails as it really does", async () => {
    const command = [
      'create',
      'secret',
      'generic',
      'pagerduty-secrets',
      `--from-literal=PAGERDUTY_SERVICE_KEY_CRITICAL=${'c'.repeat(200)}`,
      '-n',
      'monitoring',
    ];
    expect(await kubectl(...command)).toBe('secret/pagerduty-secrets created\n');
    expect(await kubectl(...command)).toBe('error: failed to create secret secrets "pagerduty-secrets" already exists\n');
    const described = await kubectl('describe', 'secret', 'pagerduty-secrets', '-n', 'monitoring');
    expect(described).toMatch(/PAGERDUTY_SERVICE_KEY_CRITICAL: +200 bytes/);
    const stored = await kubectl(
      'get',
      'secret',
      'pagerduty-secrets',
      '-n',
      'monitoring',
      '-o',
      'jsonpath={.data.PAGERDUTY_SERVICE_KEY_CRITICAL}',
    );
    expect(Buffer.from(stored, 'base64').toString()).toBe('c'.repeat(200));
    expect(await kubectl('get', 'secret', 'pagerduty-secrets', '-o', 'yaml', '--show-managed-fields')).toContain('manager: kubectl-create');
  });

  it('applies from the client and from the server, and is told of conflicts', async () => {
    const manifest = (value: string) =>
      file(`${value}.yaml`, `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: example, namespace: monitoring}\ndata: {key: ${value}}\n`);
    expect(await kubectl('apply', '-f', manifest('one'))).toBe('configmap/example created\n');
    expect(await kubectl('apply', '-f', manifest('one'))).toBe('configmap/example unchanged\n');
    expect(await kubectl('apply', '-f', manifest('two'))).toBe('configmap/example configured\n');
    const conflict = await kubectl('apply', '--server-side', '--field-manager=other', '-f', manifest('three'));
    expect(conflict).toContain('conflict with "kubectl-client-side-apply" using v1: .data.key');
    expect(await kubectl('apply', '--server-side', '--force-conflicts', '--field-manager=other', '-f', manifest('three'))).toBe(
      'configmap/example serverside-applied\n',
    );
    expect(await kubectl('delete', 'configmap', 'example', '-n', 'monitoring')).toContain('configmap "example" deleted');
  });

  it('refuses a misspelt field', async () => {
    const odd = file('odd.yaml', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: odd, namespace: monitoring}\ndta: {key: value}\n');
    expect(await kubectl('create', '-f', odd)).toContain('strict decoding error: unknown field "dta"');
  });

  it('describes a Deployment and follows its rollout', async () => {
    expect(await kubectl('describe', 'deployment', 'alertmanager', '-n', 'monitoring')).toContain(
      '1 desired | 1 updated | 1 total | 1 available',
    );
    expect(await kubectl('rollout', 'restart', 'deployment/alertmanager', '-n', 'monitoring')).toContain('restarted');
    const following = kubectl('rollout', 'status', 'deployment/alertmanager', '-n', 'monitoring', '--timeout=15s');
    await wait(500);
    cluster.pass(2000);
    expect(await following).toContain('successfully rolled out');
    expect(await kubectl('logs', '-l', 'app=alertmanager', '-n', 'monitoring')).toContain('Completed loading of configuration file');
  });

  it('says what one may do', async () => {
    expect(await kubectl('auth', 'can-i', 'patch', 'secrets', '-n', 'monitoring')).toBe('yes\n');
    cluster.state.denied = [{ verb: 'patch', resource: 'secrets' }];
    expect(await kubectl('auth', 'can-i', 'patch', 'secrets', '-n', 'monitoring')).toContain('no\n');
    cluster.state.denied = [];
  });
});
