import type { Kubernetes, KubernetesRead, ReadWorld, World } from '../../ports/index.ts';

/** @throws RangeError: nothing of the cluster is wanted with `kubernetes: none`. */
export function clusterToRead({ kubernetes }: ReadWorld): KubernetesRead {
  if (kubernetes) return kubernetes;
  throw new RangeError('a cluster resource without a cluster');
}

/** @throws RangeError: nothing of the cluster is wanted with `kubernetes: none`. */
export function clusterToWrite({ kubernetes }: World): Kubernetes {
  if (kubernetes) return kubernetes;
  throw new RangeError('a cluster resource without a cluster');
}
