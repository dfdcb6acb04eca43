import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { answer } from '../alertmanager/server.ts';
import { builtInKind } from './kinds.ts';
import { prometheusContainer, reachPrometheus } from './prometheus.ts';
import { isReady, refreshFiles, runKey, surroundings } from './pods.ts';
import { notFound, unavailable } from './status.ts';
import { find } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, count, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';

export interface ProxyCall {
  readonly namespace: string;
  readonly target: 'services' | 'pods';
  /** "http:alertmanager:9093", "alertmanager:web", "alertmanager-0" */
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Content type; undefined: not said. */
  readonly type?: string | undefined;
}

interface Target {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

function parseId(id: string): Target {
  const parts = id.split(':');
  if (parts.length === 3) return { scheme: parts[0] ?? '', name: parts[1] ?? '', port: parts[2] ?? '' };
  return { scheme: '', name: parts[0] ?? '', port: parts[1] ?? '' };
}

/** The API server's service and pod proxy. @throws StatusError 404 or 503 for the proxy's own failures */
export function proxy(state: KubernetesState, call: ProxyCall, now: Instant): SandboxReply {
  const target = parseId(call.id);
  const [pod, port] = call.target === 'pods' ? podTarget(state, call, target) : serviceTarget(state, call, target);
  return reach(state, pod, port, target.scheme, call, now);
}

function podTarget(state: KubernetesState, call: ProxyCall, target: Target): [Tree, number] {
  const pod = find(state, 'pods', call.namespace, target.name);
  if (pod === undefined) throw notFound(builtInKind('pods'), target.name);
  const ports = trees(at(pod, 'spec', 'containers')).flatMap((container) => trees(container['ports']));
  const wanted = ports.find((port) => port['name'] === target.port) ?? (target.port === '' ? ports[0] : undefined);
  return [pod, wanted === undefined ? Number(target.port) || 80 : count(wanted['containerPort'])];
}

function serviceTarget(state: KubernetesState, call: ProxyCall, target: Target): [Tree, number] {
  const service = find(state, 'services', call.namespace, target.name);
  const endpoints = find(state, 'endpoints', call.namespace, target.name);
  if (service === undefined || endpoints === undefined) throw notFound(builtInKind('services'), target.name);
  const ports = trees(at(service, 'spec', 'ports'));
  const index =
    target.port === ''
      ? ports.length === 1
        ? 0
        : -1
      : ports.findIndex((port) => port['name'] === target.port || String(count(port['port'])) === target.port);
  const port = ports[index];
  if (port === undefined) throw unavailable(`no service port ${target.port || '""'} found for service ${JSON.stringify(target.name)}`);
  for (const subset of trees(endpoints['subsets'])) {
    const [address] = trees(subset['addresses']);
    const number = count(trees(subset['ports']).find((one) => (one['name'] ?? '') === (port['name'] ?? ''))?.['port']);
    const pod = find(state, 'pods', call.namespace, text(at(address, 'targetRef', 'name')));
    if (address !== undefined && pod !== undefined) return [pod, number];
  }
  throw unavailable(`no endpoints available for service ${JSON.stringify(call.id)}`);
}

function reach(state: KubernetesState, pod: Tree, port: number, scheme: string, call: ProxyCall, now: Instant): SandboxReply {
  const address = `${text(at(pod, 'status', 'podIP'))}:${port}`;
  const replica = state.runs[runKey(pod)]?.alertmanager;
  const serves = trees(prometheusContainer(pod)?.['ports']).some((one) => one['containerPort'] === port);
  if (serves && isReady(pod) && scheme !== 'https') {
    const reply = reachPrometheus(state, pod, call, now);
    if (reply) return reply;
  }
  const listens = trees(at(pod, 'spec', 'containers')).some(
    (container) => /alertmanager/.test(text(container['image'])) && trees(container['ports']).some((one) => one['containerPort'] === port),
  );
  if (replica === undefined || !isReady(pod) || !(listens || port === 9093)) {
    throw unavailable(`error trying to reach service: dial tcp ${address}: connect: connection refused`);
  }
  if (scheme === 'https') throw unavailable('error trying to reach service: http: server gave HTTP response to HTTPS client');
  const around = surroundings(state, pod, now, refreshFiles(state, pod, now));
  return answer({ method: call.method, path: call.path, query: call.query, body: call.body, type: call.type }, replica, around);
}

const proxyVerbs: Readonly<Record<string, string>> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** What RBAC calls a request through a proxy. */
export const verbOf = (method: string): string => proxyVerbs[method] ?? 'get';
