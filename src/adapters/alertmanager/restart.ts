import type { Clock, Kubernetes } from '../../ports/index.ts';
import { fieldsOf } from './config.ts';
import type { Installation } from './find.ts';
import { waitForRollout } from './rollout.ts';
import { deployments, refTo, statefulSets } from './workload.ts';

const annotation = 'pmp-pd/restarted-at';

/** Restarts every replica as `kubectl rollout restart` does: a file mounted by subPath changes with a new pod only. */
export async function restartWorkload(
  work: { readonly kubernetes: Kubernetes; readonly clock: Clock; readonly namespace: string },
  installation: Installation,
  signal: AbortSignal | undefined,
): Promise<void> {
  const name = installation.workload?.metadata.name;
  if (name === undefined) return;
  const workload = refTo(installation.kind === 'Deployment' ? deployments : statefulSets, work.namespace, name);
  const current = await work.kubernetes.get(workload);
  const metadata = fieldsOf(fieldsOf(fieldsOf(current?.['spec'])['template'])['metadata']);
  const value = new Date(work.clock.now()).toISOString();
  const add =
    metadata['annotations'] === undefined
      ? { op: 'add', path: '/spec/template/metadata/annotations', value: { [annotation]: value } }
      : { op: 'add', path: `/spec/template/metadata/annotations/${annotation.replace('/', '~1')}`, value };
  await work.kubernetes.patchJson(workload, [add]);
  await waitForRollout({
    ...work,
    workload,
    holds: () => true,
    taken: () => true,
    why: 'Alertmanager to restart with the new configuration',
    ...(signal ? { signal } : {}),
  });
}
