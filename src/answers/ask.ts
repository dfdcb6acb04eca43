import type { LevelTimes, Names } from '../model/index.ts';
import { guide, type Draft } from './draft.ts';
import { readName } from './fields.ts';
import type { Question } from './question.ts';
import { Wrong, quoted } from './wrong.ts';

/** Builders for the questions that come in several of a kind. */

export function put<T>(value: T | Wrong, into: (value: T) => Draft | Wrong): Draft | Wrong {
  return value instanceof Wrong ? value : into(value);
}

/** The question for the name of one object. */
export function nameQuestion(step: number, key: string, field: keyof Names, what: string): Question {
  return {
    path: ['names', key],
    step,
    purpose: `Name of ${what} in PagerDuty.`,
    message: `Name of ${what}:`,
    help: 'An object that already has this name is adopted: shown, and changed only after your yes. Nothing is ever renamed.',
    ask: { kind: 'text', initial: (draft) => draft.names?.[field] ?? guide.names[field] },
    known: (draft) => draft.names?.[field] !== undefined,
    put: (draft, typed) => put(readName(255)(typed), (name) => ({ ...draft, names: { ...draft.names, [field]: name } })),
  };
}

/** The question for the levels of one policy, typed as "5/10, 5/15, 5". */
export function levelsQuestion(policy: 'critical' | 'high', who: string): Question {
  return {
    path: ['escalation', policy],
    step: 2,
    purpose: `Minutes to respond (the promise) and until the next level is called, for ${who}.`,
    message: `${policy === 'critical' ? 'Critical' : 'High'}: respond/escalate minutes (${who}):`,
    help:
      'Per level: minutes within which people promise to respond, a slash, minutes until the next level is called. The last level needs no second number. ' +
      'Level 1 needs at least 3 minutes: phones ring after 2.',
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
    const level = { respond: Number(match[1]), escalate: match[2] === undefined ? 30 : Number(match[2]) };
    if (level.respond < 1 || level.escalate < 1) return new Wrong('a delay is below one minute', 'Write whole minutes, at least 1.');
    if (level.respond > 1440 || level.escalate > 1440) return new Wrong('a delay is longer than a day', 'Write at most 1440 minutes.');
    levels.push(level);
  }
  return levels;
}

export function writeLevels(levels: readonly LevelTimes[]): string {
  return levels.map(({ respond, escalate }) => `${respond}/${escalate}`).join(', ');
}

/** A key that is not worth a question: it can be set in the file. */
export function fileKey(path: Question['path'], step: number, purpose: string, help = ''): Question {
  return { path, step, purpose, message: '', help, ask: { kind: 'file' }, known: () => true, put: (draft) => draft };
}
