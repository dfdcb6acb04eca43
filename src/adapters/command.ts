import { spawn } from 'node:child_process';
import { PmpError } from '../engine/errors.ts';
import type { Secret } from '../ports/index.ts';
import { secretOf } from './secret.ts';

const patience = 30_000;
const largest = 64 * 1024;

/**
 * Runs a command without a shell and takes the first line it prints as a secret. Its standard error is never shown: tools print tokens there.
 * @throws PmpError `pagerduty-credentials` naming the program, never its arguments.
 */
export function secretFromCommand(words: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<Secret> {
  const [program = '', ...args] = words;
  return new Promise((resolve, reject) => {
    const failed = (cause: string) =>
      reject(
        new PmpError('pagerduty-credentials', {
          message: `the command in PAGERDUTY_TOKEN_COMMAND (${program.split('/').at(-1) ?? ''}) gave no token`,
          cause,
          fix: 'Run it by hand: it must print the token on its first line and end with code 0. There is no shell: pipes and $(…) do not work.',
        }),
      );
    if (program === '') return failed('The variable names no program.');
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: patience, env });
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > largest) child.kill();
      else chunks.push(chunk);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'ENOENT' ? 'There is no such program.' : `It could not be started (${error.code ?? 'unknown'}).`),
    );
    child.on('close', (code, signal) => {
      const token = Buffer.concat(chunks).toString('utf8').split(/\r?\n/)[0]?.trim() ?? '';
      if (size > largest) failed('It printed more than a token.');
      else if (code !== 0) failed(signal === null ? `It ended with code ${String(code)}.` : 'It took longer than 30 seconds.');
      else if (token === '') failed('Its first line is empty.');
      else resolve(secretOf(token));
    });
  });
}
