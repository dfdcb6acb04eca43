import { describe, expect, test } from 'vitest';
import { Client, layer, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];
const userTarget = (id: string): Json => ({ id, type: 'user_reference' });

interface Duty {
  readonly escalation_level: number;
  readonly user: { readonly summary: string };
  readonly schedule: { readonly summary: string } | null;
  readonly end: string | null;
}

describe('escalation policies', () => {
  const policy = (rules: readonly unknown[], more: Json = {}): Json => ({
    escalation_policy: { type: 'escalation_policy', name: 'PMP Critical Escalation', escalation_rules: rules, ...more },
  });

  test('are read back as they were sent, with PagerDuty’s own fields', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const rota = await pd.schedule('PMP Primary On-Call', [ada.id]);
    const rules = [
      { escalation_delay_in_minutes: 10, targets: [{ id: rota.id, type: 'schedule_reference' }] },
      { escalation_delay_in_minutes: 15, targets: [userTarget(ada.id)] },
    ];
    const made = (await pd.post('/escalation_policies', policy(rules, { num_loops: 2, description: 'P1' }))).body.escalation_policy;
    const read = (await pd.get(`/escalation_policies/${made.id}`)).body.escalation_policy;
    expect(read).toEqual(made);
    expect(read).toMatchObject({
      name: 'PMP Critical Escalation',
      num_loops: 2,
      description: 'P1',
      on_call_handoff_notifications: 'if_has_services',
      services: [],
    });
    expect(read.escalation_rules[1]).toMatchObject({
      id: expect.any(String),
      targets: [{ type: 'user_reference', summary: 'Ada Example' }],
    });
  });

  test('a change without rules keeps them, ids and all; with rules it replaces the list', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const rule = (delay: number): Json => ({ escalation_delay_in_minutes: delay, targets: [userTarget(ada.id)] });
    const made = (await pd.post('/escalation_policies', policy([rule(5), rule(6)]))).body.escalation_policy;
    const renamed = (await pd.put(`/escalation_policies/${made.id}`, { escalation_policy: { type: 'escalation_policy', num_loops: 9 } }))
      .body.escalation_policy;
    expect(renamed.escalation_rules).toEqual(made.escalation_rules);
    const [kept] = made.escalation_rules;
    const shorter = (await pd.put(`/escalation_policies/${made.id}`, policy([{ ...kept, escalation_delay_in_minutes: 7 }]))).body
      .escalation_policy;
    expect(shorter.escalation_rules.map((each: Json) => [each['id'], each['escalation_delay_in_minutes']])).toEqual([[kept.id, 7]]);
  });

  const bad: readonly (readonly [string, (ada: string) => Json, string])[] = [
    ['no rules', () => policy([]), "Escalation rules can't be blank"],
    ['a rule without a delay', (ada) => policy([{ targets: [userTarget(ada)] }]), "Escalation delay in minutes can't be blank"],
    [
      'a delay of no time',
      (ada) => policy([{ escalation_delay_in_minutes: 0, targets: [userTarget(ada)] }]),
      'Escalation delay in minutes must be greater than or equal to 1',
    ],
    ['a level for nobody', () => policy([{ escalation_delay_in_minutes: 5, targets: [] }]), "Escalation rule targets can't be blank"],
    [
      'eleven at once',
      (ada) => policy([{ escalation_delay_in_minutes: 5, targets: Array.from({ length: 11 }, () => userTarget(ada)) }]),
      'Escalation rule targets is too long (maximum is 10)',
    ],
    ['somebody unknown', () => policy([{ escalation_delay_in_minutes: 5, targets: [userTarget('PNONE')] }]), 'User not found'],
    [
      'a schedule unknown',
      () => policy([{ escalation_delay_in_minutes: 5, targets: [{ id: 'PNONE', type: 'schedule_reference' }] }]),
      'Schedule not found',
    ],
    [
      'ten loops',
      (ada) => policy([{ escalation_delay_in_minutes: 5, targets: [userTarget(ada)] }], { num_loops: 10 }),
      'Num loops must be less than or equal to 9',
    ],
    ['no name', (ada) => policy([{ escalation_delay_in_minutes: 5, targets: [userTarget(ada)] }], { name: '' }), "Name can't be blank"],
  ];
  test.each(bad)('%s is refused', async (_, body, message) => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    expect(refusal(await pd.post('/escalation_policies', body(ada.id)))).toEqual([400, 2001, message]);
  });

  test('a name is taken in any case and with blanks around it; a service that uses one keeps it', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const made = await pd.policy('Policy', [userTarget(ada.id)]);
    const again = await pd.post(
      '/escalation_policies',
      policy([{ escalation_delay_in_minutes: 5, targets: [userTarget(ada.id)] }], { name: ' policy ' }),
    );
    expect(refusal(again)).toEqual([400, 2001, 'Name has already been taken']);
    await pd.service('Service', made.id);
    expect((await pd.delete(`/escalation_policies/${made.id}`)).status).toBe(400);
    expect((await pd.get('/escalation_policies?query=POL&include[]=services')).body.escalation_policies[0].services[0]).toMatchObject({
      type: 'service',
      name: 'Service',
    });
  });

  test('a stakeholder cannot be called', async () => {
    const pd = new Client(await opened());
    const looker = await pd.user('Alan Example', { role: 'read_only_user' });
    const sent = await pd.post('/escalation_policies', policy([{ escalation_delay_in_minutes: 5, targets: [userTarget(looker.id)] }]));
    expect(sent.status).toBe(400);
  });
});

describe('on-call', () => {
  test('tells by policy and level who is called: a person for good, a schedule by its shift', async () => {
    const pd = new Client(await opened({ start: Date.UTC(2026, 8, 1) }));
    const [ada, ben, grace] = [await pd.user('Ada Example'), await pd.user('Ben Example'), await pd.user('Grace Example')];
    const weekly = layer([ada.id, ben.id], { start: '2026-09-01T00:00:00Z', rotation_virtual_start: '2026-09-07T12:00:00Z' });
    const rota = await pd.schedule('PMP Primary On-Call', [], { schedule_layers: [weekly] });
    const rules = [
      { escalation_delay_in_minutes: 10, targets: [{ id: rota.id, type: 'schedule_reference' }] },
      { escalation_delay_in_minutes: 15, targets: [userTarget(grace.id)] },
    ];
    await pd.post('/escalation_policies', { escalation_policy: { type: 'escalation_policy', name: 'Policy', escalation_rules: rules } });
    const duties = async (query: string): Promise<unknown> =>
      (await pd.get(`/oncalls?${query}`)).body.oncalls.map((each: Duty) => [
        each.escalation_level,
        each.user.summary,
        each.schedule?.summary ?? null,
        each.end,
      ]);
    expect(await duties('')).toEqual([
      [1, 'Ben Example', 'PMP Primary On-Call', '2026-09-07T12:00:00Z'],
      [2, 'Grace Example', null, null],
    ]);
    expect(await duties(`schedule_ids[]=${rota.id}&since=2026-09-06T00:00:00Z&until=2026-09-08T00:00:00Z`)).toEqual([
      [1, 'Ben Example', 'PMP Primary On-Call', '2026-09-07T12:00:00Z'],
      [1, 'Ada Example', 'PMP Primary On-Call', '2026-09-14T12:00:00Z'],
    ]);
    expect(await duties(`user_ids[]=${ada.id}`)).toEqual([]);
    expect((await pd.get('/oncalls?until=2027-09-01T00:00:00Z')).status).toBe(400);
    const status = pd.sandbox.status().schedules.find((each) => each.name === 'PMP Primary On-Call');
    expect(status?.onCall).toEqual([{ name: 'Ben Example', until: Date.UTC(2026, 8, 7, 12) }]);
  });

  test('a gap is nobody, and a schedule that no policy uses is not there', async () => {
    const pd = new Client(await opened({ start: Date.UTC(2026, 8, 1) })); // 31 August, 20:00 in New York
    const ada = await pd.user('Ada Example');
    const office = [{ type: 'daily_restriction', start_time_of_day: '08:00:00', duration_seconds: 43_200 }];
    const used = await pd.schedule('Used', [], {
      schedule_layers: [layer([ada.id], { start: '2026-09-01T00:00:00Z', restrictions: office })],
    });
    await pd.schedule('Unused', [ada.id], { schedule_layers: [layer([ada.id], { start: '2026-09-01T00:00:00Z' })] });
    await pd.policy('Policy', [{ id: used.id, type: 'schedule_reference' }]);
    expect((await pd.get('/oncalls')).body.oncalls).toEqual([]);
  });
});
