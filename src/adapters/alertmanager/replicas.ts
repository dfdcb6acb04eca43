import { clean, PmpError } from '../../engine/errors.ts';
import type { KubeObject, Kubernetes, KubernetesRead } from '../../ports/index.ts';
import { fieldLists, fieldsOf, textOf } from './config.ts';
import { strings } from './labels.ts';
import { statusOf, type Server, type ServerStatus } from './server.ts';
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

/** A pod as a server, through the API server's proxy. */
export interface PodServer extends Server {
  readonly replica: Replica;
}

export function podServer(kubernetes: KubernetesRead, namespace: string, replica: Replica, web: Web): PodServer {
  const { name, ready } = replica;
  return {
    name,
    podReady: ready,
    replica,
    get: (path) => kubernetes.proxyGet({ namespace, target: 'pods', name, port: web.port, path: web.prefix + path }),
  };
}

/**
 * What one replica has loaded now.
 * @throws PmpError alertmanager-unreachable, or what the cluster said to the proxy call
 */
export function loadedBy(kubernetes: KubernetesRead, namespace: string, replica: Replica, web: Web): Promise<ServerStatus> {
  return statusOf(podServer(kubernetes, namespace, replica, web));
}

/**
 * Asks one replica to read its configuration again.
 * @returns Alertmanager's words where it refuses; undefined where it took it
 * @throws PmpError alertmanager-unreachable where only something in between answered
 */
export async function reload(kubernetes: Kubernetes, namespace: string, replica: Replica, web: Web): Promise<string | undefined> {
  const { status, text } = await kubernetes.proxy({
    namespace,
    target: 'pods',
    name: replica.name,
    port: web.port,
    method: 'POST',
    path: `${web.prefix}/-/reload`,
  });
  if (status >= 200 && status < 300) return undefined;
  if ([502, 503, 504].includes(status))
    throw new PmpError('alertmanager-unreachable', {
      message: `Pod ${clean(replica.name, 120)} could not be asked to read its configuration again`,
      cause: `something in between answered HTTP ${status}`,
      fix: 'Run the same command again; if it stays so, look at the pod with `kubectl logs`.',
    });
  return clean(text || `HTTP ${status}`);
}
