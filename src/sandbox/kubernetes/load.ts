import type { Instant } from '../../model/index.ts';
import type { PodLoad } from '../prometheus/load.ts';
import { builtInKind } from './kinds.ts';
import type { Process } from './shell.ts';
import { keyOf, nameOf, namespaceOf, objectsOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';

const pods = builtInKind('pods');

/** Whether anything uses, or lately used, processor time that somebody asked for. */
export function isBusy(state: KubernetesState): boolean {
  return Object.values(state.runs).some(({ processes = [] }) => processes.some(({ cores }) => cores > 0));
}

export function loadsOf(state: KubernetesState): readonly PodLoad[] {
  return objectsOf(state, pods).map((pod) => {
    const processes = state.runs[keyOf(pods, namespaceOf(pod), nameOf(pod))]?.processes ?? [];
    const average = (from: Instant, until: Instant): number =>
      processes.reduce((sum, job) => sum + job.cores * overlap(job, from, until), 0) / Math.max(1, until - from);
    return { namespace: namespaceOf(pod), pod: nameOf(pod), limit: limitOf(pod), average };
  });
}

function overlap({ startedAt, ended }: Process, from: Instant, until: Instant): number {
  return Math.max(0, Math.min(until, ended?.at ?? until) - Math.max(from, startedAt));
}

/** Of its containers together; undefined where none has one. */
function limitOf(pod: Tree): number | undefined {
  const limits = trees(at(pod, 'spec', 'containers'))
    .map((container) => at(container, 'resources', 'limits', 'cpu'))
    .filter((limit) => limit !== undefined)
    .map((limit) => (typeof limit === 'number' ? limit : cores(text(limit))));
  return limits.length === 0 ? undefined : limits.reduce((sum, each) => sum + each, 0);
}

/** "500m" or "2" */
const cores = (quantity: string): number => (quantity.endsWith('m') ? Number(quantity.slice(0, -1)) / 1000 : Number(quantity));
