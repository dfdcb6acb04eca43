import type { PmpError } from '../engine/index.ts';
import { fact } from './lines.ts';
import { voiceOf, type Part, type Style, type Voice } from './style.ts';
import { stopped } from './text.ts';

/** A failure for a person: the thing, why, the way out, and where more about it stands. Ends without a newline. */
export function errorText(error: PmpError, style: Style): string {
  const voice = voiceOf(style);
  const [thing, ...more] = [...errorParts(voice, error), page(error)];
  const lines = [
    ...fact(voice, [voice.mark('fail'), { text: ' ' }], thing ?? []),
    ...more.flatMap((parts) => fact(voice, [{ text: '  ' }], parts)),
  ];
  return lines.join('\n');
}

function page({ id }: PmpError): readonly Part[] {
  return [
    { text: 'more:', tone: 'quiet' },
    { text: `pmp-pd explain ${id}`, whole: true },
  ];
}

/** Problems that a terminal shows; JSON has all of them. */
const most = 20;

/** What failed, why (where the other side said), or each problem where there are several, and the way out: one fact each. */
export function errorParts(voice: Voice, { facts }: PmpError): readonly (readonly Part[])[] {
  const problems = facts.problems ?? [];
  const because = facts.cause === undefined || problems.length > 0 ? '' : voice.say(facts.cause, 600);
  return [
    [{ text: stopped(voice.say(facts.message, 600)), tone: 'bad' }],
    ...(because === '' ? [] : [[{ text: 'why:', tone: 'quiet' } as const, { text: stopped(because) }]]),
    ...problems.slice(0, most).map((problem) => [{ text: '-', tone: 'quiet' } as const, { text: stopped(voice.say(problem, 600)) }]),
    ...(problems.length > most ? [[{ text: `… and ${problems.length - most} more`, tone: 'quiet' } as const]] : []),
    [{ text: 'fix:', tone: 'quiet' }, { text: stopped(voice.say(facts.fix, 600)) }],
  ];
}
