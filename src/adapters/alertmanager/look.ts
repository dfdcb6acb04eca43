import type { KubeObject, KubernetesRead } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { liveReplicas, podServer, type PodServer } from './replicas.ts';
import { statusOf, type Server, type ServerStatus } from './server.ts';
import { podSpec, templateOf, webAddress } from './workload.ts';

/** What pods and servers said, kept until `forget`, so that finding, comparing and verifying ask once between them. */
export interface Look {
  /** The pods of that workload which are not on their way out. */
  servers(workload: KubeObject): Promise<readonly PodServer[]>;
  status(server: Server): Promise<ServerStatus>;
  forget(): void;
}

export function looking(kubernetes: KubernetesRead, namespace: string): Look {
  const servers = remembering(async (workload: KubeObject) => {
    const spec = podSpec(templateOf(workload));
    const web = spec ? webAddress(spec) : { port: 9093, prefix: '' };
    return (await liveReplicas(kubernetes, namespace, workload)).map((replica) => podServer(kubernetes, namespace, replica, web));
  });
  const status = remembering(statusOf);
  return {
    servers: servers.ask,
    status: status.ask,
    forget() {
      servers.forget();
      status.forget();
    },
  };
}
