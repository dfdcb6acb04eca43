import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adapterFor, fakePagerDuty, type Fake, type Recorded } from './fake.ts';

let fake: Fake;
beforeEach(async () => {
  fake = await fakePagerDuty();
});
afterEach(() => fake.close());

const day = 86_400_000;
const asked = (path: RegExp): readonly Recorded[] => fake.log.filter((call) => path.test(call.path));
const reference = (kind: string, id: string, summary: string) => ({ id, type: `${kind}_reference`, summary });

function incident(number: number, created: number, more: Record<string, unknown> = {}) {
  return {
    id: `I${number}`,
    incident_number: number,
    title: `[DRILL pmp-pd] ${number}`,
    status: 'resolved',
    urgency: 'high',
    html_url: `https://acme.pagerduty.com/incidents/I${number}`,
    created_at: new Date(created).toISOString(),
    ...more,
  };
}

/** Answers one path by rows, in pages, as PagerDuty lists them. */
function lists(path: string, many: string, rows: (query: URLSearchParams) => readonly unknown[]): void {
  const before = fake.fault;
  fake.fault = (call, number) => {
    if (call.path !== path) return before(call, number);
    const all = rows(call.query);
    const [offset, limit] = [Number(call.query.get('offset') ?? 0), Number(call.query.get('limit') ?? 25)];
    const body = { [many]: all.slice(offset, offset + limit), offset, limit, more: offset + limit < all.length, total: null };
    return { status: 200, body };
  };
}

describe('incidents: the evidence of drills', () => {
  it('those of the services asked for, by name, newest first, in as few calls as there are pages', async () => {
    const [critical, high] = ['PMP Study - Critical', 'PMP Study - High'].map((name) => fake.seed('services', { name }));
    const now = Date.now();
    const rows = Array.from({ length: 150 }, (_, i) =>
      incident(i + 1, now - (150 - i) * 60_000, {
        service: reference('service', i % 2 === 0 ? (critical?.id ?? '') : (high?.id ?? ''), 'as it was called once'),
        urgency: i % 2 === 0 ? 'high' : 'low',
        status: ['triggered', 'acknowledged', 'resolved'][i % 3],
      }),
    );
    lists('/incidents', 'incidents', () => rows.toReversed());
    const { pagerduty } = adapterFor(fake);
    const found = await pagerduty.incidents(['PMP Study - High', 'PMP Study - Critical', 'no such service'], now - 35 * day);
    expect(found.map((one) => one.number)).toEqual(Array.from({ length: 150 }, (_, i) => 150 - i));
    expect(found.at(-1)).toEqual({
      id: 'I1',
      number: 1,
      url: 'https://acme.pagerduty.com/incidents/I1',
      title: '[DRILL pmp-pd] 1',
      service: 'PMP Study - Critical',
      status: 'triggered',
      urgency: 'high',
      created: now - 150 * 60_000,
    });
    expect(found.at(-2)).toMatchObject({ service: 'PMP Study - High', status: 'acknowledged', urgency: 'low' });
    const calls = asked(/^\/incidents$/);
    expect(calls).toHaveLength(2);
    expect(calls[0]?.query.getAll('service_ids[]').sort()).toEqual([critical?.id, high?.id]);
    expect(calls[0]?.query.get('sort_by')).toBe('created_at:desc');
    expect(Date.parse(calls[0]?.query.get('since') ?? '')).toBeLessThanOrEqual(now - 35 * day);
    expect(Date.parse(calls[0]?.query.get('until') ?? '')).toBeGreaterThan(now);

    const later = await pagerduty.incidents(['PMP Study - Critical'], now - 10 * 60_000);
    expect(later.map((one) => one.number)).toEqual([149, 147, 145, 143, 141]);
    expect(asked(/^\/incidents$/)).toHaveLength(2);
    pagerduty.forget();
    await pagerduty.incidents(['PMP Study - Critical'], now - 10 * 60_000);
    expect(asked(/^\/incidents$/).length).toBeGreaterThan(2);
  });

  it('without any of the services PagerDuty is not asked: it would show those of the whole account', async () => {
    lists('/incidents', 'incidents', () => [incident(1, Date.now(), { service: reference('service', 'PX', 'Another') })]);
    expect(await adapterFor(fake).pagerduty.incidents(['no such service'], 0)).toEqual([]);
    expect(asked(/^\/incidents$/)).toEqual([]);
  });

  it('proof of more than half a year back comes in spans that PagerDuty takes', async () => {
    const service = fake.seed('services', { name: 'S' });
    const now = Date.now();
    const rows = [10, 200, 390].map((days, i) => incident(3 - i, now - days * day, { service: reference('service', service.id, 'S') }));
    lists('/incidents', 'incidents', (query) => {
      const [since, until] = [Date.parse(query.get('since') ?? ''), Date.parse(query.get('until') ?? '')];
      return until - since > 184 * day
        ? []
        : rows.filter(({ created_at }) => Date.parse(created_at) >= since && Date.parse(created_at) < until);
    });
    const found = await adapterFor(fake).pagerduty.incidents(['S'], now - 400 * day);
    expect(found.map((one) => one.number)).toEqual([3, 2, 1]);
    expect(asked(/^\/incidents$/)).toHaveLength(3);
  });

  it('a service with more incidents than PagerDuty pages is still read to its beginning, each incident once', async () => {
    const service = fake.seed('services', { name: 'S' });
    const now = Date.now();
    const rows = Array.from({ length: 10_150 }, (_, i) =>
      incident(10_150 - i, now - i * 60_000, { service: reference('service', service.id, 'S') }),
    );
    const times = rows.map(({ created_at }) => Date.parse(created_at));
    lists('/incidents', 'incidents', (query) => {
      const until = Date.parse(query.get('until') ?? '');
      const first = times.findIndex((at) => at < until);
      return Number(query.get('offset')) + Number(query.get('limit')) > 10_000 ? [] : rows.slice(first);
    });
    const found = await adapterFor(fake).pagerduty.incidents(['S'], now - 35 * day);
    expect(found).toHaveLength(10_150);
    expect(found.at(-1)?.number).toBe(1);
  });
});

describe('alerts: what the event carried', () => {
  it('details and links by either of the places where PagerDuty shows them; empty where there were none', async () => {
    const details = { pmp_drill: '01J00000000000000000000000', severity: 'critical', firing_count: 1 };
    const link = { type: 'link', href: 'https://runbooks.example.com/PMPDrill', text: 'Runbook' };
    const image = { type: 'image', src: 'https://example.com/x.png' };
    lists('/incidents/I1/alerts', 'alerts', () => [
      {
        id: 'A1',
        alert_key: 'k1',
        status: 'resolved',
        severity: 'critical',
        body: { type: 'alert_body', contexts: [link, image], details },
      },
      {
        id: 'A2',
        alert_key: 'k2',
        status: 'triggered',
        severity: null,
        body: { contexts: [], details: {}, cef_details: { contexts: [link], details } },
      },
      { id: 'A3', alert_key: 'k3', status: 'suppressed', body: { details: 'a mere text', cef_details: 'nothing' } },
      { id: 'A4', alert_key: null, status: 'triggered', body: null },
    ]);
    const { pagerduty } = adapterFor(fake);
    const links = [{ href: link.href, text: 'Runbook' }];
    const [first] = await Promise.all([pagerduty.alerts('I1'), pagerduty.alerts('I1')]);
    expect(first).toEqual([
      { key: 'k1', status: 'resolved', severity: 'critical', details, links },
      { key: 'k2', status: 'triggered', details, links },
      { key: 'k3', status: 'triggered', details: {}, links: [] },
      { key: '', status: 'triggered', details: {}, links: [] },
    ]);
    expect(asked(/alerts/)).toHaveLength(1);
  });
});

describe('log entries: who was told, by which channel, who answered', () => {
  const at = (second: number): string => new Date(Date.UTC(2027, 0, 4, 17, 0, second)).toISOString();

  it('people by e-mail, types and channels without their suffixes, the oldest first', async () => {
    const ada = fake.seed('users', { email: 'ada@example.com', name: 'Ada Example' });
    const ben = fake.seed('users', { email: 'ben@example.com', name: 'Ben Example' });
    const service = reference('service', 'PS', 'PMP Study - Critical');
    const person = (row: { id: string }, name: string) => reference('user', row.id, name);
    const notify = (second: number, who: { id: string }, type: string, status: string) => ({
      id: `N${second}`,
      type: 'notify_log_entry',
      created_at: at(second),
      agent: service,
      user: person(who, 'x'),
      channel: { type: 'auto', notification: { type, address: null, status } },
    });
    const rows = [
      {
        id: 'L9',
        type: 'annotate_log_entry',
        created_at: at(90),
        agent: person(ada, 'Ada'),
        channel: { type: 'note', summary: 'pmp-pd drill X: via=events' },
      },
      {
        id: 'L8',
        type: 'annotate_log_entry',
        created_at: at(80),
        agent: person(ada, 'Ada'),
        note: 'thanks\u001b[2J',
        channel: { type: 'note' },
      },
      { id: 'L7', type: 'something_new_log_entry', created_at: at(70), agent: null, channel: null },
      { id: 'L6', type: 'acknowledge_log_entry', created_at: at(60), agent: person(ben, 'Ben'), channel: { type: 'mobile' } },
      {
        id: 'L5',
        type: 'acknowledgement_log_entry',
        created_at: at(60),
        agent: reference('user', 'PGONE', 'Cleo Example'),
        channel: { type: 'website' },
      },
      {
        id: 'L4',
        type: 'escalate_log_entry',
        created_at: at(50),
        agent: service,
        assignees: [person(ben, 'Ben')],
        channel: { type: 'timeout' },
      },
      notify(3, ada, 'phone', 'in_progress'),
      notify(2, ada, 'push_notification', 'success'),
      {
        id: 'L0',
        type: 'trigger_log_entry',
        created_at: at(0),
        agent: reference('integration', 'PI', 'x'),
        channel: { type: 'api', summary: 'DRILL' },
      },
    ];
    lists('/incidents/I1/log_entries', 'log_entries', () => rows);
    const { pagerduty } = adapterFor(fake);
    expect(await pagerduty.logEntries('I1')).toEqual([
      { type: 'trigger', at: Date.parse(at(0)) },
      { type: 'notify', at: Date.parse(at(2)), who: 'ada@example.com', channel: 'push', outcome: 'success' },
      { type: 'notify', at: Date.parse(at(3)), who: 'ada@example.com', channel: 'phone', outcome: 'in_progress' },
      { type: 'escalate', at: Date.parse(at(50)), assignees: ['ben@example.com'] },
      { type: 'acknowledge', at: Date.parse(at(60)), who: 'Cleo Example (no user)' },
      { type: 'acknowledge', at: Date.parse(at(60)), who: 'ben@example.com' },
      { type: 'something_new', at: Date.parse(at(70)) },
      { type: 'annotate', at: Date.parse(at(80)), who: 'ada@example.com', note: 'thanks' },
      { type: 'annotate', at: Date.parse(at(90)), who: 'ada@example.com', note: 'pmp-pd drill X: via=events' },
    ]);
    expect(asked(/log_entries/).map((call) => call.query.getAll('include[]'))).toEqual([['channels']]);
    await pagerduty.logEntries('I1');
    expect(asked(/log_entries/)).toHaveLength(1);
  });

  it('a long log is read to its end', async () => {
    const rows = Array.from({ length: 250 }, (_, i) => ({
      id: `L${i}`,
      type: 'notify_log_entry',
      created_at: at(0),
      agent: null,
      channel: { type: 'auto' },
    }));
    lists('/incidents/I1/log_entries', 'log_entries', () => rows);
    expect(await adapterFor(fake).pagerduty.logEntries('I1')).toHaveLength(250);
    expect(asked(/log_entries/)).toHaveLength(3);
  });

  it('a log that cannot be read is an error, not an empty log; the next look asks again', async () => {
    fake.fault = ({ path }, number) =>
      path.endsWith('/log_entries') && number < 2 ? { status: 403, body: { error: { message: 'Access Denied', code: 2010 } } } : undefined;
    const { pagerduty } = adapterFor(fake);
    await expect(pagerduty.logEntries('I1')).rejects.toMatchObject({
      id: 'pagerduty-permission',
      facts: { message: expect.stringContaining('log of an incident') as string },
    });
    lists('/incidents/I1/log_entries', 'log_entries', () => []);
    expect(await pagerduty.logEntries('I1')).toEqual([]);
  });
});
