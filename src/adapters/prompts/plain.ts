import type { Choice, Prompter, Reply } from '../../ports/index.ts';
import type { Lines } from './lines.ts';
import { clearing, specialOf, untilReplied, withNone, wrap, yesNo, type Shown } from './words.ts';

/**
 * Prompts for a terminal that can only print lines (TERM=dumb, --plain, a screen reader): lists are numbered, an answer is a line.
 * ASCII only.
 */
export function plainPrompter(lines: Lines): Prompter {
  const say = (text: string): void => lines.write(`${wrap(text, lines.columns())}\n`);
  const ask = async <T>(prompt: string, take: (typed: string) => Shown<T>, echo = true): Promise<Shown<T>> => {
    lines.write(wrap(`${prompt} `, lines.columns()));
    const typed = await lines.read({ echo });
    if (typed === undefined) return { kind: 'special', special: 'quit' };
    const special = specialOf(typed);
    return special ? { kind: 'special', special } : take(typed);
  };
  return {
    interactive: true,
    say,
    text: (q) => {
      const { initial = '', validate = () => undefined } = q;
      const valueOf = clearing(q);
      const shown = initial === '' ? withNone(q) : `${withNone(q)} [${initial}]`;
      return untilReplied(q, say, () =>
        ask(shown, (typed) => {
          const value = valueOf(typed.trim() || initial);
          const why = validate(value);
          return why === undefined ? answer(value) : again(why);
        }),
      );
    },
    secret: (q) =>
      untilReplied(q, say, () =>
        ask(q.message, (typed) => (typed.trim() === '' && !q.optional ? again('It is needed.') : answer(typed.trim())), false),
      ),
    confirm: (q) =>
      untilReplied(q, say, () =>
        ask(`${q.message} ${q.initial ? '[Y/n]' : '[y/N]'}`, (typed) => {
          const value = typed.trim() === '' ? q.initial : yesNo(typed);
          return value === undefined ? again('Answer yes or no.') : answer(value);
        }),
      ),
    select: (q) =>
      untilReplied(q, say, () =>
        choose(
          q.message,
          q.choices,
          q.choices.findIndex(({ value }) => value === q.initial),
          say,
          ask,
        ),
      ),
    pick: (q) => untilReplied(q, say, () => several(q, say, ask)),
    search: <T>(q: Parameters<Prompter['search']>[0] & { readonly find: (typed: string) => readonly Choice<T>[] }) => search(q, say, ask),
  };
}

type Ask = <T>(prompt: string, take: (typed: string) => Shown<T>) => Promise<Shown<T>>;

function answer<T>(value: T): Shown<T> {
  return { kind: 'answer', value };
}

function again(why: string): Shown<never> {
  return { kind: 'again', why };
}

function list<T>(choices: readonly Choice<T>[]): string {
  return choices.map(({ label, hint }, index) => `  ${index + 1}) ${label}${hint === undefined ? '' : ` (${hint})`}`).join('\n');
}

function choose<T>(
  message: string,
  choices: readonly Choice<T>[],
  initial: number,
  say: (text: string) => void,
  ask: Ask,
): Promise<Shown<T>> {
  say(`${message}\n${list(choices)}`);
  const usual = Math.max(0, initial);
  return ask(`Number [${usual + 1}]:`, (typed) => {
    const chosen = choices[typed.trim() === '' ? usual : Number(typed) - 1];
    return chosen ? answer(chosen.value) : again(`Answer with a number from 1 to ${choices.length}.`);
  });
}

function several<T>(
  q: { readonly message: string; readonly choices: readonly Choice<T>[]; readonly chosen?: readonly T[] },
  say: (text: string) => void,
  ask: Ask,
): Promise<Shown<readonly T[]>> {
  const usual = q.choices.flatMap(({ value }, index) => (q.chosen?.includes(value) ? [index + 1] : []));
  say(`${q.message}\n${list(q.choices)}`);
  return ask(`Numbers, with commas [${usual.join(', ') || 'none'}] (- for none):`, (typed) => {
    const numbers = typed.trim() === '' ? usual : typed.trim() === '-' ? [] : typed.split(',').map(Number);
    if (numbers.some((number) => q.choices[number - 1] === undefined)) return again(`Answer with numbers from 1 to ${q.choices.length}.`);
    return answer(q.choices.filter((_, index) => numbers.includes(index + 1)).map(({ value }) => value));
  });
}

/** Enough to choose from without scrolling. */
const page = 10;

async function search<T>(
  q: {
    readonly message: string;
    readonly help?: string;
    readonly canGoBack?: boolean;
    readonly initial?: string;
    readonly find: (typed: string) => readonly Choice<T>[];
  },
  say: (text: string) => void,
  ask: Ask,
): Promise<Reply<T>> {
  const usual = q.initial === undefined ? undefined : q.find(q.initial)[0];
  for (;;) {
    const typed = await untilReplied(q, say, () =>
      ask(usual ? `${q.message} [${usual.label}]` : q.message, (typed) => answer(typed.trim())),
    );
    if (typed.kind !== 'answer') return typed;
    if (typed.value === '' && usual) return { kind: 'answer', value: usual.value };
    const found = q.find(typed.value);
    const [only] = found;
    if (only === undefined) say('Nothing found. Type a part of it, or ? for help.');
    else if (found.length === 1) return { kind: 'answer', value: only.value };
    else {
      const message = found.length > page ? `The first ${page} of ${found.length}; < to type more of it:` : 'Which one?';
      const reply = await untilReplied({ ...q, canGoBack: true }, say, () => choose(message, found.slice(0, page), 0, say, ask));
      if (reply.kind !== 'back') return reply;
    }
  }
}
