import { critical } from '../account.ts';
import { deployment, heartbeat, indented, prometheusMap, type Cluster } from '../cluster.ts';
import type { Sabotage } from '../sabotage.ts';

/** A time interval that holds that, on a route of P1 before ours. */
async function intervals(cluster: Cluster, field: 'mute_time_intervals' | 'active_time_intervals', holds: string): Promise<void> {
  await cluster.configure((text) =>
    `${text}\ntime_intervals:\n  - name: quiet\n    time_intervals:\n      - ${holds}\n`.replace(
      /^ {2}routes:\n/m,
      (line) => `${line}${indented(`- receiver: pagerduty-critical\n  matchers: ['severity="P1"']\n  ${field}: [quiet]`, 4)}`,
    ),
  );
}

/** Where alerts go, and what becomes of them. */
export const routes: readonly Sabotage[] = [
  {
    check: 'routing',
    name: 'P2 was sent to nobody',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: 'null'\n  matchers: ['severity="P2"']`),
    status: 'fail',
    says: /P2 alerts page nobody: they go to null/,
    hint: /Put the route back/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: 'routing',
    name: 'a team’s own route above ours swallows its P1',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: 'null'\n  matchers: ['service="pmp-study"']`),
    status: 'fail',
    says: /P1 alerts page nobody/,
    hint: /first under the root/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: 'routing',
    name: 'P1 goes to the second service',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-high\n  matchers: ['severity="P1"']`),
    status: 'fail',
    says: /P1 alerts go to pagerduty-high, the other service's receiver/,
    hint: /Put the route back/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: 'routing',
    name: 'P1 rings twice',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-high\n  matchers: ['severity="P1"']\n  continue: true`),
    status: 'warn',
    says: /each opens an incident of its own/,
    hint: /continue: true/,
    also: { 'key-chain': 'fail' },
  },
  {
    check: 'routing',
    name: 'P2 is sent as a warning, which never escalates',
    how: ({ cluster }) => cluster.configure((text) => text.replace(/severity: .*eq \.CommonLabels\.severity.*$/m, 'severity: warning')),
    status: 'fail',
    says: /P2 is sent with severity warning: low urgency, which never escalates/,
    hint: /p2: quiet/,
  },
  {
    check: 'routing',
    name: 'P3 rings like a P1',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-critical\n  matchers: ['severity="P3"']`),
    status: 'fail',
    says: /P3 alerts go to pagerduty-critical/,
    hint: /Put the route back/,
  },
  {
    check: 'routing',
    name: 'P3 reaches nobody',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: 'null'\n  matchers: ['severity="P3"']`),
    status: 'warn',
    says: /P3 alerts reach nobody/,
    hint: /Put the route back/,
  },
  {
    check: 'routing',
    name: 'what no route matches pages the second service',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-high\n  matchers: ['severity="none"']`),
    status: 'fail',
    says: /severity="none" pages/,
    hint: /receiver that pages nobody/,
    // Its first page is delivered.
    also: { 'dead-mans-switch': 'warn', delivery: 'pass' },
  },
  {
    check: 'routing',
    name: 'the Watchdog pages the second service, day and night',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-high\n  matchers: ['alertname="Watchdog"']`),
    status: 'fail',
    says: /Watchdog pages: it goes to pagerduty-high/,
    hint: /receiver that pages nobody/,
    // Its first page is delivered.
    also: { 'dead-mans-switch': 'warn', delivery: 'pass' },
  },
  {
    check: 'routing',
    name: 'Alertmanager no longer tells PagerDuty that an alert is over',
    how: ({ cluster }) => cluster.configure((text) => text.replaceAll('send_resolved: true', 'send_resolved: false')),
    status: 'warn',
    says: /pagerduty-critical and pagerduty-high: no resolve is sent/,
    hint: /send_resolved: true/,
  },
  {
    check: 'routing',
    name: 'a silence hides everything there is',
    how: ({ cluster }) => cluster.silence('alertname', '.+', true),
    status: 'fail',
    says: /hides P1, P2 and P3/,
    hint: /amtool silence expire/,
    also: { 'dead-mans-switch': 'fail' },
  },
  {
    check: 'routing',
    name: 'a silence hides every P1',
    how: ({ cluster }) => cluster.silence('severity', 'P1|critical', true),
    status: 'fail',
    says: /a silence by ben@example\.com until .* hides P1: "noise"/,
    hint: /amtool silence expire/,
  },
  {
    check: 'routing',
    name: 'a silence hides the whole application',
    how: ({ cluster }) => cluster.silence('namespace', 'pmp.*', true),
    status: 'fail',
    says: /hides P1, P2 and P3/,
    hint: /Expire it/,
  },
  {
    check: 'routing',
    name: 'P1 is sent as a warning to a service whose urgency goes by severity',
    how: async ({ account, cluster }) => {
      await account.change('services', critical, { incident_urgency_rule: { type: 'constant', urgency: 'severity_based' } });
      await cluster.configure((text) => text.replace(/severity: critical$/m, 'severity: warning'));
    },
    status: 'fail',
    says: /P1 is sent with severity warning: low urgency, which never escalates/,
    hint: /Put the route back/,
    also: { '01-services-exist': 'warn' },
  },
  {
    check: 'routing',
    name: 'the receiver sends our severity as it is, and PagerDuty knows none of that name',
    how: ({ cluster }) => cluster.configure((text) => text.replace(/severity: critical$/m, "severity: '{{ .CommonLabels.severity }}'")),
    status: 'fail',
    says: /pagerduty-critical sends P1 alerts with severity "P1", which PagerDuty refuses/,
    hint: /critical, error, warning or info/,
  },
  {
    check: 'routing',
    name: 'an inhibition rule lets the Watchdog mute every P1',
    how: ({ cluster }) =>
      cluster.configure((text) =>
        text.replace(
          /^inhibit_rules:\n/m,
          (line) => `${line}  - source_matchers: ['alertname="Watchdog"']\n    target_matchers: ['severity="P1"']\n`,
        ),
      ),
    status: 'fail',
    says: /P1 alerts are inhibited by alert Watchdog, which fires now/,
    hint: /inhibit_rules/,
  },
  {
    check: 'routing',
    name: 'the route of P1 is muted around the clock',
    how: ({ cluster }) => intervals(cluster, 'mute_time_intervals', "times: [{ start_time: '00:00', end_time: '24:00' }]"),
    status: 'fail',
    says: /P1 alerts reach pagerduty-critical not during "quiet": muted now/,
    hint: /Remove mute_time_intervals/,
  },
  {
    check: 'routing',
    name: 'P1 pages in office hours only',
    how: ({ cluster }) => intervals(cluster, 'active_time_intervals', "weekdays: ['monday:friday']"),
    status: 'warn',
    says: /P1 alerts reach pagerduty-critical only during "quiet"/,
    hint: /Remove active_time_intervals/,
  },
  {
    check: 'routing',
    name: 'the first P1 of a group waits half an hour',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: pagerduty-critical\n  matchers: ['severity="P1"']\n  group_wait: 30m`),
    status: 'warn',
    says: /P1 alerts wait 30 min before pagerduty-critical sends them/,
    hint: /group_wait/,
  },
  {
    check: 'routing',
    name: 'a silence hides what another team’s P1 are called',
    how: ({ cluster }) => cluster.silence('team', 'payments'),
    status: 'warn',
    says: /a silence by ben@example\.com until .* may hide alerts that page \(team="payments"\)/,
    hint: /amtool silence expire/,
  },
  {
    check: 'routing',
    name: 'a silence hides a loaded rule by a label of its own',
    how: ({ cluster }) => cluster.silence('service', 'alerting'),
    status: 'fail',
    says: /hides every alert of AlertmanagerPagerDutyFailing/,
    hint: /amtool silence expire/,
  },
  {
    check: 'routing',
    name: 'a route of one service alone sends its P1 to nobody',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: 'null'\n  matchers: ['service="alerting"']`),
    status: 'fail',
    says: /P1 alerts of rule AlertmanagerPagerDutyFailing page nobody: they go to null/,
    hint: /Put the route back/,
  },
  {
    check: 'routing',
    name: 'one of two replicas still has the configuration of yesterday',
    how: async ({ cluster }) => {
      await cluster.patch(deployment, { spec: { replicas: 2 } });
      cluster.wait('1m');
      // By its Service a reload reaches one of them.
      await cluster.routeFirst(`- receiver: 'null'\n  matchers: ['severity="P3"']`);
    },
    status: 'fail',
    says: /replicas route differently: /,
    hint: /Reload the one that lags behind/,
    also: { '07-alertmanager-config': 'warn' },
  },
  {
    check: 'dead-mans-switch',
    name: 'the Watchdog’s receiver tells nobody outside',
    how: ({ cluster }) => cluster.routeFirst(`- receiver: 'null'\n  matchers: ['alertname="Watchdog"']`),
    status: 'warn',
    says: /Watchdog goes to nobody outside the cluster/,
    hint: /WATCHDOG_URL/,
  },
  {
    check: 'dead-mans-switch',
    name: 'the switch’s address is empty',
    how: ({ cluster }) => cluster.patch(heartbeat, { data: { WATCHDOG_URL: '' } }),
    status: 'fail',
    says: /takes its address from secret pagerduty-heartbeat, entry WATCHDOG_URL, and it is empty/,
    hint: /WATCHDOG_URL/,
  },
  {
    check: 'dead-mans-switch',
    name: 'the secret with the switch’s address was deleted',
    how: ({ cluster }) => cluster.kubectl('DELETE', heartbeat),
    status: 'fail',
    says: /secret pagerduty-heartbeat, entry WATCHDOG_URL, and there is no such secret/,
    hint: /WATCHDOG_URL/,
  },
  {
    check: 'dead-mans-switch',
    name: 'the Watchdog rule is gone',
    how: async ({ cluster }) => {
      await cluster.rules((text) => text.replace(/^ *- alert: Watchdog\n(?:^ {8,}.*\n)+/m, ''));
      await cluster.rules((text) => text.replace('alert: Watchdog', 'alert: AlertingIsAlive'), 'rules.yml');
    },
    status: 'fail',
    says: /Watchdog does not fire/,
    hint: /pmp-rules\.yml/,
  },
  {
    check: 'dead-mans-switch',
    name: 'Prometheus sends to no Alertmanager',
    how: async ({ cluster }) => {
      const text = await cluster.text(prometheusMap, 'prometheus.yml');
      await cluster.patch(prometheusMap, { data: { 'prometheus.yml': text.replace(/^alerting:\n(?: .*\n)+/m, '') } });
      cluster.wait('1m');
    },
    status: 'fail',
    says: /Prometheus sends its alerts to no Alertmanager/,
    hint: /alerting\.alertmanagers/,
  },
  {
    check: 'dead-mans-switch',
    name: 'Prometheus sends to another Alertmanager',
    how: async ({ cluster }) => {
      const text = await cluster.text(prometheusMap, 'prometheus.yml');
      const elsewhere = 'alerting:\n  alertmanagers:\n    - static_configs:\n        - targets: [alertmanager.example.com:9093]\n';
      await cluster.patch(prometheusMap, { data: { 'prometheus.yml': text.replace(/^alerting:\n(?: .*\n)+/m, elsewhere) } });
      cluster.wait('15m');
    },
    status: 'fail',
    says: /Watchdog does not arrive in Deployment monitoring\/alertmanager: Prometheus sends its alerts to http:\/\/alertmanager\.example\.com/,
    hint: /Name Deployment monitoring\/alertmanager in Prometheus/,
  },
  {
    check: 'dead-mans-switch',
    name: 'Prometheus is dead',
    how: async ({ cluster }) => {
      await cluster.patch('/apis/apps/v1/namespaces/monitoring/deployments/prometheus', { spec: { replicas: 0 } });
      cluster.wait('15m');
    },
    status: 'fail',
    says: /Prometheus does not answer: the cluster does, and Service monitoring\/prometheus leads to nobody/,
    hint: /Start Prometheus again/,
    also: { runbooks: 'fail' },
  },
  {
    check: 'dead-mans-switch',
    name: 'the switch’s address is that of a Service of the same cluster',
    how: ({ cluster }) =>
      cluster.patch(heartbeat, { data: { WATCHDOG_URL: Buffer.from('http://snitch.monitoring.svc/ping').toString('base64') } }),
    status: 'fail',
    says: /Watchdog does not leave the cluster: .* it is an in-cluster address/,
    hint: /WATCHDOG_URL/,
  },
  {
    check: 'dead-mans-switch',
    name: 'a route of somebody’s own lets the Watchdog call every four hours',
    how: ({ cluster }) =>
      cluster.configure((text) =>
        text.replace(/group_interval: 1m\n( *)repeat_interval: 50s.*/, 'group_interval: 1m\n$1repeat_interval: 4h'),
      ),
    status: 'warn',
    says: /Watchdog calls only every 4 h by receiver watchdog/,
    hint: /repeat_interval: 50s/,
  },
  {
    check: 'dead-mans-switch',
    name: 'a silence hides the Watchdog',
    how: ({ cluster }) => cluster.silence('alertname', 'Watchdog'),
    status: 'fail',
    says: /silence by ben@example\.com .* Watchdog/,
    hint: /amtool silence expire/,
  },
  {
    check: 'runbooks',
    name: 'the rules lost their runbooks',
    how: ({ cluster }) => cluster.rules((text) => text.replace(/^ *runbook_url: .*\n/gm, '')),
    status: 'warn',
    says: /\d of \d rules that can page have no link in runbook_url/,
    hint: /Add an annotation runbook_url/,
  },
  {
    check: 'runbooks',
    name: 'one rule’s runbook says “TODO”',
    how: ({ cluster }) => cluster.rules((text) => text.replace(/runbook_url: .*/, 'runbook_url: TODO')),
    status: 'warn',
    says: /1 of 4 rules that can page have no link/,
    hint: /Add an annotation runbook_url/,
  },
  {
    check: 'delivery',
    name: 'PagerDuty refuses what Alertmanager sends',
    how: (world) => world.befall('am-failure', 'clientError'),
    status: 'fail',
    says: /1 of 1 sent to PagerDuty .* failed \(clientError 1\); last: .*should be 32 characters/,
    hint: /compare the keys/,
  },
  {
    check: 'delivery',
    name: 'the network lets nothing out',
    how: (world) => world.befall('am-failure', 'contextDeadlineExceeded'),
    status: 'fail',
    says: /contextDeadlineExceeded 1/,
    hint: /network policies/,
  },
  {
    check: 'delivery',
    name: 'Alertmanager cannot read the key file',
    how: (world) => world.befall('am-failure', 'other'),
    status: 'fail',
    says: /no such file or directory/,
    hint: /mount the secret/,
  },
  {
    check: '07-alertmanager-config',
    name: 'the cluster lets nobody look into the namespace',
    how: ({ sandbox }) => sandbox.fault('k8s-403:/k8s*monitoring*'),
    status: 'skip',
    says: /not seen: /,
    also: { '06-kubernetes-secrets': 'skip', 'key-chain': 'skip', routing: 'skip', 'dead-mans-switch': 'skip', runbooks: 'skip' },
  },
  {
    check: '06-kubernetes-secrets',
    name: 'the cluster lets nobody read secrets',
    how: ({ sandbox }) => sandbox.fault('k8s-403:/k8s/api/v1/namespaces/monitoring/secrets*'),
    status: 'skip',
    says: /not seen: .*secrets/,
    also: { '07-alertmanager-config': 'skip', 'key-chain': 'skip', routing: 'skip', 'dead-mans-switch': 'skip' },
  },
  {
    check: '07-alertmanager-config',
    name: 'nobody may reach through the API server’s proxy',
    how: ({ sandbox }) => sandbox.fault('k8s-403:/k8s*/proxy*'),
    status: 'skip',
    says: /not seen: /,
    also: { 'key-chain': 'skip', routing: 'skip', 'dead-mans-switch': 'skip', runbooks: 'skip' },
  },
];
