import type { Instant } from '../../model/index.ts';
import { nextProcessEnd, runProcesses } from './exec.ts';
import { runOperator } from './operator.ts';
import { runPods, runReloaders } from './pods.ts';
import { nextOfPrometheus, runPrometheus } from './prometheus.ts';
import type { KubernetesState } from './state.ts';
import { collectGarbage, runDeployments, runServices, runStatefulSets } from './workloads.ts';

/** Everything that a cluster does by itself, until nothing more happens at this instant. */
export function reconcile(state: KubernetesState, now: Instant): void {
  for (let round = 0; round < 50; round += 1) {
    const before = state.revision;
    runOperator(state, now);
    runDeployments(state, now);
    runStatefulSets(state, now);
    collectGarbage(state);
    runPods(state, now);
    runServices(state, now);
    runReloaders(state, now);
    if (state.revision === before) break;
  }
  runProcesses(state, now);
  runPrometheus(state, now);
}

/** When something happens next: a pod's start, the end of what runs in one, the next evaluation of rules about it. */
export function nextInstant(state: KubernetesState, now: Instant): Instant | undefined {
  const coming = Object.values(state.runs)
    .map(({ readyAt }) => readyAt)
    .filter((at) => at > now)
    .concat(nextProcessEnd(state) ?? [], nextOfPrometheus(state, now) ?? []);
  return coming.length === 0 ? undefined : Math.min(...coming);
}
