import { describe, expect, test } from 'vitest';
import { Client, layer, opened, scheduleBody } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const start = Date.UTC(2026, 8, 1); // a Tuesday
const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];
const hour = 3600;
const weekdays = [1, 2, 3, 4, 5].map((day) => weekly(day, '08:00:00', 12 * hour));
function weekly(day: number, time: string, seconds: number): Json {
  return { type: 'weekly_restriction', start_day_of_week: day, start_time_of_day: time, duration_seconds: seconds };
}
const who = (schedule: { readonly final_schedule: { readonly rendered_schedule_entries: readonly Json[] } }): readonly unknown[] =>
  schedule.final_schedule.rendered_schedule_entries.map((entry) => [entry['start'], entry['end'], (entry['user'] as Json)['summary']]);

async function account(): Promise<{ readonly pd: Client; readonly ada: string; readonly ben: string }> {
  const pd = new Client(await opened({ start }));
  return { pd, ada: (await pd.user('Ada Example')).id, ben: (await pd.user('Ben Example')).id };
}

describe('what is kept', () => {
  test('layers come back in the opposite order of the one they were sent in', async () => {
    const { pd, ada } = await account();
    const sent = scheduleBody(
      'Rota',
      ['one', 'two', 'three'].map((name) => layer([ada], { name })),
    );
    const { body } = await pd.post('/schedules', { schedule: sent });
    const read = (await pd.get(`/schedules/${body.schedule.id}`)).body.schedule;
    expect(read.schedule_layers.map((each: Json) => each['name'])).toEqual(['three', 'two', 'one']);
  });

  test('a start in the past becomes now, the anchor of the turns does not', async () => {
    const { pd, ada } = await account();
    const early = '2026-08-03T12:00:00Z';
    const { body } = await pd.post('/schedules', {
      schedule: scheduleBody('Rota', [layer([ada], { start: early, rotation_virtual_start: early })]),
    });
    const [kept] = body.schedule.schedule_layers;
    expect([Date.parse(kept.start), Date.parse(kept.rotation_virtual_start)]).toEqual([start, Date.parse(early)]);
  });

  test('times are told in the schedule’s zone', async () => {
    const { pd, ada } = await account();
    const { body } = await pd.post('/schedules', { schedule: scheduleBody('Rota', [layer([ada])], { time_zone: 'Asia/Kolkata' }) });
    expect(body.schedule.schedule_layers[0].start).toBe('2026-09-07T17:30:00+05:30');
  });

  test('a layer that is sent back as it was keeps its id and its start', async () => {
    const { pd, ada, ben } = await account();
    const made = await pd.schedule('Rota', [ada], { schedule_layers: [layer([ada], { start: '2026-09-01T01:00:00Z' })] });
    pd.sandbox.doAction('advance', '7d');
    const [before] = (await pd.get(`/schedules/${made.id}`)).body.schedule.schedule_layers;
    const users = [ada, ben].map((id) => ({ user: { id, type: 'user_reference' } }));
    const { body } = await pd.put(`/schedules/${made.id}`, { schedule: { type: 'schedule', schedule_layers: [{ ...before, users }] } });
    const [after] = body.schedule.schedule_layers;
    expect([body.schedule.schedule_layers.length, after.id, after.start, after.users.length]).toEqual([1, before.id, before.start, 2]);
  });

  test('a layer without an id is a new one, and one that is left out stays below: layers are never deleted', async () => {
    const { pd, ada } = await account();
    const made = await pd.schedule('Rota', [ada]);
    const change = { type: 'schedule', schedule_layers: [layer([ada], { name: 'New' })] };
    const { body } = await pd.put(`/schedules/${made.id}`, { schedule: change });
    expect(body.schedule.schedule_layers.map((each: Json) => each['name'])).toEqual(['New', 'Weekly']);
  });

  test('an ended layer is still told, with its end, and calls nobody any more', async () => {
    const { pd, ada } = await account();
    const made = await pd.schedule('Rota', [ada], { schedule_layers: [layer([ada], { start: '2026-09-01T00:00:00Z' })] });
    const [old] = (await pd.get(`/schedules/${made.id}`)).body.schedule.schedule_layers;
    pd.sandbox.doAction('advance', '1d');
    await pd.put(`/schedules/${made.id}`, { schedule: { type: 'schedule', schedule_layers: [{ ...old, end: '2026-09-02T00:00:00Z' }] } });
    const read = (await pd.get(`/schedules/${made.id}?since=2026-09-01T00:00:00Z&until=2026-09-04T00:00:00Z`)).body.schedule;
    expect(read.schedule_layers).toHaveLength(1);
    expect(who(read)).toEqual([['2026-08-31T20:00:00-04:00', '2026-09-01T20:00:00-04:00', 'Ada Example']]);
  });

  test('nothing is rendered unless a time is asked for', async () => {
    const { pd, ada } = await account();
    const made = await pd.schedule('Rota', [ada]);
    const { schedule } = (await pd.get(`/schedules/${made.id}`)).body;
    expect([schedule.final_schedule.rendered_schedule_entries, schedule.final_schedule.rendered_coverage_percentage]).toEqual([[], null]);
  });

  test('the list has no layers unless they are asked for, and is found by name', async () => {
    const { pd, ada } = await account();
    await pd.schedule('PMP Primary On-Call', [ada]);
    await pd.schedule('Somebody else’s', [ada]);
    const plain = (await pd.get('/schedules?query=pmp')).body.schedules;
    expect(plain.map((each: Json) => [each['name'], each['schedule_layers']])).toEqual([['PMP Primary On-Call', undefined]]);
    const whole = (await pd.get('/schedules?query=pmp&include[]=schedule_layers')).body.schedules;
    expect(whole[0].schedule_layers).toHaveLength(1);
  });

  test('two schedules may share a name', async () => {
    const { pd, ada } = await account();
    await pd.schedule('Rota', [ada]);
    expect((await pd.schedule('Rota', [ada])).id).toBeDefined();
  });

  test('one that a policy uses is not deleted, in PagerDuty’s words', async () => {
    const { pd, ada } = await account();
    const made = await pd.schedule('Rota', [ada]);
    const policy = await pd.policy('Policy', [{ id: made.id, type: 'schedule_reference' }]);
    const words = "Schedule can't be deleted if it's being used by escalation policies";
    expect(refusal(await pd.delete(`/schedules/${made.id}`))).toEqual([400, 2001, words]);
    await pd.delete(`/escalation_policies/${policy.id}`);
    expect((await pd.delete(`/schedules/${made.id}`)).status).toBe(204);
  });
});

describe('what is refused', () => {
  const bad: readonly (readonly [string, number, Json, Json])[] = [
    ['the zone "UTC"', 2001, {}, { time_zone: 'UTC' }],
    ['the zone "EST"', 2001, {}, { time_zone: 'EST' }],
    ['no zone', 2001, {}, { time_zone: undefined }],
    ['no name', 2001, {}, { name: '' }],
    ['no layers', 2001, {}, { schedule_layers: [] }],
    ['no start', 2001, { start: undefined }, {}],
    ['a start without an offset', 2001, { start: '2026-09-07T12:00:00' }, {}],
    ['no anchor', 2001, { rotation_virtual_start: undefined }, {}],
    ['turns of half an hour', 2001, { rotation_turn_length_seconds: 1800 }, {}],
    ['turns of two years', 2001, { rotation_turn_length_seconds: 63_072_000 }, {}],
    ['nobody', 3001, { users: [] }, {}],
    ['somebody unknown', 3001, { users: [{ user: { id: 'PNONE', type: 'user_reference' } }] }, {}],
    ['an end before the start', 3001, { end: '2026-09-06T12:00:00Z' }, {}],
    ['a daily restriction with a weekday', 3001, { restrictions: [{ ...weekly(1, '08:00:00', hour), type: 'daily_restriction' }] }, {}],
    [
      'a whole day as a daily restriction',
      2001,
      { restrictions: [{ type: 'daily_restriction', start_time_of_day: '00:00:00', duration_seconds: 86_400 }] },
      {},
    ],
    ['a whole week as a weekly restriction', 2001, { restrictions: [weekly(1, '00:00:00', 604_800)] }, {}],
    ['the eighth day of the week', 2001, { restrictions: [weekly(8, '08:00:00', hour)] }, {}],
    ['25 o’clock', 3001, { restrictions: [weekly(1, '25:00:00', hour)] }, {}],
    ['hours without seconds', 3001, { restrictions: [weekly(1, '08:00', hour)] }, {}],
    [
      'both kinds of restriction in a layer',
      3001,
      { restrictions: [weekly(1, '08:00:00', hour), { type: 'daily_restriction', start_time_of_day: '10:00:00', duration_seconds: hour }] },
      {},
    ],
  ];
  test.each(bad)('%s is 400/%s, created and previewed alike', async (_, code, inLayer, inSchedule) => {
    const { pd, ada } = await account();
    const schedule = scheduleBody('Rota', [layer([ada], inLayer)], inSchedule);
    for (const path of ['/schedules', '/schedules/preview']) {
      const { status, body } = await pd.post(path, { schedule });
      expect([status, body.error.code]).toEqual([400, code]);
    }
    expect((await pd.get('/schedules')).body.schedules).toEqual([]);
  });

  test('a layer id of another schedule', async () => {
    const { pd, ada } = await account();
    const [one, two] = [await pd.schedule('One', [ada]), await pd.schedule('Two', [ada])];
    const [foreign] = (await pd.get(`/schedules/${two.id}`)).body.schedule.schedule_layers;
    const sent = await pd.put(`/schedules/${one.id}`, { schedule: { type: 'schedule', schedule_layers: [foreign] } });
    expect(refusal(sent)).toEqual([400, 3001, 'Schedule layer not found']);
  });
});

describe('preview', () => {
  test('stores nothing, gives out no ids that others would miss, and wakes nobody', async () => {
    const { pd, ada } = await account();
    const written = pd.sandbox.status();
    const schedule = scheduleBody('Rota', [layer([ada])]);
    const { status, body } = await pd.post('/schedules/preview?since=2026-09-07T00:00:00Z&until=2026-09-14T00:00:00Z', { schedule });
    expect([status, body.schedule.name]).toEqual([200, 'Rota']);
    expect(pd.sandbox.status().schedules).toEqual(written.schedules);
    expect(pd.sandbox.status().calls.pagerduty.writes).toBe(written.calls.pagerduty.writes);
  });

  test('renders the guide’s weekdays and weekend: 108 of 168 hours', async () => {
    const { pd, ada, ben } = await account();
    const layers = [
      layer([ada, ben], {
        name: 'Weekdays',
        rotation_virtual_start: '2026-09-07T04:00:00Z',
        start: '2026-09-07T04:00:00Z',
        restrictions: weekdays,
      }),
      layer([ada, ben], {
        name: 'Weekends',
        rotation_virtual_start: '2026-09-07T04:00:00Z',
        start: '2026-09-07T04:00:00Z',
        restrictions: [weekly(6, '00:00:00', 48 * hour)],
      }),
    ];
    const week = 'since=2026-09-07T00:00:00-04:00&until=2026-09-14T00:00:00-04:00'.replaceAll('+', '%2B');
    const { schedule } = (await pd.post(`/schedules/preview?${week}`, { schedule: scheduleBody('Rota', layers) })).body;
    expect(schedule.final_schedule.rendered_coverage_percentage).toBe(64.29);
    expect(who(schedule)).toEqual([
      ['2026-09-07T08:00:00-04:00', '2026-09-07T20:00:00-04:00', 'Ada Example'],
      ['2026-09-08T08:00:00-04:00', '2026-09-08T20:00:00-04:00', 'Ada Example'],
      ['2026-09-09T08:00:00-04:00', '2026-09-09T20:00:00-04:00', 'Ada Example'],
      ['2026-09-10T08:00:00-04:00', '2026-09-10T20:00:00-04:00', 'Ada Example'],
      ['2026-09-11T08:00:00-04:00', '2026-09-11T20:00:00-04:00', 'Ada Example'],
      ['2026-09-12T00:00:00-04:00', '2026-09-14T00:00:00-04:00', 'Ada Example'],
    ]);
  });

  test('a later layer wins where both cover, and the lower one shows in its gaps', async () => {
    const { pd, ada, ben } = await account();
    const always = layer([ada], { start: '2026-09-07T04:00:00Z', rotation_virtual_start: '2026-09-07T04:00:00Z' });
    const office = layer([ben], { start: '2026-09-07T04:00:00Z', rotation_virtual_start: '2026-09-07T04:00:00Z', restrictions: weekdays });
    const day = 'since=2026-09-08T00:00:00-04:00&until=2026-09-09T00:00:00-04:00';
    const { schedule } = (await pd.post(`/schedules/preview?${day}`, { schedule: scheduleBody('Rota', [always, office]) })).body;
    expect(who(schedule)).toEqual([
      ['2026-09-08T00:00:00-04:00', '2026-09-08T08:00:00-04:00', 'Ada Example'],
      ['2026-09-08T08:00:00-04:00', '2026-09-08T20:00:00-04:00', 'Ben Example'],
      ['2026-09-08T20:00:00-04:00', '2026-09-09T00:00:00-04:00', 'Ada Example'],
    ]);
  });

  test('turns go round, also for a user who stands in the list twice and before the anchor', async () => {
    const { pd, ada, ben } = await account();
    const daily = layer([ada, ben, ben], {
      start: '2026-09-02T00:00:00Z',
      rotation_virtual_start: '2026-09-05T00:00:00Z',
      rotation_turn_length_seconds: 86_400,
    });
    const frame = 'since=2026-09-02T00:00:00Z&until=2026-09-08T00:00:00Z&time_zone=Etc/UTC';
    const { schedule } = (
      await pd.post(`/schedules/preview?${frame}`, { schedule: scheduleBody('Rota', [daily], { time_zone: 'Etc/UTC' }) })
    ).body;
    const turns = schedule.schedule_layers[0].rendered_schedule_entries.map((entry: Json) => [
      String(entry['start']).slice(8, 10),
      (entry['user'] as Json)['summary'],
    ]);
    expect(turns).toEqual([
      ['02', 'Ada Example'],
      ['03', 'Ben Example'],
      ['04', 'Ben Example'],
      ['05', 'Ada Example'],
      ['06', 'Ben Example'],
      ['07', 'Ben Example'],
    ]);
  });

  test('shifts are cut to the frame, or told whole with overflow', async () => {
    const { pd, ada } = await account();
    const schedule = scheduleBody('Rota', [layer([ada], { start: '2026-09-07T04:00:00Z', restrictions: weekdays })]);
    const noon = 'since=2026-09-08T10:00:00-04:00&until=2026-09-08T12:00:00-04:00';
    const cut = (await pd.post(`/schedules/preview?${noon}`, { schedule })).body.schedule;
    const whole = (await pd.post(`/schedules/preview?${noon}&overflow=true`, { schedule })).body.schedule;
    expect(who(cut)).toEqual([['2026-09-08T10:00:00-04:00', '2026-09-08T12:00:00-04:00', 'Ada Example']]);
    expect(who(whole)).toEqual([['2026-09-08T08:00:00-04:00', '2026-09-08T20:00:00-04:00', 'Ada Example']]);
  });
});
