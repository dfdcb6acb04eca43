import type { OverrideOutcome } from '../engine/index.ts';
import { blocks, closing, headLines, insteadWords, nameOf, remarkLines, spanWords, type DayTwoTextOptions } from './day-two-words.ts';
import { dutyPicture } from './duty-picture.ts';
import { errorText } from './error.ts';
import { fact, paragraph, table, type Row } from './lines.ts';
import { voiceOf, type Mark, type Style, type Voice } from './style.ts';
import { count } from './text.ts';

type Item = OverrideOutcome['replacements'][number];

/** A replacement before it is made, and after. Ends without a newline. */
export function overrideText(outcome: OverrideOutcome, style: Style, { quiet = false }: DayTwoTextOptions = {}): string {
  const voice = voiceOf(style);
  const { replacements, after, schedule, timeZone, objections, notes, error } = outcome;
  const planned = replacements.some(({ status }) => status === 'planned');
  const rows = replacements.map((one) => rowOf(voice, outcome, one));
  return blocks(
    headLines(voice, outcome),
    [
      ...fact(voice, [], [{ text: `${voice.say(schedule, 120)}, times in ${voice.say(timeZone, 60)}`, tone: 'head' }]),
      ...(rows.length === 0 ? paragraph(voice, 'no replacement', 2, 'quiet') : table(voice, rows, 2)),
    ],
    remarkLines(voice, planned ? objections : [], notes),
    // Once it is done it has been seen.
    planned && !quiet && after !== undefined ? dutyPicture(after, outcome.whom, style) : [],
    error === undefined ? [] : [errorText(error, style)],
    end(voice, outcome),
  );
}

function rowOf(voice: Voice, { whom, timeZone, at, action }: OverrideOutcome, one: Item): Row {
  const marks: Readonly<Record<Item['status'], Mark>> = {
    planned: action === 'cancel' ? 'replace' : 'create',
    made: 'pass',
    cancelled: 'pass',
    'in place': 'unchanged',
    failed: 'fail',
  };
  const id = one.id === undefined ? '' : ` [${voice.say(one.id, 40)}]`;
  return {
    mark: marks[one.status],
    label: nameOf(voice, whom, one.who),
    body: [{ text: `${spanWords(one, timeZone, at)}, ${insteadWords(voice, whom, one)}${id}` }],
  };
}

function end(voice: Voice, { action, mode, replacements, success, exitCode }: OverrideOutcome): readonly string[] {
  const of = (status: Item['status']) => replacements.filter((one) => one.status === status).length;
  const n = replacements.length;
  if (action === 'list')
    return closing(
      voice,
      'pass',
      n === 0 ? 'No replacement now or ahead.' : `${count(n, 'replacement')}. Take one back with pmp-pd override --cancel <id>.`,
    );
  if (of('planned') > 0) {
    const what = action === 'cancel' ? 'to take back' : 'to make';
    return closing(voice, 'skip', `${count(of('planned'), 'replacement')} ${what}.${mode === 'plan' ? ' Nothing was written.' : ''}`);
  }
  if (exitCode === 6) return closing(voice, 'fail', `Done in part: ${of('made')} of ${n} made. Run the same command again to finish.`);
  if (!success) return closing(voice, 'fail', 'Failed.');
  if (of('cancelled') > 0) return closing(voice, 'pass', "Taken back: the schedule's own hours are in force again.");
  if (of('made') > 0) return closing(voice, 'pass', `${count(of('made'), 'replacement')} made and read back.`);
  return closing(voice, 'pass', 'Nothing to do: it is so already.');
}
