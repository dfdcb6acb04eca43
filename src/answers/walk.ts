import type { Reply } from '../ports/index.ts';

/** How a conversation ended: with its state, by going back beyond its beginning (with what it had changed), or by saving and quitting. */
export type Outcome<S> =
  | { readonly kind: 'done'; readonly state: S }
  | { readonly kind: 'back'; readonly state?: S }
  | { readonly kind: 'quit'; readonly state: S };

/** One question of a conversation about a state. */
export interface Part<S> {
  /** Passed over where it is false. */
  readonly when?: (state: S) => boolean;
  readonly ask: (state: S, first: boolean) => Promise<Outcome<S>>;
}

/** Asks part by part. Going back returns to the part asked before, whose answer is still there. @param from 'end': only the last part is asked, and what lies before it is reached by going back */
export async function walk<S>(parts: readonly Part<S>[], start: S, from: 'start' | 'end' = 'start'): Promise<Outcome<S>> {
  const passed = from === 'start' ? [] : parts.flatMap((part, index) => (part.when?.(start) === false ? [] : [index]));
  const asked = passed.slice(0, -1);
  let state = start;
  for (let index = passed.at(-1) ?? 0; index < parts.length; index++) {
    const part = parts[index];
    if (part === undefined || part.when?.(state) === false) continue;
    const outcome = await part.ask(state, asked.length === 0);
    if (outcome.kind === 'quit') return outcome;
    if (outcome.kind === 'back') {
      const before = asked.pop();
      state = outcome.state ?? state;
      if (before === undefined) return { kind: 'back', state };
      index = before - 1;
      continue;
    }
    state = outcome.state;
    asked.push(index);
  }
  return { kind: 'done', state };
}

/** A reply of the prompter as the outcome of one part; `then` makes the new state of the answer. */
export function outcomeOf<S, T>(reply: Reply<T>, state: S, then: (value: T) => S): Outcome<S> {
  if (reply.kind === 'back') return reply;
  if (reply.kind === 'quit') return { kind: 'quit', state };
  return { kind: 'done', state: then(reply.value) };
}
