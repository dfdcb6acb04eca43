import { compileGo } from './regex.ts';
import { TemplateError } from './error.ts';
import { GoTime, isTrue, itemsOf, Kv, List, printed, Struct } from './values.ts';

type Fn = (...args: readonly unknown[]) => unknown;

const text = (value: unknown): string => (typeof value === 'string' ? value : printed(value));

function length(value: unknown): number {
  if (value instanceof Kv) return Object.keys(value.data).length;
  if (value instanceof List || Array.isArray(value)) return itemsOf(value).length;
  if (typeof value === 'string') return Buffer.byteLength(value);
  throw new TemplateError(`error calling len: len of type ${typeof value}`);
}

function entry(value: unknown, ...keys: readonly unknown[]): unknown {
  return keys.reduce<unknown>((found, key) => {
    if (found instanceof Kv) return found.data[text(key)] ?? '';
    if (found instanceof Struct || (!(found instanceof List) && !Array.isArray(found)))
      throw new TemplateError(`error calling index: can't index item of type ${typeof found}`);
    const items = itemsOf(found);
    const at = Number(key);
    if (!Number.isInteger(at) || at < 0 || at >= items.length)
      throw new TemplateError(`error calling index: reflect: slice index out of range`);
    return items[at];
  }, value);
}

function compared(name: string, holds: (sign: number) => boolean): Fn {
  return (a, b) => {
    if (typeof a !== typeof b) throw new TemplateError(`error calling ${name}: incompatible types for comparison`);
    if (typeof a !== 'number' && typeof a !== 'string') throw new TemplateError(`error calling ${name}: invalid type for comparison`);
    return holds(a === b ? 0 : a < (b as typeof a) ? -1 : 1);
  };
}

function equals(a: unknown, ...others: readonly unknown[]): boolean {
  const wrong = others.some((other) => typeof other !== typeof a);
  if (wrong) throw new TemplateError('error calling eq: incompatible types for comparison');
  return others.includes(a);
}

/** What `%s %d %v %q %%` make of their values. */
function formatted(format: unknown, ...args: readonly unknown[]): string {
  const rest = [...args];
  return text(format).replace(/%[-+# 0]*\d*(?:\.\d+)?([sdvqtf%])/g, (_, verb: string) => {
    if (verb === '%') return '%';
    const value = rest.shift();
    return verb === 'q' ? JSON.stringify(text(value)) : text(value);
  });
}

/** As Go's encoding/json writes it: by field order for structs, by name for maps. */
export function jsonOf(value: unknown): unknown {
  if (value instanceof Kv)
    return Object.fromEntries(
      Object.keys(value.data)
        .sort()
        .map((name) => [name, value.data[name]]),
    );
  if (value instanceof Struct)
    return Object.fromEntries(
      Object.entries(value.fields).map(([name, each]) => [
        name === 'GeneratorURL' ? 'generatorURL' : `${name[0]?.toLowerCase() ?? ''}${name.slice(1)}`,
        jsonOf(each),
      ]),
    );
  if (value instanceof List || Array.isArray(value)) return itemsOf(value).map(jsonOf);
  return value instanceof GoTime ? value.iso() : value;
}

/** Go writes <, > and & as escapes. */
const goJson = (value: unknown): string =>
  (JSON.stringify(jsonOf(value)) ?? 'null').replace(/[<>&]/g, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

/** Go's own functions and those that Alertmanager adds, as far as anybody uses them in a notification to PagerDuty. */
export const functions: Readonly<Record<string, Fn>> = {
  and: (...args) => args.find((each) => !isTrue(each)) ?? args.at(-1),
  or: (...args) => args.find(isTrue) ?? args.at(-1),
  not: (value) => !isTrue(value),
  len: length,
  index: entry,
  eq: equals,
  ne: (a, b) => !equals(a, b),
  lt: compared('lt', (sign) => sign < 0),
  le: compared('le', (sign) => sign <= 0),
  gt: compared('gt', (sign) => sign > 0),
  ge: compared('ge', (sign) => sign >= 0),
  print: (...args) => args.map(printed).join(''),
  println: (...args) => `${args.map(printed).join(' ')}\n`,
  printf: formatted,
  html: (...args) =>
    args
      .map(printed)
      .join('')
      .replace(/[&<>"']/g, (char) => escapes[char] ?? char),
  urlquery: (...args) =>
    encodeURIComponent(args.map(printed).join(''))
      .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
      .replace(/%20/g, '+'),
  toUpper: (value) => text(value).toUpperCase(),
  toLower: (value) => text(value).toLowerCase(),
  title: (value) => text(value).replace(/(^|\s)\p{L}/gu, (start) => start.toUpperCase()),
  trimSpace: (value) => text(value).trim(),
  join: (separator, list) => itemsOf(list).map(text).join(text(separator)),
  match: (pattern, value) => compileGo(text(pattern)).test(text(value)),
  reReplaceAll: (pattern, replacement, value) =>
    text(value).replace(compileGo(text(pattern), 'g'), text(replacement).replace(/\$\{?(\d+)\}?/g, '$$$1')),
  safeHtml: (value) => value,
  stringSlice: (...args) => args,
  toJson: goJson,
};
