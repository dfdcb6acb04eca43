import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapterFor, fakePagerDuty, type Fake, type Recorded } from './fake.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await fakePagerDuty();
});
afterEach(() => fake.close());

const hour = 3_600_000;
const day = 24 * hour;
const monday = Date.UTC(2027, 0, 4);
const name = 'PMP Primary On-Call';
const iso = (at: number): string => new Date(at).toISOString();
const looks = (): readonly Recorded[] => fake.log.filter((call) => call.query.has('since'));

function person(who: string) {
  return fake.seed('users', { email: `${who}@example.com`, name: `${who} Example` });
}

/** A layer schedule with these hours, cut to what is asked for as PagerDuty cuts them. */
function layered(entries: readonly { readonly start: number; readonly end: number; readonly id: string; readonly summary?: string }[]) {
  const row = fake.seed('schedules', { name, time_zone: 'Etc/UTC', schedule_layers: [] });
  fake.fault = (call) => {
    if (call.path !== `/schedules/${row.id}` || !call.query.has('since')) return undefined;
    const [since, until] = ['since', 'until'].map((edge) => Date.parse(call.query.get(edge) ?? '')) as [number, number];
    const rendered = entries
      .filter(({ start, end }) => end > since && start < until)
      .map(({ start, end, id, summary }) => ({
        start: iso(Math.max(start, since)),
        end: iso(Math.min(end, until)),
        user: { id, type: 'user_reference', summary },
      }));
    return { status: 200, body: { schedule: { ...row, final_schedule: { name: 'Final Schedule', rendered_schedule_entries: rendered } } } };
  };
  return row;
}

/** A shift-based schedule of that name; PagerDuty's list shows bare references. */
function shiftBased(assignments: readonly object[]) {
  const before = fake.fault;
  fake.fault = (call, number) => {
    if (call.path === '/v3/schedules')
      return { status: 200, body: { schedules: [{ id: 'PV3', type: 'schedule_v3_reference', summary: name }], more: false } };
    if (call.path !== '/v3/schedules/PV3') return before(call, number);
    const final = { type: 'final_schedule', rendered_coverage_percentage: 50, computed_shift_assignments: assignments };
    return {
      status: 200,
      body: { schedule: { id: 'PV3', name, ...(call.query.get('include[]') === 'final_schedule' && { final_schedule: final }) } },
    };
  };
}

describe('a schedule as PagerDuty renders it', () => {
  it('layers: who has which hours, by e-mail, gaps left open, a person who left named', async () => {
    const [ada, ben] = [person('ada'), person('ben')];
    layered([
      { start: monday, end: monday + 8 * hour, id: ada.id },
      { start: monday + 8 * hour, end: monday + 20 * hour, id: ben.id },
      { start: monday + day, end: monday + 2 * day, id: 'PGONE', summary: 'Cleo Example' },
    ]);
    const { pagerduty } = adapterFor(fake);
    expect(await pagerduty.rendered(` ${name}`, monday, monday + 7 * day)).toEqual([
      { start: monday, end: monday + 8 * hour, who: 'ada@example.com' },
      { start: monday + 8 * hour, end: monday + 20 * hour, who: 'ben@example.com' },
      { start: monday + day, end: monday + 2 * day, who: 'Cleo Example (no user)' },
    ]);
    expect(looks().map((call) => [call.query.get('since'), call.query.get('until')])).toEqual([
      ['2027-01-04T00:00:00Z', '2027-01-11T00:00:00Z'],
    ]);
  });

  it('what lies within an earlier look is not asked for again, until it is forgotten', async () => {
    const ada = person('ada');
    layered([{ start: monday, end: monday + 30 * day, id: ada.id }]);
    const { pagerduty } = adapterFor(fake);
    const [whole, part] = await Promise.all([
      pagerduty.rendered(name, monday, monday + 42 * day),
      pagerduty.rendered(name, monday + day, monday + day + 1500),
    ]);
    expect(whole).toEqual([{ start: monday, end: monday + 30 * day, who: 'ada@example.com' }]);
    expect(part).toEqual([{ start: monday + day, end: monday + day + 1500, who: 'ada@example.com' }]);
    expect(await pagerduty.rendered(name, monday + 29 * day, monday + 31 * day)).toEqual([
      { start: monday + 29 * day, end: monday + 30 * day, who: 'ada@example.com' },
    ]);
    expect(looks()).toHaveLength(1);
    pagerduty.forget();
    await pagerduty.rendered(name, monday, monday + day);
    expect(looks()).toHaveLength(2);
  });

  it('more than 90 days are asked for in parts, and hours over a seam stay one shift', async () => {
    const ada = person('ada');
    layered([{ start: monday - day, end: monday + 200 * day, id: ada.id }]);
    expect(await adapterFor(fake).pagerduty.rendered(name, monday, monday + 200 * day)).toEqual([
      { start: monday, end: monday + 200 * day, who: 'ada@example.com' },
    ]);
    const spans = looks().map((call) => Date.parse(call.query.get('until') ?? '') - Date.parse(call.query.get('since') ?? ''));
    expect(spans.map((span) => span / day).sort((a, b) => a - b)).toEqual([20, 90, 90]);
  });

  it('shifts (v3): several people at once, an empty member is nobody, one person over two rotations is one shift', async () => {
    const [ada, ben] = [person('ada'), person('ben')];
    const shift = (from: number, until: number, member: object) => ({
      type: 'computed_shift_assignment',
      start_time: iso(monday + from * hour),
      end_time: iso(monday + until * hour),
      member,
      source: { type: 'schedule_rotation', rotation_id: 'R' },
    });
    const user = (row: { id: string }) => ({ type: 'user_member', user_id: row.id });
    shiftBased([shift(10, 14, user(ada)), shift(0, 12, user(ben)), shift(14, 20, user(ada)), shift(20, 24, { type: 'empty_member' })]);
    expect(await adapterFor(fake).pagerduty.rendered(name, monday, monday + day)).toEqual([
      { start: monday, end: monday + 12 * hour, who: 'ben@example.com' },
      { start: monday + 10 * hour, end: monday + 20 * hour, who: 'ada@example.com' },
    ]);
  });

  it('a schedule that is not there, or is there twice, is an error: nobody could tell it from one that is empty', async () => {
    const { pagerduty } = adapterFor(fake);
    await expect(pagerduty.rendered(name, monday, monday + day)).rejects.toMatchObject({
      id: 'need-failed',
      facts: { message: `schedule ${name} is not in PagerDuty` },
    });
    layered([]);
    shiftBased([]);
    pagerduty.forget();
    await expect(pagerduty.rendered(name, monday, monday + day)).rejects.toMatchObject({ id: 'name-twice' });
    await expect(pagerduty.schedules([name])).rejects.toMatchObject({ id: 'name-twice' });
  });

  it('no hours at all is an empty schedule', async () => {
    layered([]);
    expect(await adapterFor(fake).pagerduty.rendered(name, monday, monday + day)).toEqual([]);
  });
});

describe('few calls, however many people', () => {
  it('twelve people of a schedule are one page of users, not twelve calls', async () => {
    const people = Array.from({ length: 12 }, (_, i) => person(`p${i}`));
    layered(people.map(({ id }, i) => ({ start: monday + i * day, end: monday + (i + 1) * day, id })));
    const { pagerduty } = adapterFor(fake);
    const shifts = await pagerduty.rendered(name, monday, monday + 12 * day);
    const users = await pagerduty.users(shifts.map((shift) => shift.who));
    expect(users.map((user) => user.value.name)).toEqual(people.map((row) => row['email']));
    expect(fake.log.filter((call) => call.path.startsWith('/users'))).toHaveLength(1);
  });

  it('of an account of many, those that its first page lacks are asked for once each', async () => {
    for (let i = 0; i < 350; i++) person(`other${i}`);
    const [ada, ben] = [person('ada'), person('ben')];
    layered([
      { start: monday, end: monday + day, id: ada.id },
      { start: monday + day, end: monday + 2 * day, id: ben.id },
    ]);
    const { pagerduty } = adapterFor(fake);
    await Promise.all([pagerduty.rendered(name, monday, monday + 2 * day), pagerduty.rendered(name, monday + 3 * day, monday + 4 * day)]);
    expect(await pagerduty.users(['ada@example.com', 'ben@example.com'])).toHaveLength(2);
    const calls = fake.log.filter((call) => call.path.startsWith('/users')).map((call) => call.path);
    expect(calls.sort()).toEqual(['/users', `/users/${ada.id}`, `/users/${ben.id}`].sort());
  });

  it('people whose rules for low urgency the list may hide are looked at once, whoever asks', async () => {
    const contact = { id: 'C1', type: 'phone_contact_method', address: '2025550101', country_code: 1, label: 'Work' };
    const rule = (urgency: string) => ({ id: `R${urgency}`, urgency, start_delay_in_minutes: 0, type: 'x', contact_method: { id: 'C1' } });
    const ada = fake.seed('users', {
      email: 'ada@example.com',
      name: 'Ada',
      contact_methods: [contact],
      notification_rules: [rule('high')],
    });
    const { pagerduty } = adapterFor(fake);
    const [once, twice] = await Promise.all([pagerduty.users(['ada@example.com']), pagerduty.users(['ada@example.com'])]);
    expect(once).toEqual(twice);
    await pagerduty.users(['ada@example.com']);
    expect(fake.log.filter((call) => call.path === `/users/${ada.id}/notification_rules`)).toHaveLength(1);
  });
});
