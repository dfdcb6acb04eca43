import { PmpError } from '../../engine/errors.ts';
import type { KubernetesRead, PrometheusRead, ProxyRequest } from '../../ports/index.ts';
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
      get: (path) => throughProxy(kubernetes, { namespace, target: 'services', ...service, path: service.prefix + path }),
    }
  );
}

/** The API server says the same of a Service behind which nothing answers and of a trouble of its own: whether it answers itself tells them apart. */
async function throughProxy(kubernetes: KubernetesRead, request: Omit<ProxyRequest, 'method' | 'body'>): ReturnType<Get> {
  try {
    return await kubernetes.proxyGet(request);
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || thrown.id !== 'kubernetes-unreachable' || !(await answers(kubernetes))) throw thrown;
    const { namespace, name } = request;
    throw new PmpError(
      'prometheus-unreachable',
      {
        message: `Prometheus does not answer: the cluster does, and Service ${namespace}/${name} leads to nobody`,
        ...(thrown.facts.cause === undefined ? {} : { cause: thrown.facts.cause }),
        fix: `Start Prometheus again: look at \`kubectl -n ${namespace} get endpoints ${name}\` and at the pods behind it.`,
      },
      { cause: thrown },
    );
  }
}

async function answers(kubernetes: KubernetesRead): Promise<boolean> {
  try {
    await kubernetes.version();
    return true;
  } catch {
    return false;
  }
}

function nowhere(): PmpError {
  return new PmpError('prometheus-unreachable', {
    message: 'No Prometheus was found',
    fix: 'Set PROMETHEUS_URL to its address, or name its namespace with --namespace.',
  });
}
