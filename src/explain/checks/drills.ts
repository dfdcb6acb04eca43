import type { Page } from '../page.ts';
import { rest } from './rest.ts';

const forward = 'kubectl -n monitoring port-forward svc/alertmanager 9093';
const post = (severity: string) =>
  `amtool alert add PmpPagerDutyDrill severity=${severity} pmp_drill=01$(openssl rand -hex 12 | tr a-f A-F) --annotation=summary=DRILL --alertmanager.url=http://127.0.0.1:9093`;
const critical = post('P1');
/** All levels take 25 minutes: an alert that ends before resolves the incident on its way. */
const climbing = `${critical} --end=$(date -u -d '+60 min' +%Y-%m-%dT%H:%M:%SZ)`;
const high = post('P2');
const incidents = rest('/incidents', 'date_range=all', 'sort_by=created_at:desc', 'limit=10');

/** Items 8 to 10, and the second service: what only a drill proves. */
export const drillPages = {
  '08-test-alert': {
    title: 'A test alert reached a person',
    means:
      'Item 8. Read back from PagerDuty itself: an incident of the critical service whose alert carries `pmp_drill`, and in its log somebody was notified. A title is not enough, and neither is a local file. Proof older than 35 days (`--max-age`) counts no more.',
    causes: [
      'Nobody has drilled yet, or not for a month.',
      'The alert never left Alertmanager: a wrong key, a route, a silence.',
      'A maintenance window was open: events then create nothing.',
      'Nobody was on call, so that PagerDuty opened no incident, or notified nobody.',
      'The receiver’s `details` were edited, and the mark is gone.',
    ],
    see: [
      ['The newest incidents:', incidents],
      ['Whether Alertmanager has sent anything:', 'pmp-pd verify --only delivery,key-chain,routing'],
    ],
    fix: [
      [
        'Say in the team’s chat that a drill comes; then run it. It shows who is called, asks, and ends what it began:',
        'pmp-pd test-alert',
      ],
      ['If the drill does not arrive, it says where it stopped; this page goes through the way:', 'pmp-pd explain alerts-not-reaching'],
      ['Drill monthly, as the guide says: a proof ages.'],
      ['By hand instead: reach Alertmanager from here (leave it running):', forward],
      ['post the drill in another terminal (it ends by itself), acknowledge it, and resolve it in PagerDuty:', critical],
    ],
    related: ['alerts-not-reaching', 'drill-not-seen', 'key-chain', 'high-drill'],
  },
  '09-acknowledgement': {
    title: 'Somebody acknowledged, and escalation stopped',
    means:
      'Item 9. In the log of a drill, a person who had been notified acknowledged it, and nobody of a further level was called after that. Acknowledged through the API it passes with the words that no human was tested; `--require-human` makes that a failure.',
    causes: [
      'The drill was left alone, or was resolved without an acknowledgement.',
      'Somebody acknowledged who had not been called.',
      'It was acknowledged by the API (`--ack auto`), and a human is required.',
      'The service rings again after its acknowledgement timeout; that is not a further level.',
    ],
    see: [
      ['The newest incidents and their ids:', incidents],
      ['Who was told, and who answered (put the id in place of ID):', rest('/incidents/ID/log_entries', 'include[]=channels')],
    ],
    fix: [
      ['Drill with a person who answers:', 'pmp-pd test-alert'],
      ['Whoever is paged presses Acknowledge in the app, or 4 on the phone.'],
      ['Nobody was reached? Then first:', 'pmp-pd verify --only reachability'],
    ],
    related: ['08-test-alert', 'drill-not-answered', 'reachability'],
  },
  '10-escalation': {
    title: 'An unanswered alert climbed through every level',
    means:
      'Item 10. In the log of a drill there is one escalation for each level after the first, each within a minute of its plan. It takes the real minutes: 25 with the guide’s critical policy. Low-urgency incidents never escalate and prove nothing here.',
    causes: [
      'The drills so far were acknowledged at level 1, as they should be.',
      'The drill ended before the last level was called.',
      'A level had nobody, and PagerDuty went past it at once: too early.',
      'The policy was changed since: an incident keeps the one it was opened with.',
    ],
    see: [
      ['When each level was called (put the incident’s id in place of ID):', rest('/incidents/ID/log_entries')],
      ['The delays as they are now:', rest('/escalation_policies', 'query=PMP')],
    ],
    fix: [
      ['Ask everybody not to answer before the last level; then:', 'pmp-pd test-alert --escalation'],
      [
        'By hand instead: with Alertmanager reached as in 08-test-alert, this alert lasts an hour; the last one called acknowledges:',
        climbing,
      ],
      ['Levels that were left out have nobody on call:', 'pmp-pd verify --only coverage'],
      ['More: the guide’s troubleshooting of it.', 'pmp-pd explain escalation-not-working'],
    ],
    related: ['escalation-not-working', 'coverage', 'loops'],
  },
  'high-drill': {
    title: 'The second service was drilled too',
    means:
      'Items 8 to 10 are proven by the critical service. The other one has a key, a policy and a route of its own, and each of them can be wrong by itself. A drill of it within the age that counts, which notified somebody, is looked for; without one this warns.',
    causes: [
      'Only P1 was ever drilled.',
      'The drill went to the critical service: its severity said so, or a route did.',
      'The drill opened an incident, and nobody was at level 1 of that policy.',
    ],
    see: [['The newest incidents, with their services:', incidents]],
    fix: [
      ['Drill it:', 'pmp-pd test-alert --severity high'],
      ['By hand instead, with Alertmanager reached as in 08-test-alert:', high],
      ['If it does not arrive, look at its own key and route:', 'pmp-pd verify --only key-chain,routing'],
    ],
    related: ['08-test-alert', 'key-chain'],
  },
} satisfies Readonly<Record<string, Page>>;
