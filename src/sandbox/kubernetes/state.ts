import type { Instant } from '../../model/index.ts';
import type { Replica } from '../alertmanager/server.ts';
import type { PrometheusRun } from '../prometheus/server.ts';
import { apiVersion, builtInKind } from './kinds.ts';
import type { Kind } from './kinds.ts';
import type { Process } from './shell.ts';
import { at, same, text, tree } from './tree.ts';
import type { Tree } from './tree.ts';

/** The bearer token that the sandbox's kubeconfig carries; no real one begins like this. */
export const sandboxClusterToken = 'sandbox-cluster-token';

/** One thing that the user may not do; what is left out means any. */
export interface Denial {
  readonly verb?: string;
  readonly group?: string;
  /** "secrets", "pods/log" */
  readonly resource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** What a node knows of one pod. */
export interface Run {
  /** When its containers are up, should its volumes be there. */
  readyAt: Instant;
  alertmanager?: Replica;
  prometheus?: PrometheusRun;
  /** Log of a container that does not start. */
  crashed?: string;
  /** Mounted files as its container last saw them, by path; bytes as latin1. */
  files?: Record<string, string>;
  /** What was started in it through exec and runs on, or did. */
  processes?: Process[];
  /** What the reloader in the pod last handed over, refused or not. */
  reloadedText?: string;
}

/** The whole cluster: plain JSON, kept in the state file. */
export interface KubernetesState {
  readonly version: string;
  /** By `keyOf`. */
  readonly objects: Record<string, Tree>;
  /** Last resourceVersion given out. */
  revision: number;
  /** Last uid, pod address and the like given out. */
  counter: number;
  /** Bearer token → user name. */
  readonly tokens: Record<string, string>;
  /** Whom a request without any token stands for: kubectl sends none over plain http. `system:anonymous` may do nothing. */
  withoutToken: string;
  /** What RBAC refuses; a test (or a fault) fills it. */
  denied: Denial[];
  /** By `keyOf` of the pod. */
  readonly runs: Record<string, Run>;
  /** When the content of a Secret or ConfigMap last changed, by `keyOf`. */
  readonly changed: Record<string, Instant>;
  /** Milliseconds that things take. */
  readonly pace: {
    /** From a pod's creation until it is ready. */
    podStart: number;
    /** From a change of a Secret or ConfigMap until running containers see it. */
    volumeRefresh: number;
  };
  /** Names of the study's workloads that it has been given, deleted since or not; an older state file has none. */
  given?: readonly string[];
  /** false: the kubelet cannot make a mount point below another read-only mount, as older ones cannot. */
  nestedMounts: boolean;
}

export function emptyState(): KubernetesState {
  return {
    version: '1.36.2',
    objects: {},
    revision: 100,
    counter: 0,
    tokens: { [sandboxClusterToken]: 'sandbox-admin' },
    withoutToken: 'sandbox-admin',
    denied: [],
    runs: {},
    changed: {},
    pace: { podStart: 1000, volumeRefresh: 0 },
    nestedMounts: false,
  };
}

export function keyOf(kind: Pick<Kind, 'group' | 'plural'>, namespace: string, name: string): string {
  return `${kind.group}/${kind.plural}/${namespace}/${name}`;
}

export function nameOf(object: Tree): string {
  return text(at(object, 'metadata', 'name'));
}

export function namespaceOf(object: Tree): string {
  return text(at(object, 'metadata', 'namespace'));
}

export function uidOf(object: Tree): string {
  return text(at(object, 'metadata', 'uid'));
}

export function find(state: KubernetesState, plural: string, namespace: string, name: string): Tree | undefined {
  return state.objects[keyOf(builtInKind(plural), namespace, name)];
}

/** Objects of a kind, by namespace and name. No namespace: of all. */
export function objectsOf(state: KubernetesState, kind: Pick<Kind, 'group' | 'plural'>, namespace?: string): Tree[] {
  const prefix = `${kind.group}/${kind.plural}/${namespace === undefined ? '' : `${namespace}/`}`;
  return Object.keys(state.objects)
    .filter((key) => key.startsWith(prefix))
    .sort()
    .map((key) => state.objects[key] ?? {});
}

export function nextUid(state: KubernetesState): string {
  state.counter += 1;
  return `5a4d0b0c-0000-4000-8000-${state.counter.toString(16).padStart(12, '0')}`;
}

/** Kubernetes' Time: whole seconds. */
export function timestamp(now: Instant): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}

/**
 * Stores an object as new or changed: gives it uid, creationTimestamp, generation and resourceVersion.
 * @returns what is stored; the stored one unchanged where nothing but times of ownership differ.
 */
export function store(state: KubernetesState, kind: Kind, object: Tree, now: Instant): Tree {
  const key = keyOf(kind, namespaceOf(object), nameOf(object));
  const before = state.objects[key];
  const metadata = tree(object['metadata']);
  const identity = before === undefined ? { uid: nextUid(state), creationTimestamp: timestamp(now) } : identityOf(before);
  const generation = generationOf(before, object);
  const candidate: Tree = {
    apiVersion: apiVersion(kind),
    kind: kind.kind,
    ...object,
    metadata: {
      ...metadata,
      ...identity,
      ...(generation === undefined ? {} : { generation }),
      resourceVersion: at(before, 'metadata', 'resourceVersion'),
    },
  };
  if (before !== undefined && same(withoutTimes(before), withoutTimes(candidate))) return before;
  state.revision += 1;
  const stored: Tree = structuredClone({
    ...candidate,
    metadata: { ...tree(candidate['metadata']), resourceVersion: String(state.revision) },
  });
  state.objects[key] = stored;
  if (before === undefined || !same(before['data'], stored['data'])) noteContent(state, kind, key, now);
  return stored;
}

function noteContent(state: KubernetesState, kind: Kind, key: string, now: Instant): void {
  if (kind.plural === 'secrets' || kind.plural === 'configmaps') state.changed[key] = now;
}

export function remove(state: KubernetesState, kind: Kind, namespace: string, name: string): void {
  const key = keyOf(kind, namespace, name);
  delete state.objects[key];
  delete state.runs[key];
  delete state.changed[key];
  state.revision += 1;
}

function identityOf(before: Tree): Tree {
  return { uid: at(before, 'metadata', 'uid'), creationTimestamp: at(before, 'metadata', 'creationTimestamp') };
}

/** Counts changes of what is wanted; kinds without a spec have none. */
function generationOf(before: Tree | undefined, after: Tree): number | undefined {
  if (after['spec'] === undefined || ['Namespace', 'Service', 'Lease'].includes(text(after['kind']))) return undefined;
  if (before === undefined) return 1;
  const old = Number(at(before, 'metadata', 'generation') ?? 1);
  return same(before['spec'], after['spec']) ? old : old + 1;
}

function withoutTimes(object: Tree): Tree {
  const metadata = tree(object['metadata']);
  const managedFields = Array.isArray(metadata['managedFields'])
    ? metadata['managedFields'].map((entry: unknown) => ({ ...tree(entry), time: undefined }))
    : metadata['managedFields'];
  return { ...object, metadata: { ...metadata, managedFields } };
}
