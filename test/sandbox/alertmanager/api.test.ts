import { describe, expect, it } from 'vitest';
import { comparable, exchange, imitationOn, realAlertmanager, realOn } from './beside.ts';

const configuration = `route:
  receiver: 'null'
  group_by: [cluster, alertname]
  routes:
    - receiver: watchdog
      matchers: ['alertname="Watchdog"']
      continue: true
    - receiver: 'null'
      matchers: ['severity="none"']
    - receiver: crit
      matchers: ['severity=~"P1|critical"']
      group_by: [alertname, severity]
      group_wait: 1h
      routes:
        - receiver: drill
          match: { team: drill }
receivers:
  - name: 'null'
  - name: watchdog
  - name: crit
  - name: drill
inhibit_rules:
  - source_matchers: ['severity="P1"', 'service!=""']
    target_matchers: ['severity="P2"']
    equal: [service]
`;

const at = (minutes: number): string => new Date(Math.floor(Date.now() / 1000) * 1000 + minutes * 60_000).toISOString();
const matcher = (name: string, value: string, more: object = {}): object => ({ name, value, isRegex: false, isEqual: true, ...more });
const silence = (more: object = {}): object => ({
  matchers: [matcher('a', 'b')],
  startsAt: at(0),
  endsAt: at(60),
  createdBy: 'Ada Example',
  comment: 'a test',
  ...more,
});
const unknown = '00000000-0000-4000-8000-000000000000';

type Step = readonly [method: string, path: string, body?: unknown];

/** Refusals first, then what is stored. */
const silences: readonly Step[] = [
  ['GET', '/silences'],
  ['POST', '/silences', {}],
  ['POST', '/silences', []],
  ['POST', '/silences', silence({ startsAt: at(60), endsAt: at(30) })],
  ['POST', '/silences', silence({ startsAt: at(-60), endsAt: at(-30) })],
  ['POST', '/silences', silence({ matchers: [] })],
  ['POST', '/silences', silence({ matchers: [matcher('a', '')] })],
  ['POST', '/silences', silence({ matchers: [matcher('a', '(', { isRegex: true })] })],
  ['POST', '/silences', silence({ matchers: [matcher('a-b', 'c')] })],
  ['POST', '/silences', silence({ matchers: [{ name: 'a', isRegex: false }] })],
  ['POST', '/silences', silence({ startsAt: 'soon' })],
  ['POST', '/silences', silence({ id: unknown })],
  ['POST', '/silences', silence()],
  ['POST', '/silences', silence({ matchers: [matcher('severity', 'P1|critical', { isRegex: true })], startsAt: at(-60), endsAt: at(90) })],
  ['POST', '/silences', silence({ startsAt: at(30) })],
  ['GET', '/silences'],
  ['GET', '/silences?filter=a%3D%22b%22'],
  ['GET', '/silences?filter=a%3D%22c%22'],
  ['GET', '/silences?filter=x%3D%22b%22'],
  ['GET', '/silences?filter=x!%3D%22b%22'],
  ['GET', '/silences?filter=nonsense'],
  ['GET', '/silence/nope'],
  ['GET', `/silence/${unknown}`],
  ['DELETE', `/silence/${unknown}`],
  ['DELETE', '/silence/nope'],
  ['PUT', '/silences'],
  ['GET', '/nowhere'],
];

const labels = { alertname: 'X', severity: 'P1', service: 's' };
const alerts: readonly Step[] = [
  ['POST', '/alerts', {}],
  ['POST', '/alerts', []],
  ['POST', '/alerts', [{}]],
  ['POST', '/alerts', [{ labels: {} }]],
  ['POST', '/alerts', [{ labels: { 'a-b': 'c' } }]],
  ['POST', '/alerts', [{ labels: { a: 1 } }]],
  ['POST', '/alerts', [{ labels: { a: 'x' }, startsAt: at(60), endsAt: at(-60) }]],
  [
    'POST',
    '/alerts',
    [
      { labels, annotations: { summary: 'hi' }, startsAt: at(-60), endsAt: at(60), generatorURL: 'http://prometheus.example.com/' },
      { labels: { alertname: 'Y', severity: 'P2', service: 's' } },
      { labels: { alertname: 'Z', severity: 'P2', service: 'other', empty: '' } },
      { labels: { alertname: 'Watchdog', severity: 'none' } },
      { labels: { alertname: 'D', severity: 'critical', team: 'drill' } },
    ],
  ],
];
const looks: readonly Step[] = [
  ['GET', '/alerts?filter=alertname%3D%22X%22'],
  ['GET', '/alerts?filter=nonsense'],
  ['GET', '/alerts?active=false'],
  ['GET', '/alerts?silenced=false'],
  ['GET', '/alerts?inhibited=false'],
  ['GET', '/alerts?receiver=crit'],
  ['GET', '/alerts/groups'],
  ['GET', '/alerts/groups?receiver=watchdog'],
];

const version = realAlertmanager ?? '0.25.0';
const api = (base: string) => `${base}/api/v2`;

/** Receivers of one alert and groups of one name come in no order of their own. */
function unordered(value: unknown): unknown {
  if (!Array.isArray(value)) return typeof value === 'object' && value !== null ? mapped(value) : value;
  return value.map(unordered).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}
const mapped = (value: object): object =>
  Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, each]) => [name, unordered(each)]),
  );

async function both(): Promise<readonly [real: string, ours: string]> {
  const [real, sandbox] = await Promise.all([realOn(configuration), imitationOn(configuration, version)]);
  return [api(real), api(sandbox.alertmanagerUrl)];
}

describe.skipIf(realAlertmanager === undefined)('the imitation beside Alertmanager itself', () => {
  it('takes, lists and refuses silences in its words', async () => {
    const [real, ours] = await both();
    for (const [method, path, body] of silences) {
      const expected = comparable(await exchange(real, method, path, body));
      expect([method, path, body, comparable(await exchange(ours, method, path, body))]).toEqual([method, path, body, expected]);
    }
  });

  it('changes a silence in place where Alertmanager does, and ends it', async () => {
    const results = [];
    for (const base of await both()) {
      const { body } = await exchange(base, 'POST', '/silences', silence());
      const { silenceID: id } = body as { readonly silenceID: string };
      const { startsAt } = (await exchange(base, 'GET', `/silence/${id}`)).body as { readonly startsAt: string };
      const same = await exchange(base, 'POST', '/silences', silence({ id, startsAt, comment: 'changed' }));
      const other = await exchange(base, 'POST', '/silences', silence({ id, matchers: [matcher('x', 'y')] }));
      const list = await exchange(base, 'GET', '/silences');
      const ended = await exchange(base, 'DELETE', `/silence/${id}`);
      const one = await exchange(base, 'GET', `/silence/${id}`);
      results.push(comparable([(same.body as { silenceID: string }).silenceID === id, other, list, ended, one]));
    }
    expect(results[1]).toEqual(results[0]);
  });

  it('takes alerts, routes, groups, inhibits and silences them as it does', async () => {
    const [real, ours] = await both();
    for (const [method, path, body] of alerts) {
      const expected = comparable(await exchange(real, method, path, body));
      expect([method, path, body, comparable(await exchange(ours, method, path, body))]).toEqual([method, path, body, expected]);
    }
    // The real one needs a moment to route them.
    await expect
      .poll(async () => JSON.stringify(await exchange(real, 'GET', '/alerts')), { timeout: 8000 })
      .not.toMatch(/unprocessed|"receivers":\[\]/);
    const muted = silence({ matchers: [matcher('severity', 'P1')] });
    await Promise.all([real, ours].map((base) => exchange(base, 'POST', '/silences', muted)));
    await expect
      .poll(async () => JSON.stringify(await exchange(real, 'GET', '/alerts?silenced=false')), { timeout: 8000 })
      .not.toContain('"X"');
    const all = await exchange(ours, 'GET', '/alerts');
    expect(JSON.stringify(all.body)).toContain('"suppressed"');
    for (const [method, path] of [['GET', '/alerts'] as Step, ...looks]) {
      const expected = unordered(comparable(await exchange(real, method, path)));
      expect([path, unordered(comparable(await exchange(ours, method, path)))]).toEqual([path, expected]);
    }
    const over = [{ labels, endsAt: at(-1) }];
    for (const base of [real, ours]) await exchange(base, 'POST', '/alerts', over);
    expect(JSON.stringify(await exchange(ours, 'GET', '/alerts'))).not.toContain('"X"');
  });
});

it.runIf(realAlertmanager === undefined)('Alertmanager is not on this machine: the imitation was not compared with it', ({ skip }) => {
  expect(realAlertmanager).toBeUndefined();
  skip('no prometheus-alertmanager');
});

describe('a newer Alertmanager', () => {
  it('knows labels beyond ASCII, says what mutes an alert, and 404 for a silence that nobody has', async () => {
    const ours = api((await imitationOn(configuration, '0.28.1')).alertmanagerUrl);
    expect((await exchange(ours, 'POST', '/alerts', [{ labels: { 'a-b': 'c' } }])).status).toBe(200);
    const { body } = await exchange(ours, 'GET', '/alerts');
    expect((body as readonly { readonly status: object }[])[0]?.status).toEqual({
      inhibitedBy: [],
      mutedBy: [],
      silencedBy: [],
      state: 'active',
    });
    expect((await exchange(ours, 'DELETE', `/silence/${unknown}`)).status).toBe(404);
  });
});
