import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlertmanagerAt, createAlertmanagerText, serverAt } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { AlertmanagerSettings } from '../../../src/model/index.ts';
import { installed, scratch, settings, templates } from './fixtures.ts';
import { freePort, until } from './real.ts';

const program = 'prometheus-alertmanager';
const [critical, high] = ['c'.repeat(32), 'h'.repeat(32)];

interface Event {
  readonly routing_key: string;
  readonly dedup_key: string;
  readonly event_action: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly component: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
}

/** A running Alertmanager whose PagerDuty is this process. */
interface Rig {
  readonly events: Event[];
  readonly address: string;
  readonly wanted: AlertmanagerSettings;
}

const running: { child?: ChildProcess; server?: http.Server } = {};

async function start(): Promise<Rig> {
  const text = await createAlertmanagerText({ templates });
  const events: Event[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      events.push(JSON.parse(Buffer.concat(chunks).toString()) as Event);
      response.writeHead(202).end('{"status":"success"}');
    });
  });
  running.server = server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const folder = scratch();
  mkdirSync(path.join(folder, 'keys'));
  writeFileSync(path.join(folder, 'keys', 'PAGERDUTY_SERVICE_KEY_CRITICAL'), `${critical}\n`);
  writeFileSync(path.join(folder, 'keys', 'PAGERDUTY_SERVICE_KEY_HIGH'), high);
  const wanted = { ...settings, keyDir: path.join(folder, 'keys'), url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
  const file = path.join(folder, 'alertmanager.yml');
  // Nobody wants to wait for a group: the times are the only thing that is changed.
  writeFileSync(file, (await text.render(wanted)).replace(/group_wait: \S+/g, 'group_wait: 0s'));
  const port = await freePort();
  running.child = spawn(
    program,
    [
      `--config.file=${file}`,
      `--storage.path=${path.join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const address = `http://127.0.0.1:${port}`;
  await until(async () => (await fetch(`${address}/-/ready`).catch(() => undefined))?.ok === true);
  return { events, address, wanted };
}

async function fire(rig: Rig, labels: Record<string, string>, annotations: Record<string, string>): Promise<Event> {
  const alert = {
    labels: { cluster: 'c1', namespace: 'pmp', service: 'api', ...labels },
    annotations,
    startsAt: new Date(Date.now() - 60_000).toISOString(),
  };
  const before = rig.events.length;
  const posted = await fetch(`${rig.address}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  expect(posted.status).toBe(200);
  await until(() => rig.events.length > before);
  return rig.events[before]!;
}

describe.skipIf(!installed(program))('a real Alertmanager with the rendered configuration', () => {
  const at: { rig?: Rig } = {};
  const rig = (): Rig => at.rig!;
  beforeAll(async () => {
    at.rig = await start();
  });
  afterAll(() => {
    running.child?.kill();
    running.server?.closeAllConnections();
    running.server?.close();
  });

  it('pages P1 with the critical key from the file, the five details and both links', async () => {
    const annotations = {
      summary: 'CPU high: pod api-1',
      runbook_url: 'https://runbooks.example.com/cpu',
      dashboard_url: 'https://grafana.example.com/d/1',
    };
    const event = await fire(rig(), { alertname: 'CPU', severity: 'P1' }, annotations);
    expect(event).toMatchObject({
      routing_key: critical,
      event_action: 'trigger',
      payload: { severity: 'critical', component: 'api', summary: '[FIRING:1] CPU high: pod api-1' },
    });
    const details = Object.fromEntries(Object.entries(event.payload.custom_details).map(([name, value]) => [name, value.trim()]));
    expect(details).toMatchObject({
      summary: 'CPU high: pod api-1',
      severity: 'P1',
      runbook: annotations.runbook_url,
      graphs: annotations.dashboard_url,
      firing_count: '1',
    });
    expect(event.payload.custom_details['summary']).toMatch(/^\t/);
    expect(event.links).toEqual([
      { href: annotations.runbook_url, text: 'Runbook' },
      { href: annotations.dashboard_url, text: 'Graphs' },
    ]);
  });

  it('sends P2 as error and P3 as warning to the high service, with the base addresses where the alert names none', async () => {
    const p2 = await fire(rig(), { alertname: 'Disk', severity: 'P2', service: 'db' }, {});
    expect(p2).toMatchObject({
      routing_key: high,
      payload: { severity: 'error', summary: '[FIRING:1] Disk' },
      links: [{ href: settings.runbookBase }, { href: settings.graphsBase }],
    });
    const p3 = await fire(rig(), { alertname: 'Cert', severity: 'P3', service: 'web' }, {});
    expect(p3).toMatchObject({ routing_key: high, payload: { severity: 'warning' } });
  });

  it('marks a drill in title and details, under the key that is known before it is sent', async () => {
    const labels = { alertname: 'Drill', severity: 'P1', pmp_drill: '01JD0000000000000000000000' };
    const event = await fire(rig(), labels, { summary: 'do not panic' });
    const http = createHttp({ userAgent: 'pmp-pd-test' });
    const server = serverAt({ http, url: new URL(rig().address) });
    const alertmanager = createAlertmanagerAt({ server, text: await createAlertmanagerText({ templates }) });
    expect(await alertmanager.groups({ cluster: 'c1', namespace: 'pmp', service: 'api', ...labels })).toMatchObject([
      { receiver: 'pagerduty-critical', pagerduty: true, sendResolved: true, key: event.dedup_key },
    ]);
    http.close();
    expect(event).toMatchObject({
      routing_key: critical,
      payload: {
        summary: '[DRILL pmp-pd 01JD0000000000000000000000] [FIRING:1] do not panic',
        custom_details: { pmp_drill: '01JD0000000000000000000000' },
      },
    });
  });

  it('shows a configuration in which every part is found as wanted', async () => {
    const text = await createAlertmanagerText({ templates });
    const answer = (await (await fetch(`${rig().address}/api/v2/status`)).json()) as { config: { original: string } };
    const found = text.partsIn(answer.config.original, rig().wanted);
    const wanted = text.parts(rig().wanted);
    const timeless = (parts: Readonly<Record<string, string>>) =>
      Object.fromEntries(Object.entries(parts).filter(([name]) => !name.endsWith('timing')));
    expect(timeless(found)).toEqual(timeless(wanted));
    expect(found['route P1: timing']).toBe(wanted['route P1: timing']?.replace('wait 10s', 'wait 0s'));
  });
});
