import { fieldsOf, isFields, listOf, textOf, type Fields } from './config.ts';

const unitSeconds: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, y: 31_536_000 };

/** Prometheus writes 60s as "1m" and 90m as "1h30m"; here both are seconds. Text that is no duration stays as it is. */
export function duration(value: unknown): string {
  const text = textOf(value);
  if (text === undefined) return 'inherited';
  const seconds = secondsIn(text);
  return seconds === undefined ? text : `${seconds}s`;
}

/** Of a duration as Prometheus writes it; undefined for text that is none. */
export function milliseconds(text: string): number | undefined {
  const seconds = text === '0' ? 0 : secondsIn(text);
  return seconds === undefined ? undefined : seconds * 1000;
}

function secondsIn(text: string): number | undefined {
  const units = [...text.matchAll(/(\d+)(ms|[smhdwy])/g)];
  if (units.length === 0 || units.map(([whole]) => whole).join('') !== text) return undefined;
  return units.reduce((sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit ?? ''] ?? 0), 0);
}

/** `name = "value"`, `name=value` and the `match` maps of old configurations, all as `name="value"`, sorted. */
export function matchers(owner: Fields, prefix = ''): string {
  const listed = listOf(owner[`${prefix}matchers`]).flatMap((one) => splitMatchers(textOf(one) ?? ''));
  const equal = mapped(owner[`${prefix}match`], '=');
  const pattern = mapped(owner[`${prefix}match_re`], '=~');
  return [...listed, ...equal, ...pattern].toSorted().join(', ');
}

function mapped(value: unknown, operator: string): readonly string[] {
  return isFields(value) ? Object.entries(fieldsOf(value)).map(([name, text]) => `${name}${operator}"${textOf(text) ?? ''}"`) : [];
}

/** One entry may hold several matchers: `{a="b", c=~"d"}`. */
function splitMatchers(text: string): readonly string[] {
  const inner = text.trim().replace(/^\{|\}$/g, '');
  const found = [...inner.matchAll(/\s*"?([^\s"=!~,]+)"?\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*?))\s*(?:,|$)/g)];
  if (found.length === 0) return inner === '' ? [] : [inner];
  return found.map(([, name, operator, quoted, bare]) => `${name}${operator}"${quoted ?? bare ?? ''}"`);
}

/** Equal in every field, in any order of keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, inner: unknown) =>
      isFields(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
    ) ?? 'undefined'
  );
}
