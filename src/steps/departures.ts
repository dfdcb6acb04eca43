import type { Departure } from '../engine/index.ts';
import type { Brief } from '../model/index.ts';

/** Every place where the guide's letter would not do what the guide means, for these answers; in the guide's order. */
export function departures({ answers, urgencies, settings }: Brief): readonly Departure[] {
  const list: Departure[] = [
    {
      guide: 'Alert Grouping: Intelligent',
      done: 'one grouping setting per service; on the second service alerts group only with their own severity',
      why: 'one setting for both would let a P1 join an open P2 and page nobody',
    },
    {
      guide: '"respond within 5 min"',
      done: "kept in the policy's description as a promise",
      why: 'PagerDuty has no such field; only the escalation delay is real',
    },
    {
      guide: 'CTO, "no escalation"',
      done:
        answers.loops === 0
          ? 'the last level, and the policy does not start again'
          : `the last level, then the policy starts again ${answers.loops === 1 ? 'once' : `${answers.loops} times`}`,
      why: answers.loops === 0 ? 'after it nobody is called again: set loops to 1–9 if somebody should be' : 'the answers say so',
    },
    {
      guide: '"EST"',
      done: `the zone ${answers.timeZone}`,
      why: 'EST is five hours behind UTC all year, wrong eight months of it',
    },
  ];
  if (answers.gaps === 'fill') {
    list.push({
      guide: 'Weekdays 8 AM – 8 PM, weekends 24/7',
      done: "lower layers give the 60 open hours a week to the region that is awake, and under them to the week's engineer",
      why: 'level 1 would be empty on weekday nights, and PagerDuty would call the lead at once',
    });
  } else {
    list.push({
      guide: 'Weekdays 8 AM – 8 PM, weekends 24/7',
      done: 'as written: level 1 is empty 60 hours a week',
      why: 'gaps: accept; PagerDuty calls the lead at once in those hours',
    });
  }
  if (answers.followSun) {
    list.push({
      guide: 'Follow Sun: EU 4 AM – 12 PM and US East 8 AM – 8 PM',
      done: answers.overlap === 'us-east' ? 'EU has 4–8 AM, US East 8 AM – 8 PM' : 'EU has 4 AM – 12 PM, US East 12–8 PM',
      why: 'both would claim 8 AM – 12 PM, and a layer schedule has one person at a time',
    });
    list.push({
      guide: 'Follow Sun is in no escalation policy',
      done: {
        primary: 'level 1 is the primary schedule',
        'follow-sun': 'level 1 is Follow Sun',
        both: 'level 1 is both schedules: two people ring for 108 hours a week',
      }[answers.level1],
      why: 'a schedule outside every policy pages nobody',
    });
  }
  list.push(
    {
      guide: 'P1 call + SMS + push, P2 push + SMS, P3 push',
      done: urgencyText(answers.p2, urgencies && settings.p3Pages),
      why: 'PagerDuty has two urgencies, not three, and low urgency never escalates',
    },
    {
      guide: 'Primary contact: push',
      done: 'push rules are added once a person has signed in to the app',
      why: 'a push device cannot be created for somebody else',
    },
    {
      guide: "service_key: '${PAGERDUTY_SERVICE_KEY_CRITICAL}'",
      done: `${settings.keyStyle}_file, read from ${keyPlace(answers)}`,
      why: 'Alertmanager never expands ${…}: the literal text would be sent as the key',
    },
  );
  if (answers.integration === 'events_v2')
    list.push({
      guide: 'Integration: Prometheus',
      done: 'an Events API v2 integration',
      why: 'only v2 carries severity and links, and works in the EU',
    });
  list.push(
    { guide: 'Acknowledge, Resolve, Snooze, Add Note: configure', done: 'nothing to configure', why: 'they are built in' },
    ...(answers.windows === undefined || answers.windows === 'none'
      ? []
      : [
          {
            guide: 'During maintenance alerts are suppressed but still visible',
            done: 'windows as asked, a rule as its next dates',
            why: 'during a window events create nothing at all, and PagerDuty knows no recurrence: plan them short',
          },
        ]),
    {
      guide: 'Enable AlertManager to receive status updates from PagerDuty',
      done: answers.webhook === undefined ? 'send_resolved: true' : 'send_resolved: true, and a webhook to your own receiver',
      why: 'Alertmanager has no way in for PagerDuty',
    },
  );
  return list;
}

function urgencyText(p2: 'error' | 'quiet', bySeverity: boolean): string {
  if (!bySeverity) return 'both services are high urgency (push and SMS at once, a call after 2 min); P3 does not reach PagerDuty';
  const rest = 'P1: push and SMS at once, a call after 2 min; P3: push, no escalation';
  return p2 === 'error' ? `${rest}; P2 as P1, so that it escalates` : `${rest}; P2 as P3 (quiet): no SMS, no call, no escalation`;
}

function keyPlace({ kubernetes, alertmanager }: Brief['answers']): string {
  if (kubernetes === 'none') return 'files that you put there';
  return alertmanager.apply ? 'the mounted secret' : 'the secret, once it is mounted';
}
