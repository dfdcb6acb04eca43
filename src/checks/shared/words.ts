import type { Instant } from '../../model/index.ts';

const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

/** Milliseconds as people say them: "3 s", "1 min 30 s", "14 min", "2.5 h", "6 days". */
export function span(milliseconds: number): string {
  const length = Math.abs(milliseconds);
  // Promises are minutes: below ten of them seconds decide.
  if (length < 10 * minute) return inSeconds(Math.round(length / second));
  if (length < 90 * minute) return `${Math.round(length / minute)} min`;
  if (length < 2 * day) return `${tenths(length / hour)} h`;
  return `${tenths(length / day)} days`;
}

/** "3 days ago". */
export function ago(now: Instant, then: Instant): string {
  return `${span(now - then)} ago`;
}

/** "2026-11-21 14:03Z". */
export function at(instant: Instant): string {
  return `${new Date(instant).toISOString().slice(0, 16).replace('T', ' ')}Z`;
}

/** "A", "A and B", "A, B and C". */
export function inWords(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

export function quoted(names: readonly string[]): string {
  return inWords(names.map((name) => `"${name}"`));
}

/** "1 level", "2 levels", "3 people". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** "40 s", "2 min", "1 min 30 s". */
function inSeconds(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

function tenths(value: number): string {
  return String(Math.round(value * 10) / 10);
}
