import type { Page } from '../page.ts';
import { rest } from './rest.ts';

/** The guide's Troubleshooting section: what somebody sees, and the checks to look at, from the start of the path to its end. */
export const topicPages = {
  'alerts-not-reaching': {
    title: 'Alerts do not reach PagerDuty',
    means:
      'Something fires, and no incident opens. On its way an alert passes a rule, Prometheus, Alertmanager’s routes, a key, the network, and a service that must not be in maintenance. Each has a check; the first that fails is where it stops.',
    causes: [
      'The key: a literal ${…}, swapped, not mounted, or of the other kind (key-chain).',
      'PagerDuty refuses it, or cannot be reached; only the log says so (delivery).',
      'No route, or a silence, for that severity (routing).',
      'Prometheus sends to no Alertmanager (dead-mans-switch).',
      'A maintenance window is open (windows), or the service is disabled (01-services-exist).',
      'Nobody is on call at any level: then no incident is opened (coverage).',
    ],
    see: [
      ['All of it at once:', 'pmp-pd verify --only key-chain,delivery,routing --only dead-mans-switch,windows,coverage'],
      [
        'Alertmanager’s own words. The guide’s `-l app=alertmanager` finds no pods of the chart:',
        'kubectl -n monitoring logs deploy/alertmanager --tail=200 | grep -i -e pagerduty -e notify',
      ],
      ['Whether the key has 32 bytes:', 'kubectl -n monitoring describe secret pagerduty-secrets'],
    ],
    fix: [
      ['Mend the first link that fails; its page says how:', 'pmp-pd explain key-chain'],
      ['Whatever is missing of what setup makes comes back with:', 'pmp-pd setup --apply-alertmanager'],
      ['Prove it with a drill; the guide’s `curl … -d {...}` is no valid event:', 'pmp-pd test-alert'],
    ],
    related: ['key-chain', 'delivery', 'routing', 'dead-mans-switch', 'windows', '08-test-alert'],
  },
  'escalation-not-working': {
    title: 'Nobody further is called when the first does not answer',
    means:
      'An incident is open, level 1 does not answer, and level 2 stays silent, or is called at once. An incident keeps the policy that it was opened with: changes help only the next one. Low-urgency incidents (P3, or a quiet P2) never escalate.',
    causes: [
      'The service uses another policy than you think (02-escalation-policies).',
      'Level 1 has nobody at that hour, and PagerDuty passed it over (coverage, 03-schedules).',
      'The next person was called and heard nothing: no app, no phone, no rule (reachability).',
      'It was acknowledged: then nobody further is called until the timeout of 30 minutes.',
      'The alert was sent as a warning: low urgency (routing), or joined such an incident (grouping).',
      'The last level was over, and the policy does not start again (loops).',
    ],
    see: [
      ['All of it at once:', 'pmp-pd verify --only 2,3,10,coverage,reachability,routing,grouping,loops'],
      ['What happened, minute by minute (put the incident’s id in place of ID):', rest('/incidents/ID/log_entries')],
    ],
    fix: [
      ['Mend what fails first; its page says how:', 'pmp-pd explain coverage'],
      ['Policies, schedules and rules as the answers have them:', 'pmp-pd setup'],
      ['Prove it with the real minutes, in a drill that nobody answers:', 'pmp-pd test-alert --escalation'],
    ],
    related: ['02-escalation-policies', 'coverage', 'reachability', '10-escalation', 'loops'],
  },
  'duplicate-incidents': {
    title: 'One trouble opens several incidents',
    means:
      'PagerDuty opens one incident for each deduplication key that is not open yet, and Alertmanager makes that key from the route and the values of `group_by`. So duplicates come from routes, groups, or several Alertmanagers that do not know each other; PagerDuty’s grouping merges only afterwards.',
    causes: [
      'Two receivers by "continue: true": each opens its own (routing).',
      'Replicas that do not form a cluster, so that each sends (07-alertmanager-config).',
      '`group_by` is too fine: with pod or instance every pod is an incident of its own.',
      'No grouping on the service, or a plan without it (grouping, plan).',
      'The route was edited: a new group key, while the old incident stays open.',
      'Two clusters with one key and no `cluster` in `group_by` resolve each other’s incidents instead.',
    ],
    see: [
      ['The checks of it:', 'pmp-pd verify --only 7,routing,grouping,plan'],
      ['Alertmanager. This stays open until Ctrl-C,', 'kubectl -n monitoring port-forward deploy/alertmanager 9093'],
      ['and in a second terminal the groups that it makes:', 'curl -sS http://localhost:9093/api/v2/alerts/groups'],
      ['and the replicas that it knows:', 'curl -sS http://localhost:9093/api/v2/status'],
    ],
    fix: [
      ['Our routes group by cluster, alertname, namespace, service and severity; put them back with:', 'pmp-pd setup --apply-alertmanager'],
      ['Let replicas find each other (--cluster.peer), or run one.'],
      ['Give each cluster its own `cluster` label in Prometheus’ external_labels.'],
      ['Merge what is open in PagerDuty (Incidents, Merge), and resolve what the old route left.'],
    ],
    related: ['routing', 'grouping', '07-alertmanager-config', 'plan'],
  },
} satisfies Readonly<Record<string, Page>>;
