import type { WindowAnswer } from '../model/index.ts';
import { guide, type Draft } from './draft.ts';
import { readName } from './fields.ts';
import { sentenceOf, type Interview } from './interview.ts';
import type { Question } from './question.ts';
import { check, type Finding } from './read.ts';
import { windowShape } from './shape.ts';
import { readDuration, readRule, readWall, writeDuration, writeRule } from './times.ts';
import { outcomeOf, walk, type Outcome, type Part } from './walk.ts';
import { Wrong } from './wrong.ts';
import { instantOf } from './zones.ts';

type Deed = 'rule' | 'date' | 'remove' | 'waive' | 'done';

/** Maintenance windows: add by rule or by date, remove the last, waive, or go on. */
export async function askWindows(question: Question, start: Draft, first: boolean, interview: Interview): Promise<Outcome<Draft>> {
  let draft = start;
  for (;;) {
    const windows = listOf(draft);
    if (windows.length > 0) interview.prompter.say(`Planned: ${windows.map(describe).join('; ')}`);
    const reply = await interview.prompter.select<Deed>({
      message: `Maintenance windows: ${windows.length}`,
      help: question.help,
      canGoBack: !first,
      choices: [
        { value: 'done', label: windows.length === 0 ? 'Plan none now' : 'Done' },
        { value: 'rule', label: 'Add one by rule', hint: 'every first Saturday 22:00' },
        { value: 'date', label: 'Add one by date' },
        ...(windows.length > 0
          ? [{ value: 'remove' as const, label: 'Remove the last one' }]
          : [{ value: 'waive' as const, label: 'None, on purpose', hint: 'windows: none' }]),
      ],
      initial: 'done',
    });
    if (reply.kind !== 'answer') return { kind: reply.kind, state: draft };
    if (reply.value === 'done') return { kind: 'done', state: draft };
    if (reply.value === 'waive') return { kind: 'done', state: { ...draft, windows: 'none' } };
    if (reply.value === 'remove') draft = { ...draft, windows: windows.slice(0, -1) };
    else {
      const outcome = await addWindow(reply.value, draft, interview);
      if (outcome.kind === 'quit') return { kind: 'quit', state: draft };
      if (outcome.kind === 'done') draft = { ...draft, windows: [...windows, outcome.window] };
    }
  }
}

function listOf({ windows }: Draft): readonly WindowAnswer[] {
  return windows === undefined || windows === 'none' ? [] : windows;
}

function describe({ name, when, minutes }: WindowAnswer): string {
  return `${name} (${when.kind === 'rule' ? writeRule(when.rule) : when.start.replace('T', ' ')}, ${writeDuration(minutes)})`;
}

/** As typed; read as a window at the end. */
interface Sketch {
  readonly name?: string;
  readonly when?: string;
  readonly for?: string;
  readonly next?: string;
}

async function addWindow(
  kind: 'rule' | 'date',
  draft: Draft,
  interview: Interview,
): Promise<{ readonly kind: 'done'; readonly window: WindowAnswer } | { readonly kind: 'back' | 'quit' }> {
  const names = listOf(draft).map(({ name }) => name);
  const parts: readonly Part<Sketch>[] = [
    text(
      interview,
      'Name:',
      'What the window is for: deployment, database upgrade, infrastructure change.',
      'name',
      'Deployment',
      (typed) => {
        if (names.includes(typed)) return new Wrong('a window has that name already', 'Give another one.');
        return readName(255)(typed);
      },
    ),
    kind === 'rule'
      ? text(
          interview,
          'When:',
          'first, second, third, fourth, last or every; a weekday; hour:minute, wall time of the schedules.',
          'when',
          'first Saturday 22:00',
          readRule,
        )
      : text(interview, 'Begins:', 'Wall time in the zone of the schedules, for instance 2026-12-05 22:00.', 'when', '', (typed) =>
          comingWall(typed, draft, interview.now),
        ),
    text(
      interview,
      'For how long:',
      'For instance 2h, 90m, 4h. Deployments take 1 to 2 hours, database upgrades 4 to 8.',
      'for',
      '2h',
      readDuration,
    ),
    ...(kind === 'rule'
      ? [text(interview, 'How many of them ahead:', 'setup makes that many dates; run it again to plan further.', 'next', '3', readNext)]
      : []),
  ];
  const outcome = await walk(parts, {});
  if (outcome.kind !== 'done') return { kind: outcome.kind };
  const window = windowOf(kind, outcome.state);
  if (!(window instanceof Wrong)) return { kind: 'done', window };
  interview.prompter.say(window.sentence);
  return addWindow(kind, draft, interview);
}

function comingWall(typed: string, draft: Draft, now: number): string | Wrong {
  const wall = readWall(typed);
  if (wall instanceof Wrong) return wall;
  return instantOf(wall, draft.timeZone ?? guide.timeZone) < now ? new Wrong('that moment is past', 'Write a later one.') : wall;
}

function readNext(typed: string): number | Wrong {
  const count = Number(typed);
  return Number.isInteger(count) && count >= 1 && count <= 12 ? count : new Wrong('that is no number from 1 to 12', 'Write 1 to 12.');
}

function text(
  { prompter }: Interview,
  message: string,
  help: string,
  key: keyof Sketch,
  usual: string,
  read: (typed: string) => unknown,
): Part<Sketch> {
  return {
    ask: async (sketch) => {
      const validate = (typed: string): string | undefined => sentenceOf(read(typed));
      const reply = await prompter.text({ message, help, canGoBack: true, initial: sketch[key] ?? usual, validate });
      return outcomeOf(reply, sketch, (typed) => ({ ...sketch, [key]: typed }));
    },
  };
}

function windowOf(kind: 'rule' | 'date', { name, when, for: length, next }: Sketch): WindowAnswer | Wrong {
  const written = kind === 'rule' ? { name, every: when, for: length, next: Number(next) } : { name, start: when, for: length };
  const findings: Finding[] = [];
  const window = check(windowShape, written, [], findings);
  return window ?? new Wrong(findings[0]?.wrong ?? 'it is no window', findings[0]?.right ?? '');
}
