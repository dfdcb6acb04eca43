import { PmpError } from '../../engine/errors.ts';
import type { KubernetesRead, PrometheusRead } from '../../ports/index.ts';
import type { Http } from '../http.ts';
import { addressOf, getFrom, type Get } from '../web.ts';
import { findService } from './find.ts';
import { alertmanagersIn, alertsIn, dataOf, rulesIn } from './shape.ts';

export type PrometheusOptions =
  /** PROMETHEUS_URL, asked directly. */
  | { readonly http: Http; readonly url: URL; readonly signal?: AbortSignal }
  /** Looked for in that namespace, asked through the API server's proxy. */
  | { readonly kubernetes: KubernetesRead; readonly namespace: string };

interface Found {
  readonly name: string;
  readonly get: Get;
}

/** Prometheus' HTTP API (v1), read only. Where it is is found once; what it says is asked anew each time. */
export function createPrometheus(options: PrometheusOptions): PrometheusRead {
  const memory: { found: Found | undefined } = { found: undefined };

  async function look(): Promise<Found | undefined> {
    memory.found ??= 'url' in options ? direct(options) : await inCluster(options.kubernetes, options.namespace);
    return memory.found;
  }

  async function ask<T>(path: string, what: string, read: (data: unknown) => T): Promise<T> {
    const found = await look();
    if (!found) throw nowhere();
    const { status, text } = await found.get(path);
    return dataOf({ name: found.name, what, status, text }, read);
  }

  return {
    find: async () => (await look())?.name,
    rules: () => ask('/api/v1/rules?type=alert', 'its alerting rules', rulesIn),
    alerts: () => ask('/api/v1/alerts', 'its alerts', alertsIn),
    alertmanagers: () => ask('/api/v1/alertmanagers', 'which Alertmanagers it sends to', alertmanagersIn),
  };
}

function direct(options: { readonly http: Http; readonly url: URL; readonly signal?: AbortSignal }): Found {
  const asked = { ...options, what: 'Prometheus', setting: 'PROMETHEUS_URL', id: 'prometheus-unreachable' } as const;
  return { name: `Prometheus at ${addressOf(options.url)}`, get: getFrom(asked) };
}

async function inCluster(kubernetes: KubernetesRead, namespace: string): Promise<Found | undefined> {
  const service = await findService(kubernetes, namespace);
  return (
    service && {
      name: `Service ${namespace}/${service.name}`,
      get: (path) => kubernetes.proxyGet({ namespace, target: 'services', ...service, path: service.prefix + path }),
    }
  );
}

function nowhere(): PmpError {
  return new PmpError('prometheus-unreachable', {
    message: 'No Prometheus was found',
    fix: 'Set PROMETHEUS_URL to its address, or name its namespace with --namespace.',
  });
}
