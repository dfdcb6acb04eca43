import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { PlantedIncident } from '../../../src/sandbox/index.ts';
import { Client, opened, stateFile } from '../support.ts';
import type { Answer } from '../support.ts';

const drill = '01JZ0000000000000000000000';
const service = 'PMP Study - Critical';

/** What a drill of three days ago left behind. */
const past: PlantedIncident = {
  title: `[DRILL pmp-pd ${drill}] [FIRING:1] a drill`,
  service,
  created: '3d',
  alerts: [
    {
      key: 'a1b2',
      severity: 'critical',
      details: { pmp_drill: drill, summary: 'a drill' },
      links: [{ href: 'https://runbooks.example.com/drill', text: 'Runbook' }],
    },
  ],
  log: [
    { type: 'notify', at: 1, who: 'grace@example.com', channel: 'push' },
    { type: 'notify', at: 1, who: 'grace@example.com', channel: 'sms' },
    { type: 'acknowledge', at: 95, who: 'grace@example.com', channel: 'mobile' },
    { type: 'escalate', at: '10m', assignees: ['grace@example.com'] },
    { type: 'annotate', at: '11m', who: 'grace@example.com', note: `pmp-pd drill ${drill}: via=alertmanager ack=human escalation=0/3` },
    { type: 'resolve', at: '12m', who: 'grace@example.com', channel: 'website' },
  ],
};

async function withHistory(...planted: readonly PlantedIncident[]) {
  const sandbox = await opened();
  const pd = new Client(sandbox);
  const { id } = await pd.serviceWithPolicy(service);
  const sms = { type: 'sms_contact_method', label: 'Mobile', address: '2025550101', country_code: 1 };
  const [grace] = (await pd.get('/users?query=grace')).body.users;
  await pd.post(`/users/${grace.id}/contact_methods`, { contact_method: sms });
  const made = planted.map((each) => sandbox.plantIncident(each));
  return { sandbox, pd, serviceId: id, grace, made };
}

const numbers = ({ body }: Answer): readonly number[] => body.incidents.map((each: { incident_number: number }) => each.incident_number);
const types = ({ body }: Answer): readonly string[] => body.log_entries.map((each: { type: string }) => each.type);

describe('incidents', () => {
  test('one of the past is found by service and time, with its alert and what the event carried', async () => {
    const { sandbox, pd, serviceId, made } = await withHistory(past);
    const since = new Date(sandbox.clock.now() - 7 * 86_400_000).toISOString();
    const list = await pd.get(`/incidents?service_ids[]=${serviceId}&since=${since}&sort_by=created_at:desc`);
    expect(list.body.incidents).toHaveLength(1);
    expect(list.body.incidents[0]).toMatchObject({
      id: made[0]?.id,
      incident_number: 1,
      title: past.title,
      status: 'resolved',
      urgency: 'high',
      incident_key: 'a1b2',
      service: { id: serviceId, type: 'service_reference', summary: service },
      alert_counts: { all: 1, triggered: 0, resolved: 1 },
      assignments: [],
    });
    const { body } = await pd.get(`/incidents/${made[0]?.id}/alerts`);
    expect(body.alerts[0]).toMatchObject({ alert_key: 'a1b2', severity: 'critical', status: 'resolved' });
    expect(body.alerts[0].body.details).toEqual({ pmp_drill: drill, summary: 'a drill' });
    expect(body.alerts[0].body.contexts).toEqual([{ type: 'link', href: 'https://runbooks.example.com/drill', text: 'Runbook' }]);
    const [alert] = body.alerts;
    expect((await pd.get(`/incidents/${made[0]?.id}/alerts/${alert.id}`)).body.alert).toEqual(alert);
  });

  test('are listed oldest first unless told otherwise, page by page', async () => {
    const { pd } = await withHistory(...[1, 2, 3].map((days) => ({ ...past, created: `${days}d` })));
    expect(numbers(await pd.get('/incidents'))).toEqual([1, 2, 3]);
    expect(numbers(await pd.get('/incidents?sort_by=created_at:desc'))).toEqual([1, 2, 3]);
    expect(numbers(await pd.get('/incidents?sort_by=created_at:asc'))).toEqual([3, 2, 1]);
    const page = await pd.get('/incidents?limit=2&offset=2');
    expect([numbers(page), page.body.more]).toEqual([[3], false]);
    expect((await pd.get('/incidents?sort_by=colour')).status).toBe(400);
  });

  test('only the last month is looked through, unless a range is given, of six months at most', async () => {
    const { sandbox, pd } = await withHistory({ ...past, created: '40d' }, past);
    const before = (days: number): string => new Date(sandbox.clock.now() - days * 86_400_000).toISOString();
    expect(numbers(await pd.get('/incidents'))).toEqual([2]);
    expect(numbers(await pd.get(`/incidents?since=${before(60)}`))).toEqual([1, 2]);
    expect(numbers(await pd.get('/incidents?date_range=all'))).toEqual([1, 2]);
    expect((await pd.get(`/incidents?since=${before(200)}`)).body.error.code).toBe(2004);
  });

  test('are found by status, urgency, assignee and an alert’s key', async () => {
    const open = {
      ...past,
      status: 'triggered',
      urgency: 'low',
      created: 60,
      log: [{ type: 'assign', at: 1, assignees: ['grace@example.com'] }],
    } as const;
    const { pd, grace } = await withHistory(past, { ...open, alerts: [{ key: 'other' }] });
    expect(numbers(await pd.get('/incidents?statuses[]=triggered&statuses[]=acknowledged'))).toEqual([2]);
    expect(numbers(await pd.get('/incidents?urgencies[]=high'))).toEqual([1]);
    expect(numbers(await pd.get(`/incidents?user_ids[]=${grace.id}`))).toEqual([2]);
    expect(numbers(await pd.get('/incidents?incident_key=a1b2'))).toEqual([1]);
    expect(numbers(await pd.get('/incidents?incident_key=nobody'))).toEqual([]);
    expect((await pd.get('/incidents?statuses[]=odd')).status).toBe(400);
    const { body } = await pd.get('/incidents?statuses[]=triggered&include[]=assignees&include[]=services');
    expect(body.incidents[0].assignments[0].assignee.email).toBe('grace@example.com');
    expect(body.incidents[0].service.name).toBe(service);
  });

  test('one that is not there is 404; one is found by its number, too', async () => {
    const { pd, made } = await withHistory(past);
    expect((await pd.get('/incidents/QNONE')).body.error.code).toBe(5001);
    expect((await pd.get('/incidents/1')).body.incident.id).toBe(made[0]?.id);
    expect((await pd.get('/incidents/QNONE/log_entries')).status).toBe(404);
  });

  test('an open one shows in its service’s status, and a person can answer it', async () => {
    const { sandbox, pd, serviceId } = await withHistory({ ...past, created: 60, status: 'triggered', log: [] });
    const status = async (): Promise<string> => (await pd.get(`/services/${serviceId}`)).body.service.status;
    expect(await status()).toBe('critical');
    expect(sandbox.doAction('ack', 'grace@example.com')).toContain('acknowledged incident #1');
    expect(await status()).toBe('warning');
    expect(() => sandbox.doAction('ack', 'grace@example.com')).toThrow('no incident');
    expect(sandbox.doAction('resolve', 'grace@example.com')).toContain('resolved incident #1');
    expect(await status()).toBe('active');
    expect(types(await pd.get('/incidents/1/log_entries'))).toEqual(['resolve_log_entry', 'acknowledge_log_entry', 'trigger_log_entry']);
  });
});

describe('the log of an incident', () => {
  test('is newest first and says who was told how, only where channels are asked for', async () => {
    const { pd } = await withHistory(past);
    const plain = await pd.get('/incidents/1/log_entries');
    expect(types(plain)).toEqual([
      'resolve_log_entry',
      'annotate_log_entry',
      'escalate_log_entry',
      'acknowledge_log_entry',
      'notify_log_entry',
      'notify_log_entry',
      'trigger_log_entry',
    ]);
    expect(plain.body.log_entries[4].channel).toEqual({ type: 'auto' });
    const { body } = await pd.get('/incidents/1/log_entries?include[]=channels');
    const [resolved, note, escalated, acknowledged, sms, push, trigger] = body.log_entries;
    expect(push).toMatchObject({
      user: { summary: 'Grace Example' },
      channel: { type: 'auto', notification: { type: 'push_notification', address: null, status: 'success' } },
    });
    expect(sms.channel.notification).toMatchObject({ type: 'sms_notification', address: '+12025550101' });
    expect(acknowledged).toMatchObject({ agent: { type: 'user_reference', summary: 'Grace Example' }, channel: { type: 'mobile' } });
    expect(escalated.assignees).toEqual([expect.objectContaining({ summary: 'Grace Example' })]);
    expect(note.note).toBe(`pmp-pd drill ${drill}: via=alertmanager ack=human escalation=0/3`);
    expect(resolved.agent.type).toBe('user_reference');
    expect(trigger).toMatchObject({ agent: { type: 'service_reference' }, incident: { summary: expect.stringContaining('[#1] [DRILL') } });
    expect(Date.parse(acknowledged.created_at) - Date.parse(trigger.created_at)).toBe(95_000);
  });

  test('an overview leaves out who was notified', async () => {
    const { pd } = await withHistory(past);
    expect(types(await pd.get('/incidents/1/log_entries?is_overview=true'))).not.toContain('notify_log_entry');
  });

  test('of the whole account, of one entry, notes and notifications', async () => {
    const { sandbox, pd } = await withHistory(past, { ...past, created: '50d' });
    const all = await pd.get('/log_entries?limit=100');
    expect(all.body.log_entries).toHaveLength(7);
    const [first] = all.body.log_entries;
    expect((await pd.get(`/log_entries/${first.id}`)).body.log_entry).toEqual(first);
    const { notes } = (await pd.get('/incidents/1/notes')).body;
    expect(notes).toEqual([
      expect.objectContaining({
        content: expect.stringContaining('ack=human'),
        user: expect.objectContaining({ summary: 'Grace Example' }),
      }),
    ]);
    const range = `since=${new Date(sandbox.clock.now() - 7 * 86_400_000).toISOString()}&until=${new Date(sandbox.clock.now()).toISOString()}`;
    expect((await pd.get(`/notifications?${range}&filter=push_notification`)).body.notifications).toHaveLength(1);
    expect((await pd.get('/notifications')).body.error.code).toBe(2003);
  });
});

describe('planting over HTTP', () => {
  test('takes the same incident as JSON and says what it is', async () => {
    const { sandbox, pd } = await withHistory();
    const post = (body: string) => fetch(`${sandbox.baseUrl}/sandbox/do/incident`, { method: 'POST', body });
    const done = await post(JSON.stringify(past));
    const said = (await done.json()) as { readonly incident: { readonly number: number } };
    expect([done.status, said.incident.number]).toEqual([200, 1]);
    expect(numbers(await pd.get('/incidents'))).toEqual([1]);
    for (const [body, words] of [
      ['{', 'not valid JSON'],
      ['{"title":"x","service":"Nobody’s","created":1}', 'has no service Nobody’s'],
      [JSON.stringify({ ...past, created: 'long ago' }), 'is no time span'],
      [JSON.stringify({ ...past, status: 'odd' }), 'is none of'],
      [JSON.stringify({ ...past, log: [{ type: 'notify', at: 1, who: 'nobody@example.com' }] }), 'has no user nobody@example.com'],
    ] as const) {
      const refused = await post(body);
      expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining(words)]);
    }
    expect(numbers(await pd.get('/incidents'))).toEqual([1]);
  });

  test('an account of an older state file keeps its incidents, and goes on living', async () => {
    const file = await stateFile();
    const before = await opened({ stateFile: file });
    const { id } = await new Client(before).serviceWithPolicy(service);
    const integration = { type: 'events_api_v2_inbound_integration', name: 'Alertmanager' };
    const made = await new Client(before).post(`/services/${id}/integrations`, { integration });
    before.plantIncident({ title: 'Old', service, created: '1h', status: 'triggered', alerts: [{ key: 'old' }] });
    await before.close();
    const kept = JSON.parse(await readFile(file, 'utf8'));
    const { eventDelay: _, events: __, deliveries: ___, ...older } = kept.sections.pagerduty;
    for (const incident of older.incidents) {
      delete incident.live;
      delete incident.status_changed_by;
      for (const alert of incident.alerts) for (const name of ['updated_at', 'source', 'component', 'group', 'class']) delete alert[name];
    }
    await writeFile(file, JSON.stringify({ ...kept, sections: { ...kept.sections, pagerduty: older } }));
    const sandbox = await opened({ stateFile: file, people: 'awake' });
    const pd = new Client(sandbox);
    const payload = { summary: 'New', source: 'db1', severity: 'critical' };
    const key = made.body.integration.integration_key;
    await pd.post('/v2/enqueue', { routing_key: key, event_action: 'trigger', dedup_key: 'new', payload });
    sandbox.doAction('advance', '2m');
    const { incidents } = (await pd.get('/incidents')).body;
    expect(incidents.map((each: { status: string }) => each.status)).toEqual(['triggered', 'acknowledged']);
    const { alerts } = (await pd.get('/incidents/1/alerts')).body;
    expect(alerts[0].updated_at).toBe(alerts[0].created_at);
    expect((await pd.put('/incidents/1', { incident: { type: 'incident_reference', status: 'resolved' } })).status).toBe(200);
  });
});
