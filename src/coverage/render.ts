import type { Instant, Layer, Restriction, Schedule } from '../model/index.ts';
import { timeOfDay } from './hours.ts';
import { merged, type Shift, type Span } from './shifts.ts';
import { day, wallClock, week, weekdayOf, type WallClock } from './zone.ts';

/**
 * PagerDuty documents neither what a turn nor what a restriction is when clocks change.
 * `wall`: a turn is seven calendar days, and a restriction ends when the clock shows its end.
 * `elapsed`: a turn is 604,800 seconds, and a restriction lasts its seconds from when the clock shows its start.
 */
export type Reading = 'wall' | 'elapsed';

/**
 * Who is on call from `from` until `until`, the final schedule: a later layer wins. One person at a time; a person's shifts that touch are one.
 * Instants in milliseconds UTC. Hours that nobody has are left out.
 * @throws RangeError for a layer without `turn` (`deal` it first), or an unknown zone.
 */
export function render(schedule: Schedule, from: Instant, until: Instant, reading: Reading = 'wall'): readonly Shift[] {
  const clock = wallClock(schedule.timeZone, from - 2 * week, until + week);
  const shifts: Shift[] = [];
  let open: readonly Span[] = from < until ? [{ start: from, end: until }] : [];
  for (const layer of [...schedule.layers].reverse()) {
    if (open.length === 0) break;
    const hours = intersection(open, layerHours(layer, clock, from, until, reading));
    shifts.push(...byTurn(layer, hours, schedule.timeZone, clock, reading));
    open = without(open, hours);
  }
  return merged(shifts);
}

/** The hours that a layer covers, whoever has them, in order and joined. */
function layerHours(layer: Layer, clock: WallClock, from: Instant, until: Instant, reading: Reading): readonly Span[] {
  if (layer.users.length === 0) return [];
  const own = [{ start: Math.max(from, layer.start ?? from), end: Math.min(until, layer.end ?? until) }];
  if (layer.restrictions.length === 0) return intersection(own, own);
  const spans = layer.restrictions.flatMap((r) => restrictionSpans(r, clock, from, until, reading));
  return intersection(own, union(spans));
}

function restrictionSpans(restriction: Restriction, clock: WallClock, from: Instant, until: Instant, reading: Reading): readonly Span[] {
  const time = timeOfDay(restriction.start);
  const length = restriction.seconds * 1000;
  const last = clock.wall(until);
  const spans: Span[] = [];
  for (let midnight = Math.floor((clock.wall(from) - length) / day) * day - day; midnight <= last; midnight += day) {
    if (restriction.weekday !== undefined && weekdayOf(midnight) !== restriction.weekday) continue;
    const start = clock.instant(midnight + time);
    spans.push({ start, end: reading === 'wall' ? clock.instant(midnight + time + length) : start + length });
  }
  return spans;
}

/** Cuts hours where the turn changes and says whose they are. */
function byTurn(layer: Layer, hours: readonly Span[], zone: string, clock: WallClock, reading: Reading): readonly Shift[] {
  const first = hours[0];
  if (!first) return [];
  const turns = turnsOf(layer, zone, clock, reading);
  const shifts: Shift[] = [];
  let turn = turns.at(first.start);
  for (const { start, end } of hours) {
    let at = start;
    while (at < end) {
      while (turns.start(turn + 1) <= at) turn += 1;
      const next = Math.min(end, turns.start(turn + 1));
      shifts.push({ start: at, end: next, who: turns.who(turn), layer: layer.name });
      at = next;
    }
  }
  return shifts;
}

interface Turns {
  /** Number of the turn that runs at the instant; 0 is that of `layer.turn`. */
  at(instant: Instant): number;
  start(turn: number): Instant;
  who(turn: number): string;
}

/** Obligation: `clock` reaches over every instant that is asked about. */
export function turnsOf(layer: Layer, zone: string, clock: WallClock, reading: Reading): Turns {
  const origin = layer.turn;
  if (origin === undefined) throw new RangeError(`layer "${layer.name}" has not been dealt`);
  const wallOrigin = wallClock(zone, origin, origin).wall(origin);
  const start = (turn: number) => (reading === 'wall' ? clock.instant(wallOrigin + turn * week) : origin + turn * week);
  return {
    start,
    at(instant) {
      const turn = Math.floor((reading === 'wall' ? clock.wall(instant) - wallOrigin : instant - origin) / week) + 1;
      return start(turn) <= instant ? turn : start(turn - 1) <= instant ? turn - 1 : turn - 2;
    },
    who(turn) {
      const count = layer.users.length;
      return layer.users[((turn % count) + count) % count] ?? '';
    },
  };
}

function union(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && span.start <= last.end) result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push(span);
  }
  return result;
}

/** Both lists in order and disjoint. */
function intersection(a: readonly Span[], b: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  let [i, j] = [0, 0];
  for (let left = a[i], right = b[j]; left && right; left = a[i], right = b[j]) {
    const span = { start: Math.max(left.start, right.start), end: Math.min(left.end, right.end) };
    if (span.start < span.end) result.push(span);
    if (left.end <= right.end) i += 1;
    else j += 1;
  }
  return result;
}

/** `covered` lies within `open`; both in order and disjoint. */
function without(open: readonly Span[], covered: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  let j = 0;
  for (const { start, end } of open) {
    let at = start;
    for (let span = covered[j]; span && span.end <= end; span = covered[++j]) {
      if (span.start > at) result.push({ start: at, end: span.start });
      at = span.end;
    }
    if (at < end) result.push({ start: at, end });
  }
  return result;
}
