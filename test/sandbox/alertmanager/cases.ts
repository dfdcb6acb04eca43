const tail = 'receivers:\n- name: a\n';
const pagerduty = (fields: string) => `route:\n  receiver: a\n${tail}  pagerduty_configs:\n  - ${fields.replaceAll('\n', '\n    ')}\n`;
const route = (fields: string) => `route:\n  receiver: a\n  ${fields}\n${tail}`;
const child = (fields: string) => route(`routes:\n  - receiver: a\n    ${fields}`);

/** Configurations that Alertmanager refuses, by what is wrong with them. */
export const refused: Readonly<Record<string, string>> = {
  'nothing at all': '',
  'no receivers': 'route:\n  receiver: a\n',
  'no route': tail,
  'a root without a receiver': `route: {}\n${tail}`,
  'an undefined receiver': `route:\n  receiver: b\n${tail}`,
  'an undefined receiver further down': route('routes:\n  - receiver: z'),
  'an unknown field at the top': `foo: 1\nroute:\n  receiver: a\n${tail}`,
  'unknown fields in two places': `route:\n  receiver: a\n  bar: 1\n${tail}  xx: 3\n`,
  'a field twice': `route:\n  receiver: a\n  receiver: b\n${tail}`,
  'a receiver twice': `route:\n  receiver: a\n${tail}- name: a\n`,
  'a receiver without a name': 'route:\n  receiver: a\nreceivers:\n- webhook_configs: []\n',
  'a list where a route should be': `route: [a]\nreceivers: x\n`,
  'text where a configuration should be': 'just text',
  'a list where a configuration should be': '[1, 2]',
  'no key': pagerduty('send_resolved: true'),
  'a key and its file': pagerduty('routing_key: a\nrouting_key_file: /b'),
  'a service key and its file': pagerduty('service_key: a\nservice_key_file: /b'),
  'a field of a later version': pagerduty('routing_key: a\ntimeout: 5s'),
  'details that are no text': pagerduty('routing_key: a\ndetails: {a: {b: c}}'),
  'an unknown field in a link': pagerduty('routing_key: a\nlinks: [{hrf: x}]'),
  'a truth that is none': pagerduty('routing_key: a\nsend_resolved: maybe'),
  'a URL without a scheme': pagerduty('routing_key: a\nurl: nope'),
  'a duration without a unit': route('group_wait: 10'),
  'a duration with an unknown unit': route('group_wait: 10x'),
  'a group interval of nothing': route('group_interval: 0s'),
  'a repeat interval of nothing': route('repeat_interval: 0s'),
  'matchers at the root': route('matchers: [a=b]'),
  'continue at the root': route('continue: true'),
  'a mute time at the root': route('mute_time_intervals: [x]'),
  'an undefined time interval': child('mute_time_intervals: [x]'),
  'a matcher that is none': child('matchers: ["a"]'),
  'a matcher on a name that is none': child('matchers: ["1a=b"]'),
  'a pattern that does not close': child('matchers: ["a=~("]'),
  'a match on a name that is none': child('match: {"1a": b}'),
  'grouping by a name that is none': route('group_by: ["a-b"]'),
  'grouping twice by one label': route('group_by: [a, a]'),
  'grouping by everything and more': route('group_by: [a, "..."]'),
  'inhibition on a pattern that does not close': `route:\n  receiver: a\n${tail}inhibit_rules:\n- source_matchers: ["a=~["]\n  equal: [b]\n`,
  'inhibition by a name that is none': `route:\n  receiver: a\n${tail}inhibit_rules:\n- source_matchers: ["a=b"]\n  equal: ["a-b"]\n`,
  'a webhook without a URL': `route:\n  receiver: a\n${tail}  webhook_configs:\n  - send_resolved: false\n`,
  'a webhook that is no HTTP': `route:\n  receiver: a\n${tail}  webhook_configs:\n  - url: "ftp://x"\n`,
  'Slack without an address': `route:\n  receiver: a\n${tail}  slack_configs:\n  - channel: x\n`,
  'mail without a server': `route:\n  receiver: a\n${tail}  email_configs:\n  - to: x\n`,
  'an unknown field of the HTTP client': `route:\n  receiver: a\n${tail}  webhook_configs:\n  - url: http://a\n    http_config: {foo: 1}\n`,
  'a global duration without a unit': `global: {resolve_timeout: 5}\nroute:\n  receiver: a\n${tail}`,
  'a time interval twice': `time_intervals: [{name: x},{name: x}]\nroute:\n  receiver: a\n${tail}`,
  'a time interval without a name': `time_intervals: [{}]\nroute:\n  receiver: a\n${tail}`,
  'a weekday that is none': `time_intervals: [{name: x, time_intervals: [{weekdays: [foo]}]}]\nroute:\n  receiver: a\n${tail}`,
  'a mapping within a mapping on one line': 'a: b: c\n',
  'text that does not end': '"a',
  'a tab for indentation': 'route:\n\treceiver: a\n',
  'a broken indentation': `route:\n  receiver: a\n route:\n${tail}`,
};

/** A configuration with everything in it that the product writes, and things of other people. */
export const rich = `global:
  resolve_timeout: 300s
  slack_api_url: https://hooks.slack.example.com/services/T0/B0/secret
route:
  receiver: "null"
  group_by: [cluster, alertname, namespace, service]
  group_wait: 90s
  repeat_interval: 48h
  routes:
    - receiver: watchdog
      matchers: ['alertname="Watchdog"']
      group_wait: 0s
      group_interval: 60s
      repeat_interval: 50s
    - receiver: pagerduty-critical
      matchers: ['severity=~"P1|critical"', 'pmp_drill!=""', "app = x"]
      continue: yes
      routes: [{ receiver: pagerduty-critical, match: { b: "1", a: x }, match_re: { c: "x.*" } }]
    - receiver: slack
      mute_time_intervals: [weekends]
time_intervals:
  - name: weekends
    time_intervals:
      - weekdays: ['saturday', 'sunday']
inhibit_rules:
  - source_matchers: ['severity=~"P1|critical"', 'namespace!=""']
    target_matchers: [severity="P2"]
    equal: [cluster, namespace]
receivers:
  - name: "null"
  - name: watchdog
    webhook_configs: [{ url: "https://beat.example.com/check", send_resolved: false }]
  - name: slack
    slack_configs: [{ channel: '#pages' }]
    email_configs: [{ to: ada@example.com, from: bot@example.com, smarthost: "mail.example.com:25" }]
  - name: pagerduty-critical
    pagerduty_configs:
      - routing_key_file: /etc/pagerduty/PAGERDUTY_SERVICE_KEY_CRITICAL
        severity: critical
        client: pmp
        description: &summary '[{{ .Status | toUpper }}] {{ .CommonAnnotations.summary }}'
        class: '{{ .CommonLabels.alertname }}'
        details: &details
          summary: "\\t{{ .CommonAnnotations.summary }}"
          "007": '{{ .Alerts.Firing | len }}'
        links:
          - { href: '{{ (index .Alerts 0).Annotations.runbook_url }}', text: Runbook }
      - routing_key: 0123456789abcdef0123456789abcdef
        send_resolved: false
        description: *summary
        details:
          <<: *details
          more: text
        http_config: { proxy_url: "http://proxy.example.com:3128", tls_config: { server_name: events.example.com } }
      - service_key: fedcba9876543210fedcba9876543210
        images: [{ src: "https://example.com/a.png", alt: graph }]
`;
