import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** What a drill met. */
export const drillPages = {
  'drill-refused': {
    title: 'The drill was not started: it could prove nothing now, or would disturb',
    means:
      'Before anything rings, `pmp-pd test-alert` looks at maintenance windows, open incidents, silences, and at who would be called. Something speaks against a drill now. Nothing was sent, and nobody was called. Exit code 1.',
    causes: [
      'A maintenance window of the service is open: PagerDuty opens no incident in it.',
      'A real incident of the service is open: a drill would call people who are at work on it.',
      'A silence, a time interval or a firing alert keeps the drill from leaving Alertmanager.',
      'Nobody is on call, or nothing of whoever is on call rings.',
      'With `--via stress`: the rule is not loaded, or the pod has no program called stress.',
    ],
    see: [
      ['Windows, silences, and who is reached:', 'pmp-pd verify --only windows,routing,coverage,reachability'],
      ['Who is on call now:', 'pmp-pd oncall'],
    ],
    fix: [
      ['Do what the message says; then drill again:', 'pmp-pd test-alert'],
      ['An open window and a real incident can be excused, if you know what you do:', 'pmp-pd test-alert --anyway incident'],
      ['To leave Alertmanager out, with its silences and routes:', 'pmp-pd test-alert --via events'],
    ],
    related: ['windows', 'routing', 'coverage', 'reachability'],
  },
  'drill-not-seen': {
    title: 'The alert of the drill did not become an incident',
    means:
      'The alert was sent, and no incident of the service held it within two minutes and the time that Alertmanager waits for a group. Where Alertmanager says why, the message says so. The alert was ended. Exit code 7.',
    causes: [
      'The key: a literal ${…}, swapped, not mounted, or of the other kind.',
      'The loaded configuration routes drills to a receiver without PagerDuty.',
      'It is silenced or inhibited since the drill began.',
      'PagerDuty accepted it and opened nothing: a window, or nobody on call.',
      'The cluster has no way out to events.pagerduty.com.',
    ],
    see: [
      ['All of it at once:', 'pmp-pd verify --only key-chain,delivery,routing --only windows,coverage'],
      ['Alertmanager’s own words:', 'kubectl -n monitoring logs deploy/alertmanager --tail=200 | grep -i -e pagerduty -e notify'],
    ],
    fix: [
      ['Mend the first link that fails; its page says how:', 'pmp-pd explain alerts-not-reaching'],
      ['To know which half is broken, drill past Alertmanager:', 'pmp-pd test-alert --via events'],
      ['Then the whole way again:', 'pmp-pd test-alert'],
    ],
    related: ['alerts-not-reaching', 'key-chain', 'delivery', 'routing'],
  },
  'drill-not-answered': {
    title: 'The drill rang, and nobody acknowledged it in time',
    means:
      'An incident opened, and nobody acknowledged it before the time was up, which without `--timeout` is shortly before the next level would have been called. The incident was resolved, so that nobody further was woken. Exit code 1.',
    causes: [
      'Whoever was called did not hear it: the phone is silent, the app is not signed in, the number is wrong.',
      'The app may not sound at night: critical alerts are not allowed in the phone’s settings.',
      'They saw that it was a drill and thought that nothing was asked of them.',
      'Somebody else was on call than the team thinks.',
    ],
    see: [
      ['Whose phone, app or rules are missing:', 'pmp-pd verify --only 4,reachability'],
      ['Who was on call:', 'pmp-pd oncall'],
    ],
    fix: [
      ['Ask whoever was called what they heard, and mend that first.'],
      ['Say in the team’s chat that a drill comes and wants an answer; then drill again:', 'pmp-pd test-alert'],
      ['To wait longer; the next level may be called:', 'pmp-pd test-alert --timeout 12m'],
      ['To prove all but the human:', 'pmp-pd test-alert --ack auto'],
    ],
    related: ['reachability', '04-contact-methods', '09-acknowledgement'],
  },
  'drill-failed': {
    title: 'The drill was seen, and did not prove what it was to prove',
    means:
      'The incident opened, and something of it was not as it should be; the message names it. Everything was ended, and what was proven stands in the account of the drill. Exit code 1.',
    causes: [
      'Grouping put the alert into an incident that was open already: then it pages nobody.',
      'Nobody was notified, or somebody further was called after the acknowledgement.',
      'A level was passed over, because nobody was on call there.',
      'Somebody answered an escalation drill too early, or resolved it.',
      'The incident lacks one of the five things that the guide wants in it.',
      'PagerDuty refused to snooze it or to take a note.',
    ],
    see: [
      ['The newest drill, as verify reads it:', 'pmp-pd verify --only 8,9,10,high-drill'],
      ['How the services group, and who is called when:', 'pmp-pd verify --only grouping,coverage,2'],
    ],
    fix: [
      ['Do what the message says.'],
      ['What setup makes comes back with:', 'pmp-pd setup --apply-alertmanager'],
      ['Then drill again:', 'pmp-pd test-alert'],
    ],
    related: ['08-test-alert', '09-acknowledgement', '10-escalation', 'grouping', 'runbooks'],
  },
  'drill-left-over': {
    title: 'Something of a drill could not be ended',
    means:
      'At its end a drill ends its alert and waits until the incident is closed; where that does not come about it resolves the incident by API. One of these did not work, or Ctrl-C was pressed twice. An alert of a drill in Alertmanager ends by itself within five minutes; an incident does not.',
    causes: [
      'The line to PagerDuty or to the cluster was lost.',
      'Ctrl-C was pressed a second time, or the process was killed.',
      'A maintenance window was opened meanwhile: the resolve does not get through.',
      'Other alerts joined the incident meanwhile; then it is left to whoever has it.',
    ],
    see: [
      ['What is still under way:', 'pmp-pd verify --only 8'],
      [
        'Open incidents are in PagerDuty’s web app under Incidents. Drills in Alertmanager:',
        'kubectl -n monitoring port-forward svc/alertmanager 9093',
      ],
    ],
    fix: [
      ['End what is left of drills, and nothing else:', 'pmp-pd test-alert --cleanup'],
      ['It spares a drill that somebody is running, and asks where nothing tells; off a terminal --yes ends that one, too.'],
      ['An incident that holds other alerts too is finished by whoever works on them.'],
      ['A load that is left in a pod ends by itself; the drill has said when.'],
    ],
    related: ['08-test-alert', 'drill-failed'],
  },
} satisfies Readonly<Partial<Record<ErrorId, Page>>>;
