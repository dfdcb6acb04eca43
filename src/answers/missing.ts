import { PmpError } from '../engine/index.ts';
import type { Draft } from './draft.ts';
import { keyName, type Question } from './question.ts';
import { questions } from './questions.ts';
import type { Finding } from './read.ts';

/** The answers without which nothing can be set up, as far as the draft lacks them. */
export function missingFindings(draft: Draft): readonly Finding[] {
  const lacking: Readonly<Record<string, boolean>> = {
    people: (draft.people?.length ?? 0) === 0,
    engineers: draft.engineers === undefined,
    lead: draft.lead === undefined,
    cto: draft.cto === undefined,
  };
  return questions
    .filter((question) => question.required && lacking[keyName(question.path)])
    .map((question) => ({ path: question.path, wrong: 'the answer is missing', right: wayOut(question) }));
}

/** Off a terminal, for a question that nobody can be asked. @param file the answers file in force */
export function missingAnswer(key: string, file: string): PmpError {
  const question = questions.find((candidate) => keyName(candidate.path) === key);
  return new PmpError('answer-missing', {
    message: `${key} is missing, and there is no terminal to ask on`,
    fix: question ? wayOut(question, file) : `Add ${key} to ${file}.`,
  });
}

function wayOut(question: Question, file = 'the file'): string {
  const flag = question.flag ? `Give ${question.flag}, or add` : 'Add';
  return `${flag} ${keyName(question.path)} (${question.purpose.replace(/\.$/, '')}) to ${file}; --config <file> names another one.`;
}
