import { afterEach, describe, expect, it } from 'vitest';
import { createAlertmanager, createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import { PmpError } from '../../../src/engine/errors.ts';
import type { KubeObject } from '../../../src/ports/index.ts';
import { connect, fakeApi, kubeconfig, quickClock, status, type FakeApi } from '../kubernetes/support.ts';
import { keys, rigOf, type Rig } from './cluster.ts';
import { settings, templates } from './fixtures.ts';
import { statusPage } from './pages.ts';

const open: (Rig | FakeApi)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
async function rig(...args: Parameters<typeof rigOf>): Promise<Rig> {
  const one = await rigOf(...args);
  open.push(one);
  return one;
}

const [critical, high] = [keys.critical, keys.high].map((key) => secretOf(key).fingerprint);
const url = 'https://events.pagerduty.com/v2/enqueue';
const monitoring = { group: '', version: 'v1', namespace: 'monitoring' } as const;
const configMap = { ...monitoring, plural: 'configmaps', kind: 'ConfigMap', name: 'alertmanager-config' } as const;

/** Set up as pmp-pd does it. */
async function working(...args: Parameters<typeof rigOf>): Promise<Rig> {
  const one = await rig(...args);
  await one.alertmanager.mount('pagerduty-secrets', settings.keyDir);
  const parts = one.text.parts(settings);
  await one.alertmanager.configure({ kind: 'alertmanager configuration', name: 'monitoring', settings, parts });
  return one;
}

const fromFile = (role: 'critical' | 'high', entry: string, fingerprint: string | undefined) => ({
  receiver: `pagerduty-${role}`,
  style: 'routing_key',
  from: 'file',
  path: `${settings.keyDir}/${entry}`,
  source: `secret pagerduty-secrets, entry ${entry}`,
  fingerprint,
  url,
});
const [keyCritical, keyHigh] = ['PAGERDUTY_SERVICE_KEY_CRITICAL', 'PAGERDUTY_SERVICE_KEY_HIGH'];

async function secretIs(one: Rig, data: Readonly<Record<string, string>>): Promise<void> {
  const closed = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, secretOf(value)]));
  await one.kubernetes.applySecret({ namespace: 'monitoring', name: 'pagerduty-secrets', data: closed }, { force: true });
}

async function write(one: Rig, text: string): Promise<void> {
  await one.kubernetes.patchJson(configMap, [{ op: 'add', path: '/data/alertmanager.yml', value: text }]);
  const pods = await one.kubernetes.list({ group: '', version: 'v1', plural: 'pods', kind: 'Pod' }, 'monitoring');
  await one.sandbox.clock.sleep(180_000, 'the kubelet to refresh the mounted ConfigMap');
  for (const pod of pods) await reload(one, pod);
  one.alertmanager.forget();
}

async function reload({ kubernetes }: Rig, pod: KubeObject): Promise<void> {
  if (!pod.metadata.name.startsWith('alertmanager')) return;
  const where = { namespace: 'monitoring', target: 'pods', name: pod.metadata.name, port: 9093 } as const;
  await kubernetes.proxy({ ...where, method: 'POST', path: '/-/reload' });
}

const inline = (critical: string, field = 'routing_key'): string => `
route: { receiver: pagerduty-critical }
receivers:
  - name: pagerduty-critical
    pagerduty_configs:
      - ${field}: ${JSON.stringify(critical)}
`;

describe('the key of a receiver is followed to where it lies', () => {
  it.each([['plain'], ['statefulset'], ['operator']] as const)('through mount and secret, as fingerprints: %s', async (shape) => {
    const one = await working(shape);
    const dir = shape === 'operator' ? '/etc/alertmanager/secrets/pagerduty-secrets' : settings.keyDir;
    const found = await one.alertmanager.keys();
    expect(found).toEqual([
      { ...fromFile('critical', keyCritical!, critical), path: `${dir}/${keyCritical}` },
      { ...fromFile('high', keyHigh!, high), path: `${dir}/${keyHigh}` },
    ]);
    expect(JSON.stringify(found)).not.toMatch(/c{16}|h{16}/);
  });

  it('through the configuration itself, where Alertmanager is too old for files', async () => {
    const one = await working('old-secret');
    const source = 'Secret alertmanager-config, entry alertmanager.yml';
    const shared = { style: 'routing_key', from: 'inline', source, url };
    expect(await one.alertmanager.keys()).toEqual([
      { ...shared, receiver: 'pagerduty-critical', fingerprint: critical },
      { ...shared, receiver: 'pagerduty-high', fingerprint: high },
    ]);
  });

  it('says what is wrong with the text in the secret', async () => {
    const one = await working('plain');
    await secretIs(one, { [keyCritical!]: `${keys.critical}\n`, [keyHigh!]: 'HIGH_PRIORITY_INTEGRATION_KEY' });
    expect(await one.alertmanager.keys()).toMatchObject([
      { receiver: 'pagerduty-critical', fingerprint: critical, wrong: 'ends in a newline' },
      { receiver: 'pagerduty-high', wrong: "the guide's dummy text HIGH_PRIORITY_INTEGRATION_KEY" },
    ]);
    await secretIs(one, { [keyCritical!]: keys.high });
    expect(await one.alertmanager.keys()).toMatchObject([
      { receiver: 'pagerduty-critical', fingerprint: high },
      { receiver: 'pagerduty-high', source: `secret pagerduty-secrets, entry ${keyHigh}`, wrong: `the secret has no entry ${keyHigh}` },
    ]);
    await one.kubernetes.delete({ ...monitoring, plural: 'secrets', kind: 'Secret', name: 'pagerduty-secrets' });
    const gone = await one.alertmanager.keys();
    expect(gone).toMatchObject([{ wrong: 'there is no such secret' }, { wrong: 'there is no such secret' }]);
    expect(gone[0]?.fingerprint).toBeUndefined();
  });

  it('says that nothing is mounted where a receiver looks', async () => {
    const one = await rig('plain');
    await write(one, inline('/etc/elsewhere/KEY', 'routing_key_file'));
    expect(await one.alertmanager.keys()).toEqual([
      {
        receiver: 'pagerduty-critical',
        style: 'routing_key',
        from: 'file',
        path: '/etc/elsewhere/KEY',
        wrong: 'nothing is mounted there',
        url,
      },
    ]);
  });

  it('sees the literal ${…} that the status of Alertmanager hides', async () => {
    const one = await rig('plain');
    await write(one, inline('${PAGERDUTY_SERVICE_KEY_CRITICAL}', 'service_key'));
    expect(await one.alertmanager.keys()).toMatchObject([
      {
        receiver: 'pagerduty-critical',
        style: 'service_key',
        from: 'inline',
        source: 'ConfigMap alertmanager-config, entry alertmanager.yml',
        wrong: 'the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}, which Alertmanager never expands',
      },
    ]);
  });

  it('a key that a template fills in when it sends is not judged', async () => {
    const one = await rig('plain');
    await write(one, inline('{{ .CommonLabels.pagerduty_key }}'));
    const [key] = await one.alertmanager.keys();
    expect(key).toMatchObject({ receiver: 'pagerduty-critical', from: 'inline' });
    expect(key).not.toHaveProperty('fingerprint');
    expect(key).not.toHaveProperty('wrong');
  });

  it('names what is written and not loaded', async () => {
    const one = await rig('plain');
    await one.kubernetes.patchJson(configMap, [{ op: 'add', path: '/data/alertmanager.yml', value: inline(keys.critical) }]);
    expect(await one.alertmanager.keys()).toMatchObject([{ receiver: 'pagerduty-critical', fingerprint: critical }]);
    expect((await one.alertmanager.replicas())[0]?.receivers).toEqual(['null']);
    await write(one, inline(keys.critical));
    await one.kubernetes.patchJson(configMap, [{ op: 'add', path: '/data/alertmanager.yml', value: inline('/etc/k', 'routing_key_file') }]);
    one.alertmanager.forget();
    expect(await one.alertmanager.keys()).toMatchObject([
      { from: 'inline', wrong: 'what is loaded is not what ConfigMap alertmanager-config says now' },
    ]);
  });

  it('reads nothing that it may not: the rest is still told', async () => {
    const one = await working('old-secret');
    const forbidden = { ...one.kubernetes, secret: () => Promise.reject(denied) };
    const alertmanager = createAlertmanager({
      kubernetes: forbidden,
      text: one.text,
      clock: one.sandbox.clock,
      namespace: 'monitoring',
      secretName: 'pagerduty-secrets',
    });
    const found = await alertmanager.keys();
    expect(found.map(({ receiver, fingerprint }) => [receiver, fingerprint])).toEqual([
      ['pagerduty-critical', undefined],
      ['pagerduty-high', undefined],
    ]);
  });
});

const denied = new PmpError('kubernetes-permission', { message: 'You may not get secrets', fix: 'Ask.' });

describe('what an operator makes of AlertmanagerConfig objects', () => {
  const base = '/apis/monitoring.coreos.com';
  const loaded = `route: { receiver: "null" }
receivers:
  - name: "null"
  - name: team/paging/pd
    pagerduty_configs: [{ routing_key: <secret>, url: "https://events.eu.pagerduty.com/v2/enqueue" }]
  - name: team/paging/gone
    pagerduty_configs: [{ routing_key: <secret> }]
`;
  const container = {
    name: 'alertmanager',
    image: 'quay.io/prometheus/alertmanager:v0.28.1',
    ports: [{ name: 'web', containerPort: 9093 }],
  };
  const workload = {
    metadata: { name: 'alertmanager-main', namespace: 'monitoring' },
    spec: { selector: { matchLabels: { alertmanager: 'main' } }, template: { spec: { containers: [container] } } },
  };
  const pod = {
    metadata: { name: 'alertmanager-main-0' },
    spec: { containers: [container] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
  const list = (items: readonly object[]) => ({ kind: 'List', metadata: {}, items });
  const answers: Readonly<Record<string, unknown>> = {
    [base]: { kind: 'APIGroup', name: 'monitoring.coreos.com' },
    [`${base}/v1/namespaces/monitoring/alertmanagers`]: list([{ metadata: { name: 'main' }, spec: { replicas: 1 } }]),
    '/apis/apps/v1/namespaces/monitoring/statefulsets/alertmanager-main': workload,
    '/api/v1/namespaces/monitoring/pods': list([pod]),
    '/api/v1/namespaces/monitoring/pods/http:alertmanager-main-0:9093/proxy/api/v2/status': statusPage(loaded),
    [`${base}/v1alpha1/namespaces/team/alertmanagerconfigs/paging`]: {
      metadata: { name: 'paging', namespace: 'team' },
      spec: { receivers: [{ name: 'pd', pagerdutyConfigs: [{ routingKey: { name: 'pd-key', key: 'routing' } }] }] },
    },
    '/api/v1/namespaces/team/secrets/pd-key': {
      metadata: { name: 'pd-key' },
      data: { routing: Buffer.from(`${keys.critical}\n`).toString('base64') },
    },
  };

  it('is followed to the Secret in the namespace of the object, newline included, since the operator trims nothing', async () => {
    const api = await fakeApi((request) => {
      const body = answers[request.url.split('?')[0] ?? ''];
      return body === undefined ? status(404, 'NotFound', 'not found') : { status: 200, body };
    });
    open.push(api);
    const kubernetes = await connect(kubeconfig(api.url));
    const text = await createAlertmanagerText({ templates });
    const alertmanager = createAlertmanager({
      kubernetes,
      text,
      clock: quickClock(),
      namespace: 'monitoring',
      secretName: 'pagerduty-secrets',
    });
    expect(await alertmanager.keys()).toEqual([
      {
        receiver: 'team/paging/pd',
        style: 'routing_key',
        from: 'inline',
        source: 'AlertmanagerConfig team/paging, secret pd-key, entry routing',
        fingerprint: critical,
        wrong: 'ends in a newline',
        url: 'https://events.eu.pagerduty.com/v2/enqueue',
      },
      {
        receiver: 'team/paging/gone',
        style: 'routing_key',
        from: 'inline',
        source: 'AlertmanagerConfig team/paging',
        wrong: 'what is loaded is not what that object says now',
        url,
      },
    ]);
  });
});
