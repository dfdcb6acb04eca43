/** What a person did at a prompt: answered, went back to the earlier question, or saved and quit. */
export type Reply<T> = { readonly kind: 'answer'; readonly value: T } | { readonly kind: 'back' } | { readonly kind: 'quit' };

export interface Choice<T> {
  readonly value: T;
  readonly label: string;
  readonly hint?: string;
}

interface Question {
  /** One line, ends in a question mark or colon. */
  readonly message: string;
  /** Shown on `?`. */
  readonly help?: string;
  readonly canGoBack?: boolean;
}

/**
 * Asks a person on a terminal. The same everywhere: Enter takes the default, `?` shows the help and asks again, `<` goes back (where
 * `canGoBack`; else says that there is nothing to go back to), `:q` or Ctrl-D saves and quits; in lists a key press is enough. Writes to stderr only. Ctrl-C rejects with PmpError `interrupted` (exit 130) and leaves the terminal sane.
 * Must not be called off a terminal: the caller checks `interactive`.
 */
export interface Prompter {
  readonly interactive: boolean;
  /**
   * `validate` returns undefined or why not, in one sentence; a refused answer can be corrected. Enter takes `initial`. `none` says what it
   * means to answer nothing ("none", "the current one"): the prompt says how, Enter where there is no `initial`, else "-".
   */
  text(
    q: Question & { readonly initial?: string; readonly none?: string; readonly validate?: (value: string) => string | undefined },
  ): Promise<Reply<string>>;
  /** Never echoed. */
  secret(q: Question & { readonly optional?: boolean }): Promise<Reply<string>>;
  confirm(q: Question & { readonly initial: boolean }): Promise<Reply<boolean>>;
  select<T>(q: Question & { readonly choices: readonly Choice<T>[]; readonly initial?: T }): Promise<Reply<T>>;
  /** In the order in which they are shown. */
  pick<T>(q: Question & { readonly choices: readonly Choice<T>[]; readonly chosen?: readonly T[] }): Promise<Reply<readonly T[]>>;
  /** Found by typing. With nothing typed, Enter takes the first of `find(initial)`. */
  search<T>(q: Question & { readonly find: (typed: string) => readonly Choice<T>[]; readonly initial?: string }): Promise<Reply<T>>;
  /** A line or a block of text above the next prompt; a heading stands out where the terminal can show it. */
  say(text: string, as?: 'heading'): void;
}
