import { afterEach, describe, expect, it } from 'vitest';
import type { AlertmanagerConfiguration, AlertmanagerSettings } from '../../../src/model/index.ts';
import { settings } from './fixtures.ts';
import { keys, rigOf, type Rig } from './cluster.ts';

const open: Rig[] = [];
afterEach(async () => {
  for (const rig of open.splice(0)) await rig.close();
});
async function rig(...args: Parameters<typeof rigOf>): Promise<Rig> {
  const one = await rigOf(...args);
  open.push(one);
  return one;
}
const wanted = (of: AlertmanagerSettings, { text }: Rig): AlertmanagerConfiguration => ({
  kind: 'alertmanager configuration',
  name: 'monitoring',
  settings: of,
  parts: text.parts(of),
});
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'it did not fail',
    (thrown: unknown) => thrown,
  );

async function everything(one: Rig, of: AlertmanagerSettings = settings): Promise<void> {
  await one.alertmanager.mount('pagerduty-secrets', of.keyDir);
  await one.alertmanager.configure(wanted(of, one));
}

describe('looking at Alertmanager costs little', () => {
  it.each(['plain', 'operator'] as const)('finding it and comparing it five times reads each thing once: %s', async (shape) => {
    const one = await rig(shape);
    await everything(one);
    one.sandbox.clearAccessLog();
    for (const settingsWanted of [settings, settings, { ...settings, p3Pages: false }, settings, settings]) {
      await one.alertmanager.find();
      await one.alertmanager.managedElsewhere();
      await one.alertmanager.partsInForce(settingsWanted);
    }
    const paths = one.sandbox.accessLog().map(({ path }) => path);
    expect(paths.filter((path) => path.endsWith('/pods'))).toHaveLength(1);
    expect(paths.filter((path) => path.endsWith('/api/v2/status'))).toHaveLength(shape === 'operator' ? 2 : 1);
    expect(paths.length).toBeLessThanOrEqual(12);
    await everything(one);
    expect((await one.alertmanager.partsInForce(settings))?.['receiver pagerduty-critical']).toBe('pagerduty_configs 1');
    expect(
      one.sandbox
        .accessLog()
        .map(({ path }) => path)
        .filter((path) => path.endsWith('/pods')).length,
    ).toBeGreaterThan(1);
  });
});

describe('finding Alertmanager', () => {
  it.each([
    [
      'plain',
      {
        shape: 'plain',
        workload: 'Deployment monitoring/alertmanager',
        version: '0.28.1',
        replicas: 1,
        configuration: 'ConfigMap alertmanager-config',
        subPath: false,
      },
    ],
    ['statefulset', { shape: 'plain', workload: 'StatefulSet monitoring/alertmanager', replicas: 2 }],
    ['chart', { shape: 'chart', owner: 'Helm', handsOff: expect.stringContaining('helm upgrade') }],
    ['argocd', { shape: 'plain', owner: 'Argo CD', handsOff: expect.stringContaining('repository') }],
    [
      'operator',
      {
        shape: 'operator',
        workload: 'Alertmanager monitoring/main',
        version: '0.28.1',
        replicas: 2,
        configuration: 'Secret alertmanager-main',
      },
    ],
    ['old', { shape: 'plain', version: '0.24.0', handsOff: expect.stringContaining('0.25') }],
    ['old-secret', { shape: 'plain', version: '0.24.0', configuration: 'Secret alertmanager-config' }],
  ] as const)('tells shape, owner and version: %s', async (shape, expected) => {
    const found = await (await rig(shape)).alertmanager.find();
    expect(found).toMatchObject(expected);
    expect(found?.keyDir).toBeUndefined();
    expect(found !== undefined && 'handsOff' in found).toBe('handsOff' in expected);
  });

  it('finds none where there is none, and says that Amazon has it', async () => {
    const none = await rig('none');
    expect(await none.alertmanager.find()).toBeUndefined();
    expect(await none.alertmanager.managedElsewhere()).toBeUndefined();
    expect(await none.alertmanager.partsInForce(settings)).toBeUndefined();
    await expect(none.alertmanager.mount('pagerduty-secrets', '/etc/x')).rejects.toMatchObject({ id: 'alertmanager-not-found' });
    const amazon = await rig('amp');
    expect(await amazon.alertmanager.managedElsewhere()).toMatch(/Amazon Managed Prometheus.*ws-0.*Secrets Manager/);
  });

  it("says at once that 0.25 with a ConfigMap cannot hold the dead-man's-switch address", async () => {
    const prepare = (state: object): void => {
      const text = JSON.stringify(state).replaceAll('v0.28.1', 'v0.25.0').replaceAll('"0.28.1"', '"0.25.0"');
      Object.assign(state, JSON.parse(text));
    };
    expect((await (await rig('plain', { heartbeat: 'https://example.com/beat', prepare })).alertmanager.find())?.handsOff).toContain(
      'dead-man',
    );
    expect((await (await rig('plain', { prepare })).alertmanager.find())?.handsOff).toBeUndefined();
  });
});

describe('putting PagerDuty in force', () => {
  it.each(['plain', 'statefulset', 'operator', 'old-secret'] as const)(
    'mounts, configures and reloads every replica; the second time nothing is written: %s',
    async (shape) => {
      const one = await rig(shape);
      expect(await one.alertmanager.partsInForce(settings)).not.toEqual(one.text.parts(settings));
      await everything(one);
      expect(await one.alertmanager.partsInForce(settings)).toEqual(one.text.parts(settings));
      expect((await one.alertmanager.find())?.keyDir).toBe(
        shape === 'operator' ? '/etc/alertmanager/secrets/pagerduty-secrets' : settings.keyDir,
      );
      const { writes } = one.kubernetes.calls;
      await everything(one);
      expect(one.kubernetes.calls.writes).toBe(writes);
    },
  );

  it("keeps a key out of a ConfigMap, and writes it into the cluster's Secret only where Alertmanager is too old for files", async () => {
    const plain = await rig('plain');
    await everything(plain);
    expect(await plain.source()).not.toContain(keys.critical);
    const old = await rig('old-secret');
    await everything(old);
    expect(await old.source()).toContain(`routing_key: "${keys.critical}"`);
    expect(JSON.stringify([await old.alertmanager.partsInForce(settings), await old.alertmanager.find(), old.told])).not.toContain(
      keys.critical,
    );
  });

  it('sees an inline key that is no longer the one of the secret', async () => {
    const old = await rig('old-secret');
    await everything(old);
    const { secretOf } = await import('../../../src/adapters/secret.ts');
    const data = { PAGERDUTY_SERVICE_KEY_CRITICAL: secretOf('n'.repeat(32)), PAGERDUTY_SERVICE_KEY_HIGH: secretOf(keys.high) };
    await old.kubernetes.applySecret({ namespace: 'monitoring', name: 'pagerduty-secrets', data });
    const parts = await old.alertmanager.partsInForce(settings);
    expect(parts?.['receiver pagerduty-critical: key']).toContain('another key');
    expect(parts?.['receiver pagerduty-high: key']).toBe(old.text.parts(settings)['receiver pagerduty-high: key']);
    await old.alertmanager.configure(wanted(settings, old));
    expect(await old.alertmanager.partsInForce(settings)).toEqual(old.text.parts(settings));
  });

  it.each(['plain', 'old-secret', 'operator'] as const)("gives the dead-man's switch its address: %s", async (shape) => {
    const address = 'https://example.com/beat/5ecret';
    const one = await rig(shape, { heartbeat: address });
    const of = { ...settings, heartbeat: true };
    await everything(one, of);
    expect(await one.alertmanager.partsInForce(of)).toEqual(one.text.parts(of));
    expect((await one.source()).includes(address)).toBe(shape === 'old-secret');
  });

  it.each(['plain', 'operator'] as const)('never configures what is not mounted yet: %s', async (shape) => {
    const one = await rig(shape);
    await one.alertmanager.configure(wanted(settings, one));
    expect((await one.alertmanager.find())?.keyDir).toBeDefined();
    const { secretOf } = await import('../../../src/adapters/secret.ts');
    await one.kubernetes.applySecret({
      namespace: 'monitoring',
      name: 'pagerduty-heartbeat',
      data: { WATCHDOG_URL: secretOf('https://example.com/beat') },
    });
    const of = { ...settings, heartbeat: true };
    await one.alertmanager.configure(wanted(of, one));
    expect(await one.alertmanager.partsInForce(of)).toEqual(one.text.parts(of));
    const pods = await one.kubernetes.list({ group: '', version: 'v1', plural: 'pods', kind: 'Pod' }, 'monitoring');
    const running = pods.filter((pod) => pod.metadata.name.startsWith('alertmanager'));
    expect(running.length).toBeGreaterThan(0);
    for (const pod of running) expect(JSON.stringify(pod['spec'])).toContain('"secretName":"pagerduty-heartbeat"');
  });

  it('leaves a copy of what was there, once, in the cluster', async () => {
    const one = await rig('plain');
    const before = await one.source();
    await everything(one);
    await one.alertmanager.configure(wanted({ ...settings, p2Severity: 'warning' }, one));
    const backup = await one.kubernetes.get({
      group: '',
      version: 'v1',
      plural: 'configmaps',
      kind: 'ConfigMap',
      namespace: 'monitoring',
      name: 'alertmanager-config.pmp-pd-backup',
    });
    expect(backup?.['data']).toEqual({ 'alertmanager.yml': before });
    expect(await one.source()).toContain('severity: warning');
  });

  it.each(['chart', 'argocd', 'old'] as const)('touches nothing that it must not: %s', async (shape) => {
    const one = await rig(shape);
    const { writes } = one.kubernetes.calls;
    expect(await failureOf(one.alertmanager.mount('pagerduty-secrets', settings.keyDir))).toMatchObject({ id: 'not-ours' });
    expect(await failureOf(one.alertmanager.configure(wanted(settings, one)))).toMatchObject({
      id: 'not-ours',
      facts: { cause: (await one.alertmanager.find())?.handsOff },
    });
    expect(one.kubernetes.calls.writes).toBe(writes);
  });

  it('refuses a folder inside the mounted configuration, where no container would start', async () => {
    const one = await rig('plain');
    const refused = one.alertmanager.mount('pagerduty-secrets', '/etc/alertmanager/secrets/pagerduty-secrets');
    await expect(refused).rejects.toMatchObject({ facts: { fix: expect.stringContaining('key_dir') } });
    expect((await one.alertmanager.find())?.keyDir).toBeUndefined();
  });
});
