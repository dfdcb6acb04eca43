import { clean, PmpError } from '../../engine/errors.ts';
import type { AlertingRule, FiringAlert } from '../../ports/index.ts';

/** An answer, and what was asked of whom, for the sentence. */
export interface Answer {
  readonly name: string;
  readonly what: string;
  readonly status: number;
  readonly text: string;
}

/** Why an answer is not what Prometheus documents. */
class Misshapen extends Error {}

/**
 * `data` of an answer of Prometheus' API, read by `read`.
 * @throws PmpError prometheus-unreachable with Prometheus' own words, or with what is missing
 */
export function dataOf<T>(answer: Answer, read: (data: unknown) => T): T {
  const parsed = fields(parse(answer.text));
  if (answer.status !== 200) throw refused(answer, typeof parsed['error'] === 'string' ? parsed['error'] : `HTTP ${answer.status}`);
  if (parsed['status'] !== 'success') throw refused(answer, 'its answer is not what Prometheus documents');
  try {
    return read(parsed['data']);
  } catch (thrown) {
    if (thrown instanceof Misshapen) throw refused(answer, thrown.message);
    throw thrown;
  }
}

function refused({ name, what }: Answer, cause: string): PmpError {
  return new PmpError('prometheus-unreachable', {
    message: `${clean(name, 150)} does not tell ${what}`,
    cause: clean(cause),
    fix: 'Open it in a browser (`kubectl port-forward`); behind a path prefix, set PROMETHEUS_URL with that prefix.',
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Alerting rules only: a server below 2.0 sends recording rules along although they were not asked for. */
export function rulesIn(data: unknown): readonly AlertingRule[] {
  return list(data, 'groups').flatMap((group) => {
    const name = text(group, 'name');
    return list(group, 'rules')
      .filter((rule) => fields(rule)['type'] !== 'recording')
      .map((rule) => ruleOf(rule, name));
  });
}

function ruleOf(rule: unknown, group: string): AlertingRule {
  const { lastError } = fields(rule);
  return {
    name: text(rule, 'name'),
    group,
    labels: texts(rule, 'labels'),
    annotations: texts(rule, 'annotations'),
    health: text(rule, 'health'),
    ...(typeof lastError === 'string' && lastError !== '' ? { lastError: clean(lastError) } : {}),
  };
}

export function alertsIn(data: unknown): readonly FiringAlert[] {
  return list(data, 'alerts').map((alert) => {
    const state = text(alert, 'state');
    const activeAt = Date.parse(text(alert, 'activeAt'));
    if ((state !== 'pending' && state !== 'firing') || Number.isNaN(activeAt)) throw new Misshapen('an alert has no state or no time');
    return { labels: texts(alert, 'labels'), state, activeAt };
  });
}

export function alertmanagersIn(data: unknown): readonly string[] {
  return list(data, 'activeAlertmanagers').map((one) => {
    const url = text(one, 'url');
    if (!URL.canParse(url)) throw new Misshapen('the address of an Alertmanager is none');
    const { origin, pathname } = new URL(url);
    return clean(`${origin}${pathname}`, 200);
  });
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {};
}

function list(owner: unknown, name: string): readonly unknown[] {
  const value = fields(owner)[name];
  if (Array.isArray(value)) return value;
  throw new Misshapen(`"${name}" in its answer is no list`);
}

function text(owner: unknown, name: string): string {
  const value = fields(owner)[name];
  if (typeof value === 'string') return clean(value, 1000);
  throw new Misshapen(`"${name}" in its answer is no text`);
}

/** Labels and annotations; absent ones are none. */
function texts(owner: unknown, name: string): Readonly<Record<string, string>> {
  const entries = Object.entries(fields(fields(owner)[name]));
  return Object.fromEntries(entries.flatMap(([key, value]) => (typeof value === 'string' ? [[clean(key, 200), clean(value, 1000)]] : [])));
}
