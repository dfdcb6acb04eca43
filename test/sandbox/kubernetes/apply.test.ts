import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ClusterServer } from '../../support/cluster-server.ts';
import type { Loose } from '../../support/cluster-server.ts';

const path = '/api/v1/namespaces/monitoring/secrets/pagerduty-secrets';
const [critical, high, other] = ['c'.repeat(32), 'h'.repeat(32), 'd'.repeat(32)].map((key) => Buffer.from(key).toString('base64'));
const secret = (data: Record<string, string | undefined>, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'pagerduty-secrets', namespace: 'monitoring', labels: { 'app.kubernetes.io/managed-by': 'pmp-pd' } },
  type: 'Opaque',
  data,
  ...more,
});
const both = { PAGERDUTY_SERVICE_KEY_CRITICAL: critical, PAGERDUTY_SERVICE_KEY_HIGH: high };
const changed = { ...both, PAGERDUTY_SERVICE_KEY_CRITICAL: other };

let cluster: ClusterServer;
beforeEach(async () => {
  cluster = await ClusterServer.start();
});
afterEach(() => cluster.close());

/** As `kubectl create secret` does it. */
const createByHand = (data: object = both) =>
  cluster.call('POST', '/k8s/api/v1/namespaces/monitoring/secrets?fieldManager=kubectl-create', {
    metadata: { name: 'pagerduty-secrets' },
    type: 'Opaque',
    data,
  });

describe('server-side apply, as a real API server answers it', () => {
  it('creates with 201, changes with 200, and leaves the version alone when nothing differs', async () => {
    const first = await cluster.apply(path, secret(both));
    const again = await cluster.apply(path, secret(both));
    const next = await cluster.apply(path, secret(changed));
    expect([first.status, again.status, next.status]).toEqual([201, 200, 200]);
    expect(again.json.metadata.resourceVersion).toBe(first.json.metadata.resourceVersion);
    expect(next.json.metadata.resourceVersion).not.toBe(first.json.metadata.resourceVersion);
    expect(first.json.metadata.managedFields).toEqual([
      {
        manager: 'pmp-pd',
        operation: 'Apply',
        apiVersion: 'v1',
        time: '2026-11-21T12:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { 'f:PAGERDUTY_SERVICE_KEY_CRITICAL': {}, 'f:PAGERDUTY_SERVICE_KEY_HIGH': {} },
          'f:metadata': { 'f:labels': { 'f:app.kubernetes.io/managed-by': {} } },
          'f:type': {},
        },
      },
    ]);
  });

  it('tries without keeping with dryRun=All', async () => {
    const dry = await cluster.apply(path, secret(both), 'pmp-pd', '&dryRun=All');
    expect(dry.status).toBe(201);
    expect(dry.json.metadata.resourceVersion).toBeUndefined();
    expect((await cluster.get(path)).json).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'secrets "pagerduty-secrets" not found',
    });
  });

  it('wants a field manager and a namespace that exists', async () => {
    expect((await cluster.apply(path, secret(both), '')).json).toMatchObject({
      code: 422,
      message: 'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
    const elsewhere = secret(both, { metadata: { name: 'pagerduty-secrets' } });
    const missing = await cluster.apply('/api/v1/namespaces/nowhere/secrets/pagerduty-secrets', elsewhere);
    expect(missing.json).toMatchObject({
      code: 404,
      message: 'namespaces "nowhere" not found',
      details: { name: 'nowhere', kind: 'namespaces' },
    });
  });

  it('names the other manager where values differ, shares where they are equal, and takes over by force', async () => {
    await cluster.apply(path, secret(both));
    const conflict = await cluster.apply(path, secret(changed), 'argocd');
    expect(conflict.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "pmp-pd": .data.PAGERDUTY_SERVICE_KEY_CRITICAL',
      details: {
        causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "pmp-pd"', field: '.data.PAGERDUTY_SERVICE_KEY_CRITICAL' }],
      },
    });
    expect((await cluster.apply(path, secret(both), 'argocd')).status).toBe(200);
    expect((await cluster.apply(path, secret(changed))).json.message).toContain('conflict with "argocd": .data');
    const forced = await cluster.apply(path, secret(changed), 'pmp-pd', '&force=true');
    expect(forced.status).toBe(200);
    const argocd = forced.json.metadata.managedFields.find((entry: { manager: string }) => entry.manager === 'argocd');
    expect(argocd.fieldsV1['f:data']).toEqual({ 'f:PAGERDUTY_SERVICE_KEY_HIGH': {} });
  });

  it('adopts what kubectl created by hand when the values are the same, and else names kubectl-create', async () => {
    await createByHand();
    expect((await cluster.apply(path, secret(both))).status).toBe(200);
    expect((await cluster.apply(path, secret(changed))).json.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-create" using v1: .data.PAGERDUTY_SERVICE_KEY_CRITICAL',
    );
    const forced = await cluster.apply(path, secret(changed), 'pmp-pd', '&force=true');
    const managers = forced.json.metadata.managedFields.map((entry: { manager: string }) => entry.manager);
    expect(managers).toEqual(['pmp-pd', 'kubectl-create']);
  });

  it('removes what is no longer applied and nobody else owns', async () => {
    await createByHand({ PAGERDUTY_SERVICE_KEY_HIGH: high });
    await cluster.apply(path, secret(both));
    const { json } = await cluster.apply(path, secret({}));
    expect(json.data).toEqual({ PAGERDUTY_SERVICE_KEY_HIGH: high });
  });

  it('keeps stringData apart from data, which is why nobody should apply it', async () => {
    const body = (data: object) => ({ metadata: { name: 'sd' }, stringData: data });
    const sd = '/api/v1/namespaces/monitoring/secrets/sd';
    await cluster.apply(sd, body({ A: 'x' }));
    const { json } = await cluster.apply(sd, body({ B: 'y' }));
    expect(json.data).toEqual({ A: 'eA==', B: 'eQ==' });
    expect(json.metadata.managedFields[0].fieldsV1).toEqual({ 'f:stringData': { 'f:B': {} } });
  });

  it('refuses unknown fields and bad base64 with 500, as only an apply does', async () => {
    const sd = '/api/v1/namespaces/monitoring/secrets/sd';
    const unknown = await cluster.apply(sd, { metadata: { name: 'sd', namespace: 'monitoring' }, dataa: { A: 'eA==' } });
    expect(unknown.json).toMatchObject({
      code: 500,
      message: 'failed to create typed patch object (monitoring/sd; /v1, Kind=Secret): .dataa: field not declared in schema',
    });
    const bad = await cluster.apply(sd, { metadata: { name: 'sd', namespace: 'monitoring' }, data: { A: 'not base64' } });
    expect(bad.json.message).toBe(
      'failed to convert new object (monitoring/sd; /v1, Kind=Secret) to proper version: unable to convert unstructured object to /v1, Kind=Secret: error decoding from json: illegal base64 data at input byte 3',
    );
    const posted = await cluster.call('POST', '/k8s/api/v1/namespaces/monitoring/secrets', {
      metadata: { name: 'sd' },
      data: { A: 'not base64' },
    });
    expect(posted.json).toMatchObject({ code: 400, reason: 'BadRequest' });
  });

  it('holds the optimistic lock that an applied object carries', async () => {
    const { json } = await cluster.apply(path, secret(both));
    const { resourceVersion, uid } = json.metadata;
    const metadata = { ...secret(both).metadata, resourceVersion: '1' };
    expect((await cluster.apply(path, secret(changed, { metadata }))).json.message).toBe(
      'Operation cannot be fulfilled on secrets "pagerduty-secrets": the object has been modified; please apply your changes to the latest version and try again',
    );
    const right = { ...secret(both).metadata, resourceVersion, uid };
    expect((await cluster.apply(path, secret(changed, { metadata: right }))).status).toBe(200);
    const absent = '00000000-0000-0000-0000-000000000001';
    const gone = await cluster.apply('/api/v1/namespaces/monitoring/secrets/nothere2', { metadata: { name: 'nothere2', uid: absent } });
    expect(gone.json.message).toBe(
      `Operation cannot be fulfilled on secrets "nothere2": uid mismatch: the provided object specified uid ${absent}, and no existing object was found`,
    );
  });
});

describe('what a Secret may be', () => {
  it('keeps its type and, once immutable, its data; it can still be deleted', async () => {
    await cluster.apply(path, secret(both));
    expect((await cluster.apply(path, secret(both, { type: 'example.com/x' }))).json).toMatchObject({
      code: 422,
      message: 'Secret "pagerduty-secrets" is invalid: type: Invalid value: "example.com/x": field is immutable',
    });
    await cluster.patch(path, 'merge', { immutable: true });
    expect((await cluster.apply(path, secret(changed))).json).toMatchObject({
      code: 422,
      message: 'Secret "pagerduty-secrets" is invalid: data: Forbidden: field is immutable when `immutable` is set',
      details: { causes: [{ reason: 'FieldValueForbidden', field: 'data' }] },
    });
    expect((await cluster.call('DELETE', `/k8s${path}`)).json).toMatchObject({
      status: 'Success',
      details: { name: 'pagerduty-secrets', kind: 'secrets' },
    });
  });

  it('holds one mebibyte, and a request three', async () => {
    const big = (bytes: number) => ({ metadata: { name: 'big' }, data: { A: Buffer.alloc(bytes).toString('base64') } });
    const secrets = '/k8s/api/v1/namespaces/monitoring/secrets';
    expect((await cluster.call('POST', secrets, big(1_048_576))).status).toBe(201);
    expect((await cluster.call('POST', secrets, { ...big(1_048_577), metadata: { name: 'bigger' } })).json).toMatchObject({
      code: 422,
      message: 'Secret "bigger" is invalid: data: Too long: may not be more than 1048576 bytes',
    });
    expect((await cluster.call('POST', secrets, big(3_000_000))).status).toBe(413);
  });
});

describe('volumes and mounts in a workload that others own', () => {
  const deployment = '/apis/apps/v1/namespaces/monitoring/deployments/alertmanager';
  const ours = (name = 'alertmanager') => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'monitoring' },
    spec: {
      template: {
        spec: {
          containers: [
            { name: 'alertmanager', volumeMounts: [{ name: 'pagerduty-secrets', mountPath: '/etc/pagerduty-secrets', readOnly: true }] },
          ],
          volumes: [{ name: 'pagerduty-secrets', secret: { secretName: 'pagerduty-secrets' } }],
        },
      },
    },
  });
  const names = (json: Loose) => ({
    volumes: json.spec.template.spec.volumes.map((volume: { name: string }) => volume.name),
    mounts: json.spec.template.spec.containers[0].volumeMounts.map((mount: { mountPath: string }) => mount.mountPath),
  });
  const withOurs = {
    volumes: ['config', 'storage', 'pagerduty-secrets'],
    mounts: ['/etc/alertmanager', '/alertmanager', '/etc/pagerduty-secrets'],
  };

  it('merge by name and path without a conflict, survive the owner, and go when withdrawn', async () => {
    const owned = (await cluster.get(deployment)).json;
    const applied = await cluster.apply(deployment, ours());
    expect(applied.status).toBe(200);
    expect(names(applied.json)).toEqual(withOurs);
    expect(applied.json.metadata.generation).toBe(2);
    expect((await cluster.apply(deployment, ours())).json.metadata.generation).toBe(2);
    const image = { name: 'alertmanager', image: 'quay.io/prometheus/alertmanager:v0.28.0' };
    const byOwner = await cluster.patch(deployment, 'strategic-merge', { spec: { template: { spec: { containers: [image] } } } });
    expect(names(byOwner.json)).toEqual(withOurs);
    const { metadata, apiVersion, kind } = ours();
    const withdrawn = await cluster.apply(deployment, { apiVersion, kind, metadata });
    expect(names(withdrawn.json)).toEqual(names(owned));
    expect(withdrawn.json.metadata.managedFields.map((entry: { manager: string }) => entry.manager)).not.toContain('pmp-pd');
  });

  it('conflict where the owner holds the field', async () => {
    const body = ours();
    const container = { name: 'alertmanager', image: 'example.com/other:v1' };
    const clash = { ...body, spec: { template: { spec: { containers: [container] } } } };
    expect((await cluster.apply(deployment, clash)).json.message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.template.spec.containers[name="alertmanager"].image',
    );
  });

  it('never make half an object of a workload that is not there', async () => {
    const { json } = await cluster.apply('/apis/apps/v1/namespaces/monitoring/deployments/nothere', ours('nothere'));
    expect(json).toMatchObject({
      code: 422,
      message:
        'Deployment.apps "nothere" is invalid: [spec.selector: Required value, spec.template.metadata.labels: Invalid value: null: `selector` does not match template `labels`, spec.template.spec.containers[0].image: Required value]',
    });
  });
});
