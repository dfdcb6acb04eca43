import { clean } from '../../engine/errors.ts';
import type { Inhibitor } from '../../ports/index.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { holds, matchersOf, type Labels } from './matching.ts';
import { json, silent, type Server } from './server.ts';

/** It fires as long as there is a Prometheus, also while it has not arrived yet. */
const watchdog: Labels = { alertname: 'Watchdog', severity: 'none' };

/** The labels of every alert that has not ended, muted ones too. */
export async function alertsOn(server: Server): Promise<readonly Labels[]> {
  const answer = await json(server, '/api/v2/alerts', 'its alerts');
  const alerts = fieldLists(answer);
  if (!Array.isArray(answer) || alerts.length !== answer.length) throw silent(server, 'its alerts', 'they are no list');
  return alerts.map((alert) =>
    Object.fromEntries(
      Object.entries(fieldsOf(alert['labels'])).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    ),
  );
}

/** What every firing Watchdog bears beside its own labels. */
export function externalLabels(alerts: readonly Labels[]): Labels {
  const [first, ...others] = alerts.filter(isWatchdog);
  const shared = Object.entries(first ?? {}).filter(
    ([name, value]) => !Object.hasOwn(watchdog, name) && others.every((other) => other[name] === value),
  );
  return Object.fromEntries(shared);
}

function isWatchdog({ alertname }: Labels): boolean {
  return alertname === watchdog['alertname'];
}

/**
 * Which alerts mute one of these labels, as Alertmanager does it: it must match the rule's target, a source must fire that has the same
 * `equal` labels (absent on both sides is the same), and of a pair in which both are both, neither mutes the other.
 * @throws PmpError alertmanager-refused for a matcher that cannot be read
 */
export function inhibitors({ inhibitRules }: Configuration, labels: Labels, alerts: readonly Labels[]): readonly Inhibitor[] {
  const sources = alerts.some(isWatchdog) ? alerts : [...alerts, watchdog];
  return inhibitRules.flatMap((rule) => {
    if (!matches(rule, 'target_', labels)) return [];
    const equal = listOf(rule['equal']).flatMap((name) => textOf(name) ?? []);
    const both = matches(rule, 'source_', labels);
    const found = sources.filter(
      (other) =>
        matches(rule, 'source_', other) &&
        equal.every((name) => valueIn(other, name) === valueIn(labels, name)) &&
        !(both && matches(rule, 'target_', other)),
    );
    return found.map((source) => ({ labels: shown(source), equal }));
  });
}

function matches(rule: Fields, side: 'source_' | 'target_', labels: Labels): boolean {
  return holds(matchersOf(rule, side), labels);
}

function valueIn(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}

function shown(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [clean(name, 80), clean(value, 80)]));
}
