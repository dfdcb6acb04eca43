import type { Command } from 'commander';
import type { GlobalOptions } from '../app.ts';
import type { CommandShape, Lexicon, Word } from './shape.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export interface CompletionOptions extends GlobalOptions {
  readonly shell: Shell;
  /** The whole command line: what is completed is read off it. */
  readonly line: Command;
}

/** The script that teaches a shell what can follow what. Everything in it is known beforehand: pressing Tab starts no program. */
export async function completion({ shell, line }: Pick<CompletionOptions, 'shell' | 'line'>): Promise<string> {
  const [{ shapeOf }, lexicon] = await Promise.all([import('./shape.ts'), lexiconOf()]);
  const shape = shapeOf(line, lexicon);
  return (await writerOf(shell))(shape).trimEnd();
}

async function writerOf(shell: Shell): Promise<(shape: CommandShape) => string> {
  if (shell === 'bash') return (await import('./bash.ts')).bashScript;
  if (shell === 'zsh') return (await import('./zsh.ts')).zshScript;
  return (await import('./fish.ts')).fishScript;
}

/** What the placeholders of the help stand for. */
async function lexiconOf(): Promise<Lexicon> {
  const [{ steps }, { checks }, { pages }] = await Promise.all([
    import('../../steps/index.ts'),
    import('../../checks/index.ts'),
    import('../../explain/index.ts'),
  ]);
  const units = (some: readonly { readonly id: string; readonly title: string }[]): readonly Word[] =>
    some.map(({ id, title }) => ({ word: id, about: title }));
  const everyPage = [...pages].map(([id, { title }]) => ({ word: id, about: title }));
  return (placeholder, path) => {
    if (placeholder === 'step') return units(steps);
    if (placeholder === 'check') return units(checks);
    return placeholder === 'id' && path[0] === 'explain' ? everyPage : undefined;
  };
}
