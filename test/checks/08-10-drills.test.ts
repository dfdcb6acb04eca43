import { describe, expect, test } from 'vitest';
import { testAlert } from '../../src/checks/08-test-alert.ts';
import { acknowledgement } from '../../src/checks/09-acknowledgement.ts';
import { escalation } from '../../src/checks/10-escalation.ts';
import type { VerifyOptions } from '../../src/engine/index.ts';
import type { SeenIncident, SeenLogEntry } from '../../src/ports/index.ts';
import { ada, alan, answers, day, drillAlert, drillIds, drillLog, grace, healthy, hour, minute, now, run, type Facts } from './support.ts';
import { said } from './said.ts';

const { criticalService } = answers.names;
const id = drillIds.critical;
const start = now - 10 * day;
const plainNote = (ack: string, via = 'alertmanager') => ({ note: `pmp-pd drill ${id}: via=${via} ack=${ack} escalation=1/3` });

/** A drill that was acknowledged at once. */
const plain: readonly SeenLogEntry[] = [
  { type: 'trigger', at: start },
  { type: 'notify', at: start + 3_000, who: ada, channel: 'push' },
  { type: 'notify', at: start + 4_000, who: ada, channel: 'sms' },
  { type: 'acknowledge', at: start + 2 * minute, who: ada },
  { type: 'annotate', at: start + 3 * minute, ...plainNote('human') },
  { type: 'resolve', at: start + 4 * minute },
];
const incident = (change: Partial<SeenIncident> = {}): SeenIncident => ({
  id: 'Q7',
  number: 7,
  url: 'https://acme.pagerduty.com/incidents/Q7',
  title: `[DRILL pmp-pd ${id}] test`,
  service: criticalService,
  status: 'resolved',
  urgency: 'high',
  created: start,
  ...change,
});
const drilled = (log: readonly SeenLogEntry[], change: Partial<SeenIncident> = {}): Partial<Facts> => ({
  incidents: [incident(change)],
  log: { Q7: log },
});
const without = (...types: readonly string[]) => plain.filter(({ type }) => !types.includes(type));
const replaced = (type: string, change: Partial<SeenLogEntry>) =>
  plain.map((entry) => (entry.type === type ? { ...entry, ...change } : entry));
const all = [testAlert, acknowledgement, escalation] as const;

test('a drill that went all the way proves all three, and says how old the proof is', async () => {
  const verdicts = await Promise.all(all.map((check) => run(check)));
  expect(verdicts.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
  const [rang, acknowledged, escalated] = verdicts;
  expect(rang).toMatchObject(
    said(
      'pass',
      /drill 01K4N4YQ0000000000000000C0 \(incident #7, 10 days ago\) rang Ada Example \(push\), Grace Example \(push\) and Alan Example \(push\), the first after 2 s/,
    ),
  );
  expect(acknowledged).toMatchObject(said('pass', /acknowledged by Alan Example 1 min after level 3 was called \(the promise is 5 min\)/));
  expect(escalated).toMatchObject(said('pass', /called 3 of 3 levels of "PMP Critical Escalation", after 10 min and 15 min/));
  expect(verdicts.map(({ ageSeconds }) => ageSeconds)).toEqual([864_000, 864_000 - 26 * 60, 864_000 - 25 * 60]);
});

describe('no proof', () => {
  test.each(all.map((check) => [check.id, check] as const))('%s: never drilled', async (_id, check) => {
    expect(await run(check, { incidents: [] })).toMatchObject(
      said('fail', /no drill of "PMP Study - Critical" in the last 35 days/, /pmp-pd test-alert/),
    );
  });

  test.each(all.map((check) => [check.id, check] as const))('%s: a drill that is too old', async (_id, check) => {
    const options: Partial<VerifyOptions> = { maxAge: 9 * 86_400 };
    expect(await run(check, {}, { options })).toMatchObject(
      said('fail', /no drill of "PMP Study - Critical" in the last 9 days/, /pmp-pd test-alert/),
    );
  });

  test.each(all.map((check) => [check.id, check] as const))('%s: the other service’s drill', async (_id, check) => {
    expect(await run(check, { incidents: healthy.incidents.filter(({ id: one }) => one === 'Q8') })).toMatchObject({ status: 'fail' });
  });

  test.each(all.map((check) => [check.id, check] as const))('%s: a title that somebody typed', async (_id, check) => {
    const verdict = await run(check, { alerts: { Q7: [{ ...drillAlert(id), details: {} }] } });
    expect(verdict).toMatchObject({ status: 'fail' });
  });

  test('the typed title is named', async () => {
    expect(await run(testAlert, { alerts: {} })).toMatchObject(
      said('fail', /incident #7 says so in the title only: no alert of it carries pmp_drill/),
    );
  });

  test('a mark that is no drill’s id is none', async () => {
    expect(await run(testAlert, { alerts: { Q7: [drillAlert('yes')] } })).toMatchObject({ status: 'fail' });
  });
});

test('a drill whose alert joined another incident is found by its mark', async () => {
  expect(await run(testAlert, drilled(plain, { title: 'CPU is high' }))).toMatchObject(
    said('pass', /rang Ada Example \(push and sms\), the first after 3 s/),
  );
});

describe('8: received', () => {
  test('nobody was notified', async () => {
    expect(await run(testAlert, drilled(without('notify')))).toMatchObject(
      said('fail', /opened incident #7 10 days ago, and nobody was notified/, /04-contact-methods and reachability/),
    );
  });

  test('the newest drill counts, not the best', async () => {
    const newer = incident({ id: 'Q9', number: 9, created: now - day });
    const facts = { incidents: [newer, incident()], log: { Q7: plain, Q9: [] }, alerts: { Q7: [drillAlert(id)], Q9: [drillAlert(id)] } };
    expect(await run(testAlert, facts)).toMatchObject(said('fail', /incident #9 24 h ago, and nobody was notified/));
  });

  test('one that is under way is waited for, and does not hide the proof there is', async () => {
    const open = incident({ id: 'Q9', number: 9, created: now - minute, status: 'triggered' });
    const alerts = { Q7: [drillAlert(id)], Q9: [drillAlert(id)] };
    expect(await run(testAlert, { incidents: [open, incident()], log: { Q7: plain }, alerts })).toMatchObject(said('pass', /incident #7/));
    const alone = await run(testAlert, { incidents: [open], log: {}, alerts });
    expect(alone).toMatchObject(said('fail', /incident #9\) of "PMP Study - Critical" is still under way/, /--wait 10m/));
    expect(alone).toMatchObject({ awaits: expect.stringContaining('to end') });
  });

  test('Alertmanager’s part is not claimed where it had none', async () => {
    expect(await run(testAlert, drilled(replaced('annotate', plainNote('human', 'events'))))).toMatchObject(
      said('pass', /straight to PagerDuty: Alertmanager had no part in it/),
    );
  });
});

describe('9: acknowledged', () => {
  test('at once, by whom it rang', async () => {
    expect(await run(acknowledgement, drilled(plain))).toMatchObject(
      said('pass', /acknowledged by Ada Example 2 min after level 1 was called \(the promise is 5 min\), and nobody further was called/),
    );
  });

  test('by nobody', async () => {
    const log = replaced('annotate', plainNote('none')).filter(({ type }) => type !== 'acknowledge');
    expect(await run(acknowledgement, drilled(log))).toMatchObject(said('fail', /was acknowledged by nobody/, /test-alert/));
  });

  test.each([
    ['by API', replaced('annotate', plainNote('auto')), /by API, no human tested/],
    ['by somebody whom it never rang', replaced('acknowledge', { who: alan }), /by API, no human tested/],
    [
      'by a service',
      plain.map(({ who, ...entry }) => (entry.type === 'acknowledge' || who === undefined ? entry : { ...entry, who })),
      /by API, no human tested/,
    ],
    ['without the note that says by whom', without('annotate'), /nothing tells whether by a person or by API/],
  ] as const)('%s: passes in those words, unless a human is required', async (_what, log, evidence) => {
    expect(await run(acknowledgement, drilled(log))).toMatchObject(said('pass', evidence));
    expect(await run(acknowledgement, drilled(log), { options: { requireHuman: true } })).toMatchObject(
      said('fail', evidence, /With somebody who is on call at hand, drill it/),
    );
  });

  test('a human is enough where a human is required', async () => {
    expect(await run(acknowledgement, drilled(plain), { options: { requireHuman: true } })).toMatchObject({ status: 'pass' });
  });

  test('later than was promised', async () => {
    expect(await run(acknowledgement, drilled(replaced('acknowledge', { at: start + 8 * minute })))).toMatchObject(
      said('warn', /8 min after level 1 was called; the promise is 5 min/, /Talk about what kept Ada Example/),
    );
    const policies = healthy.policies.map((one) => ({ ...one, description: 'P1: respond within 9 min (On-Call Engineer), 5 min (CTO)' }));
    expect(await run(acknowledgement, { ...drilled(replaced('acknowledge', { at: start + 8 * minute })), policies })).toMatchObject(
      said('pass', /the promise is 9 min/),
    );
  });

  test('and the escalation went on all the same', async () => {
    const log = [...plain, { type: 'notify', at: start + 11 * minute, who: grace, channel: 'push' }];
    expect(await run(acknowledgement, drilled(log))).toMatchObject(
      said('fail', /went on after it was acknowledged: Grace Example was still notified 9 min later/, /escalation policy/),
    );
  });

  test('ringing again after the acknowledgement timed out is no escalation that went on', async () => {
    const log = [
      ...plain,
      { type: 'unacknowledge', at: start + 32 * minute },
      { type: 'notify', at: start + 33 * minute, who: grace, channel: 'push' },
    ];
    expect(await run(acknowledgement, drilled(log))).toMatchObject({ status: 'pass' });
  });
});

describe('10: escalated', () => {
  const full = drillLog(start);

  test('a drill that was acknowledged at once proves nothing here', async () => {
    expect(await run(escalation, drilled(plain))).toMatchObject(
      said(
        'fail',
        /in the last 35 days was left to escalate/,
        /let nobody answer: pmp-pd test-alert --escalation. It takes 25 min and calls 3 levels/,
      ),
    );
  });

  test('an older drill that escalated still counts beside a newer that did not', async () => {
    const newer = incident({ id: 'Q9', number: 9, created: now - day });
    const facts = { incidents: [newer, incident()], log: { Q7: full, Q9: plain }, alerts: { Q7: [drillAlert(id)], Q9: [drillAlert(id)] } };
    expect(await run(escalation, facts)).toMatchObject(said('pass', /incident #7/));
  });

  test('it stopped half-way', async () => {
    const log = full.filter(({ at }) => at < start + 20 * minute);
    expect(await run(escalation, drilled(log))).toMatchObject(
      said('fail', /called 2 of 3 levels/, /a level with nobody on call is passed over/),
    );
  });

  test('one that is still escalating is waited for', async () => {
    const created = now - 12 * minute;
    const log = drillLog(created).filter(({ at }) => at <= now);
    const verdict = await run(escalation, drilled(log, { created, status: 'triggered' }));
    expect(verdict).toMatchObject(said('fail', /has so far called 2 of 3 levels/, /--wait 30m/));
    expect(verdict).toMatchObject({ awaits: expect.stringContaining('to escalate') });
  });

  test.each([
    ['a minute late is within the plan', 60_000, 'pass'],
    ['two minutes are not', 120_000, 'fail'],
    ['nor two minutes early', -120_000, 'fail'],
  ] as const)('%s', async (_what, off, status) => {
    const log = full.map((entry) => (entry.at >= start + 10 * minute ? { ...entry, at: entry.at + off } : entry));
    expect(await run(escalation, drilled(log))).toMatchObject({ status });
  });

  test('the policy was changed since', async () => {
    const policies = healthy.policies.map((one) => ({
      ...one,
      levels: one.levels.map((level) => ({ ...level, delayMinutes: 2 * level.delayMinutes })),
    }));
    expect(await run(escalation, { policies })).toMatchObject(
      said('fail', /left level 1 after 10 min; "PMP Critical Escalation" says 20 min/, /drill again/),
    );
  });

  test('with one level there is nothing to prove', async () => {
    const policies = healthy.policies.map((one) => ({ ...one, levels: one.levels.slice(0, 1) }));
    expect(await run(escalation, { policies })).toMatchObject(said('skip', /no second level/));
  });

  test('a loop’s further rounds are not held against the plan', async () => {
    const log = [
      ...full.slice(0, 6),
      { type: 'escalate', at: start + 40 * minute, assignees: [ada] },
      ...full.slice(6).map((entry) => ({ ...entry, at: entry.at + hour })),
    ];
    expect(await run(escalation, drilled(log))).toMatchObject({ status: 'pass' });
  });
});
