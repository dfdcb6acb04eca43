import { fstatSync, writeSync } from 'node:fs';
import { homedir, hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import { exit, exitCodeOf } from './commands/exit-codes.ts';
import { program, usageError, type Handlers } from './commands/program.ts';
import { toPmpError } from './engine/errors.ts';
import type { Outside } from './host/outside.ts';

declare const __PMP_PD_VERSION__: string;

/** The composition root: the only place that knows `process`. Sets the exit code and returns; the process ends when its work is done. */
export async function run(process: NodeJS.Process): Promise<void> {
  const outside = outsideOf(process);
  const words = process.argv.slice(2);
  try {
    process.exitCode = await parsed(words, outside);
  } catch (thrown) {
    const usage = usageError(thrown);
    if (usage === undefined) return;
    const error = usage === 'not-usage' ? toPmpError(thrown) : usage;
    process.exitCode = exitCodeOf(error);
    const { failureWords } = await import('./report/failure.ts');
    const pipe = pipeOf(2);
    const { isTTY, columns } = pipe === undefined ? outside.stderr : { isTTY: false, columns: 0 };
    const flags = { plain: words.includes('--plain') };
    const failure = { command: commandOf(words), error, exitCode: process.exitCode, ...guessed(words) };
    const { stdout, stderr } = await failureWords(failure, { isTTY, env: outside.env, flags, columns });
    if (stdout !== undefined) outside.stdout.write(stdout);
    const left = pipe === undefined ? stderr : pipe.write(stderr);
    if (left !== '') outside.stderr.write(left);
  }
}

async function parsed(words: readonly string[], outside: Outside): Promise<number> {
  const codes: number[] = [];
  // Help, the version and a mistyped line need none of it.
  const commands = async (): Promise<Handlers> => (await import('./host/commands.ts')).handlersOf(outside);
  const handlers: Handlers = {
    setup: async (options) => (await commands()).setup(options),
    verify: async (options) => (await commands()).verify(options),
    explain: async (options) => (await commands()).explain(options),
    testAlert: async (options) => (await commands()).testAlert(options),
    dayTwo: async (options) => (await commands()).dayTwo(options),
    sandbox: async (options) => (await commands()).sandbox(options),
    completion: async (options) => (await commands()).completion(options),
  };
  const output = {
    stdout: (text: string) => void outside.stdout.write(text),
    stderr: (text: string) => void outside.stderr.write(text),
    get columns() {
      return outside.stdout.columns;
    },
    color: false,
  };
  await program(outside.version, handlers, output, (code) => codes.push(code), words).parseAsync([...words], { from: 'user' });
  return codes[0] ?? exit.done;
}

/** For a command line that cannot be parsed: the format that was probably meant. */
function guessed(words: readonly string[]): { readonly format: 'text' | 'json'; readonly sandbox: boolean } {
  const json = words.some(
    (word, index) =>
      word === '-ojson' || word === '--output=json' || (word === 'json' && ['-o', '--output'].includes(words[index - 1] ?? '')),
  );
  return { format: json ? 'json' : 'text', sandbox: words.includes('--sandbox') };
}

const dayTwo = ['oncall', 'override', 'maintenance', 'handoff', 'teardown'];

function commandOf(words: readonly string[]): string {
  const at = words.findIndex((word) => ['setup', 'verify', 'test-alert', 'explain', 'sandbox', 'completion', ...dayTwo].includes(word));
  const action = ['sandbox', 'maintenance'].includes(words[at] ?? '') ? words.slice(at + 1).find((word) => /^[a-z]/.test(word)) : undefined;
  return [words[at] ?? 'pmp-pd', ...(action === undefined ? [] : [action])].join(' ');
}

function outsideOf(process: NodeJS.Process): Outside {
  const opened = new Set<NodeJS.WriteStream>();
  const quiet = (stream: NodeJS.WriteStream): NodeJS.WriteStream => {
    if (!opened.has(stream)) endQuietly(stream);
    opened.add(stream);
    return stream;
  };
  return {
    env: process.env,
    cwd: process.cwd(),
    get home() {
      return homedir();
    },
    pid: process.pid,
    get user() {
      return userName();
    },
    get hostname() {
      return hostname();
    },
    runs: (pid) => runs(process, pid),
    // Opening a stream takes as long as parsing the command line: each is opened by whoever uses it.
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      return quiet(process.stdout);
    },
    get stderr() {
      return quiet(process.stderr);
    },
    version: __PMP_PD_VERSION__,
    get templates() {
      return fileURLToPath(new URL('../templates/', import.meta.url));
    },
    ticks: () => performance.now(),
    onSignal(listener) {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
  };
}

/** What is no terminal is written to at once: opening a stream for a few lines takes longer than all that went before. undefined: it may be a terminal. */
function pipeOf(descriptor: number): { write(text: string): string } | undefined {
  try {
    const there = fstatSync(descriptor);
    if (!there.isFIFO() && !there.isFile() && !there.isSocket()) return undefined;
  } catch {
    return undefined;
  }
  return {
    /** @returns what could not be written: the stream waits, or says why */
    write(text) {
      try {
        const bytes = Buffer.from(text);
        return bytes.subarray(writeSync(descriptor, bytes)).toString();
      } catch {
        return text;
      }
    },
  };
}

/** A user without an entry in the password file has no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

/** Signal 0 reaches whoever runs; a process that is not ours to signal runs too. */
function runs(process: NodeJS.Process, pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** `| head` closes our end early: that is no error. */
function endQuietly(stream: NodeJS.WriteStream): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
