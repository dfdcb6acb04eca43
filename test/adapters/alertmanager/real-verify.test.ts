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
      { name: 'pagerduty-critical', pagerduty: true, leavesCluster: true, sendResolved: true, severity: 'critical' },
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
