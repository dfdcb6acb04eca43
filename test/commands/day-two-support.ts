import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { dayTwo, exitCodeOf, program, usageError, type Handlers } from '../../src/commands/index.ts';
import { toPmpError } from '../../src/engine/index.ts';
import { handlersOf } from '../../src/host/commands.ts';
import type { Outside } from '../../src/host/outside.ts';
import { openSession } from '../../src/host/session.ts';
import { createVoice } from '../../src/host/view.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { exampleAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into documents of every shape
  json(): any;
}

interface Screen {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** A Monday, 10:00 in New York. */
export const monday = Date.UTC(2026, 0, 5, 15);

/** A team's desk: answers, a sandbox that setup was run on, and the whole command line without a process around it. */
export class Team {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-day-two-'));
  readonly stateFile = join(this.folder, 'sandbox.json');
  #open: Sandbox | undefined;

  static async setUp(): Promise<Team> {
    const team = new Team();
    team.answers(readFileSync(exampleAnswers, 'utf8'));
    await (await openSandbox({ stateFile: team.stateFile, start: monday })).close();
    const { code, stderr } = await team.run('setup', '--yes', '-q');
    if (code !== 0) throw new Error(`setup failed: ${stderr}`);
    // Time enough for everybody to accept and sign in.
    await team.inside((sandbox) => sandbox.doAction('advance', '2m'), { people: 'awake' });
    return team;
  }

  answers(text: string): this {
    writeFileSync(join(this.folder, 'pmp-pd.yaml'), text);
    return this;
  }

  /** The same account and answers, to be changed without harm to the others. */
  copy(): Team {
    const team = new Team();
    copyFileSync(this.stateFile, team.stateFile);
    const config = join(this.folder, 'pmp-pd.yaml');
    return existsSync(config) ? team.answers(readFileSync(config, 'utf8')) : team;
  }

  /** Types `pmp-pd … --sandbox`. */
  async run(...words: readonly string[]): Promise<Said> {
    return this.on({}, ...words);
  }

  async on(screen: Screen, ...words: readonly string[]): Promise<Said> {
    const out: string[] = [];
    const err: string[] = [];
    const codes: number[] = [];
    const output = {
      stdout: (text: string) => void out.push(text),
      stderr: (text: string) => void err.push(text),
      columns: 80,
      color: false,
    };
    const root = program('test', this.#handlers(this.#outside(out, err, screen)), output, (code) => codes.push(code), words);
    try {
      await root.parseAsync([...words, '--sandbox'], { from: 'user' });
    } catch (thrown) {
      const error = usageError(thrown);
      if (error === 'not-usage') throw thrown;
      codes.push(error === undefined ? 0 : exitCodeOf(error));
      err.push(error?.facts.message ?? '');
    }
    const stdout = out.join('');
    return { code: codes[0] ?? -1, stdout, stderr: err.join(''), json: () => JSON.parse(stdout) as unknown };
  }

  /** Commands meet these faults while this runs. */
  async withFaults<T>(faults: readonly string[], work: () => Promise<T>): Promise<T> {
    const sandbox = await openSandbox({ stateFile: this.stateFile, people: 'asleep', faults });
    this.#open = sandbox;
    try {
      return await work();
    } finally {
      this.#open = undefined;
      await sandbox.close();
    }
  }

  #handlers(outside: Outside): Handlers {
    const sandbox = this.#open;
    if (sandbox === undefined) return handlersOf(outside);
    return {
      ...handlersOf(outside),
      dayTwo: async (options) => {
        const voice = createVoice(options, outside);
        const session = await openSession(options, voice, outside, sandbox);
        try {
          return await dayTwo(session, options);
        } catch (thrown) {
          const error = toPmpError(thrown);
          voice.fail(options.command, error, exitCodeOf(error));
          return exitCodeOf(error);
        } finally {
          await session.close();
        }
      },
    };
  }

  /** Looks into the sandbox, or does something in it, between two commands. */
  async inside<T>(look: (sandbox: Sandbox) => T | Promise<T>, options: Partial<SandboxOptions> = {}): Promise<T> {
    const sandbox = await openSandbox({ stateFile: this.stateFile, people: 'asleep', ...options });
    try {
      return await look(sandbox);
    } finally {
      await sandbox.close();
    }
  }

  /** What was written to PagerDuty and the cluster while this ran, as "POST /services". */
  async written(work: () => Promise<unknown>): Promise<readonly string[]> {
    await this.inside((sandbox) => sandbox.clearAccessLog());
    await work();
    const log = await this.inside((sandbox) => sandbox.accessLog());
    return log.flatMap(({ method, path }) => (method === 'GET' || path.endsWith('reviews') ? [] : [`${method} ${path}`]));
  }

  #outside(out: string[], err: string[], { columns, env = {} }: Screen): Outside {
    const stream = (texts: string[]) =>
      ({ write: (text: string) => texts.push(text), isTTY: columns !== undefined, columns }) as unknown as NodeJS.WriteStream;
    return {
      env: { PMP_PD_SANDBOX_FILE: this.stateFile, LANG: 'C.UTF-8', NO_COLOR: '1', CI: '1', ...env },
      cwd: this.folder,
      home: this.folder,
      pid: process.pid,
      user: 'test',
      hostname: 'test',
      runs: () => true,
      stdin: { isTTY: false } as unknown as NodeJS.ReadStream,
      stdout: stream(out),
      stderr: stream(err),
      version: 'test',
      templates: join(root, 'templates'),
      ticks: () => performance.now(),
      onSignal: () => () => undefined,
    };
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true });
addFormats(ajv);
const schemas = new Map<string, ValidateFunction>();

/** What is wrong with a document by the schema that the package ships; nothing: []. */
export function againstSchema(name: string, document: unknown): unknown {
  const known =
    schemas.get(name) ?? ajv.compile(JSON.parse(readFileSync(join(root, `templates/schema/${name}.schema.json`), 'utf8')) as object);
  schemas.set(name, known);
  return known(document) ? [] : known.errors;
}
