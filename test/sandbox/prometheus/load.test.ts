import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clusterWith } from '../../../src/sandbox/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { KubernetesState } from '../../../src/sandbox/kubernetes/index.ts';
import { root } from '../../support/source.ts';
import { exchange, folder, patch } from '../alertmanager/beside.ts';
import { opened } from '../support.ts';

/** templates/pmp-rules.yml as setup fills it in, in a file. */
function rulesFile(): string {
  const text = readFileSync(join(root, 'templates/pmp-rules.yml'), 'utf8')
    .replaceAll('__SUMMARY__', 'summary')
    .replaceAll('__RUNBOOK__', 'runbook_url')
    .replaceAll('__GRAPHS__', 'dashboard_url')
    .replace(/__(?:RUNBOOK|GRAPHS)_BASE__/g, 'https://runbooks.example.com');
  const file = join(folder(), 'pmp-rules.yml');
  writeFileSync(file, text);
  return file;
}

const cluster = (sandbox: Sandbox): KubernetesState => sandbox.section('kubernetes') as KubernetesState;

/** Puts the study's API under load, as `stress` in it would. */
async function stress(sandbox: Sandbox, cores: number, seconds: number): Promise<string> {
  await exchange(sandbox.prometheusUrl, 'GET', '/-/ready');
  const [key, run] = Object.entries(cluster(sandbox).runs).find(([name]) => name.startsWith('/pods/pmp-study/')) ?? [];
  const pod = key?.split('/').at(-1) ?? '';
  const now = sandbox.clock.now();
  (run?.processes ?? (run ? (run.processes = []) : [])).push({
    pid: 1,
    container: 'api',
    command: ['stress', '--cpu', String(cores)],
    startedAt: now,
    endsAt: now + seconds * 1000,
    cores,
    ended: null,
  });
  await exchange(sandbox.prometheusUrl, 'GET', '/-/ready');
  return pod;
}

type Alert = {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: string;
  readonly annotations: Readonly<Record<string, string>>;
};

async function loadAlerts(sandbox: Sandbox): Promise<readonly Alert[]> {
  const { body } = await exchange(sandbox.prometheusUrl, 'GET', '/api/v1/alerts');
  const { alerts } = (body as { readonly data: { readonly alerts: readonly Alert[] } }).data;
  return alerts.filter(({ labels }) => labels['pod'] !== undefined);
}

const held = async (base: string): Promise<readonly Alert[]> =>
  (await exchange(base, 'GET', '/api/v2/alerts?filter=alertname%3D%22PmpPodHighCpu%22')).body as readonly Alert[];

describe('load in a pod', () => {
  it('lets the rule of the guide’s test alert go pending, fire, reach Alertmanager, and end with the load', async () => {
    const sandbox = await opened({ clock: 0 });
    expect(sandbox.doAction('load-rules', rulesFile())).toMatch(/loaded pmp-rules\.yml: PmpPodHighCpu, PmpPodHighCpuNoLimit, Watchdog/);
    const pod = await stress(sandbox, 1, 300);
    expect(await loadAlerts(sandbox)).toEqual([]);

    sandbox.doAction('advance', '130s');
    expect(await loadAlerts(sandbox)).toEqual([
      expect.objectContaining({
        state: 'pending',
        labels: { alertname: 'PmpPodHighCpu', namespace: 'pmp-study', pod, service: 'pmp-study', severity: 'P1' },
        annotations: expect.objectContaining({ summary: `CPU above 80 % of its limit: pod ${pod}` }),
      }),
    ]);
    expect(await held(sandbox.alertmanagerUrl)).toEqual([]);

    sandbox.doAction('advance', '130s');
    expect(await loadAlerts(sandbox)).toEqual([expect.objectContaining({ state: 'firing' })]);
    expect(await held(sandbox.alertmanagerUrl)).toEqual([
      expect.objectContaining({
        labels: expect.objectContaining({ pod, cluster: 'sandbox' }),
        annotations: expect.objectContaining({ summary: `CPU above 80 % of its limit: pod ${pod}` }),
      }),
    ]);

    sandbox.doAction('advance', '100s');
    expect(await loadAlerts(sandbox)).toEqual([]);
    expect(await held(sandbox.alertmanagerUrl)).toEqual([]);
  });

  it('that stays below the threshold, or ends before the rule’s two minutes, alarms nobody', async () => {
    const sandbox = await opened({ clock: 0 });
    sandbox.doAction('load-rules', rulesFile());
    await stress(sandbox, 0.5, 600);
    sandbox.doAction('advance', '5m');
    expect(await loadAlerts(sandbox)).toEqual([]);
    sandbox.doAction('advance', '20m');
    await stress(sandbox, 1, 130);
    sandbox.doAction('advance', '10m');
    expect(await held(sandbox.alertmanagerUrl)).toEqual([]);
  });

  it('of a pod without a limit is another rule’s', async () => {
    const sandbox = await opened({ clock: 0 });
    sandbox.doAction('load-rules', rulesFile());
    const containers = [{ name: 'api', resources: { limits: null } }];
    await patch(sandbox, '/k8s/apis/apps/v1/namespaces/pmp-study/deployments/pmp-study-api', {
      spec: { template: { spec: { containers } } },
    });
    sandbox.doAction('advance', '5s');
    await stress(sandbox, 2, 600);
    sandbox.doAction('advance', '4m30s');
    expect((await loadAlerts(sandbox)).map(({ labels, state }) => [labels['alertname'], state])).toEqual([
      ['PmpPodHighCpuNoLimit', 'firing'],
    ]);
  });

  it('is told to every replica, and nobody is left with it', async () => {
    const sandbox = await opened({ clock: 0, fresh: { kubernetes: clusterWith('statefulset') } });
    sandbox.doAction('load-rules', rulesFile());
    await stress(sandbox, 1, 400);
    const through = (pod: string): string => `${sandbox.baseUrl}/k8s/api/v1/namespaces/monitoring/pods/http:${pod}:9093/proxy`;
    const counts = async (): Promise<readonly number[]> =>
      Promise.all(['alertmanager-0', 'alertmanager-1'].map(async (pod) => (await held(through(pod))).length));
    sandbox.doAction('advance', '4m30s');
    expect(await counts()).toEqual([1, 1]);
    sandbox.doAction('advance', '5m');
    expect(await counts()).toEqual([0, 0]);
  });
});

describe('loading rules', () => {
  it('is refused for what Prometheus would not load, and for a file that is not there', async () => {
    const sandbox = await opened();
    const file = join(folder(), 'bad.yml');
    writeFileSync(file, 'groups: [{ name: a, rules: [{ alert: X }] }]');
    expect(() => sandbox.doAction('load-rules', file)).toThrow('Prometheus would not load');
    writeFileSync(file, 'groups: []');
    expect(() => sandbox.doAction('load-rules', file)).toThrow('Prometheus would not load');
    expect(() => sandbox.doAction('load-rules', `${file}.gone`)).toThrow('cannot be read');
  });

  it('is not for whoever can send a request: no file is read', async () => {
    const sandbox = await opened();
    expect((await fetch(`${sandbox.baseUrl}/sandbox/do/load-rules/${encodeURIComponent(rulesFile())}`, { method: 'POST' })).status).toBe(
      404,
    );
  });
});
