import type { KubernetesRead } from '../../ports/index.ts';
import { strings } from './labels.ts';
import { configMaps } from './workload.ts';

const prometheuses = { group: 'monitoring.coreos.com', version: 'v1', plural: 'prometheuses', kind: 'Prometheus' } as const;

/**
 * Amazon Managed Prometheus instead of an Alertmanager in the cluster: its controller, or metrics written to a workspace.
 * @returns the words that say so
 */
export async function managedByAmazon(kubernetes: KubernetesRead, namespace: string): Promise<string | undefined> {
  if (await kubernetes.serves('prometheusservice.services.k8s.aws'))
    return words('the controller of Amazon Managed Prometheus runs in this cluster');
  const maps = await kubernetes.list(configMaps, namespace);
  const map = maps.find((one) => Object.values(strings(one['data'])).some((text) => workspace(text) !== undefined));
  if (map) return words(`ConfigMap ${namespace}/${map.metadata.name} sends metrics to it${named(workspace(JSON.stringify(map['data'])))}`);
  if (!(await kubernetes.serves(prometheuses.group))) return undefined;
  const found = (await kubernetes.list(prometheuses, namespace)).find((one) => workspace(JSON.stringify(one['spec'] ?? {})) !== undefined);
  return (
    found && words(`Prometheus ${namespace}/${found.metadata.name} sends metrics to it${named(workspace(JSON.stringify(found['spec'])))}`)
  );
}

/** The workspace id in a text that names an endpoint of the service. */
function workspace(text: string): string | undefined {
  const found = /aps-workspaces(?:-fips)?\.[a-z0-9-]+\.(?:amazonaws\.com|api\.aws)[^\s"']*?\/workspaces\/(ws-[0-9a-f-]+)/.exec(text);
  return found?.[1];
}

function named(id: string | undefined): string {
  return id === undefined ? '' : ` (workspace ${id})`;
}

function words(seen: string): string {
  return `Amazon Managed Prometheus is in use: ${seen}. Its Alertmanager takes PagerDuty keys as a Secrets Manager ARN only; a Kubernetes secret does not serve it`;
}
