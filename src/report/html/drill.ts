import type { DrillDrawn } from '../verify-facts.ts';
import { lasting, sentence } from '../text.ts';
import { markup, type Markup } from './markup.ts';
import { time } from './times.ts';

type Entry = DrillDrawn['entries'][number];

const ways: Readonly<Record<string, string>> = {
  alertmanager: 'through Alertmanager',
  events: 'straight to PagerDuty, without Alertmanager',
  stress: 'by load in a pod',
};
const channels: Readonly<Record<string, string>> = { sms: 'SMS', email: 'e-mail' };

/** The newest drill of each service, minute by minute, as PagerDuty remembers it. */
export function drillTables(drills: readonly DrillDrawn[] | undefined, people: ReadonlyMap<string, string>): readonly Markup[] {
  if (drills === undefined) return [markup`<p>Drills could not be read.</p>`];
  if (drills.length === 0) return [markup`<p>No drill is young enough to prove anything. <code>pmp-pd test-alert</code> runs one.</p>`];
  return drills.map((drill) => drillTable(drill, (email) => people.get(email) ?? email));
}

function drillTable(drill: DrillDrawn, name: (email: string) => string): Markup {
  const way = drill.via === undefined ? 'stopped before its end, or under way' : (ways[drill.via] ?? 'by a way unknown');
  const rows = drill.entries.flatMap((entry) => {
    const told = words(entry, name);
    return told === undefined ? [] : [row(entry, drill, told)];
  });
  return markup`<table class="checks" role="table">
    <caption>
      ${drill.service}: incident #${drill.number}, ${time(drill.began, 'UTC')}, ${way}.
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">After</th>
        <th role="columnheader" scope="col">What</th>
        <th role="columnheader" scope="col">Who</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${rows}
    </tbody>
  </table>`;
}

function row({ at }: Entry, { began }: DrillDrawn, [what, who]: readonly [string, string]): Markup {
  return markup`<tr role="row">
    <td role="cell">${lasting(Math.max(0, Math.round((at - began) / 1000)))}</td>
    <th role="rowheader" scope="row">${what}</th>
    <td role="cell">${who}</td>
  </tr>`;
}

/** undefined: nothing that a reader needs. */
function words(
  { type, who, channel, outcome, assignees = [] }: Entry,
  name: (email: string) => string,
): readonly [string, string] | undefined {
  const person = who === undefined ? '' : name(who);
  switch (type) {
    case 'trigger':
      return ['opened', ''];
    case 'notify': {
      const by = channel === undefined ? 'notified' : `notified by ${channels[channel] ?? channel}`;
      return [outcome === undefined || !/fail/i.test(outcome) ? by : `${by}, which failed`, person];
    }
    case 'escalate':
      return ['next level called', sentence(assignees.map(name))];
    case 'acknowledge':
      return ['acknowledged', person];
    case 'snooze':
      return ['snoozed', person];
    case 'resolve':
      return ['closed', person];
    default:
      return undefined;
  }
}
