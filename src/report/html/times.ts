import type { Instant } from '../../model/index.ts';
import { markup, type Markup } from './markup.ts';

/** "Mon 23 Nov 2026, 08:00 UTC", or in another zone with its distance from UTC. Falls back to UTC for a zone that nobody knows. */
export function inZone(instant: Instant, timeZone: string): string {
  const format = (zone: string) =>
    new Intl.DateTimeFormat('en-GB', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: zone,
      timeZoneName: 'short',
    })
      .format(new Date(instant))
      .replace(',', '');
  try {
    return format(timeZone);
  } catch {
    return format('UTC');
  }
}

export function time(instant: Instant, timeZone: string): Markup {
  return markup`<time datetime="${new Date(instant).toISOString()}">${inZone(instant, timeZone)}</time>`;
}

/** "Mon 23 Nov" of a date (YYYY-MM-DD). */
export function dayInWords(date: string): string {
  return new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
    .format(new Date(`${date}T00:00:00Z`))
    .replace(',', '');
}

/** To a tenth of an hour. */
export function hoursOf(milliseconds: number): number {
  return Math.round(milliseconds / 360_000) / 10;
}
