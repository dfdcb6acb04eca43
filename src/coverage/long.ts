import type { Instant } from '../model/index.ts';
import { merged, type Shift, type Span } from './shifts.ts';
import { day, hour, mondayOf, wallClock, weekOf } from './zone.ts';

/** Somebody on call for too long in a row. */
export interface LongRun extends Span {
  readonly who: string;
  readonly hours: number;
}

/**
 * Who is on call for more than `limit` hours in a row, in order. The guide's own weekend (Saturday 00:00 to Monday 00:00 in the zone) is meant to be
 * one person's and does not count: a run is measured up to it and anew after it. The list may hold several schedules' shifts.
 */
export function longRuns(shifts: readonly Shift[], zone: string, limit = 12): readonly LongRun[] {
  if (shifts.length === 0) return [];
  const from = Math.min(...shifts.map((s) => s.start));
  const weekends = weekendsOf(zone, from, Math.max(...shifts.map((s) => s.end)));
  const people = new Map<string, Shift[]>();
  for (const shift of shifts) {
    const own = people.get(shift.who);
    if (own) own.push(shift);
    else people.set(shift.who, [shift]);
  }
  return [...people.values()]
    .flatMap((own) => merged(own).flatMap((run) => outside(run, weekends)))
    .filter((run) => run.end - run.start > limit * hour)
    .map(({ start, end, who }) => ({ start, end, who, hours: (end - start) / hour }))
    .sort((a, b) => a.start - b.start);
}

function weekendsOf(zone: string, from: Instant, until: Instant): readonly Span[] {
  const clock = wallClock(zone, from, until);
  const weekends: Span[] = [];
  for (let week = weekOf(clock.wall(from)); mondayOf(week) <= clock.wall(until); week += 1) {
    weekends.push({ start: clock.instant(mondayOf(week) + 5 * day), end: clock.instant(mondayOf(week + 1)) });
  }
  return weekends;
}

function outside(run: Shift, weekends: readonly Span[]): readonly Shift[] {
  const parts: Shift[] = [];
  let start = run.start;
  for (const weekend of weekends) {
    if (weekend.end <= start || weekend.start >= run.end) continue;
    if (weekend.start > start) parts.push({ ...run, start, end: weekend.start });
    start = Math.min(weekend.end, run.end);
  }
  return start < run.end ? [...parts, { ...run, start }] : parts;
}
