import { createHash } from 'node:crypto';
import type { Instant } from '../../model/index.ts';
import { apiVersion, builtInKind } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { createPod, isReady } from './pods.ts';
import { find, nameOf, namespaceOf, objectsOf, remove, store, uidOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, count, same, strings, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

const deployments = builtInKind('deployments');
const replicaSets = builtInKind('replicasets');
const statefulSets = builtInKind('statefulsets');
const pods = builtInKind('pods');
const endpoints = builtInKind('endpoints');

function owned(state: KubernetesState, kind: Kind, owner: Tree): Tree[] {
  return objectsOf(state, kind, namespaceOf(owner)).filter((object) =>
    trees(at(object, 'metadata', 'ownerReferences')).some((one) => one['uid'] === uidOf(owner)),
  );
}

function ownerReference(kind: Kind, owner: Tree): Tree {
  return {
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

function templateHash(object: Tree): string {
  return createHash('sha256')
    .update(JSON.stringify(at(object, 'spec', 'template')))
    .digest('hex')
    .slice(0, 10);
}

/** Removes what belongs to an owner that is gone. */
export function collectGarbage(state: KubernetesState): void {
  const alive = new Set(Object.values(state.objects).map(uidOf));
  for (const kind of [statefulSets, replicaSets, pods]) {
    for (const object of objectsOf(state, kind)) {
      const owners = trees(at(object, 'metadata', 'ownerReferences'));
      if (owners.length > 0 && !owners.some((owner) => alive.has(text(owner['uid']))))
        remove(state, kind, namespaceOf(object), nameOf(object));
    }
  }
}

/** A Deployment's new pods come up beside the old ones; the old ones go once the new ones are ready. */
export function runDeployments(state: KubernetesState, now: Instant): void {
  for (const deployment of objectsOf(state, deployments)) {
    const current = currentReplicaSet(state, deployment, now);
    const wanted = count(at(deployment, 'spec', 'replicas'));
    scale(state, current, wanted, now);
    const upToDate = owned(state, pods, current);
    const done = upToDate.filter(isReady).length >= wanted;
    const older = owned(state, replicaSets, deployment).filter((one) => nameOf(one) !== nameOf(current));
    if (done) for (const one of older) scale(state, one, 0, now);
    const old = older.flatMap((one) => owned(state, pods, one));
    const all = [...upToDate, ...old];
    const ready = all.filter(isReady).length;
    setWorkloadStatus(state, deployments, deployment, now, {
      replicas: all.length,
      updatedReplicas: upToDate.length,
      readyReplicas: ready,
      availableReplicas: ready,
      ...(done ? {} : { unavailableReplicas: Math.max(all.length - ready, wanted - ready) }),
      conditions: [
        {
          type: 'Available',
          status: ready >= wanted ? 'True' : 'False',
          reason: ready >= wanted ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
        },
        { type: 'Progressing', status: 'True', reason: done ? 'NewReplicaSetAvailable' : 'ReplicaSetUpdated' },
      ],
    });
  }
}

function currentReplicaSet(state: KubernetesState, deployment: Tree, now: Instant): Tree {
  const hash = templateHash(deployment);
  const name = `${nameOf(deployment)}-${hash}`;
  const found = find(state, 'replicasets', namespaceOf(deployment), name);
  if (found !== undefined) return found;
  const template = tree(at(deployment, 'spec', 'template'));
  const labels = { ...tree(at(template, 'metadata', 'labels')), 'pod-template-hash': hash };
  const selector = { matchLabels: { ...tree(at(deployment, 'spec', 'selector', 'matchLabels')), 'pod-template-hash': hash } };
  const metadata = { name, namespace: namespaceOf(deployment), labels, ownerReferences: [ownerReference(deployments, deployment)] };
  const replicas = count(at(deployment, 'spec', 'replicas'));
  return store(
    state,
    replicaSets,
    { metadata, spec: { replicas, selector, template: { ...template, metadata: { ...tree(template['metadata']), labels } } } },
    now,
  );
}

function scale(state: KubernetesState, set: Tree, replicas: number, now: Instant): void {
  const have = owned(state, pods, set);
  for (const pod of have.slice(replicas)) remove(state, pods, namespaceOf(pod), nameOf(pod));
  for (let index = have.length; index < replicas; index += 1) {
    state.counter += 1;
    const name = `${nameOf(set)}-${state.counter.toString(36).padStart(5, 'x')}`;
    createPod(
      state,
      tree(at(set, 'spec', 'template')),
      { name, namespace: namespaceOf(set), ownerReferences: [ownerReference(replicaSets, set)] },
      now,
    );
  }
  const ready = owned(state, pods, set).filter(isReady).length;
  const latest = find(state, 'replicasets', namespaceOf(set), nameOf(set)) ?? set;
  const status = { replicas, readyReplicas: ready, availableReplicas: ready, observedGeneration: 1 };
  store(state, replicaSets, { ...latest, spec: { ...tree(latest['spec']), replicas }, status }, now);
}

/** A StatefulSet's pods are replaced one at a time, the highest first, each only when those above it are ready. */
export function runStatefulSets(state: KubernetesState, now: Instant): void {
  for (const set of objectsOf(state, statefulSets)) {
    const revision = `${nameOf(set)}-${templateHash(set)}`;
    const wanted = count(at(set, 'spec', 'replicas'));
    for (const pod of owned(state, pods, set).slice(wanted)) remove(state, pods, namespaceOf(pod), nameOf(pod));
    fillOrdinals(state, set, revision, wanted, now);
    replaceOne(state, set, revision, wanted, now);
    const have = owned(state, pods, set);
    const updated = have.filter((pod) => revisionOf(pod) === revision);
    const ready = have.filter(isReady).length;
    const complete = updated.length === wanted && updated.every(isReady);
    setWorkloadStatus(state, statefulSets, set, now, {
      replicas: have.length,
      readyReplicas: ready,
      availableReplicas: ready,
      currentReplicas: complete ? wanted : have.length - updated.length,
      updatedReplicas: updated.length,
      currentRevision: complete ? revision : text(at(set, 'status', 'currentRevision')) || revision,
      updateRevision: revision,
      collisionCount: 0,
    });
  }
}

function revisionOf(pod: Tree): string {
  return strings(at(pod, 'metadata', 'labels'))['controller-revision-hash'] ?? '';
}

function ordinalPod(state: KubernetesState, set: Tree, ordinal: number): Tree | undefined {
  return find(state, 'pods', namespaceOf(set), `${nameOf(set)}-${ordinal}`);
}

function fillOrdinals(state: KubernetesState, set: Tree, revision: string, wanted: number, now: Instant): void {
  for (let ordinal = 0; ordinal < wanted; ordinal += 1) {
    const pod = ordinalPod(state, set, ordinal);
    if (pod === undefined) createOrdinal(state, set, ordinal, revision, now);
    const ready = pod !== undefined && isReady(pod);
    if (!ready && at(set, 'spec', 'podManagementPolicy') !== 'Parallel') return;
  }
}

function createOrdinal(state: KubernetesState, set: Tree, ordinal: number, revision: string, now: Instant): void {
  const name = `${nameOf(set)}-${ordinal}`;
  const labels = {
    'controller-revision-hash': revision,
    'statefulset.kubernetes.io/pod-name': name,
    'apps.kubernetes.io/pod-index': String(ordinal),
  };
  createPod(
    state,
    tree(at(set, 'spec', 'template')),
    { name, namespace: namespaceOf(set), labels, ownerReferences: [ownerReference(statefulSets, set)] },
    now,
  );
}

function replaceOne(state: KubernetesState, set: Tree, revision: string, wanted: number, now: Instant): void {
  for (let ordinal = wanted - 1; ordinal >= 0; ordinal -= 1) {
    const pod = ordinalPod(state, set, ordinal);
    if (pod === undefined) return;
    if (revisionOf(pod) !== revision) {
      remove(state, pods, namespaceOf(pod), nameOf(pod));
      createOrdinal(state, set, ordinal, revision, now);
      return;
    }
    if (!isReady(pod)) return;
  }
}

function setWorkloadStatus(state: KubernetesState, kind: Kind, object: Tree, now: Instant, status: Tree): void {
  const full = { observedGeneration: at(object, 'metadata', 'generation'), ...status };
  if (!same(object['status'], full)) store(state, kind, { ...object, status: full }, now);
}

/** Endpoints of every Service that selects pods. */
export function runServices(state: KubernetesState, now: Instant): void {
  for (const service of objectsOf(state, builtInKind('services'))) {
    const selector = strings(at(service, 'spec', 'selector'));
    if (Object.keys(selector).length === 0) continue;
    const selected = objectsOf(state, pods, namespaceOf(service)).filter((pod) => {
      const labels = strings(at(pod, 'metadata', 'labels'));
      return Object.entries(selector).every(([name, value]) => labels[name] === value);
    });
    const subset = subsetOf(service, selected);
    const metadata = { name: nameOf(service), namespace: namespaceOf(service), labels: at(service, 'metadata', 'labels') };
    const before = find(state, 'endpoints', namespaceOf(service), nameOf(service));
    store(
      state,
      endpoints,
      {
        ...before,
        metadata: { ...tree(before?.['metadata']), ...metadata },
        ...(subset === undefined ? { subsets: [] } : { subsets: [subset] }),
      },
      now,
    );
  }
}

function subsetOf(service: Tree, selected: readonly Tree[]): Tree | undefined {
  if (selected.length === 0) return undefined;
  const address = (pod: Tree) => ({
    ip: at(pod, 'status', 'podIP'),
    nodeName: 'sandbox-node',
    targetRef: { kind: 'Pod', name: nameOf(pod), namespace: namespaceOf(pod), uid: uidOf(pod) },
  });
  const [up, down] = [selected.filter(isReady), selected.filter((pod) => !isReady(pod))];
  const ports = trees(at(service, 'spec', 'ports')).map((port) => ({
    ...(port['name'] === undefined ? {} : { name: port['name'] }),
    port: portNumber(port, selected),
    protocol: text(port['protocol']) || 'TCP',
  }));
  return {
    ...(up.length === 0 ? {} : { addresses: up.map(address) }),
    ...(down.length === 0 ? {} : { notReadyAddresses: down.map(address) }),
    ports,
  };
}

/** A target port by name is the number that the pod's container gives it. */
function portNumber(port: Tree, selected: readonly Tree[]): number {
  const target = port['targetPort'] ?? port['port'];
  if (typeof target === 'number') return target;
  const all = selected.flatMap((pod) => trees(at(pod, 'spec', 'containers'))).flatMap((container) => trees(container['ports']));
  return count(all.find((one) => one['name'] === target)?.['containerPort']);
}
