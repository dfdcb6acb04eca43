import { clean, PmpError } from '../../engine/errors.ts';
import type { Clock, Kubernetes, KubeObject, ObjectRef } from '../../ports/index.ts';
import { fieldLists, fieldsOf, textOf } from './config.ts';
import { pauses } from './pauses.ts';
import { pods, type PodSpec } from './workload.ts';
import { liveReplicas } from './replicas.ts';

const rolloutMs = 5 * 60_000;
const pauseMs = 2_000;
const events = { group: '', version: 'v1', plural: 'events', kind: 'Event' } as const;

export interface Rollout {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly namespace: string;
  readonly workload: ObjectRef;
  /** Must be true of the pod template and of every replica. */
  readonly holds: (spec: PodSpec | undefined) => boolean;
  /** Must be true of the workload: an operator has taken up the change. */
  readonly taken: (workload: KubeObject) => boolean;
  readonly why: string;
  /** What the caller does when it takes too long, for the error: "its old state was put back". */
  readonly otherwise?: string;
  readonly signal?: AbortSignal;
}

/** Waits until every replica runs the new pod template. @throws PmpError alertmanager-not-loaded after five minutes, with what the pods say */
export async function waitForRollout(rollout: Rollout): Promise<void> {
  const { kubernetes, clock, namespace, signal } = rollout;
  const until = clock.now() + rolloutMs;
  for (const pause of pauses(pauseMs)) {
    const workload = await kubernetes.get(rollout.workload);
    if (workload && rollout.taken(workload) && isRolledOut(workload)) {
      const replicas = await liveReplicas(kubernetes, namespace, workload);
      if (replicas.length > 0 && replicas.every((replica) => replica.ready && rollout.holds(replica.spec))) return;
      if (wantedReplicas(workload) === 0) return;
    }
    if (clock.now() >= until) throw await tooLate(rollout, workload);
    await clock.sleep(pause, rollout.why, signal);
  }
}

function wantedReplicas(workload: KubeObject): number {
  return Number(fieldsOf(workload['spec'])['replicas'] ?? 1);
}

/** Kubernetes' own rule of `kubectl rollout status`. */
function isRolledOut(workload: KubeObject): boolean {
  const status = fieldsOf(workload['status']);
  const count = (field: string): number => Number(status[field] ?? 0);
  const wanted = wantedReplicas(workload);
  return (
    count('observedGeneration') >= (workload.metadata.generation ?? 0) &&
    count('updatedReplicas') >= wanted &&
    count('readyReplicas') >= wanted &&
    count('replicas') <= wanted
  );
}

async function tooLate(rollout: Rollout, workload: KubeObject | undefined): Promise<PmpError> {
  const name = `${rollout.workload.kind} ${rollout.namespace}/${rollout.workload.name}`;
  const words = workload && (await podWords(rollout, workload));
  return new PmpError('alertmanager-not-loaded', {
    message: `${name} has not rolled out within ${rolloutMs / 60_000} minutes${rollout.otherwise === undefined ? '' : `; ${rollout.otherwise}`}`,
    ...(words ? { cause: words } : {}),
    fix: `Look at \`kubectl -n ${rollout.namespace} describe pods\`, mend what keeps the pods from starting, and run setup again.`,
  });
}

/** Why the first pod that waits says it waits. */
async function podWords(rollout: Rollout, workload: KubeObject): Promise<string | undefined> {
  const names = new Set((await liveReplicas(rollout.kubernetes, rollout.namespace, workload)).map((replica) => replica.name));
  const found = (await rollout.kubernetes.list(pods, rollout.namespace)).filter((pod) => names.has(pod.metadata.name));
  for (const pod of found) {
    for (const container of fieldLists(fieldsOf(pod['status'])['containerStatuses'])) {
      const waiting = fieldsOf(fieldsOf(container['state'])['waiting']);
      const reason = textOf(waiting['reason']);
      if (reason === undefined) continue;
      const words = reason === 'ContainerCreating' ? await eventWords(rollout, pod.metadata.name) : textOf(waiting['message']);
      return clean(`${pod.metadata.name}: ${reason} ${words ?? ''}`);
    }
  }
  return undefined;
}

/** A volume that cannot be mounted shows nowhere but in the pod's events. */
async function eventWords({ kubernetes, namespace }: Rollout, pod: string): Promise<string | undefined> {
  const found = await kubernetes.list(events, namespace);
  const warnings = found.filter(
    (event) => textOf(event['type']) === 'Warning' && textOf(fieldsOf(event['involvedObject'])['name']) === pod,
  );
  const last = warnings.at(-1);
  return last === undefined ? undefined : `(${textOf(last['reason']) ?? 'Warning'}: ${textOf(last['message']) ?? ''})`;
}
