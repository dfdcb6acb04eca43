import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { clean, PmpError } from '../engine/errors.ts';
import { listen } from './server.ts';

/** Who owns a state file: its word (a nonce), where it answers to it, and how people know it. */
export interface Holder {
  readonly word: string;
  readonly url: string;
  /** "pmp-pd setup (process 4242)" */
  readonly who: string;
  /** Real time, ISO 8601. */
  readonly since: string;
}

/** Path under which a running sandbox says its word. A process number may be taken over by another program; a word is not. */
export const wordPath = '/sandbox/word';

const lockOf = (stateFile: string): string => `${stateFile}.lock`;

/** Takes the state file for this process, also from an owner that no longer lives. @throws PmpError `sandbox` naming a living owner */
export async function takeLock(stateFile: string, me: Holder): Promise<() => void> {
  const file = lockOf(stateFile);
  for (let attempt = 0; attempt < 50; attempt += 1) {
    if (createLock(file, me)) return () => release(file, me);
    const holder = readHolder(file);
    // Somebody is just now writing it, or died doing so.
    if (holder === undefined && attempt < 10) await pause(20);
    else if (holder !== undefined && (await lives(holder))) throw held(stateFile, holder);
    else discard(file, holder?.word);
  }
  throw new PmpError('sandbox', {
    message: `The lock ${clean(file)} cannot be taken`,
    cause: 'other processes take it again and again',
    fix: 'End the other pmp-pd commands that use this sandbox, then try again.',
  });
}

/** Base URL of the process that owns a state file now, for talking to it instead of opening the file; undefined: nobody does. */
export async function runningSandbox(stateFile: string): Promise<string | undefined> {
  const holder = readHolder(lockOf(stateFile));
  return holder !== undefined && (await lives(holder)) ? holder.url : undefined;
}

/** Owns the state file for as long as `work` takes. */
export async function withLock(stateFile: string, who: string, work: () => void): Promise<void> {
  const word = randomUUID();
  const server = await listen(0, () => Promise.resolve({ status: 200, body: word }));
  try {
    const release = await takeLock(stateFile, { word, url: server.baseUrl, who, since: new Date().toISOString() });
    try {
      work();
    } finally {
      release();
    }
  } finally {
    await server.close();
  }
}

function createLock(file: string, me: Holder): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'wx', 0o600);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new PmpError(
      'sandbox',
      {
        message: `The lock ${clean(file)} cannot be created`,
        cause: clean((thrown as Error).message),
        fix: 'Make its folder writable, or name another file in PMP_PD_SANDBOX_FILE.',
      },
      { cause: thrown },
    );
  }
  writeSync(descriptor, JSON.stringify(me));
  closeSync(descriptor);
  return true;
}

function readHolder(file: string): Holder | undefined {
  try {
    const parsed = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>;
    const { word, url, who, since } = parsed;
    return typeof word === 'string' && typeof url === 'string' ? { word, url, who: String(who), since: String(since) } : undefined;
  } catch {
    return undefined;
  }
}

/** Silence counts as life: a process that is stopped or busy still owns its file. A refused connection or another word does not. */
function lives(holder: Holder): Promise<boolean> {
  if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(holder.url)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const request = get(`${holder.url}${wordPath}`, { timeout: 3000, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text === holder.word));
      response.on('error', () => resolve(false));
    });
    request.on('timeout', () => {
      resolve(true);
      request.destroy();
    });
    request.on('error', () => resolve(false));
  });
}

/** Moved aside before it is removed, so that of two that found it dead only one removes it, and never a new one. */
function discard(file: string, word: string | undefined): void {
  const aside = `${file}.${Math.random().toString(36).slice(2)}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readHolder(aside);
  if (moved === undefined || moved.word === word) rmSync(aside, { force: true });
  else renameSync(aside, file);
}

function release(file: string, me: Holder): void {
  if (readHolder(file)?.word === me.word) rmSync(file, { force: true });
}

function held(stateFile: string, holder: Holder): PmpError {
  return new PmpError('sandbox', {
    message: `The sandbox ${clean(stateFile)} is in use`,
    cause: `${clean(holder.who)} has it since ${clean(holder.since)} and serves it at ${clean(holder.url)}`,
    fix: 'Wait until it ends, end it, or name another file in PMP_PD_SANDBOX_FILE.',
  });
}
