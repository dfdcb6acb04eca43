import { plainPrompter, type Lines } from '../../src/adapters/prompts/index.ts';
import type { Prompter } from '../../src/ports/index.ts';

export interface Scripted {
  readonly prompter: Prompter;
  /** Everything a person would have seen, with what was typed. */
  readonly screen: () => string;
  /** Lines that nobody read. */
  readonly left: () => readonly string[];
}

/** The line prompter of the product, with a person who types these lines. One line too few is an error that shows the screen. */
export function scripted(typed: readonly string[], columns = 100): Scripted {
  const waiting = [...typed];
  let screen = '';
  const lines: Lines = {
    columns: () => columns,
    write: (text) => {
      screen += text;
    },
    read: () => {
      const line = waiting.shift();
      if (line === undefined) return Promise.reject(new Error(`nobody answers:\n${screen.slice(-1500)}`));
      screen += `${line}\n`;
      return Promise.resolve(line);
    },
  };
  return { prompter: plainPrompter(lines), screen: () => screen, left: () => waiting };
}
