import { emitKeypressEvents } from 'node:readline';
import { frameOn, type Frame } from './frame.ts';
import type { TerminalStreams } from './lines.ts';
import { interrupted, reasonOf, specialOf, type Shown, type Special } from './words.ts';

/** What a prompt of @inquirer/prompts is shown with. */
export interface Context {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WritableStream;
  readonly signal: AbortSignal;
  readonly clearPromptOnDone: boolean;
}

/** What outlives a resize of the terminal. */
export interface Kept {
  /** Takes it from what stands there. Without it a prompt is left as it is. */
  readonly keep?: (frame: Frame) => void;
  /** What was typed before, to be typed again. */
  readonly typed?: string;
}

/** One showing of a prompt. In lists, keys that are no answer are seen before the prompt takes them for type-ahead. */
export async function shown<T>(
  { stdin, stderr, stopping }: TerminalStreams,
  { list, keep, typed: before = '' }: Kept & { readonly list: boolean },
  prompt: (context: Context) => Promise<Shown<T>>,
): Promise<Shown<T>> {
  if (stopping?.aborted) throw reasonOf(stopping);
  const leave = new AbortController();
  let typed = '';
  const onKey = (text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean } = {}): void => {
    if (key.ctrl && key.name === 'd') leave.abort('quit');
    if (!list) return;
    typed = `${typed}${text ?? ''}`.slice(-2);
    const special = specialOf(typed.slice(-1)) ?? specialOf(typed);
    if (special) leave.abort(special);
  };
  const onEnd = (): void => leave.abort('end');
  const frame = frameOn(stderr);
  const onResize = (): void => {
    if (keep === undefined || leave.signal.aborted) return;
    keep(frame);
    frame.wipe();
    leave.abort('resize');
  };
  emitKeypressEvents(stdin);
  // First in line: once a prompt has settled, the keys that follow belong to the next one.
  stdin.prependListener('keypress', onKey);
  stdin.once('end', onEnd);
  stderr.on('resize', onResize);
  stopping?.addEventListener('abort', onEnd, { once: true });
  if (before !== '') void frame.drawn.then(() => stdin.emit('keypress', before, { sequence: before }));
  try {
    return await prompt({ input: stdin, output: frame.output, signal: leave.signal, clearPromptOnDone: true });
  } catch (thrown) {
    if (stopping?.aborted) throw reasonOf(stopping);
    const reason: unknown = leave.signal.reason;
    if (reason === 'resize') return { kind: 'redraw' };
    if (leave.signal.aborted && isSpecial(reason)) return { kind: 'special', special: reason };
    // Matched by name: the class may come twice into one bundle.
    if (leave.signal.aborted || (thrown instanceof Error && thrown.name === 'ExitPromptError')) throw interrupted();
    throw thrown;
  } finally {
    stdin.off('keypress', onKey);
    stdin.off('end', onEnd);
    stderr.off('resize', onResize);
    stopping?.removeEventListener('abort', onEnd);
  }
}

function isSpecial(value: unknown): value is Special {
  return value === 'help' || value === 'back' || value === 'quit';
}
