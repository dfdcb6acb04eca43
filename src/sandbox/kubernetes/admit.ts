import type { Kind } from './kinds.ts';
import { at, strings, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** Fills in what the API server fills in, for the kinds and fields that anybody here looks at. */
export function withDefaults(kind: Kind, object: Tree, allocate: () => number): Tree {
  switch (kind.plural) {
    case 'secrets':
      return secretDefaults(object);
    case 'namespaces':
      return namespaceDefaults(object);
    case 'services':
      return { ...object, spec: serviceDefaults(tree(object['spec']), allocate), status: object['status'] ?? { loadBalancer: {} } };
    case 'deployments':
    case 'statefulsets':
      return { ...object, spec: workloadDefaults(kind, tree(object['spec'])), status: object['status'] ?? {} };
    case 'pods':
      return { ...object, spec: podDefaults(tree(object['spec'])) };
    default:
      return object;
  }
}

function secretDefaults(object: Tree): Tree {
  const { stringData, ...rest } = object;
  const encoded = Object.fromEntries(
    Object.entries(strings(stringData)).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  const data = stringData === undefined ? rest['data'] : { ...tree(rest['data']), ...encoded };
  return { ...rest, ...(data === undefined ? {} : { data }), type: rest['type'] ?? 'Opaque' };
}

function namespaceDefaults(object: Tree): Tree {
  const metadata = tree(object['metadata']);
  const labels = { ...tree(metadata['labels']), 'kubernetes.io/metadata.name': metadata['name'] };
  return {
    ...object,
    metadata: { ...metadata, labels },
    spec: { finalizers: ['kubernetes'] },
    status: object['status'] ?? { phase: 'Active' },
  };
}

function serviceDefaults(spec: Tree, allocate: () => number): Tree {
  const type = text(spec['type']) || 'ClusterIP';
  const clusterIP = text(spec['clusterIP']) || `10.96.0.${allocate()}`;
  const ports = trees(spec['ports']).map((port) => ({ protocol: 'TCP', targetPort: port['port'], ...port }));
  return {
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    ...spec,
    type,
    clusterIP,
    clusterIPs: [clusterIP],
    ports,
  };
}

function workloadDefaults(kind: Kind, spec: Tree): Tree {
  const template = tree(spec['template']);
  const own =
    kind.plural === 'deployments'
      ? { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } }, progressDeadlineSeconds: 600 }
      : { podManagementPolicy: 'OrderedReady', updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } } };
  return { replicas: 1, revisionHistoryLimit: 10, ...own, ...spec, template: { ...template, spec: podDefaults(tree(template['spec'])) } };
}

function podDefaults(spec: Tree): Tree {
  return {
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    dnsPolicy: 'ClusterFirst',
    securityContext: {},
    schedulerName: 'default-scheduler',
    ...spec,
    containers: trees(spec['containers']).map(containerDefaults),
    ...(spec['volumes'] === undefined ? {} : { volumes: trees(spec['volumes']).map(volumeDefaults) }),
  };
}

function containerDefaults(container: Tree): Tree {
  const ports = trees(container['ports']).map((port) => ({ protocol: 'TCP', ...port }));
  return {
    resources: {},
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    imagePullPolicy: /:latest$|^[^:]*$/.test(text(container['image'])) ? 'Always' : 'IfNotPresent',
    ...container,
    ...(ports.length === 0 ? {} : { ports }),
  };
}

function volumeDefaults(volume: Tree): Tree {
  for (const source of ['secret', 'configMap']) {
    if (at(volume, source) !== undefined) return { ...volume, [source]: { defaultMode: 420, ...tree(volume[source]) } };
  }
  return volume;
}
