import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { clean, PmpError } from '../engine/errors.ts';
import type { ClockAnchor } from './clock.ts';

/** One HTTP call that the sandbox answered. `time` is the sandbox's, ISO 8601; the path has no query. */
export interface AccessEntry {
  readonly time: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export type Sections = Record<string, unknown>;

const formatVersion = 1;
const longestLog = 5000;

/** The sandbox between commands: one file, replaced whole, readable by its owner only. */
export class StateFile {
  readonly sections: Sections;
  clock: ClockAnchor;
  #counter: number;
  #log: AccessEntry[];

  private constructor(
    readonly path: string,
    parsed: { readonly sections: Sections; readonly clock: ClockAnchor; readonly counter: number; readonly log: readonly AccessEntry[] },
  ) {
    this.sections = parsed.sections;
    this.clock = parsed.clock;
    this.#counter = parsed.counter;
    this.#log = [...parsed.log];
  }

  /** Reads the file, or begins a new state where there is none. @throws PmpError `sandbox` for a file that is damaged or unreadable */
  static load(
    path: string,
    names: readonly string[],
    fresh: () => { readonly sections: Sections; readonly clock: ClockAnchor },
  ): StateFile {
    const text = textOf(path);
    if (text === undefined) return new StateFile(path, { ...fresh(), counter: 0, log: [] });
    const parsed = parse(path, text);
    if (names.every((name) => name in parsed.sections)) return new StateFile(path, parsed);
    // A section that a later version of the product added is not in an older file.
    return new StateFile(path, { ...parsed, sections: { ...fresh().sections, ...parsed.sections } });
  }

  get log(): readonly AccessEntry[] {
    return this.#log;
  }

  record(entry: AccessEntry): void {
    this.#log.push(entry);
    if (this.#log.length > longestLog) this.#log = this.#log.slice(-longestLog);
  }

  clearLog(): void {
    this.#log = [];
  }

  /** Counts up, so that two accounts that were built alike can be compared. */
  nextNumber(): number {
    this.#counter += 1;
    return this.#counter;
  }

  /** Replaces the file: whoever reads it sees the old state or the new one. @throws PmpError `sandbox` */
  save(clock: ClockAnchor): void {
    this.clock = clock;
    const text = JSON.stringify({ version: formatVersion, clock, counter: this.#counter, sections: this.sections, log: this.#log });
    const temporary = `${this.path}.tmp`;
    try {
      writeFileSync(temporary, text, { mode: 0o600 });
      renameSync(temporary, this.path);
    } catch (thrown) {
      throw fileTrouble(this.path, 'written', thrown);
    }
  }
}

/** @throws PmpError `sandbox` where the folder cannot be made, or where something other than a file has that name */
export function makeFolderFor(path: string): void {
  try {
    makeFolder(dirname(path));
  } catch (thrown) {
    throw fileTrouble(path, 'created', thrown);
  }
  const there = statOf(path);
  if (there === undefined || there.isFile()) return;
  throw new PmpError('sandbox', {
    message: `The sandbox's state file ${clean(path)} is ${there.isDirectory() ? 'a folder' : 'no regular file'}`,
    cause: 'reading a device or a pipe would never end, and a folder cannot be replaced by a file',
    fix: 'Name a regular file in PMP_PD_SANDBOX_FILE; one that is not there yet is created.',
  });
}

/** Folder by folder: Node's own `recursive` never returns below /proc. */
function makeFolder(folder: string): void {
  if (statOf(folder) !== undefined) return;
  if (dirname(folder) !== folder) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (thrown) {
    // Another process was faster.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}

/** @throws PmpError `sandbox` for a path that cannot be looked at */
function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    throw fileTrouble(path, 'looked at', thrown);
  }
}

/** Forgets the state; nothing there is fine. The caller holds the lock. */
export function removeState(path: string): void {
  try {
    rmSync(path, { force: true });
    rmSync(`${path}.tmp`, { force: true });
  } catch (thrown) {
    throw fileTrouble(path, 'removed', thrown);
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileTrouble(path, 'read', thrown);
  }
}

type Parsed = { readonly sections: Sections; readonly clock: ClockAnchor; readonly counter: number; readonly log: readonly AccessEntry[] };

function parse(path: string, text: string): Parsed {
  try {
    const parsed = JSON.parse(text) as Partial<Parsed> & { readonly version?: unknown };
    if (parsed.version !== formatVersion)
      throw new TypeError(`its version is ${String(parsed.version)}, this program reads ${formatVersion}`);
    const { sections, clock, counter, log } = parsed;
    const whole =
      isObject(sections) &&
      Object.values(sections).every(isObject) &&
      Number.isFinite(clock?.sandbox) &&
      Number.isFinite(clock?.real) &&
      Array.isArray(log);
    if (!whole || !clock || !log || typeof counter !== 'number') throw new TypeError('parts of it are missing');
    return { sections, clock, counter, log };
  } catch (thrown) {
    throw new PmpError('sandbox', {
      message: `The sandbox's state file ${clean(path)} is damaged`,
      cause: clean(thrown instanceof SyntaxError ? 'it is not valid JSON' : (thrown as Error).message),
      fix: 'Run `pmp-pd sandbox reset` to begin with an empty account.',
    });
  }
}

const isObject = (value: unknown): value is Sections => typeof value === 'object' && value !== null && !Array.isArray(value);

function fileTrouble(path: string, what: string, thrown: unknown): PmpError {
  return new PmpError(
    'sandbox',
    {
      message: `The sandbox's state file ${clean(path)} cannot be ${what}`,
      cause: clean((thrown as Error).message),
      fix: 'Make its folder writable, or name another file in PMP_PD_SANDBOX_FILE.',
    },
    { cause: thrown },
  );
}
