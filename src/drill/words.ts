import type { Instant } from '../model/index.ts';

export const second = 1000;
export const minute = 60 * second;

/** Milliseconds as people say them: "8 s", "4 min 10 s", "25 min". */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / second));
  if (seconds < 60) return `${seconds} s`;
  const rest = seconds % 60;
  return `${Math.floor(seconds / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

/** "A", "A and B", "A, B and C". */
export function inWords(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** "1 level", "2 levels". */
export function count(n: number, one: string): string {
  return `${n} ${one}${n === 1 ? '' : 's'}`;
}

/** "02:14 Europe/Berlin"; of a zone that nobody knows, in UTC. */
export function clockIn(instant: Instant, timeZone: string): string {
  const format = (zone: string) =>
    `${new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone }).format(new Date(instant))} ${zone}`;
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}

/** "14:03 UTC". */
export function at(instant: Instant): string {
  return clockIn(instant, 'UTC');
}
