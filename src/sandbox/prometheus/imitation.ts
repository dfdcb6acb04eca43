import type { Imitation } from '../core.ts';
import { runAlertmanagers } from '../kubernetes/outlet.ts';
import { reachPrometheus } from '../kubernetes/prometheus.ts';
import { reconcile } from '../kubernetes/reconcile.ts';
import type { KubernetesState } from '../kubernetes/state.ts';

/** Nothing: a Prometheus' memory lives with its pod, in the cluster's section. */
export type PrometheusState = Record<string, never>;

/** Prometheus at an address of its own: the first that runs in `monitoring`. */
export const prometheusImitation: Imitation<PrometheusState> = {
  fresh: () => ({}),
  handle: (request, world) => {
    const cluster = world.section('kubernetes') as KubernetesState;
    const now = world.now();
    reconcile(cluster, now);
    runAlertmanagers(cluster, world);
    const [key] =
      Object.entries(cluster.runs)
        .filter(([name, run]) => run.prometheus !== undefined && name.startsWith('/pods/monitoring/'))
        .sort(([a], [b]) => (a < b ? -1 : 1))[0] ?? [];
    const pod = key === undefined ? undefined : cluster.objects[key];
    const reply = pod && reachPrometheus(cluster, pod, request, now);
    return (
      reply ?? { status: 503, headers: { 'content-type': 'text/plain' }, body: 'no Prometheus is running in the namespace monitoring\n' }
    );
  },
};
