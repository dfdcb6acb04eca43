import { PmpError } from '../../engine/index.ts';
import type { Answers, ServiceRole } from '../../model/index.ts';
import type { AlertmanagerRead, PrometheusRead, ReadWorld } from '../../ports/index.ts';

/** What the guide calls the alerts of each service. */
export const severities: Readonly<Record<ServiceRole, string>> = { critical: 'P1', high: 'P2' };

/** Labels of an alert of the application that no rule of anybody is likely to single out. */
export function probe(severity: string): Readonly<Record<string, string>> {
  return { alertname: 'PmpPdProbe', namespace: 'pmp-study', service: 'pmp-study', severity };
}

/** Alertmanager, whether or not it answers; or in words why there is none to look at. */
export async function foundAlertmanager(answers: Answers, { alertmanager }: ReadWorld): Promise<AlertmanagerRead | string> {
  if (alertmanager === undefined) return 'no cluster was given (kubernetes: none), so Alertmanager cannot be seen';
  if ((await alertmanager.find()) !== undefined) return alertmanager;
  const elsewhere = await alertmanager.managedElsewhere();
  if (elsewhere !== undefined) return elsewhere;
  // One that is known by its address alone is not found in the cluster.
  if ((await unreachable(alertmanager)) === undefined) return alertmanager;
  return answers.kubernetes === 'none'
    ? 'no Alertmanager was found'
    : `no Alertmanager was found in namespace ${answers.kubernetes.namespace}`;
}

/** An Alertmanager that answers, or in words why nothing can be said of what it runs: item 7 is where that fails. */
export async function loadedAlertmanager(answers: Answers, world: ReadWorld): Promise<AlertmanagerRead | string> {
  const found = await foundAlertmanager(answers, world);
  if (typeof found === 'string') return found;
  return (await unreachable(found)) ?? found;
}

/** A Prometheus, or in words why nothing can be said of what it has loaded. */
export async function foundPrometheus({ prometheus }: ReadWorld): Promise<PrometheusRead | string> {
  if (prometheus === undefined) return 'no Prometheus can be seen: no cluster was given, and no PROMETHEUS_URL';
  return (await prometheus.find()) === undefined ? 'no Prometheus was found in the cluster; PROMETHEUS_URL names one' : prometheus;
}

async function unreachable(alertmanager: AlertmanagerRead): Promise<string | undefined> {
  try {
    await alertmanager.replicas();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id.startsWith('alertmanager-')) return `not seen, because ${thrown.facts.message}`;
    throw thrown;
  }
}
