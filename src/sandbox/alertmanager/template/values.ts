import { TemplateError } from './error.ts';

type Method = (...args: readonly unknown[]) => unknown;

/** A value of Go's with named fields and methods; what it is called stands in errors. */
export class Struct {
  constructor(
    readonly type: string,
    readonly fields: Readonly<Record<string, unknown>>,
    readonly methods: Readonly<Record<string, Method>> = {},
  ) {}
}

/** A list with methods. */
export class List {
  constructor(
    readonly items: readonly unknown[],
    readonly methods: Readonly<Record<string, Method>> = {},
  ) {}
}

/** Alertmanager's KV: labels or annotations. A name that is not there is the empty text. */
export class Kv {
  constructor(readonly data: Readonly<Record<string, string>>) {}

  /** By name, `alertname` first. */
  names(): readonly string[] {
    const names = Object.keys(this.data).sort();
    return names.includes('alertname') ? ['alertname', ...names.filter((name) => name !== 'alertname')] : names;
  }

  method(name: string): Method | undefined {
    const names = this.names();
    const values = (): readonly string[] => names.map((each) => this.data[each] ?? '');
    switch (name) {
      case 'SortedPairs':
        return () => pairs(names.map((each) => [each, this.data[each] ?? '']));
      case 'Remove':
        return (gone) => new Kv(Object.fromEntries(Object.entries(this.data).filter(([each]) => !itemsOf(gone).includes(each))));
      case 'Names':
        return () => names;
      case 'Values':
        return values;
      default:
        return undefined;
    }
  }
}

function pairs(rows: readonly (readonly [name: string, value: string])[]): List {
  return new List(
    rows.map(([Name, Value]) => new Struct('template.Pair', { Name, Value })),
    { Names: () => rows.map(([name]) => name), Values: () => rows.map(([, value]) => value) },
  );
}

/** A time as Go prints it. */
export class GoTime {
  constructor(readonly at: number | undefined) {}

  iso(): string {
    return this.at === undefined ? '0001-01-01T00:00:00Z' : new Date(this.at).toISOString();
  }

  toString(): string {
    return `${this.iso()
      .replace('T', ' ')
      .replace(/\.?0*Z$/, '')} +0000 UTC`;
  }
}

export function itemsOf(value: unknown): readonly unknown[] {
  if (value instanceof List) return value.items;
  return Array.isArray(value) ? value : [];
}

/** Field, method or entry of that name. @throws TemplateError in Go's words */
export function member(value: unknown, name: string, args: readonly unknown[] = []): unknown {
  if (value instanceof Kv) return value.method(name)?.(...args) ?? value.data[name] ?? '';
  if (value instanceof Struct) {
    if (Object.hasOwn(value.methods, name)) return value.methods[name]?.(...args);
    if (Object.hasOwn(value.fields, name)) return value.fields[name];
    throw new TemplateError(`can't evaluate field ${name} in type ${value.type}`);
  }
  if (value instanceof List && Object.hasOwn(value.methods, name)) return value.methods[name]?.(...args);
  throw new TemplateError(`can't evaluate field ${name} in type ${typeOf(value)}`);
}

const typeOf = (value: unknown): string =>
  value === undefined || value === null
    ? 'interface {}'
    : typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? 'int'
        : typeof value === 'boolean'
          ? 'bool'
          : 'template.Alerts';

/** Go's truth: neither zero nor empty. */
export function isTrue(value: unknown): boolean {
  if (value instanceof Kv) return Object.keys(value.data).length > 0;
  if (value instanceof List || Array.isArray(value)) return itemsOf(value).length > 0;
  return value !== undefined && value !== null && value !== '' && value !== 0 && value !== false;
}

/** As `{{ . }}` prints it. */
export function printed(value: unknown): string {
  if (value === undefined || value === null) return '<no value>';
  if (value instanceof Kv)
    return `map[${value
      .names()
      .map((name) => `${name}:${value.data[name]}`)
      .sort()
      .join(' ')}]`;
  if (value instanceof List || Array.isArray(value)) return `[${itemsOf(value).map(printed).join(' ')}]`;
  if (value instanceof Struct) return `{${Object.values(value.fields).map(printed).join(' ')}}`;
  if (value instanceof GoTime) return value.toString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
