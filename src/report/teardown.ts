import type { TeardownItem, TeardownOutcome } from '../engine/index.ts';
import { blocks, closing, headLines, type DayTwoTextOptions } from './day-two-words.ts';
import { errorParts } from './error.ts';
import { fact, heading, table, type Row } from './lines.ts';
import { voiceOf, type Mark, type Style, type Voice } from './style.ts';
import { count } from './text.ts';

const marks: Readonly<Record<TeardownItem['status'], Mark>> = {
  'to remove': 'replace',
  removed: 'pass',
  blocked: 'warn',
  failed: 'fail',
  'not tried': 'skip',
};
/** A command to paste must not be cut. */
const longest = 500;

/** What goes, what is in the way and what stays; and what became of it. Ends without a newline. */
export function teardownText(outcome: TeardownOutcome, style: Style, { quiet = false }: DayTwoTextOptions = {}): string {
  const voice = voiceOf(style);
  const told = quiet ? outcome.items.filter(({ status }) => status !== 'removed') : outcome.items;
  const order =
    told.length === 0
      ? []
      : [heading(voice, "pmp-pd's own, in the order in which it goes"), ...told.flatMap((item) => itemLines(voice, item))];
  return blocks(headLines(voice, outcome), order, quiet ? [] : staysLines(voice, outcome), end(voice, outcome));
}

function itemLines(voice: Voice, { kind, name, status, blockers, error }: TeardownItem): readonly string[] {
  const row: Row = { mark: marks[status], label: kind, body: [{ text: voice.say(name, 160) }] };
  const why = blockers.map((blocker) => [{ text: 'in use:', tone: 'warn' } as const, { text: voice.say(blocker, 300) }]);
  const beneath = [...why, ...(error === undefined ? [] : errorParts(voice, error))];
  return [...table(voice, [row], 2, 'webhook subscription'), ...beneath.flatMap((parts) => fact(voice, [{ text: '      ' }], parts))];
}

function staysLines(voice: Voice, { stays }: TeardownOutcome): readonly string[] {
  if (stays.length === 0) return [];
  return [
    heading(voice, 'What stays'),
    ...stays.flatMap(({ what, why, command }) => [
      ...fact(
        voice,
        [{ text: '  ' }, voice.mark('unchanged'), { text: ' ' }],
        [{ text: `${voice.say(what, 200)}:` }, { text: voice.say(why, 400), tone: 'quiet' }],
      ),
      ...(command === undefined ? [] : [`      ${voice.paint(voice.say(command, longest), 'new')}`]),
    ]),
  ];
}

function end(voice: Voice, { items, mode, confirmBy, exitCode }: TeardownOutcome): readonly string[] {
  const of = (status: TeardownItem['status']) => items.filter((item) => item.status === status).length;
  const [removed, left] = [of('removed'), items.length - of('removed')];
  if (items.length === 0) return closing(voice, 'pass', 'Nothing to do: nothing here bears the mark of pmp-pd under these names.');
  if (of('to remove') > 0 || (removed === 0 && of('blocked') === items.length)) {
    const held = of('blocked') === 0 ? '' : ` ${count(of('blocked'), 'object')} in use.`;
    const typed = mode === 'plan' ? ` Nothing was removed. To agree, "${voice.say(confirmBy, 120)}" has to be typed.` : '';
    return closing(
      voice,
      'skip',
      `${count(of('to remove'), 'object')} to remove.${held} From then on alerts page nobody by this set-up.${typed}`,
    );
  }
  if (left === 0) return closing(voice, 'pass', `${count(removed, 'object')} removed; nothing of this set-up pages anybody any more.`);
  const again = exitCode === 6 ? ' Run the same command again to finish.' : '';
  return closing(voice, 'fail', `${count(removed, 'object')} removed, ${left} left.${again}`);
}
