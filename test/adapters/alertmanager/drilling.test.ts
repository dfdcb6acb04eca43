import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createAlertmanagerAt, createAlertmanagerText, serverAt } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import type { Alertmanager, PostedAlert } from '../../../src/ports/index.ts';
import { settings, templates } from './fixtures.ts';
import { rigOf, type Rig } from './cluster.ts';
import { healthy, small, statusPage } from './pages.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const hour = 3_600_000;
const labels = { alertname: 'PmpDrill', severity: 'P1', pmp_drill: '01JDRILL', namespace: 'pmp-drill', cluster: 'here' };
const alert = (now: number, ends = now + hour): PostedAlert => ({
  labels,
  annotations: { summary: 'nothing is wrong' },
  starts: now - hour,
  ends,
});

/** A cluster with our configuration in force. */
async function cluster(shape: 'plain' | 'operator'): Promise<Rig> {
  const rig = await rigOf(shape);
  open.push(rig);
  await rig.alertmanager.mount('pagerduty-secrets', settings.keyDir);
  const { text } = rig;
  await rig.alertmanager.configure({ kind: 'alertmanager configuration', name: 'monitoring', settings, parts: text.parts(settings) });
  return rig;
}

describe('a drill in a cluster', () => {
  it.each([
    ['plain', 1],
    ['operator', 2],
  ] as const)('reaches every replica, is held by each and ends in each: %s', async (shape, replicas) => {
    const { alertmanager, sandbox } = await cluster(shape);
    const now = sandbox.clock.now();
    expect(await alertmanager.held('pmp_drill', '01JDRILL')).toEqual([]);
    const names = await alertmanager.post(alert(now));
    expect(names).toHaveLength(replicas);
    const held = await alertmanager.held('pmp_drill', '01JDRILL');
    expect(held.map(({ replica }) => replica).toSorted()).toEqual([...names].toSorted());
    for (const one of held) expect(one).toMatchObject({ labels, receivers: ['pagerduty-critical'], silencedBy: [], inhibitedBy: [] });
    expect(await alertmanager.groups(labels)).toEqual([
      {
        receiver: 'pagerduty-critical',
        pagerduty: true,
        sendResolved: true,
        key: expect.stringMatching(/^[0-9a-f]{64}$/),
        labels: { cluster: 'here', pmp_drill: '01JDRILL', severity: 'P1' },
        groupWait: 5000,
        groupInterval: 45_000,
      },
    ]);
    expect(await alertmanager.post(alert(now, sandbox.clock.now()))).toEqual(names);
    await sandbox.clock.sleep(60_000, 'the end of it');
    expect(await alertmanager.held('pmp_drill', '01JDRILL')).toEqual([]);
  });

  it('is not lost where one of two replicas is: the other took it, and the one that did not is named', async () => {
    const { alertmanager, sandbox, told } = await cluster('operator');
    const now = sandbox.clock.now();
    const both = await alertmanager.post(alert(now));
    const [lost = '', other = ''] = both;
    sandbox.fault(`503:POST /k8s*${lost}*/api/v2/alerts`);
    expect(await alertmanager.post(alert(now))).toEqual([other]);
    expect(told.filter((words) => words.startsWith(`Alertmanager ${lost} did not take the alert: `))).toHaveLength(1);
    sandbox.fault('none');
    sandbox.fault(`reset-after:POST /k8s*${lost}*/api/v2/alerts:1`);
    expect(await alertmanager.post(alert(now))).toEqual(both);
    sandbox.fault('503:POST /k8s*/api/v2/alerts');
    await expect(alertmanager.post(alert(now))).rejects.toMatchObject({
      facts: { message: expect.stringContaining(lost.replace(/-\d$/, '')) },
    });
  });
});

/** Several Alertmanagers behind one address, of which each connection meets the next; `broken` ones answer 503. */
async function behindOne(peers: number, broken = 0): Promise<{ alertmanager: Alertmanager; took: readonly number[]; asked: string[] }> {
  const took = Array.from({ length: peers }, () => 0);
  const asked: string[] = [];
  let connections = 0;
  const server = http.createServer();
  server.on('connection', (socket) => {
    const mine = connections++ % peers;
    Object.assign(socket, { mine });
  });
  server.on('request', (request, response) => {
    const mine = (request.socket as unknown as { mine: number }).mine;
    asked.push(`${request.method} ${request.url}`);
    request.resume().on('end', () => {
      if (request.method === 'GET') {
        const status = {
          status: 'ready',
          peers: Array.from({ length: peers }, (_, i) => ({ name: `p${i}`, address: `10.0.0.${i}:9094` })),
        };
        const page = request.url === '/am/api/v2/status' ? statusPage(small, { cluster: status }) : healthy[(request.url ?? '').slice(3)];
        response.writeHead(page === undefined ? 404 : 200).end(String(page));
      } else if (mine < broken) response.writeHead(503).end('no healthy upstream');
      else {
        took[mine] = (took[mine] ?? 0) + 1;
        response.writeHead(200).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = createHttp({ userAgent: 'pmp-pd-test' });
  open.push({
    close() {
      client.close();
      server.closeAllConnections();
      server.close();
    },
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/am`);
  const text = await createAlertmanagerText({ templates });
  return { alertmanager: createAlertmanagerAt({ server: serverAt({ http: client, url }), text }), took, asked };
}

describe('a drill at the address of ALERTMANAGER_URL', () => {
  it('is posted once to one that runs alone', async () => {
    const { alertmanager, took, asked } = await behindOne(1);
    expect(await alertmanager.post(alert(Date.now()))).toEqual([expect.stringMatching(/^http:.*\/am$/)]);
    expect(took).toEqual([1]);
    expect(asked.at(-1)).toBe('POST /am/api/v2/alerts');
  });

  it('reaches each of three behind it: one that never hears of the end would page again', async () => {
    const { alertmanager, took } = await behindOne(3);
    expect(await alertmanager.post(alert(Date.now()))).toHaveLength(1);
    for (const times of took) expect(times).toBeGreaterThan(0);
  });

  it('one of them may be down', async () => {
    expect(await (await behindOne(2, 1)).alertmanager.post(alert(Date.now()))).toHaveLength(1);
    const { alertmanager } = await behindOne(2, 2);
    await expect(alertmanager.post(alert(Date.now()))).rejects.toMatchObject({
      id: 'alertmanager-unreachable',
      facts: { cause: 'HTTP 503: no healthy upstream', message: expect.stringContaining('did not take the alert') },
    });
  });
});
