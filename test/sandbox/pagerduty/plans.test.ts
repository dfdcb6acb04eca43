import { describe, expect, test } from 'vitest';
import { openSandbox } from '../../../src/sandbox/index.ts';
import type { Plan } from '../../../src/sandbox/index.ts';
import { Client, layer, opened, scheduleBody, stateFile } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const codeOf = ({ status, body }: Answer): unknown => (status < 300 ? status : [status, body.error.code]);
const has = async (pd: Client, ability: string): Promise<boolean> => (await pd.get('/abilities')).body.abilities.includes(ability);

describe('abilities', () => {
  test.each([
    ['free', false, false],
    ['trial', true, true],
    ['professional', true, true],
    ['business', true, true],
  ] as const)('%s: teams %s, urgencies %s', async (accountPlan, teams, urgencies) => {
    const pd = new Client(await opened({ accountPlan }));
    expect([await has(pd, 'teams'), await has(pd, 'urgencies')]).toEqual([teams, urgencies]);
    expect(codeOf(await pd.get('/teams'))).toEqual(teams ? 200 : [402, 2014]);
    expect(codeOf(await pd.get('/abilities/urgencies'))).toEqual(urgencies ? 204 : [402, 2014]);
  });

  test('one that nobody has ever heard of is 404', async () => {
    expect(codeOf(await new Client(await opened()).get('/abilities/telepathy'))).toEqual([404, 2100]);
  });
});

describe('the free plan', () => {
  test('holds one policy, one schedule and five users', async () => {
    const pd = new Client(await opened({ accountPlan: 'free' }));
    const people = [];
    for (const name of ['Ada', 'Ben', 'Cleo', 'Grace', 'Alan']) {
      people.push(codeOf(await pd.post('/users', { user: { type: 'user', name, email: `${name.toLowerCase()}@example.com` } })));
    }
    expect(people).toEqual([201, 201, 201, 201, [400, 2019]]); // the owner is one of the five
    const [ada] = (await pd.get('/users?query=ada')).body.users;
    const schedule = (name: string): Json => ({ schedule: scheduleBody(name, [layer([ada.id])]) });
    expect([codeOf(await pd.post('/schedules', schedule('One'))), codeOf(await pd.post('/schedules', schedule('Two')))]).toEqual([
      201,
      [400, 2019],
    ]);
    const policy = (name: string): Json => ({
      escalation_policy: {
        type: 'escalation_policy',
        name,
        escalation_rules: [{ escalation_delay_in_minutes: 5, targets: [{ id: ada.id, type: 'user_reference' }] }],
      },
    });
    expect([
      codeOf(await pd.post('/escalation_policies', policy('One'))),
      codeOf(await pd.post('/escalation_policies', policy('Two'))),
    ]).toEqual([201, [400, 2019]]);
  });

  test('has no low urgency, neither for rules nor for services', async () => {
    const pd = new Client(await opened({ accountPlan: 'free' }));
    const service = await pd.serviceWithPolicy();
    const [owner] = (await pd.get('/users?query=owner&include[]=contact_methods')).body.users;
    const [method] = owner.contact_methods;
    const rule = {
      type: 'assignment_notification_rule',
      start_delay_in_minutes: 3,
      urgency: 'low',
      contact_method: { id: method.id, type: method.type },
    };
    expect(codeOf(await pd.post(`/users/${owner.id}/notification_rules`, { notification_rule: rule }))).toEqual([402, 2014]);
    const urgency = { type: 'service', incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } };
    expect(codeOf(await pd.put(`/services/${service.id}`, { service: urgency }))).toEqual([402, 2014]);
    const grace = (await pd.get('/users?query=grace&include[]=notification_rules')).body.users[0];
    expect(grace.notification_rules.map((each: Json) => each['urgency'])).toEqual(['high']);
  });
});

describe('alert grouping', () => {
  const content = { aggregate: 'all', fields: ['class', 'component', 'severity'] };
  const configs: Readonly<Record<string, Json>> = {
    intelligent: {},
    content_based: content,
    content_based_intelligent: content,
    time: { timeout: 300 },
  };
  const tried = async (accountPlan: Plan): Promise<unknown> => {
    const pd = new Client(await opened({ accountPlan }));
    const { id } = await pd.serviceWithPolicy();
    const seen: Record<string, unknown> = {};
    for (const [type, config] of Object.entries(configs)) {
      const answer = await pd.post('/alert_grouping_settings', { alert_grouping_setting: { type, config, services: [{ id }] } });
      seen[type] = codeOf(answer);
      if (answer.status === 201) await pd.delete(`/alert_grouping_settings/${answer.body.alert_grouping_setting.id}`);
    }
    return seen;
  };

  test('is all there on a trial', async () => {
    expect(await tried('trial')).toEqual({ intelligent: 201, content_based: 201, content_based_intelligent: 201, time: 201 });
  });

  test('business refuses what is intelligent, with 403', async () => {
    expect(await tried('business')).toEqual({
      intelligent: [403, 2010],
      content_based: 201,
      content_based_intelligent: [403, 2010],
      time: 201,
    });
  });

  test('professional refuses every kind with 402, and still answers reads with the 404 of an empty account', async () => {
    const refused = [402, 2014];
    expect(await tried('professional')).toEqual({
      intelligent: refused,
      content_based: refused,
      content_based_intelligent: refused,
      time: refused,
    });
    const { status, body } = await new Client(await opened({ accountPlan: 'professional' })).get('/alert_grouping_settings');
    expect([status, body]).toEqual([404, { error: { message: 'Not Found', code: 2100 } }]);
  });
});

describe('seats', () => {
  test('are counted by licence, and run out with 402/2019', async () => {
    const pd = new Client(await opened({ seats: 2 }));
    const free = async (): Promise<unknown> =>
      (await pd.get('/licenses')).body.licenses.map((each: Json) => [
        each['role_group'],
        each['current_value'],
        each['allocations_available'],
      ]);
    expect(await free()).toEqual([
      ['FullUser', 1, 1],
      ['Stakeholder', 0, 50],
    ]);
    await pd.user('Ada Example');
    expect((await free()) as readonly unknown[]).toContainEqual(['FullUser', 2, 0]);
    const ben = { type: 'user', name: 'Ben Example', email: 'ben@example.com' };
    expect(codeOf(await pd.post('/users', { user: ben }))).toEqual([402, 2019]);
    expect(codeOf(await pd.post('/users', { user: { ...ben, role: 'read_only_user' } }))).toBe(201);
  });

  test('a trial has no limit', async () => {
    const { body } = await new Client(await opened()).get('/licenses');
    expect(body.licenses[0].allocations_available).toBeNull();
  });
});

test('a plan stays with the account, and an upgrade is a plan given later', async () => {
  const file = await stateFile();
  const first = await openSandbox({ stateFile: file, accountPlan: 'professional' });
  await first.close();
  const second = await openSandbox({ stateFile: file });
  expect(second.status().accountPlan).toBe('professional');
  await second.close();
  expect((await opened({ stateFile: file, accountPlan: 'trial' })).status().accountPlan).toBe('trial');
});

test('there are priorities in rank order, and no incidents', async () => {
  const pd = new Client(await opened());
  expect((await pd.get('/priorities')).body.priorities.map((each: Json) => each['name'])).toEqual(['P1', 'P2', 'P3', 'P4', 'P5']);
  expect((await pd.get('/incidents?statuses[]=triggered')).body).toEqual({ incidents: [], limit: 25, offset: 0, more: false, total: null });
});
