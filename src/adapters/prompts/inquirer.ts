import type { Choice, Prompter, Reply } from '../../ports/index.ts';
import type { Frame } from './frame.ts';
import type { TerminalStreams } from './lines.ts';
import { shown, type Context, type Kept } from './showing.ts';
import { themeOf } from './theme.ts';
import { clearing, specialOf, untilReplied, withNone, wrap, yesNo, type Asked, type Shown, type Special } from './words.ts';

export interface InquirerOptions extends TerminalStreams {
  readonly color: boolean;
  /** false: ASCII marks only. */
  readonly unicode: boolean;
}

/** Rows that a long list takes at most; the rest of the screen keeps what was said before it. */
const longestList = 15;

/** Prompts for a terminal that can move its cursor, by @inquirer/prompts, which loads at the first question. */
export function inquirerPrompter(options: InquirerOptions): Prompter {
  const { stderr } = options;
  const theme = themeOf(options);
  const columns = (): number => stderr.columns || 80;
  const say = (text: string, as?: 'heading'): void => {
    const paint = as === 'heading' ? theme.heading : (line: string) => line;
    stderr.write(`${wrap(text, columns()).split('\n').map(paint).join('\n')}\n`);
  };
  const load = () => import('@inquirer/prompts');
  const show = <T>(list: boolean, prompt: (context: Context) => Promise<Shown<T>>, kept: Kept = {}): Promise<Shown<T>> =>
    shown<T>(options, { ...kept, list }, prompt);
  const lastLine = (message: string, usual = ''): string => fitting(message, usual).split('\n').at(-1) ?? '';
  const done = (message: string, words: string): void => say(theme.finished(message, words));
  /** Broken at blanks, where the prompt itself would break in the middle of a word; its mark takes two columns. */
  const fitting = (message: string, usual = ''): string => {
    const fits = message.length + usual.length + 6 <= columns() || usual === '';
    return `${wrap(message, columns() - 2)}${fits ? '' : '\n '}`;
  };
  const rows = (): number => Math.max(5, Math.min(longestList, (stderr.rows || 24) - 9));

  /** A line that is typed; `words` is what stands there once it is answered. */
  const line = async <T>(
    q: Asked & { readonly message: string; readonly shown?: string; readonly usual?: string },
    ask: (message: string, context: Context) => Promise<string>,
    read: (typed: string) => T,
    words: (value: T) => string,
  ): Promise<Reply<T>> => {
    const { usual, shown: message = q.message } = q;
    const kept = { typed: '' };
    // As it was drawn, not as it would be at the new width.
    const last = { line: '' };
    const keep = (frame: Frame): void => {
      const typed = frame.typed(last.line);
      kept.typed = typed === `(${usual ?? ''})` ? '' : typed;
    };
    const reply = await untilReplied(q, say, () => {
      last.line = lastLine(message, usual);
      const prompt = async (context: Context): Promise<Shown<T>> => took(await ask(fitting(message, usual), context), read);
      // Of a secret nothing stands there that could be typed again.
      return show(false, prompt, usual === undefined ? {} : { ...kept, keep });
    });
    if (reply.kind === 'answer') done(q.message, words(reply.value));
    return reply;
  };

  return {
    interactive: true,
    say,
    text: async (q) => {
      const { input } = await load();
      const { initial = '', validate = () => undefined } = q;
      const valueOf = clearing(q);
      const check = (typed: string): string | true => specialOf(typed) !== undefined || (validate(valueOf(typed)) ?? true);
      return line(
        { ...q, shown: withNone(q), usual: initial },
        (message, context) => input({ message, default: initial, validate: check, theme: theme.base }, context),
        valueOf,
        (value) => (value === '' ? (q.none ?? '') : value),
      );
    },
    secret: async (q) => {
      const { password } = await load();
      const check = (typed: string): string | true => typed.trim() !== '' || q.optional === true || 'It is needed.';
      // toggleMask would show the secret on Ctrl-T.
      const settings = { mask: '*', toggleMask: false, validate: check, theme: theme.base };
      return line(
        q,
        (message, context) => password({ ...settings, message }, context),
        (typed) => typed.trim(),
        (value) => (value === '' ? 'none' : '[not shown]'),
      );
    },
    confirm: async (q) => {
      const { input } = await load();
      const usual = q.initial ? 'yes' : 'no';
      const check = (typed: string): string | true => specialOf(typed) !== undefined || yesNo(typed) !== undefined || 'Answer yes or no.';
      return line(
        { ...q, usual },
        (message, context) => input({ message, default: usual, validate: check, theme: theme.base }, context),
        (typed) => yesNo(typed) ?? q.initial,
        (value) => (value ? 'yes' : 'no'),
      );
    },
    select: async (q) => {
      const { select } = await load();
      const choices = numbered(q.choices);
      const initial = q.choices.findIndex(({ value }) => value === q.initial);
      const kept = { active: Math.max(0, initial) };
      const keep = (frame: Frame): void => {
        const marked = frame.lines().find((row) => row.startsWith(`${theme.cursor} `)) ?? '';
        const active = choices.findIndex(({ name }) => marked.length > 2 && name.startsWith(marked.slice(2)));
        kept.active = Math.max(active, 0);
      };
      const settings = () => ({ choices, default: kept.active, loop: false, pageSize: rows(), theme: theme.list });
      const reply = await untilReplied(q, say, () =>
        show(true, async (context) => answer(await select({ ...settings(), message: fitting(q.message) }, context)), { keep }),
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
        show(true, async (context) =>
          answer(await checkbox({ message: fitting(q.message), choices, loop: false, pageSize: rows(), theme: theme.checkbox }, context)),
        ),
      );
      if (reply.kind !== 'answer') return reply;
      const chosen = [...reply.value].sort((a, b) => a - b).map((index) => at(q.choices, index));
      done(q.message, chosen.map(({ label }) => label).join(', ') || 'none');
      return { kind: 'answer', value: chosen.map(({ value }) => value) };
    },
    search: async <T>(q: Parameters<Prompter['search']>[0] & { readonly find: (typed: string) => readonly Choice<T>[] }) => {
      const { search } = await load();
      const source = (typed: string | undefined) => searched(q, typed ?? '');
      const kept = { typed: '' };
      const last = { line: '' };
      const keep = (frame: Frame): void => {
        kept.typed = frame.typed(last.line);
      };
      const settings = () => ({ message: fitting(q.message), source, pageSize: rows(), theme: theme.search });
      const reply = await untilReplied<Choice<T>>(q, say, () => {
        last.line = lastLine(q.message);
        return show(false, (context) => search<Shown<Choice<T>>>(settings(), context), { ...kept, keep });
      });
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

function answer<T>(value: T): Shown<T> {
  return { kind: 'answer', value };
}

function took<T>(typed: string, read: (typed: string) => T): Shown<T> {
  const special = specialOf(typed);
  return special ? { kind: 'special', special } : answer(read(typed));
}
