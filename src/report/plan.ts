import type { Action, Change, Departure, Head, Plan, PlannedStep } from '../engine/index.ts';
import type { Prices } from '../model/index.ts';
import { departureLines } from './departures.ts';
import { headLines } from './head.ts';
import { fact, heading, paragraph, table } from './lines.ts';
import { folds, laidOut, tally, type Entry } from './rows.ts';
import { costRow, seatsRow } from './seats.ts';
import { storyLines, type Story } from './story.ts';
import { voiceOf, type Part, type Style, type Voice } from './style.ts';
import { count, widthOf } from './text.ts';

/** What a plan shows beside its changes; all of it optional. */
export interface PlanExtras {
  /** Who is on call as the account stands, one line a schedule. */
  readonly onCallBefore?: readonly string[];
  /** … and once the plan is applied. */
  readonly onCallAfter?: readonly string[];
  /** The on-call picture, rendered for the same style. */
  readonly picture?: string;
  readonly departures?: readonly Departure[];
  /** People who can be paged: each needs a seat. How many are new is read from the plan. */
  readonly paged?: number;
  /** With it, the plan begins with what it comes to. */
  readonly brief?: Story;
  readonly prices?: Prices | undefined;
  /** Every resource by itself, unchanged ones included. */
  readonly verbose?: boolean;
  /** Only the totals. */
  readonly quiet?: boolean;
}

/** The plan as a person reads it before agreeing: where, who is on call, the ten steps in order, the totals. Ends without a newline. */
export function planText(plan: Plan, head: Head, style: Style, extras: PlanExtras = {}): string {
  const voice = voiceOf(style);
  const changes = plan.steps.flatMap((step) => step.changes);
  const work = changes.filter((change) => !['unchanged', 'wait'].includes(change.action));
  const invited = changes.filter((change) => change.wanted.kind === 'user' && change.action === 'create').length;
  if (extras.quiet === true) return totals(voice, changes).join('\n');
  const { paged, prices, brief } = extras;
  const { license } = head.account;
  const seats = paged === undefined ? [] : [seatsRow(voice, head.account, paged, invited), ...costRow(voice, { paged, license, prices })];
  const shown = work.length > 0 || extras.verbose === true || changes.some((change) => change.action === 'wait');
  return [
    headLines(voice, head, seats),
    brief === undefined || work.length === 0 ? [] : storyLines(voice, brief, work),
    onCallLines(voice, extras),
    work.length === 0 ? [] : departureLines(voice, extras.departures ?? []),
    shown ? stepsLines(voice, plan.steps, extras.verbose ?? false) : [],
    totals(voice, changes),
  ]
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n');
}

function onCallLines(voice: Voice, { onCallBefore, onCallAfter, picture }: PlanExtras): readonly string[] {
  const list = (label: string, lines: readonly string[]) =>
    lines.length === 0
      ? []
      : [heading(voice, label), ...lines.flatMap((line) => fact(voice, [{ text: '  ' }], [{ text: voice.say(line) }]))];
  const same = JSON.stringify(onCallBefore) === JSON.stringify(onCallAfter);
  const before = onCallBefore ?? [];
  const told = same
    ? list('On call, before and after', before)
    : [...list('On call before', before), ...list('On call after', onCallAfter ?? [])];
  if (picture === undefined || picture === '') return told;
  return [...told, ...(told.length === 0 ? [] : ['']), heading(voice, 'On-call week'), picture];
}

function stepsLines(voice: Voice, steps: readonly PlannedStep[], verbose: boolean): readonly string[] {
  const used = new Set(steps.flatMap((step) => step.changes.map((change) => change.action)));
  const blocks = steps.map((step) => {
    const entries = step.changes.map((change) => entryOf(voice, change));
    return {
      step,
      still: entries.filter((entry) => entry.action === 'unchanged').length,
      told: verbose ? entries : entries.filter((entry) => entry.action !== 'unchanged'),
    };
  });
  const folded = !verbose && blocks.some((block) => folds(voice, block.told));
  return [
    ...legend(voice, used),
    ...blocks.flatMap(({ step, still, told }, index) => {
      const apart = told.length > 0 || index === 0 || (blocks[index - 1]?.told.length ?? 0) > 0;
      return [...(apart ? [''] : []), ...stepLines(voice, step, told, verbose ? 0 : still, verbose)];
    }),
    ...(folded ? ['', ...paragraph(voice, 'A line that stands for several is listed in full with -v.', 0, 'quiet')] : []),
  ];
}

const meanings: readonly [Action, string][] = [
  ['create', 'create'],
  ['update', 'update'],
  ['adopt', 'adopt (others made it)'],
  ['replace', 'replace'],
  ['wait', 'wait (for a person or a bigger plan)'],
  ['unchanged', 'in place'],
];

function legend(voice: Voice, used: ReadonlySet<Action>): readonly string[] {
  const parts = meanings
    .filter(([action]) => used.has(action))
    .map(([action, words]): Part => ({ text: `${voice.mark(action).text} ${words} `, whole: true }));
  return fact(voice, [], parts).map((line) => line.trimEnd());
}

function stepLines(voice: Voice, step: PlannedStep, told: readonly Entry[], still: number, verbose: boolean): readonly string[] {
  const rest = still > 0 ? `${told.length > 0 ? `${voice.mark('unchanged').text} ` : ''}${still} in place` : 'nothing asked for';
  const lead: Part[] = [{ text: `Step ${step.number}`, tone: 'head' }, { text: '  ' }];
  const title = voice.say(step.title);
  if (told.length === 0)
    return fact(voice, lead, [
      { text: `${title}:`, tone: 'head' },
      { text: rest, tone: 'quiet' },
    ]);
  const below = still === 0 ? [] : fact(voice, [{ text: '  ' }], [{ text: rest, tone: 'quiet' }]);
  return [...fact(voice, lead, [{ text: title, tone: 'head' }]), ...laidLines(voice, laidOut(voice, told, 'plan', verbose), 2), ...below];
}

/** Rows share their label column; what is beneath one follows it. */
export function laidLines(voice: Voice, laid: ReturnType<typeof laidOut>, indent: number): readonly string[] {
  const widest = laid.reduce((label, one) => (widthOf(one.row.label) > widthOf(label) ? one.row.label : label), '');
  return laid.flatMap(({ row, beneath }) => [
    ...table(voice, [row], indent, widest),
    ...beneath.flatMap((parts) => fact(voice, [{ text: ' '.repeat(indent + 4) }], parts)),
  ]);
}

function entryOf(voice: Voice, { wanted, action, seen, diffs, waiting }: Change): Entry {
  const arrow = voice.say('→');
  const value = (text: string) => voice.say(text, 200) || '(nothing)';
  const beneath: Part[][] = diffs.map((diff) => [
    { text: `${voice.say(diff.field, 80)}:`, tone: 'quiet' },
    { text: `${value(diff.from)} ${arrow} ${value(diff.to)}` },
  ]);
  if (seen?.usedBy !== undefined && action !== 'unchanged') beneath.push([{ text: `also serves ${voice.say(seen.usedBy)}`, tone: 'warn' }]);
  const aside = [...(seen?.detail === undefined ? [] : [seen.detail]), ...(action === 'wait' ? waiting : [])];
  if (action !== 'wait') beneath.push(...waiting.map((why) => [{ text: `waits: ${voice.say(why)}` }]));
  return { kind: wanted.kind, name: wanted.name, action, beneath, ...(aside.length === 0 ? {} : { note: aside.join('; ') }) };
}

function totals(voice: Voice, changes: readonly Change[]): readonly string[] {
  const actions = changes.map((change) => change.action);
  const work = actions.filter((action) => action !== 'unchanged' && action !== 'wait');
  const waits = actions.filter((action) => action === 'wait').length;
  const still = actions.length - work.length - waits;
  const waiting = waits === 0 ? '' : ` ${count(waits, 'object')} must wait for a person or a bigger plan.`;
  if (work.length > 0) {
    return paragraph(voice, `Plan: ${tally(work, 'plan')}.${still === 0 ? '' : ` ${still} in place.`}${waiting}`, 0, 'head');
  }
  const all =
    still === 0 ? '' : still === 1 ? ': the one object is as the answers want it' : `: all ${still} objects are as the answers want them`;
  return paragraph(voice, `Nothing to do${all}.${waiting}`, 0, 'head');
}
