import type { Prompter } from '../../ports/index.ts';
import { inquirerPrompter } from './inquirer.ts';
import { terminalLines, type TerminalStreams } from './lines.ts';
import { plainPrompter } from './plain.ts';
import { notInteractive } from './words.ts';

export { terminalLines, type Lines } from './lines.ts';
export { plainPrompter } from './plain.ts';

export interface PrompterOptions extends TerminalStreams {
  /** Both streams are terminals and nobody said --no-input. */
  readonly interactive: boolean;
  readonly color: boolean;
  /** TERM=dumb, --plain: lines only, no cursor movement, ASCII. */
  readonly plain: boolean;
  /** Default true. */
  readonly unicode?: boolean;
}

/** The prompter for these streams. Off a terminal every question rejects with PmpError `answer-missing`; `say` is silent. */
export function createPrompter({ interactive, color, plain, unicode = true, ...streams }: PrompterOptions): Prompter {
  if (!interactive) return absent();
  return plain ? plainPrompter(terminalLines(streams)) : inquirerPrompter({ ...streams, color, unicode });
}

function absent(): Prompter {
  const refuse = (): Promise<never> => Promise.reject(notInteractive());
  return {
    interactive: false,
    text: refuse,
    secret: refuse,
    confirm: refuse,
    select: refuse,
    pick: refuse,
    search: refuse,
    say: () => undefined,
  };
}
