import { describe, expect, test } from 'vitest';
import { clusterWith } from '../../../src/sandbox/index.ts';
import type { ClusterShape, Sandbox } from '../../../src/sandbox/index.ts';
import { opened } from '../support.ts';
import { exchange, imitationOn, patch } from './beside.ts';

const monitoring = '/k8s/api/v1/namespaces/monitoring';
const paging = `route:
  receiver: 'null'
  routes:
    - receiver: watchdog
      matchers: ['alertname="Watchdog"']
      group_by: [alertname]
      group_wait: 0s
      group_interval: 1m
      repeat_interval: 50s
receivers:
  - name: 'null'
  - name: watchdog
    webhook_configs: [{ url: 'https://watchdog.example.com/ping', send_resolved: false }]
  - name: pagerduty-critical
    pagerduty_configs: [{ routing_key: sandboxkey }]
`;

const metric = async (sandbox: Sandbox, name: string): Promise<number | undefined> => {
  const text = await (await fetch(`${sandbox.alertmanagerUrl}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return line === undefined ? undefined : Number(line.slice(name.length));
};

async function on(configuration: string, shape: ClusterShape = 'plain'): Promise<Sandbox> {
  const sandbox = await opened({ clock: 'real', fresh: { kubernetes: clusterWith(shape) } });
  await patch(sandbox, `${monitoring}/configmaps/alertmanager-config`, { data: { 'alertmanager.yml': configuration } });
  const pods = await podsOf(sandbox);
  for (const name of pods) await fetch(`${sandbox.baseUrl}${monitoring}/pods/http:${name}:9093/proxy/-/reload`, { method: 'POST' });
  return sandbox;
}

async function podsOf(sandbox: Sandbox): Promise<readonly string[]> {
  const { body } = await exchange(sandbox.baseUrl, 'GET', `${monitoring}/pods?labelSelector=app%3Dalertmanager`);
  return (body as { readonly items: readonly { readonly metadata: { readonly name: string } }[] }).items.map(
    ({ metadata }) => metadata.name,
  );
}

const logOf = async (sandbox: Sandbox, query: string): Promise<{ readonly status: number; readonly text: string }> => {
  const [pod] = await podsOf(sandbox);
  const response = await fetch(`${sandbox.baseUrl}${monitoring}/pods/${pod}/log?${query}`);
  return { status: response.status, text: await response.text() };
};

const sent = 'alertmanager_notifications_total{integration="webhook"}';
const failed = (integration: string, reason: string): string =>
  `alertmanager_notifications_failed_total{integration="${integration}",reason="${reason}"}`;

describe('Watchdog on its way out of the cluster', () => {
  test('is counted at every interval, and nothing leaves the sandbox', async () => {
    const sandbox = await on(paging);
    const first = (await metric(sandbox, sent)) ?? 0;
    expect(first).toBe(1);
    sandbox.doAction('advance', '10m');
    expect(await metric(sandbox, sent)).toBe(first + 10);
  });

  test('is not told while a silence hides it', async () => {
    const sandbox = await on(paging);
    const before = await metric(sandbox, sent);
    const now = sandbox.clock.now();
    const matchers = [{ name: 'alertname', value: 'Watchdog', isRegex: false, isEqual: true }];
    const times = { startsAt: new Date(now).toISOString(), endsAt: new Date(now + 3_600_000).toISOString() };
    await exchange(sandbox.alertmanagerUrl, 'POST', '/api/v2/silences', {
      matchers,
      ...times,
      createdBy: 'Ada Example',
      comment: 'a mistake',
    });
    sandbox.doAction('advance', '10m');
    expect(await metric(sandbox, sent)).toBe(before);
  });

  test('fails where the address lies in a file that is not mounted, and the log says which', async () => {
    const sandbox = await on(paging.replace("url: 'https://watchdog.example.com/ping'", 'url_file: /etc/heartbeat/WATCHDOG_URL'));
    expect(await metric(sandbox, failed('webhook', 'other'))).toBe(1);
    expect((await logOf(sandbox, 'container=alertmanager')).text).toMatch(
      /watchdog\/webhook\[0\].*open \/etc\/heartbeat\/WATCHDOG_URL: no such file/,
    );
  });

  test('of two replicas, one tells', async () => {
    const sandbox = await on(paging, 'statefulset');
    const counts = await Promise.all(
      (await podsOf(sandbox)).map(async (pod) => {
        const text = await (await fetch(`${sandbox.baseUrl}${monitoring}/pods/http:${pod}:9093/proxy/metrics`)).text();
        return Number(/notifications_total\{integration="webhook"\} (\d+)/.exec(text)?.[1]);
      }),
    );
    expect(counts).toEqual([1, 0]);
  });
});

describe('a notification to PagerDuty that fails', () => {
  test('raises the counters by reason, and its log line bears what PagerDuty said', async () => {
    const sandbox = await on(paging);
    expect(await metric(sandbox, failed('pagerduty', 'clientError'))).toBe(0);
    const done = await fetch(`${sandbox.baseUrl}/sandbox/do/am-failure/clientError`, { method: 'POST' });
    expect(done.status).toBe(200);
    sandbox.doAction('am-failure', 'serverError');
    expect(await metric(sandbox, failed('pagerduty', 'clientError'))).toBe(1);
    expect(await metric(sandbox, failed('pagerduty', 'serverError'))).toBe(1);
    expect(await metric(sandbox, 'alertmanager_notifications_total{integration="pagerduty"}')).toBe(2);
    const { text } = await logOf(sandbox, 'container=alertmanager&tailLines=2');
    expect(text.split('\n')[0]).toMatch(
      /^time=\S+ level=ERROR source=dispatch.go:\d+ msg="Notify for alerts failed" component=dispatcher .*pagerduty-critical\/pagerduty\[0\]: .*unexpected status code 400: Event object is invalid/,
    );
    expect(() => sandbox.doAction('am-failure', 'bad luck')).toThrow('no reason');
  });

  test('of an older version has no reason, and logs in its own form', async () => {
    const sandbox = await imitationOn(paging, '0.25.0');
    sandbox.doAction('am-failure', 'authError');
    expect(await metric(sandbox, 'alertmanager_notifications_failed_total{integration="pagerduty"}')).toBe(1);
    expect((await logOf(sandbox, 'tailLines=1')).text).toMatch(
      /^ts=\S+ caller=dispatch.go:\d+ level=error component=dispatcher msg="Notify for alerts failed"/,
    );
  });

  test('is forgotten when the pod restarts, and so are silences', async () => {
    const sandbox = await on(paging);
    sandbox.doAction('am-failure', 'other');
    const [pod] = await podsOf(sandbox);
    await fetch(`${sandbox.baseUrl}${monitoring}/pods/${pod}`, { method: 'DELETE' });
    sandbox.doAction('advance', '5s');
    expect(await metric(sandbox, failed('pagerduty', 'other'))).toBe(0);
  });
});

describe('a silence', () => {
  test('is known to every replica, also to one that starts later', async () => {
    const sandbox = await on(paging, 'statefulset');
    const pods = await podsOf(sandbox);
    const through = (pod: string | undefined): string => `${sandbox.baseUrl}${monitoring}/pods/http:${pod}:9093/proxy/api/v2`;
    const end = new Date(sandbox.clock.now() + 3_600_000).toISOString();
    const body = {
      matchers: [{ name: 'severity', value: 'P1', isRegex: false, isEqual: true }],
      startsAt: new Date(sandbox.clock.now()).toISOString(),
      endsAt: end,
      createdBy: 'Ben Example',
      comment: 'noise',
    };
    await exchange(through(pods[1]), 'POST', '/silences', body);
    expect((await exchange(through(pods[0]), 'GET', '/silences')).body).toEqual([expect.objectContaining({ comment: 'noise' })]);
    await fetch(`${sandbox.baseUrl}${monitoring}/pods/${pods[0]}`, { method: 'DELETE' });
    sandbox.doAction('advance', '5s');
    expect((await exchange(through(pods[0]), 'GET', '/silences')).body).toEqual([expect.objectContaining({ comment: 'noise' })]);
  });
});

describe('a pod’s log', () => {
  test('wants a container of the pod, one of them where there are two, and a number of lines', async () => {
    const sandbox = await opened({ clock: 'real', fresh: { kubernetes: clusterWith('operator') } });
    const log = async (pod: string, query: string) => exchange(sandbox.baseUrl, 'GET', `${monitoring}/pods/${pod}/log?${query}`);
    const said = async (pod: string, query: string) => (await log(pod, query)) as { status: number; body: { message: string } };
    const pod = 'alertmanager-main-0';
    expect((await said(pod, '')).body.message).toBe(
      'a container name must be specified for pod alertmanager-main-0, choose one of: [alertmanager config-reloader]',
    );
    expect((await said(pod, 'container=zz')).body.message).toBe('container zz is not valid for pod alertmanager-main-0');
    expect((await said(pod, 'container=alertmanager&tailLines=many')).status).toBe(400);
    expect(String((await log(pod, 'container=alertmanager&tailLines=1')).body)).toContain('Completed loading of configuration file');
    expect((await log(pod, 'container=config-reloader')).status).toBe(200);
    expect((await log('nobody', '')).status).toBe(404);
  });

  test('of a container that does not start says why', async () => {
    const sandbox = await on(paging);
    await patch(sandbox, `${monitoring}/configmaps/alertmanager-config`, { data: { 'alertmanager.yml': 'route: {}\n' } });
    const [pod] = await podsOf(sandbox);
    await fetch(`${sandbox.baseUrl}${monitoring}/pods/${pod}`, { method: 'DELETE' });
    sandbox.doAction('advance', '5s');
    expect((await logOf(sandbox, '')).text).toContain('root route must specify a default receiver');
  });
});
