import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/adapters/alertmanager/config.ts';
import { receiverMet, receiversFor, routesFor } from '../../../src/adapters/alertmanager/routing.ts';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { amtoolFile, installed, settings, templates, variants } from './fixtures.ts';

type Labels = Readonly<Record<string, string>>;
const parse = (text: string) => parseConfiguration(text)!;
const receivers = (names: readonly string[]) => `receivers: [${names.map((name) => `{ name: ${name} }`).join(', ')}]\n`;

/** Everything that route trees of people contain, in both notations. */
const trees: Readonly<Record<string, string>> = {
  'new matchers, continue and children without a receiver': `
route:
  receiver: root
  routes:
    - matchers: ['alertname="Watchdog"']
      receiver: a
      continue: true
    - matchers: ['{severity=~"P1|critical", team!=""}']
      receiver: b
      routes:
        - matchers: [team = dba]
        - matchers: ['team!~"ops.*"']
          receiver: c
          continue: true
        - matchers: ['env="prod"']
          receiver: d
    - matchers: ['severity="P1"']
      receiver: a
      continue: true
    - matchers: ['severity=~"P[12]"']
      receiver: a
    - matchers: ['quote="say \\"hi\\", then \\\\ go"']
      receiver: d
    - matchers: ['multi=~"(?i)yes|no.*"']
      receiver: c
${receivers(['root', 'a', 'b', 'c', 'd'])}`,
  'match and match_re of older configurations': `
route:
  receiver: root
  routes:
    - match: { severity: P1, team: '' }
      receiver: a
    - match_re: { severity: 'P[1-3]', namespace: 'pmp-(study|web)' }
      match: { env: prod }
      receiver: b
      continue: true
    - match_re: { service: '.+' }
      routes:
        - match: { severity: P1 }
          receiver: c
${receivers(['root', 'a', 'b', 'c'])}`,
};

const alerts: readonly Labels[] = [
  {},
  { alertname: 'Watchdog', severity: 'none' },
  { severity: 'P1' },
  { severity: 'P2' },
  { severity: 'P11' },
  { severity: 'critical', team: 'dba' },
  { severity: 'P1', team: 'web', env: 'prod' },
  { severity: 'P1', team: 'ops-eu', env: 'prod' },
  { severity: 'P1', team: 'ops-eu', env: 'test' },
  { severity: 'P3', namespace: 'pmp-web', env: 'prod', service: 'api' },
  { severity: 'P1', namespace: 'pmp-web', env: 'prod', service: 'api', team: 'x' },
  { quote: 'say "hi", then \\ go' },
  { multi: 'YES' },
  { multi: 'noT' },
  { alertname: 'InfoInhibitor', severity: 'none' },
  { severity: 'none' },
  { severity: 'high' },
  { severity: 'warning' },
  { severity: 'P1', pmp_drill: '01JD0000000000000000000000' },
  { severity: 'P2', pmp_drill: '01JD0000000000000000000000' },
];

function byAmtool(file: string, labels: Labels): readonly string[] {
  const words = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const said = execFileSync('amtool', ['config', 'routes', 'test', `--config.file=${file}`, ...words], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return said.trim().split(',');
}

describe.skipIf(!installed('amtool'))('an alert goes where Alertmanager itself says', () => {
  it.each(Object.entries(trees))('%s', (_name, text) => {
    const file = amtoolFile(text);
    for (const labels of alerts) expect([labels, receiversFor(parse(text), labels)]).toEqual([labels, byAmtool(file, labels)]);
  });

  it.each(Object.entries(variants).filter(([, one]) => !one.heartbeat))('what setup renders: %s', async (_name, one) => {
    const text = await (await createAlertmanagerText({ templates })).render(one);
    const file = amtoolFile(text);
    for (const labels of alerts) expect([labels, receiversFor(parse(text), labels)]).toEqual([labels, byAmtool(file, labels)]);
  });
});

describe('when an alert is sent', () => {
  it('group_wait is inherited, time intervals are not', () => {
    const configuration = parse(`
route:
  receiver: root
  group_wait: 1h30m
  routes:
    - matchers: ['a="1"']
      mute_time_intervals: [nights]
      routes:
        - matchers: ['b="1"']
          group_wait: 0s
          active_time_intervals: [days]
    - matchers: ['a="2"']
      group_wait: soon
${receivers(['root'])}`);
    const taken = (labels: Labels) => routesFor(configuration, labels)[0];
    expect(taken({})).toMatchObject({ receiver: 'root', groupWait: 5_400_000, mute: [], active: [] });
    expect(taken({ a: '1' })).toMatchObject({ receiver: 'root', groupWait: 5_400_000, mute: ['nights'], active: [] });
    expect(taken({ a: '1', b: '1' })).toMatchObject({ receiver: 'root', groupWait: 0, mute: [], active: ['days'] });
    expect(taken({ a: '2' })?.groupWait).toBeUndefined();
    expect(routesFor(parse('route: { receiver: r }\nreceivers: []\n'), {})[0]?.groupWait).toBe(30_000);
  });
});

describe('what a receiver does with an alert', () => {
  const rendered = async (one = settings) => parse(await (await createAlertmanagerText({ templates })).render(one));

  it('tells the severity that PagerDuty will read, so that a P2 that would never escalate is noticed', async () => {
    const loud = await rendered();
    const quiet = await rendered(variants['P2 quiet']);
    const severity = (of: typeof loud, name: string, label: string) => receiverMet(of, name, { severity: label }).severity;
    expect(severity(loud, 'pagerduty-critical', 'P1')).toBe('critical');
    expect(['P2', 'high', 'P3', 'warning'].map((one) => severity(loud, 'pagerduty-high', one))).toEqual([
      'error',
      'error',
      'warning',
      'warning',
    ]);
    expect(severity(quiet, 'pagerduty-high', 'P2')).toBe('warning');
    expect(severity(await rendered(variants['the v1 integration']), 'pagerduty-critical', 'P1')).toBeUndefined();
  });

  it.each([
    ['critical', 'critical'],
    ['', 'error'],
    ['{{ .CommonLabels.severity }}', 'P2'],
    ['{{ if eq .CommonLabels.severity `P1` }}critical{{ else if eq .CommonLabels.severity `P2` }}error{{ else }}info{{ end }}', 'error'],
    ['{{- if or (eq .CommonLabels.severity "P1" "P2") (ne .CommonLabels.team "a") -}} critical {{- else -}} info {{- end -}}', 'critical'],
    ['{{ if and .CommonLabels.team (not .CommonLabels.env) }}warning{{ end }}', 'warning'],
    ['{{ .CommonLabels.severity | toLower }}', 'p2'],
    ['{{ index .CommonLabels "team" }}', 'web'],
    ['{{ if .CommonLabels.env }}a{{ else }}{{ if .GroupLabels.team }}b{{ end }}{{ end }}', 'b'],
    ['{{ template "mine" . }}', undefined],
    ['{{ with .CommonLabels.severity }}{{ . }}{{ end }}', undefined],
    ['{{ if eq (len .Alerts) 1 }}a{{ end }}', undefined],
    ['{{ if .CommonLabels.team }}a', undefined],
    ['{{ end }}', undefined],
    ['{{ ( }}', undefined],
  ])('reads %s, or says that it cannot', (template, expected) => {
    const pager = { routing_key: '<secret>', severity: template };
    const configuration = parse('route: { receiver: p }\nreceivers: []\n');
    const met = receiverMet({ ...configuration, receivers: [{ name: 'p', pagerduty_configs: [pager] }] }, 'p', {
      severity: 'P2',
      team: 'web',
    });
    expect(met).toEqual({
      name: 'p',
      pagerduty: true,
      leavesCluster: true,
      sendResolved: true,
      ...(expected === undefined ? {} : { severity: expected }),
    });
  });

  it.each([
    ['{ url: http://alerta:8080/hook }', false],
    ['{ url: http://bridge.monitoring.svc:8080/ }', false],
    ['{ url: http://bridge.monitoring.svc.cluster.local/ }', false],
    ['{ url: "http://127.0.0.1:9/" }', false],
    ['{ url: https://hc-ping.example.com/x }', true],
    ['{ url: <secret> }', true],
    ['{ url_file: /etc/pagerduty-heartbeat/WATCHDOG_URL }', true],
  ])('a webhook %s leaves the cluster: %s', (hook, expected) => {
    const configuration = parse(`route: { receiver: w }\nreceivers: [{ name: w, webhook_configs: [${hook}] }]\n`);
    expect(receiverMet(configuration, 'w', {}).leavesCluster).toBe(expected);
  });

  it('looks behind an address that is hidden, and sees that resolves are not sent', () => {
    const configuration = parse(
      'route: { receiver: w }\nreceivers: [{ name: w, webhook_configs: [{ url: <secret>, send_resolved: false }] }, { name: n }]\n',
    );
    const inside = (name: string, index: number) => (name === 'w' && index === 0 ? 'http://bridge:1' : undefined);
    expect(receiverMet(configuration, 'w', {}, inside)).toEqual({
      name: 'w',
      pagerduty: false,
      leavesCluster: false,
      sendResolved: false,
    });
    expect(receiverMet(configuration, 'n', {})).toMatchObject({ pagerduty: false, leavesCluster: false, sendResolved: false });
  });
});

describe('a tree that was made to mislead', () => {
  it.each([
    ["['severity']", 'severity'],
    ['[\'a=~"("\']', '('],
    ['[\'a=~"\\\\pL"\']', 'pL'],
  ])('a matcher nobody can read is an error, never a silent no: %s', (matcher, words) => {
    const configuration = parse(`route: { receiver: r, routes: [{ matchers: ${matcher}, receiver: r }] }\nreceivers: [{ name: r }]\n`);
    expect(() => receiversFor(configuration, { a: 'x' })).toThrow(
      expect.objectContaining({ id: 'alertmanager-refused', facts: expect.objectContaining({ cause: expect.stringContaining(words) }) }),
    );
  });

  it('a route that contains itself ends', () => {
    const configuration = parse('route: &r { receiver: r, routes: [*r] }\nreceivers: [{ name: r }]\n');
    expect(() => receiversFor(configuration, {})).toThrow(expect.objectContaining({ id: 'alertmanager-refused' }));
  });
});
