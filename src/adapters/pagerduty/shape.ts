import { PmpError, clean } from '../../engine/errors.ts';

/**
 * A value of an answer under its place in it ("users[3].email"). Every look that does not find what PagerDuty documents throws
 * `pagerduty-rubbish` naming the request, the place and what was expected there.
 */
export class Shape {
  constructor(
    private readonly value: unknown,
    /** "GET /users" */
    readonly request: string,
    private readonly place = '',
  ) {}

  private bad(expected: string): PmpError {
    return rubbish(this.request, `${this.place === '' ? 'the answer' : this.place} is not ${expected}`);
  }
  private child(name: string): unknown {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.bad('an object');
    return Object.hasOwn(this.value, name) ? (this.value as Record<string, unknown>)[name] : undefined;
  }
  private under(name: string): string {
    return this.place === '' ? name : `${this.place}.${name}`;
  }
  /** An object. */
  at(name: string): Shape {
    const found = this.maybe(name);
    if (!found) throw rubbish(this.request, `${this.under(name)} is missing`);
    return found;
  }
  /** An object, or undefined where it is absent or null. */
  maybe(name: string): Shape | undefined {
    const value = this.child(name);
    if (value === undefined || value === null) return undefined;
    const shape = new Shape(value, this.request, this.under(name));
    if (typeof value !== 'object' || Array.isArray(value)) throw shape.bad('an object');
    return shape;
  }
  /** An object, or undefined where it is anything else: for parts that PagerDuty leaves to whoever sent them. */
  objectOr(name: string): Shape | undefined {
    return this.record(name) === undefined ? undefined : this.at(name);
  }
  /** The same as it is, unread. */
  record(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.child(name);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  }
  has(name: string): boolean {
    const value = this.child(name);
    return value !== undefined && value !== null;
  }
  /** A list of objects. */
  list(name: string): readonly Shape[] {
    const value = this.child(name);
    if (!Array.isArray(value)) throw new Shape(value, this.request, this.under(name)).bad('a list');
    return value.map((entry, i) => new Shape(entry, this.request, `${this.under(name)}[${i}]`));
  }
  /** The value itself as a list of objects; undefined where it is none. */
  items(): readonly Shape[] | undefined {
    if (!Array.isArray(this.value)) return undefined;
    return this.value.map((entry, i) => new Shape(entry, this.request, `${this.place}[${i}]`));
  }
  /** A list of objects; absent or null is empty. */
  listOr(name: string): readonly Shape[] {
    return this.has(name) ? this.list(name) : [];
  }
  texts(name: string): readonly string[] {
    return this.list(name).map((entry) => entry.asText());
  }
  text(name: string): string {
    return new Shape(this.child(name), this.request, this.under(name)).asText();
  }
  /** Text, or undefined where it is absent or null. */
  textOr(name: string): string | undefined {
    return this.has(name) ? this.text(name) : undefined;
  }
  /** A finite number, or undefined where it is absent or null. */
  numberOr(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.child(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw new Shape(value, this.request, this.under(name)).bad('a number');
    return value;
  }
  number(name: string): number {
    const value = this.numberOr(name);
    if (value === undefined) throw rubbish(this.request, `${this.under(name)} is missing`);
    return value;
  }
  /** true or false; absent or null is `fallback`. */
  flag(name: string, fallback = false): boolean {
    if (!this.has(name)) return fallback;
    const value = this.child(name);
    if (typeof value !== 'boolean') throw new Shape(value, this.request, this.under(name)).bad('true or false');
    return value;
  }
  /** ISO 8601 time as milliseconds since the epoch. */
  instant(name: string): number {
    const at = Date.parse(this.text(name));
    if (Number.isNaN(at)) throw new Shape(undefined, this.request, this.under(name)).bad('a time');
    return at;
  }
  instantOr(name: string): number | undefined {
    return this.has(name) ? this.instant(name) : undefined;
  }
  private asText(): string {
    if (typeof this.value !== 'string') throw this.bad('a text');
    return this.value;
  }
}

/** `request` is "GET /users"; `why` says what was expected. */
export function rubbish(request: string, why: string): PmpError {
  return new PmpError('pagerduty-rubbish', {
    message: `PagerDuty's answer to ${request} is not what it documents`,
    cause: clean(why),
    fix: 'Check PAGERDUTY_API_URL and any proxy in between; if both are right, run again with --trace <file> and report it.',
  });
}
