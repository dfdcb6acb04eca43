import { readLength, readMoment } from '../../coverage/index.ts';
import { PmpError } from '../../engine/index.ts';
import type { Instant } from '../../model/index.ts';

/** A typed time by the clock of the zone. @throws PmpError `usage` naming the flag */
export function momentOf(
  flag: string,
  typed: string,
  zone: string,
  now: Instant,
  after?: Instant,
): { readonly at: Instant; readonly said?: string } {
  const moment = readMoment(typed, zone, now, after);
  if ('at' in moment) return moment;
  throw new PmpError('usage', { message: `${flag}: ${moment.wrong}`, fix: moment.right });
}

/** Milliseconds of what --for says. @throws PmpError `usage` */
export function lengthOf(typed: string): number {
  const length = readLength(typed);
  if (length !== undefined) return length;
  throw new PmpError('usage', { message: `--for: "${typed}" is no length of time`, fix: 'Write it like 90m, 8h, 1h 30m or 2d.' });
}

/** PagerDuty's times have no fractions. */
export function wholeSecond(at: Instant): Instant {
  return Math.floor(at / 1000) * 1000;
}
