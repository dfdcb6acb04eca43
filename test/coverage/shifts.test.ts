import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coveredHours,
  daysLater,
  deal,
  differences,
  dstChanges,
  gaps,
  isValidZone,
  longRuns,
  merged,
  overlapsOf,
  render,
  rotas,
  summarise,
  wallHours,
  weekStart,
  type Shift,
} from '../../src/coverage/index.ts';
import type { EscalationPolicy } from '../../src/model/index.ts';
import { answersOf, at, mail, six, three, zones } from './answers.ts';
import { wallOf } from './oracle.ts';

const hour = 3_600_000;
const day = 24 * hour;
const people = ['ada', 'ben', 'cleo'].map(mail);
/** Hour by hour, who: undefined for nobody. */
const timeline = fc.array(fc.constantFrom(undefined, ...people), { minLength: 1, maxLength: 60 });
const shiftsOf = (hours: readonly (string | undefined)[]) =>
  merged(hours.flatMap((who, h): Shift[] => (who === undefined ? [] : [{ start: h * hour, end: (h + 1) * hour, who }])));

describe('arithmetic of shifts, held against hour-by-hour counting', () => {
  test('gaps and covered hours', () => {
    fc.assert(
      fc.property(timeline, (hours) => {
        const end = hours.length * hour;
        const open = gaps(shiftsOf(hours), 0, end);
        const covered = hours.filter((who) => who !== undefined).length;
        expect(coveredHours(shiftsOf(hours), 0, end)).toBe(covered);
        for (const [h, who] of hours.entries()) expect(open.some((g) => g.start <= h * hour && h * hour < g.end)).toBe(who === undefined);
      }),
    );
  });

  test('overlaps: two different people at once, over two schedules', () => {
    fc.assert(
      fc.property(timeline, timeline, (a, b) => {
        const found = overlapsOf(shiftsOf(a), shiftsOf(b));
        for (let h = 0; h < Math.max(a.length, b.length); h += 1) {
          const here = found.find((o) => o.start <= h * hour && h * hour < o.end);
          const who = [...new Set([a[h], b[h]])].filter((w) => w !== undefined).sort();
          expect(here?.who).toEqual(who.length > 1 ? who : undefined);
        }
      }),
    );
  });

  test('differences: who is said by which, and the hours that would have nobody', () => {
    fc.assert(
      fc.property(timeline, timeline, (a, b) => {
        const found = differences(shiftsOf(a), shiftsOf(b));
        for (let h = 0; h < Math.max(a.length, b.length); h += 1) {
          const here = found.find((d) => d.start <= h * hour && h * hour < d.end);
          expect(here && [here.ours, here.theirs]).toEqual(a[h] === b[h] ? undefined : [a[h], b[h]]);
        }
        for (const [i, d] of found.entries()) expect(d.start).toBeGreaterThanOrEqual(found[i - 1]?.end ?? 0);
      }),
    );
  });
});

describe('more than twelve hours in a row', () => {
  const runs = (answers: Parameters<typeof rotas>[0]) => {
    const now = at('2026-09-07T04:00Z');
    const dealt = deal(rotas(answers)[0]!, undefined, now);
    return longRuns(render(dealt, now, now + 28 * day), 'America/New_York');
  };

  test("nobody, where every region has two: the guide's weekend is one person's on purpose", () => {
    expect(runs(answersOf(six))).toEqual([]);
  });

  test('the week’s engineer who is alone in the region', () => {
    const found = runs(answersOf(three));
    expect(found[0]).toEqual({ who: mail('ben'), start: at('2026-09-14T12:00Z'), end: at('2026-09-15T08:00Z'), hours: 20 });
    expect(new Set(found.map((run) => run.who))).toEqual(new Set([mail('ben'), mail('cleo')]));
  });

  test('a run is one, whichever layers and schedules it comes from', () => {
    const shift = (start: number, end: number): Shift => ({
      who: mail('ada'),
      start: at('2026-09-08T04:00Z') + start * hour,
      end: at('2026-09-08T04:00Z') + end * hour,
    });
    expect(longRuns([shift(6, 13), shift(0, 6)], 'America/New_York')).toMatchObject([{ hours: 13 }]);
    expect(longRuns([shift(0, 6), shift(7, 13)], 'America/New_York')).toEqual([]);
  });
});

describe('zones', () => {
  test('the coming clock changes', () => {
    expect(dstChanges('America/New_York', at('2026-09-01T00:00Z'), 2)).toEqual([at('2026-11-01T06:00Z'), at('2027-03-14T07:00Z')]);
    expect(dstChanges('Asia/Kolkata', at('2026-09-01T00:00Z'), 2)).toEqual([]);
    expect(dstChanges('America/New_York', at('2026-11-01T06:00Z'), 1)).toEqual([at('2027-03-14T07:00Z')]);
  });

  test('a week begins on Monday 00:00, days later is the same wall time, and the hours of a date fill it', () => {
    const moments = fc.integer({ min: 0, max: 366 * 24 * 2 }).map((half) => at('2026-01-01T00:00Z') + half * 1_800_000);
    fc.assert(
      fc.property(moments, fc.constantFrom(...zones), fc.integer({ min: 1, max: 50 }), (instant, zone, days) => {
        const start = weekStart(zone, instant);
        const wall = new Date(wallOf(zone, start));
        expect([wall.getUTCDay(), wall.getUTCHours(), wall.getUTCMinutes()]).toEqual([1, 0, 0]);
        expect(instant - start).toBeGreaterThanOrEqual(0);
        expect(instant - start).toBeLessThan(7 * day + hour);
        expect(wallOf(zone, daysLater(zone, start, days)) - wallOf(zone, start)).toBe(days * day);
        const date = new Date(wallOf(zone, instant)).toISOString().slice(0, 10);
        const hours = wallHours(zone, date);
        expect(hours[0]!.start).toBeLessThanOrEqual(instant);
        expect(hours.at(-1)!.end).toBeGreaterThan(instant);
        for (const [i, span] of hours.entries()) expect(span.start).toBe(hours[i - 1]?.end ?? span.start);
      }),
      { numRuns: 200 },
    );
  });

  test('are known by name', () => {
    expect(['America/New_York', 'Europe/Berlin', 'Etc/UTC'].map(isValidZone)).toEqual([true, true, true]);
    expect(['America/Newyork', '+02:00', '', 'Mars/Phobos'].map(isValidZone)).toEqual([false, false, false, false]);
  });
});

describe('the summary of six weeks', () => {
  const policy = (name: string, schedules: readonly string[]): EscalationPolicy => ({
    kind: 'escalation policy',
    name,
    description: '',
    loops: 0,
    levels: [
      { targets: schedules.map((s) => ({ kind: 'schedule', name: s })), delayMinutes: 10 },
      { targets: [{ kind: 'user', name: mail('grace') }], delayMinutes: 15 },
    ],
  });
  const now = at('2026-09-09T16:00Z');

  test("tells the guide's letter by the number: six weeks, 60 hours open in each", () => {
    const answers = answersOf(three, { gaps: 'accept' });
    const schedules = rotas(answers).map((rota) => deal(rota, undefined, now));
    const [primary, sun] = summarise(schedules, [policy('PMP Critical Escalation', ['PMP Primary On-Call'])], now);
    expect(primary).toMatchObject({
      schedule: 'PMP Primary On-Call',
      policy: 'PMP Critical Escalation',
      level: 1,
      hours: 1008,
      coveredHours: 648,
    });
    expect(primary!.gaps.reduce((sum, g) => sum + (g.end - g.start) / hour, 0)).toBe(360);
    expect(sun).toMatchObject({ schedule: 'PMP Follow Sun', hours: 1008, coveredHours: 1008, gaps: [], overlaps: [] });
    expect(sun!.policy).toBeUndefined();
  });

  test('counts the hours in which a level calls two people', () => {
    const answers = answersOf(six, { level1: 'both' });
    const schedules = rotas(answers).map((rota) => deal(rota, undefined, now));
    const both = ['PMP Primary On-Call', 'PMP Follow Sun'];
    const found = summarise(schedules, [policy('A', both), policy('B', both)], now);
    expect(found.map((s) => [s.schedule, s.policy])).toEqual([
      [both[0], 'A'],
      [both[0], 'B'],
      [both[1], 'A'],
      [both[1], 'B'],
    ]);
    expect(found[0]!.overlaps.every((o) => o.who.length === 2)).toBe(true);
    expect(found[0]!.overlaps.length).toBeGreaterThan(30);
  });

  test('a six weeks with a clock change has an hour more, and none of it open', () => {
    const later = at('2026-10-14T16:00Z');
    const schedules = rotas(answersOf(three)).map((rota) => deal(rota, undefined, later));
    expect(summarise(schedules, [], later)[0]).toMatchObject({ hours: 1009, coveredHours: 1009, gaps: [] });
  });

  test('leaves out a shift-based schedule: its hours are not known', () => {
    const [rota] = rotas(answersOf(three));
    expect(summarise([{ ...rota!, layers: [], style: 'shifts' }], [], now)).toEqual([]);
  });
});
