import type { HandoffOutcome } from '../engine/index.ts';
import { blocks, closing, headLines, type DayTwoTextOptions } from './day-two-words.ts';
import { handoffLists, type Entry, type Section } from './handoff-lists.ts';
import { fact, heading } from './lines.ts';
import { voiceOf, type Style, type Voice } from './style.ts';

/** The hand-over for a terminal, or as Markdown for an e-mail. Ends without a newline. */
export function handoffText(outcome: HandoffOutcome, style: Style, options: DayTwoTextOptions = {}): string {
  return options.markdown === true ? handoffMarkdown(outcome) : onScreen(outcome, style);
}

function onScreen(outcome: HandoffOutcome, style: Style): string {
  const voice = voiceOf(style);
  const { schedule, timeZone } = outcome;
  const title = fact(voice, [], [{ text: `Hand-off of ${voice.say(schedule, 120)}, times in ${voice.say(timeZone, 60)}`, tone: 'head' }]);
  return blocks(
    [...headLines(voice, outcome), ...title],
    ...handoffLists(voice, outcome).map((section) => sectionLines(voice, section)),
    end(voice, outcome),
  );
}

function sectionLines(voice: Voice, { title, entries }: Section): readonly string[] {
  return [heading(voice, title), ...entries.flatMap((entry) => entryLines(voice, entry))];
}

function entryLines(voice: Voice, { text, done, url, beneath = [] }: Entry): readonly string[] {
  const mark = done === undefined ? { text: ' ' } : voice.mark(done ? 'pass' : 'wait');
  return [
    ...fact(voice, [{ text: '  ' }, mark, { text: ' ' }], [{ text }]),
    ...(url === undefined ? [] : [`      ${voice.paint(url, 'new')}`]),
    ...beneath.flatMap((line) => fact(voice, [{ text: '      ' }], [{ text: line, tone: 'quiet' }])),
  ];
}

function end(voice: Voice, outcome: HandoffOutcome): readonly string[] {
  const open = handoffLists(voice, outcome).flatMap(({ entries }) => entries.filter(({ done }) => done === false)).length;
  return closing(voice, 'skip', `${open} thing${open === 1 ? '' : 's'} to do. For an e-mail: pmp-pd handoff --markdown`);
}

/** Task lists; what came from outside cannot become markup. */
function handoffMarkdown(outcome: HandoffOutcome): string {
  const voice = voiceOf({ color: false, unicode: true, width: 1000, spinner: false, wrap: false });
  const sections = handoffLists(voice, outcome).map(({ title, entries }) =>
    [`## ${title}`, '', ...entries.flatMap(markdownEntry)].join('\n'),
  );
  const sandbox = outcome.sandbox ? ['> SANDBOX: an imitation; none of this is real.'] : [];
  const date = new Date(outcome.at).toISOString().slice(0, 10);
  return [
    `# Hand-off of ${escaped(voice.say(outcome.schedule, 120))}, ${date}`,
    ...sandbox,
    `Times are in ${escaped(voice.say(outcome.timeZone, 60))}.`,
    ...sections,
  ].join('\n\n');
}

function markdownEntry({ text, done, url, beneath = [] }: Entry): readonly string[] {
  const box = done === undefined ? '' : done ? '[x] ' : '[ ] ';
  const link = url === undefined ? '' : ` <${url.replace(/[<>\s]/g, encodeURIComponent)}>`;
  return [`- ${box}${escaped(text)}${link}`, ...beneath.map((line) => `  - ${escaped(line)}`)];
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#|~!]/g, (sign) => (sign === '#' ? sign : `\\${sign}`)).replace(/^#/, '\\#');
}
