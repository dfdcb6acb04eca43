import type { Instant } from '../model/index.ts';
import { timeOfDay } from './hours.ts';
import { day, dstChanges, hour, minute, wallClock, weekdayOf, type Wall } from './zone.ts';

/** A time as a person typed it; `said` is what they should know about how it was read. */
export interface Moment {
  readonly at: Instant;
  readonly said?: string;
}

/** Why it is no time, and what would be; `right` is an imperative sentence. */
export interface NoMoment {
  readonly wrong: string;
  readonly right: string;
}

const right = 'Write it as 2026-12-24 18:00, tomorrow 09:00, Friday 18:00, 18:00, in 2h, now, or with an offset: 2026-12-24T18:00+01:00.';
const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * A time typed by a person, by the clock on the wall of `zone` unless it carries an offset of its own. A time of day alone is the first one after
 * `after` (left out: now); a weekday is the coming one. A wall time that clocks skip is the instant of the jump, one that they show twice is the first; both are said.
 * @throws RangeError for an unknown zone.
 */
export function readMoment(typed: string, zone: string, now: Instant, after = now): Moment | NoMoment {
  const text = typed.trim().replace(/\s+/g, ' ');
  const word = text.toLowerCase();
  if (word === 'now') return { at: wholeSecond(now) };
  const ahead = /^in (.+)$/.exec(word);
  if (ahead) return moved(ahead[1] ?? '', typed, now);
  if (/^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}:?\d{2})$/i.test(text)) return withOffset(text);
  const dated = /^(\d{4}-\d{2}-\d{2})(?:[T ](\S+))?$/.exec(text);
  if (dated) return onDate(dated[1] ?? '', dated[2] ?? '00:00', zone);
  const relative = /^(?:([a-z]+) )?(\S+)$/.exec(word);
  if (!relative) return none(typed);
  return onDay(relative[1], relative[2] ?? '', typed, zone, { now, after });
}

/** Milliseconds of "8h", "90m", "1h 30m", "2d"; undefined: it is no length of time. */
export function readLength(typed: string): number | undefined {
  const text = typed.trim().toLowerCase();
  if (!/^(?:\d{1,5}\s*(?:m|min|h|d)\s*)+$/.test(text)) return undefined;
  const units: Readonly<Record<string, number>> = { m: minute, min: minute, h: hour, d: day };
  const parts = [...text.matchAll(/(\d+)\s*(min|m|h|d)/g)];
  const length = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0), 0);
  return length > 0 ? length : undefined;
}

function moved(typed: string, whole: string, now: Instant): Moment | NoMoment {
  const length = readLength(typed);
  return length === undefined ? none(whole) : { at: wholeSecond(now + length) };
}

function withOffset(text: string): Moment | NoMoment {
  const at = Date.parse(text.replace(' ', 'T').replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  const [date = ''] = text.split(/[T ]/i);
  return Number.isNaN(at) || !inCalendar(date) ? { wrong: `"${text}" is in no calendar`, right } : { at };
}

function onDate(date: string, time: string, zone: string): Moment | NoMoment {
  if (!isTime(time)) return notTime(time);
  if (!inCalendar(date)) return { wrong: `"${date}" is in no calendar`, right };
  return onWall(Date.parse(`${date}T00:00:00Z`) + timeOfDay(time), zone);
}

function onDay(
  named: string | undefined,
  time: string,
  typed: string,
  zone: string,
  { now, after }: { readonly now: Instant; readonly after: Instant },
): Moment | NoMoment {
  const weekday = weekdays.findIndex((name) => name === named || name.slice(0, 3) === named) + 1;
  if (named !== undefined && named !== 'today' && named !== 'tomorrow' && weekday === 0) return none(typed);
  if (!isTime(time)) return named === undefined ? none(typed) : notTime(time);
  const clock = wallClock(zone, now - day, Math.max(now, after) + 9 * day);
  const midnight = (instant: Instant): Wall => Math.floor(clock.wall(instant) / day) * day;
  const at = (days: number, from: Instant) => onWall(midnight(from) + days * day + timeOfDay(time), zone);
  if (named === 'today') return at(0, now);
  if (named === 'tomorrow') return at(1, now);
  const days = [0, 1, 2, 3, 4, 5, 6, 7, 8].filter((n) => weekday === 0 || weekdayOf(midnight(after) + n * day) === weekday);
  return days.map((n) => at(n, after)).find((moment) => moment.at > after) ?? at(1, after);
}

function onWall(wall: Wall, zone: string): Moment {
  const clock = wallClock(zone, wall - 2 * day, wall + 2 * day);
  const at = clock.instant(wall);
  const asked = shown(wall);
  if (clock.wall(at) !== wall)
    return { at, said: `clocks in ${zone} skip ${asked}: ${shown(clock.wall(at)).slice(11)} is taken, when they jump` };
  const [jump] = dstChanges(zone, at, 1);
  if (jump === undefined || jump > at + day) return { at };
  const again = at + clock.wall(jump - 1) + 1 - clock.wall(jump);
  const twice = again > at && again >= jump && clock.wall(again) === wall;
  return twice
    ? {
        at,
        said: `clocks in ${zone} show ${asked} twice: the first is taken; the second is ${new Date(again).toISOString().slice(0, 16)}Z`,
      }
    : { at };
}

function isTime(time: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d(?::00)?$/.test(time);
}

function inCalendar(date: string): boolean {
  const midnight = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(date);
}

/** "2026-12-24 18:00" */
function shown(wall: Wall): string {
  return new Date(wall).toISOString().slice(0, 16).replace('T', ' ');
}

function notTime(time: string): NoMoment {
  return { wrong: `"${time}" is no time of day`, right: 'Write hour:minute with two digits each, 00:00 to 23:59.' };
}

function none(typed: string): NoMoment {
  return { wrong: `"${typed}" is no time`, right };
}

function wholeSecond(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}
