import { stripVTControlCharacters } from 'node:util';
import { PmpError } from '../../engine/errors.ts';
import type { Reply } from '../../ports/index.ts';

/** What can be typed at every prompt instead of an answer. */
export type Special = 'help' | 'back' | 'quit';

export function specialOf(typed: string): Special | undefined {
  switch (typed.trim()) {
    case '?':
      return 'help';
    case '<':
      return 'back';
    case ':q':
      return 'quit';
    default:
      return undefined;
  }
}

export interface Asked {
  readonly help?: string;
  readonly canGoBack?: boolean;
}

interface Text {
  readonly message: string;
  readonly initial?: string;
  readonly none?: string;
}

/** The message, and behind it how to answer nothing, where that is an answer. */
export function withNone({ message, initial = '', none }: Text): string {
  if (none === undefined) return message;
  const how = `(${initial === '' ? 'Enter' : '-'}: ${none})`;
  return message.endsWith(':') ? `${message.slice(0, -1)} ${how}:` : `${message} ${how}`;
}

/** What was typed, without blanks around it; "-" is nothing where nothing is an answer beside the default. */
export function clearing({ initial = '', none }: Text): (typed: string) => string {
  return (typed) => (typed.trim() === '-' && initial !== '' && none !== undefined ? '' : typed.trim());
}

/** What one showing of a prompt gave. */
export type Shown<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'special'; readonly special: Special }
  | { readonly kind: 'again'; readonly why: string }
  /** The terminal has another width: it is drawn anew. */
  | { readonly kind: 'redraw' };

/** Shows a prompt until it is answered, left or quit; help and refusals are said in between. */
export async function untilReplied<T>(question: Asked, say: (text: string) => void, show: () => Promise<Shown<T>>): Promise<Reply<T>> {
  for (;;) {
    const shown = await show();
    if (shown.kind === 'answer') return shown;
    if (shown.kind === 'again') say(shown.why);
    else if (shown.kind === 'redraw') continue;
    else if (shown.special === 'quit') return { kind: 'quit' };
    else if (shown.special === 'help') say(question.help ?? 'There is no more to say about this one.');
    else if (question.canGoBack) return { kind: 'back' };
    else say('There is nothing to go back to.');
  }
}

export function interrupted(): PmpError {
  return new PmpError('interrupted', {
    message: 'interrupted at a question',
    fix: 'Run the same command again.',
  });
}

/** Why a question was taken away. */
export function reasonOf(stopping: AbortSignal | undefined): PmpError {
  const reason: unknown = stopping?.reason;
  return reason instanceof PmpError ? reason : interrupted();
}

export function notInteractive(): PmpError {
  return new PmpError('answer-missing', {
    message: 'there is no terminal to ask on',
    fix: 'Give the answers in a file (--config), or run on a terminal.',
  });
}

/** "yes", "no" and their beginnings. */
export function yesNo(typed: string): boolean | undefined {
  const word = typed.trim().toLowerCase();
  if (word === '') return undefined;
  if ('yes'.startsWith(word)) return true;
  return 'no'.startsWith(word) ? false : undefined;
}

/** Breaks long lines at blanks, keeping their indentation; lines that fit and lines without blanks stay as they are. */
export function wrap(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= columns ? line : wrapLine(line, columns)))
    .join('\n');
}

/** Columns a line takes: colours take none. */
function widthOf(line: string): number {
  return stripVTControlCharacters(line).length;
}

function wrapLine(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.trim().split(/ +/)) {
    const longer = current === indent ? indent + word : `${current} ${word}`;
    if (widthOf(longer) > columns && current !== indent) {
      lines.push(current);
      current = indent + word;
    } else current = longer;
  }
  return [...lines, current].join('\n');
}
