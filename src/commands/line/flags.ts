import { InvalidArgumentError } from 'commander';

/** Readers of commander's loosely typed values. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function oneOf<const T extends string>(value: unknown, words: readonly T[]): T | undefined {
  return words.find((word) => word === value);
}

/** An object with that key, or none: an absent option stays absent. */
export function optional<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  const object: { [P in K]?: V } = {};
  if (value !== undefined) object[key] = value;
  return object;
}

/** For repeatable options; one value may also list several, separated by commas. */
export function list(value: string, before: readonly string[]): readonly string[] {
  const items = value.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('It names nothing, or has a comma too many.');
  return [...before, ...items];
}

export function port(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 0 || n > 65_535) throw new InvalidArgumentError('A port is a whole number from 0 to 65535.');
  return n;
}

export function whole(value: string): number {
  const n = Number(value);
  if (!Number.isInteger(n) || n < 1) throw new InvalidArgumentError('This is a whole number, 1 or more.');
  return n;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of "80ms", "90s", "10m", "2h", "7d". */
export function duration(value: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value.trim());
  const unit = units[match?.[2] ?? ''];
  if (match === null || unit === undefined) throw new InvalidArgumentError('A duration is a number and a unit: 80ms, 90s, 10m, 2h, 7d.');
  return Number(match[1]) * unit;
}

/** How many times faster than real time: "60x" or "60". */
export function speed(value: string): number {
  const match = /^(\d+(?:\.\d+)?)x?$/.exec(value.trim());
  const n = Number(match?.[1]);
  if (match === null || n <= 0 || n > 100_000)
    throw new InvalidArgumentError('A speed is a number from just above 0 to 100000 and an x: 60x.');
  return n;
}
