import { afterEach, describe, expect, it } from 'vitest';
import { clusterShapes } from '../../../src/sandbox/kubernetes/index.ts';
import { ClusterServer } from '../../support/cluster-server.ts';
import type { Loose } from '../../support/cluster-server.ts';

let cluster: ClusterServer;
afterEach(() => cluster.close());
const started = async (...shape: Parameters<typeof ClusterServer.start>) => {
  cluster = await ClusterServer.start(...shape);
};
const monitoring = '/api/v1/namespaces/monitoring';
const apps = '/apis/apps/v1/namespaces/monitoring';
const through = (path: string, method = 'GET', id = 'services/alertmanager:9093') =>
  cluster.call(method, `/k8s${monitoring}/${id}/proxy${path}`);
const receivers = async (id?: string) => {
  const reply = await through('/api/v2/receivers', 'GET', id);
  return Array.isArray(reply.json) ? reply.json.map((one: { name: string }) => one.name) : reply.text;
};
const configuration = (name: string, more = '') => `route:\n  receiver: ${name}\nreceivers:\n  - name: ${name}\n${more}`;
const writeMap = (text: string, name = 'alertmanager-config') =>
  cluster.patch(`${monitoring}/configmaps/${name}`, 'merge', { data: { 'alertmanager.yml': text } });
const deployment = async () => (await cluster.get(`${apps}/deployments/alertmanager`)).json;
const pods = async () => (await cluster.get(`${monitoring}/pods?labelSelector=app%3Dalertmanager`)).json.items;
const createSecret = (name: string) =>
  cluster.call('POST', `/k8s${monitoring}/secrets`, { metadata: { name }, stringData: { KEY: 'value' } });

/** Mounts a Secret into the Alertmanager of a plain workload. */
const mount = (secret: string, mountPath: string, kind = 'deployments') => {
  const container = { name: 'alertmanager', volumeMounts: [{ name: secret, mountPath, readOnly: true }] };
  const spec = { template: { spec: { containers: [container], volumes: [{ name: secret, secret: { secretName: secret } }] } } };
  return cluster.apply(`${apps}/${kind}/alertmanager`, { metadata: { name: 'alertmanager' }, spec });
};

describe('every shape of cluster starts', () => {
  it.each(clusterShapes.filter((shape) => !['none', 'amp'].includes(shape)))(
    '%s: with an Alertmanager that is ready and tells nobody',
    async (shape) => {
      await started(shape);
      const service = shape === 'operator' ? 'alertmanager-main' : 'alertmanager';
      expect((await through('/-/ready', 'GET', `services/${service}:9093`)).text).toBe('OK');
      expect(await receivers(`services/http:${service}:9093`)).toEqual(['null']);
      const version = (await through('/api/v2/status', 'GET', `services/${service}:9093`)).json.versionInfo.version;
      expect(version).toBe(shape.startsWith('old') ? '0.24.0' : '0.28.1');
    },
  );

  it('none and amp: without one', async () => {
    for (const shape of ['none', 'amp'] as const) {
      await started(shape);
      expect((await pods()).length).toBe(0);
      expect((await cluster.call('GET', '/alertmanager/-/ready')).status).toBe(503);
      if (shape === 'none') await cluster.close();
    }
    expect((await cluster.get(`${monitoring}/configmaps/prometheus-config`)).json.data['prometheus.yml']).toContain('aps-workspaces.');
  });
});

describe('a reload', () => {
  it('takes what is mounted now, and shows it', async () => {
    await started();
    await writeMap(configuration('pagerduty', '    pagerduty_configs: [{ routing_key: 0123456789abcdef0123456789abcdef }]\n'));
    expect(await receivers()).toEqual(['null']);
    expect((await through('/-/reload', 'POST')).status).toBe(200);
    const status = (await cluster.call('GET', '/alertmanager/api/v2/status')).json;
    expect(status.config.original).toContain('routing_key: <secret>');
    expect(status.config.original).not.toContain('0123456789abcdef');
    expect(status.cluster.status).toBe('disabled');
  });

  it('refuses what cannot be loaded, in words, keeps the old one and says so in the metrics', async () => {
    await started();
    await writeMap('route:\n  receiver: nobody\nreceivers:\n- name: a\n');
    const refused = await through('/-/reload', 'POST');
    expect([refused.status, refused.text]).toEqual([500, 'failed to reload config: undefined receiver "nobody" used in route\n']);
    expect(await receivers()).toEqual(['null']);
    expect((await through('/metrics')).text).toContain('alertmanager_config_last_reload_successful 0\n');
    expect((await through('/metrics')).text).toContain('alertmanager_notifications_total{integration="pagerduty"} 0\n');
    const [pod] = await pods();
    expect((await cluster.get(`${monitoring}/pods/${pod.metadata.name}/log`)).text).toContain('undefined receiver');
  });

  it('sees a change only once the node has refreshed the volume', async () => {
    await started();
    cluster.state.pace.volumeRefresh = 60_000;
    await writeMap(configuration('later'));
    cluster.pass(59_000);
    await through('/-/reload', 'POST');
    expect(await receivers()).toEqual(['null']);
    cluster.pass(2000);
    await through('/-/reload', 'POST');
    expect(await receivers()).toEqual(['later']);
  });

  it('never sees a change through a subPath mount; a restart does', async () => {
    await started();
    const file = '/etc/alertmanager/alertmanager.yml';
    const volumeMounts = [
      { $patch: 'replace' },
      { name: 'config', mountPath: file, subPath: 'alertmanager.yml' },
      { name: 'storage', mountPath: '/alertmanager' },
    ];
    const spec = { template: { spec: { containers: [{ name: 'alertmanager', volumeMounts }] } } };
    await cluster.patch(`${apps}/deployments/alertmanager`, 'strategic-merge', { spec });
    await cluster.get('/version');
    cluster.pass(2000);
    await writeMap(configuration('later'));
    await through('/-/reload', 'POST');
    expect(await receivers()).toEqual(['null']);
    await cluster.patch(`${apps}/deployments/alertmanager`, 'merge', {
      spec: { template: { metadata: { annotations: { restarted: 'now' } } } },
    });
    cluster.pass(2000);
    expect(await receivers()).toEqual(['later']);
  });
});

describe('a rollout', () => {
  it('takes a second, keeps the old pod until the new one is ready, and shows both', async () => {
    await started();
    await createSecret('pagerduty-secrets');
    const before = await pods();
    await mount('pagerduty-secrets', '/etc/pagerduty-secrets');
    const during = await deployment();
    expect(during.status).toMatchObject({
      observedGeneration: 2,
      replicas: 2,
      updatedReplicas: 1,
      readyReplicas: 1,
      unavailableReplicas: 1,
    });
    cluster.pass(1000);
    const after = await deployment();
    expect(after.status).toMatchObject({ observedGeneration: 2, replicas: 1, updatedReplicas: 1, readyReplicas: 1 });
    const [pod, ...rest] = await pods();
    expect(rest).toEqual([]);
    expect(pod.metadata.name).not.toBe(before[0].metadata.name);
    expect((await cluster.get(`${monitoring}/endpoints/alertmanager`)).json.subsets[0].addresses[0].targetRef.name).toBe(pod.metadata.name);
  });

  it("waits, with the kubelet's words, for a Secret that is not there, and goes on once it is", async () => {
    await started();
    await mount('pagerduty-secrets', '/etc/pagerduty-secrets');
    cluster.pass(60_000);
    const [stuck] = (await pods()).filter((pod: Loose) => pod.status.phase === 'Pending');
    // As with the real one: the reason is an event of the pod, its status only says that it waits.
    expect(stuck.status.containerStatuses[0].state.waiting).toEqual({ reason: 'ContainerCreating' });
    const events = await cluster.get(`${monitoring}/events?fieldSelector=involvedObject.name%3D${stuck.metadata.name}`);
    expect(events.json.items).toMatchObject([
      { reason: 'FailedMount', message: 'MountVolume.SetUp failed for volume "pagerduty-secrets" : secret "pagerduty-secrets" not found' },
    ]);
    expect((await deployment()).status.readyReplicas).toBe(1);
    expect((await through('/-/ready')).text).toBe('OK');
    await createSecret('pagerduty-secrets');
    expect((await deployment()).status).toMatchObject({ replicas: 1, updatedReplicas: 1, readyReplicas: 1 });
  });

  it('does not come up where a mount lies below another read-only one, unless the cluster can do that', async () => {
    await started();
    await createSecret('pagerduty-secrets');
    await mount('pagerduty-secrets', '/etc/alertmanager/secrets/pagerduty-secrets');
    cluster.pass(2000);
    const stuck = (await pods()).find((pod: Loose) => pod.status.phase === 'Pending');
    expect(stuck.status.containerStatuses[0].state.waiting.message).toContain('read-only file system');
    cluster.state.nestedMounts = true;
    cluster.pass(2000);
    expect((await deployment()).status).toMatchObject({ replicas: 1, updatedReplicas: 1, readyReplicas: 1 });
  });

  it('of a StatefulSet goes one replica at a time, the highest first', async () => {
    await started('statefulset');
    await createSecret('pagerduty-secrets');
    await mount('pagerduty-secrets', '/etc/pagerduty-secrets', 'statefulsets');
    const seen: string[] = [];
    for (let step = 0; step < 3; step += 1) {
      const ready = (await pods()).filter((pod: Loose) => pod.status.phase === 'Running');
      seen.push(ready.map((pod: Loose) => `${pod.metadata.name}${pod.spec.volumes.length > 2 ? '+' : ''}`).join(' '));
      cluster.pass(1000);
    }
    expect(seen).toEqual(['alertmanager-0', 'alertmanager-1+', 'alertmanager-0+ alertmanager-1+']);
    expect((await cluster.get(`${apps}/statefulsets/alertmanager`)).json.status).toMatchObject({ updatedReplicas: 2, readyReplicas: 2 });
  });

  it('starts no Alertmanager on a configuration that it refuses', async () => {
    await started();
    await writeMap('foo: 1\n');
    await cluster.patch(`${apps}/deployments/alertmanager`, 'merge', {
      spec: { template: { metadata: { annotations: { restarted: 'now' } } } },
    });
    cluster.pass(2000);
    const crashed = (await pods()).find((pod: Loose) => !pod.status.containerStatuses[0].ready);
    expect(crashed.status.containerStatuses[0].state.waiting).toMatchObject({
      reason: 'CrashLoopBackOff',
      message: expect.stringContaining('field foo not found'),
    });
    expect(await receivers()).toEqual(['null']);
  });
});

describe('the operator', () => {
  const main = '/apis/monitoring.coreos.com/v1/namespaces/monitoring/alertmanagers/main';
  const each = ['pods/alertmanager-main-0:9093', 'pods/http:alertmanager-main-1:web'];
  const write = (text: string) =>
    cluster.patch(`${monitoring}/secrets/alertmanager-main`, 'merge', { stringData: { 'alertmanager.yaml': text } });

  it('mounts what spec.secrets names, into every replica', async () => {
    await started('operator');
    await createSecret('pagerduty-secrets');
    await cluster.patch(main, 'json', [{ op: 'add', path: '/spec/secrets/-', value: 'pagerduty-secrets' }]);
    cluster.pass(5000);
    const { json } = await cluster.get(`${monitoring}/pods?labelSelector=alertmanager%3Dmain`);
    const mounts = json.items.map((pod: Loose) => pod.spec.containers[0].volumeMounts.map((one: Loose) => one.mountPath));
    expect(mounts).toHaveLength(2);
    for (const paths of mounts) expect(paths).toContain('/etc/alertmanager/secrets/pagerduty-secrets');
    expect((await cluster.get(main)).json.status).toMatchObject({ availableReplicas: 2, updatedReplicas: 2 });
  });

  it('hands a new configuration to every replica by itself', async () => {
    await started('operator');
    await write(configuration('later'));
    for (const id of each) expect(await receivers(id)).toEqual(['later']);
    const { cluster: gossip } = (await through('/api/v2/status', 'GET', each[0])).json;
    expect(gossip.peers.map((peer: { name: string }) => peer.name)).toEqual(['alertmanager-main-0', 'alertmanager-main-1']);
  });

  it('does not hand on one that it refuses, and says so on the Alertmanager', async () => {
    await started('operator');
    await write('foo: 1\n');
    for (const id of each) expect(await receivers(id)).toEqual(['null']);
    const reconciled = (await cluster.get(main)).json.status.conditions.find((one: Loose) => one.type === 'Reconciled');
    expect(reconciled).toMatchObject({ status: 'False', message: expect.stringContaining('field foo not found in type config.plain') });
  });
});

describe('the proxy', () => {
  it('finds a service by port number, by port name, with a scheme, and a pod', async () => {
    await started();
    const [pod] = await pods();
    for (const id of ['alertmanager:9093', 'alertmanager:web', 'http:alertmanager:9093', 'http:alertmanager:web', 'alertmanager']) {
      expect((await through('/-/healthy', 'GET', `services/${id}`)).text).toBe('OK');
    }
    expect((await through('/-/healthy', 'GET', `pods/${pod.metadata.name}:9093`)).text).toBe('OK');
  });

  it("fails in the API server's words", async () => {
    await started();
    const message = async (id: string) => {
      const { status, json } = await through('/-/ready', 'GET', id);
      return [status, json.message];
    };
    expect(await message('services/nope:9093')).toEqual([404, 'services "nope" not found']);
    expect(await message('services/alertmanager:9999')).toEqual([503, 'no service port 9999 found for service "alertmanager"']);
    await cluster.patch(`${apps}/deployments/alertmanager`, 'merge', { spec: { replicas: 0 } });
    expect(await message('services/http:alertmanager:9093')).toEqual([503, 'no endpoints available for service "http:alertmanager:9093"']);
    cluster.state.denied = [{ verb: 'get', resource: 'services/proxy' }];
    expect(await message('services/http:alertmanager:9093')).toEqual([
      403,
      'services "http:alertmanager:9093" is forbidden: User "sandbox-admin" cannot get resource "services/proxy" in API group "" in the namespace "monitoring"',
    ]);
  });

  it("passes Alertmanager's own refusals through", async () => {
    await started();
    expect((await through('/-/reload')).status).toBe(405);
    expect((await through('/api/v2/nope')).json).toEqual({ code: 404, message: 'path /api/v2/nope was not found' });
    expect((await through('/api/v1/status')).status).toBe(410);
  });
});
