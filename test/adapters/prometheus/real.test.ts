import { spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import { createPrometheus } from '../../../src/adapters/prometheus/index.ts';
import type { PrometheusRead } from '../../../src/ports/index.ts';
import { freePort, until } from '../alertmanager/real.ts';
import { installed, scratch, settings, templates } from '../alertmanager/fixtures.ts';

const running: { child?: ChildProcess; prometheus?: PrometheusRead } = {};
const http = createHttp({ userAgent: 'pmp-pd-test' });

describe.skipIf(!installed('prometheus'))('a real Prometheus with the rules that setup renders', () => {
  beforeAll(async () => {
    const folder = scratch();
    const rules = await (await createAlertmanagerText({ templates })).renderRules(settings);
    // Nobody wants to wait for an evaluation: the intervals are the only thing that is changed.
    writeFileSync(path.join(folder, 'pmp-rules.yml'), rules.replace(/interval: \d+s/g, 'interval: 1s'));
    writeFileSync(
      path.join(folder, 'prometheus.yml'),
      `global: { evaluation_interval: 1s }
rule_files: [pmp-rules.yml]
alerting: { alertmanagers: [{ path_prefix: /am, static_configs: [{ targets: ['127.0.0.1:1'] }] }] }
`,
    );
    const port = await freePort();
    running.child = spawn(
      'prometheus',
      [
        `--config.file=${path.join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${path.join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--web.route-prefix=/prom',
        `--web.external-url=http://127.0.0.1:${port}/prom`,
      ],
      { stdio: 'ignore' },
    );
    const url = new URL(`http://127.0.0.1:${port}/prom`);
    await until(async () => (await fetch(`${url.href}/-/ready`).catch(() => undefined))?.ok === true);
    running.prometheus = createPrometheus({ http, url });
  });
  afterAll(() => {
    running.child?.kill();
    http.close();
  });

  it('tells its rules, the Watchdog that fires, and where it sends it', async () => {
    const prometheus = running.prometheus!;
    await until(async () => (await prometheus.alerts()).some(({ state }) => state === 'firing'));
    const rules = await prometheus.rules();
    expect(rules.find(({ name }) => name === 'Watchdog')).toMatchObject({ health: 'ok', labels: { severity: 'none' } });
    expect(rules.length).toBeGreaterThanOrEqual(3);
    const [watchdog] = await prometheus.alerts();
    expect(watchdog).toMatchObject({ labels: { alertname: 'Watchdog' }, state: 'firing' });
    expect(Math.abs(Date.now() - (watchdog?.activeAt ?? 0))).toBeLessThan(60_000);
    await until(async () => (await prometheus.alertmanagers()).length > 0);
    expect(await prometheus.alertmanagers()).toEqual(['http://127.0.0.1:1/am/api/v2/alerts']);
  });
});
