import type { SandboxReply } from '../core.ts';
import { alertmanagerContainer, isReady } from './pods.ts';
import { prometheusContainer } from './prometheus.ts';
import { nameOf } from './state.ts';
import type { Run } from './state.ts';
import { badRequest } from './status.ts';
import { at, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** A container's log. @throws StatusError 400 in the API server's words for a container that is not said, not there or not started */
export function podLog(pod: Tree, run: Run | undefined, query: URLSearchParams): SandboxReply {
  const container = containerOf(pod, query.get('container') ?? '');
  const name = nameOf(pod);
  const asked = query.get('tailLines');
  const tail = asked === null ? undefined : Number(asked);
  if (tail !== undefined && !(Number.isInteger(tail) && tail >= 0))
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(asked)}: invalid syntax`);
  if (query.get('previous') === 'true')
    throw badRequest(`previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} not found`);
  if (!isReady(pod) && run?.crashed === undefined) {
    const waiting = text(at(trees(at(pod, 'status', 'containerStatuses'))[0], 'state', 'waiting', 'reason')) || 'ContainerCreating';
    throw badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(name)} is waiting to start: ${waiting}`);
  }
  const lines = linesOf(pod, run, container);
  const shown = tail === undefined ? lines : lines.slice(Math.max(0, lines.length - tail));
  return { status: 200, headers: { 'content-type': 'text/plain' }, body: shown.map((line) => `${line}\n`).join('') };
}

function containerOf(pod: Tree, asked: string): string {
  const names = trees(at(pod, 'spec', 'containers')).map((container) => text(container['name']));
  if (asked === '' && names.length > 1)
    throw badRequest(`a container name must be specified for pod ${nameOf(pod)}, choose one of: [${names.join(' ')}]`);
  const found = asked === '' ? names[0] : names.find((name) => name === asked);
  if (found === undefined) throw badRequest(`container ${asked} is not valid for pod ${nameOf(pod)}`);
  return found;
}

function linesOf(pod: Tree, run: Run | undefined, container: string): readonly string[] {
  const isIt = (of: Tree | undefined): boolean => of !== undefined && text(of['name']) === container;
  if (isIt(alertmanagerContainer(pod))) return run?.alertmanager?.log ?? (run?.crashed === undefined ? [] : [run.crashed]);
  if (isIt(prometheusContainer(pod))) return run?.prometheus?.log ?? (run?.crashed === undefined ? [] : [run.crashed]);
  return [];
}
