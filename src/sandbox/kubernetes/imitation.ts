import type { Imitation } from '../core.ts';
import { handle } from './handle.ts';
import { nextInstant, reconcile } from './reconcile.ts';
import { clusterWith } from './shapes.ts';
import type { KubernetesState } from './state.ts';

/** The Kubernetes API server, and what runs in its cluster. A fresh one has a plain Alertmanager with an empty configuration. */
export const kubernetesImitation: Imitation<KubernetesState> = {
  fresh: () => clusterWith('plain'),
  handle: (request, world) => handle(world.state, request, world.now()),
  next: (world) => nextInstant(world.state, world.now()),
  tick: (world) => reconcile(world.state, world.now()),
};
