import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setup, verify, type SetupOptions, type VerifyCommandOptions, type View } from '../../src/commands/index.ts';
import type { SetupOutcome, VerifyOutcome } from '../../src/engine/index.ts';
import type { Outside } from '../../src/host/outside.ts';
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
const forVerify: VerifyCommandOptions = { ...common, wait: 0, maxAge: 35 * 86_400_000, requireHuman: false, strict: false };

/** Setup and verify as the program runs them, without the process around it: fast enough to be run hundreds of times. */
export class InProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-'));
  #sandbox: Sandbox | undefined;

  async sandbox(more: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    this.#sandbox ??= await openSandbox({ stateFile: join(this.folder, 'sandbox.json'), people: 'asleep', rateLimit: 1_000_000, ...more });
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

  async #run(
    wanted: SetupOptions | VerifyCommandOptions,
    heard: Partial<View>,
    command: (session: OpenSession) => Promise<number>,
  ): Promise<number> {
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
    const session = await openSession(wanted, { view, look }, this.#outside(), await this.sandbox());
    try {
      return await command(session);
    } finally {
      await session.close();
    }
  }

  #outside(): Outside {
    return {
      env: {},
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
      onSignal: () => () => undefined,
    };
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
