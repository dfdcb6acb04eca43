import { afterEach, describe, expect, it } from 'vitest';
import { ClusterServer } from '../../support/cluster-server.ts';
import type { Loose } from '../../support/cluster-server.ts';

let cluster: ClusterServer;
afterEach(() => cluster.close());
const started = async (...shape: Parameters<typeof ClusterServer.start>) => {
  cluster = await ClusterServer.start(...shape);
};
const secrets = '/api/v1/namespaces/monitoring/secrets';
const post = (path: string, body: unknown) => cluster.call('POST', `/k8s${path}`, body);

describe('who may do what', () => {
  it('refuses a token that nobody has, and a request without one where that is switched on', async () => {
    await started();
    expect((await cluster.call('GET', `/k8s${secrets}`, undefined, { authorization: 'Bearer wrong' })).json).toMatchObject({
      code: 401,
      reason: 'Unauthorized',
      message: 'Unauthorized',
    });
    cluster.state.withoutToken = 'system:anonymous';
    const anonymous = await cluster.call('GET', `/k8s${secrets}/pagerduty-secrets`, undefined, { authorization: '' });
    expect(anonymous.json).toMatchObject({
      code: 403,
      message:
        'secrets "pagerduty-secrets" is forbidden: User "system:anonymous" cannot get resource "secrets" in API group "" in the namespace "monitoring"',
    });
  });

  it('says no in the review and in the call for what RBAC denies', async () => {
    await started();
    cluster.state.denied = [{ verb: 'create', resource: 'secrets' }];
    const review = async (verb: string) =>
      (
        await post('/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
          spec: { resourceAttributes: { verb, resource: 'secrets', namespace: 'monitoring' } },
        })
      ).json.status.allowed;
    expect([await review('create'), await review('patch')]).toEqual([false, true]);
    const applied = await cluster.apply(`${secrets}/pagerduty-secrets`, { metadata: { name: 'pagerduty-secrets' } });
    expect(applied.json).toMatchObject({
      code: 403,
      message:
        'secrets "pagerduty-secrets" is forbidden: User "sandbox-admin" cannot create resource "secrets" in API group "" in the namespace "monitoring"',
    });
  });
});

describe('discovery', () => {
  it('tells whether the operator is there', async () => {
    await started();
    expect((await cluster.get('/apis/monitoring.coreos.com')).status).toBe(404);
    await cluster.close();
    await started('operator');
    const { json } = await cluster.get('/apis/monitoring.coreos.com');
    expect(json).toMatchObject({ kind: 'APIGroup', preferredVersion: { groupVersion: 'monitoring.coreos.com/v1' } });
    expect((await cluster.get('/version')).json.gitVersion).toBe('v1.36.2');
    expect((await cluster.get('/readyz')).text).toBe('ok');
  });
});

describe('reading', () => {
  it('follows pages, labels and names', async () => {
    await started();
    for (const name of ['a', 'b', 'c']) await post(secrets, { metadata: { name, labels: { half: name === 'c' ? 'two' : 'one' } } });
    const names = (json: Loose) => json.items.map((item: Loose) => item.metadata.name);
    const first = (await cluster.get(`${secrets}?limit=2`)).json;
    const second = (await cluster.get(`${secrets}?limit=2&continue=${first.metadata.continue}`)).json;
    expect([...names(first), ...names(second)]).toEqual(['a', 'b', 'c']);
    expect(second.metadata.continue).toBeUndefined();
    expect(names((await cluster.get(`${secrets}?labelSelector=half%3Done`)).json)).toEqual(['a', 'b']);
    expect(names((await cluster.get(`${secrets}?labelSelector=half+in+(two),!x`)).json)).toEqual(['c']);
    expect(names((await cluster.get(`${secrets}?fieldSelector=metadata.name%3Db`)).json)).toEqual(['b']);
  });

  it('shows a Secret without its values to whoever asks for the metadata only', async () => {
    await started();
    await post(secrets, { metadata: { name: 'a' }, stringData: { KEY: 'hidden' } });
    const accept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
    const { json, text } = await cluster.call('GET', `/k8s${secrets}/a`, undefined, { accept });
    expect(json.kind).toBe('PartialObjectMetadata');
    expect(JSON.stringify(json.metadata.managedFields)).toContain('f:KEY');
    expect(text).not.toContain(Buffer.from('hidden').toString('base64'));
  });
});

describe('a Lease as a lock', () => {
  const leases = '/apis/coordination.k8s.io/v1/namespaces/monitoring/leases';
  const lease = (holderIdentity: string, renewTime = '2026-11-21T17:00:00.123000Z', metadata: object = {}) => ({
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name: 'pmp-pd-setup', ...metadata },
    spec: { holderIdentity, renewTime },
  });

  it('is held by one, renewed with its version, released with a precondition', async () => {
    await started();
    const held = await post(leases, lease('ada'));
    expect(held.status).toBe(201);
    expect((await post(leases, lease('ben'))).json).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message: 'leases.coordination.k8s.io "pmp-pd-setup" already exists',
    });
    const { resourceVersion } = held.json.metadata;
    const renew = (version: string) =>
      cluster.call('PUT', `/k8s${leases}/pmp-pd-setup`, lease('ada', '2026-11-21T17:00:01.000000Z', { resourceVersion: version }));
    const renewed = await renew(resourceVersion);
    expect(renewed.status).toBe(200);
    expect((await renew(resourceVersion)).json).toMatchObject({
      code: 409,
      message: expect.stringContaining('the object has been modified'),
    });
    expect((await cluster.call('PUT', `/k8s${leases}/pmp-pd-setup`, lease('ben'))).json.message).toContain(
      'metadata.resourceVersion: Invalid value',
    );
    const release = (version: string) =>
      cluster.call('DELETE', `/k8s${leases}/pmp-pd-setup`, { preconditions: { resourceVersion: version } });
    expect((await release(resourceVersion)).json.message).toBe(
      `Operation cannot be fulfilled on Lease.coordination.k8s.io "pmp-pd-setup": the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${renewed.json.metadata.resourceVersion}). The object might have been modified`,
    );
    expect((await release(renewed.json.metadata.resourceVersion)).status).toBe(200);
  });

  it('wants six digits after the second', async () => {
    await started();
    for (const [time, rest] of [
      ['2026-11-21T17:00:00.123Z', '.123Z'],
      ['2026-11-21T17:00:00Z', 'Z'],
    ] as const) {
      expect((await post(leases, lease('ada', time))).json).toMatchObject({
        code: 400,
        message: `Lease in version "v1" cannot be handled as a Lease: parsing time "${time}" as "2006-01-02T15:04:05.000000Z07:00": cannot parse "${rest}" as ".000000"`,
      });
    }
  });

  it("by apply, names the holder's manager", async () => {
    await started();
    await cluster.apply(`${leases}/pmp-pd-setup`, lease('ada'), 'pmp-pd-a');
    const second = await cluster.apply(`${leases}/pmp-pd-setup`, lease('ben'), 'pmp-pd-b');
    expect(second.json.message).toBe('Apply failed with 1 conflict: conflict with "pmp-pd-a": .spec.holderIdentity');
  });
});

describe('patches', () => {
  const main = '/apis/monitoring.coreos.com/v1/namespaces/monitoring/alertmanagers/main';

  it("append to the operator's list only while it is what was read", async () => {
    await started('operator');
    const append = (test: string[]) =>
      cluster.patch(main, 'json', [
        { op: 'test', path: '/spec/secrets', value: test },
        { op: 'add', path: '/spec/secrets/-', value: 'pagerduty-secrets' },
      ]);
    expect((await append(['other'])).json).toMatchObject({ code: 422, reason: 'Invalid' });
    expect((await append([])).json.spec.secrets).toEqual(['pagerduty-secrets']);
  });

  it('by apply would replace that list, and conflict', async () => {
    await started('operator');
    const { json } = await cluster.apply(main, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'Alertmanager',
      metadata: { name: 'main' },
      spec: { secrets: ['x'] },
    });
    expect(json.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using monitoring.coreos.com/v1: .spec.secrets',
    );
  });

  it('come in the forms that the kind knows', async () => {
    await started('operator');
    expect((await cluster.patch(main, 'strategic-merge', {})).status).toBe(415);
    expect((await cluster.call('PATCH', `/k8s${main}`, {}, { 'content-type': 'application/json' })).status).toBe(415);
    const labelled = await cluster.patch(main, 'merge', { metadata: { labels: { extra: 'yes', 'app.kubernetes.io/name': null } } });
    expect(labelled.json.metadata.labels).toEqual({ 'app.kubernetes.io/instance': 'main', extra: 'yes' });
  });
});
