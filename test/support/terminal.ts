import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';

export interface TerminalSession {
  /** The rendered screen, top to bottom, with what scrolled away. */
  readonly screen: () => string;
  /** Every byte that was written. */
  readonly raw: () => string;
  readonly press: (keys: string) => void;
  /** Waits up to `seconds` for it to appear; what was seen before `press` counts too, so name what is new. */
  readonly see: (text: string | RegExp, seconds?: number) => Promise<void>;
  /** Looks whenever something was drawn, for up to `seconds`. @returns whether it came to hold */
  readonly until: (holds: () => boolean, seconds: number) => Promise<boolean>;
  readonly resize: (columns: number, rows?: number) => void;
  readonly signal: (name: string) => void;
  readonly ended: Promise<number>;
  /** With its colours. */
  readonly terminal: Terminal;
}

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  readonly rows?: number;
  /** Node, unless named. */
  readonly program?: string;
}

/** A screen that understands what is drawn on it; what scrolled away is kept. */
class Display {
  readonly #terminal: Terminal;

  constructor(columns: number, rows: number, convertEol = false) {
    this.#terminal = new Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true, convertEol });
  }

  get terminal(): Terminal {
    return this.#terminal;
  }

  write(text: string, drawn?: () => void): void {
    this.#terminal.write(text, drawn);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
  }

  /** Without trailing blanks. */
  lines(): readonly string[] {
    const { active } = this.#terminal.buffer;
    const rows = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return rows.slice(0, rows.findLastIndex((row) => row !== '') + 1);
  }
}

/** A real terminal: a pseudo-terminal with a process in it. */
export function openTerminal(args: readonly string[], options: TerminalOptions): TerminalSession {
  const { cwd, env, columns = 80, rows = 40, program = process.execPath } = options;
  const display = new Display(columns, rows);
  const pty = spawn(program, [...args], { cols: columns, rows, cwd, env: { ...env } });
  const waiting = new Set<() => void>();
  let raw = '';
  pty.onData((data) => {
    raw += data;
    display.write(data, () => {
      for (const look of waiting) look();
    });
  });
  const ended = new Promise<number>((resolve) => void pty.onExit(({ exitCode }) => resolve(exitCode)));
  const screen = (): string => display.lines().join('\n');
  const until = (holds: () => boolean, seconds: number): Promise<boolean> =>
    new Promise((resolve) => {
      const settled = (answer: boolean): void => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(answer);
      };
      const look = (): void => {
        if (holds()) settled(true);
      };
      const timer = setTimeout(() => settled(holds()), seconds * 1000);
      waiting.add(look);
      look();
    });
  const see = async (text: string | RegExp, seconds = 20): Promise<void> => {
    const seen = await until(() => (typeof text === 'string' ? screen().includes(text) : text.test(screen())), seconds);
    if (!seen) throw new Error(`never saw ${String(text)} in:\n${screen()}`);
  };
  return {
    screen,
    raw: () => raw,
    press: (keys) => pty.write(keys),
    see,
    until,
    resize: (wide, high = rows) => {
      display.resize(wide, high);
      pty.resize(wide, high);
    },
    signal: (name) => pty.kill(name),
    ended,
    terminal: display.terminal,
  };
}

/** A terminal's screen behind a stream of this process that behaves as a terminal's does. */
export class Screen extends Writable {
  readonly isTTY = true;
  readonly rows = 30;
  raw = '';
  readonly #display: Display;

  constructor(readonly columns: number) {
    super({ decodeStrings: false });
    this.#display = new Display(columns, this.rows, true);
  }

  override _write(chunk: string | Buffer, _: string, done: () => void): void {
    this.raw += chunk.toString();
    this.#display.write(chunk.toString(), done);
  }
  cursorTo(x: number, y?: number): boolean {
    return y === undefined ? cursorTo(this, x) : cursorTo(this, x, y);
  }
  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }
  moveCursor(x: number, y: number): boolean {
    return moveCursor(this, x, y);
  }

  /** What stands on the screen now, without trailing blanks. */
  async lines(): Promise<readonly string[]> {
    await new Promise<void>((resolve) => {
      this.write('', () => this.#display.write('', resolve));
    });
    return this.#display.lines();
  }
}

/** Long enough for a prompt to have drawn what was typed. */
export const settle = (milliseconds = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
