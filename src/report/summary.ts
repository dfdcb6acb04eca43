import type { PmpError, ResourceResult, SetupOutcome, StepResult, Todo } from '../engine/index.ts';
import { departureLines } from './departures.ts';
import { errorParts } from './error.ts';
import { sandboxLines } from './head.ts';
import { fact, heading } from './lines.ts';
import { laidLines } from './plan.ts';
import { laidOut, tally, type Entry } from './rows.ts';
import { costLines, type SeatFacts } from './seats.ts';
import { voiceOf, type Mark, type Part, type Style, type Voice } from './style.ts';
import { count, lasting, pad, sentence, widthOf } from './text.ts';

export interface SummaryOptions extends SeatFacts {
  /** Every resource of every step. */
  readonly verbose?: boolean;
  /** Only what failed, and the closing sentence. */
  readonly quiet?: boolean;
  /** The command that comes next, where there is one. */
  readonly next?: string;
  /** The departures were told before the question: here they are left out. */
  readonly departed?: boolean;
}

/** What became of a setup: ten steps in order, departures, what people still must do, one closing sentence. Ends without a newline. */
export function summaryText(outcome: SetupOutcome, style: Style, options: SummaryOptions = {}): string {
  const voice = voiceOf(style);
  const quiet = options.quiet ?? false;
  if (outcome.mode === 'plan') return closing(voice, outcome, options.next).join('\n');
  const steps = quiet ? outcome.steps.filter((step) => step.status === 'failed') : outcome.steps;
  const column = Math.max(0, ...steps.map((step) => widthOf(voice.say(step.title))));
  return [
    [...sandboxLines(voice, outcome.sandbox), ...steps.flatMap((step) => stepLines(voice, step, column, options.verbose ?? false))],
    quiet || options.departed === true ? [] : departureLines(voice, outcome.departures),
    quiet ? [] : todoLines(voice, outcome.todos),
    quiet || !outcome.success ? [] : costLines(voice, options),
    closing(voice, outcome, quiet && outcome.success ? undefined : options.next),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

const stepMarks: Readonly<Record<StepResult['status'], Mark>> = {
  done: 'pass',
  unchanged: 'pass',
  waiting: 'wait',
  failed: 'fail',
  skipped: 'skip',
};
/** Below this many columns what became of a step follows its title instead of standing in a column. */
const wideEnough = 80;

function stepLines(voice: Voice, step: StepResult, column: number, verbose: boolean): readonly string[] {
  const mark = step.resources.length === 0 && step.status === 'unchanged' ? 'skip' : stepMarks[step.status];
  const lead: Part[] = [voice.mark(mark), { text: ` ${String(step.number).padStart(2)}  ` }];
  const title = voice.say(step.title);
  const words: Part = { text: resultWords(step), tone: 'quiet' };
  const line =
    voice.style.width < wideEnough
      ? fact(voice, lead, [{ text: `${title}:`, tone: 'head' }, words])
      : fact(voice, [...lead, { text: pad(title, column), tone: 'head' }, { text: '  ' }], [words]);
  const telling = step.resources.filter((resource) => verbose || worthTelling(resource));
  const entries = telling.map((resource) => entryOf(voice, resource));
  return [...line, ...laidLines(voice, laidOut(voice, entries, 'result', verbose), 6)];
}

/** What did not come about, and what a person should know beside "done". */
function worthTelling({ action, detail }: ResourceResult): boolean {
  return action === 'fail' || action === 'skip' || action === 'wait' || (detail !== undefined && action !== 'unchanged');
}

function resultWords({ resources, status }: StepResult): string {
  if (resources.length === 0) return status === 'skipped' ? 'left out' : status === 'failed' ? 'failed' : 'nothing asked for';
  return tally(
    resources.map((resource) => resource.action),
    'result',
  );
}

function entryOf(voice: Voice, { kind, name, action, detail, error }: ResourceResult): Entry {
  if (error === undefined) return { kind, name, action, beneath: [], ...(detail === undefined ? {} : { note: detail }) };
  return { kind, name, action, beneath: errorParts(voice, error) };
}

/** A command to paste must not be cut. */
const longest = 2000;

/** A list that can be pasted into a chat: plain text, a line a person, never broken by us. */
function todoLines(voice: Voice, todos: readonly Todo[]): readonly string[] {
  if (todos.length === 0) return [];
  const byPerson = new Map<string, string[]>();
  for (const { who, what } of todos) byPerson.set(who, [...(byPerson.get(who) ?? []), voice.say(what, longest)]);
  return [
    heading(voice, 'Still to be done by people (to paste into a chat)'),
    ...[...byPerson].map(([who, what]) => `- ${voice.say(who, 120)}: ${what.join('; ')}`),
  ];
}

/** The next command stands on a line of its own and is never broken: it is there to be copied. */
function closing(voice: Voice, outcome: SetupOutcome, next: string | undefined): readonly string[] {
  const mark = outcome.success ? voice.mark('pass') : voice.mark('fail');
  return [
    ...fact(voice, [mark, { text: ' ' }], [{ text: closingWords(outcome), tone: 'head' }]),
    ...(next === undefined ? [] : [`Next: ${voice.paint(next, 'head')}`]),
  ];
}

function closingWords(outcome: SetupOutcome): string {
  const actions = outcome.steps.flatMap((step) => step.resources.map((resource) => resource.action));
  const work = actions.filter((action) => action !== 'unchanged' && action !== 'wait');
  const waits = actions.filter((action) => action === 'wait').length;
  const waiting = waits === 0 ? '' : `; ${count(waits, 'object')} still ${waits === 1 ? 'waits' : 'wait'} for a person or a bigger plan`;
  const took = `in ${lasting(outcome.seconds)}`;
  const sent = callWords(outcome);
  if (outcome.mode === 'plan') return outcome.success ? `Nothing was written (${took}).` : 'Failed before anything was written.';
  if (outcome.exitCode === 130 || outcome.exitCode === 143)
    return `Interrupted: ${tally(work, 'result') || 'nothing was written'}. Run the same command again to go on.`;
  if (outcome.exitCode === 6) return `Applied in part: ${tally(work, 'result')}. Run the same command again to finish.`;
  if (!outcome.success) return work.length === 0 ? 'Failed before anything was written.' : `Failed: ${tally(work, 'result')}.`;
  if (work.length === 0) return `Nothing to do: everything is as the answers want it${waiting} (${took}, ${sent}).`;
  return `Done ${took}: ${tally(work, 'result')}${waiting} (${sent}).`;
}

function callWords({ calls: { pagerduty, kubernetes } }: SetupOutcome): string {
  const words = (name: string, { reads, writes, retries }: typeof pagerduty) =>
    reads + writes === 0
      ? []
      : [`${name} ${count(reads, 'read')}, ${count(writes, 'write')}${retries === 0 ? '' : `, ${retries} sent again`}`];
  return sentence([...words('PagerDuty', pagerduty), ...words('Kubernetes', kubernetes)]) || 'no calls';
}

/** The outcome's own error, where no step's resource already told it. */
export function untoldError({ error, steps }: SetupOutcome): PmpError | undefined {
  if (error === undefined) return undefined;
  const told = steps.some((step) => step.resources.some((resource) => resource.error?.facts.message === error.facts.message));
  return told ? undefined : error;
}
