import { describe, expect, test } from 'vitest';
import { team, triggering } from './live.ts';

describe('an alert', () => {
  test('opens an incident that rings by each person’s own rules, level by level, and ends with the last', async () => {
    const { fire, incident, log, after } = await team();
    await fire('a1', { custom_details: { pmp_drill: 'x' } });
    expect(await incident()).toMatchObject({
      incident_number: 1,
      title: 'Disk full',
      status: 'triggered',
      urgency: 'high',
      incident_key: 'a1',
      alert_counts: { all: 1, triggered: 1, resolved: 0 },
      assignments: [{ assignee: { email: 'ada@example.com' } }],
      assigned_via: 'escalation_policy',
      pending_actions: [{ type: 'escalate', at: '2026-11-02T15:10:00Z' }],
      first_trigger_log_entry: { type: 'trigger_log_entry_reference' },
      html_url: expect.stringContaining('https://'),
    });
    after('2h');
    expect(await log()).toEqual([
      '0 trigger',
      '0 assign Ada Example',
      '0 notify Ada Example by push',
      '120 notify Ada Example by phone',
      '600 escalate Grace Example',
      '600 notify Grace Example by push',
      '720 notify Grace Example by phone',
      '1500 escalate Alan Example',
      '1500 notify Alan Example by push',
      '1620 notify Alan Example by phone',
      '3300 exhaust_escalation_path',
    ]);
    expect(await incident()).toMatchObject({
      status: 'triggered',
      pending_actions: [],
      assignments: [{ assignee: { name: 'Alan Example' } }],
    });
  });

  test('begins again as often as the policy says', async () => {
    const { fire, log, after } = await team({ loops: 1 });
    await fire();
    after('3h');
    const climbs = (await log()).filter((line) => !line.includes('notify'));
    expect(climbs).toEqual([
      '0 trigger',
      '0 assign Ada Example',
      '600 escalate Grace Example',
      '1500 escalate Alan Example',
      '3300 repeat_escalation_path',
      '3300 escalate Ada Example',
      '3900 escalate Grace Example',
      '4800 escalate Alan Example',
      '6600 exhaust_escalation_path',
    ]);
  });

  test('keeps the policy as it was when it came', async () => {
    const { pd, fire, log, after, policy, rota, ada } = await team();
    await fire();
    const rules = [{ escalation_delay_in_minutes: 1, targets: [{ id: ada.id, type: 'user_reference' }] }];
    await pd.put(`/escalation_policies/${policy}`, { escalation_policy: { type: 'escalation_policy', escalation_rules: rules } });
    after('26m');
    expect((await log()).filter((line) => line.includes('escalate'))).toEqual(['600 escalate Grace Example', '1500 escalate Alan Example']);
    const refused = await pd.delete(`/schedules/${rota}`);
    expect([refused.status, refused.body.error.errors[0]]).toEqual([400, expect.stringContaining('snapshot with open incidents')]);
  });

  test('passes over a level at which nobody is on call, at once', async () => {
    const { sandbox, fire, log, incident } = await team();
    sandbox.doAction('nobody-on-call', 'PMP Primary On-Call');
    await fire();
    expect(await log()).toEqual(['0 trigger', '0 assign Grace Example', '0 notify Grace Example by push']);
    expect((await incident()).pending_actions).toEqual([{ type: 'escalate', at: '2026-11-02T15:15:00Z' }]);
    expect(() => sandbox.doAction('nobody-on-call', 'Nobody’s')).toThrow('no schedule');
  });

  test('calls whoever an override put in the rota', async () => {
    const { pd, rota, alan, fire, log } = await team();
    const override = { start: '2026-11-02T14:00:00Z', end: '2026-11-02T18:00:00Z', user: { id: alan.id, type: 'user_reference' } };
    await pd.post(`/schedules/${rota}/overrides`, { overrides: [override] });
    await fire();
    expect(await log()).toContain('0 assign Alan Example');
  });

  test('opens nothing where no level has anybody, during a window, or on a disabled service; PagerDuty says 202 all the same', async () => {
    const { sandbox, pd, service, rota, policy, fire, incident } = await team();
    const window = { type: 'maintenance_window', start_time: '2026-11-02T15:00:00Z', end_time: '2026-11-02T16:00:00Z' };
    const made = await pd.post('/maintenance_windows', {
      maintenance_window: { ...window, services: [{ id: service, type: 'service_reference' }] },
    });
    expect((await fire()).status).toBe(202);
    expect((await pd.delete(`/maintenance_windows/${made.body.maintenance_window.id}`)).status).toBe(204);
    await pd.put(`/services/${service}`, { service: { type: 'service', status: 'disabled' } });
    expect((await fire()).status).toBe(202);
    await pd.put(`/services/${service}`, { service: { type: 'service', status: 'active' } });
    const rules = [{ escalation_delay_in_minutes: 1, targets: [{ id: rota, type: 'schedule_reference' }] }];
    await pd.put(`/escalation_policies/${policy}`, { escalation_policy: { type: 'escalation_policy', escalation_rules: rules } });
    sandbox.doAction('nobody-on-call', 'PMP Primary On-Call');
    expect((await fire()).status).toBe(202);
    expect(await incident()).toBeUndefined();
  });

  test('of low urgency rings quietly and never climbs', async () => {
    const { fire, incident, log, after } = await team({
      service: { incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } },
    });
    await fire('a1', { severity: 'warning' });
    expect(await incident()).toMatchObject({ urgency: 'low', pending_actions: [] });
    after('5h');
    expect(await log()).toEqual(['0 trigger', '0 assign Ada Example', '0 notify Ada Example by push']);
    await fire('a2', { severity: 'error' });
    expect((await incident()).urgency).toBe('high');
  });

  test('of a service with support hours is urgent inside them only', async () => {
    const high = { type: 'constant', urgency: 'high' };
    const { fire, incident, after } = await team({
      service: {
        support_hours: {
          type: 'fixed_time_per_day',
          time_zone: 'America/New_York',
          days_of_week: [1],
          start_time: '09:00:00',
          end_time: '17:00:00',
        },
        incident_urgency_rule: {
          type: 'use_support_hours',
          during_support_hours: high,
          outside_support_hours: { ...high, urgency: 'low' },
        },
      },
    });
    await fire('monday ten in the morning');
    expect((await incident()).urgency).toBe('high');
    after('8h');
    await fire('monday six in the evening');
    expect((await incident()).urgency).toBe('low');
  });

  test('reaches somebody who never accepted the invitation by mail only, and a blocked phone not at all', async () => {
    const { sandbox, pd, policy, fire, log, after, ada } = await team();
    const { id } = await pd.user('Zoe Example');
    const targets = [ada.id, id].map((each) => ({ id: each, type: 'user_reference' }));
    await pd.put(`/escalation_policies/${policy}`, {
      escalation_policy: { type: 'escalation_policy', escalation_rules: [{ escalation_delay_in_minutes: 30, targets }] },
    });
    sandbox.doAction('block-phone', 'ada@example.com');
    await fire();
    after('5m');
    expect(await log()).toEqual([
      '0 trigger',
      '0 assign Ada Example, Zoe Example',
      '0 notify Ada Example by push',
      '0 notify Zoe Example by email',
      '120 notify Ada Example by phone (failed)',
    ]);
  });
});

describe('an answer', () => {
  test('stops everything: nobody further is told, nothing climbs', async () => {
    const { sandbox, fire, incident, log, after } = await team();
    await fire();
    after('1m');
    sandbox.doAction('ack', 'ada@example.com');
    after('5h');
    expect(await log()).toEqual(['0 trigger', '0 assign Ada Example', '0 notify Ada Example by push', '60 acknowledge Ada Example']);
    expect(await incident()).toMatchObject({
      status: 'acknowledged',
      pending_actions: [],
      acknowledgements: [{ acknowledger: { summary: 'Ada Example' } }],
      last_status_change_by: { summary: 'Ada Example' },
    });
  });

  test('holds as long as the service lets it: then it rings again, and climbs', async () => {
    const { sandbox, fire, incident, log, after } = await team({ service: { acknowledgement_timeout: 1800 } });
    await fire();
    sandbox.doAction('ack', 'ada@example.com');
    expect((await incident()).pending_actions).toEqual([{ type: 'unacknowledge', at: '2026-11-02T15:30:00Z' }]);
    after('41m');
    expect((await log()).slice(3)).toEqual([
      '0 acknowledge Ada Example',
      '1800 unacknowledge',
      '1800 notify Ada Example by push',
      '1920 notify Ada Example by phone',
      '2400 escalate Grace Example',
      '2400 notify Grace Example by push',
    ]);
  });

  test('of the monitoring counts as well', async () => {
    const { enqueue, fire, incident, after } = await team();
    await fire();
    await enqueue({ event_action: 'acknowledge', dedup_key: 'a1' });
    after('1h');
    expect(await incident()).toMatchObject({ status: 'acknowledged', acknowledgements: [{ acknowledger: { type: 'service_reference' } }] });
  });

  test('of several who were called the one who answers has it', async () => {
    const { sandbox, pd, policy, fire, incident, ada, grace } = await team();
    const targets = [ada, grace].map(({ id }) => ({ id, type: 'user_reference' }));
    await pd.put(`/escalation_policies/${policy}`, {
      escalation_policy: { type: 'escalation_policy', escalation_rules: [{ escalation_delay_in_minutes: 30, targets }] },
    });
    await fire();
    expect((await incident()).assignments).toHaveLength(2);
    sandbox.doAction('ack', 'grace@example.com');
    expect((await incident()).assignments).toEqual([
      expect.objectContaining({ assignee: expect.objectContaining({ name: 'Grace Example' }) }),
    ]);
  });

  test('an unanswered incident closes itself where the service says so', async () => {
    const { fire, incident, log, after } = await team({ service: { auto_resolve_timeout: 14_400 } });
    await fire();
    expect((await incident()).pending_actions.map((each: { type: string }) => each.type)).toEqual(['escalate', 'resolve']);
    after('5h');
    expect(await incident()).toMatchObject({ status: 'resolved', assignments: [], alert_counts: { triggered: 0, resolved: 1 } });
    expect((await log()).at(-1)).toBe('14400 resolve');
  });
});

describe('people', () => {
  test('who are awake acknowledge 90 seconds after they were first told', async () => {
    const { fire, incident, log, after } = await team({ people: 'awake' });
    await fire();
    after('89s');
    expect((await incident()).status).toBe('triggered');
    after('1s');
    expect((await incident()).status).toBe('acknowledged');
    expect((await log()).at(-1)).toBe('90 acknowledge Ada Example');
  });

  test('who are asked to wait leave it to the last level, by title or by details', async () => {
    const { fire, log, after } = await team({ people: 'awake' });
    await fire('a1', { summary: '[DRILL] do not acknowledge before the last level' });
    after('1h');
    expect((await log()).filter((line) => /escalate|acknowledge/.test(line))).toEqual([
      '600 escalate Grace Example',
      '1500 escalate Alan Example',
      '1590 acknowledge Alan Example',
    ]);
    await fire('a2', { custom_details: { todo: 'Do not acknowledge before the last level.' } });
    after('10m');
    expect((await log()).at(-1)).toBe('600 notify Grace Example by push');
  });

  test('who are asleep never do, nor those whom nothing reached', async () => {
    const asleep = await team({ people: 'asleep' });
    await asleep.fire();
    asleep.after('1h');
    expect((await asleep.incident()).status).toBe('triggered');
    const { sandbox, pd, policy, fire, incident, after, ada } = await team({ people: 'awake' });
    const targets = [{ id: ada.id, type: 'user_reference' }];
    await pd.put(`/escalation_policies/${policy}`, {
      escalation_policy: { type: 'escalation_policy', escalation_rules: [{ escalation_delay_in_minutes: 30, targets }] },
    });
    for (const { id, contact_method: method } of (await pd.get(`/users/${ada.id}/notification_rules`)).body.notification_rules)
      if (method.type.startsWith('push')) await pd.delete(`/users/${ada.id}/notification_rules/${id}`);
    sandbox.doAction('block-phone', 'ada@example.com');
    await fire();
    after('1h');
    expect((await incident()).status).toBe('triggered');
  });

  test('open incidents stand in the sandbox’s status until they are over', async () => {
    const { sandbox, fire, enqueue } = await team();
    await fire();
    expect(sandbox.status().incidents).toEqual([
      {
        number: 1,
        title: 'Disk full',
        service: 'PMP Study - Critical',
        status: 'triggered',
        urgency: 'high',
        since: Date.parse('2026-11-02T15:00:00Z'),
        assigned: ['Ada Example'],
        level: 1,
        levels: 3,
        next: { what: 'escalate', at: Date.parse('2026-11-02T15:10:00Z') },
      },
    ]);
    await enqueue({ ...triggering('a1'), event_action: 'resolve' });
    expect(sandbox.status().incidents).toEqual([]);
  });
});

test('nobody who has an open incident is deleted, and everybody else can be', async () => {
  const { pd, fire, incident } = await team();
  const ben = await pd.user('Ben Example');
  await fire();
  const { id } = await incident();
  await pd.put(`/incidents/${id}`, {
    incident: { type: 'incident', assignments: [{ assignee: { id: ben.id, type: 'user_reference' } }] },
  });
  const refused = await pd.delete(`/users/${ben.id}`);
  expect([refused.status, refused.body.error.errors]).toEqual([400, ['User cannot be deleted while incidents are assigned to them']]);
  await pd.put(`/incidents/${id}`, { incident: { type: 'incident', status: 'resolved' } });
  expect((await pd.delete(`/users/${ben.id}`)).status).toBe(204);
});
