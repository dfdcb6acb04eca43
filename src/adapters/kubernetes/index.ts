import type { Clock, Kubernetes } from '../../ports/index.ts';
import type { Http } from '../http.ts';
import { loadConfig, type KubeconfigSource } from './config.ts';
import { credentialsOf } from './credentials.ts';
import { createReads } from './reads.ts';
import { createTransport } from './transport.ts';
import { createWrites } from './writes.ts';

export { managedByLabel } from './objects.ts';

export interface KubernetesOptions {
  /** None: KUBECONFIG, ~/.kube/config, the pod's service account. */
  readonly kubeconfig?: KubeconfigSource;
  readonly context?: string;
  readonly clock: Clock;
  readonly http: Http;
  /** A call in flight is given up when it aborts; later calls (cleaning up) are still made. */
  readonly signal?: AbortSignal;
}

/**
 * A cluster behind a kubeconfig. Makes no call yet: `version()` is the cheapest proof that it answers.
 * @throws PmpError kubernetes-config
 */
export async function createKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const { config, target, server } = await loadConfig(options.kubeconfig, options.context);
  const { http, clock } = options;
  const credentials = credentialsOf(config, clock);
  const until = options.signal ? { signal: options.signal } : {};
  const transport = createTransport({ server, http, credentials, clock, ...until });
  return {
    ...createReads(transport, target),
    ...createWrites(transport),
    async exec(request) {
      const { execIn } = await import('./exec.ts');
      const traced = http.trace ? { trace: http.trace } : {};
      return execIn({ server, credentials, clock, counted: transport.counted, ...traced, ...until }, request);
    },
  };
}
