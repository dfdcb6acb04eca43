import { service, workload } from './manifests.ts';
import type { Tree } from './tree.ts';

/** Rules that a cluster of long standing has: that alerting is alive, and one of the team's own. */
export const firstRules = `groups:
  - name: meta
    rules:
      - alert: Watchdog
        expr: vector(1)
        labels:
          severity: none
        annotations:
          summary: Alerting is alive
  - name: example
    rules:
      - alert: InstanceDown
        expr: up == 0
        for: 5m
        labels:
          severity: P3
        annotations:
          summary: 'Nothing answers at {{ $labels.instance }}'
          runbook_url: https://runbooks.example.com/InstanceDown
`;

const labels = { app: 'prometheus' };

/** Which Alertmanagers Prometheus tells: one address, or every replica behind a headless Service. */
export type Discovery = { readonly target: string } | { readonly name: string };

function configuration(discovery: Discovery): string {
  const found =
    'target' in discovery
      ? `static_configs:\n        - targets: [${discovery.target}]`
      : `dns_sd_configs:\n        - names: [${discovery.name}]\n          type: A\n          port: 9093`;
  return `global:
  scrape_interval: 30s
  evaluation_interval: 30s
  external_labels:
    cluster: sandbox
alerting:
  alertmanagers:
    - ${found}
rule_files:
  - /etc/prometheus-rules/*.yml
`;
}

/** A Prometheus that reads its rules from the ConfigMap `prometheus-rules`, with a reloader beside it. */
export function prometheusObjects(discovery: Discovery): readonly (readonly [string, Tree])[] {
  const mounts = [
    { name: 'config', mountPath: '/etc/prometheus' },
    { name: 'rules', mountPath: '/etc/prometheus-rules' },
  ];
  const server = {
    name: 'prometheus',
    image: 'quay.io/prometheus/prometheus:v3.5.0',
    args: ['--config.file=/etc/prometheus/prometheus.yml', '--web.enable-lifecycle'],
    ports: [{ name: 'web', containerPort: 9090 }],
    volumeMounts: mounts,
  };
  const reloader = {
    name: 'config-reloader',
    image: 'quay.io/prometheus-operator/prometheus-config-reloader:v0.93.0',
    args: ['--reload-url=http://127.0.0.1:9090/-/reload', '--watched-dir=/etc/prometheus', '--watched-dir=/etc/prometheus-rules'],
    volumeMounts: mounts,
  };
  const volumes = ['config', 'rules'].map((name) => ({ name, configMap: { name: `prometheus-${name}` } }));
  return [
    ['configmaps', { metadata: { name: 'prometheus-config', labels }, data: { 'prometheus.yml': configuration(discovery) } }],
    ['configmaps', { metadata: { name: 'prometheus-rules', labels }, data: { 'rules.yml': firstRules } }],
    ['deployments', workload('prometheus', labels, labels, 1, { containers: [server, reloader], volumes })],
    ['services', service('prometheus', labels, labels, 'web', 9090)],
  ];
}
