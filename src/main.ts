import { homedir, hostname, userInfo } from 'node:os';
import { fileURLToPath } from 'node:url';
import {
  exit,
  exitCodeOf,
  explain,
  program,
  setup,
  usageError,
  verify,
  type GlobalOptions,
  type Handlers,
  type Session,
} from './commands/index.ts';
import { toPmpError } from './engine/index.ts';
import type { Outside } from './host/outside.ts';
import { sandboxCommand } from './host/sandbox-commands.ts';
import { openEmbedded } from './host/sandbox-place.ts';
import { openSession } from './host/session.ts';
import { createVoice, type Voice } from './host/view.ts';
import { explainJson, explainListJson, explainListText, explainText } from './report/index.ts';

declare const __PMP_PD_VERSION__: string;

/** The composition root: the only place that knows `process`. Sets the exit code and returns; the process ends when its work is done. */
export async function run(process: NodeJS.Process): Promise<void> {
  const outside = outsideOf(process);
  endQuietly(process);
  const words = process.argv.slice(2);
  const fallback = createVoice(guessed(words), outside);
  try {
    process.exitCode = await parsed(words, outside);
  } catch (thrown) {
    const usage = usageError(thrown);
    if (usage === undefined) return;
    const error = usage === 'not-usage' ? toPmpError(thrown) : usage;
    process.exitCode = exitCodeOf(error);
    fallback.fail(commandOf(words), error, process.exitCode);
  }
}

async function parsed(words: readonly string[], outside: Outside): Promise<number> {
  const codes: number[] = [];
  const handlers: Handlers = {
    setup: (options) => inSession('setup', options, outside, (session) => setup(session, options)),
    verify: (options) => inSession('verify', options, outside, (session) => verify(session, options)),
    explain: (options) =>
      speaking('explain', options, outside, async (voice) => {
        const found = await explain(options);
        const style = voice.reporter.styleFor('result');
        if (found.kind === 'page') voice.result(explainText(found.id, found.page, style), explainJson(found.id, found.page, options));
        else voice.result(explainListText(found.pages, style), explainListJson(found.pages, options));
        return exit.done;
      }),
    sandbox: (options) => speaking(`sandbox ${options.action}`, options, outside, (voice) => sandboxCommand(options, voice, outside)),
  };
  const { stdout } = outside;
  const output = {
    stdout: (text: string) => void stdout.write(text),
    stderr: (text: string) => void outside.stderr.write(text),
    columns: stdout.columns,
    color: false,
  };
  await program(outside.version, handlers, output, (code) => codes.push(code)).parseAsync([...words], { from: 'user' });
  return codes[0] ?? exit.done;
}

/** A command that works on PagerDuty and a cluster, the real ones or the sandbox's. */
function inSession(
  command: string,
  options: GlobalOptions,
  outside: Outside,
  work: (session: Session) => Promise<number>,
): Promise<number> {
  return speaking(command, options, outside, async (voice) => {
    const sandbox = await openEmbedded(options, outside);
    const session = await openSession(options, voice, outside, sandbox);
    try {
      return await work(session);
    } catch (thrown) {
      throw session.stopping.aborted ? session.stopping.reason : thrown;
    } finally {
      voice.view.idle();
      await session.close();
      await sandbox?.close();
    }
  });
}

/** Whatever ends a command is said by the reporter of that command, in its format. */
async function speaking(
  command: string,
  options: GlobalOptions,
  outside: Outside,
  work: (voice: Voice) => Promise<number>,
): Promise<number> {
  const voice = createVoice(options, outside);
  const begun = outside.ticks();
  try {
    return await work(voice);
  } catch (thrown) {
    const error = toPmpError(thrown);
    const code = exitCodeOf(error);
    voice.fail(command, error, code, { sandbox: options.sandbox, seconds: (outside.ticks() - begun) / 1000 });
    return code;
  }
}

/** For a command line that cannot be parsed: the format that was probably meant. */
function guessed(words: readonly string[]): Pick<GlobalOptions, 'output' | 'plain' | 'quiet' | 'verbose' | 'sandbox'> {
  const json = words.some(
    (word, index) =>
      word === '-ojson' || word === '--output=json' || (word === 'json' && ['-o', '--output'].includes(words[index - 1] ?? '')),
  );
  return {
    output: json ? 'json' : 'text',
    plain: words.includes('--plain'),
    quiet: false,
    verbose: false,
    sandbox: words.includes('--sandbox'),
  };
}

function commandOf(words: readonly string[]): string {
  const named = words.filter((word) => /^[a-z]/.test(word));
  return (named[0] === 'sandbox' ? named.slice(0, 2).join(' ') : named[0]) ?? 'pmp-pd';
}

function outsideOf(process: NodeJS.Process): Outside {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    pid: process.pid,
    user: userName(),
    hostname: hostname(),
    runs: (pid) => runs(process, pid),
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    version: __PMP_PD_VERSION__,
    templates: fileURLToPath(new URL('../templates/', import.meta.url)),
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
function endQuietly(process: NodeJS.Process): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
