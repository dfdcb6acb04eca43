import { afterEach, describe, expect, it } from 'vitest';
import { lastFailure } from '../../../src/adapters/alertmanager/failures.ts';
import { settings } from './fixtures.ts';
import { healthy, metricsPage, served, small, statusPage, type Pages, type Served } from './pages.ts';

const open: Served[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
async function at(pages: Pages, prefix?: string): Promise<Served> {
  const one = await served({ ...healthy, ...pages }, prefix);
  open.push(one);
  return one;
}

describe('an Alertmanager that only ALERTMANAGER_URL names', () => {
  it('is looked at through GET alone, each page once, and asked anew after forget', async () => {
    const { alertmanager, asked } = await at({});
    expect(await alertmanager.replicas()).toEqual([
      {
        name: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
        version: '0.28.1',
        ready: true,
        startedAt: Date.UTC(2026, 10, 21, 12),
        lastReloadSucceeded: true,
        peers: 0,
        receivers: ['null', 'pagerduty-critical'],
      },
    ]);
    await Promise.all([
      alertmanager.find(),
      alertmanager.replicas(),
      alertmanager.keys(),
      alertmanager.delivery(),
      alertmanager.silences(),
      alertmanager.route({ severity: 'P1' }),
      alertmanager.partsInForce(settings),
    ]);
    const pages = ['/-/ready', '/api/v2/alerts', '/api/v2/silences', '/api/v2/status', '/metrics'].map((page) => `GET ${page}`);
    expect(asked.toSorted()).toEqual(pages);
    alertmanager.forget();
    await Promise.all([alertmanager.replicas(), alertmanager.silences()]);
    expect(asked).toHaveLength(9);
  });

  it('is never changed', async () => {
    const { alertmanager, asked } = await at({});
    const found = await alertmanager.find();
    expect(found).toMatchObject({ version: '0.28.1', handsOff: expect.stringContaining('only read') });
    const before = asked.length;
    await expect(alertmanager.mount('pagerduty-secrets', '/etc/x')).rejects.toMatchObject({ id: 'not-ours' });
    const configuration = { kind: 'alertmanager configuration', name: 'x', settings, parts: {} } as const;
    await expect(alertmanager.configure(configuration)).rejects.toMatchObject({ id: 'not-ours' });
    expect(asked).toHaveLength(before);
    expect(await alertmanager.managedElsewhere()).toBeUndefined();
  });

  it('may stand under a path', async () => {
    const { alertmanager, url } = await at({}, '/alertmanager');
    expect((await alertmanager.replicas())[0]).toMatchObject({ name: url, ready: true });
  });

  it('tells style and address of each key, and that the key itself is hidden', async () => {
    const original = small.replace(
      '    routing_key: <secret>\n',
      '    routing_key: <secret>\n  - service_key_file: /etc/k/A\n    routing_key: <secret>\n',
    );
    const { alertmanager } = await at({ '/api/v2/status': statusPage(original) });
    expect(await alertmanager.keys()).toEqual([
      { receiver: 'pagerduty-critical', style: 'routing_key', from: 'inline', url: 'https://events.pagerduty.com/v2/enqueue' },
      { receiver: 'pagerduty-critical', style: 'service_key', from: 'file', path: '/etc/k/A' },
    ]);
  });

  it('tells version, peers and a refused reload', async () => {
    const cluster = { status: 'ready', peers: [{ name: 'a' }, { name: 'b' }] };
    const { alertmanager } = await at({
      '/api/v2/status': statusPage(small, { cluster, uptime: 'no time', versionInfo: {} }),
      '/metrics': metricsPage(0).replace('reload_successful 1', 'reload_successful 0'),
      '/-/ready': 503,
    });
    expect(await alertmanager.replicas()).toMatchObject([
      { version: 'unknown', ready: false, lastReloadSucceeded: false, peers: 2, startedAt: 1_795_260_000_000 },
    ]);
  });
});

describe('counters of what PagerDuty was sent', () => {
  it.each([
    ['0.25 and before: without reasons', metricsPage(15), { sent: 43, failed: 15, byReason: {}, webhooks: { sent: 9, failed: 7 } }],
    [
      '0.28 and later: summed over reasons',
      metricsPage({ clientError: 6, other: 9, serverError: 0 }),
      { sent: 43, failed: 15, byReason: { clientError: 6, other: 9 }, webhooks: { sent: 9, failed: 7 } },
    ],
    [
      'with a label for the receiver',
      `alertmanager_notifications_failed_total{integration="pagerduty",receiver_name="a \\"b\\"",reason="other"} 1
alertmanager_notifications_failed_total{integration="pagerduty",receiver_name="c",reason="other"} 2e+00 1700000000000
alertmanager_notifications_total{integration="pagerduty",receiver_name="a"} 4
`,
      { sent: 4, failed: 3, byReason: { other: 3 } },
    ],
    ['a page that is none', '<html>', { sent: 0, failed: 0, byReason: {} }],
  ])('%s', async (_name, page, expected) => {
    const { alertmanager } = await at({ '/metrics': page });
    expect(await alertmanager.delivery()).toEqual(expected);
  });
});

describe('the log line that bears PagerDuty’s reason', () => {
  const reason = "unexpected status code 400: Event object is invalid: Length of 'routing_key' is incorrect (should be 32 characters)";
  it.each([
    [
      '0.25',
      `ts=2026-11-21T12:00:01.000Z caller=coordinator.go:126 level=info component=configuration msg="Completed loading of configuration file"
ts=2026-11-21T12:00:02.000Z caller=dispatch.go:352 level=error component=dispatcher msg="Notify for alerts failed" num_alerts=1 err="pagerduty-critical/pagerduty[0]: notify retry canceled due to unrecoverable error after 1 attempts: ${reason}"
ts=2026-11-21T12:00:03.000Z caller=notify.go:743 level=warn component=dispatcher receiver=hook integration=webhook[0] msg="Notify attempt failed, will retry later" attempts=1 err="Post \\"http://x\\": EOF"
`,
      {
        at: '2026-11-21T12:00:02.000Z',
        words: `pagerduty-critical/pagerduty[0]: notify retry canceled due to unrecoverable error after 1 attempts: ${reason}`,
      },
    ],
    [
      '0.28',
      `time=2026-11-21T12:00:02.000Z level=WARN source=notify.go:866 msg="Notify attempt failed, will retry later" component=dispatcher receiver=p integration=pagerduty[0] attempts=1 err="Post \\"https://events.pagerduty.com/v2/enqueue\\": dial tcp: lookup events.pagerduty.com: i/o timeout"`,
      {
        at: '2026-11-21T12:00:02.000Z',
        words: 'Post "https://events.pagerduty.com/v2/enqueue": dial tcp: lookup events.pagerduty.com: i/o timeout',
      },
    ],
    [
      'JSON',
      `{"time":"2026-11-21T12:00:02Z","level":"ERROR","msg":"Notify for alerts failed","err":"p/pagerduty[0]: ${reason}"}`,
      { at: '2026-11-21T12:00:02Z', words: `p/pagerduty[0]: ${reason}` },
    ],
    ['nothing but a receiver called pagerduty', 'ts=1 level=info msg="pagerduty-critical loaded"\n{"pagerduty": broken', undefined],
  ])('%s', (_version, log, expected) => {
    expect(lastFailure(log)).toEqual(expected);
  });

  it('carries neither a key nor an escape', () => {
    const key = 'a1b2'.repeat(8);
    const failure = lastFailure(`ts=1 err="p/pagerduty[0]: key ${key} \u001b[31mrefused\\nhere"`);
    expect(failure).toEqual({ at: '1', words: 'p/pagerduty[0]: key <key> refused here' });
  });
});

describe('silences', () => {
  const silence = {
    id: '5a1b',
    status: { state: 'active' },
    matchers: [
      { name: 'severity', value: 'P1|critical', isRegex: true, isEqual: true },
      { name: 'team', value: 'x', isRegex: false },
    ],
    startsAt: '2026-11-21T12:00:00Z',
    endsAt: '2026-11-22T12:00:00Z',
    createdBy: 'ada@example.com',
    comment: 'quiet\u001b[2J please',
  };

  it('active ones only, fit to be shown', async () => {
    const all = [
      silence,
      { ...silence, id: 'old', status: { state: 'expired' } },
      { ...silence, id: 'next', status: { state: 'pending' } },
    ];
    const { alertmanager } = await at({ '/api/v2/silences': JSON.stringify(all) });
    expect(await alertmanager.silences()).toEqual([
      {
        id: '5a1b',
        matchers: [
          { name: 'severity', value: 'P1|critical', isRegex: true, isEqual: true },
          { name: 'team', value: 'x', isRegex: false, isEqual: true },
        ],
        ends: Date.UTC(2026, 10, 22, 12),
        createdBy: 'ada@example.com',
        comment: 'quiet please',
      },
    ]);
  });

  it.each([
    ['no list', '{"data": []}'],
    ['no JSON', '<html>Sign in</html>'],
    ['one without an end', JSON.stringify([{ ...silence, endsAt: 'soon' }])],
    ['one without matchers', JSON.stringify([{ ...silence, matchers: [1] }])],
    ['a refusal', 500],
  ])('%s is an error, not "none"', async (_name, page) => {
    const { alertmanager } = await at({ '/api/v2/silences': page });
    await expect(alertmanager.silences()).rejects.toMatchObject({ id: 'alertmanager-unreachable' });
  });
});

describe('what alerts of some labels meet', () => {
  const original = small.replace(
    '    matchers:\n',
    '    mute_time_intervals: [nights]\n    group_wait: 5m\n    matchers:\n    - cluster="prod"\n',
  ).concat(`
time_intervals:
- name: nights
  time_intervals:
  - times: [{ start_time: '22:00', end_time: '24:00' }]
inhibit_rules:
- source_matchers: ['alertname="Freeze"']
  target_matchers: ['severity="P1"']
  equal: [cluster]
`);
  const alert = (labels: object) => ({ labels, status: { state: 'active' } });
  const alerts = (...more: readonly object[]) =>
    JSON.stringify([alert({ alertname: 'Watchdog', severity: 'none', cluster: 'prod' }), ...more.map(alert)]);
  const night = Date.UTC(2026, 8, 9, 23);

  it('with the labels that Prometheus adds: when it is sent, and what mutes it', async () => {
    const freeze = { alertname: 'Freeze', cluster: 'prod' };
    const { alertmanager } = await at({ '/api/v2/status': statusPage(original), '/api/v2/alerts': alerts(freeze) });
    expect(await alertmanager.route({ severity: 'P1' }, night)).toMatchObject({
      receivers: [{ name: 'pagerduty-critical', groupWait: 300_000, intervals: [{ name: 'nights', kind: 'mute', holds: true }] }],
      inhibitedBy: [{ labels: freeze, equal: ['cluster'] }],
      external: { cluster: 'prod' },
    });
    expect((await alertmanager.route({ severity: 'P1' }, night - 7_200_000)).receivers[0]?.intervals?.[0]?.holds).toBe(false);
    expect((await alertmanager.route({ severity: 'P1' })).receivers[0]?.intervals).toEqual([{ name: 'nights', kind: 'mute' }]);
    expect((await alertmanager.route({ severity: 'P1', cluster: 'test' })).inhibitedBy).toBeUndefined();
  });

  it('an Alertmanager that has nothing of the kind says nothing of it', async () => {
    const { alertmanager } = await at({});
    const match = await alertmanager.route({ severity: 'P1' }, night);
    expect(Object.keys(match)).toEqual(['receivers']);
    expect(match.receivers[0]).not.toHaveProperty('intervals');
  });

  it.each([
    ['no list', '{}'],
    ['no alerts', '[1]'],
    ['a refusal', 500],
  ])('%s of alerts is an error, not "none"', async (_name, page) => {
    const { alertmanager } = await at({ '/api/v2/alerts': page });
    await expect(alertmanager.route({ severity: 'P1' })).rejects.toMatchObject({ id: 'alertmanager-unreachable' });
  });
});

describe('what answers and is no Alertmanager', () => {
  it.each([
    ['a page', { '/api/v2/status': '<html>' }],
    ['another JSON', { '/api/v2/status': '[]' }],
    ['an empty configuration', { '/api/v2/status': statusPage('{}') }],
    ['a broken one', { '/api/v2/status': statusPage('route: [') }],
    ['nothing', { '/api/v2/status': 502 }],
  ])('%s', async (_name, pages) => {
    const { alertmanager } = await at(pages);
    const failing = { id: expect.stringMatching(/^alertmanager-(unreachable|refused)$/) };
    await expect(alertmanager.replicas()).rejects.toMatchObject(failing);
    await expect(alertmanager.route({ severity: 'P1' })).rejects.toMatchObject(failing);
    await expect(alertmanager.keys()).rejects.toMatchObject(failing);
  });

  it('nobody at all: the error names the variable and no more of the address than people may see', async () => {
    const one = await at({});
    one.close();
    await expect(one.alertmanager.replicas()).rejects.toMatchObject({
      id: 'alertmanager-unreachable',
      facts: { message: expect.stringContaining(one.url), fix: expect.stringContaining('ALERTMANAGER_URL') },
    });
  });
});
