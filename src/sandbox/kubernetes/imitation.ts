import type { Imitation } from '../core.ts';
import { handle } from './handle.ts';
import { bringClusterUpToDate } from './older.ts';
import { nextOfAlertmanagers, runAlertmanagers } from './outlet.ts';
import { nextInstant, reconcile } from './reconcile.ts';
import { clusterWith } from './shapes.ts';
import type { KubernetesState } from './state.ts';

/** The Kubernetes API server, and what runs in its cluster. A fresh one has a plain Alertmanager with an empty configuration. */
export const kubernetesImitation: Imitation<KubernetesState> = {
  fresh: () => clusterWith('plain'),
  handle: (request, world) => {
    const reply = handle(world.state, request, world.now());
    runAlertmanagers(world.state, world);
    return reply;
  },
  next: (world) => {
    // The clock asks before anybody else.
    bringClusterUpToDate(world.state, world.now());
    const due = [nextInstant(world.state, world.now()), nextOfAlertmanagers(world.state)].filter((at) => at !== undefined);
    return due.length === 0 ? undefined : Math.min(...due);
  },
  tick: (world) => {
    reconcile(world.state, world.now());
    runAlertmanagers(world.state, world);
  },
};
