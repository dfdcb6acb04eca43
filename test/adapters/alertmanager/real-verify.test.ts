import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lastFailure } from '../../../src/adapters/alertmanager/failures.ts';
import { createAlertmanager, createAlertmanagerAt, createAlertmanagerText, serverAt } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { Alertmanager } from '../../../src/ports/index.ts';
import { rigOf } from './cluster.ts';
import { refusalOf } from '../../../src/adapters/alertmanager/acceptable.ts';
import { parseConfiguration } from '../../../src/adapters/alertmanager/config.ts';
import { differences } from '../../../src/adapters/alertmanager/drift.ts';
import { installed, scratch, settings, templates } from './fixtures.ts';
import { freePort, until } from './real.ts';

const program = 'prometheus-alertmanager';
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

interface Real {
  readonly url: URL;
  readonly alertmanager: Alertmanager;
  readonly log: () => string;
}

/** Debian's Alertmanager on a configuration, and the adapter that was given its address. */
async function running(configuration: string): Promise<Real> {
  const folder = scratch();
  const file = path.join(folder, 'alertmanager.yml');
  writeFileSync(file, configuration);
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const flags = [`--config.file=${file}`, `--storage.path=${path.join(folder, 'data')}`, `--web.listen-address=${address}`];
  const child: ChildProcess = spawn(program, [...flags, '--cluster.listen-address=', '--web.route-prefix=/am'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  closing.push(() => child.kill());
  const lines: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const url = new URL(`http://${address}/am`);
  await until(async () => (await fetch(`${url.href}/-/ready`).catch(() => undefined))?.ok === true);
  const client = createHttp({ userAgent: 'pmp-pd-test' });
  closing.push(() => client.close());
  const text = await createAlertmanagerText({ templates });
  const alertmanager = createAlertmanagerAt({ server: serverAt({ http: client, url }), text });
  return { url, alertmanager, log: () => lines.join('') };
}

async function post(url: URL, page: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const posted = await fetch(`${url.href}/api/v2/${page}`, { method: 'POST', headers, body: JSON.stringify(body) });
  expect(posted.status).toBe(200);
}

/** A PagerDuty that refuses whatever it gets as the real one refuses a key of 33 characters. */
async function refusing(): Promise<string> {
  const body = JSON.stringify({
    status: 'invalid event',
    message: 'Event object is invalid',
    errors: ["Length of 'routing_key' is incorrect (should be 32 characters)"],
  });
  const server = http.createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(400, { 'content-type': 'application/json' }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the guide has, with the routes that it lacks; `to` is where its events go. */
const guide = (to: string, field = 'routing_key'): string => `
route: { receiver: pagerduty-critical, group_wait: 0s, group_interval: 10s }
receivers:
  - name: 'pagerduty-critical'
    pagerduty_configs:
      - ${field}: '\${PAGERDUTY_SERVICE_KEY_CRITICAL}'
        url: ${to}/v2/enqueue
        send_resolved: true
`;

describe.skipIf(!installed(program))('a real Alertmanager, looked at by its address', () => {
  it('with what setup renders: its replica, its routes and a silence that hides them', async () => {
    const folder = scratch();
    mkdirSync(path.join(folder, 'keys'));
    const wanted = { ...settings, keyDir: path.join(folder, 'keys') };
    const text = await createAlertmanagerText({ templates });
    const { alertmanager, url } = await running(await text.render(wanted));
    expect(await alertmanager.replicas()).toEqual([
      {
        name: url.href,
        version: expect.stringMatching(/^0\.\d+\.\d+/),
        ready: true,
        startedAt: expect.any(Number),
        lastReloadSucceeded: true,
        peers: 0,
        receivers: ['null', 'watchdog', 'pagerduty-critical', 'pagerduty-high'],
      },
    ]);
    const to = async (severity: string) => (await alertmanager.route({ alertname: 'X', severity })).receivers;
    expect(await to('P1')).toEqual([
      { name: 'pagerduty-critical', pagerduty: true, leavesCluster: true, sendResolved: true, severity: 'critical', groupWait: 10_000 },
    ]);
    expect(await to('P2')).toMatchObject([{ name: 'pagerduty-high', severity: 'error' }]);
    expect(await to('P3')).toMatchObject([{ name: 'pagerduty-high', severity: 'warning' }]);
    expect(await to('none')).toMatchObject([{ name: 'null', pagerduty: false, leavesCluster: false }]);
    expect(await alertmanager.keys()).toMatchObject([
      { receiver: 'pagerduty-critical', from: 'file', path: `${wanted.keyDir}/PAGERDUTY_SERVICE_KEY_CRITICAL` },
      { receiver: 'pagerduty-high', from: 'file', path: `${wanted.keyDir}/PAGERDUTY_SERVICE_KEY_HIGH` },
    ]);
    expect(await alertmanager.partsInForce(wanted)).toEqual(text.parts(wanted));
    expect(await alertmanager.delivery()).toEqual({ sent: 0, failed: 0, byReason: {} });
    expect(await alertmanager.silences()).toEqual([]);
    const [startsAt, endsAt] = [Date.now(), Date.now() + 3_600_000].map((at) => new Date(at).toISOString());
    const matchers = [{ name: 'severity', value: 'P1|critical', isRegex: true, isEqual: true }];
    await post(url, 'silences', { matchers, startsAt, endsAt, createdBy: 'ada@example.com', comment: 'deploying' });
    alertmanager.forget();
    expect(await alertmanager.silences()).toMatchObject([{ matchers, createdBy: 'ada@example.com', comment: 'deploying' }]);
  });

  it('with what people write: what it has loaded is what was written', async () => {
    const written = `
global: { resolve_timeout: 300s, slack_api_url: https://hooks.example.com/x, opsgenie_api_url: https://api.opsgenie.com }
templates: [ 'templates/*.tmpl' ]
route:
  receiver: 'null'
  group_by: [cluster, alertname]
  routes:
    - { receiver: chat, match: { severity: P2 }, match_re: { team: 'a|b' }, repeat_interval: 90m, continue: false }
    - { receiver: pager, matchers: ['severity =~ "P1|critical"', team!=c], mute_time_intervals: [night] }
inhibit_rules:
  - { source_match: { severity: P1 }, target_matchers: [ 'severity="P2"' ], equal: [namespace, cluster] }
time_intervals:
  - { name: night, time_intervals: [ { times: [ { start_time: '22:00', end_time: '24:00' } ] } ] }
receivers:
  - name: 'null'
  - name: chat
    slack_configs: [ { channel: '#ops', fields: [ { title: a, value: b, short: false } ], send_resolved: false } ]
    webhook_configs: [ { url: https://example.com/x, max_alerts: 0, http_config: { proxy_url: 'http://proxy:3128' } } ]
    email_configs: [ { to: a@example.com, from: b@example.com, smarthost: 'mail:25', headers: { subject: x }, require_tls: false } ]
  - name: pager
    pagerduty_configs: [ { service_key: abc, details: { n: 1 }, severity: error, links: [ { href: https://a.example.com, text: A } ] } ]
`;
    const { url } = await running(written);
    const status = (await (await fetch(`${url.href}/api/v2/status`)).json()) as { readonly config: { readonly original: string } };
    const [source, loaded] = [parseConfiguration(written), parseConfiguration(status.config.original)];
    expect(source && loaded && differences(source, loaded)).toEqual([]);
    expect(source && refusalOf(source)).toBeUndefined();
    const text = await createAlertmanagerText({ templates });
    const ours = await text.render({ ...settings, keyDir: scratch() });
    const own = await running(ours);
    const other = (await (await fetch(`${own.url.href}/api/v2/status`)).json()) as typeof status;
    const [rendered, taken] = [parseConfiguration(ours), parseConfiguration(other.config.original)];
    expect(rendered && taken && differences(rendered, taken)).toEqual([]);
  });

  it('with inhibition rules: what it says is inhibited, and nothing else', async () => {
    const { alertmanager, url } = await running(`${guide('http://127.0.0.1:9')}
inhibit_rules:
- source_matchers: ['alertname="Watchdog"']
  target_matchers: ['team="a"']
  equal: [cluster]
- source_match: { severity: P1 }
  target_match_re: { severity: 'P[12]' }
  equal: [namespace]
`);
    const targets = [
      { alertname: 'A', severity: 'P3', team: 'a', cluster: 'prod' },
      { alertname: 'B', severity: 'P3', team: 'a', cluster: 'test' },
      { alertname: 'C', severity: 'P2', namespace: 'n', cluster: 'prod' },
      { alertname: 'D', severity: 'P2', namespace: 'm', cluster: 'prod' },
      { alertname: 'E', severity: 'P1', namespace: 'n', cluster: 'prod' },
    ];
    const all = [...targets, { alertname: 'Watchdog', severity: 'none', cluster: 'prod' }];
    await post(
      url,
      'alerts',
      all.map((labels) => ({ labels })),
    );
    const listed = async () =>
      (await (await fetch(`${url.href}/api/v2/alerts`)).json()) as { labels: { alertname: string }; status: { inhibitedBy: string[] } }[];
    const inhibited = async () =>
      (await listed()).filter(({ status }) => status.inhibitedBy.length > 0).map(({ labels }) => labels.alertname);
    await until(async () => (await listed()).length === all.length && (await inhibited()).length > 0);
    const ours = await Promise.all(targets.map(async (labels) => ({ name: labels.alertname, match: await alertmanager.route(labels) })));
    expect(ours.filter(({ match }) => match.inhibitedBy !== undefined).map(({ name }) => name)).toEqual((await inhibited()).toSorted());
    expect(ours[0]?.match.external).toEqual({ cluster: 'prod' });
  });

  it('with the guide’s ${…}: the failure is counted, and its log bears PagerDuty’s reason', async () => {
    const { alertmanager, url, log } = await running(guide(await refusing()));
    await post(url, 'alerts', [{ labels: { alertname: 'X', severity: 'P1' } }]);
    await until(async () => {
      alertmanager.forget();
      return (await alertmanager.delivery()).failed > 0;
    });
    await until(() => lastFailure(log()) !== undefined);
    expect(lastFailure(log())).toEqual({
      at: expect.stringMatching(/^20\d\d-/),
      words: expect.stringMatching(/pagerduty\[0\].*unexpected status code 400.*should be 32 characters/),
    });
    expect(JSON.stringify(await alertmanager.keys())).not.toContain('${');
  });

  it.each(['routing_key', 'service_key'])(
    'with the guide’s ${…} as %s: the source text in the cluster shows what its status hides',
    async (field) => {
      const rig = await rigOf('plain');
      closing.push(() => rig.close());
      const { url } = await running(guide('https://events.pagerduty.com', field));
      const ref = {
        group: '',
        version: 'v1',
        plural: 'configmaps',
        kind: 'ConfigMap',
        namespace: 'monitoring',
        name: 'alertmanager-config',
      };
      const value = guide('https://events.pagerduty.com', field);
      await rig.kubernetes.patchJson(ref, [{ op: 'add', path: '/data/alertmanager.yml', value }]);
      const client = createHttp({ userAgent: 'pmp-pd-test' });
      closing.push(() => client.close());
      const { kubernetes, text } = rig;
      const where = { namespace: 'monitoring', secretName: 'pagerduty-secrets' };
      const alertmanager = createAlertmanager({
        kubernetes,
        text,
        clock: rig.sandbox.clock,
        ...where,
        direct: serverAt({ http: client, url }),
      });
      expect(await alertmanager.replicas()).toMatchObject([{ name: url.href, receivers: ['pagerduty-critical'] }]);
      expect(await alertmanager.keys()).toMatchObject([
        {
          receiver: 'pagerduty-critical',
          style: field,
          from: 'inline',
          source: 'ConfigMap alertmanager-config, entry alertmanager.yml',
          wrong: 'the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}, which Alertmanager never expands',
        },
      ]);
    },
  );
});
