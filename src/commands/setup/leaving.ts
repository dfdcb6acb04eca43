import { PmpError } from '../../engine/index.ts';
import type { Prompter, Reply } from '../../ports/index.ts';

/** A prompter whose questions are left by Ctrl-C as by `:q`: what was answered before is then still at hand. */
export interface Leaving {
  readonly prompter: Prompter;
  /** Why a question was taken away; undefined: none was. */
  stopped(): PmpError | undefined;
}

export function leaving(prompter: Prompter): Leaving {
  const seen: { error?: PmpError } = {};
  const reply = async <T>(asked: Promise<Reply<T>>): Promise<Reply<T>> => {
    try {
      return await asked;
    } catch (thrown) {
      if (!(thrown instanceof PmpError) || !['interrupted', 'terminated'].includes(thrown.id)) throw thrown;
      seen.error = thrown;
      return { kind: 'quit' };
    }
  };
  return {
    prompter: {
      interactive: prompter.interactive,
      say: (text, as) => prompter.say(text, as),
      text: (q) => reply(prompter.text(q)),
      secret: (q) => reply(prompter.secret(q)),
      confirm: (q) => reply(prompter.confirm(q)),
      select: (q) => reply(prompter.select(q)),
      pick: (q) => reply(prompter.pick(q)),
      search: (q) => reply(prompter.search(q)),
    },
    stopped: () => seen.error,
  };
}
