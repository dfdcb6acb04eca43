import type { Instant } from '../model/index.ts';

/** Crockford's base 32: nothing in it can be misread on a phone. */
const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const timeLetters = 10;
const randomLetters = 16;
const randomBytes = 10;

/** So many bytes that nobody can foresee. */
export type Random = (bytes: number) => Uint8Array;

/** A ULID: 26 letters, 10 of time and 16 of chance, so that ids sort by when they were made. */
export function ulid(now: Instant, random: Random): string {
  const time = Array.from({ length: timeLetters }, (_, index) => letters[Math.floor(now / 32 ** (timeLetters - 1 - index)) % 32]);
  const bits = [...random(randomBytes)].reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const chance = Array.from(
    { length: randomLetters },
    (_, index) => letters[Number((bits >> BigInt(5 * (randomLetters - 1 - index))) % 32n)],
  );
  return [...time, ...chance].join('');
}

const shape = /^[0-9A-HJKMNP-TV-Z]{26}$/i;

/** A drill's id, as an alert's detail or label carries it; undefined: it is none. */
export function drillId(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return shape.test(text) ? text : undefined;
}
