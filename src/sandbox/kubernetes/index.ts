export { kubernetesImitation } from './imitation.ts';
export { clusterShapes, clusterWith } from './shapes.ts';
export type { ClusterShape } from './shapes.ts';
export { sandboxClusterToken } from './state.ts';
export type { Denial, KubernetesState } from './state.ts';
