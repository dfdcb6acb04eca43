import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deal, hoursInWords, rotas, sameRota } from '../../src/coverage/index.ts';
import type { Layer } from '../../src/model/index.ts';
import { answersOf, at, six, three, zones } from './answers.ts';

const week = 7 * 24 * 3_600_000;
const now = at('2026-09-09T16:00Z');
const rota = rotas(answersOf(six))[0]!;
const live = deal(rota, undefined, now);

function changed(name: string, change: (layer: Layer) => Layer): readonly Layer[] {
  return live.layers.map((l) => (l.name === name ? change(l) : l));
}

describe('a rota is the same', () => {
  test('when lists begin at another person and anchors lie whole cycles away, in any zone', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.array(fc.tuple(fc.nat(5), fc.integer({ min: -30, max: 3 })), { minLength: 5, maxLength: 5 }),
        (timeZone, turned) => {
          const wanted = rotas(answersOf(six, { timeZone }))[0]!;
          const moved = deal(wanted, undefined, now).layers.map((l, i): Layer => {
            const [by, cycles] = turned[i]!;
            const users = [...l.users.slice(by), ...l.users.slice(0, by)];
            // The same wall time lies an hour off where the clocks changed in between.
            return { ...l, users, turn: l.turn! + (by + cycles * l.users.length) * week + 1_800_000 };
          });
          expect(sameRota(moved, wanted.layers)).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('when layers began at another time, or the same hours are cut otherwise', () => {
    expect(
      sameRota(
        changed('Weekdays', (l) => ({ ...l, start: now - week })),
        rota.layers,
      ),
    ).toEqual([]);
    const halves = [
      { weekday: 6, start: '00:00', seconds: 86_400 },
      { weekday: 7, start: '00:00', seconds: 86_400 },
    ];
    expect(
      sameRota(
        changed('Weekends', (l) => ({ ...l, restrictions: halves })),
        rota.layers,
      ),
    ).toEqual([]);
    const daily = rotas(answersOf(three, { gaps: 'accept' }))[1]!;
    const weekly = daily.layers.map((l) => ({
      ...l,
      restrictions: [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ ...l.restrictions[0]!, weekday })),
    }));
    expect(sameRota(weekly, daily.layers)).toEqual([]);
  });

  test('when the only person of a rotation has a turn that changes at another time', () => {
    const wanted = rotas(answersOf(three, { gaps: 'accept' }))[1]!;
    expect(
      sameRota(
        wanted.layers.map((l) => ({ ...l, anchor: { weekday: 5, time: '17:00' } })),
        wanted.layers,
      ),
    ).toEqual([]);
  });
});

describe('a difference says in English', () => {
  test('which hours', () => {
    const diffs = sameRota(
      changed('Weekdays', (l) => ({ ...l, restrictions: l.restrictions.map((r) => ({ ...r, start: '09:00' })) })),
      rota.layers,
    );
    expect(diffs).toEqual([{ field: 'Weekdays: hours', from: 'Mon–Fri 09:00–21:00', to: 'Mon–Fri 08:00–20:00' }]);
  });

  test('which people, and in what order', () => {
    const swapped = changed('Weekends', (l) => ({ ...l, users: [l.users[1]!, l.users[0]!, ...l.users.slice(2)] }));
    expect(sameRota(swapped, rota.layers).map((d) => [d.field, d.from.slice(0, 33)])).toEqual([
      ['Weekends: rotation', 'ben@example.com → ada@example.com'],
    ]);
  });

  test('when turns change', () => {
    const diffs = sameRota(
      changed('Weekdays', (l) => ({ ...l, anchor: { weekday: 3, time: '09:00' } })),
      rota.layers,
    );
    expect(diffs).toContainEqual({ field: 'Weekdays: turn changes', from: 'Wednesday 09:00', to: 'Monday 04:00' });
  });

  test('a layer that is missing, that is too much, that ends, and a wrong order', () => {
    const without = live.layers.filter((l) => l.name !== 'Weekends');
    expect(sameRota(without, rota.layers)).toMatchObject([{ field: 'layer Weekends', from: 'missing' }]);
    const extra = [...live.layers, { ...live.layers[0]!, name: 'Holidays' }];
    expect(sameRota(extra, rota.layers)).toMatchObject([{ field: 'layer Holidays', to: 'none' }]);
    expect(
      sameRota(
        changed('EU', (l) => l).map((l) => (l.name === '24/7' ? { ...l, end: now + week } : l)),
        rota.layers,
      ),
    ).toMatchObject([{ field: '24/7: ends', to: 'never' }]);
    expect(sameRota([...live.layers].reverse(), rota.layers).map((d) => d.field)).toEqual(['order of layers']);
  });

  test('whose week it is, where layers of the same people disagree', () => {
    const weekends = sameRota(
      changed('Weekends', (l) => ({ ...l, turn: l.turn! - week })),
      rota.layers,
    );
    expect(weekends).toEqual([{ field: 'Weekends: whose week', from: '1 of 6 turns ahead of Weekdays', to: 'in step' }]);
    const nights = sameRota(
      changed('Open hours EU', (l) => ({ ...l, turn: l.turn! - week })),
      rota.layers,
    );
    expect(nights).toMatchObject([{ field: 'Open hours EU: whose week' }]);
  });

  test('an engineer more', () => {
    const wanted = rotas(answersOf(`${six} gil:us-east`))[0]!;
    const fields = sameRota(live.layers, wanted.layers).map((d) => d.field);
    expect(fields).toContain('Weekdays: rotation');
    expect(sameRota(deal(wanted, live, now).layers, wanted.layers)).toEqual([]);
  });
});

test('hours in words', () => {
  expect(hoursInWords([])).toBe('always');
  expect(hoursInWords([{ start: '20:00', seconds: 8 * 3600 }])).toBe('daily 20:00–04:00');
  expect(hoursInWords([{ weekday: 6, start: '00:00', seconds: 48 * 3600 }])).toBe('Sat 00:00–Mon 00:00');
  expect(hoursInWords([{ weekday: 7, start: '20:00', seconds: 8 * 3600 }])).toBe('Sun 20:00–04:00');
  const open = rota.layers.find((l) => l.name === 'Open hours US West')!;
  expect(hoursInWords(open.restrictions)).toContain('Mon–Thu 20:00–04:00');
});
