import { describe, expect, test } from 'vitest';
import { Client } from '../support.ts';
import type { Answer, Json } from '../support.ts';
import { team } from './live.ts';

const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, body.error.message];
const change = (more: Json): Json => ({ incident: { type: 'incident_reference', ...more } });

describe('an incident by API', () => {
  test('is acknowledged in the name of whoever asks, and only once', async () => {
    const { sandbox, pd, fire, incident, log, after } = await team();
    await fire();
    const { id } = await incident();
    const done = await pd.put(`/incidents/${id}`, change({ status: 'acknowledged' }));
    expect([done.status, done.body.incident.status]).toEqual([200, 'acknowledged']);
    expect(done.body.incident).toMatchObject({
      acknowledgements: [{ acknowledger: { summary: 'Sandbox Owner' } }],
      assignments: [{ assignee: { summary: 'Sandbox Owner' } }],
      pending_actions: [],
    });
    expect(refusal(await pd.put(`/incidents/${id}`, change({ status: 'acknowledged' })))).toEqual([
      400,
      1002,
      'Incident Already Acknowledged',
    ]);
    const other = new Client(sandbox, sandbox.token, 'grace@example.com');
    expect((await other.put(`/incidents/${id}`, change({ status: 'acknowledged' }))).body.incident.acknowledgements).toHaveLength(2);
    after('1h');
    expect((await log()).slice(3)).toEqual(['0 acknowledge Sandbox Owner', '0 acknowledge Grace Example']);
    const { body } = await pd.get(`/incidents/${id}/log_entries`);
    expect(body.log_entries[0].channel.type).toBe('api');
  });

  test('is resolved with all its alerts; the reason given is no note; once is enough', async () => {
    const { pd, fire, incident } = await team();
    await fire();
    const { id } = await incident();
    const done = await pd.put(`/incidents/${id}`, change({ status: 'resolved', resolution: 'was a drill' }));
    expect(done.body.incident).toMatchObject({
      status: 'resolved',
      alert_counts: { triggered: 0, resolved: 1 },
      assignments: [],
      pending_actions: [],
    });
    expect(done.body.incident.resolved_at).not.toBeNull();
    expect((await pd.get(`/incidents/${id}/notes`)).body.notes).toEqual([]);
    expect(refusal(await pd.put(`/incidents/${id}`, change({ status: 'resolved' })))).toEqual([400, 1001, 'Incident Already Resolved']);
  });

  test('is opened again by whoever acknowledges it too late, as PagerDuty warns', async () => {
    const { pd, fire, incident } = await team();
    await fire();
    const { id } = await incident();
    await pd.put(`/incidents/${id}`, change({ status: 'resolved' }));
    const done = await pd.put(`/incidents/${id}`, change({ status: 'acknowledged' }));
    expect(done.body.incident).toMatchObject({ status: 'acknowledged', resolved_at: null });
  });

  test('needs to know who asks, and refuses strangers, unknown incidents and nonsense', async () => {
    const { sandbox, pd, fire, incident } = await team();
    await fire();
    const { id } = await incident();
    const nobody = new Client(sandbox, sandbox.token, '');
    expect(refusal(await nobody.put(`/incidents/${id}`, change({ status: 'resolved' })))).toEqual([400, 2011, 'Requester Required']);
    const stranger = new Client(sandbox, sandbox.token, 'stranger@example.com');
    expect(refusal(await stranger.post(`/incidents/${id}/notes`, { note: { content: 'x' } }))).toEqual([
      400,
      1008,
      'Requester User Not Found',
    ]);
    expect(refusal(await pd.put('/incidents/QNONE', change({ status: 'resolved' })))).toEqual([404, 5001, 'Not Found']);
    expect((await pd.put(`/incidents/${id}`, change({ status: 'gone' }))).body.error.errors).toEqual([
      'Status is not included in the list',
    ]);
    expect((await pd.put(`/incidents/${id}`, { incident: { status: 'resolved' } })).body.error.errors).toEqual(["Type can't be blank"]);
    const readonly = new Client(sandbox, 'sandbox-readonly');
    expect((await readonly.put(`/incidents/${id}`, change({ status: 'resolved' }))).status).toBe(403);
    expect((await incident()).status).toBe('triggered');
  });

  test('many at once: every one is changed, or none where one is unknown', async () => {
    const { pd, fire, incident } = await team();
    await fire('a1');
    const first = (await incident()).id;
    await fire('a2', { summary: 'Nobody can sign in' });
    const second = (await incident()).id;
    const ending = (id: string): Json => ({ id, type: 'incident_reference', status: 'resolved' });
    expect((await pd.put('/incidents', { incidents: [ending(first), ending('QNONE')] })).status).toBe(404);
    const done = await pd.put('/incidents', { incidents: [ending(first), ending(second)] });
    expect(done.body.incidents.map((each: { status: string }) => each.status)).toEqual(['resolved', 'resolved']);
    expect((await pd.put('/incidents', { incidents: Array.from({ length: 251 }, () => ending(first)) })).status).toBe(413);
    expect((await pd.put('/incidents', { incidents: [] })).status).toBe(400);
  });

  test('is not half changed by a request of which PagerDuty refuses a part', async () => {
    const { pd, grace, policy, fire, incident, log } = await team();
    await fire();
    const { id } = await incident();
    const [before, logged] = [await incident(), await log()];
    const put = (more: object) => pd.put(`/incidents/${id}`, { incident: { type: 'incident', status: 'acknowledged', ...more } });
    const assignments = [{ assignee: { id: grace.id, type: 'user_reference' } }];
    const refused = [
      await put({ escalation_level: 9 }),
      await put({ priority: { id: 'PNONE', type: 'priority_reference' } }),
      await put({ assignments, escalation_policy: { id: policy, type: 'escalation_policy_reference' } }),
    ];
    expect(refused.map(({ status, body }) => [status, body.error.code])).toEqual([
      [400, 1006],
      [400, 1020],
      [400, 2001],
    ]);
    expect([await incident(), await log()]).toEqual([before, logged]);
  });

  test('climbs by hand, to a level that there is', async () => {
    const { pd, fire, incident, log, after } = await team();
    await fire();
    const { id } = await incident();
    await pd.put(`/incidents/${id}`, change({ status: 'acknowledged' }));
    const done = await pd.put(`/incidents/${id}`, change({ escalation_level: 3 }));
    expect(done.body.incident).toMatchObject({
      status: 'triggered',
      acknowledgements: [],
      assignments: [{ assignee: { summary: 'Alan Example' } }],
    });
    expect(refusal(await pd.put(`/incidents/${id}`, change({ escalation_level: 4 })))).toEqual([400, 1006, 'Incident Cannot Be Escalated']);
    after('31m');
    expect((await log()).slice(4)).toEqual([
      '0 escalate Alan Example',
      '0 notify Alan Example by push',
      '120 notify Alan Example by phone',
      '1800 exhaust_escalation_path',
    ]);
  });

  test('a level with nobody on call cannot be climbed to', async () => {
    const { sandbox, pd, fire, incident } = await team();
    sandbox.doAction('nobody-on-call', 'PMP Primary On-Call');
    await fire();
    const { id } = await incident();
    expect(refusal(await pd.put(`/incidents/${id}`, change({ escalation_level: 1 })))).toEqual([
      400,
      1015,
      'Escalation Policy Has Nobody On Call',
    ]);
  });

  test('given to somebody by name rings there and stays there', async () => {
    const { pd, fire, incident, log, after, alan } = await team();
    await fire();
    const { id } = await incident();
    const assignments = [{ assignee: { id: alan.id, type: 'user_reference' } }];
    const done = await pd.put(`/incidents/${id}`, change({ assignments }));
    expect(done.body.incident).toMatchObject({ assigned_via: 'direct_assignment', pending_actions: [] });
    after('2h');
    expect((await log()).slice(3)).toEqual(['0 assign Alan Example', '0 notify Alan Example by push', '120 notify Alan Example by phone']);
    const nobody = [{ assignee: { id: 'PNONE', type: 'user_reference' } }];
    expect(refusal(await pd.put(`/incidents/${id}`, change({ assignments: nobody })))).toEqual([400, 1007, 'Assignee Not Found']);
  });

  test('handed to another policy begins with its first level', async () => {
    const { pd, fire, incident, log, alan } = await team();
    await fire();
    const { id } = await incident();
    const other = await pd.policy('PMP High Priority Escalation', [{ id: alan.id, type: 'user_reference' }]);
    const done = await pd.put(`/incidents/${id}`, change({ escalation_policy: { id: other.id, type: 'escalation_policy_reference' } }));
    expect(done.body.incident.escalation_policy.summary).toBe('PMP High Priority Escalation');
    expect((await log()).slice(3)).toEqual(['0 delegate Alan Example', '0 notify Alan Example by push']);
    const none = change({ escalation_policy: { id: 'PNONE', type: 'escalation_policy_reference' } });
    expect(refusal(await pd.put(`/incidents/${id}`, none))).toEqual([400, 1014, 'Escalation Policy Not Found']);
  });

  test('title and urgency can be changed; of low urgency it climbs no more', async () => {
    const { pd, fire, incident, log, after } = await team();
    await fire();
    const { id } = await incident();
    await pd.put(`/incidents/${id}`, change({ title: 'Disk fuller', urgency: 'low' }));
    expect(await incident()).toMatchObject({ title: 'Disk fuller', urgency: 'low', pending_actions: [] });
    after('1h');
    expect((await log()).slice(3)).toEqual(['0 urgency_change Sandbox Owner', '0 notify Ada Example by push']);
  });
});

describe('a snooze', () => {
  test('keeps an acknowledged incident quiet for that long; then it rings again', async () => {
    const { sandbox, pd, fire, incident, log, after } = await team({ service: { acknowledgement_timeout: 1800 } });
    await fire();
    const { id } = await incident();
    const snooze = (duration: unknown): Promise<Answer> => pd.post(`/incidents/${id}/snooze`, { duration });
    expect(refusal(await snooze(3600))).toEqual([400, 1012, 'Incident Not Acknowledged']);
    sandbox.doAction('ack', 'ada@example.com');
    for (const wrong of [0, 604_801, 'an hour', undefined]) expect((await snooze(wrong)).body.error.code).toBe(1013);
    const done = await snooze(3600);
    expect([done.status, done.body.incident.pending_actions]).toEqual([201, [{ type: 'unacknowledge', at: '2026-11-02T16:00:00Z' }]]);
    after('59m');
    expect((await incident()).status).toBe('acknowledged');
    after('1m');
    expect((await log()).slice(3)).toEqual([
      '0 acknowledge Ada Example',
      '0 snooze Sandbox Owner',
      '3600 unacknowledge',
      '3600 notify Ada Example by push',
    ]);
    await pd.put(`/incidents/${id}`, change({ status: 'resolved' }));
    expect(refusal(await snooze(60))).toEqual([400, 1001, 'Incident Already Resolved']);
  });

  test('of an incident of the past ends as well', async () => {
    const { sandbox, pd, incident, after } = await team();
    sandbox.plantIncident({ title: 'Old', service: 'PMP Study - Critical', created: '1h', status: 'acknowledged' });
    const { id } = await incident();
    expect((await pd.post(`/incidents/${id}/snooze`, { duration: 60 })).status).toBe(201);
    after('2m');
    expect(await incident()).toMatchObject({ status: 'triggered', pending_actions: [] });
  });
});

describe('notes', () => {
  test('are added by whoever asks, also when it is over, and read oldest first', async () => {
    const { sandbox, pd, fire, incident } = await team();
    await fire();
    const { id } = await incident();
    const done = await pd.post(`/incidents/${id}/notes`, { note: { content: 'pmp-pd drill x: via=events' } });
    expect([done.status, done.body.note]).toEqual([
      200,
      expect.objectContaining({ content: 'pmp-pd drill x: via=events', user: expect.objectContaining({ summary: 'Sandbox Owner' }) }),
    ]);
    sandbox.doAction('resolve', 'ada@example.com');
    await pd.post(`/incidents/${id}/notes`, { note: { content: 'over' } });
    const { notes } = (await pd.get(`/incidents/${id}/notes`)).body;
    expect(notes.map((each: { content: string }) => each.content)).toEqual(['pmp-pd drill x: via=events', 'over']);
    expect((await pd.post(`/incidents/${id}/notes`, { note: { content: ' ' } })).body.error.errors).toEqual(["Content can't be blank"]);
  });
});

describe('alerts of an incident', () => {
  test('are ended one by one, and the last ends it', async () => {
    const { pd, service, fire, incident } = await team();
    const services = [{ id: service, type: 'service_reference' }];
    await pd.post('/alert_grouping_settings', { alert_grouping_setting: { type: 'intelligent', config: {}, services } });
    await fire('a1');
    await fire('a2');
    const { id } = await incident();
    const [one, two] = (await pd.get(`/incidents/${id}/alerts`)).body.alerts;
    const ended = await pd.put(`/incidents/${id}/alerts`, { alerts: [{ id: one.id, type: 'alert', status: 'resolved' }] });
    expect([ended.status, ended.body.alerts[0].status]).toEqual([200, 'resolved']);
    expect(await incident()).toMatchObject({ status: 'triggered', alert_counts: { all: 2, triggered: 1, resolved: 1 } });
    const wrong = { alerts: [{ id: one.id, type: 'alert', status: 'triggered' }] };
    expect((await pd.put(`/incidents/${id}/alerts`, wrong)).status).toBe(400);
    expect((await pd.put(`/incidents/${id}/alerts`, { alerts: [{ id: 'QNONE', type: 'alert', status: 'resolved' }] })).status).toBe(404);
    await pd.put(`/incidents/${id}/alerts/${two.id}`, { alert: { type: 'alert', status: 'resolved' } });
    expect(await incident()).toMatchObject({ status: 'resolved', last_status_change_by: { summary: 'Sandbox Owner' } });
  });
});
