import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import type { KubernetesState } from '../../src/sandbox/kubernetes/state.ts';
import type { PagerDutyState } from '../../src/sandbox/pagerduty/index.ts';
import { keyless, snapshotOf, unmanned, type Snapshot } from './account.ts';
import type { Ran } from './cli.ts';
import { InProcess } from './in-process.ts';
import { CuttingProxy, type Cut, type ProxiedCall } from './proxy.ts';
import { root } from './source.ts';

/** The built program as it is now, so that building it anew meanwhile changes nothing for a test that runs for long. */
export class Program {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-program-'));
  readonly entry = join(this.folder, 'bin/pmp-pd.js');

  constructor() {
    for (const part of ['bin', 'dist', 'templates', 'package.json']) cpSync(join(root, part), join(this.folder, part), { recursive: true });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface WorldOptions extends Pick<SandboxOptions, 'fresh' | 'accountPlan'> {
  /** Text of a state file to begin with, instead of an empty account and a fresh cluster. */
  readonly state?: string;
}

export interface Done extends Ran {
  readonly signal: NodeJS.Signals | null;
}

export type When = Cut['when'];

/** Writes after which nobody else can be on call: a person's phones and rules, and a preview. After any other it is looked at. */
const harmless = /^\/(?:users\/[^/]+\/(?:contact_methods|notification_rules)|schedules\/preview)(?:[/?]|$)/;
/** No command may take longer. */
const boundMs = 120_000;

/** An account, a cluster, somebody's working folder, and a line between them that can be cut. Time is real, people are asleep. */
export class World {
  /** Broken promises, each with the call after which it was seen. */
  readonly wrong: string[] = [];

  private constructor(
    readonly program: Program,
    readonly folder: string,
    readonly sandbox: Sandbox,
    readonly proxy: CuttingProxy,
  ) {
    writeFileSync(join(folder, 'kubeconfig'), sandbox.kubeconfig.replaceAll(sandbox.baseUrl, proxy.url));
    proxy.watch = (call) => {
      for (const words of this.#promises(call)) this.wrong.push(`after call ${call.number} (${call.method} ${call.path}): ${words}`);
    };
  }

  static async open(program: Program, { state, ...options }: WorldOptions = {}): Promise<World> {
    const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-world-'));
    const stateFile = join(folder, 'sandbox', 'state.json');
    mkdirSync(dirname(stateFile));
    mkdirSync(join(folder, 'desk'));
    if (state !== undefined) writeFileSync(stateFile, state);
    const sandbox = await openSandbox({ stateFile, clock: 'real', people: 'asleep', rateLimit: 100_000, unhurried: true, ...options });
    return new World(program, folder, sandbox, await CuttingProxy.start(sandbox.baseUrl));
  }

  /** What must be so after every single call; looked at where the call can have changed it. */
  #promises({ method, path }: ProxiedCall): readonly string[] {
    if (path.startsWith('/k8s')) return keyless(this.cluster, this.account);
    if (method === 'GET') return [];
    return [...(harmless.test(path) ? [] : unmanned(this.account, this.sandbox.serverTime())), ...keyless(this.cluster, this.account)];
  }

  get account(): PagerDutyState {
    return this.sandbox.section('pagerduty') as PagerDutyState;
  }

  get cluster(): KubernetesState {
    return this.sandbox.section('kubernetes') as KubernetesState;
  }

  snapshot(): Snapshot {
    return snapshotOf(this.account, this.cluster);
  }

  /** Files in the working folder, by name: what setup renders. What a killed writer had not yet renamed is nobody's. */
  files(): Readonly<Record<string, string>> {
    const desk = join(this.folder, 'desk');
    return Object.fromEntries(
      readdirSync(desk)
        .filter((name) => name !== 'answers.yaml' && !/^\..*\.tmp$/.test(name))
        .map((name) => [name, readFileSync(join(desk, name), 'utf8')]),
    );
  }

  /** Runs setup on these answers to its end, or to where `cut` ends it. */
  async setup(answers: string, cut?: { readonly call: number; readonly when: When }, env: Record<string, string> = {}): Promise<Done> {
    writeFileSync(join(this.folder, 'desk', 'answers.yaml'), answers);
    const args = ['setup', '--yes', '--config', 'answers.yaml', '-o', 'json', '--kubeconfig', join(this.folder, 'kubeconfig')];
    const child = spawn(process.execPath, [this.program.entry, ...args], {
      cwd: join(this.folder, 'desk'),
      env: { ...this.#environment(), ...env },
      timeout: boundMs,
      killSignal: 'SIGKILL',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.proxy.arm(cut && { ...cut, act: () => void child.kill(cut.when === 'signal' ? 'SIGINT' : 'SIGKILL') });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    const ended = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => resolve({ code, signal }));
    });
    await this.proxy.idle();
    const stdout = Buffer.concat(out).toString('utf8');
    return { ...ended, stdout, stderr: Buffer.concat(err).toString('utf8'), json: () => JSON.parse(stdout) as unknown };
  }

  /** The same to its end without a process of its own: quicker by its start. */
  async setupHere(answers: string): Promise<{ readonly code: number; readonly error: string }> {
    writeFileSync(join(this.folder, 'desk', 'answers.yaml'), answers);
    this.proxy.arm(undefined);
    const machine = { hostname: hostname(), user: userInfo().username, runs: (pid: number) => runs(pid) };
    const here = new InProcess(() => this.#environment(), join(this.folder, 'desk'), machine);
    const files = { config: 'answers.yaml', kubeconfig: join(this.folder, 'kubeconfig') };
    try {
      const { code, outcome } = await here.setup({ ...files, sandbox: false });
      return { code, error: outcome?.error?.message ?? '' };
    } catch (thrown) {
      return { code: 1, error: thrown instanceof Error ? thrown.message : String(thrown) };
    } finally {
      await this.proxy.idle();
    }
  }

  /** The state file's text, after which the world is closed. */
  async saved(): Promise<string> {
    await this.sandbox.close();
    const text = readFileSync(join(this.folder, 'sandbox', 'state.json'), 'utf8');
    await this.close();
    return text;
  }

  async close(): Promise<void> {
    await this.proxy.close();
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #environment(): Record<string, string> {
    return {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      LANG: 'C.UTF-8',
      PAGERDUTY_TOKEN: this.sandbox.token,
      PAGERDUTY_API_URL: this.proxy.url,
      PD_FROM_EMAIL: this.sandbox.from,
    };
  }
}

/** Whether a process of this machine still runs. */
function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
