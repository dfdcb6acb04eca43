import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { DrillNews } from '../../src/engine/index.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { oauthApp } from '../../src/sandbox/pagerduty/oauth.ts';
import { knownScopes } from '../../src/sandbox/pagerduty/scopes.ts';
import { Cluster, deployment } from '../sabotage/cluster.ts';
import { exampleAnswers } from '../support/cli.ts';
import { InProcess } from '../support/in-process.ts';
import { critical, event, evidence, hopsOf, incidents, lay, ready, stillHeld, stillOpen, verdicts } from '../drill/ground.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);
const here = (more: Parameters<typeof ready>[1] = {}) => ready(ground.state, more);
const isHop = (news: DrillNews, name: string): boolean => news.type === 'hop' && news.hop.hop === name;

describe('while a drill goes on', () => {
  test('a cluster that no longer knows us keeps nobody’s answer from being seen', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'person_notified')) made.sandbox.fault('k8s-401');
      if (isHop(news, 'acknowledged')) made.sandbox.fault('none');
    });
    expect(drilled.outcome?.error).toBeUndefined();
    expect(verdicts(drilled)).toMatchObject({ '09-acknowledgement': 'pass', 'drill-actions': 'pass' });
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[], 0]);
  });

  test('an Alertmanager that restarts and forgets the alert is told it again, and its incident stays open until somebody answers', async () => {
    const made = await here({ people: 'manual' });
    const seen = { since: 0 };
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'person_notified') && seen.since === 0) {
        seen.since = made.sandbox.serverTime();
        made.sandbox.fault('503:POST /k8s/*/api/v2/alerts:3');
      }
      if (news.type !== 'watching' || !news.what.includes('to acknowledge')) return;
      if (news.now - seen.since > 7 * 60_000 && incidents(made)[0]?.status === 'triggered') made.sandbox.doAction('ack', 'ada@example.com');
    });
    expect(drilled.outcome?.error).toBeUndefined();
    expect(drilled.outcome?.thanks).toEqual(['Ada Example']);
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[], 0]);
  });

  test('that nobody answers, the next level is not woken while its end is waited for, also where Alertmanager’s resolve does not come', async () => {
    const made = await here({ people: 'asleep' });
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'person_notified')) made.sandbox.fault('503:POST /v2/enqueue');
    });
    expect(drilled.outcome?.error?.id).toBe('drill-not-answered');
    expect(drilled.outcome?.people.map(({ name }) => name)).toEqual(['Ada Example']);
    expect(incidents(made)[0]?.log.map(({ type }) => type)).not.toContain('escalate_log_entry');
    expect(hopsOf(drilled)).not.toContain('escalated');
    expect(stillOpen(made)).toEqual([]);
  });

  test('that is acknowledged and then resolved by whoever answers proves what it proves, and blames nobody’s role', async () => {
    const made = await here({ people: 'manual' });
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'person_notified') && incidents(made)[0]?.status === 'triggered') made.sandbox.doAction('ack', 'ada@example.com');
      if (isHop(news, 'acknowledged')) made.sandbox.doAction('resolve', 'ada@example.com');
    });
    expect(drilled.outcome?.error).toBeUndefined();
    expect(verdicts(drilled)).toMatchObject({ '09-acknowledgement': 'pass', 'drill-actions': 'skip', 'drill-closing': 'skip' });
    expect(evidence(drilled, 'drill-actions')).toBe('not tried: Ada Example had resolved it by then');
    expect(JSON.stringify(incidents(made)[0]?.log)).toContain('ack=human');
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[], 0]);
  });

  test('that a real alert joins meanwhile is left open, and named: it is somebody’s incident now', async () => {
    const made = await here();
    const sent: Promise<void>[] = [];
    const drilled = await made.run.testAlert({}, (news) => {
      if (!isHop(news, 'acknowledged')) return;
      sent.push(event(made, critical, 'Drill, nothing is broken: acknowledge it as you would a real alert', { class: 'PmpDrill' }));
    });
    await Promise.all(sent);
    expect(incidents(made)).toHaveLength(1);
    expect(drilled.outcome?.leftBehind).toEqual([
      { what: 'incident #1: other alerts have joined it, so it was left open', command: 'pmp-pd explain drill-left-over' },
    ]);
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[1], 0]);
  });

  test('a note that was lost with the line is written at the end, so that verify knows who answered', async () => {
    const made = await here();
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'snoozed') || isHop(news, 'acknowledged')) made.sandbox.fault('503:POST /incidents/*/notes');
      if (news.type === 'cleaning') made.sandbox.fault('none');
    });
    expect(verdicts(drilled)).toMatchObject({ 'drill-actions': 'pass' });
    expect(JSON.stringify(incidents(made)[0]?.log)).toContain('ack=human');
    const { checks } = await made.run.verify({ only: ['9'], requireHuman: true });
    expect(checks[0]?.verdict.status).toBe('pass');
  });
});

/** Nothing in it knows of drills, and its groups take five minutes to tell of an end. */
const foreign = `
route:
  receiver: pagerduty
  group_by: [namespace]
  routes:
    - receiver: 'null'
      matchers: ['alertname="Watchdog"']
receivers:
  - name: 'null'
  - name: pagerduty
    pagerduty_configs:
      - routing_key_file: /etc/pagerduty-secrets/PAGERDUTY_SERVICE_KEY_CRITICAL
`;

describe('a configuration that others wrote', () => {
  test('pages with a note that says it is a drill, and proves no item of the checklist: verify would not know it', async () => {
    const made = await here();
    await new Cluster(made.sandbox).configure(() => foreign);
    const drilled = await made.run.testAlert();
    expect(drilled.code).toBe(1);
    expect(evidence(drilled, 'drill-context')).toMatch(/lacks .* and pmp_drill \(without which verify does not know the drill\)/);
    expect(drilled.outcome?.checks.every(({ item }) => item === undefined)).toBe(true);
    expect(JSON.stringify(incidents(made)[0]?.log)).toMatch(
      /goes on here\. Drill, nothing is broken: acknowledge it as you would a real alert/,
    );
    expect(stillOpen(made)).toEqual([]);
  });

  test('with slow groups does not keep an unanswered drill ringing until the next level is called', async () => {
    const made = await here({ people: 'asleep' });
    await new Cluster(made.sandbox).configure(() => foreign);
    const drilled = await made.run.testAlert();
    expect(drilled.outcome?.error?.id).toBe('drill-not-answered');
    expect(drilled.outcome?.people.map(({ name }) => name)).toEqual(['Ada Example']);
    expect([hopsOf(drilled).includes('escalated'), stillOpen(made)]).toEqual([false, []]);
  });

  test('that pages both services is told before, and both incidents are closed, also where Alertmanager’s resolve does not come', async () => {
    const made = await here();
    await new Cluster(made.sandbox).routeFirst(`- receiver: pagerduty-high\n  matchers: ['severity="P1"']\n  continue: true`);
    const drilled = await made.run.testAlert({}, (news) => {
      if (isHop(news, 'snoozed')) made.sandbox.fault('503:POST /v2/enqueue');
    });
    expect(drilled.preview?.notes.join()).toMatch(/sends it to pagerduty-high and pagerduty-critical: each opens an incident/);
    expect(incidents(made)).toHaveLength(2);
    expect(stillOpen(made)).toEqual([]);
  });
});

test('three replicas are each told, and told of the end: one incident, which stays closed', async () => {
  const made = await here();
  await new Cluster(made.sandbox).patch(deployment, { spec: { replicas: 3 } });
  made.sandbox.doAction('advance', '5m');
  const drilled = await made.run.testAlert();
  expect(drilled.outcome?.error).toBeUndefined();
  expect(drilled.outcome?.hops[0]?.detail).toBe('by 3 replicas of Alertmanager, for pagerduty-critical');
  made.sandbox.doAction('advance', '30m');
  expect(incidents(made).map(({ status }) => status)).toEqual(['resolved']);
});

test('items 8, 9 and 10 turn from fail to pass by drills, and back to fail when they age', async () => {
  const made = await here();
  const statuses = async () => (await made.run.verify({ only: ['8', '9', '10'] })).checks.map(({ verdict }) => verdict.status);
  expect(await statuses()).toEqual(['fail', 'fail', 'fail']);
  await made.run.testAlert();
  expect(await statuses()).toEqual(['pass', 'pass', 'fail']);
  await made.run.testAlert({ escalation: true });
  expect(await statuses()).toEqual(['pass', 'pass', 'pass']);
  made.sandbox.doAction('advance', '34d');
  expect(await statuses()).toEqual(['pass', 'pass', 'pass']);
  made.sandbox.doAction('advance', '2d');
  expect(await statuses()).toEqual(['fail', 'fail', 'fail']);
});

describe('who could not end a drill', () => {
  /** The served sandbox as if it were the real PagerDuty. */
  async function served(environment: (sandbox: Sandbox) => Readonly<Record<string, string>>): Promise<InProcess> {
    const made: { sandbox?: Sandbox } = {};
    const run = new InProcess(() =>
      made.sandbox === undefined ? {} : { PAGERDUTY_API_URL: made.sandbox.apiUrl, ...environment(made.sandbox) },
    );
    made.sandbox = await openSandbox({ stateFile: join(run.folder, 'sandbox.json'), clock: 'real' });
    copyFileSync(exampleAnswers, join(run.folder, 'pmp-pd.yaml'));
    onTestFinished(async () => {
      await made.sandbox?.close();
      await run.close();
    });
    return run;
  }
  const refusal = (drill: Promise<unknown>): Promise<unknown> => drill.catch((thrown: unknown) => thrown);

  test('begins none: an account’s token for which nobody was named to act', async () => {
    const run = await served(({ token }) => ({ PAGERDUTY_TOKEN: token }));
    const thrown = await refusal(run.testAlert({ sandbox: false }));
    expect(thrown).toMatchObject({ id: 'answer-missing', facts: { fix: expect.stringContaining('--from') } });
  });

  test('begins none: a token whose scopes leave out incidents', async () => {
    const { clientId, clientSecret, subdomain } = oauthApp;
    const app = { PAGERDUTY_CLIENT_ID: clientId, PAGERDUTY_CLIENT_SECRET: clientSecret, PAGERDUTY_SUBDOMAIN: subdomain };
    const run = await served((sandbox) => {
      const { oauth } = sandbox.section('pagerduty') as { oauth: { allowed?: readonly string[] } };
      oauth.allowed = knownScopes.filter((scope) => scope !== 'incidents.write');
      return { ...app, PD_FROM_EMAIL: sandbox.from };
    });
    expect(await refusal(run.testAlert({ sandbox: false }))).toMatchObject({
      id: 'drill-refused',
      facts: { cause: 'Its scopes lack incidents.write.' },
    });
  });
});
