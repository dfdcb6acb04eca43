import { emitKeypressEvents } from 'node:readline';
import { interrupted, reasonOf } from './words.ts';

/** A terminal, line by line, without moving the cursor anywhere but back over what was typed. */
export interface Lines {
  readonly columns: () => number;
  write(text: string): void;
  /** The next line; undefined for the end of input (Ctrl-D). Rejects with PmpError `interrupted` on Ctrl-C. */
  read(options: { readonly echo: boolean }): Promise<string | undefined>;
}

export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  /** Ctrl-C between two questions, or a signal from outside: the question then rejects with its reason, a PmpError. */
  readonly stopping?: AbortSignal;
}

interface Key {
  readonly text: string;
  readonly name: string;
  readonly ctrl: boolean;
}

/** Reads keys in raw mode, so that Ctrl-C arrives as a key and a secret is never echoed. What is pasted ahead is kept for the next line. */
export function terminalLines({ stdin, stderr, stopping }: TerminalStreams): Lines {
  const ahead: Key[] = [];
  let take: ((key: Key | undefined) => void) | undefined;
  let listening = false;
  const listen = (): void => {
    if (listening) return;
    listening = true;
    emitKeypressEvents(stdin);
    stdin.on('keypress', (text: string | undefined, key: { name?: string; ctrl?: boolean } = {}) => {
      const pressed = { text: text ?? '', name: key.name ?? '', ctrl: key.ctrl ?? false };
      if (take) take(pressed);
      else ahead.push(pressed);
    });
    stdin.on('end', () => take?.(undefined));
  };
  const next = (): Promise<Key | undefined> => {
    const waiting = ahead.shift();
    if (waiting) return Promise.resolve(waiting);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        take = undefined;
        reject(reasonOf(stopping));
      };
      if (stopping?.aborted) return stop();
      stopping?.addEventListener('abort', stop, { once: true });
      take = (key) => {
        take = undefined;
        stopping?.removeEventListener('abort', stop);
        resolve(key);
      };
    });
  };
  const read = async ({ echo }: { readonly echo: boolean }): Promise<string | undefined> => {
    listen();
    stdin.setRawMode?.(true);
    stdin.resume();
    try {
      return await edit(next, (text) => stderr.write(text), echo);
    } finally {
      stdin.setRawMode?.(false);
      stdin.pause();
    }
  };
  return { columns: () => stderr.columns || 80, write: (text) => void stderr.write(text), read };
}

async function edit(next: () => Promise<Key | undefined>, write: (text: string) => void, echo: boolean): Promise<string | undefined> {
  const typed: string[] = [];
  for (;;) {
    const key = await next();
    if (key === undefined || (key.ctrl && key.name === 'd' && typed.length === 0)) return end(write, undefined);
    if (key.ctrl && key.name === 'c') {
      write('\n');
      throw interrupted();
    }
    if (key.name === 'return' || key.name === 'enter') return end(write, typed.join(''));
    if (key.name === 'backspace') {
      if (typed.pop() !== undefined && echo) write('\b \b');
    } else if (key.ctrl && key.name === 'u') {
      if (echo) write('\b \b'.repeat(typed.length));
      typed.length = 0;
    } else if (!key.ctrl && key.text !== '' && !/[\u0000-\u001F\u007F]/.test(key.text)) {
      typed.push(key.text);
      if (echo) write(key.text);
    }
  }
}

function end(write: (text: string) => void, line: string | undefined): string | undefined {
  write('\n');
  return line;
}
