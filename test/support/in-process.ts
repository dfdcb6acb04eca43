import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setup, type SetupOptions, type View } from '../../src/commands/index.ts';
import type { SetupOutcome } from '../../src/engine/index.ts';
import type { Outside } from '../../src/host/outside.ts';
import { openSession } from '../../src/host/session.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { root } from './source.ts';

const options: SetupOptions = {
  config: 'pmp-pd.yaml',
  sandbox: true,
  output: 'json',
  input: false,
  plain: true,
  quiet: true,
  verbose: false,
  yes: true,
  plan: false,
  applyAlertmanager: false,
  only: [],
  skip: [],
};

/** Setup as the program runs it, without the process around it: fast enough to be run hundreds of times. */
export class InProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-'));
  #sandbox: Sandbox | undefined;

  async sandbox(more: Partial<SandboxOptions> = {}): Promise<Sandbox> {
    this.#sandbox ??= await openSandbox({ stateFile: join(this.folder, 'sandbox.json'), people: 'asleep', rateLimit: 1_000_000, ...more });
    return this.#sandbox;
  }

  /** @returns exit code and outcome; rejects with the PmpError that ended it before anything was written. */
  async setup(more: Partial<SetupOptions> = {}): Promise<{ readonly code: number; readonly outcome: SetupOutcome | undefined }> {
    const outcomes: SetupOutcome[] = [];
    const silent = () => undefined;
    const view = {
      working: silent,
      idle: silent,
      findings: silent,
      plan: silent,
      tell: silent,
      warn: silent,
      finish: (outcome: SetupOutcome) => void outcomes.push(outcome),
      picture: () => '',
    } as unknown as View;
    const look = { color: false, unicode: false, plain: true };
    const session = await openSession({ ...options, ...more }, { view, look }, this.#outside(), await this.sandbox());
    try {
      const code = await setup(session, { ...options, ...more });
      return { code, outcome: outcomes[0] };
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
