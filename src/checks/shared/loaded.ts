import { PmpError } from '../../engine/index.ts';
import type { Answers, ServiceRole } from '../../model/index.ts';
import type { AlertmanagerRead, PrometheusRead, ReadWorld } from '../../ports/index.ts';

/** What the guide calls the alerts of each service. */
export const severities: Readonly<Record<ServiceRole, string>> = { critical: 'P1', high: 'P2' };

export const priorities = ['P1', 'P2', 'P3'] as const;
export type Priority = (typeof priorities)[number];

const spelled: ReadonlyMap<string, Priority> = new Map([
  ...priorities.map((priority) => [priority, priority] as const),
  ['critical', 'P1'],
  ['high', 'P2'],
  ['warning', 'P3'],
]);

/** What the guide calls alerts of these labels; undefined: they page nobody. */
export function priorityOf(labels: Readonly<Record<string, string>>): Priority | undefined {
  return spelled.get(labels['severity'] ?? '');
}

/** Every spelling of a severity that pages. */
export const pagingSeverities: readonly string[] = [...spelled.keys()];

/** A rule that Prometheus has loaded, and the labels that its alerts bear for certain: what a template fills in is not known. */
export interface LoadedRule {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** [] where no Prometheus can be asked: that is another check's to say. */
export async function rulesSeen(world: ReadWorld): Promise<readonly LoadedRule[]> {
  try {
    const prometheus = await foundPrometheus(world);
    if (typeof prometheus === 'string') return [];
    return (await prometheus.rules()).map(({ name, labels }) => {
      const fixed = Object.entries(labels).filter(([, value]) => !value.includes('{{'));
      return { name, labels: { ...Object.fromEntries(fixed), alertname: name } };
    });
  } catch (thrown) {
    if (thrown instanceof PmpError && thrown.id !== 'interrupted' && thrown.id !== 'terminated') return [];
    throw thrown;
  }
}

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
