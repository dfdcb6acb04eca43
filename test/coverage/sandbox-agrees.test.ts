import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deal, differences, render, rotas, type Reading, type Shift } from '../../src/coverage/index.ts';
import type { Layer, Schedule } from '../../src/model/index.ts';
import { Client, opened } from '../sandbox/support.ts';
import { answersOf, at, mail, six, zones } from './answers.ts';

const hour = 3_600_000;
const day = 24 * hour;
const names = ['ada', 'ben', 'cleo', 'dan', 'eve', 'fay'];
const readings: readonly Reading[] = ['wall', 'elapsed'];
/** Before both of the year's clock changes in each zone. */
const now = at('2026-02-20T10:00:00Z');

/** The sandbox renders by code of its own; over real HTTP, the way the product asks for a preview. */
async function previewer(dst: Reading) {
  const client = new Client(await opened({ dst, start: now, clock: 0, rateLimit: 1_000_000, accountPlan: 'business' }));
  const ids = new Map<string, string>();
  for (const name of names) ids.set(mail(name), (await client.user(`${name} Example`)).id);
  const emails = new Map([...ids].map(([email, id]) => [id, email]));
  return async (schedule: Schedule, from: number, until: number): Promise<readonly Shift[]> => {
    const iso = (instant: number) => new Date(instant).toISOString();
    const answer = await client.post(`/schedules/preview?since=${iso(from)}&until=${iso(until)}`, {
      schedule: {
        type: 'schedule',
        name: schedule.name,
        time_zone: schedule.timeZone,
        schedule_layers: schedule.layers.map((layer) => layerBody(layer, ids)),
      },
    });
    expect([answer.status, answer.body.error]).toEqual([200, undefined]);
    return answer.body.schedule.final_schedule.rendered_schedule_entries.map((e: { start: string; end: string; user: { id: string } }) => ({
      start: Date.parse(e.start),
      end: Date.parse(e.end),
      who: emails.get(e.user.id),
    }));
  };
}

function layerBody(layer: Layer, ids: ReadonlyMap<string, string>): object {
  return {
    name: layer.name,
    start: new Date(layer.start ?? now).toISOString(),
    rotation_virtual_start: new Date(layer.turn!).toISOString(),
    rotation_turn_length_seconds: 604_800,
    users: layer.users.map((email) => ({ user: { id: ids.get(email), type: 'user_reference' } })),
    restrictions: layer.restrictions.map(({ weekday, start, seconds }) => ({
      type: weekday === undefined ? 'daily_restriction' : 'weekly_restriction',
      ...(weekday === undefined ? {} : { start_day_of_week: weekday }),
      start_time_of_day: `${start}:00`,
      duration_seconds: seconds,
    })),
  };
}

const clock = fc.integer({ min: 0, max: 23 }).map((h) => `${String(h).padStart(2, '0')}:00`);
const lasting = (most: number) => fc.integer({ min: 1, max: most }).map((h) => h * 3600);
const layers = fc
  .array(
    fc.record({
      users: fc.array(fc.constantFrom(...names.map(mail)), { minLength: 1, maxLength: 5 }),
      restrictions: fc.oneof(
        fc.constant([]),
        fc.array(fc.record({ start: clock, seconds: lasting(23) }), { minLength: 1, maxLength: 3 }),
        fc.array(fc.record({ weekday: fc.integer({ min: 1, max: 7 }), start: clock, seconds: lasting(167) }), {
          minLength: 1,
          maxLength: 6,
        }),
      ),
      turn: fc.integer({ min: 0, max: 24 * 7 * 30 }).map((h) => now - h * hour),
      start: fc.integer({ min: 0, max: 24 * 20 }).map((h) => now + h * hour),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((list): readonly Layer[] => list.map((layer, i) => ({ ...layer, name: `Layer ${i}`, anchor: { weekday: 1, time: '00:00' } })));

describe("the sandbox's own renderer agrees with ours", () => {
  for (const reading of readings) {
    test(`any layers, ${reading}`, async () => {
      const preview = await previewer(reading);
      const begins = fc
        .tuple(
          fc.constantFrom('2026-02-20', '2026-03-05', '2026-03-26', '2026-04-02', '2026-10-01', '2026-10-22', '2026-10-29'),
          fc.nat(71),
        )
        .map(([date, h]) => Math.max(now, at(`${date}T00:00Z`) + h * hour));
      await fc.assert(
        fc.asyncProperty(layers, begins, fc.constantFrom(...zones), async (list, from, timeZone) => {
          const schedule: Schedule = { kind: 'schedule', name: 'Any', description: '', timeZone, layers: list, style: 'layers' };
          const until = from + 15 * day;
          expect(differences(render(schedule, from, until, reading), await preview(schedule, from, until))).toEqual([]);
        }),
        { numRuns: 50 },
      );
    });

    test(`the guide's schedules, a year of them, ${reading}`, async () => {
      const preview = await previewer(reading);
      for (const timeZone of zones) {
        for (const rota of rotas(answersOf(six, { timeZone, level1: 'follow-sun' }))) {
          const dealt = deal(rota, undefined, now);
          const ours = render(dealt, now, now + 365 * day, reading);
          expect(ours.length).toBeGreaterThan(300);
          expect(differences(ours, await preview(dealt, now, now + 365 * day))).toEqual([]);
        }
      }
    });
  }

  test('and a reading that is another one is noticed, by the hour', async () => {
    const preview = await previewer('elapsed');
    const dealt = deal(rotas(answersOf(six))[0]!, undefined, now);
    const found = differences(render(dealt, now, now + 365 * day, 'wall'), await preview(dealt, now, now + 365 * day));
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((d) => d.theirs !== undefined && d.end - d.start === hour)).toBe(true);
  });
});
