import type { Page } from '../page.ts';
import { rest } from './rest.ts';

/** Who is called, whether they hear it, and what the account allows. */
export const peoplePages = {
  coverage: {
    title: 'Somebody is on call at every hour of the coming six weeks',
    means:
      'From PagerDuty’s own rendering, overrides included, for 42 days and around both coming clock changes. Level 1 empty: PagerDuty calls level 2 at once. Every level empty: it opens no incident at all. More than 12 hours in a row (the weekend apart) and one person on two levels at one time warn.',
    causes: [
      'The guide’s own hours: weekdays 8 to 20 and weekends leave 60 hours a week to nobody.',
      'A region lost its only engineer.',
      'An override ended a day too early, or names somebody who has left.',
      'A layer has an end date that has come.',
      'The lead stands in at level 1, and is level 2 as well.',
    ],
    see: [
      ['Who is on call in the next weeks (in the web app: the schedule’s calendar):', rest('/oncalls', 'limit=100')],
      ['The picture of what the answers want:', 'pmp-pd setup --plan'],
    ],
    fix: [
      ['Let the open hours be filled (`gaps: fill`), then:', 'pmp-pd setup --only schedules'],
      ['For single days, add an override in PagerDuty.'],
      ['Empty hours that are meant: say `gaps: accept` in the answers; then they warn.'],
    ],
    related: ['03-schedules', 'reachability', 'escalation-not-working'],
  },
  reachability: {
    title: 'Everybody who can be paged hears it in time',
    means:
      'For each person of every level: invitation accepted, app signed in, phone enabled, rules for both urgencies, and the first SMS or call before the next level is called. A missing app warns where others share the level, and fails for its only person. The app cannot be set up for somebody else.',
    causes: [
      'The invitation still lies in the mailbox.',
      'A new phone: the app was installed and nobody signed in.',
      'The number is blocked by an unsubscribe, or never confirmed.',
      'Only e-mail or push rules: a silent phone wakes nobody.',
      'The call comes after 15 minutes, and level 2 is called after 10.',
    ],
    see: [
      ['Methods and rules of everybody:', rest('/users', 'include[]=contact_methods', 'include[]=notification_rules')],
      ['Who must still do what:', 'pmp-pd setup --plan --only engineers'],
    ],
    fix: [
      ['They accept, install the app, sign in; wait for it with:', 'pmp-pd verify --wait 10m --only reachability'],
      ['Then let setup add the rules for push:', 'pmp-pd setup --only engineers'],
      ['Rules of their own they change themselves (My Profile, Notification Rules).'],
    ],
    related: ['04-contact-methods', '09-acknowledgement'],
  },
  windows: {
    title: 'No maintenance window keeps alerts from paging now or within 24 hours',
    means:
      'While a maintenance window is open on a service, its integrations are off: events create no alert and no incident, and nothing is made up for afterwards. One that is open now, or opens within 24 hours, on either service warns: a launch would have no alerting.',
    causes: [
      'The deployment window of the launch itself.',
      'A window of the last maintenance that was made too long.',
      'A recurring one whose next date is today.',
      'Another team’s window holds one of the services too.',
    ],
    see: [['Open and future ones:', rest('/maintenance_windows', 'filter=open')]],
    fix: [
      ['Launch after its end, or end it in PagerDuty (Service, Maintenance Windows).'],
      ['One that ends soon can be waited for:', 'pmp-pd verify --wait 10m --only windows'],
      ['To mute one alert and keep the others, silence it in Alertmanager instead.'],
    ],
    related: ['11-maintenance-windows'],
  },
  token: {
    title: 'PagerDuty answers this token, and whose it is is known',
    means:
      'Names whose token it is. A person’s warns: it stops working when that person leaves, and sees only what their role sees. Of a scoped OAuth token the scopes are shown, and those wider than verify needs warn. An account key does not tell whether it is read-only: a pass says nothing of that. An expired account fails: it takes no events.',
    causes: [
      'The admin who ran setup put a token of their own into CI.',
      'A responder’s token: other people’s contact methods are kept back from it.',
      'The OAuth app was registered with write scopes, for setup, and is used for verify as well.',
      'The trial ended.',
    ],
    see: [
      ['Whose it is (an account key answers 400):', rest('/users/me')],
      ['What the account may:', rest('/abilities')],
    ],
    fix: [
      ['For CI make a read-only account key (Integrations, API Access Keys).'],
      ['Give it by file, so that it stands in no process list:', 'pmp-pd verify --token-file /run/secrets/pagerduty-token'],
      ['Expired: choose a plan in PagerDuty (Account Settings, Billing). What was set up is still there.'],
    ],
    related: ['pagerduty-credentials', 'account-expired', 'plan'],
  },
  loops: {
    title: 'An alert that nobody answers goes round again',
    means:
      'The guide says of the CTO "no escalation". PagerDuty then calls nobody again after the last level: an unanswered P1 stays open and silent. A policy that does not start again warns, with the minute at which the last person is called.',
    causes: [
      'The guide’s letter, and the default of the answers: `loops: 0`.',
      'Somebody set "repeat this policy" to 0 after a noisy night.',
      'The policy is another team’s.',
    ],
    see: [['How often each starts again (num_loops):', rest('/escalation_policies', 'query=PMP')]],
    fix: [
      ['Say `loops: 1` (up to 9) in the answers, then:', 'pmp-pd setup --only escalation-policies'],
      ['Or set "repeat this policy" in PagerDuty.'],
    ],
    related: ['02-escalation-policies', '10-escalation'],
  },
  plan: {
    title: 'The account’s plan has what the guide wants',
    means:
      'What PagerDuty’s plan of this account does not sell is worked around and named here: without low urgency a P3 cannot be quiet and does not reach PagerDuty; without alert grouping Alertmanager’s own group_by does it; without a free seat a person cannot be added.',
    causes: [
      'A Free or Professional plan: intelligent grouping is sold with AIOps.',
      'The trial ended, and the plan after it has less.',
      'More people on the rotation than seats were bought.',
    ],
    see: [
      ['What the account may:', rest('/abilities')],
      ['Seats taken and free:', rest('/licenses')],
    ],
    fix: [
      ['Take a plan that has it, then let setup use it:', 'pmp-pd setup'],
      ['Or leave it: these are warnings, and what works without is in force.'],
    ],
    related: ['grouping', 'plan-refuses', 'plan-too-small'],
  },
} satisfies Readonly<Record<string, Page>>;
