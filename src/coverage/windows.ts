import type { Instant, WindowAnswer, WindowRule } from '../model/index.ts';
import { timeOfDay } from './hours.ts';
import type { Span } from './shifts.ts';
import { day, minute, wallClock, weekdayOf, type Wall } from './zone.ts';

/**
 * The dates of a maintenance window that are not over, in order: one for a date, as many as the rule's `next` says for a rule; one that runs now counts.
 * It starts when the zone's clocks show the time (where they skip it: at the jump) and lasts its minutes as they pass, not as clocks show them: four hours
 * of work are four hours on the night of a clock change too.
 * @throws RangeError for a date that cannot be read, or an unknown zone.
 */
export function occurrences(window: WindowAnswer, zone: string, now: Instant): readonly Span[] {
  const { when } = window;
  const length = window.minutes * minute;
  if (when.kind === 'date') {
    const wall = Date.parse(`${when.start}Z`);
    if (Number.isNaN(wall)) throw new RangeError(`"${when.start}" is not a date and time`);
    const start = wallClock(zone, wall - day, wall + day).instant(wall);
    return start + length > now ? [{ start, end: start + length }] : [];
  }
  const found: Span[] = [];
  // Every rule comes round within five weeks.
  const horizon = now + (when.next + 1) * 35 * day;
  const clock = wallClock(zone, now - length - 2 * day, horizon);
  for (let midnight = floorDay(clock.wall(now - length)); found.length < when.next && midnight < horizon; midnight += day) {
    const start = clock.instant(midnight + timeOfDay(when.rule.time));
    if (isOn(when.rule, midnight) && start + length > now) found.push({ start, end: start + length });
  }
  return found;
}

function isOn({ ordinal, weekday }: WindowRule, midnight: Wall): boolean {
  if (weekdayOf(midnight) !== weekday) return false;
  if (ordinal === undefined) return true;
  const date = new Date(midnight);
  if (ordinal > 0) return Math.ceil(date.getUTCDate() / 7) === ordinal;
  return new Date(midnight + 7 * day).getUTCMonth() !== date.getUTCMonth();
}

function floorDay(wall: Wall): Wall {
  return Math.floor(wall / day) * day;
}
