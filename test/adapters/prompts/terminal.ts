import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import { build } from 'esbuild';

const root = new URL('../../..', import.meta.url).pathname;

/** Bundles the fixture once, as the product is bundled. @returns the folder. */
export async function bundle(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  await build({
    entryPoints: [new URL('fixture.ts', import.meta.url).pathname],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
    logLevel: 'error',
  });
  return folder;
}

export interface Session {
  /** The rendered screen, top to bottom, with what scrolled away. */
  readonly screen: () => string;
  /** Every byte that was written. */
  readonly raw: () => string;
  readonly press: (keys: string) => void;
  readonly see: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<number>;
}

export function start(folder: string, args: readonly string[], { columns = 80, term = 'xterm-256color' } = {}): Session {
  const terminal = new Terminal({ cols: columns, rows: 40, scrollback: 2000, allowProposedApi: true });
  const pty = spawn(process.execPath, [join(folder, 'fixture.mjs'), ...args], {
    cols: columns,
    rows: 40,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', TERM: term, HOME: folder },
  });
  let raw = '';
  pty.onData((data) => {
    raw += data;
    terminal.write(data);
  });
  const ended = new Promise<number>((resolve) => void pty.onExit(({ exitCode }) => resolve(exitCode)));
  const screen = (): string => {
    const { buffer } = terminal;
    return Array.from({ length: buffer.active.length }, (_, row) => buffer.active.getLine(row)?.translateToString(true) ?? '')
      .join('\n')
      .trimEnd();
  };
  const see = async (text: string | RegExp): Promise<void> => {
    for (let tries = 0; tries < 400; tries++) {
      if (typeof text === 'string' ? screen().includes(text) : text.test(screen())) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`never saw ${String(text)} in:\n${screen()}`);
  };
  return { screen, raw: () => raw, press: (keys) => pty.write(keys), see, ended };
}

/** Long enough for a prompt to have drawn what was typed. */
export const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));
