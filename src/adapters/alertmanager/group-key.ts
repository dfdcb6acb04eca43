import { createHash } from 'node:crypto';
import { fieldsOf, textOf, type Fields } from './config.ts';
import { matchersOf, type Labels, type Matcher } from './matching.ts';
import { atLeast } from './version.ts';

/** Names of labels, or every label that an alert has. */
export type GroupBy = readonly string[] | 'all';

const order: readonly Matcher['operator'][] = ['=', '!=', '=~', '!~'];

/** Go compares strings by their bytes. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** A route's own matchers as Alertmanager writes them into the key of its groups; those of an old `match_re` stand there with their anchors. */
export function routeText(route: Fields): string {
  const patterns = Object.entries(fieldsOf(route['match_re'])).map(([name, text]): Matcher => {
    return { name, operator: '=~', value: `^(?:${textOf(text) ?? ''})$` };
  });
  const matchers = [...matchersOf({ matchers: route['matchers'], match: route['match'] }), ...patterns];
  const sorted = matchers.toSorted(
    (a, b) => byBytes(a.name, b.name) || byBytes(a.value, b.value) || order.indexOf(a.operator) - order.indexOf(b.operator),
  );
  return `{${sorted.map(matcherText).join(',')}}`;
}

/** Names that only newer versions take are quoted; then the value is quoted as Go does it, too. */
function matcherText({ name, operator, value }: Matcher): string {
  if (/[\s{}!=~,\\"'`]/.test(name)) return `${goQuoted(name)}${operator}${goQuoted(value)}`;
  const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
  return `${name}${operator}"${escaped}"`;
}

/** A label without a value is none. */
export function groupLabels(labels: Labels, by: GroupBy): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name, value]) => value !== '' && (by === 'all' || by.includes(name))));
}

/**
 * The deduplication key of a group, by which PagerDuty hears of it: hex SHA-256 of the matchers on the way to the route, and the group's labels.
 * Since 0.28 these are in order of their names; before, of name and value written together ("job1=" before "job=").
 */
export function groupKey(path: string, labels: Labels, version: string | undefined): string {
  const named = Object.entries(labels).map(([name, value]) => ({ name, text: `${name}=${goQuoted(value)}` }));
  const byName = version === undefined || atLeast(version, 0, 28);
  const sorted = named.toSorted((a, b) => (byName ? byBytes(a.name, b.name) : byBytes(a.text, b.text)));
  const text = `${path}:{${sorted.map((one) => one.text).join(', ')}}`;
  return createHash('sha256').update(text).digest('hex');
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\u0007', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['"', '\\"'],
  ['\\', '\\\\'],
]);

/** strconv.Quote of Go: whatever cannot be printed is escaped, the space aside. */
function goQuoted(text: string): string {
  return `"${[...text].map(goEscaped).join('')}"`;
}

function goEscaped(character: string): string {
  const known = escapes.get(character);
  if (known !== undefined) return known;
  if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character;
  const point = character.codePointAt(0) ?? 0;
  const hex = (digits: number): string => point.toString(16).padStart(digits, '0');
  if (point < 0x20 || point === 0x7f) return `\\x${hex(2)}`;
  return point < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}
