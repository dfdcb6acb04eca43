import type { Imitation } from '../core.ts';
import { find } from '../kubernetes/state.ts';
import type { KubernetesState } from '../kubernetes/state.ts';
import { isReady, refreshFiles, surroundings } from '../kubernetes/pods.ts';
import { runAlertmanagers } from '../kubernetes/outlet.ts';
import { reconcile } from '../kubernetes/reconcile.ts';
import { answer } from './server.ts';

/** Nothing: an Alertmanager's memory lives with its pod, in the cluster's section, and goes with it. */
export type AlertmanagerState = Record<string, never>;

/** Alertmanager at an address of its own: the first replica of the one in `monitoring`. */
export const alertmanagerImitation: Imitation<AlertmanagerState> = {
  fresh: () => ({}),
  handle: (request, world) => {
    const cluster = world.section('kubernetes') as KubernetesState;
    const now = world.now();
    reconcile(cluster, now);
    const [key, run] = firstReplica(cluster) ?? [];
    if (key === undefined || run?.alertmanager === undefined)
      return { status: 503, headers: plain, body: 'no Alertmanager is running in the namespace monitoring\n' };
    const pod = cluster.objects[key] ?? {};
    const around = surroundings(cluster, pod, now, refreshFiles(cluster, pod, now));
    const reply = answer({ ...request, type: request.headers['content-type'] }, run.alertmanager, around);
    runAlertmanagers(cluster, world);
    return reply;
  },
};

const plain = { 'content-type': 'text/plain; charset=utf-8' };

function firstReplica(cluster: KubernetesState): [string, KubernetesState['runs'][string]] | undefined {
  const running = Object.entries(cluster.runs).filter(
    ([key, run]) => run.alertmanager !== undefined && key.startsWith('/pods/monitoring/'),
  );
  return running
    .filter(([key, run]) => isReady(find(cluster, 'pods', 'monitoring', run.alertmanager?.pod ?? '') ?? {}) && key in cluster.objects)
    .sort(([a], [b]) => (a < b ? -1 : 1))[0];
}
