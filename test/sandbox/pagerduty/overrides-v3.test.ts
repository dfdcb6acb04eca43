import { describe, expect, test } from 'vitest';
import { Client, layer, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const start = Date.UTC(2026, 8, 1); // a Tuesday
const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];
const who = (schedule: { readonly final_schedule: { readonly rendered_schedule_entries: readonly Json[] } }): readonly unknown[] =>
  schedule.final_schedule.rendered_schedule_entries.map((entry) => [entry['start'], entry['end'], (entry['user'] as Json)['summary']]);

async function account(): Promise<{ readonly pd: Client; readonly ada: string; readonly ben: string }> {
  const pd = new Client(await opened({ start }));
  return { pd, ada: (await pd.user('Ada Example')).id, ben: (await pd.user('Ben Example')).id };
}

describe('overrides', () => {
  const override = (id: string, from: string, until: string): Json => ({ start: from, end: until, user: { id, type: 'user_reference' } });

  test('are answered one by one in a bare list, and the youngest wins', async () => {
    const { pd, ada, ben } = await account();
    const made = await pd.schedule('Rota', [ada], {
      time_zone: 'Etc/UTC',
      schedule_layers: [layer([ada], { start: '2026-09-01T00:00:00Z' })],
    });
    const base = `/schedules/${made.id}/overrides`;
    const sent = await pd.post(base, {
      overrides: [
        override(ben, '2026-09-02T10:00:00Z', '2026-09-02T14:00:00Z'),
        override(ben, '2026-09-02T14:00:00Z', '2026-09-02T14:00:00Z'),
      ],
    });
    expect([sent.status, sent.body.map((each: Json) => each['status'])]).toEqual([201, [201, 400]]);
    expect(sent.body[1].errors).toEqual(['Override must end after its start']);
    await pd.post(base, { overrides: [override(ada, '2026-09-02T12:00:00Z', '2026-09-02T13:00:00Z')] });
    const frame = 'since=2026-09-02T10:00:00Z&until=2026-09-02T15:00:00Z';
    const read = (await pd.get(`/schedules/${made.id}?${frame}`)).body.schedule;
    expect(who(read)).toEqual([
      ['2026-09-02T10:00:00Z', '2026-09-02T12:00:00Z', 'Ben Example'],
      ['2026-09-02T12:00:00Z', '2026-09-02T13:00:00Z', 'Ada Example'],
      ['2026-09-02T13:00:00Z', '2026-09-02T14:00:00Z', 'Ben Example'],
      ['2026-09-02T14:00:00Z', '2026-09-02T15:00:00Z', 'Ada Example'],
    ]);
    expect((await pd.get(`${base}?${frame}`)).body.overrides).toHaveLength(2);
  });

  test('are listed only for a time, removed before they begin, cut short after', async () => {
    const { pd, ada, ben } = await account();
    const made = await pd.schedule('Rota', [ada]);
    const base = `/schedules/${made.id}/overrides`;
    expect(refusal(await pd.get(base))).toEqual([400, 2003, 'since and until are required']);
    const sent = await pd.post(base, {
      overrides: [
        override(ben, '2026-09-01T00:00:00Z', '2026-09-01T10:00:00Z'),
        override(ben, '2026-09-03T00:00:00Z', '2026-09-03T10:00:00Z'),
      ],
    });
    const [running, future] = sent.body.map((each: { override: { id: string } }) => each.override.id);
    pd.sandbox.doAction('advance', '1h');
    expect((await pd.delete(`${base}/${running}`)).status).toBe(200);
    expect((await pd.delete(`${base}/${future}`)).status).toBe(204);
    const left = (await pd.get(`${base}?since=2026-09-01T00:00:00Z&until=2026-09-05T00:00:00Z`)).body.overrides;
    expect(left.map((each: Json) => each['end'])).toEqual(['2026-08-31T21:00:00-04:00']);
  });
});

describe('shift-based schedules (v3)', () => {
  test('stand in a list of their own, as references without a name', async () => {
    const { pd, ada } = await account();
    await pd.schedule('Layers', [ada]);
    const made = (await pd.post('/v3/schedules', { schedule: { name: 'PMP Primary On-Call', time_zone: 'America/New_York' } })).body
      .schedule;
    const { schedules } = (await pd.get('/v3/schedules')).body;
    expect(schedules).toEqual([
      {
        id: made.id,
        type: 'schedule_v3_reference',
        summary: 'PMP Primary On-Call',
        self: expect.any(String),
        html_url: expect.any(String),
      },
    ]);
    expect((await pd.get('/schedules')).body.schedules.map((each: Json) => each['name'])).toEqual(['Layers']);
  });

  test('neither API reads the other’s, and each says where to go', async () => {
    const { pd, ada } = await account();
    const layers = await pd.schedule('Layers', [ada]);
    const shifts = (await pd.post('/v3/schedules', { schedule: { name: 'Shifts', time_zone: 'UTC' } })).body.schedule;
    expect(shifts.time_zone).toBe('Etc/UTC');
    const [wrongV2, wrongV3] = [await pd.get(`/schedules/${shifts.id}`), await pd.get(`/v3/schedules/${layers.id}`)];
    expect([wrongV2.status, JSON.stringify(wrongV2.body)]).toEqual([400, expect.stringContaining('v3 Schedules API')]);
    expect([wrongV3.status, wrongV3.body.error.message]).toEqual([
      400,
      'This is a layer-based schedule. Use the v2 Schedules API to access it.',
    ]);
  });

  test('take no rotations at creation: the error is a map of fields', async () => {
    const { pd } = await account();
    const { status, body } = await pd.post('/v3/schedules', { schedule: { name: 'Shifts', time_zone: 'Etc/UTC', rotations: [] } });
    expect([status, Object.keys(body.error.errors)]).toEqual([400, ['schedule.rotations']]);
  });

  test('a policy may name one by either reference, and reads back as v3', async () => {
    const { pd } = await account();
    const shifts = (await pd.post('/v3/schedules', { schedule: { name: 'Shifts', time_zone: 'Etc/UTC' } })).body.schedule;
    const policy = await pd.policy('Policy', [{ id: shifts.id, type: 'schedule_reference' }]);
    const { escalation_policy: read } = (await pd.get(`/escalation_policies/${policy.id}`)).body;
    expect(read.escalation_rules[0].targets[0]).toMatchObject({ id: shifts.id, type: 'schedule_v3_reference', summary: 'Shifts' });
  });
});
