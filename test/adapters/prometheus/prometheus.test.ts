import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../../src/adapters/http.ts';
import { createPrometheus } from '../../../src/adapters/prometheus/index.ts';
import type { PrometheusRead } from '../../../src/ports/index.ts';
import { connect, fakeApi, kubeconfig, status, type Answer, type FakeApi } from '../kubernetes/support.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const services = '/api/v1/namespaces/monitoring/services';
const success = (data: unknown) => ({ status: 'success', data });
const rules = success({
  groups: [
    {
      name: 'pmp',
      rules: [
        {
          type: 'alerting',
          name: 'PmpPodHighCpu',
          labels: { severity: 'P1' },
          annotations: { runbook_url: 'https://runbooks.example.com/cpu', note: 'a\u001b[31mb' },
          health: 'err',
          lastError: 'many-to-many\nmatching',
        },
        { type: 'alerting', name: 'Watchdog', health: 'ok' },
        { type: 'recording', name: 'pmp:cpu', health: 'ok' },
      ],
    },
  ],
});
const alerts = success({
  alerts: [
    { labels: { alertname: 'Watchdog' }, annotations: {}, state: 'firing', activeAt: '2026-11-21T12:00:00.123456789Z', value: '1e+00' },
  ],
});
const targets = success({ activeAlertmanagers: [{ url: 'http://user:pw@10.0.0.1:9093/api/v2/alerts' }], droppedAlertmanagers: [] });
const pages: Readonly<Record<string, unknown>> = {
  '/api/v1/rules?type=alert': rules,
  '/api/v1/alerts': alerts,
  '/api/v1/alertmanagers': targets,
};

/** A server that answers these paths, and everything else with 404. */
async function serving(answers: Readonly<Record<string, unknown>>): Promise<FakeApi> {
  const api = await fakeApi((request): Answer => {
    const body = answers[request.url] ?? answers[request.url.split('?')[0] ?? ''];
    return body === undefined ? status(404, 'NotFound', 'not found') : { status: 200, body };
  });
  open.push(api);
  return api;
}

function direct(url: string): PrometheusRead {
  const http = createHttp({ userAgent: 'pmp-pd-test' });
  open.push(http);
  return createPrometheus({ http, url: new URL(url) });
}

async function inCluster(
  items: readonly object[],
  more: Readonly<Record<string, unknown>> = {},
): Promise<{ api: FakeApi; prometheus: PrometheusRead }> {
  const api = await serving({ [services]: { kind: 'ServiceList', metadata: {}, items }, ...more });
  return { api, prometheus: createPrometheus({ kubernetes: await connect(kubeconfig(api.url)), namespace: 'monitoring' }) };
}

const port = (number: number, more: object = {}) => ({ spec: { ports: [{ port: number, ...more }] } });
const service = (name: string, labels: Readonly<Record<string, string>>, more: object = port(9090)) => ({
  metadata: { name, labels },
  ...more,
});

describe('Prometheus is found where people put it', () => {
  it.each([
    ['by the guide’s label', [service('prom', { app: 'prometheus' })], 'prom', 9090],
    ['by the recommended label', [service('p', { 'app.kubernetes.io/name': 'prometheus' })], 'p', 9090],
    ['by its name', [service('prometheus', {})], 'prometheus', 9090],
    [
      'the operator’s before the chart’s',
      [service('a', { app: 'prometheus' }), service('prometheus-operated', {}, port(9090, { name: 'web' }))],
      'prometheus-operated',
      9090,
    ],
    [
      'the chart’s server, not its exporters',
      [
        service('pro-node', { app: 'prometheus', component: 'node-exporter' }, port(9100)),
        service('pro-am', { 'app.kubernetes.io/name': 'alertmanager' }, port(9093)),
        service(
          'pro-server',
          { 'app.kubernetes.io/name': 'prometheus', 'app.kubernetes.io/component': 'server' },
          port(80, { name: 'http', targetPort: 9090 }),
        ),
      ],
      'pro-server',
      80,
    ],
  ] as const)('%s', async (_how, items, name, number) => {
    const { api, prometheus } = await inCluster(items, {
      [`${services}/http:${name}:${number}/proxy/api/v1/alerts`]: alerts,
    });
    expect(await prometheus.find()).toBe(`Service monitoring/${name}`);
    expect(await prometheus.alerts()).toHaveLength(1);
    expect(api.seen.filter(({ url }) => url.startsWith(`${services}?`))).toHaveLength(1);
  });

  it('under the path that the operator’s object says', async () => {
    const group = '/apis/monitoring.coreos.com';
    const { prometheus } = await inCluster([service('prometheus-operated', {})], {
      [group]: { kind: 'APIGroup' },
      [`${group}/v1/namespaces/monitoring/prometheuses`]: {
        metadata: {},
        items: [{ metadata: { name: 'main' }, spec: { externalUrl: 'https://example.com/prom/' } }],
      },
      [`${services}/http:prometheus-operated:9090/proxy/prom/api/v1/alertmanagers`]: targets,
    });
    expect(await prometheus.alertmanagers()).toEqual(['http://10.0.0.1:9093/api/v2/alerts']);
  });

  it('none is none: nothing can be asked of it, and it is looked for again', async () => {
    const { api, prometheus } = await inCluster([service('alertmanager', { app: 'alertmanager' }, port(9093))]);
    expect(await prometheus.find()).toBeUndefined();
    await expect(prometheus.rules()).rejects.toMatchObject({
      id: 'prometheus-unreachable',
      facts: { fix: expect.stringContaining('PROMETHEUS_URL') },
    });
    expect(api.seen.length).toBe(2);
  });

  it('what may not be listed is an error, not "none"', async () => {
    const api = await fakeApi(() => status(403, 'Forbidden', 'services is forbidden: User "ada" cannot list resource "services"'));
    open.push(api);
    const prometheus = createPrometheus({ kubernetes: await connect(kubeconfig(api.url)), namespace: 'monitoring' });
    await expect(prometheus.find()).rejects.toMatchObject({ id: 'kubernetes-permission' });
  });
});

describe('a Prometheus that is dead', () => {
  const asked = `${services}/http:prometheus:9090/proxy/api/v1/alerts`;
  const dead = async (version: Answer): Promise<PrometheusRead> => {
    const api = await fakeApi(({ url }): Answer => {
      if (url.startsWith(`${services}?`)) return { status: 200, body: { metadata: {}, items: [service('prometheus', {})] } };
      if (url === asked) return status(503, 'ServiceUnavailable', 'no endpoints available for service "prometheus"');
      return version;
    });
    open.push(api);
    return createPrometheus({ kubernetes: await connect(kubeconfig(api.url)), namespace: 'monitoring' });
  };

  it('is Prometheus’ failure while the cluster answers', async () => {
    const prometheus = await dead({ status: 200, body: { gitVersion: 'v1.36.2' } });
    await expect(prometheus.alerts()).rejects.toMatchObject({
      id: 'prometheus-unreachable',
      facts: {
        message: expect.stringContaining('Service monitoring/prometheus'),
        cause: expect.stringContaining('no endpoints'),
        fix: expect.stringContaining('Start Prometheus again'),
      },
    });
  });

  it('is not known to be dead where the cluster does not answer either', async () => {
    const prometheus = await dead(status(503, 'ServiceUnavailable', 'the server is starting'));
    await expect(prometheus.alerts()).rejects.toMatchObject({ id: 'kubernetes-unreachable' });
  });
});

describe('what Prometheus tells', () => {
  it('rules with their labels, annotations and errors; recording rules are left out', async () => {
    const api = await serving(pages);
    const prometheus = direct(api.url);
    expect(await prometheus.find()).toBe(`Prometheus at ${api.url}`);
    expect(await prometheus.rules()).toEqual([
      {
        name: 'PmpPodHighCpu',
        group: 'pmp',
        labels: { severity: 'P1' },
        annotations: { runbook_url: 'https://runbooks.example.com/cpu', note: 'ab' },
        health: 'err',
        lastError: 'many-to-many matching',
      },
      { name: 'Watchdog', group: 'pmp', labels: {}, annotations: {}, health: 'ok' },
    ]);
    expect(await prometheus.alerts()).toEqual([
      { labels: { alertname: 'Watchdog' }, state: 'firing', activeAt: Date.UTC(2026, 10, 21, 12, 0, 0, 123) },
    ]);
    expect(await prometheus.alertmanagers()).toEqual(['http://10.0.0.1:9093/api/v2/alerts']);
  });

  it('keeps the path of PROMETHEUS_URL', async () => {
    const api = await serving({ '/prom/api/v1/alerts': alerts });
    expect(await direct(`${api.url}/prom/`).alerts()).toHaveLength(1);
  });

  it.each([
    ['a page', '<html>Sign in</html>'],
    ['an error in a 200', { status: 'error', error: 'no' }],
    ['no groups', success({})],
    ['a rule without a name', success({ groups: [{ name: 'g', rules: [{ type: 'alerting', health: 'ok' }] }] })],
    ['rules that are none', success({ groups: [{ name: 'g', rules: 'many' }] })],
    ['a list', []],
  ])('%s is an error that names Prometheus', async (_name, body) => {
    const api = await serving({ '/api/v1/rules?type=alert': body });
    await expect(direct(api.url).rules()).rejects.toMatchObject({
      id: 'prometheus-unreachable',
      facts: { message: `Prometheus at ${api.url} does not tell its alerting rules` },
    });
  });

  it.each([
    ['alerts', { alerts: [{ labels: {}, state: 'sleeping', activeAt: '2026-11-21T12:00:00Z' }] }],
    ['alerts', { alerts: [{ labels: {}, state: 'firing', activeAt: 'soon' }] }],
    ['alertmanagers', { activeAlertmanagers: [{ url: 'nowhere' }] }],
  ] as const)('%s that make no sense are an error: %j', async (page, data) => {
    const api = await serving({ [`/api/v1/${page}`]: success(data) });
    await expect(direct(api.url)[page]()).rejects.toMatchObject({ id: 'prometheus-unreachable' });
  });

  it('passes on its own words', async () => {
    const api = await fakeApi(() => ({
      status: 503,
      body: { status: 'error', errorType: 'unavailable', error: 'Service \u001b[1mUnavailable' },
    }));
    open.push(api);
    await expect(direct(api.url).alerts()).rejects.toMatchObject({ facts: { cause: 'Service Unavailable' } });
  });

  it('a server that is gone is named with the variable that names it', async () => {
    const api = await fakeApi(() => ({ status: 200 }));
    await api.close();
    await expect(direct(api.url).alerts()).rejects.toMatchObject({
      id: 'prometheus-unreachable',
      facts: { fix: expect.stringContaining('PROMETHEUS_URL') },
    });
  });
});
