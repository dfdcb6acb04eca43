import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  setup,
  testAlert,
  verify,
  type GlobalOptions,
  type Session,
  type SetupOptions,
  type TestAlertOptions,
  type VerifyCommandOptions,
  type View,
} from '../../src/commands/index.ts';
import type { DrillCleanup, DrillNews, DrillOutcome, DrillPreview, SetupOutcome, VerifyOutcome } from '../../src/engine/index.ts';
import { answersOrGuide } from '../../src/commands/answers-or-guide.ts';
import type { Outside } from '../../src/host/outside.ts';
import type { Answers } from '../../src/model/index.ts';
import type { World } from '../../src/ports/index.ts';
import { openSession, type OpenSession } from '../../src/host/session.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { root } from './source.ts';

const common = {
  config: 'pmp-pd.yaml',
  sandbox: true,
  output: 'json',
  input: false,
  plain: true,
  quiet: true,
  verbose: false,
  only: [],
  skip: [],
} as const;
const forSetup: SetupOptions = { ...common, yes: true, plan: false, applyAlertmanager: false };
const forDrill: TestAlertOptions = {
  ...common,
  severity: 'critical',
  ack: 'human',
  requireHuman: false,
  escalation: false,
  anyway: [],
  yes: true,
  cleanup: false,
};

/** Ctrl-C and the like, as the process would pass them on. */
export type Signal = 'SIGINT' | 'SIGTERM';
/** Heard while a drill goes on. */
export type DuringDrill = (news: DrillNews, send: (signal: Signal) => void) => void;

export interface Drilled {
  readonly code: number;
  readonly outcome: DrillOutcome | undefined;
  readonly cleaned: DrillCleanup | undefined;
  readonly preview: DrillPreview | undefined;
  readonly news: readonly DrillNews[];
}

const forVerify: VerifyCommandOptions = { ...common, wait: 0, maxAge: 35 * 86_400_000, requireHuman: false, strict: false };

/** Setup and verify as the program runs them, without the process around it: fast enough to be run hundreds of times. */
export class InProcess {
  #sandbox: Sandbox | undefined;

  /**
   * @param real environment of a run against addresses of the test's own, as if they were the real ones; undefined: the embedded sandbox
   * @param folder where it works; `close` takes it away
   * @param machine what the process would know of its machine
   */
  constructor(
    readonly real?: () => Readonly<Record<string, string>>,
    readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-')),
    readonly machine: Partial<Outside> = {},
  ) {}

  #signalled: (signal: Signal) => void = () => undefined;

  async sandbox(more: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    this.#sandbox ??= await openSandbox({
      stateFile: join(this.folder, 'sandbox.json'),
      people: 'asleep',
      rateLimit: 1_000_000,
      unhurried: true,
      ...more,
    });
    return this.#sandbox;
  }

  /**
   * @param heartbeat a dead-man's-switch address, as if a person had typed it
   * @returns exit code and outcome; rejects with the PmpError that ended it before anything was written.
   */
  async setup(
    more: Partial<SetupOptions> = {},
    heartbeat?: string,
  ): Promise<{ readonly code: number; readonly outcome: SetupOutcome | undefined }> {
    const wanted = { ...forSetup, ...more };
    const outcomes: SetupOutcome[] = [];
    const code = await this.#run(wanted, { finish: (outcome) => void outcomes.push(outcome) }, (session) =>
      setup({ ...session, world: (answers, typed) => session.world(answers, typed ?? heartbeat) }, wanted),
    );
    return { code, outcome: outcomes[0] };
  }

  /** @returns what was found; rejects with the PmpError that kept it from looking. */
  async verify(more: Partial<VerifyCommandOptions> = {}): Promise<VerifyOutcome> {
    const wanted = { ...forVerify, ...more };
    const outcomes: VerifyOutcome[] = [];
    await this.#run(wanted, { verified: (outcome) => void outcomes.push(outcome) }, (session) => verify(session, wanted));
    const [outcome] = outcomes;
    if (outcome === undefined) throw new Error('verify ended without a verdict');
    return outcome;
  }

  /** @returns what became of a drill, also of one that was refused (then only the preview); rejects with the PmpError that kept it from beginning. */
  async testAlert(more: Partial<TestAlertOptions> = {}, during: DuringDrill = () => undefined): Promise<Drilled> {
    const wanted = { ...forDrill, ...more };
    const heard: { outcome?: DrillOutcome; cleaned?: DrillCleanup; preview?: DrillPreview } = {};
    const news: DrillNews[] = [];
    const code = await this.#run(
      wanted,
      {
        drillPreview: (preview) => void (heard.preview = preview),
        drilling: (one) => {
          news.push(one);
          during(one, (signal) => this.#signalled(signal));
        },
        drilled: (outcome) => void (heard.outcome = outcome),
        drillCleaned: (outcome) => void (heard.cleaned = outcome),
      },
      (session) => testAlert(session, wanted),
    );
    return { code, outcome: heard.outcome, cleaned: heard.cleaned, preview: heard.preview, news };
  }

  /** Work on the whole world of the answers file, as a command has it. */
  async inWorld<T>(
    more: Partial<GlobalOptions>,
    work: (facts: { readonly world: World; readonly answers: Answers; readonly random: Session['random'] }) => Promise<T>,
  ): Promise<T> {
    const wanted = { ...common, ...more };
    const results: T[] = [];
    await this.#run(wanted, {}, async (session) => {
      const { answers } = await answersOrGuide(session, wanted);
      results.push(await work({ answers, world: await session.world(answers), random: session.random }));
      return 0;
    });
    const [result] = results;
    if (result === undefined) throw new Error('the work came to nothing');
    return result;
  }

  async #run(wanted: GlobalOptions, heard: Partial<View>, command: (session: OpenSession) => Promise<number>): Promise<number> {
    const silent = () => undefined;
    const view = {
      working: silent,
      idle: silent,
      findings: silent,
      plan: silent,
      tell: silent,
      warn: silent,
      picture: () => '',
      ...heard,
    } as unknown as View;
    const look = { color: false, unicode: false, plain: true };
    const session = await openSession(wanted, { view, look }, this.#outside(), this.real === undefined ? await this.sandbox() : undefined);
    try {
      return await command(session);
    } finally {
      await session.close();
    }
  }

  #outside(): Outside {
    return {
      env: this.real?.() ?? {},
      cwd: this.folder,
      home: this.folder,
      pid: process.pid,
      user: 'test',
      hostname: 'test',
      runs: () => true,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      version: 'test',
      templates: join(root, 'templates'),
      ticks: () => performance.now(),
      onSignal: (listener) => {
        this.#signalled = listener;
        return () => (this.#signalled = () => undefined);
      },
      ...this.machine,
    };
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
