import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coveredHours,
  deal,
  differences,
  dstChanges,
  gaps,
  hoursOfDay,
  render,
  rotas,
  whoAt,
  type Reading,
  type Shift,
} from '../../src/coverage/index.ts';
import type { Answers, Layer, Schedule } from '../../src/model/index.ts';
import { answersOf, at, mail, six, three, zones } from './answers.ts';
import { oracle } from './oracle.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const readings: readonly Reading[] = ['wall', 'elapsed'];

/** Whole hours: of a time inside a repeated hour nobody can say which of the two is meant, so none is generated. */
const hours = fc.integer({ min: 0, max: 23 }).map((h) => `${String(h).padStart(2, '0')}:00`);
const restrictions = fc.oneof(
  fc.constant([]),
  fc.array(fc.record({ start: hours, seconds: fc.integer({ min: 1, max: 23 }).map((h) => h * 3600) }), { minLength: 1, maxLength: 3 }),
  fc.array(
    fc.record({ weekday: fc.integer({ min: 1, max: 7 }), start: hours, seconds: fc.integer({ min: 1, max: 167 }).map((h) => h * 3600) }),
    { minLength: 1, maxLength: 6 },
  ),
);
const layers = (from: number): fc.Arbitrary<Layer[]> =>
  fc
    .array(
      fc.record({
        users: fc.array(fc.constantFrom(...['ada', 'ben', 'cleo', 'grace'].map(mail)), { minLength: 1, maxLength: 5 }),
        restrictions,
        turn: fc.integer({ min: 0, max: 24 * 7 * 30 }).map((h) => from - h * hour),
        start: fc.option(
          fc.integer({ min: -200, max: 200 }).map((h) => from + h * hour),
          { nil: undefined },
        ),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((list) =>
      list.map(({ start, ...layer }, i) => ({
        ...layer,
        name: `Layer ${i}`,
        anchor: { weekday: 1, time: '00:00' },
        ...(start === undefined ? {} : { start }),
      })),
    );

/** Around every clock change of these zones, and elsewhere. */
const begins = fc
  .tuple(
    fc.constantFrom('2026-03-05', '2026-03-26', '2026-04-02', '2026-10-01', '2026-10-22', '2026-10-29', '2026-06-10'),
    fc.integer({ min: 0, max: 71 }),
  )
  .map(([date, h]) => at(`${date}T00:00:00Z`) + h * hour);

function schedule(timeZone: string, list: readonly Layer[]): Schedule {
  return { kind: 'schedule', name: 'PMP Primary On-Call', description: '', timeZone, layers: list, style: 'layers' };
}

function sampled(shifts: readonly Shift[], from: number, until: number, step = 30 * minute): (string | undefined)[] {
  const result: (string | undefined)[] = [];
  let i = 0;
  for (let t = from; t < until; t += step) {
    while (shifts[i] && shifts[i]!.end <= t) i += 1;
    result.push(shifts[i] && shifts[i]!.start <= t ? shifts[i]!.who : undefined);
  }
  return result;
}

function dealt(answers: Answers, now: number): readonly Schedule[] {
  return rotas(answers).map((rota) => deal(rota, undefined, now));
}

describe('a schedule is rendered as the clocks on its wall say', () => {
  for (const zone of [...zones, 'America/Havana', 'Africa/Cairo']) {
    for (const reading of readings) {
      test(`any layers, ${zone}, ${reading}: the oracle that only looks at clocks agrees`, () => {
        fc.assert(
          fc.property(
            begins.chain((from) => fc.tuple(fc.constant(from), layers(from))),
            ([from, list]) => {
              const until = from + 15 * day;
              const shifts = render(schedule(zone, list), from, until, reading);
              expect(sampled(shifts, from, until)).toEqual(oracle(list, zone, from, until, reading));
            },
          ),
          { numRuns: 30 },
        );
      });
    }
  }

  test('to the minute, over the night on which New York repeats an hour', () => {
    const [from, until] = [at('2026-10-31T00:00Z'), at('2026-11-02T12:00Z')];
    const [rota] = dealt(answersOf(six), from);
    for (const reading of readings) {
      const shifts = render(rota!, from, until, reading);
      expect(sampled(shifts, from, until, minute)).toEqual(oracle(rota!.layers, 'America/New_York', from, until, reading, minute));
    }
  });

  test('a shift that ends in the repeated hour ends when the clock shows its end first; one that begins in the skipped hour begins at the jump', () => {
    const night: Layer = {
      name: 'Night',
      users: [mail('ada')],
      anchor: { weekday: 1, time: '12:00' },
      restrictions: [{ start: '20:00', seconds: 5.5 * 3600 }],
      turn: at('2026-01-05T17:00Z'),
    };
    const autumn = render(schedule('America/New_York', [night]), at('2026-10-31T12:00Z'), at('2026-11-01T12:00Z'));
    expect(autumn.map((s) => [s.start, s.end])).toEqual([[at('2026-11-01T00:00Z'), at('2026-11-01T05:30Z')]]);
    const early = { ...night, restrictions: [{ start: '02:30', seconds: 3600 }] };
    const spring = render(schedule('America/New_York', [early]), at('2026-03-08T05:00Z'), at('2026-03-08T12:00Z'));
    expect(spring.map((s) => [s.start, s.end])).toEqual([[at('2026-03-08T07:00Z'), at('2026-03-08T07:30Z')]]);
  });

  test('shifts are in order, never empty, never overlap, and one person is not two shifts that touch', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        begins.chain((from) => fc.tuple(fc.constant(from), layers(from))),
        fc.constantFrom(...readings),
        (zone, [from, list], reading) => {
          const until = from + 20 * day;
          const shifts = render(schedule(zone, list), from, until, reading);
          for (const [i, shift] of shifts.entries()) {
            const before = shifts[i - 1];
            expect(shift.start).toBeLessThan(shift.end);
            expect(shift.start).toBeGreaterThanOrEqual(before?.end ?? from);
            expect(before?.end === shift.start && before.who === shift.who).toBe(false);
          }
          const open = gaps(shifts, from, until).reduce((sum, g) => sum + g.end - g.start, 0);
          expect(coveredHours(shifts, from, until) * hour + open).toBeCloseTo(until - from, 3);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a layer that was not dealt is an error that names it', () => {
    const [rota] = rotas(answersOf(three));
    expect(() => render(rota!, 0, day)).toThrow('layer "Weekdays" has not been dealt');
  });
});

describe('with gaps: fill exactly one engineer is on call at every hour of a year', () => {
  const variants: Record<string, Answers> = {
    'three engineers': answersOf(three),
    'six engineers': answersOf(six),
    'Follow Sun as level 1': answersOf(six, { level1: 'follow-sun' }),
    'EU has the overlap': answersOf(six, { level1: 'follow-sun', overlap: 'eu' }),
    'no Follow Sun': answersOf('ada ben cleo', { followSun: false }),
    'a single engineer': answersOf('ada', { followSun: false }),
  };
  for (const zone of zones) {
    for (const [name, answers] of Object.entries(variants)) {
      test(`${zone}, ${name}, in either reading`, () => {
        const now = at('2026-02-11T09:13:00Z');
        const until = now + 366 * day;
        const level1 = dealt({ ...answers, timeZone: zone }, now).find(
          (s) => (answers.level1 === 'primary') === s.name.includes('Primary'),
        )!;
        for (const reading of readings) {
          const shifts = render(level1, now, until, reading);
          expect(gaps(shifts, now, until)).toEqual([]);
          const from = at('2026-02-11T10:00Z');
          const slowly = oracle(level1.layers, zone, from, until, reading);
          expect(slowly.filter((who) => who === undefined)).toEqual([]);
          expect(sampled(shifts, from, until)).toEqual(slowly);
        }
      });
    }
  }

  test('an hour that a clock change takes from the layers above goes to the engineer of that week', () => {
    const now = at('2026-10-20T12:00Z');
    const [rota] = dealt(answersOf(six), now);
    const shifts = render(rota!, now, now + 30 * day, 'elapsed');
    // 48 elapsed hours from Saturday 00:00 end on Sunday 23:00 in the week with the 25-hour day.
    expect(whoAt(shifts, at('2026-11-02T04:30Z'))).toBe(whoAt(shifts, at('2026-11-01T15:00Z')));
  });

  test('the two readings differ only in the night of a clock change: nobody has a shift moved because turns drift', () => {
    for (const zone of zones) {
      const now = at('2026-02-11T09:00Z');
      const rotas = [
        answersOf(six, { timeZone: zone, level1: 'follow-sun' }),
        answersOf('ada ben cleo', { timeZone: zone, followSun: false }),
      ];
      for (const rota of rotas.flatMap((answers) => dealt(answers, now))) {
        const [wall, elapsed] = readings.map((reading) => render(rota, now, now + 366 * day, reading));
        const differ = differences(wall!, elapsed!);
        const jumps = dstChanges(zone, now, 3);
        for (const { start, end } of differ) {
          expect(end - start).toBeLessThanOrEqual(hour);
          expect(jumps.some((jump) => Math.abs(jump - start) < 2 * day)).toBe(true);
        }
        expect(differ.length).toBeLessThanOrEqual(4);
      }
    }
  });

  test("by the guide's letter 60 of 168 hours are open", () => {
    const now = at('2026-09-07T04:00Z');
    const [rota] = dealt(answersOf(three, { gaps: 'accept' }), now);
    const shifts = render(rota!, now, now + 7 * day);
    expect(coveredHours(shifts, now, now + 7 * day)).toBe(108);
    expect(gaps(shifts, now, now + 7 * day)).toHaveLength(6);
  });

  test('Follow Sun has all 24 hours of every day, one region at a time, whoever has the overlap', () => {
    for (const overlap of ['us-east', 'eu'] as const) {
      const now = at('2026-09-07T04:00Z');
      const [, sun] = dealt(answersOf(three, { overlap }), now);
      const shifts = render(sun!, now, now + 7 * day);
      expect(gaps(shifts, now, now + 7 * day)).toEqual([]);
      const morning = whoAt(shifts, at('2026-09-08T14:00Z'));
      expect(morning).toBe(mail(overlap === 'eu' ? 'cleo' : 'ada'));
    }
  });
});

describe('a day has the length its zone gives it', () => {
  test.each([
    ['America/New_York', '2026-03-08', 23],
    ['America/New_York', '2026-11-01', 25],
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['Australia/Lord_Howe', '2026-10-04', 23.5],
    ['Australia/Lord_Howe', '2026-04-05', 24.5],
    ['Asia/Kolkata', '2026-03-29', 24],
    ['America/Havana', '2026-11-01', 25],
  ])('%s %s: %d hours', (zone, date, length) => {
    expect(hoursOfDay(zone, date)).toBe(length);
  });

  test('and the days of a year add up to it', () => {
    for (const zone of zones) {
      let total = 0;
      for (let d = Date.UTC(2026, 0, 1); d < Date.UTC(2027, 0, 1); d += day)
        total += hoursOfDay(zone, new Date(d).toISOString().slice(0, 10));
      expect(total).toBe(365 * 24);
    }
  });
});

test('a year of three regions and a thousand engineers has somebody at every hour', () => {
  const crowd = Array.from({ length: 1000 }, (_, i) => `e${i}:${['us-east', 'us-west', 'eu'][i % 3]}`).join(' ');
  const now = at('2026-02-11T09:00Z');
  for (const s of dealt(answersOf(crowd), now)) expect(gaps(render(s, now, now + 365 * day), now, now + 365 * day)).toEqual([]);
});
