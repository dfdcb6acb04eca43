import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../model/index.ts';

/** Milliseconds that a wall clock shows, counted as if it hung in Greenwich. */
export type Wall = number;

interface Steady {
  from: Instant;
  readonly until: Instant;
  readonly offset: number;
}

/** Between two changes of its clocks a zone keeps its offset. To ask the calendar for every turn took most of the time that an answer took. */
const known = new Map<string, Steady[]>();

export function wallOf(instant: Instant, zone: string): Wall {
  return instant + offsetAt(instant, zone);
}

/** Of an hour that comes twice, the first; of one that is skipped, as much later as was skipped. */
export function instantOf(wall: Wall, zone: string): Instant {
  const [before, after] = [offsetAt(wall - 86_400_000, zone), offsetAt(wall + 86_400_000, zone)];
  const fits = [before, after].map((offset) => wall - offset).filter((instant) => wallOf(instant, zone) === wall);
  return fits.length === 0 ? wall - before : Math.min(...fits);
}

/** Milliseconds that a zone's clocks are ahead of Greenwich. */
export function offsetAt(instant: Instant, zone: string): number {
  const spans = known.get(zone) ?? [];
  const span = spans.find(({ from, until }) => from <= instant && instant < until);
  if (span !== undefined) return span.offset;
  known.set(zone, spans);
  const there = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(zone);
  const until = there.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY;
  const same = spans.find((each) => each.until === until);
  if (same !== undefined) {
    same.from = instant;
    return same.offset;
  }
  const offset = there.offsetNanoseconds / 1e6;
  spans.push({ from: instant, until, offset });
  return offset;
}
