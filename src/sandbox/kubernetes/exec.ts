import type { Instant } from '../../model/index.ts';
import type { Channel, SandboxReply, SandboxRequest } from '../core.ts';
import { isReady, runKey } from './pods.ts';
import { NotStarted, programsOf, run } from './shell.ts';
import type { Place, Process, Ran } from './shell.ts';
import { nameOf } from './state.ts';
import type { KubernetesState, Run } from './state.ts';
import { badRequest, StatusError } from './status.ts';
import { at, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';
import { mountedFiles, readText } from './volumes.ts';

/** Both carry the exit code on channel 3; v5 adds a way to close a stream. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Runs a command in a container and speaks on a WebSocket of what comes of it. @throws StatusError as the API server refuses it before that */
export function exec(state: KubernetesState, pod: Tree, request: SandboxRequest, now: Instant): SandboxReply {
  const container = containerOf(pod, request.query.get('container') ?? '');
  const command = request.query.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least 1 command for the container');
  if (text(at(pod, 'spec', 'nodeName')) === '') throw badRequest(`pod ${nameOf(pod)} does not have a host assigned`);
  if ((request.headers['upgrade'] ?? '').toLowerCase() !== 'websocket') throw badRequest('Upgrade request required');
  const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((each) => each.trim());
  const protocol = protocols.find((each) => offered.includes(each));
  if (protocol === undefined) throw badRequest(`no supported protocol was requested: ${offered.join(', ')}`);
  const running = state.runs[runKey(pod)];
  if (running === undefined || !isReady(pod))
    throw new StatusError(
      500,
      'InternalError',
      `Internal error occurred: unable to upgrade connection: container not found (${JSON.stringify(text(container['name']))})`,
    );
  const lives = (job: Process): boolean => state.runs[runKey(pod)]?.processes?.includes(job) === true;
  return { status: 101, channel: channelOf(protocol, () => run(command, placeIn(state, pod, container, running, now)), lives) };
}

function containerOf(pod: Tree, asked: string): Tree {
  const containers = trees(at(pod, 'spec', 'containers'));
  const usual = text(at(pod, 'metadata', 'annotations', 'kubectl.kubernetes.io/default-container'));
  const wanted = asked === '' && containers.length > 1 ? usual : asked;
  const names = containers.map(({ name }) => text(name));
  if (wanted === '' && containers.length > 1)
    throw badRequest(`a container name must be specified for pod ${nameOf(pod)}, choose one of: [${names.join(' ')}]`);
  const found = wanted === '' ? containers[0] : containers.find(({ name }) => name === wanted);
  if (found === undefined) throw badRequest(`container ${wanted} is not valid for pod ${nameOf(pod)}`);
  return found;
}

function placeIn(state: KubernetesState, pod: Tree, container: Tree, running: Run, now: Instant): Place {
  const name = text(container['name']);
  const processes = (running.processes ??= []);
  return {
    container: name,
    programs: programsOf(text(container['image'])),
    now,
    running: () => processes.filter((each) => each.container === name && each.ended === null),
    spawn: (job) => {
      state.counter += 1;
      const made: Process = { ...job, pid: state.counter, container: name, startedAt: now, ended: null };
      processes.push(made);
      return made;
    },
    read: (path) => readText(mountedFiles(state, pod, container, now), path),
  };
}

const channels = { stdout: 1, stderr: 2, status: 3 } as const;

function message(channel: number, words: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(channel), Buffer.from(words)]);
}

/** A process that went with its pod was killed. */
const killed = 137;

/** Whatever was said first, then, once the process has ended, how. */
function channelOf(protocol: string, start: () => Ran, lives: (job: Process) => boolean): Channel {
  const first = begun(start);
  let told = false;
  return {
    protocol,
    poll: () => {
      const messages: Uint8Array[] = [];
      if (!told && first.stdout !== '') messages.push(message(channels.stdout, first.stdout));
      if (!told && first.stderr !== '') messages.push(message(channels.stderr, first.stderr));
      told = true;
      const { waits } = first;
      if (waits?.ended === null && lives(waits)) return { messages, over: false };
      const code = waits === undefined ? first.code : (waits.ended?.code ?? killed);
      messages.push(message(channels.status, JSON.stringify(first.failure ?? statusOf(code))));
      return { messages, over: true };
    },
  };
}

function begun(start: () => Ran): Ran & { readonly failure?: unknown } {
  try {
    return start();
  } catch (error) {
    if (!(error instanceof NotStarted)) throw error;
    return { stdout: '', stderr: '', code: 127, failure: notStarted(error.message) };
  }
}

function statusOf(code: number): unknown {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: error executing command in container: command terminated with exit code ${code}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

/** As containerd has it: no exit code, an error of the server's. */
function notStarted(why: string): unknown {
  const message = `error executing command in container: failed to exec in container: failed to start exec "5a4d0b0c": OCI runtime exec failed: exec failed: unable to start container job: ${why}: unknown`;
  return {
    metadata: {},
    status: 'Failure',
    message: `Internal error occurred: ${message}`,
    reason: 'InternalError',
    details: { causes: [{ message }] },
    code: 500,
  };
}

/** How long a process that has ended still counts in the averages of its load. */
const remembered = 900_000;

/** Ends what has run its time. */
export function runProcesses(state: KubernetesState, now: Instant): void {
  for (const one of Object.values(state.runs)) {
    if (one.processes === undefined) continue;
    for (const job of one.processes)
      if (job.ended === null && job.endsAt !== null && job.endsAt <= now) job.ended = { at: job.endsAt, code: 0 };
    one.processes = one.processes.filter(({ ended }) => ended === null || ended.at + remembered > now);
  }
}

export function nextProcessEnd(state: KubernetesState): Instant | undefined {
  const ends = Object.values(state.runs)
    .flatMap(({ processes = [] }) => processes)
    .flatMap(({ ended, endsAt }) => (ended === null && endsAt !== null ? [endsAt] : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
