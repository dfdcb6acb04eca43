import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { clusterShapes, clusterWith } from '../../../src/sandbox/index.ts';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { root } from '../../support/source.ts';
import { comparable, exchange, folder, patch, realPrometheus, started } from '../alertmanager/beside.ts';
import { opened } from '../support.ts';

const monitoring = '/k8s/api/v1/namespaces/monitoring';
const loadRules = (sandbox: Sandbox, files: Readonly<Record<string, string | null>>) =>
  patch(sandbox, `${monitoring}/configmaps/prometheus-rules`, { data: files });
const ask = async (base: string, path: string) => {
  const { status, body } = await exchange(base, 'GET', path);
  return { status, body: body as ReturnType<typeof JSON.parse> };
};
const ruleNames = async (sandbox: Sandbox): Promise<readonly string[]> =>
  (await ask(sandbox.prometheusUrl, '/api/v1/rules?type=alert')).body.data.groups.flatMap((group: { rules: { name: string }[] }) =>
    group.rules.map(({ name }) => name),
  );
const metric = async (sandbox: Sandbox, name: string): Promise<number> => {
  const text = await (await fetch(`${sandbox.prometheusUrl}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(name))
      ?.slice(name.length),
  );
};

/** templates/pmp-rules.yml as setup renders it. */
const ours = readFileSync(join(root, 'templates/pmp-rules.yml'), 'utf8')
  .replaceAll('__SUMMARY__', 'summary')
  .replaceAll('__RUNBOOK__', 'runbook_url')
  .replaceAll('__GRAPHS__', 'dashboard_url')
  .replace(/__(?:RUNBOOK|GRAPHS)_BASE__/g, 'https://runbooks.example.com');

const sample = `groups:
  - name: meta
    rules:
      - alert: Watchdog
        expr: vector(1)
        labels: { severity: none }
        annotations: { summary: Alerting is alive }
      - alert: Example
        expr: |
          up == 0
        for: 2m
        keep_firing_for: 1m
        labels: { severity: P3 }
        annotations: { runbook_url: https://runbooks.example.com/x }
      - record: a:b
        expr: vector(2)
  - name: other
    interval: 2s
    rules:
      - alert: Late
        expr: vector(1)
        for: 5m
`;

/** What does not depend on the moment or the place; alerts come in any order. */
function timeless(value: unknown): unknown {
  const parsed = JSON.parse(
    JSON.stringify(comparable(value))
      .replace(/"evaluationTime":[^,}]+/g, '"evaluationTime":0')
      .replace(/"file":"[^"]+"/g, '"file":"rules.yml"')
      .replace(/http:\/\/[^"/]+\/api\/v2/g, 'http://alertmanager/api/v2'),
  );
  const alerts: unknown = parsed.body?.data?.alerts;
  if (Array.isArray(alerts)) alerts.sort((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1));
  return parsed;
}

describe('Prometheus in a fresh cluster', () => {
  test('answers at its own address and through the service proxy, with Watchdog firing', async () => {
    const sandbox = await opened();
    expect((await ask(sandbox.prometheusUrl, '/-/ready')).body).toBe('Prometheus Server is Ready.\n');
    const direct = await ask(sandbox.prometheusUrl, '/api/v1/alerts');
    expect(direct.body.data.alerts).toEqual([
      expect.objectContaining({ state: 'firing', labels: { alertname: 'Watchdog', severity: 'none' } }),
    ]);
    const proxied = await ask(sandbox.baseUrl, `${monitoring}/services/http:prometheus:9090/proxy/api/v1/alerts`);
    expect(proxied.body).toEqual(direct.body);
    expect((await ask(sandbox.baseUrl, `${monitoring}/services/prometheus:web/proxy/-/ready`)).status).toBe(200);
    expect(await ruleNames(sandbox)).toEqual(['Watchdog', 'InstanceDown']);
    const { body } = await ask(sandbox.prometheusUrl, '/api/v1/alertmanagers');
    expect(body.data.activeAlertmanagers).toEqual([{ url: 'http://alertmanager.monitoring.svc:9093/api/v2/alerts' }]);
  });

  test('tells Alertmanager, with the cluster’s name among the labels', async () => {
    const sandbox = await opened();
    const { body } = await ask(sandbox.alertmanagerUrl, '/api/v2/alerts');
    expect(body).toEqual([
      expect.objectContaining({ labels: { alertname: 'Watchdog', severity: 'none', cluster: 'sandbox' }, receivers: [{ name: 'null' }] }),
    ]);
    expect(await metric(sandbox, 'prometheus_notifications_dropped_total ')).toBe(0);
  });

  it.each(clusterShapes)('%s: there where Alertmanager is, and it tells every replica', async (shape) => {
    const sandbox = await opened({ fresh: { kubernetes: clusterWith(shape) } });
    const { status, body } = await ask(sandbox.prometheusUrl, '/api/v1/alertmanagers');
    const count = { none: 0, amp: 1, statefulset: 2, operator: 2 }[shape as string] ?? 1;
    expect(shape === 'none' ? status : body.data.activeAlertmanagers.length).toBe(shape === 'none' ? 503 : count);
  });
});

describe('rules', () => {
  test('are loaded by putting them into the ConfigMap, ours too', async () => {
    const sandbox = await opened();
    await loadRules(sandbox, { 'pmp-rules.yml': ours });
    expect(await ruleNames(sandbox)).toEqual(expect.arrayContaining(['PmpPodHighCpu', 'AlertmanagerPagerDutyFailing', 'InstanceDown']));
  });

  test('that Prometheus refuses leave the old ones in force, and its log and counters say so', async () => {
    const sandbox = await opened();
    for (const [text, words] of [
      ['groups:\n  - name: x\n    rules:\n      - alert: A\n        exp: 1\n', 'field exp not found in type rulefmt.Rule'],
      ['groups:\n  - name: x\n    rules:\n      - alert: A\n        expr: sum(up\n', 'parse error'],
      ['groups:\n  - name: x\n    rules:\n      - expr: up\n', "one of 'record' or 'alert' must be set"],
      ['groups:\n  - name: x\n  - name: x\n', 'is repeated in the same file'],
      ['groups: [\n', 'yaml: '],
    ] as const) {
      await loadRules(sandbox, { 'bad.yml': text });
      expect(await ruleNames(sandbox)).toEqual(['Watchdog', 'InstanceDown']);
      expect(await metric(sandbox, 'prometheus_config_last_reload_successful ')).toBe(0);
      const reply = await fetch(`${sandbox.prometheusUrl}/-/reload`, { method: 'POST' });
      expect([reply.status, await reply.text()]).toEqual([500, expect.stringContaining(words)]);
    }
    await loadRules(sandbox, { 'bad.yml': null });
    expect(await metric(sandbox, 'prometheus_config_last_reload_successful ')).toBe(1);
  });

  test('an alert that has to last is pending first, then fires', async () => {
    const sandbox = await opened();
    await loadRules(sandbox, { 'rules.yml': sample });
    const state = async (): Promise<string> =>
      (await ask(sandbox.prometheusUrl, '/api/v1/alerts')).body.data.alerts.find(
        (each: { labels: { alertname: string } }) => each.labels.alertname === 'Late',
      ).state;
    expect(await state()).toBe('pending');
    sandbox.doAction('advance', '6m');
    expect(await state()).toBe('firing');
  });

  test('without Watchdog, Alertmanager forgets it within minutes', async () => {
    const sandbox = await opened();
    const known = async (): Promise<number> => (await ask(sandbox.alertmanagerUrl, '/api/v2/alerts')).body.length;
    expect(await known()).toBe(1);
    await loadRules(sandbox, { 'rules.yml': 'groups: []\n' });
    expect(await known()).toBe(1);
    sandbox.doAction('advance', '6m');
    expect(await known()).toBe(0);
  });

  test('a Prometheus that knows no Alertmanager, or one that nobody serves', async () => {
    const sandbox = await opened();
    const configure = (alerting: string) =>
      patch(sandbox, `${monitoring}/configmaps/prometheus-config`, {
        data: { 'prometheus.yml': `${alerting}rule_files: [/etc/prometheus-rules/*.yml]\n` },
      });
    await configure('');
    expect((await ask(sandbox.prometheusUrl, '/api/v1/alertmanagers')).body.data.activeAlertmanagers).toEqual([]);
    await configure('alerting: { alertmanagers: [{ static_configs: [{ targets: [nobody:9093] }] }] }\n');
    expect(await metric(sandbox, 'prometheus_notifications_dropped_total ')).toBeGreaterThan(0);
    sandbox.doAction('advance', '6m');
    expect((await ask(sandbox.alertmanagerUrl, '/api/v2/alerts')).body).toEqual([]);
  });
});

describe.skipIf(realPrometheus === undefined)('the imitation beside Prometheus itself', () => {
  test('answers with the same fields', async () => {
    const place = folder();
    const config = `global: { evaluation_interval: 1s, external_labels: { cluster: c1 } }
alerting: { alertmanagers: [{ static_configs: [{ targets: ['127.0.0.1:9'] }] }] }
rule_files: [${join(place, '*.rules.yml')}]
`;
    writeFileSync(join(place, 'a.rules.yml'), sample);
    writeFileSync(join(place, 'prometheus.yml'), config);
    const real = await started('prometheus', (port) => [
      `--config.file=${join(place, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(place, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ]);
    const sandbox = await opened();
    await patch(sandbox, `${monitoring}/configmaps/prometheus-config`, {
      data: { 'prometheus.yml': config.replace(place, '/etc/prometheus-rules').replace('*.rules.yml', '*.yml') },
    });
    await loadRules(sandbox, { 'rules.yml': sample });
    await expect.poll(async () => (await ask(real, '/api/v1/rules')).body.data.groups[0]?.rules[0]?.health, { timeout: 8000 }).toBe('ok');
    await expect.poll(async () => JSON.stringify((await ask(real, '/api/v1/alerts')).body), { timeout: 40_000 }).toContain('"Late"');
    await expect.poll(async () => JSON.stringify((await ask(real, '/api/v1/alertmanagers')).body), { timeout: 20_000 }).toContain('http:');
    for (const path of [
      '/api/v1/rules?type=alert',
      '/api/v1/rules',
      '/api/v1/alerts',
      '/api/v1/alertmanagers',
      '/-/ready',
      '/-/healthy',
      '/api/v1/rules?type=odd',
      '/nowhere',
    ]) {
      expect([path, timeless(await ask(sandbox.prometheusUrl, path))]).toEqual([path, timeless(await ask(real, path))]);
    }
  }, 60_000);
});

it.runIf(realPrometheus === undefined)('Prometheus is not on this machine: the imitation was not compared with it', ({ skip }) => {
  expect(realPrometheus).toBeUndefined();
  skip('no prometheus');
});
