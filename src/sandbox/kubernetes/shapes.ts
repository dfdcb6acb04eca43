import type { Instant } from '../../model/index.ts';
import { builtInKind, operatorKinds } from './kinds.ts';
import { nextInstant, reconcile } from './reconcile.ts';
import { emptyState } from './state.ts';
import type { KubernetesState } from './state.ts';
import { alertmanagerPod, emptyConfiguration, headlessService, service, workload } from './manifests.ts';
import { giveStudy } from './older.ts';
import type { Discovery } from './prometheus-manifests.ts';
import { prometheusObjects } from './prometheus-manifests.ts';
import { create } from './write.ts';
import type { Tree } from './tree.ts';

/** How Alertmanager is deployed in a fresh cluster. */
export const clusterShapes = ['plain', 'statefulset', 'chart', 'operator', 'old', 'old-secret', 'none', 'amp', 'argocd'] as const;
export type ClusterShape = (typeof clusterShapes)[number];

/** A long-running cluster: made well before anybody looks. */
const made: Instant = Date.UTC(2026, 0, 1);

/** A cluster with the namespaces default, kube-system and monitoring, an Alertmanager of that shape, a Prometheus that tells it, and the study's API in `pmp-study`, up and running. */
export function clusterWith(shape: ClusterShape): KubernetesState {
  const state = emptyState();
  for (const name of ['default', 'kube-system', 'monitoring']) add(state, 'namespaces', '', { metadata: { name } }, 'kube-apiserver');
  builders[shape](state);
  const discovery = prometheusOf[shape];
  if (discovery) put(state, kubectl, prometheusObjects(discovery));
  const later = settle(state, made);
  giveStudy(state, made);
  settle(state, later);
  return state;
}

/** @returns when nothing more happened */
function settle(state: KubernetesState, from: Instant): Instant {
  let now = from;
  for (let next: Instant | undefined = now; next !== undefined; next = nextInstant(state, now)) {
    now = next;
    reconcile(state, now);
  }
  return now;
}

function add(state: KubernetesState, plural: string, namespace: string, object: Tree, manager: string): void {
  create({ state, now: made, kind: builtInKind(plural), namespace, name: '', manager, strict: true, force: false }, object);
}

/** Every object into `monitoring`. */
function put(state: KubernetesState, manager: string, objects: readonly (readonly [string, Tree])[]): void {
  for (const [plural, object] of objects) add(state, plural, 'monitoring', object, manager);
}

const kubectl = 'kubectl-client-side-apply';
const appLabels = { app: 'alertmanager' };

function configMap(name: string, labels: Readonly<Record<string, string>>): readonly [string, Tree] {
  return ['configmaps', { metadata: { name, labels }, data: { 'alertmanager.yml': emptyConfiguration } }];
}

function plainObjects(version: string, volume: Tree, labels: Readonly<Record<string, string>> = appLabels): (readonly [string, Tree])[] {
  const pod = alertmanagerPod(version, volume);
  return [
    ['deployments', workload('alertmanager', labels, appLabels, 1, pod)],
    ['services', service('alertmanager', labels, appLabels, 'web')],
  ];
}

const fromMap = { name: 'config', configMap: { name: 'alertmanager-config' } };

const builders: Readonly<Record<ClusterShape, (state: KubernetesState) => void>> = {
  plain: (state) => put(state, kubectl, [configMap('alertmanager-config', appLabels), ...plainObjects('v0.28.1', fromMap)]),
  old: (state) => put(state, kubectl, [configMap('alertmanager-config', appLabels), ...plainObjects('v0.24.0', fromMap)]),
  'old-secret': (state) => {
    const secret = { metadata: { name: 'alertmanager-config', labels: appLabels }, stringData: { 'alertmanager.yml': emptyConfiguration } };
    put(state, kubectl, [
      ['secrets', secret],
      ...plainObjects('v0.24.0', { name: 'config', secret: { secretName: 'alertmanager-config' } }),
    ]);
  },
  statefulset: (state) => {
    const set = workload('alertmanager', appLabels, appLabels, 2, alertmanagerPod('v0.28.1', fromMap), 'alertmanager-headless');
    put(state, kubectl, [
      configMap('alertmanager-config', appLabels),
      ['statefulsets', set],
      ['services', service('alertmanager', appLabels, appLabels, 'web')],
      ['services', headlessService('alertmanager-headless', appLabels)],
    ]);
  },
  chart: withChart,
  argocd: withArgoCd,
  operator: withOperator,
  none: () => undefined,
  amp: withManagedPrometheus,
};

const single: Discovery = { target: 'alertmanager.monitoring.svc:9093' };

/** How Prometheus finds the Alertmanager of a shape; undefined: there is none, or it brings its own. */
const prometheusOf: Readonly<Record<ClusterShape, Discovery | undefined>> = {
  plain: single,
  old: single,
  'old-secret': single,
  chart: single,
  argocd: single,
  statefulset: { name: 'alertmanager-headless.monitoring.svc' },
  operator: { name: 'alertmanager-operated.monitoring.svc' },
  none: undefined,
  amp: undefined,
};

/** The community chart `prometheus-community/alertmanager`, installed by Helm as release "alertmanager". */
function withChart(state: KubernetesState): void {
  const selector = { 'app.kubernetes.io/name': 'alertmanager', 'app.kubernetes.io/instance': 'alertmanager' };
  const labels = {
    ...selector,
    'helm.sh/chart': 'alertmanager-1.42.0',
    'app.kubernetes.io/version': 'v0.28.1',
    'app.kubernetes.io/managed-by': 'Helm',
  };
  const annotations = { 'meta.helm.sh/release-name': 'alertmanager', 'meta.helm.sh/release-namespace': 'monitoring' };
  const pod = alertmanagerPod('v0.28.1', { name: 'config', configMap: { name: 'alertmanager' } });
  const objects: (readonly [string, Tree])[] = [
    configMap('alertmanager', labels),
    ['statefulsets', workload('alertmanager', labels, selector, 1, pod, 'alertmanager-headless')],
    ['services', service('alertmanager', labels, selector, 'http')],
    ['services', headlessService('alertmanager-headless', selector)],
  ];
  put(
    state,
    'helm',
    objects.map(([plural, object]) => [plural, annotated(object, annotations)]),
  );
}

function annotated(object: Tree, annotations: Readonly<Record<string, string>>): Tree {
  return { ...object, metadata: { ...(object['metadata'] as Tree), annotations } };
}

/** The plain Deployment, kept in step with git by an Argo CD application. */
function withArgoCd(state: KubernetesState): void {
  const labels = { ...appLabels, 'app.kubernetes.io/instance': 'monitoring' };
  const objects = [configMap('alertmanager-config', labels), ...plainObjects('v0.28.1', fromMap, labels)];
  const groups: Readonly<Record<string, string>> = { deployments: 'apps/Deployment', services: '/Service', configmaps: '/ConfigMap' };
  const tracked = objects.map(([plural, object]) => {
    const { name } = object['metadata'] as { readonly name: string };
    return [
      plural,
      annotated(object, { 'argocd.argoproj.io/tracking-id': `monitoring:${groups[plural] ?? ''}:monitoring/${name}` }),
    ] as const;
  });
  put(state, 'argocd-controller', tracked);
}

/** The Prometheus operator with an Alertmanager `main` of two replicas, as kube-prometheus has it. */
function withOperator(state: KubernetesState): void {
  for (const kind of operatorKinds) {
    const name = `${kind.plural}.${kind.group}`;
    const names = { plural: kind.plural, singular: kind.singular, kind: kind.kind, listKind: `${kind.kind}List` };
    const version = { name: kind.version, served: true, storage: true };
    add(
      state,
      'customresourcedefinitions',
      '',
      { metadata: { name }, spec: { group: kind.group, names, scope: 'Namespaced', versions: [version] } },
      kubectl,
    );
  }
  const pod = { containers: [{ name: 'prometheus-operator', image: 'quay.io/prometheus-operator/prometheus-operator:v0.93.0' }] };
  const operatorLabels = { 'app.kubernetes.io/name': 'prometheus-operator' };
  const labels = { 'app.kubernetes.io/name': 'alertmanager', 'app.kubernetes.io/instance': 'main' };
  const spec = {
    replicas: 2,
    version: '0.28.1',
    image: 'quay.io/prometheus/alertmanager:v0.28.1',
    portName: 'web',
    secrets: [],
    alertmanagerConfigSelector: {},
  };
  put(state, kubectl, [
    ['deployments', workload('prometheus-operator', operatorLabels, operatorLabels, 1, pod)],
    ['secrets', { metadata: { name: 'alertmanager-main', labels }, stringData: { 'alertmanager.yaml': emptyConfiguration } }],
    ['alertmanagers', { metadata: { name: 'main', labels }, spec }],
    ['services', service('alertmanager-main', labels, { alertmanager: 'main' }, 'web')],
    ['services', headlessService('alertmanager-operated', { 'app.kubernetes.io/name': 'alertmanager' })],
  ]);
}

/** Prometheus that writes to, and alerts through, Amazon Managed Service for Prometheus; no Alertmanager in the cluster. */
function withManagedPrometheus(state: KubernetesState): void {
  const workspace = 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-00000000-0000-4000-8000-000000000000';
  const configuration = `global:
  scrape_interval: 30s
remote_write:
  - url: ${workspace}/api/v1/remote_write
    sigv4:
      region: us-east-1
alerting:
  alertmanagers:
    - scheme: https
      path_prefix: /workspaces/ws-00000000-0000-4000-8000-000000000000/alertmanager
      sigv4:
        region: us-east-1
      static_configs:
        - targets: [aps-workspaces.us-east-1.amazonaws.com]
`;
  const labels = { app: 'prometheus' };
  const container = {
    name: 'prometheus',
    image: 'quay.io/prometheus/prometheus:v3.5.0',
    args: ['--config.file=/etc/prometheus/prometheus.yml'],
    ports: [{ name: 'web', containerPort: 9090 }],
    volumeMounts: [{ name: 'config', mountPath: '/etc/prometheus' }],
  };
  const pod = { containers: [container], volumes: [{ name: 'config', configMap: { name: 'prometheus-config' } }] };
  put(state, kubectl, [
    ['configmaps', { metadata: { name: 'prometheus-config', labels }, data: { 'prometheus.yml': configuration } }],
    ['deployments', workload('prometheus', labels, labels, 1, pod)],
  ]);
}
