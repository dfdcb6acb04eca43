import { createHash } from 'node:crypto';
import type { Instant } from '../../model/index.ts';
import { reload, start } from '../alertmanager/server.ts';
import type { Surroundings } from '../alertmanager/server.ts';
import { builtInKind } from './kinds.ts';
import { find, keyOf, nameOf, namespaceOf, objectsOf, store, timestamp, uidOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, same, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';
import { startPrometheusIn } from './prometheus.ts';
import { mountProblem, mountedFiles, readText } from './volumes.ts';

const pods = builtInKind('pods');

export function runKey(pod: Tree): string {
  return keyOf(pods, namespaceOf(pod), nameOf(pod));
}

export function isReady(pod: Tree): boolean {
  return trees(at(pod, 'status', 'conditions')).some((condition) => condition['type'] === 'Ready' && condition['status'] === 'True');
}

/** The container whose image is Alertmanager's. */
export function alertmanagerContainer(pod: Tree): Tree | undefined {
  return trees(at(pod, 'spec', 'containers')).find((container) => /(^|\/)alertmanager(:|@|$)/.test(text(container['image'])));
}

export function imageVersion(image: string): string {
  return /:v?(\d+\.\d+\.\d+)/.exec(image)?.[1] ?? '0.28.1';
}

/** What the node does: starts pods whose time has come and whose volumes are there, and retries those that do not start. */
export function runPods(state: KubernetesState, now: Instant): void {
  for (const pod of objectsOf(state, pods)) {
    const run = state.runs[runKey(pod)];
    if (run === undefined || isReady(pod)) continue;
    if (run.readyAt > now) waitFor(state, pod, { reason: 'ContainerCreating' }, now);
    else startPod(state, pod, now);
  }
}

function startPod(state: KubernetesState, pod: Tree, now: Instant): void {
  const run = state.runs[runKey(pod)];
  if (run === undefined) return;
  const problem = mountProblem(state, pod);
  if (problem !== undefined) {
    if (problem.told === 'event') tellEvent(state, pod, problem.message, now);
    waitFor(state, pod, { reason: problem.reason, ...(problem.told === 'status' ? { message: problem.message } : {}) }, now);
    return;
  }
  const container = alertmanagerContainer(pod);
  if (container !== undefined) {
    const files = mountedFiles(state, pod, container, now);
    const around = surroundings(state, pod, now, files);
    const started = start(nameOf(pod), imageVersion(text(container['image'])), configFile(container), around);
    if (typeof started === 'string') {
      crash(state, pod, started, now);
      return;
    }
    run.alertmanager = started;
    run.files = files;
  }
  const failed = startPrometheusIn(state, pod, now);
  if (failed !== undefined) {
    crash(state, pod, failed, now);
    return;
  }
  delete run.crashed;
  setStatus(state, pod, 'Running', now, undefined);
}

function crash(state: KubernetesState, pod: Tree, last: string, now: Instant): void {
  const run = state.runs[runKey(pod)];
  if (run) run.crashed = last;
  waitFor(state, pod, { reason: 'CrashLoopBackOff', message: `back-off 10s restarting failed container: ${last}` }, now);
}

/** Path of `--config.file`; the operator's reloader unpacks the mounted file to where Alertmanager reads it. */
function configFile(container: Tree): string {
  const args: unknown[] = [
    ...(Array.isArray(container['command']) ? container['command'] : []),
    ...(Array.isArray(container['args']) ? container['args'] : []),
  ];
  const found = args.map(text).find((arg) => arg.startsWith('--config.file='));
  return found?.slice('--config.file='.length) ?? '/etc/alertmanager/alertmanager.yml';
}

/** What the Alertmanager in that pod can see. */
export function surroundings(state: KubernetesState, pod: Tree, now: Instant, files: Readonly<Record<string, string>>): Surroundings {
  const read = (path: string) => readText(files, path === unpacked ? packed : path);
  const others = siblingsOf(state, pod).filter((other) => nameOf(other) !== nameOf(pod) && isReady(other));
  const siblings = others.flatMap((other) => state.runs[runKey(other)]?.alertmanager ?? []);
  const position = others.filter((other) => nameOf(other) < nameOf(pod)).length;
  return { now, read, peers: peersOf(state, pod), siblings, first: position === 0, position };
}

const unpacked = '/etc/alertmanager/config_out/alertmanager.env.yaml';
const packed = '/etc/alertmanager/config/alertmanager.yaml';

/** Pods that form a cluster with it, itself included: those of its StatefulSet. */
function siblingsOf(state: KubernetesState, pod: Tree): readonly Tree[] {
  const owner = trees(at(pod, 'metadata', 'ownerReferences'))[0];
  if (owner?.['kind'] !== 'StatefulSet') return [];
  return objectsOf(state, pods, namespaceOf(pod)).filter(
    (other) => trees(at(other, 'metadata', 'ownerReferences'))[0]?.['uid'] === owner['uid'],
  );
}

function peersOf(state: KubernetesState, pod: Tree): { name: string; address: string }[] | undefined {
  const siblings = siblingsOf(state, pod);
  return siblings.length === 0
    ? undefined
    : siblings.filter(isReady).map((other) => ({ name: nameOf(other), address: `${text(at(other, 'status', 'podIP'))}:9094` }));
}

/** What the containers of a running pod see now of what is mounted. */
export function refreshFiles(state: KubernetesState, pod: Tree, now: Instant): Record<string, string> {
  const run = state.runs[runKey(pod)];
  const container = alertmanagerContainer(pod);
  if (run === undefined || container === undefined) return {};
  run.files = mountedFiles(state, pod, container, now, run.files);
  return run.files;
}

/** The operator's reloader: it sees that the mounted configuration is another and asks Alertmanager to read it. */
export function runReloaders(state: KubernetesState, now: Instant): void {
  for (const pod of objectsOf(state, pods)) {
    const run = state.runs[runKey(pod)];
    const watched = trees(at(pod, 'spec', 'containers')).some((container) => text(container['name']) === 'config-reloader');
    if (run?.alertmanager === undefined || !watched) continue;
    const around = surroundings(state, pod, now, refreshFiles(state, pod, now));
    const mounted = around.read(run.alertmanager.configFile);
    if (mounted === undefined || mounted === run.reloadedText) continue;
    run.reloadedText = mounted;
    if (mounted !== run.alertmanager.inForce) reload(run.alertmanager, around);
  }
}

interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

/** A container that has run once leaves its pod in the phase Running, whatever became of it. */
function waitFor(state: KubernetesState, pod: Tree, waiting: Waiting, now: Instant): void {
  setStatus(state, pod, waiting.reason === 'CrashLoopBackOff' ? 'Running' : 'Pending', now, waiting);
}

/** The kubelet's warning; told once. */
function tellEvent(state: KubernetesState, pod: Tree, message: string, now: Instant): void {
  const name = `${nameOf(pod)}.${createHash('sha256').update(message).digest('hex').slice(0, 16)}`;
  if (find(state, 'events', namespaceOf(pod), name) !== undefined) return;
  const involvedObject = { kind: 'Pod', apiVersion: 'v1', namespace: namespaceOf(pod), name: nameOf(pod), uid: uidOf(pod) };
  const when = { firstTimestamp: timestamp(now), lastTimestamp: timestamp(now), count: 1 };
  const source = { component: 'kubelet', host: 'sandbox-node' };
  const event = {
    metadata: { name, namespace: namespaceOf(pod) },
    involvedObject,
    reason: 'FailedMount',
    message,
    type: 'Warning',
    source,
    ...when,
  };
  store(state, builtInKind('events'), event, now);
}

function setStatus(state: KubernetesState, pod: Tree, phase: string, now: Instant, waiting: Waiting | undefined): void {
  const old = tree(pod['status']);
  if (waiting !== undefined && same(at(trees(old['containerStatuses'])[0], 'state', 'waiting'), waiting) && old['phase'] === phase) return;
  const ready = waiting === undefined;
  const when = timestamp(now);
  const condition = (type: string) => ({ type, status: ready ? 'True' : 'False', lastProbeTime: null, lastTransitionTime: when });
  const containerStatuses = trees(at(pod, 'spec', 'containers')).map((container) => ({
    name: container['name'],
    image: container['image'],
    imageID: '',
    ready,
    started: ready,
    restartCount: 0,
    state: ready ? { running: { startedAt: when } } : { waiting },
    lastState: {},
  }));
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null, lastTransitionTime: text(old['startTime']) || when };
  const conditions = [condition('Initialized'), condition('Ready'), condition('ContainersReady'), scheduled];
  const status = {
    ...old,
    phase,
    conditions,
    containerStatuses,
    startTime: text(old['startTime']) || when,
    hostIP: '10.0.0.1',
    qosClass: 'BestEffort',
  };
  store(state, pods, { ...pod, status }, now);
}

/** Creates a pod from a template and puts it on the node. */
export function createPod(state: KubernetesState, template: Tree, metadata: Tree, now: Instant): void {
  state.counter += 1;
  const ip = `10.244.0.${10 + (state.counter % 240)}`;
  const labels = { ...tree(at(template, 'metadata', 'labels')), ...tree(metadata['labels']) };
  const annotations = at(template, 'metadata', 'annotations');
  const pod = {
    metadata: { ...metadata, labels, ...(annotations === undefined ? {} : { annotations }) },
    spec: { ...tree(template['spec']), nodeName: 'sandbox-node' },
    status: { phase: 'Pending', podIP: ip, podIPs: [{ ip }], startTime: timestamp(now) },
  };
  const stored = store(state, pods, pod, now);
  state.runs[runKey(stored)] = { readyAt: now + state.pace.podStart };
}
