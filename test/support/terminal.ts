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
  readonly signal: (name: string) => void;
  readonly ended: Promise<number>;
}

/** A real terminal: a pseudo-terminal with a process in it, and a screen that understands what it draws. */
export function openTerminal(
  args: readonly string[],
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>>; readonly columns?: number; readonly rows?: number },
): TerminalSession {
  const { cwd, env, columns = 80, rows = 40 } = options;
  const terminal = new Terminal({ cols: columns, rows, scrollback: 5000, allowProposedApi: true });
  const pty = spawn(process.execPath, [...args], { cols: columns, rows, cwd, env: { ...env } });
  let raw = '';
  pty.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  const ended = new Promise<number>((resolve) => void pty.onExit(({ exitCode }) => resolve(exitCode)));
  const screen = (): string => {
    const { active } = terminal.buffer;
    return Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  };
  const see = async (text: string | RegExp, seconds = 20): Promise<void> => {
    for (let tries = 0; tries < seconds * 40; tries++) {
      if (typeof text === 'string' ? screen().includes(text) : text.test(screen())) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never saw ${String(text)} in:\n${screen()}`);
  };
  return { screen, raw: () => raw, press: (keys) => pty.write(keys), see, signal: (name) => pty.kill(name), ended };
}

/** Long enough for a prompt to have drawn what was typed. */
export const settle = (milliseconds = 60): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
