import type { Page } from '../page.ts';
import { rest } from './rest.ts';

const forward: Page['see'] = [
  ['Alertmanager itself. This stays open until Ctrl-C,', 'kubectl -n monitoring port-forward deploy/alertmanager 9093'],
];

/** From Prometheus to PagerDuty: what an alert meets on its way. Where an operator runs Alertmanager, statefulset/alertmanager-… stands for deploy/alertmanager. */
export const pathPages = {
  'key-chain': {
    title: 'Each route ends with its own service’s key',
    means:
      'PagerDuty’s integration, the secret, the mount, the loaded receiver and the route each hold or use a key; each can be right by itself, and only together do they page. Compared by fingerprint. `amtool` sees none of it: it opens no key file and accepts a literal ${…}.',
    causes: [
      "The guide's literal text: Alertmanager never expands ${PAGERDUTY_SERVICE_KEY_CRITICAL} and sends those characters as the key.",
      'The two keys are swapped: a P1 rings by the policy of P2.',
      'The key file is not mounted, or under another path; a pod of a rollout does not have it yet.',
      'A v1 key in `routing_key`, or a v2 key in `service_key`: PagerDuty answers 400.',
      'An EU account with `service_key`, or with the US host: the key is not known there.',
      'A newline at the end of an inline key (`echo` instead of `printf`). In a file it is trimmed.',
    ],
    see: [
      ['The literal text, in whatever holds the configuration:', 'kubectl -n monitoring get configmaps -o yaml | grep -n "_key: .*[$]{"'],
      ['Entries and lengths of the secret:', 'kubectl -n monitoring describe secret pagerduty-secrets'],
      ['Where it is mounted:', 'kubectl -n monitoring describe deploy alertmanager | grep -A9 Mounts'],
      ['What PagerDuty answers:', 'kubectl -n monitoring logs deploy/alertmanager --tail=200 | grep -i pagerduty'],
    ],
    fix: [
      ['Secret, mount, configuration and reload in the order that never stops paging:', 'pmp-pd setup --apply-alertmanager'],
      ['Under Helm or GitOps: put the printed values into its source.'],
      ['Then prove it:', 'pmp-pd verify --wait 5m --only key-chain'],
    ],
    related: ['06-kubernetes-secrets', 'delivery', 'alerts-not-reaching'],
  },
  routing: {
    title: 'P1, P2 and P3 go where they should, and nothing else pages',
    means:
      'Alerts with the labels severity P1, P2 and P3 are led through the loaded route tree of every replica: to the critical receiver, the second, and the second with low urgency. severity="none" and Watchdog page nobody. No active silence hides a whole severity or a loaded rule, no alert that fires inhibits it, no time interval mutes it.',
    causes: [
      'A route above ours catches the alert first, or "continue: true" sends it twice.',
      'The rules say severity "page" or "error", and the routes want P1 or critical.',
      'A wide silence from the last deployment is still active.',
      'The operator added a namespace matcher to every route of an AlertmanagerConfig.',
      'P2 is sent as a warning: then it is low urgency and never escalates.',
      'An inhibition rule is wider than was meant, or mute_time_intervals stands on the route.',
    ],
    see: [
      ['Where an alert goes, by the file:', 'amtool config routes test --config.file=alertmanager.yml severity=P1'],
      ...forward,
      ['and in a second terminal the loaded tree,', 'curl -sS http://localhost:9093/api/v2/status'],
      ['and the silences:', 'curl -sS http://localhost:9093/api/v2/silences'],
    ],
    fix: [
      ['Put our routes first under the root again; yours are kept:', 'pmp-pd setup --apply-alertmanager'],
      ['Expire the silence, in Alertmanager’s web page or with the id that the check names:', 'amtool silence expire ID'],
      ['A P2 that is meant to be quiet: say `p2: quiet` in the answers.'],
    ],
    related: ['07-alertmanager-config', 'key-chain', 'duplicate-incidents'],
  },
  delivery: {
    title: 'What Alertmanager sends, PagerDuty takes',
    means:
      'Alertmanager counts what it sent and what failed since it started; PagerDuty’s reason stands only in its log, and that line is shown. More than 1 in 100 fails this check, fewer warn. Nothing sent proves nothing: the counters stand at zero with a wrong key, too.',
    causes: [
      'PagerDuty answers 400: the key has not 32 characters, or is of the other kind.',
      'The key file cannot be read: not mounted, or with rights for another user.',
      'A network policy, a proxy or DNS keeps port 443 from the pod; Alertmanager uses no proxy of the environment.',
      'Too many events for one key (429): grouping is too fine.',
      'One hung connection uses up a whole `group_interval`.',
    ],
    see: [
      ['The reason:', 'kubectl -n monitoring logs deploy/alertmanager --tail=500 | grep -i notify'],
      ...forward,
      ['and in a second terminal:', 'curl -sS http://localhost:9093/metrics | grep integration=.pagerduty'],
    ],
    fix: [
      ['A refused key: find the broken link.', 'pmp-pd verify --only key-chain'],
      ['No way out: allow port 443 to the Events host, or set `proxy_url` in the receiver’s http_config.'],
      [
        'The counters forget only with a restart; after mending, restart and drill:',
        'kubectl -n monitoring rollout restart deploy/alertmanager',
      ],
    ],
    related: ['key-chain', 'alerts-not-reaching'],
  },
  'dead-mans-switch': {
    title: 'Somebody outside notices when alerting itself dies',
    means:
      'Watchdog is an alert that always fires. It must leave the cluster, to a service that raises the alarm when it stops coming: when Prometheus or Alertmanager is dead, nothing else can. None configured warns. It fails where Watchdog does not fire, does not arrive in this Alertmanager, or has an address that is missing or lies inside the cluster; it warns where Watchdog calls less often than every 15 minutes, or calls have failed.',
    causes: [
      'No address was ever given: Watchdog then goes to a receiver that does nothing.',
      'The rules that setup renders were not loaded, or their PrometheusRule lacks the label that Prometheus selects by.',
      'Prometheus names no Alertmanager, or one that is gone.',
      'A route above ours swallows it.',
    ],
    see: [
      ['Prometheus. This stays open until Ctrl-C,', 'kubectl -n monitoring port-forward service/prometheus 9090'],
      ['and in a second terminal what fires,', 'curl -sS http://localhost:9090/api/v1/alerts'],
      ['and where it is sent:', 'curl -sS http://localhost:9090/api/v1/alertmanagers'],
      ['Where Watchdog goes:', 'amtool config routes test --config.file=alertmanager.yml alertname=Watchdog severity=none'],
    ],
    fix: [
      ['Make a check at a service that expects a call every minute; its address is a secret.'],
      ['Give it by WATCHDOG_URL, or when asked:', 'pmp-pd setup --apply-alertmanager'],
      ['Load pmp-rules.yml into Prometheus (rule_files, or a PrometheusRule).'],
    ],
    related: ['routing', 'runbooks'],
  },
  runbooks: {
    title: 'Every rule that can page links its runbook',
    means:
      'Of the rules that Prometheus has loaded, those whose severity pages (P1, P2, P3, critical, high, warning) are looked at: the annotation of the answers (runbook_url) must hold a link. It goes into the incident as a detail and as a link. A rule without one warns: its incidents link only the common address.',
    causes: [
      'The rule is new, and its runbook was to be written later.',
      'The annotation has another name (`runbook`, `runbook_link`).',
      'A chart’s rules came with an update, and have links of their own or none.',
    ],
    see: [
      ['Prometheus. This stays open until Ctrl-C,', 'kubectl -n monitoring port-forward service/prometheus 9090'],
      ['and in a second terminal:', "curl -sS 'http://localhost:9090/api/v1/rules?type=alert'"],
    ],
    fix: [
      ['Add the annotation to each rule that is named, with an address that opens on a phone.'],
      ['If yours has another name, say so in the answers (`alertmanager.annotations`), then:', 'pmp-pd setup'],
    ],
    related: ['dead-mans-switch'],
  },
  grouping: {
    title: 'Alert grouping cannot put a P1 into an incident that pages nobody',
    means:
      'PagerDuty’s grouping adds an alert to an incident that is already open, and an open incident notifies nobody again. One setting for both services lets a P1 join an open P2. On the second service, where severity decides the urgency, a P2 must not join a low-urgency P3: `severity` has to be among the fields.',
    causes: [
      'One setting was made for both services, as the web app suggests.',
      'Intelligent or time-based grouping on the second service, as the guide has it.',
      'The plan refused the better kind, and somebody chose another by hand.',
    ],
    see: [
      ['The settings and their services (in the web app: Service, Settings, Alert grouping):', rest('/alert_grouping_settings')],
      ['What setup would change:', 'pmp-pd setup --plan -v --only services'],
    ],
    fix: [
      ['One setting for each service, severities apart:', 'pmp-pd setup --only services'],
      ['Where the plan has no grouping at all, Alertmanager’s own `group_by` does it.'],
    ],
    related: ['plan', 'duplicate-incidents'],
  },
} satisfies Readonly<Record<string, Page>>;
