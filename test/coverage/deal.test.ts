import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deal, differences, render, rotas, sameRota, whoAt, whoseWeek } from '../../src/coverage/index.ts';
import type { Answers, Schedule } from '../../src/model/index.ts';
import { answersOf, at, mail, six, three, zones } from './answers.ts';
import { wallOf } from './oracle.ts';

const hour = 3_600_000;
const day = 24 * hour;
const week = 7 * day;
const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay', 'gil', 'hal'];
const crew = (people: readonly string[]) =>
  people.map((name) => `${name}:${['us-east', 'us-west', 'eu'][names.indexOf(name) % 3]}`).join(' ');
const moments = fc.integer({ min: 0, max: 24 * 400 }).map((h) => at('2026-01-01T00:30Z') + h * hour);

function primary(answers: Answers): Schedule {
  return rotas(answers)[0]!;
}

/** A time on a Wednesday at noon, when Weekdays has the week's engineer on call in New York and nobody is near the end of a turn. */
const wednesday = at('2026-09-09T16:00Z');

describe('a new schedule', () => {
  test('begins with the first engineer, at once, on whatever day it is created', () => {
    fc.assert(
      fc.property(moments, fc.constantFrom(...zones), (now, timeZone) => {
        const answers = answersOf(six, { timeZone });
        const dealt = deal(primary(answers), undefined, now);
        expect(whoseWeek(dealt, now)).toBe(mail('ada'));
        for (const layer of dealt.layers) expect([layer.start, layer.turn! <= now]).toEqual([now, true]);
      }),
      { numRuns: 80 },
    );
  });

  test('whoever is on call first by the rota of everybody is the first engineer, also on a Monday morning', () => {
    const answers = answersOf('ada ben cleo', { followSun: false });
    for (let now = at('2026-09-07T00:30Z'); now < at('2026-09-15T00:00Z'); now += hour) {
      const dealt = deal(primary(answers), undefined, now);
      expect(whoAt(render(dealt, now, now + day), now)).toBe(mail('ada'));
    }
  });

  test('then goes to the next engineer on Monday, and round', () => {
    const dealt = deal(primary(answersOf(three)), undefined, wednesday);
    const weeks = [0, 1, 2, 3].map((n) => whoAt(render(dealt, wednesday, wednesday + 5 * week), wednesday + n * week));
    expect(weeks).toEqual(['ada', 'ben', 'cleo', 'ada'].map(mail));
    const saturdays = [0, 1, 2].map((n) => whoAt(render(dealt, wednesday, wednesday + 5 * week), wednesday + n * week + 3 * day));
    expect(saturdays).toEqual(['ada', 'ben', 'cleo'].map(mail));
  });

  test('waits for a start that is still to come, and begins it with the first engineer', () => {
    const start = at('2026-10-07T13:00Z');
    const dealt = deal(primary(answersOf(three)), undefined, wednesday, start);
    const shifts = render(dealt, wednesday, start + day);
    expect([shifts[0]?.start, shifts[0]?.who]).toEqual([start, mail('ada')]);
    for (const layer of dealt.layers) expect(layer.turn).toBeLessThanOrEqual(wednesday);
    const told = deal(
      { ...primary(answersOf(three)), layers: primary(answersOf(three)).layers.map((l) => ({ ...l, start })) },
      undefined,
      wednesday,
    );
    expect(told.layers.map((l) => [l.turn, l.start])).toEqual(dealt.layers.map((l) => [l.turn, l.start]));
  });

  test('has every anchor at the weekday and wall time it names', () => {
    fc.assert(
      fc.property(moments, fc.constantFrom(...zones), (now, timeZone) => {
        for (const rota of rotas(answersOf(six, { timeZone, level1: 'follow-sun' }))) {
          for (const layer of deal(rota, undefined, now).layers) {
            const wall = new Date(wallOf(timeZone, layer.turn!));
            expect([wall.getUTCDay(), wall.toISOString().slice(11, 16)]).toEqual([layer.anchor.weekday % 7, layer.anchor.time]);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('an existing schedule keeps its running turn', () => {
  test('dealt again at any later moment nobody changes, and the comparison finds nothing to do', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 24 * 60 }), fc.constantFrom(...zones), (now, hoursLater, timeZone) => {
        for (const rota of rotas(answersOf(six, { timeZone, level1: 'follow-sun' }))) {
          const live = deal(rota, undefined, now);
          const later = now + hoursLater * hour;
          const again = deal(rota, live, later);
          expect(differences(render(live, later, later + 10 * week), render(again, later, later + 10 * week))).toEqual([]);
          expect(sameRota(live.layers, rota.layers)).toEqual([]);
          expect(sameRota(again.layers, rota.layers)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('when engineers come and go the week stays with whoever has it, or with the next of the old order who is still there', () => {
    const teams = fc.tuple(fc.shuffledSubarray(names, { minLength: 2 }), fc.shuffledSubarray(names, { minLength: 1 }));
    fc.assert(
      fc.property(
        teams,
        moments,
        fc.integer({ min: 0, max: 24 * 70 }),
        fc.constantFrom('fill', 'accept'),
        ([old, fresh], now, hoursLater, gaps) => {
          const before = deal(primary(answersOf(crew(old), { gaps })), undefined, now);
          const later = now + hoursLater * hour;
          // Early on Monday the old week's last hours and the new week's first ones lie so close that it depends on the regions whose they are.
          const wall = new Date(wallOf('America/New_York', later));
          fc.pre(wall.getUTCDay() !== 1 || wall.getUTCHours() >= 8);
          const holder = whoseWeek(before, later)!.replace('@example.com', '');
          const after = deal(primary(answersOf(crew(fresh), { gaps })), before, later);
          const fromHolder = [...old.slice(old.indexOf(holder)), ...old.slice(0, old.indexOf(holder))];
          const heir = fromHolder.find((name) => fresh.includes(name)) ?? fresh[0]!;
          expect(whoseWeek(after, later)).toBe(mail(heir));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('the person on call in the middle of a weekday is the same before and after an engineer was added', () => {
    const before = deal(primary(answersOf(three)), undefined, wednesday);
    const later = wednesday + week;
    const after = deal(primary(answersOf(`dan:us-east ${three}`)), before, later);
    expect(whoAt(render(before, later, later + 1), later)).toBe(mail('ben'));
    expect(whoAt(render(after, later, later + 1), later)).toBe(mail('ben'));
    expect(whoAt(render(after, later, later + 3 * week), later + week)).toBe(mail('cleo'));
    expect(whoAt(render(after, later, later + 3 * week), later + 2 * week)).toBe(mail('dan'));
  });

  test('layers that somebody put out of step are brought together on who has the week now', () => {
    const rota = primary(answersOf(three));
    const dealt = deal(rota, undefined, wednesday);
    const broken = { ...dealt, layers: dealt.layers.map((l) => (l.name === 'Weekends' ? { ...l, turn: l.turn! - week } : l)) };
    expect(sameRota(broken.layers, rota.layers).map((d) => d.field)).toEqual(['Weekends: whose week']);
    const mended = deal(rota, broken, wednesday);
    expect(sameRota(mended.layers, rota.layers)).toEqual([]);
    expect(whoAt(render(mended, wednesday, wednesday + week), wednesday)).toBe(mail('ada'));
    expect(whoAt(render(mended, wednesday, wednesday + week), wednesday + 3 * day)).toBe(mail('ada'));
  });

  test('a rota made by hand, with other layer names and another hand-over day, hands over its running turn', () => {
    const byHand: Schedule = {
      ...primary(answersOf(three)),
      layers: [
        {
          name: 'Layer 1',
          users: ['cleo', 'ada', 'ben'].map(mail),
          anchor: { weekday: 3, time: '09:00' },
          restrictions: [],
          turn: at('2026-09-02T13:00Z'),
          start: at('2026-09-02T13:00Z'),
        },
      ],
    };
    expect(whoAt(render(byHand, wednesday, wednesday + 1), wednesday)).toBe(mail('ada'));
    const adopted = deal(primary(answersOf(three)), byHand, wednesday);
    expect(whoAt(render(adopted, wednesday, wednesday + 1), wednesday)).toBe(mail('ada'));
    expect(whoAt(render(adopted, wednesday, wednesday + 2 * week), wednesday + week)).toBe(mail('ben'));
  });

  test('begins on a whole second, as PagerDuty’s times do, and a fraction is no difference', () => {
    const now = wednesday + 123;
    const dealt = deal(primary(answersOf(three)), undefined, now);
    for (const layer of dealt.layers) expect(layer.start).toBe(wednesday);
    expect(differences(render(dealt, now, now + week), render(dealt, wednesday, wednesday + week))).toEqual([]);
  });

  test('layers keep their begin; one that is new in a running schedule begins now', () => {
    const accepted = deal(primary(answersOf(three, { gaps: 'accept' })), undefined, wednesday);
    const filled = deal(primary(answersOf(three)), accepted, wednesday + week);
    expect(Object.fromEntries(filled.layers.map((l) => [l.name, l.start]))).toEqual({
      '24/7': wednesday + week,
      'Open hours US West': wednesday + week,
      'Open hours EU': wednesday + week,
      Weekdays: wednesday,
      Weekends: wednesday,
    });
  });
});

describe('nights', () => {
  test('are never the week’s engineer’s where the region has another, at no hour around a Monday either', () => {
    const teams = fc
      .shuffledSubarray(names, { minLength: 6 })
      .filter((team) => [0, 1, 2].every((r) => team.filter((n) => names.indexOf(n) % 3 === r).length > 1));
    fc.assert(
      fc.property(teams, moments, (team, now) => {
        const dealt = deal(primary(answersOf(crew(team))), undefined, now);
        const own = dealt.layers.find((l) => l.name === 'Weekdays')!;
        const from = now + 2 * week;
        const shifts = render(dealt, from, from + 9 * week);
        for (const night of shifts.filter((s) => s.layer?.startsWith('Open hours'))) {
          const near = shifts
            .filter((s) => s.layer === own.name || s.layer === 'Weekends')
            .filter((s) => s.end === night.start || s.start === night.end);
          for (const shift of near) expect(shift.who).not.toBe(night.who);
        }
        // A night that touches a day of the same person would be one shift of two layers.
        expect(shifts.filter((s) => s.layer === undefined)).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('are spread fairly: over a whole cycle the region’s engineers differ by one week at most', () => {
    const teams = fc
      .integer({ min: 3, max: 40 })
      .chain((n) => fc.array(fc.constantFrom('us-east', 'us-west', 'eu'), { minLength: n, maxLength: n }));
    fc.assert(
      fc.property(teams, (regions) => {
        const answers = answersOf(regions.map((region, i) => `e${i}:${region}`).join(' '));
        for (const layer of primary(answers).layers.filter((l) => l.name.startsWith('Open hours') && l.users.length > 1)) {
          expect(layer.users).toHaveLength(regions.length);
          const counts = [...new Set(layer.users)].map((who) => layer.users.filter((u) => u === who).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
          for (const [i, pick] of layer.users.entries()) expect(pick).not.toBe(answers.engineers[i]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('alternate between two people', () => {
    const west = primary(answersOf(six)).layers.find((l) => l.name === 'Open hours US West')!;
    expect(west.users).toEqual(['ben', 'eve', 'ben', 'eve', 'ben', 'eve'].map(mail));
  });
});
