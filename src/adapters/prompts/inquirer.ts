import { emitKeypressEvents } from 'node:readline';
import type { Choice, Prompter } from '../../ports/index.ts';
import type { TerminalStreams } from './lines.ts';
import { themeOf } from './theme.ts';
import { interrupted, specialOf, untilReplied, wrap, yesNo, type Shown, type Special } from './words.ts';

export interface InquirerOptions extends TerminalStreams {
  readonly color: boolean;
  /** false: ASCII marks only. */
  readonly unicode: boolean;
}

interface Context {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
  readonly clearPromptOnDone: boolean;
}

/** Prompts for a terminal that can move its cursor, by @inquirer/prompts, which loads at the first question. */
export function inquirerPrompter(options: InquirerOptions): Prompter {
  const { stderr } = options;
  const theme = themeOf(options);
  const say = (text: string): void => void stderr.write(`${wrap(text, stderr.columns || 80)}\n`);
  const load = () => import('@inquirer/prompts');
  const show = <T>(list: boolean, prompt: (context: Context) => Promise<Shown<T>>): Promise<Shown<T>> => shown<T>(options, list, prompt);
  const done = (message: string, words: string): void => say(theme.finished(message, words));

  return {
    interactive: true,
    say,
    text: async (q) => {
      const { input } = await load();
      const { initial = '', validate = () => undefined } = q;
      const clears = initial !== '' && validate('') === undefined;
      const valueOf = (typed: string): string => (typed.trim() === '-' && clears ? '' : typed.trim());
      const message = clears ? `${q.message} (- for nothing)` : q.message;
      const check = (typed: string): string | true =>
        specialOf(typed) !== undefined || validate(valueOf(typed)) === undefined || (validate(valueOf(typed)) ?? '');
      return untilReplied(q, say, () =>
        show(false, async (context) => {
          const typed = await input({ message, default: initial, validate: check, theme: theme.base }, context);
          return took(typed, valueOf);
        }),
      );
    },
    secret: async (q) => {
      const { password } = await load();
      const check = (typed: string): string | true => typed.trim() !== '' || q.optional === true || 'It is needed.';
      return untilReplied(q, say, () =>
        show(false, async (context) => {
          // toggleMask would show the secret on Ctrl-T.
          const typed = await password({ message: q.message, mask: '*', toggleMask: false, validate: check, theme: theme.base }, context);
          return took(typed, (text) => text.trim());
        }),
      );
    },
    confirm: async (q) => {
      const { input } = await load();
      const usual = q.initial ? 'yes' : 'no';
      const check = (typed: string): string | true => specialOf(typed) !== undefined || yesNo(typed) !== undefined || 'Answer yes or no.';
      return untilReplied(q, say, () =>
        show<boolean>(false, async (context) => {
          const typed = await input({ message: q.message, default: usual, validate: check, theme: theme.base }, context);
          return took(typed, (text) => yesNo(text) ?? q.initial);
        }),
      );
    },
    select: async (q) => {
      const { select } = await load();
      const choices = numbered(q.choices);
      const usual = Math.max(
        0,
        q.choices.findIndex(({ value }) => value === q.initial),
      );
      const reply = await untilReplied(q, say, () =>
        show(true, async (context) =>
          answer(await select({ message: q.message, choices, default: usual, loop: false, theme: theme.list }, context)),
        ),
      );
      if (reply.kind !== 'answer') return reply;
      const chosen = at(q.choices, reply.value);
      done(q.message, chosen.label);
      return { kind: 'answer', value: chosen.value };
    },
    pick: async (q) => {
      const { checkbox } = await load();
      const choices = numbered(q.choices).map((choice, index) => ({
        ...choice,
        checked: q.chosen?.includes(at(q.choices, index).value) ?? false,
      }));
      const reply = await untilReplied(q, say, () =>
        show(true, async (context) => answer(await checkbox({ message: q.message, choices, loop: false, theme: theme.checkbox }, context))),
      );
      if (reply.kind !== 'answer') return reply;
      const chosen = [...reply.value].sort((a, b) => a - b).map((index) => at(q.choices, index));
      done(q.message, chosen.map(({ label }) => label).join(', ') || 'none');
      return { kind: 'answer', value: chosen.map(({ value }) => value) };
    },
    search: async <T>(q: Parameters<Prompter['search']>[0] & { readonly find: (typed: string) => readonly Choice<T>[] }) => {
      const { search } = await load();
      const source = (typed: string | undefined) => searched(q, typed ?? '');
      const reply = await untilReplied<Choice<T>>(q, say, () =>
        show(false, (context) =>
          search<Shown<Choice<T>>>({ message: q.message, source, theme: theme.list }, { ...context, clearPromptOnDone: true }),
        ),
      );
      if (reply.kind !== 'answer') return reply;
      done(q.message, reply.value.label);
      return { kind: 'answer', value: reply.value.value };
    },
  };

  function at<T>(choices: readonly Choice<T>[], index: number): Choice<T> {
    const choice = choices[index];
    if (choice === undefined) throw new RangeError('a choice that was not offered');
    return choice;
  }
}

/** Choices by index: two of them may hold equal values. */
function numbered<T>(choices: readonly Choice<T>[]) {
  return choices.map(({ label, hint }, index) => ({ value: index, name: label, ...(hint === undefined ? {} : { description: hint }) }));
}

const specials: Readonly<Record<Special, string>> = { help: 'Explain this question', back: 'Go back', quit: 'Save and quit' };

function searched<T>(q: { readonly initial?: string; readonly find: (typed: string) => readonly Choice<T>[] }, typed: string) {
  const special = specialOf(typed);
  if (special) return [{ value: { kind: 'special' as const, special }, name: specials[special] }];
  const found = q.find(typed.trim());
  const usual = typed.trim() === '' && q.initial !== undefined ? q.find(q.initial)[0] : undefined;
  const all = usual ? [usual, ...found.filter(({ label }) => label !== usual.label)] : found;
  return all.map((choice) => ({
    value: answer(choice),
    name: choice.label,
    ...(choice.hint === undefined ? {} : { description: choice.hint }),
  }));
}

/** One showing of a prompt. In lists, keys that are no answer are seen before the prompt takes them for type-ahead. */
async function shown<T>(
  { stdin, stderr }: TerminalStreams,
  list: boolean,
  prompt: (context: Context) => Promise<Shown<T>>,
): Promise<Shown<T>> {
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
  emitKeypressEvents(stdin);
  // First in line: once a prompt has settled, the keys that follow belong to the next one.
  stdin.prependListener('keypress', onKey);
  stdin.once('end', onEnd);
  try {
    return await prompt({ input: stdin, output: stderr, signal: leave.signal, clearPromptOnDone: list });
  } catch (thrown) {
    const reason: unknown = leave.signal.reason;
    if (leave.signal.aborted && isSpecial(reason)) return { kind: 'special', special: reason };
    // Matched by name: the class may come twice into one bundle.
    if (leave.signal.aborted || (thrown instanceof Error && thrown.name === 'ExitPromptError')) throw interrupted();
    throw thrown;
  } finally {
    stdin.off('keypress', onKey);
    stdin.off('end', onEnd);
  }
}

function answer<T>(value: T): Shown<T> {
  return { kind: 'answer', value };
}

function took<T>(typed: string, read: (typed: string) => T): Shown<T> {
  const special = specialOf(typed);
  return special ? { kind: 'special', special } : answer(read(typed));
}

function isSpecial(value: unknown): value is Special {
  return value === 'help' || value === 'back' || value === 'quit';
}
