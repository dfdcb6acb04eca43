import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { createAlertmanagerText } from '../../../src/adapters/alertmanager/index.ts';
import { installed, run, scratch, settings, templates, variants } from './fixtures.ts';

const text = await createAlertmanagerText({ templates });

/** Fifteen CPU seconds every fifteen seconds are one full core. */
const unit = `rule_files: [rules.yml]
evaluation_interval: 30s
tests:
  - name: five minutes of stress fire within five and a half minutes, and clear
    interval: 15s
    input_series:
      - series: 'container_cpu_usage_seconds_total{namespace="pmp",pod="api-1",container="api"}'
        values: '0x4 15+15x19 300x60'
      - series: 'kube_pod_container_resource_limits{namespace="pmp",pod="api-1",container="api",resource="cpu"}'
        values: '1x120'
    alert_rule_test:
      - { eval_time: 3m, alertname: PmpPodHighCpu, exp_alerts: [] }
      - eval_time: 5m30s
        alertname: PmpPodHighCpu
        exp_alerts:
          - exp_labels: { severity: P1, service: pmp-study, namespace: pmp, pod: api-1 }
            exp_annotations:
              summary: 'CPU above 80 % of its limit: pod api-1'
              runbook_url: https://runbooks.example.com/
              dashboard_url: https://grafana.example.com/
      - { eval_time: 14m, alertname: PmpPodHighCpu, exp_alerts: [] }
  - name: a throttled pod reaches its own limit
    interval: 15s
    input_series:
      - series: 'container_cpu_usage_seconds_total{namespace="pmp",pod="api-2",container="api"}'
        values: '0+7.5x60'
      - series: 'kube_pod_container_resource_limits{namespace="pmp",pod="api-2",container="api",resource="cpu"}'
        values: '0.5x60'
    promql_expr_test:
      - expr: count(ALERTS{alertname="PmpPodHighCpu",alertstate="firing"})
        eval_time: 8m
        exp_samples: [{ labels: '{}', value: 1 }]
  - name: a pod without a limit is measured in cores
    interval: 15s
    input_series:
      - series: 'container_cpu_usage_seconds_total{namespace="pmp",pod="api-3",container="api"}'
        values: '0+15x60'
    alert_rule_test:
      - { eval_time: 8m, alertname: PmpPodHighCpu, exp_alerts: [] }
      - eval_time: 8m
        alertname: PmpPodHighCpuNoLimit
        exp_alerts:
          - exp_labels: { severity: P2, service: pmp-study, namespace: pmp, pod: api-3 }
            exp_annotations:
              summary: 'More than 0.8 cores: pod api-3'
              runbook_url: https://runbooks.example.com/
              dashboard_url: https://grafana.example.com/
  - name: the dead-man's switch always fires
    interval: 1m
    alert_rule_test:
      - { eval_time: 1m, alertname: Watchdog, exp_alerts: [{ exp_labels: { severity: none }, exp_annotations: { summary: Alerting is alive } }] }
  - name: a refusing PagerDuty is noticed
    interval: 1m
    input_series:
      - series: 'alertmanager_notifications_failed_total{integration="pagerduty",namespace="monitoring",reason="clientError"}'
        values: '0+1x20'
      - series: 'alertmanager_notifications_total{integration="pagerduty",namespace="monitoring"}'
        values: '0+2x20'
    promql_expr_test:
      - expr: count(ALERTS{alertname="AlertmanagerPagerDutyFailing",alertstate="firing"})
        eval_time: 15m
        exp_samples: [{ labels: '{}', value: 1 }]
`;

describe('the rendered Prometheus rules', () => {
  it('fill in annotations and addresses', async () => {
    const rendered = await text.renderRules(settings);
    expect(rendered.replace(/^\s*#.*$/gm, '')).not.toMatch(/__[A-Z]/);
    expect(load(rendered)).toMatchObject({ groups: [{ name: 'pmp-study' }] });
  });

  describe.skipIf(!installed('promtool'))('in promtool', () => {
    it.each(Object.entries(variants))('pass the check: %s', async (_, of) => {
      const file = path.join(scratch(), 'rules.yml');
      writeFileSync(file, await text.renderRules(of));
      expect(run('promtool', ['check', 'rules', file]).output).toContain('SUCCESS');
    });

    it("page for the guide's stress test, and for a dead path to PagerDuty", async () => {
      const folder = scratch();
      writeFileSync(path.join(folder, 'rules.yml'), await text.renderRules(settings));
      writeFileSync(path.join(folder, 'test.yml'), unit);
      const tested = run('promtool', ['test', 'rules', path.join(folder, 'test.yml')]);
      expect(tested.output).toContain('SUCCESS');
    });
  });
});
