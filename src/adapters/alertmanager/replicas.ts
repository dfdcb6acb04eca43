import { clean, PmpError } from '../../engine/errors.ts';
import type { KubeObject, Kubernetes, KubernetesRead } from '../../ports/index.ts';
import { fieldLists, fieldsOf, textOf } from './config.ts';
import { strings } from './labels.ts';
import { podSpec, pods, type PodSpec } from './workload.ts';

export interface Replica {
  readonly name: string;
  readonly ready: boolean;
  readonly spec: PodSpec | undefined;
}

export interface Web {
  readonly port: number;
  readonly prefix: string;
}

/** The pods of a workload that are not on their way out. */
export async function liveReplicas(kubernetes: KubernetesRead, namespace: string, workload: KubeObject): Promise<readonly Replica[]> {
  const labels = strings(fieldsOf(fieldsOf(workload['spec'])['selector'])['matchLabels']);
  const selector = Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const found = await kubernetes.list(pods, namespace, selector);
  return found
    .filter(
      (pod) =>
        pod.metadata.deletionTimestamp === undefined && !['Succeeded', 'Failed'].includes(textOf(fieldsOf(pod['status'])['phase']) ?? ''),
    )
    .map((pod) => ({ name: pod.metadata.name, ready: isReady(pod), spec: podSpec(fieldsOf(pod['spec'])) }));
}

function isReady(pod: KubeObject): boolean {
  return fieldLists(fieldsOf(pod['status'])['conditions']).some((one) => one['type'] === 'Ready' && one['status'] === 'True');
}

export interface Loaded {
  /** The configuration in force, with every secret as "<secret>". */
  readonly original: string;
  readonly version?: string;
}

/**
 * What one replica has loaded, from `/api/v2/status` through the pod proxy.
 * @throws PmpError alertmanager-unreachable, or what the cluster said to the proxy call
 */
export async function loadedBy(kubernetes: KubernetesRead, namespace: string, replica: Replica, web: Web): Promise<Loaded> {
  const { status, text } = await kubernetes.proxyGet({
    namespace,
    target: 'pods',
    name: replica.name,
    port: web.port,
    path: `${web.prefix}/api/v2/status`,
  });
  if (status !== 200) throw noStatus(replica, `HTTP ${status}`);
  try {
    const answer = fieldsOf(JSON.parse(text) as unknown);
    const original = textOf(fieldsOf(answer['config'])['original']);
    const version = textOf(fieldsOf(answer['versionInfo'])['version']);
    if (original !== undefined) return { original, ...(version === undefined ? {} : { version: clean(version, 40) }) };
  } catch {
    // Text that is no JSON is no answer of Alertmanager's either.
  }
  throw noStatus(replica, 'its answer holds no configuration');
}

function noStatus(replica: Replica, cause: string): PmpError {
  return new PmpError('alertmanager-unreachable', {
    message: `Pod ${clean(replica.name, 120)} does not tell which configuration it runs`,
    cause,
    fix: 'Look at the pod with `kubectl logs`; behind a path prefix, --web.route-prefix must stand in its arguments.',
  });
}

/** Asks one replica to read its configuration again. @returns Alertmanager's words where it refuses; undefined where it took it */
export async function reload(kubernetes: Kubernetes, namespace: string, replica: Replica, web: Web): Promise<string | undefined> {
  const { status, text } = await kubernetes.proxy({
    namespace,
    target: 'pods',
    name: replica.name,
    port: web.port,
    method: 'POST',
    path: `${web.prefix}/-/reload`,
  });
  return status >= 200 && status < 300 ? undefined : clean(text || `HTTP ${status}`);
}
