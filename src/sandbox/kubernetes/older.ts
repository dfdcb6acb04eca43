import type { Instant } from '../../model/index.ts';
import { regroup } from '../alertmanager/groups.ts';
import { builtInKind } from './kinds.ts';
import { studyApi, studyNamespace, studyWorker } from './manifests.ts';
import { reconcile } from './reconcile.ts';
import { find, nameOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import type { Tree } from './tree.ts';
import { create } from './write.ts';

const study = [studyApi, studyWorker];

/** Gives a cluster from an older state file what clusters have learnt to hold since. */
export function bringClusterUpToDate(state: KubernetesState, now: Instant): void {
  if (state.given?.length === study.length) return;
  pageWhatFires(state, now);
  giveStudy(state, now);
  reconcile(state, now);
}

/** The study's workloads, each once: whoever deletes one is rid of it. */
export function giveStudy(state: KubernetesState, now: Instant): void {
  const given = state.given ?? [];
  if (given.length === 0 && !find(state, 'namespaces', '', studyNamespace))
    add(state, 'namespaces', '', { metadata: { name: studyNamespace } }, now, 'kube-apiserver');
  for (const workload of study.filter((each) => !given.includes(nameOf(each)))) {
    const free = find(state, 'namespaces', '', studyNamespace) && !find(state, 'deployments', studyNamespace, nameOf(workload));
    if (free) add(state, 'deployments', studyNamespace, workload, now, 'kubectl-client-side-apply');
  }
  state.given = study.map(nameOf);
}

function add(state: KubernetesState, plural: string, namespace: string, object: Tree, now: Instant, manager: string): void {
  create({ state, now, kind: builtInKind(plural), namespace, name: '', manager, strict: true, force: false }, object);
}

/** Alertmanagers did not page yet: their alerts were in no group. */
function pageWhatFires(state: KubernetesState, now: Instant): void {
  for (const { alertmanager } of Object.values(state.runs))
    if (alertmanager?.memory && alertmanager.memory.pages === undefined) regroup(alertmanager, now);
}
