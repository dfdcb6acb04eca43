import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../../src/adapters/alertmanager/acceptable.ts';
import { parseConfiguration } from '../../../src/adapters/alertmanager/config.ts';
import { differences } from '../../../src/adapters/alertmanager/drift.ts';
import { addressFromOutside, outletsFor, type FindAddress } from '../../../src/adapters/alertmanager/outlets.ts';
import { readConfiguration, writeConfiguration } from '../../../src/sandbox/alertmanager/configuration.ts';

const text = `
global: { resolve_timeout: 5m, slack_api_url: https://hooks.example.com/x }
route:
  receiver: 'null'
  group_by: [cluster, alertname]
  group_wait: 30s
  routes:
    - receiver: watchdog
      matchers: ['alertname="Watchdog"']
      continue: true
      group_interval: 60s
      repeat_interval: 50s
    - receiver: pagerduty-critical
      matchers: ['severity=~"P1|critical"', 'team = a']
      repeat_interval: 1h
    - receiver: hook
      match: { severity: P2 }
inhibit_rules:
  - source_matchers: ['severity="P1"']
    target_matchers: ['severity="P2"']
    equal: [cluster, namespace]
receivers:
  - name: 'null'
  - name: watchdog
    webhook_configs: [{ send_resolved: false, url_file: /etc/heartbeat/WATCHDOG_URL }]
  - name: hook
    webhook_configs: [{ url: https://known-secret.example.com/x }]
    slack_configs: [{ channel: '#ops', fields: [{ title: a, value: b, short: false }] }]
  - name: pagerduty-critical
    pagerduty_configs:
      - routing_key_file: /etc/pagerduty-secrets/A
        severity: critical
        details: { summary: "\\t{{ .CommonLabels.alertname }}", firing_count: 1 }
        links: [{ href: https://a.example.com, text: A }]
`;
const parse = (of: string) => parseConfiguration(of) ?? expect.fail('no configuration');
/** As Alertmanager shows what it has loaded. */
const loaded = (of: string, minor = 28) => parse(writeConfiguration(readConfiguration(of, minor)));

describe('what is written, held against what is loaded', () => {
  it.each([22, 26, 28, 34])('the same text differs in nothing: 0.%i', (minor) => {
    const known = minor < 26 ? text.replace('url_file: /etc/heartbeat/WATCHDOG_URL', 'url: https://x.example.com') : text;
    const keyed = minor < 25 ? known.replace('routing_key_file: /etc/pagerduty-secrets/A', 'routing_key: abc') : known;
    expect(differences(parse(keyed), loaded(keyed, minor))).toEqual([]);
  });

  it.each([
    ['another receiver', ['receiver: hook\n      match', "receiver: 'null'\n      match"], ['route severity="P2"']],
    ['another time', ['repeat_interval: 1h', 'repeat_interval: 2h'], ['route severity=~"P1|critical", team="a"']],
    ['another condition', ['match: { severity: P2 }', 'match: { severity: P3 }'], ['route severity="P3"']],
    ['no continue', ['continue: true', 'continue: false'], ['route alertname="Watchdog"']],
    [
      'a route more',
      ['    - receiver: hook\n', "    - receiver: 'null'\n      matchers: ['a=\"b\"']\n    - receiver: hook\n"],
      ['route a="b"'],
    ],
    ['another severity', ['severity: critical', 'severity: warning'], ['receiver pagerduty-critical: severity']],
    ['no severity', ['        severity: critical\n', ''], ['receiver pagerduty-critical: severity']],
    ['another file', ['pagerduty-secrets/A', 'pagerduty-secrets/B'], ['receiver pagerduty-critical: routing_key_file']],
    [
      'the key itself',
      ['routing_key_file: /etc/pagerduty-secrets/A', 'routing_key: known-secret'],
      ['receiver pagerduty-critical: routing_key', 'receiver pagerduty-critical: routing_key_file'],
    ],
    ['another receiver’s name', ['  - name: hook\n', '  - name: hooks\n'], ['receiver hook', 'receiver hooks']],
    ['another inhibition', ['equal: [cluster, namespace]', 'equal: [cluster]'], ['the inhibition rules']],
    ['another default', ['resolve_timeout: 5m', 'resolve_timeout: 6m'], ['global resolve_timeout']],
    ['a field that nobody knows', ['    - receiver: hook\n', '    - receiver: hook\n      recieve: x\n'], ['route severity="P2"']],
  ] as const)('%s', (_what, [from, to], expected) => {
    expect(text).toContain(from);
    const found = differences(parse(text.replace(from, to)), loaded(text));
    expect(found).toEqual(expected);
    expect(found.join()).not.toContain('known-secret');
  });
});

describe('what Alertmanager would refuse', () => {
  it('nothing of a good one', () => expect(refusalOf(parse(text))).toBeUndefined());

  it.each([
    ['- receiver: hook\n', '- receiver: hooks\n', 'a route names receiver "hooks", which is not there'],
    ["  receiver: 'null'\n", '', 'the root route names no receiver'],
    ["  receiver: 'null'\n", "  receiver: 'null'\n  matchers: ['a=b']\n", 'the root route has matchers'],
    ['  - name: hook\n', '  - name: watchdog\n', 'there are two receivers "watchdog"'],
    ['repeat_interval: 1h', 'repeat_interval: 1 hour', 'repeat_interval "1 hour" is no duration'],
    ['repeat_interval: 1h', 'repeat_interval: 0s', 'repeat_interval is zero'],
    ['      repeat_interval: 1h', '      mute_time_intervals: [night]', 'a route names time interval "night", which is not there'],
    ['routing_key_file: /etc/pagerduty-secrets/A\n', 'class: x\n', 'receiver "pagerduty-critical" has a PagerDuty block without a key'],
    ['url: https://known-secret.example.com/x', 'send_resolved: true', 'receiver "hook" has a webhook with no address'],
  ])('%s → %s', (from, to, expected) => {
    expect(text).toContain(from);
    const broken = text.replace(from, to);
    expect(refusalOf(parse(broken))).toBe(expected);
    expect(() => readConfiguration(broken, 28)).toThrow(/./);
  });
});

describe('what an alert is told to beside PagerDuty', () => {
  const at =
    (found: Partial<Awaited<ReturnType<FindAddress>>>): FindAddress =>
    () =>
      Promise.resolve({ where: 'secret x, entry Y', ...found });
  const watchdog = { alertname: 'Watchdog' };

  it.each([
    [{ text: 'https://hc-ping.com/known-secret\n' }, { reach: 'outside' }],
    [{ text: 'http://127.0.0.1:9/known-secret' }, { reach: 'inside', why: 'it is a loopback address' }],
    [{ text: 'http://bridge.monitoring.svc/known-secret' }, { reach: 'inside', why: 'it is an in-cluster address' }],
    [{ text: 'https://192.168.1.1/known-secret' }, { reach: 'inside', why: 'it is a private address' }],
    [{ text: ' \n' }, { reach: 'nowhere', why: 'it is empty' }],
    [{ text: 'known-secret' }, { reach: 'nowhere', why: 'it is no http address' }],
    [{ missing: 'there is no such secret' }, { reach: 'nowhere', why: 'there is no such secret' }],
    [{}, { reach: 'unseen', why: 'its address cannot be seen' }],
  ])('%o', async (found, expected) => {
    const outlets = await outletsFor(loaded(text), watchdog, at(found));
    expect(outlets).toEqual([{ receiver: 'watchdog', where: 'secret x, entry Y', every: 60, ...expected }]);
    expect(JSON.stringify(outlets)).not.toContain('known-secret');
  });

  it('other integrations lead outside; a hidden address is not seen', async () => {
    expect(await outletsFor(loaded(text), { severity: 'P2' }, addressFromOutside)).toMatchObject([
      { receiver: 'hook', where: 'slack_configs', reach: 'outside', every: 14_400 },
      { receiver: 'hook', where: 'the configuration', reach: 'unseen' },
    ]);
    expect(await outletsFor(loaded(text), { severity: 'P1', team: 'a' }, addressFromOutside)).toEqual([]);
  });
});
