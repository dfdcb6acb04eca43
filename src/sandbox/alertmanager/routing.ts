import { part, parts, strings } from './checks.ts';
import type { Configuration } from './configuration.ts';
import type { Values } from './decode.ts';
import { milliseconds } from './duration.ts';
import { compileRegex, writeMatchers } from './matchers.ts';
import type { Matcher } from './matchers.ts';
import type { Labels } from './memory.ts';

/** A route that takes an alert, with what it inherits. */
export interface Taken {
  /** Where it stands in the tree: "", "0", "3/0". */
  readonly path: string;
  /** Its matchers and those above it: `{}/{severity="P1"}`. */
  readonly key: string;
  readonly receiver: string;
  /** The alert's labels that name its group. */
  readonly group: Labels;
  /** Milliseconds. */
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
  /** Names of time intervals that mute it, and of those outside which it is muted. Neither is inherited. */
  readonly muted: readonly string[];
  readonly active: readonly string[];
}

interface Inherited {
  /** Key of the route above, with its slash. */
  readonly above: string;
  readonly receiver: string;
  readonly groupBy: readonly string[];
  readonly wait: number;
  readonly interval: number;
  readonly repeat: number;
}

/** Whether one matcher holds; a label that is not there has the empty value. */
export function holds({ name, operator, value }: Matcher, labels: Labels): boolean {
  const found = labels[name] ?? '';
  const hit = operator === '=' || operator === '!=' ? found === value : compileRegex(value).test(found);
  return operator.startsWith('!') ? !hit : hit;
}

/** All matchers of a node, under the three names that they have had. */
function matchersOf(node: Values, prefix = ''): readonly (Matcher & { readonly anchored?: true })[] {
  const exact = Object.entries(part(node[`${prefix}match`])).map(([name, value]) => ({
    name,
    operator: '=' as const,
    value: String(value),
  }));
  const regex = Object.entries(part(node[`${prefix}match_re`])).map(([name, value]) => ({
    name,
    operator: '=~' as const,
    value: String(value),
    anchored: true as const,
  }));
  const modern = node[`${prefix}matchers`];
  return [...exact, ...regex, ...(Array.isArray(modern) ? (modern as readonly Matcher[]) : [])];
}

/** `match_re` stands anchored in a group's key, `matchers` as it was written. */
const asInKey = (matcher: Matcher & { readonly anchored?: true }): Matcher =>
  matcher.anchored === true ? { ...matcher, value: `^(?:${matcher.value})$` } : matcher;

/** The routes that an alert with these labels ends in, in Alertmanager's order. */
export function routesOf(configuration: Configuration, labels: Labels): readonly Taken[] {
  const defaults: Inherited = { above: '', receiver: '', groupBy: [], wait: 30_000, interval: 300_000, repeat: 14_400_000 };
  return walk(part(configuration.values['route']), '', defaults, labels);
}

function walk(node: Values, path: string, from: Inherited, labels: Labels): readonly Taken[] {
  if (!matchersOf(node).every((matcher) => holds(matcher, labels))) return [];
  const key = `${from.above}{${writeMatchers(matchersOf(node).map(asInKey)).join(',')}}`;
  const own = { ...inherit(node, from), above: `${key}/` };
  const below: Taken[] = [];
  for (const [index, child] of parts(node['routes']).entries()) {
    const taken = walk(child, path === '' ? String(index) : `${path}/${index}`, own, labels);
    below.push(...taken);
    if (taken.length > 0 && child['continue'] !== true) break;
  }
  if (below.length > 0) return below;
  const { receiver, wait, interval, repeat } = own;
  const [muted, active] = [strings(node['mute_time_intervals']), strings(node['active_time_intervals'])];
  return [{ path, key, receiver, wait, interval, repeat, muted, active, group: groupOf(own.groupBy, labels) }];
}

function inherit(node: Values, from: Inherited): Inherited {
  const span = (field: string, inherited: number): number => {
    const set = node[field];
    return typeof set === 'string' ? milliseconds(set) : inherited;
  };
  return {
    above: from.above,
    receiver: typeof node['receiver'] === 'string' && node['receiver'] !== '' ? node['receiver'] : from.receiver,
    groupBy: node['group_by'] === undefined ? from.groupBy : strings(node['group_by']),
    wait: span('group_wait', from.wait),
    interval: span('group_interval', from.interval),
    repeat: span('repeat_interval', from.repeat),
  };
}

function groupOf(by: readonly string[], labels: Labels): Labels {
  return by.includes('...') ? labels : Object.fromEntries(Object.entries(labels).filter(([name]) => by.includes(name)));
}

/**
 * Which of the others mute an alert, by the configuration's inhibition rules. An alert that is both source and target of a rule does not mute itself.
 * What the rules make of the others is worked out once, for as many alerts as are asked about.
 */
export function inhibition<T extends { readonly labels: Labels }>(
  configuration: Configuration,
  others: readonly T[],
): (target: { readonly labels: Labels }) => readonly T[] {
  const rules = parts(configuration.values['inhibit_rules']).map((rule) => inhibitionRule(rule, others));
  return ({ labels }) => rules.flatMap((mutedBy) => mutedBy(labels));
}

function inhibitionRule<T extends { readonly labels: Labels }>(rule: Values, others: readonly T[]): (labels: Labels) => readonly T[] {
  const [sources, targets] = [matchersOf(rule, 'source_'), matchersOf(rule, 'target_')];
  const isSource = (labels: Labels): boolean => sources.every((matcher) => holds(matcher, labels));
  const isTarget = (labels: Labels): boolean => targets.every((matcher) => holds(matcher, labels));
  const equal = strings(rule['equal']);
  const shared = (labels: Labels): string => JSON.stringify(equal.map((name) => labels[name] ?? ''));
  const found = new Map<string, T[]>();
  for (const other of others.filter(({ labels }) => isSource(labels))) {
    const key = shared(other.labels);
    const known = found.get(key);
    if (known) known.push(other);
    else found.set(key, [other]);
  }
  return (labels) => {
    if (!isTarget(labels)) return [];
    const muting = found.get(shared(labels)) ?? [];
    return isSource(labels) ? muting.filter((other) => !isTarget(other.labels)) : muting;
  };
}
