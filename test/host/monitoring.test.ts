import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../../src/adapters/http.ts';
import { openMonitoring } from '../../src/host/monitoring.ts';
import type { Kubernetes } from '../../src/ports/index.ts';
import { createAlertmanagerText } from '../../src/adapters/alertmanager/index.ts';
import { templates } from '../adapters/alertmanager/fixtures.ts';
import { healthy, served, type Served } from '../adapters/alertmanager/pages.ts';
import { connect, fakeApi, kubeconfig, quickClock, status, type FakeApi } from '../adapters/kubernetes/support.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});
const kept = <T extends { close(): unknown }>(one: T): T => {
  open.push(one);
  return one;
};

async function world(hosts: { alertmanager?: string; prometheus?: string }, kubernetes?: Kubernetes) {
  const url = (text: string | undefined) => (text === undefined ? undefined : new URL(text));
  return openMonitoring({
    hosts: { alertmanager: url(hosts.alertmanager), prometheus: url(hosts.prometheus) },
    http: kept(createHttp({ userAgent: 'pmp-pd-test' })),
    clock: quickClock(),
    text: await createAlertmanagerText({ templates }),
    notify: () => undefined,
    signal: new AbortController().signal,
    ...(kubernetes ? { cluster: { kubernetes, namespace: 'monitoring', secret: 'pagerduty-secrets' } } : {}),
  });
}

/** A cluster with nothing in it. */
async function empty(): Promise<{ readonly api: FakeApi; readonly kubernetes: Kubernetes }> {
  const list = /\/(deployments|statefulsets|services|configmaps)\?/;
  const answer = ({ url }: { readonly url: string }) =>
    list.test(url) ? { status: 200, body: { items: [], metadata: {} } } : status(404, 'NotFound', 'not found');
  const api = kept(await fakeApi(answer));
  return { api, kubernetes: await connect(kubeconfig(api.url)) };
}

const alertmanagerServer = async (): Promise<Served> => kept(await served(healthy));

describe('where Alertmanager and Prometheus are looked at', () => {
  it('nowhere, without a cluster and without addresses', async () => {
    expect(await world({})).toEqual({ alertmanager: undefined, prometheus: undefined });
  });

  it('at their addresses, without a cluster; and Alertmanager is only read', async () => {
    const { url } = await alertmanagerServer();
    const { alertmanager, prometheus } = await world({ alertmanager: url, prometheus: 'http://127.0.0.1:1/prom' });
    expect(await alertmanager?.find()).toMatchObject({ workload: `Alertmanager at ${url}` });
    await expect(alertmanager?.mount('pagerduty-secrets', '/etc/x')).rejects.toMatchObject({ id: 'not-ours' });
    expect(await prometheus?.find()).toBe('Prometheus at http://127.0.0.1:1/prom');
  });

  it('in the cluster otherwise, where there may be none', async () => {
    const { kubernetes } = await empty();
    const { alertmanager, prometheus } = await world({}, kubernetes);
    expect(await alertmanager?.find()).toBeUndefined();
    expect(await prometheus?.find()).toBeUndefined();
    await expect(alertmanager?.replicas()).rejects.toMatchObject({ id: 'alertmanager-not-found' });
    await expect(alertmanager?.keys()).rejects.toMatchObject({ id: 'alertmanager-not-found' });
  });

  it('at the address, where the cluster has none; nothing of it is changed', async () => {
    const { url, asked } = await alertmanagerServer();
    const { api, kubernetes } = await empty();
    const { alertmanager } = await world({ alertmanager: url }, kubernetes);
    expect(await alertmanager?.find()).toMatchObject({ workload: `Alertmanager at ${url}`, handsOff: expect.any(String) });
    expect(await alertmanager?.replicas()).toMatchObject([{ ready: true }]);
    expect(await alertmanager?.keys()).toMatchObject([{ receiver: 'pagerduty-critical' }]);
    expect((await alertmanager?.route({ severity: 'P1' }))?.receivers).toMatchObject([{ name: 'pagerduty-critical' }]);
    await expect(alertmanager?.mount('pagerduty-secrets', '/etc/x')).rejects.toMatchObject({ id: 'alertmanager-not-found' });
    expect([...asked, ...api.seen.map(({ method }) => method)].filter((one) => !one.startsWith('GET'))).toEqual([]);
  });
});
