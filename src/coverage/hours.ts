import type { Layer, Restriction } from '../model/index.ts';
import { day, hour, minute, week, type Wall } from './zone.ts';

/** Part of a week in wall milliseconds since Monday 00:00; `end` may reach into the next week. */
export interface WeekPart {
  readonly start: number;
  readonly end: number;
}

export type Anchor = Layer['anchor'];

/** "HH:MM" (or "HH:MM:SS") in milliseconds since midnight. */
export function timeOfDay(time: string): number {
  const [h = 0, m = 0, s = 0] = time.split(':').map(Number);
  return h * hour + m * minute + s * 1000;
}

/** How far into the week the turn changes, in wall milliseconds. */
export function anchorInWeek(anchor: Anchor): Wall {
  return (anchor.weekday - 1) * day + timeOfDay(anchor.time);
}

/** The hours of a week that the restrictions leave, joined and in order, so that two ways of writing the same hours are equal. */
export function weekParts(restrictions: readonly Restriction[]): readonly WeekPart[] {
  if (restrictions.length === 0) return [{ start: 0, end: week }];
  const pieces = restrictions.flatMap((r) =>
    weekdaysOf(r).flatMap((weekday) => {
      const start = (weekday - 1) * day + timeOfDay(r.start);
      const end = start + r.seconds * 1000;
      return end <= week
        ? [{ start, end }]
        : [
            { start, end: week },
            { start: 0, end: end - week },
          ];
    }),
  );
  return roundTheWeek(joined(pieces));
}

/** The same hours in words: "Mon–Fri 08:00–20:00", "Sat 00:00–Mon 00:00", "always". */
export function hoursInWords(restrictions: readonly Restriction[]): string {
  const parts = weekParts(restrictions);
  if (parts.some((p) => p.end - p.start >= week)) return 'always';
  const alike = new Map<string, number[]>();
  for (const part of parts) {
    const clock = `${clockTime(part.start)}–${clockTime(part.end)}`;
    const weekday = Math.floor(part.start / day) + 1;
    const key =
      part.end - part.start <= day ? clock : `${dayName(weekday)} ${clockTime(part.start)}–${dayName(endDay(part))} ${clockTime(part.end)}`;
    alike.set(key, [...(alike.get(key) ?? []), weekday]);
  }
  return [...alike].map(([words, weekdays]) => (/^\d/.test(words) ? `${daysInWords(weekdays)} ${words}` : words)).join(', ');
}

/** "Monday 04:00". */
export function anchorInWords(anchor: Anchor): string {
  return `${longDayName(anchor.weekday)} ${clockTime(timeOfDay(anchor.time))}`;
}

export function dayName(weekday: number): string {
  return longDayName(weekday).slice(0, 3);
}

function longDayName(weekday: number): string {
  return ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][(weekday + 6) % 7] ?? '';
}

function weekdaysOf(restriction: Restriction): readonly number[] {
  return restriction.weekday === undefined ? [1, 2, 3, 4, 5, 6, 7] : [restriction.weekday];
}

function joined(parts: readonly WeekPart[]): readonly WeekPart[] {
  const result: WeekPart[] = [];
  for (const part of [...parts].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && part.start <= last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, part.end) };
    else result.push(part);
  }
  return result;
}

/** What ends with Sunday and goes on at Monday 00:00 is one part. */
function roundTheWeek(parts: readonly WeekPart[]): readonly WeekPart[] {
  const [first, last] = [parts[0], parts.at(-1)];
  if (!first || !last || first === last || first.start !== 0 || last.end !== week) return parts;
  return [...parts.slice(1, -1), { start: last.start, end: week + first.end }];
}

function endDay(part: WeekPart): number {
  return (Math.floor(part.end / day) % 7) + 1;
}

function clockTime(milliseconds: number): string {
  const minutes = Math.floor((milliseconds % day) / minute);
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

/** Weekdays in ascending order: "daily", "Mon–Fri", "Mon, Wed". */
function daysInWords(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'daily';
  const runs: number[][] = [];
  for (const weekday of weekdays) {
    const run = runs.at(-1);
    if (run?.at(-1) === weekday - 1) run.push(weekday);
    else runs.push([weekday]);
  }
  return runs
    .map((run) => (run.length > 2 ? `${dayName(run[0] ?? 1)}–${dayName(run.at(-1) ?? 1)}` : run.map(dayName).join(', ')))
    .join(', ');
}
