import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { occurrences } from '../../src/coverage/index.ts';
import type { WindowAnswer, WindowRule } from '../../src/model/index.ts';
import { at, zones } from './answers.ts';
import { wallOf } from './oracle.ts';

const hour = 3_600_000;
const day = 24 * hour;
const base = { name: 'Database upgrade', services: ['critical'], minutes: 240 } as const satisfies Partial<WindowAnswer>;
const rule = (ordinal: WindowRule['ordinal'], weekday: number, time: string, next: number): WindowAnswer => ({
  ...base,
  when: { kind: 'rule', rule: { ordinal, weekday, time }, next },
});
const date = (start: string): WindowAnswer => ({ ...base, when: { kind: 'date', start } });
const iso = (instant: number) => new Date(instant).toISOString().slice(0, 16);
const zone = 'America/New_York';

describe('a maintenance window by date', () => {
  test('is that wall time in the zone, and is gone once it is over', () => {
    const window = date('2026-10-03T22:00');
    const [only] = occurrences(window, zone, at('2026-09-01T00:00Z'));
    expect([iso(only!.start), iso(only!.end)]).toEqual(['2026-10-04T02:00', '2026-10-04T06:00']);
    expect(occurrences(window, zone, at('2026-10-04T05:59Z'))).toHaveLength(1);
    expect(occurrences(window, zone, at('2026-10-04T06:00Z'))).toEqual([]);
  });

  test('lasts as long as it says on the night of a clock change', () => {
    for (const night of ['2026-10-31T22:00', '2027-03-13T22:00']) {
      const [only] = occurrences(date(night), zone, at('2026-09-01T00:00Z'));
      expect(only!.end - only!.start).toBe(4 * hour);
    }
  });

  test('that a clock change skips begins at the jump', () => {
    expect(iso(occurrences(date('2027-03-14T02:30'), zone, at('2026-09-01T00:00Z'))[0]!.start)).toBe('2027-03-14T07:00');
  });

  test('cannot be read: an error that says what', () => {
    expect(() => occurrences(date('next week'), zone, 0)).toThrow('next week');
  });
});

describe('a maintenance window by rule', () => {
  test('the first Saturday, the last Sunday, every Friday', () => {
    const now = at('2026-09-09T12:00Z');
    const starts = (window: WindowAnswer) => occurrences(window, zone, now).map((o) => iso(o.start - 4 * hour));
    expect(starts(rule(1, 6, '22:00', 2))).toEqual(['2026-10-03T22:00', '2026-11-07T23:00']);
    expect(starts(rule(-1, 7, '02:00', 2))).toEqual(['2026-09-27T02:00', '2026-10-25T02:00']);
    expect(starts(rule(undefined, 5, '18:00', 3))).toEqual(['2026-09-11T18:00', '2026-09-18T18:00', '2026-09-25T18:00']);
  });

  test('one that runs counts as the next', () => {
    const running = occurrences(rule(1, 6, '22:00', 2), zone, at('2026-10-04T04:00Z'));
    expect(running.map((o) => iso(o.start))).toEqual(['2026-10-04T02:00', '2026-11-08T03:00']);
    const over = occurrences(rule(1, 6, '22:00', 2), zone, at('2026-10-04T06:00Z'));
    expect(over.map((o) => iso(o.start))).toEqual(['2026-11-08T03:00', '2026-12-06T03:00']);
  });

  test('are as many as asked, in order, still to come, on the weekday and at the time, and none is left out', () => {
    const ordinals = fc.constantFrom<WindowRule['ordinal']>(1, 2, 3, 4, -1, undefined);
    const moments = fc.integer({ min: 0, max: 24 * 365 }).map((h) => at('2026-01-01T00:00Z') + h * hour);
    fc.assert(
      fc.property(
        ordinals,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 4, max: 23 }),
        fc.integer({ min: 1, max: 6 }),
        moments,
        fc.constantFrom(...zones),
        (ordinal, weekday, h, next, now, where) => {
          const time = `${String(h).padStart(2, '0')}:00`;
          const found = occurrences(rule(ordinal, weekday, time, next), where, now);
          const expected: number[] = [];
          // Slowly: every half hour of the coming months, asked what the wall shows.
          for (let t = Math.floor(now / 1_800_000) * 1_800_000 - 4 * hour; expected.length < next; t += 1_800_000) {
            const wall = new Date(wallOf(where, t));
            const nth = Math.floor((wall.getUTCDate() - 1) / 7) + 1;
            const last = new Date(wall.getTime() + 7 * day).getUTCMonth() !== wall.getUTCMonth();
            const on = ordinal === undefined || (ordinal === -1 ? last : nth === ordinal);
            if (on && wall.getUTCDay() === weekday % 7 && wall.getUTCHours() === h && wall.getUTCMinutes() === 0 && t + 4 * hour > now)
              expected.push(t);
          }
          expect(found).toEqual(expected.map((start) => ({ start, end: start + 4 * hour })));
        },
      ),
      { numRuns: 60 },
    );
  });
});
