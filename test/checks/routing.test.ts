import { describe, expect, test } from 'vitest';
import { routing } from '../../src/checks/routing.ts';
import type { RouteMatch, Silence } from '../../src/ports/index.ts';
import { day, healthy, keys, now, ourRoute, run } from './support.ts';
import { said } from './said.ts';

type Labels = Readonly<Record<string, string>>;

const to = (name: string, severity?: string, pagerduty = name !== 'null'): RouteMatch['receivers'][number] => ({
  name,
  pagerduty,
  leavesCluster: pagerduty,
  sendResolved: true,
  ...(severity === undefined ? {} : { severity }),
});

/** Our tree, but for alerts of that severity. */
function route(severity: string, ...receivers: RouteMatch['receivers']) {
  return {
    route: (labels: Labels) => (labels['severity'] === severity && labels['alertname'] !== 'Watchdog' ? { receivers } : ourRoute(labels)),
  };
}

const silence = (...matchers: readonly [name: string, value: string, kind?: 'regex' | 'not'][]): { silences: readonly Silence[] } => ({
  silences: [
    {
      id: 's-1',
      matchers: matchers.map(([name, value, kind]) => ({ name, value, isRegex: kind === 'regex', isEqual: kind !== 'not' })),
      ends: now + day,
      createdBy: 'ben',
      comment: 'deploy',
    },
  ],
});

describe('each severity reaches its own service', () => {
  test('our tree passes', async () => {
    expect(await run(routing)).toMatchObject(said('pass', /^P1 → pagerduty-critical, P2 → pagerduty-high, P3 → pagerduty-high; /));
  });

  test.each([
    ['P1 to nobody', route('P1', to('null')), /^P1 alerts page nobody: they go to null$/],
    [
      "P1 to the second service's receiver",
      route('P1', to('pagerduty-high', 'error')),
      /^P1 alerts go to pagerduty-high, the other service's receiver$/,
    ],
    ["P2 to the first one's", route('P2', to('pagerduty-critical', 'critical')), /^P2 alerts go to pagerduty-critical/],
    [
      'P3 to the first one’s',
      route('P3', to('pagerduty-critical', 'critical')),
      /^P3 alerts go to pagerduty-critical: a warning would ring like a P1$/,
    ],
    ['severity none', route('none', to('pagerduty-high', 'error')), /^severity="none" pages: it goes to pagerduty-high$/],
  ])('%s fails', async (_which, facts, evidence) => {
    expect(await run(routing, facts)).toMatchObject(said('fail', evidence, /pmp-pd setup --apply-alertmanager/));
  });

  test('a Watchdog that pages fails', async () => {
    const watching = (labels: Labels) =>
      labels['alertname'] === 'Watchdog' ? { receivers: [to('pagerduty-critical', 'critical')] } : ourRoute(labels);
    expect(await run(routing, { route: watching })).toMatchObject(said('fail', /^Watchdog pages: it goes to pagerduty-critical$/));
  });

  test('two PagerDuty receivers for one alert warn', async () => {
    expect(await run(routing, route('P1', to('pagerduty-critical'), to('pagerduty-high')))).toMatchObject(
      said('warn', /each opens an incident of its own/, /continue: true/),
    );
  });

  test('replicas that disagree fail, and can be waited for', async () => {
    const verdict = await run(routing, {
      route: (labels) => ({ ...ourRoute(labels), differs: 'alertmanager-1 runs another configuration' }),
    });
    expect(verdict).toMatchObject(said('fail', /^replicas route differently: alertmanager-1 runs another configuration$/, /Reload/));
    expect(verdict.awaits).toMatch(/every replica/);
  });

  test('receivers of other names are known by whose key they use', async () => {
    const named = healthy.keys.map((key) => ({ ...key, receiver: key.fingerprint === keys.critical ? 'loud' : 'soft' }));
    const renamed = (swap: boolean) => (labels: Labels) => ({
      receivers: ourRoute(labels).receivers.map((one) =>
        one.pagerduty ? { ...one, name: (one.name === 'pagerduty-critical') === swap ? 'soft' : 'loud' } : one,
      ),
    });
    expect((await run(routing, { keys: named, route: renamed(false) })).status).toBe('pass');
    expect(await run(routing, { keys: named, route: renamed(true) })).toMatchObject(said('fail', /^P1 alerts go to soft, the other/));
    expect(await run(routing, { keys: [], route: renamed(false) })).toMatchObject(
      said('skip', /whether loud is the right receiver for P1 is not known/),
    );
  });
});

describe('severity decides who is woken', () => {
  test('a P2 sent as a warning never escalates', async () => {
    const facts = route('P2', to('pagerduty-high', 'warning'));
    expect(await run(routing, facts)).toMatchObject(
      said('fail', /P2 is sent with severity warning: low urgency, which never escalates/, /p2: quiet/),
    );
    expect((await run(routing, facts, { answers: { p2: 'quiet' } })).status).toBe('pass');
  });

  test('a loud P2 where the answers say quiet warns', async () => {
    expect(await run(routing, {}, { answers: { p2: 'quiet' } })).toMatchObject(said('warn', /P2 is sent as an error/));
  });

  test('a P3 that rings like a P2, or reaches nobody, warns', async () => {
    expect(await run(routing, route('P3', to('pagerduty-high', 'error')))).toMatchObject(said('warn', /^P3 alerts ring as loudly as P2/));
    expect(await run(routing, route('P3', to('null')))).toMatchObject(said('warn', /^P3 alerts reach nobody: they go to null$/));
  });

  test('with v1 keys P3 is meant to reach nobody', async () => {
    const services = healthy.services.map((service) => ({ ...service, urgency: 'high' as const }));
    const muted = route('P3', to('null'));
    expect((await run(routing, { ...muted, services }, { answers: { integration: 'prometheus' } })).status).toBe('pass');
  });
});

describe('a silence that hides a route', () => {
  test.each([
    ['of a severity', silence(['severity', 'P1']), /until 2026-09-10 14:00Z hides P1: "deploy"$/],
    ['of everything', silence(['alertname', '.+', 'regex']), /hides P1, P2 and P3/],
    ['of several, in Go’s spelling', silence(['severity', '(?i)p[12]', 'regex']), /hides P1 and P2/],
    ['of all but one', silence(['alertname', 'Other', 'not']), /hides P1, P2 and P3/],
    ['of the application', silence(['namespace', 'pmp-study']), /hides P1, P2 and P3/],
  ])('%s fails', async (_which, facts, evidence) => {
    expect(await run(routing, facts)).toMatchObject(said('fail', evidence, /amtool silence expire s-1/));
  });

  test.each([
    ['a single alert', silence(['alertname', 'SlowApi'])],
    ['part of a word', silence(['severity', 'P', 'regex'])],
    ['another application', silence(['severity', 'P1'], ['namespace', 'billing'])],
    ['what cannot be read', silence(['alertname', '(', 'regex'])],
  ])('of %s is somebody’s work', async (_which, facts) => {
    expect((await run(routing, facts)).status).toBe('pass');
  });

  test('an id that is no id is not offered to a shell', async () => {
    const silences = silence(['severity', 'P1']).silences.map((one) => ({ ...one, id: '$(reboot)' }));
    expect(JSON.stringify(await run(routing, { silences }))).not.toContain('reboot');
  });
});

test('without an Alertmanager nothing is proven', async () => {
  expect(await run(routing, { cluster: 'none' })).toMatchObject(said('skip', /no cluster was given/));
});
