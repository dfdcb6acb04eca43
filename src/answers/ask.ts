import type { LevelTimes, Names } from '../model/index.ts';
import { guide, type Draft } from './draft.ts';
import { readName } from './fields.ts';
import type { Option, Question } from './question.ts';
import { inertDelay } from './shape.ts';
import { Wrong, quoted } from './wrong.ts';

/** Builders for the questions that come in several of a kind. */

export function put<T>(value: T | Wrong, into: (value: T) => Draft | Wrong): Draft | Wrong {
  return value instanceof Wrong ? value : into(value);
}

/** What every question says of itself. */
export type Words = Pick<Question, 'path' | 'step' | 'purpose' | 'message' | 'help' | 'flag' | 'departure' | 'when'>;

/** The question for one text. `now` is what the draft has; `usual` stands there where it has nothing. */
export function textQuestion<T extends string>(
  words: Words,
  field: {
    readonly now: (draft: Draft) => string | undefined;
    readonly usual?: string;
    readonly read: (typed: string) => T | Wrong;
    readonly write: (draft: Draft, value: T) => Draft;
    /** What it means to answer nothing, and the draft then; without it, nothing is no answer. */
    readonly none?: { readonly means: string; readonly write: (draft: Draft) => Draft };
  },
): Question {
  const { now, usual = '', read, write, none } = field;
  return {
    ...words,
    ask: { kind: 'text', initial: (draft) => now(draft) ?? usual, ...(none === undefined ? {} : { none: none.means }) },
    known: (draft) => now(draft) !== undefined,
    put: (draft, typed) =>
      none !== undefined && typed.trim() === '' ? none.write(draft) : put(read(typed.trim()), (value) => write(draft, value)),
  };
}

/** Keys of the draft whose answer is one word of a list. */
type WordKey = 'p2' | 'level1' | 'overlap' | 'gaps' | 'integration';

/** The question for one word of a list. */
export function wordQuestion<K extends WordKey>(
  key: K,
  words: Omit<Words, 'path'>,
  options: readonly [readonly [NonNullable<Draft[K]>, string], ...(readonly [NonNullable<Draft[K]>, string])[]],
): Question {
  const option = ([value, label]: readonly [string, string]): Option => ({ value, label, hint: `${key}: ${value}` });
  const [first, ...more] = options;
  return {
    ...words,
    path: [key],
    ask: { kind: 'choice', options: [option(first), ...more.map(option)], initial: (draft) => draft[key] ?? guide[key] },
    known: (draft) => draft[key] !== undefined,
    put: (draft, typed) => ({ ...draft, [key]: options.find(([value]) => value === typed)?.[0] ?? guide[key] }),
  };
}

/** The question for the name of one object. */
export function nameQuestion(step: number, key: string, field: keyof Names, what: string, when?: Question['when']): Question {
  const words: Words = {
    path: ['names', key],
    step,
    purpose: `Name of ${what} in PagerDuty.`,
    message: `Name of ${what}:`,
    help: 'An object that already has this name is adopted: shown, and changed only after your yes. Nothing is ever renamed.',
    ...(when === undefined ? {} : { when }),
  };
  return textQuestion(words, {
    now: (draft) => draft.names?.[field],
    usual: guide.names[field],
    read: readName(255),
    write: (draft, name) => ({ ...draft, names: { ...draft.names, [field]: name } }),
  });
}

/** The question for the levels of one policy, typed as "5/10, 5/15, 5". */
export function levelsQuestion(policy: 'critical' | 'high', who: string, departure?: string): Question {
  return {
    path: ['escalation', policy],
    step: 2,
    purpose: `Minutes to respond (the promise) and until the next level is called, for ${who}.`,
    message: `${policy === 'critical' ? 'P1' : 'P2 and P3'}, minutes to respond / until the next is called (${who}):`,
    help:
      'One pair a level: minutes within which people promise to respond, a slash, minutes until the next level is called. Nobody comes after the last level, so it needs no second number. ' +
      'Level 1 needs at least 3 minutes: phones ring after 2.',
    ...(departure === undefined ? {} : { departure }),
    ask: { kind: 'text', initial: (draft) => writeLevels(draft.escalation?.[policy] ?? guide.escalation[policy]) },
    known: (draft) => draft.escalation?.[policy] !== undefined,
    put: (draft, typed) => put(readLevels(typed), (levels) => ({ ...draft, escalation: { ...draft.escalation, [policy]: levels } })),
  };
}

function readLevels(typed: string): readonly LevelTimes[] | Wrong {
  const parts = typed.split(',').map((part) => part.trim());
  const levels: LevelTimes[] = [];
  for (const [index, part] of parts.entries()) {
    const match = /^(\d{1,4})(?:\s*\/\s*(\d{1,4}))?$/.exec(part);
    const last = index === parts.length - 1;
    if (!match || (match[2] === undefined && !last))
      return new Wrong(`${quoted(part)} is not respond/escalate`, 'Write for instance 5/10, 5/15, 5.');
    const level = { respond: Number(match[1]), escalate: match[2] === undefined ? inertDelay : Number(match[2]) };
    if (level.respond < 1 || level.escalate < 1) return new Wrong('a delay is below one minute', 'Write whole minutes, at least 1.');
    if (level.respond > 1440 || level.escalate > 1440) return new Wrong('a delay is longer than a day', 'Write at most 1440 minutes.');
    levels.push(level);
  }
  return levels;
}

/** As it is typed: what `readLevels` reads back as the same. */
function writeLevels(levels: readonly LevelTimes[]): string {
  const inert = (level: LevelTimes): boolean => level === levels.at(-1) && level.escalate === inertDelay;
  return levels.map((level) => (inert(level) ? String(level.respond) : `${level.respond}/${level.escalate}`)).join(', ');
}

/** A key that is not worth a question: it can be set in the file. */
export function fileKey(path: Question['path'], step: number, purpose: string, required?: true): Question {
  const quiet = { message: '', help: '', ask: { kind: 'file' }, known: () => true, put: (draft: Draft) => draft } as const;
  return { path, step, purpose, ...quiet, ...(required === undefined ? {} : { required }) };
}
