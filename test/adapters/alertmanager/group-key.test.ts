import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlertmanagerAt, createAlertmanagerText, serverAt } from '../../../src/adapters/alertmanager/index.ts';
import { groupKey } from '../../../src/adapters/alertmanager/group-key.ts';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import type { Alertmanager, PostedAlert } from '../../../src/ports/index.ts';
import { installed, scratch, templates } from './fixtures.ts';
import { freePort, until } from './real.ts';

const program = 'prometheus-alertmanager';

interface Event {
  readonly routing_key: string;
  readonly dedup_key: string;
  readonly event_action: string;
}

/** Every notation that a route can have. Receivers tell by their key which of them spoke. */
const configuration = (url: string): string => {
  const names = ['root', 'nested', 'old', 'odd', 'all', 'two', 'quiet'];
  const receivers = names.map((name) => {
    const silent = name === 'quiet' ? ', send_resolved: false' : '';
    return `- { name: ${name}, pagerduty_configs: [{ routing_key: ${name.padEnd(32, '0')}, url: '${url}'${silent} }] }`;
  });
  return `
route:
  receiver: root
  group_by: [alertname, job, job1]
  group_wait: 0s
  group_interval: 1s
  routes:
    - matchers: ['team=~"a|b"', 'env!="test"', '{severity = "P1", severity!~"x.*"}']
      receiver: nested
      group_by: [cluster, pmp_drill]
      routes:
        - matchers: [pmp_drill!=""]
          group_by: []
        - match: { zone: one }
          group_by: [service]
          receiver: two
          continue: true
        - match_re: { zone: 'o.*' }
    - match: { team: c, app: 'has "quotes"' }
      match_re: { namespace: 'pmp-(a|b)', app: '.*' }
      matchers: ['alertname!="Other"']
      receiver: old
    - matchers: ['text="back\\\\slash, \\"quote\\" and\\nline"', 'text=~".+"']
      receiver: odd
      group_by: [text]
    - matchers: [everything="yes"]
      receiver: all
      group_by: ['...']
      routes:
        - matchers: [but="one"]
          group_by: [but]
    - matchers: [quiet="yes"]
      receiver: quiet
receivers:
${receivers.join('\n')}
`;
};

const alerts: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'the root route, whose labels are in order': { alertname: 'Root', job: 'b', job1: 'a', other: 'x' },
  'a nested route, with what it inherits': { alertname: 'N1', team: 'a', severity: 'P1', pmp_drill: '01J', cluster: 'c1' },
  'two routes at once': { alertname: 'N2', team: 'b', severity: 'P1', zone: 'one', service: 'api' },
  'a parent without a matching child': { alertname: 'N3', team: 'b', severity: 'P1', zone: 'two', cluster: 'ü "ß"' },
  'match and match_re': { alertname: 'Old', team: 'c', app: 'has "quotes"', namespace: 'pmp-b', job: 'x' },
  'quotes, backslashes and lines': { alertname: 'Odd', text: 'back\\slash, "quote" and\nline' },
  'all labels, with what cannot be printed': {
    alertname: 'All',
    everything: 'yes',
    a: 'tab\t \u0085\u200b\u{e0001} 😀 é',
    b: '\u0001\u007f',
  },
  'a list under all labels': { alertname: 'But', everything: 'yes', but: 'one' },
};

const running: { child?: ChildProcess; server?: http.Server; client?: Http } = {};

describe.skipIf(!installed(program))('the deduplication key that a real Alertmanager sends', () => {
  const events: Event[] = [];
  const at: { alertmanager?: Alertmanager } = {};
  const alertmanager = (): Alertmanager => at.alertmanager!;
  const receiverOf = ({ routing_key }: Event): string => routing_key.replace(/0+$/, '');
  const alert = (labels: PostedAlert['labels'], ends: number): PostedAlert => {
    return { labels, annotations: { summary: 'x' }, starts: Date.now() - 3_600_000, ends };
  };

  beforeAll(async () => {
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
    const file = path.join(folder, 'alertmanager.yml');
    writeFileSync(file, configuration(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
    const port = await freePort();
    const data = path.join(folder, 'data');
    const args = [`--config.file=${file}`, `--storage.path=${data}`, `--web.listen-address=127.0.0.1:${port}`, '--cluster.listen-address='];
    running.child = spawn(program, args, { stdio: 'ignore' });
    const url = new URL(`http://127.0.0.1:${port}`);
    await until(async () => (await fetch(new URL('/-/ready', url)).catch(() => undefined))?.ok === true);
    running.client = createHttp({ userAgent: 'pmp-pd-test' });
    const text = await createAlertmanagerText({ templates });
    at.alertmanager = createAlertmanagerAt({ server: serverAt({ http: running.client, url }), text });
  });
  afterAll(() => {
    running.child?.kill();
    running.client?.close();
    running.server?.closeAllConnections();
    running.server?.close();
  });

  it.each(Object.entries(alerts))('is known before it is sent: %s', async (_name, labels) => {
    const groups = await alertmanager().groups(labels);
    const known = groups.map(({ receiver, key }) => `${receiver} ${key}`).toSorted();
    await alertmanager().post(alert(labels, Date.now() + 600_000));
    const heard = () => events.filter(({ dedup_key }) => groups.some(({ key }) => key === dedup_key));
    const others = (): readonly Event[] => events.filter((one) => !seen.has(one) && !heard().includes(one));
    await until(() => heard().length >= groups.length || others().length > 0);
    expect(others()).toEqual([]);
    expect(
      heard()
        .map((one) => `${receiverOf(one)} ${one.dedup_key}`)
        .toSorted(),
    ).toEqual(known);
    for (const one of heard()) seen.add(one);
  });
  const seen = new Set<Event>();

  it('an alert is seen where it is held, and its end is heard under the same key', async () => {
    const labels = { alertname: 'Drill', team: 'a', severity: 'P1', pmp_drill: '01JEND"\\' };
    const [group] = await alertmanager().groups(labels);
    expect(group).toMatchObject({ receiver: 'nested', pagerduty: true, sendResolved: true, groupWait: 0, groupInterval: 1000 });
    expect(group?.labels).toEqual({ pmp_drill: labels.pmp_drill });
    const actions = () => events.filter(({ dedup_key }) => dedup_key === group?.key).map((one) => one.event_action);
    expect(await alertmanager().held('pmp_drill', labels.pmp_drill)).toEqual([]);
    expect(await alertmanager().post(alert(labels, Date.now() + 600_000))).toHaveLength(1);
    await until(() => actions().length > 0);
    const [held] = await alertmanager().held('pmp_drill', labels.pmp_drill);
    expect(held).toMatchObject({ labels, state: 'active', receivers: ['nested'], silencedBy: [], inhibitedBy: [] });
    expect(held?.ends).toBeGreaterThan(Date.now());
    await alertmanager().post(alert(labels, Date.now()));
    await until(() => actions().includes('resolve'));
    expect(actions()).toEqual(['trigger', 'resolve']);
    expect(await alertmanager().held('pmp_drill', labels.pmp_drill)).toEqual([]);
  });

  it('a receiver that never tells the end is known, and an alert that is none is refused with its words', async () => {
    expect(await alertmanager().groups({ quiet: 'yes' })).toMatchObject([{ receiver: 'quiet', pagerduty: true, sendResolved: false }]);
    await expect(alertmanager().post(alert({}, Date.now() + 600_000))).rejects.toMatchObject({
      id: 'alertmanager-unreachable',
      facts: { cause: expect.stringMatching(/^HTTP 400: .*label/) },
    });
  });
});

describe('labels whose names begin alike', () => {
  it('are in another order before Alertmanager 0.28', () => {
    const labels = { job: 'b', job1: 'a' };
    expect(groupKey('{}', labels, '0.27.0')).not.toBe(groupKey('{}', labels, '0.28.0'));
    expect(groupKey('{}', labels, undefined)).toBe(groupKey('{}', labels, '0.34.0'));
    expect(groupKey('{}', { a: '1', b: '2' }, '0.25.0')).toBe(groupKey('{}', { b: '2', a: '1' }, '0.34.0'));
  });
});
