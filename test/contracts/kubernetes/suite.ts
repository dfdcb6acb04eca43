import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { Kubernetes, ObjectKind } from '../../../src/ports/index.ts';

/** A cluster to hold the adapter against. */
export interface Cluster {
  readonly kubernetes: Kubernetes;
  /** A request of somebody else, past the adapter. */
  raw(method: string, path: string, body?: unknown, contentType?: string): Promise<{ readonly status: number; readonly text: string }>;
  close(): Promise<void>;
}

const secrets: ObjectKind = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret' };
const configMaps: ObjectKind = { group: '', version: 'v1', plural: 'configmaps', kind: 'ConfigMap' };
const namespaces: ObjectKind = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace' };
const deployments: ObjectKind = { group: 'apps', version: 'v1', plural: 'deployments', kind: 'Deployment' };

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const [first, second] = ['c'.repeat(32), 'd'.repeat(32)];

/** What every cluster must do for the adapter, the imitation like the real API server. Without a cluster it is visibly skipped. */
export function kubernetesContract(title: string, open: (() => Promise<Cluster>) | undefined): void {
  describe.skipIf(open === undefined)(`the Kubernetes adapter on ${title}`, () => {
    const at: { cluster?: Cluster | undefined } = {};
    const namespace = `pmp-pd-contract-${Date.now().toString(36)}`;
    const k8s = (): Kubernetes => at.cluster!.kubernetes;
    const raw: Cluster['raw'] = (...args) => at.cluster!.raw(...args);
    const inNamespace = (kind: ObjectKind, name: string) => ({ ...kind, namespace, name });
    const revision = async (kind: ObjectKind, name: string) => (await k8s().get(inNamespace(kind, name)))?.metadata.resourceVersion;

    beforeAll(async () => {
      at.cluster = await open?.();
      await k8s().apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, 'namespaces');
    });
    afterAll(async () => {
      await k8s().delete({ ...namespaces, name: namespace });
      await at.cluster?.close();
    });

    it('answers with its version, and knows what it serves', async () => {
      expect(await k8s().version()).toMatch(/^1\.\d+/);
      expect(await k8s().serves('apps')).toBe(true);
      expect(await k8s().serves('nothing.example.com')).toBe(false);
    });

    it('tells what we may do', async () => {
      expect(await k8s().can({ verb: 'patch', group: '', resource: 'secrets', namespace, name: 'pagerduty-secrets' })).toBe(true);
    });

    it('knows what is absent from what cannot be seen', async () => {
      expect(await k8s().get(inNamespace(configMaps, 'absent'))).toBeUndefined();
      expect(await k8s().secret(namespace, 'absent')).toBeUndefined();
    });

    it('writes a secret that bears our mark, and writes it again without a change', async () => {
      const wanted = { namespace, name: 'ours', data: { A: secretOf(first), B: secretOf(second) } };
      await k8s().applySecret(wanted);
      const before = await revision(secrets, 'ours');
      await k8s().applySecret(wanted);
      expect(await revision(secrets, 'ours')).toBe(before);
      const seen = await k8s().secret(namespace, 'ours');
      expect(seen).toMatchObject({
        type: 'Opaque',
        immutable: false,
        managers: ['pmp-pd'],
        labels: { 'app.kubernetes.io/managed-by': 'pmp-pd' },
      });
      expect(seen?.data.get('A')?.fingerprint).toBe(secretOf(first).fingerprint);
      await k8s().applySecret({ ...wanted, data: { A: secretOf(second) } });
      expect([...((await k8s().secret(namespace, 'ours'))?.data.keys() ?? [])]).toEqual(['A']);
    });

    it('never hands out the values of a secret with the object', async () => {
      await raw('POST', `/api/v1/namespaces/${namespace}/secrets?fieldManager=kubectl-create`, {
        apiVersion: 'v1',
        kind: 'Secret',
        data: { A: base64(first) },
        metadata: {
          name: 'loud',
          annotations: { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ data: { A: base64(first) } }) },
        },
      });
      const seen = [
        await k8s().get(inNamespace(secrets, 'loud')),
        await k8s().list(secrets, namespace),
        await k8s().secret(namespace, 'loud'),
      ];
      expect(JSON.stringify(seen)).not.toContain(base64(first));
      expect(JSON.stringify(seen)).not.toContain(first);
      expect(seen[0]).toMatchObject({ kind: 'Secret', metadata: { name: 'loud' } });
    });

    it("adopts the secret of the guide's kubectl command without marking it, and takes another value over only by force", async () => {
      await raw('POST', `/api/v1/namespaces/${namespace}/secrets?fieldManager=kubectl-create`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'guide' },
        data: { A: base64(first) },
      });
      await k8s().applySecret({ namespace, name: 'guide', data: { A: secretOf(first) } });
      expect((await k8s().secret(namespace, 'guide'))?.labels['app.kubernetes.io/managed-by']).toBeUndefined();
      const change = { namespace, name: 'guide', data: { A: secretOf(second) } };
      await expect(k8s().applySecret(change)).rejects.toMatchObject({
        id: 'kubernetes-conflict',
        message: expect.stringContaining('kubectl-create'),
        facts: { cause: expect.stringContaining('.data.A') },
      });
      await k8s().applySecret(change, { force: true });
      expect((await k8s().secret(namespace, 'guide'))?.data.get('A')?.fingerprint).toBe(secretOf(second).fingerprint);
    });

    it('says that an immutable secret cannot be changed, and how to go on', async () => {
      await raw('POST', `/api/v1/namespaces/${namespace}/secrets`, {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'fixed' },
        data: { A: base64(first) },
        immutable: true,
      });
      const refused = k8s().applySecret({ namespace, name: 'fixed', data: { A: secretOf(second) } }, { force: true });
      await expect(refused).rejects.toMatchObject({ id: 'kubernetes-refused', message: expect.stringContaining('immutable') });
      expect(JSON.stringify(await refused.catch((thrown: unknown) => thrown))).not.toContain(base64(second));
    });

    it('does not invent a namespace', async () => {
      const lost = k8s().applySecret({ namespace: `${namespace}-absent`, name: 'x', data: {} });
      await expect(lost).rejects.toMatchObject({ id: 'kubernetes-refused', facts: { cause: expect.stringContaining('not found') } });
    });

    it('changes an entry only while it is what was seen', async () => {
      const ref = inNamespace(configMaps, 'alertmanager');
      await k8s().apply(
        { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'alertmanager', namespace }, data: { 'alertmanager.yml': 'old' } },
        'configmaps',
      );
      const seen = await revision(configMaps, 'alertmanager');
      const write = (value: string, resourceVersion: string | undefined) =>
        k8s().patchJson(ref, [
          { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
          { op: 'add', path: '/data/alertmanager.yml', value },
        ]);
      await write('new', seen);
      await expect(write('lost update', seen)).rejects.toMatchObject({ name: 'PmpError' });
      expect((await k8s().get(ref))?.['data']).toEqual({ 'alertmanager.yml': 'new' });
    });

    it("adds a volume to somebody's Deployment and takes out exactly that", async () => {
      const labels = { app: 'am' };
      const container = {
        name: 'alertmanager',
        image: 'quay.io/prometheus/alertmanager:v0.28.1',
        volumeMounts: [{ name: 'config', mountPath: '/etc/alertmanager' }],
      };
      const spec = {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { containers: [container], volumes: [{ name: 'config', emptyDir: {} }] } },
      };
      const created = await raw('POST', `/apis/apps/v1/namespaces/${namespace}/deployments?fieldManager=owner`, {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'am' },
        spec,
      });
      expect(created.status).toBe(201);
      const names = async (): Promise<unknown> => {
        const found = (await k8s().get(inNamespace(deployments, 'am'))) as unknown as {
          spec: { template: { spec: { volumes: { name: string }[] } } };
        };
        return found.spec.template.spec.volumes.map((volume) => volume.name);
      };
      const metadata = { name: 'am', namespace };
      const part = {
        containers: [{ name: 'alertmanager', volumeMounts: [{ name: 'keys', mountPath: '/etc/keys', readOnly: true }] }],
        volumes: [{ name: 'keys', secret: { secretName: 'ours' } }],
      };
      await k8s().apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { template: { spec: part } } }, 'deployments');
      expect(await names()).toEqual(expect.arrayContaining(['config', 'keys']));
      await k8s().apply({ apiVersion: 'apps/v1', kind: 'Deployment', metadata }, 'deployments');
      expect(await names()).toEqual(['config']);
    });

    it('deletes once, and only what it was told to', async () => {
      await k8s().applySecret({ namespace, name: 'gone', data: { A: secretOf(first) } });
      const ref = inNamespace(secrets, 'gone');
      await expect(k8s().delete(ref, '00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({ id: 'kubernetes-conflict' });
      await k8s().delete(ref, (await k8s().secret(namespace, 'gone'))?.uid);
      expect(await k8s().get(ref)).toBeUndefined();
      await k8s().delete(ref);
      expect(await k8s().get(ref)).toBeUndefined();
    });

    it('says when the proxy cannot reach a pod', async () => {
      const lost = k8s().proxyGet({ namespace, target: 'pods', name: 'absent', port: 9093, path: '/api/v2/status' });
      await expect(lost).rejects.toMatchObject({ name: 'PmpError' });
    });

    it('counts what it sent', () => {
      expect(k8s().calls.reads).toBeGreaterThan(10);
      expect(k8s().calls.writes).toBeGreaterThan(5);
    });
  });
}
