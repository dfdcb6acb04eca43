import type { MaintenanceOutcome, WindowState } from '../engine/index.ts';
import { blocks, closing, headLines, remarkLines, until, when, windowWords, type DayTwoTextOptions } from './day-two-words.ts';
import { paragraph, table, type Row } from './lines.ts';
import { voiceOf, type Mark, type Style, type Voice } from './style.ts';
import { count } from './text.ts';

const marks: Readonly<Record<WindowState['status'], Mark>> = {
  planned: 'create',
  made: 'pass',
  'to end': 'replace',
  ended: 'pass',
  cancelled: 'pass',
  open: 'warn',
  ahead: 'wait',
  'in place': 'unchanged',
};

/** Maintenance windows before they are opened or ended, after, and as a list. Ends without a newline. */
export function maintenanceText(outcome: MaintenanceOutcome, style: Style, { quiet = false }: DayTwoTextOptions = {}): string {
  const voice = voiceOf(style);
  const { windows, objections, notes, timeZone, at } = outcome;
  const rows = windows.map((one): Row => ({
    mark: marks[one.status],
    label: voice.say(one.description, 120) || 'no reason given',
    body: [{ text: `${windowWords(voice, one, timeZone, at)}${one.id === undefined ? '' : ` [${voice.say(one.id, 40)}]`}` }],
  }));
  const planned = windows.some(({ status }) => status === 'planned');
  return blocks(
    headLines(voice, outcome),
    rows.length === 0 ? [] : [...paragraph(voice, `Times are in ${voice.say(timeZone, 60)}.`, 0, 'quiet'), ...table(voice, rows, 0)],
    planned && !quiet ? paragraph(voice, meaning) : [],
    remarkLines(voice, objections, notes),
    end(voice, outcome),
  );
}

const meaning =
  'While it is open, alerts of these services create nothing: no incident opens, no alert is kept, nobody is paged. What still fires when it ends is heard of when Alertmanager repeats it (repeat_interval), not at once.';

function end(voice: Voice, { command, windows, mode, timeZone, at }: MaintenanceOutcome): readonly string[] {
  const [one] = windows;
  const nothing = mode === 'plan' ? ' Nothing was written.' : '';
  if (command === 'maintenance list') {
    const open = windows.filter(({ status }) => status === 'open').length;
    if (open > 0)
      return closing(voice, 'warn', `${count(open, 'window')} open now: alerts of ${open === 1 ? 'its' : 'their'} services page nobody.`);
    return closing(voice, 'pass', `No window is open${windows.length === 0 ? ' or ahead' : `; ${windows.length} ahead`}.`);
  }
  if (one === undefined) return closing(voice, 'pass', 'Nothing to do: no window is open.');
  const from = when(one.start, timeZone, at);
  switch (one.status) {
    case 'planned':
      return closing(voice, 'skip', `1 window to ${one.start <= at ? 'open' : 'plan'}.${nothing}`);
    case 'to end':
      return closing(voice, 'skip', `1 window to ${one.start <= at ? 'end' : 'take away'}.${nothing}`);
    case 'made':
      return one.start > at + 60_000
        ? closing(voice, 'pass', `Planned: it opens by itself ${from} and closes ${until(one.end, one.start, timeZone, at)}.`)
        : closing(
            voice,
            'warn',
            `Open until ${when(one.end, timeZone, at)}: nobody is paged before that. End it early with pmp-pd maintenance end${one.id === undefined ? '' : ` ${voice.say(one.id, 40)}`}.`,
          );
    case 'ended':
      return windows.some(({ status }) => status === 'open')
        ? closing(voice, 'warn', 'Ended, but another window is still open: alerts of its services page nobody.')
        : closing(voice, 'pass', 'Ended: alerts page again.');
    case 'cancelled':
      return closing(voice, 'pass', 'Taken away: it will not open.');
    default:
      return closing(voice, 'pass', 'Nothing to do: a window holds all of this time already.');
  }
}
