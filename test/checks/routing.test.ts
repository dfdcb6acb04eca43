import { describe, expect, test } from 'vitest';
import { routing } from '../../src/checks/routing.ts';
import type { RouteMatch, Silence } from '../../src/ports/index.ts';
import { answers, day, healthy, keys, now, options, ourRoute, run, worldOf } from './support.ts';
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

/** Our tree, but for what that route adds for alerts of that severity. */
const adding = (severity: string, more: Partial<RouteMatch>, ofReceiver: Partial<RouteMatch['receivers'][number]> = {}) => ({
  route: (labels: Labels) => {
    const match = ourRoute(labels);
    return labels['severity'] === severity
      ? { ...match, ...more, receivers: match.receivers.map((one) => ({ ...one, ...ofReceiver })) }
      : match;
  },
});

describe('a P1 that nobody hears', () => {
  const urgency = (of: 'high' | 'low' | 'severity_based') => ({
    services: healthy.services.map((one, index) => (index === 0 ? { ...one, urgency: of } : one)),
  });

  test.each([
    [
      'by severity, sent as a warning',
      { ...urgency('severity_based'), ...route('P1', to('pagerduty-critical', 'warning')) },
      /^P1 is sent with severity warning: low urgency/,
    ],
    [
      'by severity, sent as info',
      { ...urgency('severity_based'), ...route('P1', to('pagerduty-critical', 'info')) },
      /^P1 is sent with severity info/,
    ],
    ['always low', urgency('low'), /^P1 alerts open incidents of low urgency/],
  ])('urgency %s fails', async (_which, facts, evidence) => {
    expect(await run(routing, facts)).toMatchObject(said('fail', evidence));
  });

  test('urgency by severity, sent as critical, rings', async () => {
    expect((await run(routing, urgency('severity_based'))).status).toBe('pass');
    expect((await run(routing, route('P1', to('pagerduty-critical', 'warning')))).status).toBe('pass');
  });

  test.each(['P1', 'P2', 'P3'])('a severity that PagerDuty refuses fails for %s, and is told once', async (severity) => {
    const verdict = await run(routing, adding(severity, {}, { severity }));
    expect(verdict).toMatchObject(
      said('fail', /sends P\d alerts with severity "P\d", which PagerDuty refuses/, /critical, error, warning or info/),
    );
    expect(verdict.evidence.match(/refuses/g)).toHaveLength(1);
  });

  test('inhibited by an alert that fires fails', async () => {
    const inhibitedBy = [{ labels: { alertname: 'Watchdog', severity: 'none' }, equal: [] }];
    expect(await run(routing, adding('P1', { inhibitedBy }))).toMatchObject(
      said('fail', /^P1 alerts are inhibited by alert Watchdog, which fires now$/, /inhibit_rules/),
    );
  });

  test('a P2 muted by a P1 of its own service is meant, by one of any service it is not', async () => {
    const by = (equal: readonly string[], severity = 'P1') => ({
      inhibitedBy: [{ labels: { alertname: 'Down', severity, service: 'pmp-study' }, equal }],
    });
    expect((await run(routing, adding('P2', by(['cluster', 'service'])))).status).toBe('pass');
    expect((await run(routing, adding('P2', by(['cluster'])))).status).toBe('fail');
    expect((await run(routing, adding('P2', by(['namespace'])))).status).toBe('fail');
    expect((await run(routing, adding('P2', by(['service'], 'P3')))).status).toBe('fail');
  });

  test('time intervals warn, and fail where they mute now', async () => {
    const timed = (severity: string, kind: 'mute' | 'active', holds?: boolean) =>
      run(routing, adding(severity, {}, { intervals: [{ name: 'nights', kind, ...(holds === undefined ? {} : { holds }) }] }));
    expect(await timed('P1', 'mute', true)).toMatchObject(
      said(
        'fail',
        /^P1 alerts reach pagerduty-critical not during "nights": muted now$/,
        /Remove mute_time_intervals from the route of P1/,
      ),
    );
    expect(await timed('P2', 'active', false)).toMatchObject(said('fail', /only during "nights": muted now/, /active_time_intervals/));
    expect((await timed('P1', 'mute', false)).status).toBe('warn');
    expect((await timed('P1', 'mute')).status).toBe('warn');
    expect((await timed('P1', 'active', true)).status).toBe('warn');
    expect((await timed('P3', 'mute', true)).status).toBe('warn');
  });

  test('the time that is asked for is now', async () => {
    const asked: unknown[] = [];
    const world = worldOf();
    const { alertmanager = expect.fail() } = world;
    const noting = { ...alertmanager, route: (labels: Labels, at?: number) => (asked.push(at), alertmanager.route(labels, at)) };
    await routing.run(answers, { ...world, alertmanager: noting }, options);
    expect(new Set(asked)).toEqual(new Set([now]));
  });

  test('a group that waits longer than level 1 has to respond warns', async () => {
    const waiting = (minutes: number) => run(routing, adding('P1', {}, { groupWait: minutes * 60_000 }));
    expect((await waiting(answers.escalation.critical[0]!.respond)).status).toBe('pass');
    expect(await waiting(30)).toMatchObject(
      said('warn', /^P1 alerts wait 30 min before pagerduty-critical sends them \(group_wait\)/, /group_wait/),
    );
  });
});

describe('loaded rules', () => {
  const rule = (name: string, labels: Labels) => ({ ...healthy.rules[0]!, name, labels });
  const rules = [...healthy.rules, rule('DiskFull', { severity: 'P1', team: 'web' }), rule('Slow', { severity: 'high', team: 'web' })];
  const ofTeam = (...receivers: RouteMatch['receivers']) => ({
    rules,
    route: (labels: Labels) => (labels['team'] === 'web' ? { receivers } : ourRoute(labels)),
  });

  test('of a team whose own route pages nobody fail by name', async () => {
    expect(await run(routing, { rules })).toMatchObject(said('pass', /^P1 → /));
    expect(await run(routing, ofTeam(to('null')))).toMatchObject(
      said('fail', /^P1 alerts of rule DiskFull page nobody: they go to null; P2 alerts of rule Slow page nobody/, /Put the route back/),
    );
    expect(await run(routing, ofTeam(to('pagerduty-high', 'error')))).toMatchObject(
      said('fail', /^P1 alerts of rule DiskFull go to pagerduty-high/),
    );
  });

  test('what all alerts of a priority meet is told once', async () => {
    const verdict = await run(routing, route('P1', to('null')));
    expect(verdict.evidence).toBe('P1 alerts page nobody: they go to null');
  });

  test('a Prometheus that says nothing changes nothing', async () => {
    expect((await run(routing, { prometheus: 'not found' })).status).toBe('pass');
    expect((await run(routing, { prometheus: 'none' })).status).toBe('pass');
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
    [
      'a single alert',
      silence(['alertname', 'SlowApi']),
      /by ben until 2026-09-10 14:00Z may hide alerts that page \(alertname="SlowApi"\): "deploy"$/,
    ],
    ['another application', silence(['severity', 'P1'], ['namespace', 'billing']), /\(severity="P1", namespace="billing"\)/],
    ['what cannot be read', silence(['alertname', '(', 'regex']), /alertname=~"\("/],
    ['what is not P3', silence(['severity', 'P3', 'not'], ['team', 'web']), /severity!="P3"/],
    ['one rule that pages', silence(['alertname', 'PmpPodHighCpu']), /alertname="PmpPodHighCpu"/],
  ])('of %s may be meant: it is named', async (_which, facts, evidence) => {
    expect(await run(routing, facts)).toMatchObject(said('warn', evidence, /else expire it \(amtool silence expire s-1\)/));
  });

  test.each([
    ['part of a word', silence(['severity', 'P', 'regex'])],
    ['a severity that pages nobody', silence(['severity', 'none'])],
    ['a rule that pages nobody', silence(['alertname', 'Watchdog'])],
  ])('of %s hides nothing that pages', async (_which, facts) => {
    expect((await run(routing, facts)).status).toBe('pass');
  });

  test('of what loaded rules alone bear fails, also by a label that Prometheus adds', async () => {
    const rules = [
      ...healthy.rules,
      { ...healthy.rules[0]!, name: 'DiskFull', labels: { severity: 'critical', team: 'web', at: '{{ $labels.x }}' } },
    ];
    expect(await run(routing, { rules, ...silence(['team', 'web']) })).toMatchObject(said('fail', /hides every alert of DiskFull/));
    expect((await run(routing, { rules, ...silence(['at', '.+', 'regex'], ['severity', 'P7']) })).status).toBe('pass');
    const external = { route: (labels: Labels) => ({ ...ourRoute(labels), external: { cluster: 'prod' } }) };
    expect(await run(routing, { ...external, ...silence(['cluster', 'prod']) })).toMatchObject(said('fail', /hides P1, P2 and P3/));
    expect((await run(routing, { ...external, ...silence(['cluster', 'test']) })).status).toBe('warn');
  });

  test('an id that is no id is not offered to a shell', async () => {
    const silences = silence(['severity', 'P1']).silences.map((one) => ({ ...one, id: '$(reboot)' }));
    expect(JSON.stringify(await run(routing, { silences }))).not.toContain('reboot');
  });
});

test('without an Alertmanager nothing is proven', async () => {
  expect(await run(routing, { cluster: 'none' })).toMatchObject(said('skip', /no cluster was given/));
});
