import type { Page } from '../page.ts';
import { rest } from './rest.ts';

/** The guide's checklist, items 1 to 7 and 11: what has to stand. */
export const setUpPages = {
  '01-services-exist': {
    title: 'Two PagerDuty services are there and take events',
    means:
      'Item 1. P1 alerts open incidents on the critical service, P2 and P3 on the second one. Looked for by name, whoever made them. A service that is disabled or waits for nobody’s policy takes events and pages nobody.',
    causes: [
      'setup was not run against this account, or stopped half-way.',
      'The services have other names than the answers (or, without an answers file, the guide) say.',
      'Somebody disabled one during an incident and forgot it.',
      'The token belongs to another account or region.',
      'The urgency was set to support hours or to low: then a P1 at night does not escalate.',
    ],
    see: [
      ['By name, in the account of this token:', rest('/services', 'query=PMP')],
      ['What setup would change:', 'pmp-pd setup --plan --only services'],
    ],
    fix: [
      ['Make or mend them; what is right is left alone:', 'pmp-pd setup'],
      ['If they are called otherwise, name them in the answers (`names:`).'],
      ['If one is disabled: in PagerDuty, Service Directory, that service, Enable.'],
    ],
    related: ['02-escalation-policies', 'grouping', 'alerts-not-reaching'],
  },
  '02-escalation-policies': {
    title: 'Each service escalates by a policy with several levels',
    means:
      'Item 2. The policy that a service really uses is looked at, not the one that should be there: its levels, who stands in each, and after how many minutes the next one is called. PagerDuty has no field for "respond within": that promise is kept in the description.',
    causes: [
      'The service was moved to another policy by hand.',
      'A level was removed, or its delay changed, while somebody was on holiday.',
      'The policy was made before the people and has one level only.',
      'The names in the answers do not match.',
    ],
    see: [
      ['Which policy each service uses:', rest('/services', 'query=PMP', 'include[]=escalation_policies')],
      ['Its levels, delays and targets:', rest('/escalation_policies', 'query=PMP', 'include[]=targets')],
      ['The differences, field by field:', 'pmp-pd setup --plan -v --only escalation-policies'],
    ],
    fix: [
      ['Bring policy and service to what the answers say:', 'pmp-pd setup'],
      ['If other delays are meant, change `escalation:` in the answers; then run setup again.'],
      ['If another team’s policy is meant, name it in the answers (`names:`).'],
    ],
    related: ['loops', 'coverage', 'escalation-not-working'],
  },
  '03-schedules': {
    title: 'Level 1 is a schedule with people in it',
    means:
      'Item 3. The schedules that level 1 of the policies names are there, have people, and somebody is on call now. A schedule outside every policy pages nobody: the guide’s Follow Sun is such a one until the answers say `level1: follow-sun` or `level1: both`.',
    causes: [
      'The schedule exists, but the policy names another one, or a person.',
      'Its last engineer left, and the layer is empty or has ended.',
      'It was made in the fixed zone EST: eight months a year it is an hour off.',
      'An override covers the hours with somebody who has left.',
    ],
    see: [
      ['Who is on call now, at every level:', rest('/oncalls', 'earliest=true')],
      ['Layers, zones and the next weeks:', rest('/schedules', 'query=PMP', 'include[]=schedule_layers')],
      ['What the answers want instead:', 'pmp-pd setup --plan -v --only schedules'],
    ],
    fix: [
      ['Write the rota that the answers describe; whose turn it is stays:', 'pmp-pd setup'],
      ['For one day, add an override in PagerDuty (Schedules, Overrides) instead.'],
      ['For another rotation, change `engineers:` in the answers.'],
    ],
    related: ['coverage', 'reachability'],
  },
  '04-contact-methods': {
    title: 'Everybody who can be paged has a phone and a rule that uses it',
    means:
      'Item 4. Everybody whom a level can call in the coming six weeks, found in PagerDuty and not in the answers: each has a phone or SMS number that is enabled, and a notification rule for high urgency. The app is the business of reachability.',
    causes: [
      'No phone number was given for that person, so only e-mail is left.',
      'PagerDuty blocked the number: a wrong country code, or an unsubscribe by SMS.',
      'A person of another team stands in the schedule and never set up rules.',
      'They deleted the rules to have quiet on a holiday.',
    ],
    see: [
      ['Numbers and rules of everybody:', rest('/users', 'include[]=contact_methods', 'include[]=notification_rules')],
      ['What setup would add, and to whom:', 'pmp-pd setup --plan -v --only engineers'],
    ],
    fix: [
      ['Add the number to the answers or to people.csv, then:', 'pmp-pd setup --only engineers'],
      ['A blocked number: its owner confirms it again in PagerDuty (My Profile, Contact Information).'],
      ['Rules of their own belong to them: ask, do not edit.'],
    ],
    related: ['reachability'],
  },
  '05-integration-keys': {
    title: 'Each service has an integration with a key',
    means:
      'Item 5. On each service there is an integration of the kind that Alertmanager sends to: Events API v2, or with `integration: prometheus` the guide’s Prometheus kind (Events API v1). Only its fingerprint is shown: the first 8 digits of the key’s SHA-256.',
    causes: [
      'The integration was deleted, or made anew: a new one has a new key.',
      'It is of the other kind; a v1 key does nothing in a `routing_key`.',
      'The token may see services, but not their integrations.',
      'It was put on one service only.',
    ],
    see: [
      ['Which integrations there are (in the web app too: Service, Integrations):', rest('/services', 'query=PMP')],
      ['What setup would make:', 'pmp-pd setup --plan -v --only integration-keys'],
    ],
    fix: [
      ['Make the missing one, and put its key where it is used:', 'pmp-pd setup --apply-alertmanager'],
      ['Delete integrations that nobody sends to any more, so that nobody picks the wrong key.'],
    ],
    related: ['key-chain', '06-kubernetes-secrets'],
  },
  '06-kubernetes-secrets': {
    title: 'The Kubernetes secret holds the key of each service',
    means:
      'Item 6. The secret (`pagerduty-secrets` in `monitoring`, unless the answers say otherwise) has both entries, PAGERDUTY_SERVICE_KEY_CRITICAL and PAGERDUTY_SERVICE_KEY_HIGH, and each holds a key of its own service. Compared by fingerprint; no value is ever shown.',
    causes: [
      'The guide’s command was typed with the dummy text, or with the keys swapped.',
      'The integration was made anew in PagerDuty, and the secret still has the old key.',
      'Another namespace or context is looked at than Alertmanager runs in.',
      'External Secrets or Sealed Secrets writes it, and its source has the old key.',
      'This account of yours may not read secrets: then the item is not provable.',
    ],
    see: [
      ['Entries and their lengths, without values (32 bytes each):', 'kubectl -n monitoring describe secret pagerduty-secrets'],
      ['Who writes it:', "kubectl -n monitoring get secret pagerduty-secrets -o jsonpath='{.metadata.ownerReferences[*].kind}'"],
      ['Whether you may read it:', 'kubectl -n monitoring auth can-i get secrets'],
    ],
    fix: [
      ['Put the right keys there, from PagerDuty, in memory:', 'pmp-pd setup'],
      ['If a controller writes it, put the keys into its source instead.'],
      ['If it has another name or place, say so in the answers (`kubernetes.secret`, `kubernetes.namespace`).'],
    ],
    related: ['key-chain', 'kubernetes-permission'],
  },
  '07-alertmanager-config': {
    title: 'Alertmanager runs, and runs what it was given last',
    means:
      'Item 7. Every replica is ready, took its newest configuration, and has receivers that page PagerDuty. A replica that refuses a configuration goes on with the old one and says so only in its log and one metric. Whose keys it uses is the key chain’s business.',
    causes: [
      'The configuration was written to a file and never put in force.',
      'One line is wrong, and Alertmanager still runs what it had before.',
      'The pod was not restarted: a subPath mount never refreshes.',
      'One replica of several still runs the old one.',
      'Helm or Argo CD put the former configuration back.',
    ],
    see: [
      ['Whether the pods are ready:', 'kubectl -n monitoring get pods -o wide | grep -i alertmanager'],
      ['Whether a reload was refused, and why:', 'kubectl -n monitoring logs deploy/alertmanager --tail=100 | grep -i config'],
      ['What is loaded. This stays open until Ctrl-C,', 'kubectl -n monitoring port-forward deploy/alertmanager 9093'],
      ['and in a second terminal:', 'curl -sS http://localhost:9093/api/v2/status'],
    ],
    fix: [
      ['Put it in force, step by step, with the way back:', 'pmp-pd setup --apply-alertmanager'],
      ['Under Helm or GitOps: put the printed values into its source.'],
      ['A refused one: mend the line that the log names, and check it first:', 'amtool check-config alertmanager.yml'],
    ],
    related: ['key-chain', 'routing', 'alertmanager-not-loaded'],
  },
  '11-maintenance-windows': {
    title: 'The planned maintenance windows are in PagerDuty',
    means:
      'Item 11. Every window of the answers that is not over exists with its services and times; of a rule the next date must, and fewer dates than it asks for warn. During a window events create nothing at all: not suppressed but visible, as the guide has it, but never seen.',
    causes: [
      'No windows are planned: the answers say neither dates nor `windows: none`.',
      'The dates of a rule are used up; setup makes only as many as it says.',
      'Somebody moved or ended one in PagerDuty.',
      'A window was made for one service and is wanted on both.',
    ],
    see: [
      ['Open and future ones:', rest('/maintenance_windows', 'filter=open')],
      ['What setup would add:', 'pmp-pd setup --plan -v --only maintenance-windows'],
    ],
    fix: [
      ['Plan them in the answers (`windows:`), then:', 'pmp-pd setup --only maintenance-windows'],
      ['To do without on purpose, say `windows: none`: that warns instead of failing.'],
      ['Plan them short: what fires inside and is not repeated afterwards is lost.'],
    ],
    related: ['windows'],
  },
} satisfies Readonly<Record<string, Page>>;
