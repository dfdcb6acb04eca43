import type { Change } from '../engine/index.ts';
import { personOf, type AlertmanagerSettings, type Brief } from '../model/index.ts';
import { heading, table, type Row } from './lines.ts';
import type { Voice } from './style.ts';
import { count } from './text.ts';

/** What of a brief decides who is called. */
export type Story = Pick<Brief, 'answers' | 'urgencies'> & { readonly settings: Pick<AlertmanagerSettings, 'p3Pages'> };

/** What a plan comes to, for somebody who will not read its objects: who is called when, who gets mail, what of the cluster is touched. */
export function storyLines(voice: Voice, brief: Story, work: readonly Change[]): readonly string[] {
  const row = (label: string, text: string): Row => ({ label, body: [{ text: voice.say(text, 400) }] });
  const rows = [
    row('a P1', calls(brief, 'critical')),
    row('a P2', p2Text(brief)),
    row('a P3', p3Text(brief)),
    ...mailRows(work).map((text) => row('mail', text)),
    ...clusterRows(brief, work).map((text) => row('cluster', text)),
  ];
  return [heading(voice, 'In short'), ...table(voice, rows, 2)];
}

/** The promise is for people; what is real are the delays. */
function calls({ answers }: Story, policy: 'critical' | 'high'): string {
  const nights = answers.gaps === 'accept' ? ' (on weekday nights the next at once)' : '';
  const first = {
    primary: `the week's engineer${nights}`,
    'follow-sun': 'the engineer who has day',
    both: "the week's engineer and the one who has day",
  }[answers.level1];
  const names = [answers.lead, answers.cto].map((email) => personOf(answers, email).name);
  const levels = answers.escalation[policy];
  const after = levels.slice(0, -1).map(({ escalate }, index) => {
    const minutes = levels.slice(0, index + 1).reduce((sum, level) => sum + level.escalate, 0);
    return escalate > 0 ? `after ${minutes} min ${names[index] ?? ''}` : '';
  });
  const { loops } = answers;
  const end = loops === 0 ? 'then nobody' : `then all over again, ${loops === 1 ? 'once' : `${loops} times`}`;
  return `calls ${first}, ${[...after, end].join(', ')}`;
}

function p2Text(brief: Story): string {
  if (bySeverity(brief) && brief.answers.p2 === 'quiet') return 'pushes to the app of level 1, and calls nobody else';
  return calls(brief, 'high');
}

function p3Text(brief: Story): string {
  return bySeverity(brief) ? 'pushes to the app of level 1, and calls nobody else' : 'does not reach PagerDuty';
}

function bySeverity({ urgencies, settings }: Story): boolean {
  return urgencies && settings.p3Pages;
}

function mailRows(work: readonly Change[]): readonly string[] {
  const invited = work.filter(({ wanted, action }) => wanted.kind === 'user' && action === 'create').length;
  if (invited === 0) return [];
  return [
    `${count(invited, 'person').replace('persons', 'people')} ${invited === 1 ? 'gets' : 'get'} an invitation from PagerDuty by e-mail`,
  ];
}

function clusterRows({ answers }: Story, work: readonly Change[]): readonly string[] {
  const { kubernetes, alertmanager } = answers;
  if (kubernetes === 'none') return [];
  const touches = work.some(({ wanted }) => wanted.kind === 'alertmanager configuration');
  const keys = work.some(({ wanted }) => wanted.kind === 'secret') ? [`the keys go into secret ${kubernetes.secret}`] : [];
  if (!alertmanager.apply)
    return [[...keys, `Alertmanager itself is not touched; its configuration is the file ${alertmanager.file}`].join('; ')];
  const put = touches ? ['Alertmanager gets the new configuration; if that fails, the old one is in force again'] : [];
  const said = [...keys, ...put];
  return said.length === 0 ? [] : [said.join('; ')];
}
