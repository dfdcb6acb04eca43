import { create, getTimeZoneTransition, offsetNanoseconds } from 'temporal-polyfill/fns/ZonedDateTime';
import type { Instant } from '../model/index.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const week = 7 * day;

/** What a clock on the wall shows: milliseconds since 1970-01-01T00:00 as that clock counts them. */
export type Wall = number;

/** A zone's clock between two instants; outside them its first and last offsets go on. */
export interface WallClock {
  wall(instant: Instant): Wall;
  /** The first instant at which the clock shows that time or, where it skips it, the instant of the jump. */
  instant(wall: Wall): Instant;
}

interface Stretch {
  readonly end: Instant;
  readonly start: Instant;
  readonly offset: number;
}

/** True for what the time-zone database knows by name; offsets ("+02:00") and nicknames it does not know are not zones. */
export function isValidZone(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    create(0n, zone);
    return true;
  } catch {
    return false;
  }
}

/** @throws RangeError for a zone that does not exist. */
export function wallClock(zone: string, from: Instant, until: Instant): WallClock {
  const stretches = stretchesOf(zone, from - 2 * day, until + 2 * day);
  return {
    wall(instant) {
      const here = stretches.find((s) => instant < s.end);
      return instant + (here?.offset ?? 0);
    },
    instant(wall) {
      const here = stretches.find((s) => wall < s.end + s.offset);
      return here ? Math.max(here.start, wall - here.offset) : wall;
    },
  };
}

/** The next instants, at most `count`, at which the zone's clocks jump. Empty where they never do again. */
export function dstChanges(zone: string, from: Instant, count: number): readonly Instant[] {
  const changes: Instant[] = [];
  let at = from;
  while (changes.length < count) {
    const next = nextJump(zone, at);
    if (next === undefined) break;
    changes.push(next);
    at = next;
  }
  return changes;
}

/** Monday 00:00, as the zone's clocks show it, at or before the instant. */
export function weekStart(zone: string, instant: Instant): Instant {
  const clock = wallClock(zone, instant - week, instant);
  return clock.instant(mondayOf(weekOf(clock.wall(instant))));
}

/** The same time on the wall, `days` days later. */
export function daysLater(zone: string, instant: Instant, days: number): Instant {
  const clock = wallClock(zone, Math.min(instant, instant + days * day), Math.max(instant, instant + days * day));
  return clock.instant(clock.wall(instant) + days * day);
}

/** How long a date (YYYY-MM-DD) lasts there, in hours: 24, on days of a clock change 23, 25, 23.5, 24.5 … */
export function hoursOfDay(zone: string, date: string): number {
  const wall = Date.parse(`${date}T00:00:00Z`);
  const clock = wallClock(zone, wall - day, wall + 2 * day);
  return (clock.instant(wall + day) - clock.instant(wall)) / hour;
}

/**
 * The 24 hours that the clock on the wall counts on a date (YYYY-MM-DD), from 00:00. One that a clock change skips is empty, one that it repeats is
 * longer.
 */
export function wallHours(zone: string, date: string): readonly { readonly start: Instant; readonly end: Instant }[] {
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const clock = wallClock(zone, midnight - day, midnight + 2 * day);
  return Array.from({ length: 24 }, (_, h) => ({
    start: clock.instant(midnight + h * hour),
    end: clock.instant(midnight + (h + 1) * hour),
  }));
}

/** The date that the zone's calendar shows, YYYY-MM-DD. */
export function dateOf(zone: string, instant: Instant): string {
  return new Date(wallClock(zone, instant, instant).wall(instant)).toISOString().slice(0, 10);
}

/** Weeks begin on Monday and are counted from 1970-01-05. */
export function weekOf(wall: Wall): number {
  return Math.floor((wall / day - 4) / 7);
}

export function mondayOf(weekNumber: number): Wall {
  return (weekNumber * 7 + 4) * day;
}

/** 1 = Monday … 7 = Sunday. */
export function weekdayOf(wall: Wall): number {
  return Math.floor((wall - mondayOf(weekOf(wall))) / day) + 1;
}

function stretchesOf(zone: string, from: Instant, until: Instant): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let start = -Infinity;
  let offset = offsetAt(zone, from);
  for (let jump = nextJump(zone, from); jump !== undefined && jump < until; jump = nextJump(zone, jump)) {
    stretches.push({ start, end: jump, offset });
    start = jump;
    offset = offsetAt(zone, jump);
  }
  return [...stretches, { start, end: Infinity, offset }];
}

function nextJump(zone: string, after: Instant): Instant | undefined {
  let at = after;
  for (;;) {
    const next = getTimeZoneTransition(create(BigInt(Math.floor(at)) * 1_000_000n, zone), 'next');
    if (next === null) return undefined;
    const instant = Number(next.epochNanoseconds / 1_000_000n);
    if (offsetAt(zone, instant) !== offsetAt(zone, instant - 1)) return instant;
    at = instant;
  }
}

function offsetAt(zone: string, instant: Instant): number {
  return offsetNanoseconds(create(BigInt(Math.floor(instant)) * 1_000_000n, zone)) / 1_000_000;
}
