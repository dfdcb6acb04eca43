import { describe, expect, test } from 'vitest';
import { Client, opened } from '../support.ts';
import type { Answer } from '../support.ts';

const types = (rows: readonly { readonly type: string }[]): readonly string[] => rows.map((row) => row.type);
const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];
const sms = { type: 'sms_contact_method', label: 'Mobile', address: '2025550101', country_code: 1 };

describe('users', () => {
  test('a new one has an invitation, an e-mail method and a rule at once for each urgency', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example', { time_zone: 'Europe/Berlin' });
    const { body } = await pd.get(`/users/${ada.id}?include[]=contact_methods&include[]=notification_rules`);
    expect(body.user).toMatchObject({
      type: 'user',
      summary: 'Ada Example',
      self: expect.stringContaining(`/users/${ada.id}`),
      html_url: expect.stringContaining('https://'),
      role: 'user',
      time_zone: 'Europe/Berlin',
      invitation_sent: true,
      contact_methods: [{ type: 'email_contact_method', label: 'Default', address: 'ada@example.com' }],
      notification_rules: [
        { type: 'assignment_notification_rule', urgency: 'high', start_delay_in_minutes: 0 },
        { type: 'assignment_notification_rule', urgency: 'low', start_delay_in_minutes: 0 },
      ],
    });
  });

  test('without include only references come', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const { user } = (await pd.get(`/users/${ada.id}`)).body;
    expect(types([...user.contact_methods, ...user.notification_rules])).toEqual([
      'email_contact_method_reference',
      'assignment_notification_rule_reference',
      'assignment_notification_rule_reference',
    ]);
    expect(user.contact_methods[0].address).toBeUndefined();
  });

  test.each([
    ['no type', { type: undefined }, 'Type must be user'],
    ['no name', { name: ' ' }, "Name can't be blank"],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, 'Name is too long (maximum is 100 characters)'],
    ['no e-mail', { email: undefined }, "Email can't be blank"],
    ['an e-mail that is none', { email: 'ada at example' }, 'Email is invalid'],
    ['a zone that is none', { time_zone: 'Mars/Olympus' }, 'Time zone is invalid'],
    ['a role that is none', { role: 'engineer' }, 'Role is not included in the list'],
    ['a second owner', { role: 'owner' }, 'Role owner cannot be given'],
  ])('%s is refused', async (_, wrong, message) => {
    const pd = new Client(await opened());
    const sent = await pd.post('/users', { user: { type: 'user', name: 'Ada Example', email: 'ada@example.com', ...wrong } });
    expect(refusal(sent)).toEqual([400, 2001, message]);
  });

  test('an e-mail is taken in any case, and PagerDuty’s words say so', async () => {
    const pd = new Client(await opened());
    await pd.user('Ada Example');
    const again = await pd.post('/users', { user: { type: 'user', name: 'Other Example', email: 'ADA@Example.com' } });
    expect(again.body).toEqual({ error: { message: 'Invalid Input Provided', code: 2001, errors: ['Email has already been taken'] } });
  });

  test('are found by a part of their name or address', async () => {
    const pd = new Client(await opened());
    await pd.user('Ada Example');
    await pd.user('Ben Example');
    const emails = async (query: string): Promise<readonly string[]> =>
      (await pd.get(`/users?query=${query}`)).body.users.map((user: { email: string }) => user.email);
    expect(await emails('ADA%40example.com')).toEqual(['ada@example.com']);
    expect(await emails('ben')).toEqual(['ben@example.com']);
    expect(await emails('zoe')).toEqual([]);
  });

  test('what a change leaves out stays', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example', { job_title: 'Engineer' });
    const { body } = await pd.put(`/users/${ada.id}`, { user: { type: 'user', time_zone: 'Asia/Kolkata' } });
    expect(body.user).toMatchObject({ name: 'Ada Example', job_title: 'Engineer', time_zone: 'Asia/Kolkata' });
  });

  test('nobody who could be called is deleted', async () => {
    const pd = new Client(await opened());
    const [ada, ben, cleo] = [await pd.user('Ada Example'), await pd.user('Ben Example'), await pd.user('Cleo Example')];
    await pd.schedule('Rota', [ada.id]);
    await pd.policy('Policy', [{ id: ben.id, type: 'user_reference' }]);
    const codes = [];
    for (const person of [ada, ben, cleo]) codes.push((await pd.delete(`/users/${person.id}`)).status);
    expect(codes).toEqual([400, 400, 204]);
  });
});

describe('contact methods', () => {
  test('are created, read, changed and deleted, their rules with them', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const base = `/users/${ada.id}/contact_methods`;
    const made = (await pd.post(base, { contact_method: sms })).body.contact_method;
    expect(made).toMatchObject({ ...sms, blacklisted: false, enabled: true, summary: 'Mobile' });
    await pd.post(`/users/${ada.id}/notification_rules`, { notification_rule: rule(made) });
    expect((await pd.put(`${base}/${made.id}`, { contact_method: { ...sms, label: 'Work' } })).body.contact_method.label).toBe('Work');
    expect((await pd.get(`${base}/${made.id}`)).body.contact_method.label).toBe('Work');
    expect((await pd.delete(`${base}/${made.id}`)).status).toBe(204);
    const rules = (await pd.get(`/users/${ada.id}/notification_rules?urgency=all`)).body.notification_rules;
    expect(rules).toHaveLength(2);
  });

  test('the same number twice is refused in PagerDuty’s words, as phone and SMS it is not', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const base = `/users/${ada.id}/contact_methods`;
    await pd.post(base, { contact_method: sms });
    expect(refusal(await pd.post(base, { contact_method: { ...sms, label: 'Again' } }))).toEqual([
      400,
      2001,
      'User Contact method must be unique',
    ]);
    expect((await pd.post(base, { contact_method: { ...sms, type: 'phone_contact_method' } })).status).toBe(201);
  });

  test.each([
    [
      'a push device, which only the app can add',
      { type: 'push_notification_contact_method', address: 'token' },
      'Device token is invalid',
    ],
    ['a pigeon', { type: 'pigeon_contact_method' }, 'Type is not included in the list'],
    ['no label', { label: undefined }, "Label can't be blank"],
    ['no number', { address: '' }, "Address can't be blank"],
    ['letters', { address: 'CALL-ME' }, 'Address is invalid'],
    ['a trunk zero in Germany', { country_code: 49, address: '01705550101' }, 'Address must not start with 0'],
    ['a leading one in the US', { address: '12025550101' }, 'Address must not start with 1'],
    ['a country that is none', { country_code: 0 }, 'Country code must be greater than or equal to 1'],
  ])('%s is refused', async (_, wrong, message) => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    expect(refusal(await pd.post(`/users/${ada.id}/contact_methods`, { contact_method: { ...sms, ...wrong } }))).toEqual([
      400,
      2001,
      message,
    ]);
  });

  test('no more than three of a kind and ten altogether', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const add = async (index: number, type = 'sms_contact_method'): Promise<number> =>
      (await pd.post(`/users/${ada.id}/contact_methods`, { contact_method: { ...sms, type, address: `202555010${index}` } })).status;
    expect([await add(1), await add(2), await add(3), await add(4)]).toEqual([201, 201, 201, 400]);
    const mail = async (index: number): Promise<number> =>
      (
        await pd.post(`/users/${ada.id}/contact_methods`, {
          contact_method: { type: 'email_contact_method', label: 'x', address: `a${index}@example.com` },
        })
      ).status;
    const codes = [];
    for (let index = 0; index < 7; index += 1) codes.push(await mail(index));
    expect(codes).toEqual([201, 201, 201, 201, 201, 201, 400]);
  });
});

const rule = (method: { readonly id: string; readonly type: string }, more = {}): unknown => ({
  type: 'assignment_notification_rule',
  start_delay_in_minutes: 0,
  urgency: 'high',
  contact_method: { id: method.id, type: method.type },
  ...more,
});

describe('notification rules', () => {
  test('only those for high urgency are listed unless all are asked for', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const urgencies = async (query: string): Promise<readonly string[]> =>
      (await pd.get(`/users/${ada.id}/notification_rules${query}`)).body.notification_rules.map((row: { urgency: string }) => row.urgency);
    expect(await urgencies('')).toEqual(['high']);
    expect(await urgencies('?urgency=low')).toEqual(['low']);
    expect(await urgencies('?urgency=all')).toEqual(['high', 'low']);
  });

  test('refer to their method, or carry it when asked', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const method = async (query: string): Promise<unknown> =>
      (await pd.get(`/users/${ada.id}/notification_rules?${query}`)).body.notification_rules[0].contact_method;
    expect(await method('')).toMatchObject({ type: 'email_contact_method_reference', summary: 'Default' });
    expect(await method('include[]=contact_methods')).toMatchObject({ type: 'email_contact_method', address: 'ada@example.com' });
  });

  test('the same method, urgency and delay twice is refused in PagerDuty’s words', async () => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const [mail] = (await pd.get(`/users/${ada.id}/contact_methods`)).body.contact_methods;
    const base = `/users/${ada.id}/notification_rules`;
    const words = 'Channel Start delay must be unique for a given contact method';
    expect(refusal(await pd.post(base, { notification_rule: rule(mail) }))).toEqual([400, 2001, words]);
    const later = await pd.post(base, { notification_rule: rule(mail, { start_delay_in_minutes: 5 }) });
    expect(later.status).toBe(201);
    const id = later.body.notification_rule.id;
    expect(refusal(await pd.put(`${base}/${id}`, { notification_rule: rule(mail) }))).toEqual([400, 2001, words]);
    expect((await pd.delete(`${base}/${id}`)).status).toBe(204);
  });

  test.each([
    ['no type', { type: undefined }, 'Type is not included in the list'],
    ['half a minute', { start_delay_in_minutes: 0.5 }, 'Start delay in minutes is not a number'],
    ['a negative delay', { start_delay_in_minutes: -1 }, 'Start delay in minutes must be greater than or equal to 0'],
    ['a third urgency', { urgency: 'medium' }, 'Urgency is not included in the list'],
    ['a method of nobody', { contact_method: { id: 'PNONE', type: 'sms_contact_method' } }, "Contact method can't be blank"],
  ])('%s is refused', async (_, wrong, message) => {
    const pd = new Client(await opened());
    const ada = await pd.user('Ada Example');
    const [mail] = (await pd.get(`/users/${ada.id}/contact_methods`)).body.contact_methods;
    const sent = await pd.post(`/users/${ada.id}/notification_rules`, {
      notification_rule: rule(mail, { start_delay_in_minutes: 7, ...wrong }),
    });
    expect(refusal(sent)).toEqual([400, 2001, message]);
  });
});
