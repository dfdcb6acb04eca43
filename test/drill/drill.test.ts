import { beforeAll, describe, expect, test } from 'vitest';
import { PmpError } from '../../src/engine/index.ts';
import { Cluster, entries, secret } from '../sabotage/cluster.ts';
import { critical, event, evidence, high, hopsOf, incidents, keyOf, lay, loadIn, ready, stillHeld, stillOpen, verdicts } from './ground.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);
const here = (more: Parameters<typeof ready>[1] = {}) => ready(ground.state, more);

const refusal = async (drill: Promise<unknown>): Promise<PmpError> => {
  const thrown = await drill.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(thrown instanceof PmpError)) throw new Error('it was not refused');
  return thrown;
};

describe('the monthly drill', () => {
  test('an alert that reaches the person on call proves items 8 and 9, hop by hop, and leaves nothing ringing', async () => {
    const made = await here();
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(0);
    expect(hopsOf(drilled)).toEqual([
      'accepted',
      'notified_by_alertmanager',
      'event_accepted',
      'incident_opened',
      'person_notified',
      'acknowledged',
      'snoozed',
      'noted',
      'resolved',
      'closed',
    ]);
    expect(drilled.outcome?.people).toMatchObject([{ level: 1, name: 'Ada Example', notified: [{}, {}, {}] }]);
    expect(drilled.outcome?.thanks).toEqual(['Ada Example']);
    expect(drilled.outcome?.targets).toEqual({ acknowledgeSeconds: 300 });
    expect(verdicts(drilled)).toEqual({
      '08-test-alert': 'pass',
      '09-acknowledgement': 'pass',
      '10-escalation': 'skip',
      'drill-context': 'pass',
      'drill-actions': 'pass',
      'drill-closing': 'pass',
    });
    expect(evidence(drilled, '09-acknowledgement')).toMatch(
      /Ada Example acknowledged 1 min 30 s after level 1 was called.*nobody further was called/,
    );
    expect(stillOpen(made)).toEqual([]);
    expect(await stillHeld(made)).toBe(0);

    const { checks } = await made.run.verify({ only: ['8', '9'] });
    expect(checks.map(({ verdict }) => verdict.status)).toEqual(['pass', 'pass']);
    made.sandbox.doAction('advance', '36d');
    const aged = await made.run.verify({ only: ['8', '9'] });
    expect(aged.checks.map(({ verdict }) => verdict.status)).toEqual(['fail', 'fail']);
  });

  test('every hop bears its clock time and the seconds since the beginning, in order', async () => {
    const { outcome } = await (await here()).run.testAlert();
    const { hops = [], drill } = outcome ?? {};
    expect(hops.map(({ at }) => at)).toEqual(hops.map(({ at }) => at).toSorted((a, b) => a - b));
    for (const { at, seconds } of hops) expect(seconds).toBeCloseTo((at - (drill?.began ?? 0)) / 1000, 3);
    expect(hops.at(0)?.seconds).toBeLessThan(1);
  });

  test('the incident says that it is a drill, bears its id, and keeps the note that verify reads', async () => {
    const made = await here();
    const { outcome } = await made.run.testAlert();
    const [incident] = incidents(made);
    expect(incident?.title).toMatch(new RegExp(`^\\[DRILL pmp-pd ${outcome?.drill.id}\\] .*acknowledge it as you would a real alert$`));
    expect(outcome?.drill.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(JSON.stringify(incident?.log)).toContain(`pmp-pd drill ${outcome?.drill.id}: via=alertmanager ack=human escalation=1/3`);
  });

  test('the second service has its own', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ severity: 'high' });
    expect(drilled.code).toBe(0);
    expect(drilled.outcome?.drill).toMatchObject({ service: high, role: 'high' });
    expect(verdicts(drilled)).toMatchObject({ 'high-drill': 'pass', '09-acknowledgement': 'pass' });
    expect(drilled.outcome?.checks.every(({ item }) => item === undefined)).toBe(true);
    const { checks } = await made.run.verify({ only: ['high-drill', '8'] });
    expect(checks.map(({ id, verdict }) => [id, verdict.status])).toEqual([
      ['08-test-alert', 'fail'],
      ['high-drill', 'pass'],
    ]);
  });

  test('before anything rings it says who is called, by which channel, at what time of theirs', async () => {
    const { preview } = await (await here()).run.testAlert();
    expect(preview).toMatchObject({ service: critical, via: 'alertmanager', rings: 1, objections: [] });
    expect(preview?.levels[0]?.people).toMatchObject([{ name: 'Ada Example', localTime: '10:00 America/New_York' }]);
    expect(preview?.levels[0]?.people[0]?.channels).toContain('push at once');
    expect(preview?.levels.map(({ people }) => people[0]?.name)).toEqual(['Ada Example', 'Grace Example', 'Alan Example']);
  });

  test('off a terminal nobody is paged without --yes', async () => {
    const made = await here();
    expect(await refusal(made.run.testAlert({ yes: false }))).toMatchObject({ id: 'answer-missing' });
    expect(incidents(made)).toEqual([]);
  });
});

describe('the ways in', () => {
  test('straight to PagerDuty leaves Alertmanager out, and says so', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ via: 'events' });
    expect(drilled.code).toBe(0);
    expect(hopsOf(drilled)).not.toContain('notified_by_alertmanager');
    expect(evidence(drilled, '08-test-alert')).toContain('Alertmanager had no part in it');
    expect(verdicts(drilled)['drill-context']).toBe('pass');
    expect(stillOpen(made)).toEqual([]);
  });

  test('where no Alertmanager answers, it goes straight to PagerDuty and says why', async () => {
    const made = await here();
    made.sandbox.fault('k8s-away');
    const drilled = await made.run.testAlert();
    expect(drilled.outcome?.drill.via).toBe('events');
    expect(drilled.preview?.notes.join()).toMatch(/routes and keys are not tested/);
  });

  test('load in a pod goes the whole way, from the Prometheus rule on, and the load is stopped', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ via: 'stress' });
    expect(drilled.code).toBe(0);
    expect(drilled.preview?.notes.join()).toMatch(/no real pod is used/);
    expect(drilled.outcome?.hops[0]?.detail).toMatch(/^load runs in pod pmp-study\//);
    expect(hopsOf(drilled)).toEqual(expect.arrayContaining(['accepted', 'incident_opened', 'acknowledged', 'resolved', 'closed']));
    expect(stillOpen(made)).toEqual([]);
    expect(loadIn(made)).toBe(0);
  });

  test('a pod without the program is found out before any load', async () => {
    const made = await here();
    const wrong = made.run.testAlert({ via: 'stress', pod: { namespace: undefined, name: 'no-such-pod' } });
    expect((await refusal(wrong)).facts.message).toMatch(/^no running pod in a namespace that begins with "pmp".* is called no-such-pod$/);
  });

  test('load for the second service goes into a pod without a limit, whose rule is of that service', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ via: 'stress', severity: 'high' });
    expect(drilled.outcome?.error).toBeUndefined();
    expect(drilled.outcome?.hops[0]?.detail).toMatch(/^load runs in pod pmp-study\/pmp-study-worker-.*PmpPodHighCpuNoLimit/);
    expect(
      incidents(made)
        .map(({ title }) => title)
        .join(),
    ).toContain('More than 0.8 cores');
    expect(hopsOf(drilled)).toEqual(expect.arrayContaining(['incident_opened', 'acknowledged', 'closed']));
    expect([stillOpen(made), loadIn(made)]).toEqual([[], 0]);
  });

  test('load that would page the other service’s people is refused before there is any', async () => {
    const made = await here();
    const { objects } = made.sandbox.section('kubernetes') as { objects: Record<string, unknown> };
    const name =
      Object.keys(objects)
        .find((key) => key.startsWith('/pods/pmp-study/pmp-study-api'))
        ?.split('/')
        .at(-1) ?? '';
    const wrong = made.run.testAlert({ via: 'stress', severity: 'high', pod: { namespace: 'pmp-study', name } });
    expect((await refusal(wrong)).facts.message).toMatch(/has a CPU limit, so load in it would fire the rule of the other service/);
    expect(loadIn(made)).toBe(0);
  });
});

describe('the acknowledgement', () => {
  test('by API it proves all but the human, and says so', async () => {
    const made = await here({ people: 'asleep' });
    const drilled = await made.run.testAlert({ ack: 'auto' });
    expect(drilled.code).toBe(0);
    expect(evidence(drilled, '09-acknowledgement')).toMatch(/^acknowledged by API, no human tested/);
    expect(drilled.outcome?.thanks).toEqual([]);
  });

  test('by API is a failure where a human is required', async () => {
    const made = await here({ people: 'asleep' });
    const drilled = await made.run.testAlert({ ack: 'auto', requireHuman: true });
    expect(drilled.code).toBe(1);
    expect(drilled.outcome?.error?.id).toBe('drill-failed');
    expect(stillOpen(made)).toEqual([]);
  });

  test('nobody answers: exit code 1, the next level is not woken, and the incident is closed', async () => {
    const made = await here({ people: 'asleep' });
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(1);
    expect(drilled.outcome?.error).toMatchObject({ id: 'drill-not-answered' });
    expect(drilled.outcome?.error?.facts.cause).toMatch(/PagerDuty notified Ada Example by/);
    expect(drilled.outcome?.people.map(({ name }) => name)).toEqual(['Ada Example']);
    expect(verdicts(drilled)).toMatchObject({ '08-test-alert': 'pass', '09-acknowledgement': 'fail' });
    expect(JSON.stringify(incidents(made)[0]?.log)).toContain('ack=none escalation=1/3');
    expect(stillOpen(made)).toEqual([]);
  });

  test('somebody who takes longer than promised is scored, and no failure', async () => {
    const made = await here({ people: 'manual' });
    const drilled = await made.run.testAlert({}, (news) => {
      if (news.type !== 'watching' || !news.what.includes('to acknowledge')) return;
      if ((news.until ?? 0) - news.now > 180_000 || incidents(made)[0]?.status !== 'triggered') return;
      made.sandbox.doAction('ack', 'ada@example.com');
    });
    expect(drilled.code).toBe(0);
    expect(verdicts(drilled)['09-acknowledgement']).toBe('warn');
    expect(evidence(drilled, '09-acknowledgement')).toMatch(/the promise is 5 min/);
  });

  test('somebody who resolves it instead is told apart', async () => {
    const made = await here({ people: 'manual' });
    const drilled = await made.run.testAlert({}, (news) => {
      if (news.type === 'hop' && news.hop.hop === 'person_notified' && stillOpen(made).length > 0)
        made.sandbox.doAction('resolve', 'ada@example.com');
    });
    expect(drilled.code).toBe(1);
    expect(drilled.outcome?.error?.facts.message).toMatch(/^the drill was resolved by Ada Example before anybody acknowledged it/);
    expect(stillOpen(made)).toEqual([]);
  });
});

describe('the escalation', () => {
  test('left unanswered it calls every level when the policy says, and verify agrees', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({ escalation: true });
    expect(drilled.code).toBe(0);
    expect(drilled.preview?.rings).toBe(3);
    expect(drilled.outcome?.people.map(({ level, name }) => [level, name])).toEqual([
      [1, 'Ada Example'],
      [2, 'Grace Example'],
      [3, 'Alan Example'],
    ]);
    expect(drilled.outcome?.hops.flatMap(({ hop, detail }) => (hop === 'escalated' ? [detail] : []))).toEqual([
      'level 2 (Grace Example), planned after 10 min, came after 10 min',
      'level 3 (Alan Example), planned after 25 min, came after 25 min',
    ]);
    expect(drilled.outcome?.thanks).toEqual(['Alan Example']);
    expect(incidents(made)[0]?.title).toContain('do not acknowledge before the last level');
    const { checks, exitCode } = await made.run.verify({ only: ['8', '9', '10'], requireHuman: true });
    expect(checks.map(({ verdict }) => verdict.status)).toEqual(['pass', 'pass', 'pass']);
    expect(exitCode).toBe(0);
  });

  test('counts down to what PagerDuty will do next', async () => {
    const { news, outcome } = await (await here()).run.testAlert({ escalation: true });
    const opened = outcome?.hops.find(({ hop }) => hop === 'incident_opened')?.at ?? 0;
    const until = new Set(news.flatMap((one) => (one.type === 'watching' && one.what.startsWith('for all 3 levels') ? [one.until] : [])));
    expect(until).toContain(Math.floor(opened / 1000) * 1000 + 600_000);
  });

  test('somebody who answers too early leaves it untested, which is no success', async () => {
    const made = await here({ people: 'manual' });
    const drilled = await made.run.testAlert({ escalation: true }, (news) => {
      if (news.type === 'hop' && news.hop.detail === 'Ada Example by phone') made.sandbox.doAction('ack', 'ada@example.com');
    });
    expect(drilled.code).toBe(1);
    expect(evidence(drilled, '10-escalation')).toMatch(/^not tested: Ada Example acknowledged it before the last level/);
    expect(stillOpen(made)).toEqual([]);
  });

  test('a level that nobody is on call at is passed over: a failure', async () => {
    const made = await here();
    made.sandbox.doAction('nobody-on-call', 'PMP Primary On-Call');
    const drilled = await made.run.testAlert({ escalation: true });
    expect(drilled.code).toBe(1);
    expect(drilled.preview?.notes.join()).toMatch(/nobody is on call at level 1/);
    expect(evidence(drilled, '10-escalation')).toMatch(/^level 1 was passed over: nobody was on call there/);
  });
});

describe('safety first', () => {
  test('a window refuses it; in spite of it nothing opens, which is exit code 7', async () => {
    const made = await here();
    const drilledAt = made.sandbox.serverTime();
    const { services } = made.sandbox.section('pagerduty') as { services: { id: string; name: string }[] };
    const id = services.find(({ name }) => name === critical)?.id;
    const response = await fetch(`${made.sandbox.apiUrl}/maintenance_windows`, {
      method: 'POST',
      headers: { authorization: `Token token=${made.sandbox.token}`, 'content-type': 'application/json', from: made.sandbox.from },
      body: JSON.stringify({
        maintenance_window: {
          type: 'maintenance_window',
          start_time: new Date(drilledAt).toISOString(),
          end_time: new Date(drilledAt + 7_200_000).toISOString(),
          description: 'Deployment',
          services: [{ id, type: 'service_reference' }],
        },
      }),
    });
    expect(response.status).toBe(201);
    const refused = await refusal(made.run.testAlert());
    expect(refused).toMatchObject({ id: 'drill-refused' });
    expect(refused.facts.message).toMatch(/maintenance window "Deployment" is open/);
    const drilled = await made.run.testAlert({ anyway: ['window'] });
    expect(drilled.code).toBe(7);
    expect(drilled.outcome?.error?.id).toBe('drill-not-seen');
    expect(await stillHeld(made)).toBe(0);
  });

  test('a silence that would swallow it refuses it, and says who made it', async () => {
    const made = await here();
    const now = made.sandbox.serverTime();
    await fetch(`${made.sandbox.alertmanagerUrl}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'severity', value: 'P1', isRegex: false, isEqual: true }],
        startsAt: new Date(now).toISOString(),
        endsAt: new Date(now + 3_600_000).toISOString(),
        createdBy: 'dan@example.com',
        comment: 'night work',
      }),
    });
    const { id, facts } = await refusal(made.run.testAlert());
    expect(id).toBe('drill-refused');
    expect(facts.message).toMatch(/a silence by dan@example.com until .* would swallow it: "night work"/);
    expect(incidents(made)).toEqual([]);
  });

  test('a real incident refuses it; in spite of it, one that swallows the drill is told and left as it is', async () => {
    const made = await here({ people: 'asleep' });
    await event(made, critical, 'Drill, nothing is broken: acknowledge it as you would a real alert', { class: 'PmpDrill' });
    const { facts } = await refusal(made.run.testAlert());
    expect(facts.message).toMatch(/1 incident of it is open \(#1/);
    const drilled = await made.run.testAlert({ anyway: ['incident'] });
    expect(drilled.code).toBe(1);
    expect(drilled.outcome?.error?.facts.message).toBe('the drill’s alert joined incident #1 and paged nobody');
    expect(drilled.outcome?.incident?.number).toBe(1);
    // It is not the drill's, so it is nothing that the drill left.
    expect(drilled.outcome?.leftBehind).toEqual([]);
    expect(stillOpen(made)).toEqual([1]);
    expect(await stillHeld(made)).toBe(0);
  });

  test('nobody on call at any level: nothing to prove', async () => {
    const made = await here();
    made.sandbox.doAction('nobody-on-call', 'PMP Primary On-Call');
    const { policies } = made.sandbox.section('pagerduty') as { policies: { rules: { targets: unknown[] }[] }[] };
    for (const policy of policies) for (const rule of policy.rules) rule.targets = policy.rules[0]?.targets ?? [];
    const { facts } = await refusal(made.run.testAlert());
    expect(facts.message).toMatch(/nobody is on call at any level of "PMP Critical Escalation"/);
  });
});

describe('what goes wrong on the way', () => {
  test('PagerDuty refuses the event: the drill stops at Alertmanager at once, with PagerDuty’s own words', async () => {
    const made = await here();
    const short = Buffer.from('tooshort').toString('base64');
    await new Cluster(made.sandbox).patch(secret, { data: { [entries.critical]: short } });
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(7);
    expect(drilled.outcome?.error?.id).toBe('drill-not-seen');
    expect(drilled.outcome?.error?.facts.cause).toMatch(/8 characters|unexpected status code 400: .*routing_key/);
    expect(drilled.outcome?.hops.at(-1)).toMatchObject({ hop: 'resolved' });
    expect(drilled.outcome?.hops.at(-1)?.seconds).toBeLessThan(60);
    expect(await stillHeld(made)).toBe(0);
  });

  test('PagerDuty accepts the event and opens nothing: the drill says when it does that', async () => {
    const made = await here();
    const unknown = Buffer.from('0'.repeat(32)).toString('base64');
    await new Cluster(made.sandbox).patch(secret, { data: { [entries.critical]: unknown } });
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(7);
    expect(hopsOf(drilled)).toContain('event_accepted');
    expect(drilled.outcome?.error?.facts.cause).toMatch(/PagerDuty accepted the event, but opened no incident/);
  });

  test('a key of the other service is found out, and the incident that it opened there is closed', async () => {
    const made = await here({ people: 'asleep' });
    const other = Buffer.from(keyOf(made, high)).toString('base64');
    await new Cluster(made.sandbox).patch(secret, { data: { [entries.critical]: other } });
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(7);
    expect(drilled.outcome?.error?.facts.cause).toMatch(
      /It opened incident #1 of "PMP Study - High Priority": the keys of the two are swapped/,
    );
    expect(stillOpen(made)).toEqual([]);
  });

  test('a queue in PagerDuty is waited for', async () => {
    const made = await here();
    made.sandbox.doAction('hold-events', '40s');
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(0);
    expect(drilled.outcome?.hops.find(({ hop }) => hop === 'incident_opened')?.seconds).toBeGreaterThan(40);
    expect(stillOpen(made)).toEqual([]);
  });

  test('an incident that opens only after the drill gave up is closed all the same', async () => {
    const made = await here();
    made.sandbox.doAction('hold-events', '130s');
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(7);
    made.sandbox.doAction('advance', '10m');
    expect(stillOpen(made)).toEqual([]);
  });

  test('a line that is lost for a while ends nothing', async () => {
    const made = await here();
    const lost = { done: false };
    const drilled = await made.run.testAlert({}, (news) => {
      if (news.type !== 'hop' || news.hop.hop !== 'person_notified' || lost.done) return;
      lost.done = true;
      made.sandbox.fault('503:GET /incidents*:20');
    });
    expect(drilled.code).toBe(0);
    expect(stillOpen(made)).toEqual([]);
  });
});
