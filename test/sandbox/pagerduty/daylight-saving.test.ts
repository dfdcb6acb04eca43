import { describe, expect, test } from 'vitest';
import type { DstReading } from '../../../src/sandbox/index.ts';
import { Client, layer, opened, scheduleBody } from '../support.ts';
import type { Json } from '../support.ts';

/**
 * New York leaves daylight saving time on Sunday 2026-11-01 at 02:00 (01:00–02:00 comes twice) and enters it on Sunday 2027-03-14 at 02:00
 * (02:00–03:00 does not exist). All expectations are worked out by hand.
 */
async function render(
  dst: DstReading,
  layers: (ids: readonly string[]) => readonly Json[],
  since: string,
  until: string,
  zone = 'America/New_York',
) {
  const pd = new Client(await opened({ start: Date.UTC(2026, 8, 1), dst }));
  const ids = [(await pd.user('Ada Example')).id, (await pd.user('Ben Example')).id];
  const query = new URLSearchParams({ since, until });
  const { body } = await pd.post(`/schedules/preview?${query.toString()}`, {
    schedule: scheduleBody('Rota', layers(ids), { time_zone: zone }),
  });
  const entries: readonly { start: string; end: string; user: { summary: string } }[] =
    body.schedule.final_schedule.rendered_schedule_entries;
  return {
    shifts: entries.map(({ start, end, user }) => [start, end, user.summary.split(' ')[0]]),
    percent: body.schedule.final_schedule.rendered_coverage_percentage,
  };
}

const weekend = [{ type: 'weekly_restriction', start_day_of_week: 6, start_time_of_day: '00:00:00', duration_seconds: 172_800 }];
const nights = [{ type: 'daily_restriction', start_time_of_day: '20:00:00', duration_seconds: 43_200 }];
const mondays = { start: '2026-09-07T12:00:00Z', rotation_virtual_start: '2026-09-07T12:00:00Z' }; // Monday 08:00 EDT

describe('hours on the weekend when the clocks go back', () => {
  const only = (ids: readonly string[]): readonly Json[] => [layer([ids[0] ?? ''], { ...mondays, restrictions: weekend })];

  test('by wall clock: from Saturday midnight to Monday midnight, which is 49 hours', async () => {
    const { shifts } = await render('wall', only, '2026-10-30T00:00:00-04:00', '2026-11-03T00:00:00-05:00');
    expect(shifts).toEqual([['2026-10-31T00:00:00-04:00', '2026-11-02T00:00:00-05:00', 'Ada']]);
  });

  test('by elapsed time: 48 hours, over on Sunday at 23:00', async () => {
    const { shifts } = await render('elapsed', only, '2026-10-30T00:00:00-04:00', '2026-11-03T00:00:00-05:00');
    expect(shifts).toEqual([['2026-10-31T00:00:00-04:00', '2026-11-01T23:00:00-05:00', 'Ada']]);
  });
});

describe('nights when the clocks go forward', () => {
  const only = (ids: readonly string[]): readonly Json[] => [layer([ids[0] ?? ''], { ...mondays, restrictions: nights })];
  const frame = ['2027-03-13T12:00:00-05:00', '2027-03-14T12:00:00-04:00'] as const;

  test('by wall clock: until 08:00, which is 11 hours', async () => {
    expect((await render('wall', only, ...frame)).shifts).toEqual([['2027-03-13T20:00:00-05:00', '2027-03-14T08:00:00-04:00', 'Ada']]);
  });

  test('by elapsed time: 12 hours, until 09:00', async () => {
    expect((await render('elapsed', only, ...frame)).shifts).toEqual([['2027-03-13T20:00:00-05:00', '2027-03-14T09:00:00-04:00', 'Ada']]);
  });
});

describe('turns of a week across the change', () => {
  const both = (ids: readonly string[]): readonly Json[] => [layer(ids, mondays)];
  // Turns: Ada from 7 September, Ben from the 14th … Ben from 26 October (turn 7), Ada from 2 November (turn 8).
  const frame = ['2026-10-31T00:00:00-04:00', '2026-11-03T00:00:00-05:00'] as const;

  test('by wall clock the hand-over stays at 08:00', async () => {
    expect((await render('wall', both, ...frame)).shifts).toEqual([
      ['2026-10-31T00:00:00-04:00', '2026-11-02T08:00:00-05:00', 'Ben'],
      ['2026-11-02T08:00:00-05:00', '2026-11-03T00:00:00-05:00', 'Ada'],
    ]);
  });

  test('by elapsed time it moves to 07:00', async () => {
    expect((await render('elapsed', both, ...frame)).shifts).toEqual([
      ['2026-10-31T00:00:00-04:00', '2026-11-02T07:00:00-05:00', 'Ben'],
      ['2026-11-02T07:00:00-05:00', '2026-11-03T00:00:00-05:00', 'Ada'],
    ]);
  });
});

test('hours that begin in the missing hour begin when it is over', async () => {
  const early = [{ type: 'daily_restriction', start_time_of_day: '02:30:00', duration_seconds: 3600 }];
  const only = (ids: readonly string[]): readonly Json[] => [layer([ids[0] ?? ''], { ...mondays, restrictions: early })];
  const frame = ['2027-03-14T00:00:00-05:00', '2027-03-14T12:00:00-04:00'] as const;
  // 02:30 does not exist: 03:30 EDT is meant. By wall clock it ends at 03:30 as well, so nothing is left; by elapsed time, an hour later.
  expect((await render('wall', only, ...frame)).shifts).toEqual([]);
  expect((await render('elapsed', only, ...frame)).shifts).toEqual([['2027-03-14T03:30:00-04:00', '2027-03-14T04:30:00-04:00', 'Ada']]);
});

test('hours that begin in the doubled hour begin the first time', async () => {
  const early = [{ type: 'daily_restriction', start_time_of_day: '01:30:00', duration_seconds: 3600 }];
  const only = (ids: readonly string[]): readonly Json[] => [layer([ids[0] ?? ''], { ...mondays, restrictions: early })];
  const frame = ['2026-11-01T00:00:00-04:00', '2026-11-01T12:00:00-05:00'] as const;
  expect((await render('wall', only, ...frame)).shifts).toEqual([['2026-11-01T01:30:00-04:00', '2026-11-01T02:30:00-05:00', 'Ada']]);
  expect((await render('elapsed', only, ...frame)).shifts).toEqual([['2026-11-01T01:30:00-04:00', '2026-11-01T01:30:00-05:00', 'Ada']]);
});

test('Lord Howe moves by half an hour only', async () => {
  // Sunday 2027-04-04 at 02:00 (+11:00) it becomes 01:30 (+10:30).
  const only = (ids: readonly string[]): readonly Json[] => [layer([ids[0] ?? ''], { ...mondays, restrictions: weekend })];
  const frame = ['2027-04-02T00:00:00+11:00', '2027-04-06T00:00:00+10:30'] as const;
  const [wall, elapsed] = [
    await render('wall', only, ...frame, 'Australia/Lord_Howe'),
    await render('elapsed', only, ...frame, 'Australia/Lord_Howe'),
  ];
  expect(wall.shifts).toEqual([['2027-04-03T00:00:00+11:00', '2027-04-05T00:00:00+10:30', 'Ada']]);
  expect(elapsed.shifts).toEqual([['2027-04-03T00:00:00+11:00', '2027-04-04T23:30:00+10:30', 'Ada']]);
});

test.each(['wall', 'elapsed'] as const)('without daylight saving time both readings are one (%s)', async (dst) => {
  const layers = (ids: readonly string[]): readonly Json[] => [layer(ids, { ...mondays, restrictions: nights })];
  const { shifts, percent } = await render(dst, layers, '2026-11-01T00:00:00+05:30', '2026-11-03T00:00:00+05:30', 'Asia/Kolkata');
  // The hand-over is on Mondays at 17:30 in Kolkata, outside the nights.
  expect(shifts).toEqual([
    ['2026-11-01T00:00:00+05:30', '2026-11-01T08:00:00+05:30', 'Ben'],
    ['2026-11-01T20:00:00+05:30', '2026-11-02T08:00:00+05:30', 'Ben'],
    ['2026-11-02T20:00:00+05:30', '2026-11-03T00:00:00+05:30', 'Ada'],
  ]);
  expect(percent).toBe(50);
});
