import { gzipSync } from 'node:zlib';
import type { Instant } from '../../model/index.ts';
import { refusal } from '../alertmanager/refusal.ts';
import { apiVersion, builtInKind } from './kinds.ts';
import { find, nameOf, namespaceOf, objectsOf, store, timestamp, uidOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, same, strings, text, tree } from './tree.ts';
import type { Tree } from './tree.ts';

const alertmanagers = builtInKind('alertmanagers');
const statefulSets = builtInKind('statefulsets');
const secrets = builtInKind('secrets');

/** The Prometheus operator: for every Alertmanager a generated configuration and a StatefulSet that mounts what `spec.secrets` names. */
export function runOperator(state: KubernetesState, now: Instant): void {
  for (const custom of objectsOf(state, alertmanagers)) {
    const problem = generate(state, custom, now);
    if (problem === undefined) writeStatefulSet(state, custom, now);
    setStatus(state, custom, problem, now);
  }
}

/** Name of the Secret that holds an Alertmanager's configuration. */
function configSecret(custom: Tree): string {
  return text(at(custom, 'spec', 'configSecret')) || `alertmanager-${nameOf(custom)}`;
}

function version(custom: Tree): string {
  return text(at(custom, 'spec', 'version')).replace(/^v/, '') || '0.28.1';
}

/** Copies the configuration, packed, to the generated Secret. @returns why it will not, in the operator's words. */
function generate(state: KubernetesState, custom: Tree, now: Instant): string | undefined {
  const from = find(state, 'secrets', namespaceOf(custom), configSecret(custom));
  const raw = strings(from?.['data'])['alertmanager.yaml'];
  const configuration =
    raw === undefined ? 'route:\n  receiver: "null"\nreceivers:\n- name: "null"\n' : Buffer.from(raw, 'base64').toString();
  const refused = refusal(configuration, version(custom));
  if (refused !== undefined) return `provision alertmanager configuration: failed to initialize from secret: ${refused}`;
  const name = `alertmanager-${nameOf(custom)}-generated`;
  const data = { 'alertmanager.yaml.gz': gzipSync(configuration).toString('base64') };
  const before = find(state, 'secrets', namespaceOf(custom), name);
  if (before !== undefined && same(before['data'], data)) return undefined;
  const metadata = {
    ...tree(before?.['metadata']),
    name,
    namespace: namespaceOf(custom),
    labels: managed,
    ownerReferences: [owner(custom)],
  };
  store(state, secrets, { ...before, metadata, data, type: 'Opaque' }, now);
  return undefined;
}

const managed = { 'managed-by': 'prometheus-operator' };

function owner(custom: Tree): Tree {
  return {
    apiVersion: apiVersion(alertmanagers),
    kind: 'Alertmanager',
    name: nameOf(custom),
    uid: uidOf(custom),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function writeStatefulSet(state: KubernetesState, custom: Tree, now: Instant): void {
  const name = `alertmanager-${nameOf(custom)}`;
  const before = find(state, 'statefulsets', namespaceOf(custom), name);
  const spec = statefulSetSpec(custom);
  if (before !== undefined && same(before['spec'], spec)) return;
  const labels = { ...strings(at(custom, 'metadata', 'labels')), 'managed-by': 'prometheus-operator', alertmanager: nameOf(custom) };
  const managedFields = [
    {
      manager: 'PrometheusOperator',
      operation: 'Update',
      apiVersion: 'apps/v1',
      time: timestamp(now),
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': {} },
    },
  ];
  const metadata = {
    ...tree(before?.['metadata']),
    name,
    namespace: namespaceOf(custom),
    labels,
    ownerReferences: [owner(custom)],
    managedFields,
  };
  store(state, statefulSets, { ...before, metadata, spec }, now);
}

function statefulSetSpec(custom: Tree): Tree {
  const name = nameOf(custom);
  const listed = at(custom, 'spec', 'secrets');
  const mounted: string[] = Array.isArray(listed) ? listed.map(text) : [];
  const labels = {
    alertmanager: name,
    'app.kubernetes.io/name': 'alertmanager',
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'prometheus-operator',
    'app.kubernetes.io/version': version(custom),
  };
  const container = {
    name: 'alertmanager',
    image: text(at(custom, 'spec', 'image')) || `quay.io/prometheus/alertmanager:v${version(custom)}`,
    imagePullPolicy: 'IfNotPresent',
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'FallbackToLogsOnError',
    args: [
      '--config.file=/etc/alertmanager/config_out/alertmanager.env.yaml',
      '--storage.path=/alertmanager',
      '--web.listen-address=:9093',
    ],
    ports: [
      { name: text(at(custom, 'spec', 'portName')) || 'web', containerPort: 9093, protocol: 'TCP' },
      { name: 'mesh-tcp', containerPort: 9094, protocol: 'TCP' },
    ],
    volumeMounts: [
      { name: 'config-volume', mountPath: '/etc/alertmanager/config' },
      { name: 'config-out', mountPath: '/etc/alertmanager/config_out', readOnly: true },
      ...mounted.map((secret) => ({ name: `secret-${secret}`, mountPath: `/etc/alertmanager/secrets/${secret}`, readOnly: true })),
    ],
  };
  const reloader = {
    ...container,
    name: 'config-reloader',
    image: 'quay.io/prometheus-operator/prometheus-config-reloader:v0.93.0',
    ports: [{ name: 'reloader-web', containerPort: 8080, protocol: 'TCP' }],
    args: ['--reload-url=http://127.0.0.1:9093/-/reload'],
  };
  const volumes = [
    { name: 'config-volume', secret: { secretName: `alertmanager-${name}-generated`, defaultMode: 420 } },
    { name: 'config-out', emptyDir: { medium: 'Memory' } },
    ...mounted.map((secret) => ({ name: `secret-${secret}`, secret: { secretName: secret, defaultMode: 420 } })),
  ];
  const pod = {
    containers: [container, reloader],
    volumes,
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    serviceAccountName: `alertmanager-${name}`,
    terminationGracePeriodSeconds: 120,
  };
  return {
    replicas: at(custom, 'spec', 'replicas') ?? 1,
    selector: { matchLabels: { alertmanager: name, 'app.kubernetes.io/name': 'alertmanager', 'app.kubernetes.io/instance': name } },
    serviceName: 'alertmanager-operated',
    podManagementPolicy: 'Parallel',
    updateStrategy: { type: 'RollingUpdate' },
    revisionHistoryLimit: 10,
    template: { metadata: { labels, annotations: { 'kubectl.kubernetes.io/default-container': 'alertmanager' } }, spec: pod },
  };
}

function setStatus(state: KubernetesState, custom: Tree, problem: string | undefined, now: Instant): void {
  const set = find(state, 'statefulsets', namespaceOf(custom), `alertmanager-${nameOf(custom)}`);
  const ready = at(set, 'status', 'readyReplicas') ?? 0;
  const wanted = at(custom, 'spec', 'replicas') ?? 1;
  const generation = at(custom, 'metadata', 'generation');
  const condition = (type: string, ok: boolean, why: string, message: string) => ({
    type,
    status: ok ? 'True' : 'False',
    observedGeneration: generation,
    ...(ok ? {} : { reason: why, message }),
  });
  const status = {
    paused: false,
    replicas: wanted,
    updatedReplicas: at(set, 'status', 'updatedReplicas') ?? 0,
    availableReplicas: ready,
    unavailableReplicas: Number(wanted) - Number(ready),
    conditions: [
      condition('Available', ready === wanted, 'SomePodsNotReady', ''),
      condition('Reconciled', problem === undefined, 'ReconciliationFailed', problem ?? ''),
    ],
  };
  if (!same(custom['status'], status)) store(state, alertmanagers, { ...custom, status }, now);
}
