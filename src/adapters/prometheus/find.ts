import { clean } from '../../engine/errors.ts';
import type { KubeObject, KubernetesRead } from '../../ports/index.ts';

const services = { group: '', version: 'v1', plural: 'services', kind: 'Service' } as const;
const prometheuses = { group: 'monitoring.coreos.com', version: 'v1', plural: 'prometheuses', kind: 'Prometheus' } as const;

export interface ServiceFound {
  readonly name: string;
  readonly port: number;
  /** What stands before every path; '' for nothing. */
  readonly prefix: string;
}

/** The Service of a Prometheus server: the operator's, the charts', or one labelled as the guide's world labels things. */
export async function findService(kubernetes: KubernetesRead, namespace: string): Promise<ServiceFound | undefined> {
  const all = await kubernetes.list(services, namespace);
  const found = all
    .flatMap((service) => {
      const [rank, port] = [rankOf(service), portOf(service)];
      return rank === undefined || port === undefined ? [] : [{ rank, port, name: service.metadata.name }];
    })
    .toSorted((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))[0];
  if (!found) return undefined;
  return {
    name: clean(found.name, 253),
    port: found.port,
    prefix: found.rank === operated ? await operatorPrefix(kubernetes, namespace) : '',
  };
}

const operated = 0;

/** Lower is better; undefined: no Prometheus. Chart components that bear its name, such as its node exporter, are none. */
function rankOf(service: KubeObject): number | undefined {
  const { name, labels = {} } = service.metadata;
  const component = labels['component'] ?? labels['app.kubernetes.io/component'];
  if (name === 'prometheus-operated' || labels['operated-prometheus'] === 'true') return operated;
  if (component !== undefined && !/^(?:server|prometheus)$/.test(component)) return undefined;
  if (labels['app.kubernetes.io/name'] === 'prometheus') return 1;
  if (labels['app'] === 'prometheus' || /^(?:kube-)?prometheus-stack-prometheus$/.test(labels['app'] ?? '')) return 2;
  return name === 'prometheus' || name === 'prometheus-server' ? 3 : undefined;
}

/** 9090, or what leads there; a Service with one port leaves no choice. */
function portOf(service: KubeObject): number | undefined {
  const spec = record(service['spec']);
  const ports = (Array.isArray(spec['ports']) ? spec['ports'] : []).map(record);
  const by = (test: (port: Readonly<Record<string, unknown>>) => boolean) => ports.find(test);
  const chosen =
    by((port) => port['port'] === 9090) ??
    by((port) => port['targetPort'] === 9090) ??
    by((port) => /^(?:web|http-web|http)$/.test(String(port['name']))) ??
    (ports.length === 1 ? ports[0] : undefined);
  return typeof chosen?.['port'] === 'number' ? chosen['port'] : undefined;
}

/** The operator's object says under which path its Prometheus answers. */
async function operatorPrefix(kubernetes: KubernetesRead, namespace: string): Promise<string> {
  if (!(await kubernetes.serves(prometheuses.group))) return '';
  const [first] = await kubernetes.list(prometheuses, namespace);
  const spec = record(first?.['spec']);
  const { routePrefix, externalUrl } = spec;
  const path =
    typeof routePrefix === 'string'
      ? routePrefix
      : typeof externalUrl === 'string' && URL.canParse(externalUrl)
        ? new URL(externalUrl).pathname
        : '';
  return path.replace(/\/+$/, '');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}
