import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../src/commands/index.ts';
import { handlersOf } from '../../src/host/commands.ts';
import type { Outside } from '../../src/host/outside.ts';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { scopeOf } from '../../src/sandbox/pagerduty/scopes.ts';
import { exampleAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';

/** What each row of the README's table stands for: everything that the command may do on an account. */
export const uses: Readonly<Record<string, readonly string[]>> = {
  'setup --plan': ['setup --plan'],
  setup: ['setup --yes', 'setup --yes'],
  'test-alert': ['test-alert --yes', 'test-alert --yes --escalation', 'test-alert --yes --severity high', 'test-alert --cleanup --yes'],
  verify: ['verify'],
  oncall: ['oncall'],
  override: ['override ben@example.com --for 8h --yes', 'override --list', 'override --cancel {override} --yes'],
  maintenance: ['maintenance start --preset deployment --yes', 'maintenance list', 'maintenance end --yes'],
  handoff: ['handoff'],
  teardown: ['teardown --plan', 'teardown --yes --name sandbox-account'],
};

/** The README's rows: scopes by command. One cell may name several commands, and read scopes are written together as `a, b`. */
export function rightsIn(readme: string): ReadonlyMap<string, readonly string[]> {
  const block = /<!-- rights -->([\s\S]*)<!-- \/rights -->/.exec(readme)?.[1] ?? '';
  const words = (cell: string, end: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => `${match[1] ?? ''}${end}`);
  const rows = [...block.matchAll(/^\| (`.*`) \| (.*) \| (.*) \|$/gm)].map(([, commands = '', reads = '', writes = '']) => {
    const scopes = [...words(reads, '.read'), ...words(writes, '.write')].sort();
    return words(commands, '').map((command) => [command, scopes] as const);
  });
  return new Map(rows.flat());
}

/** A desk whose every command runs in this process, on an embedded sandbox of its own. */
export class Office {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pmp-pd-rights-'));
  readonly #state = join(this.#folder, 'sandbox.json');

  constructor() {
    copyFileSync(exampleAnswers, join(this.#folder, 'pmp-pd.yaml'));
  }

  /** @returns the scopes that its calls asked for @throws Error where it ended otherwise than it should */
  async scopesOf(command: string): Promise<readonly string[]> {
    const scopes: string[] = [];
    for (const words of uses[command] ?? []) {
      await this.#open((sandbox) => sandbox.clearAccessLog());
      await this.#run(await this.#filled(words));
      await this.#open((sandbox) => scopes.push(...sandbox.accessLog().flatMap(scopeOfCall)));
    }
    return [...new Set(scopes)].sort();
  }

  async #run(words: string): Promise<void> {
    const said: string[] = [];
    const stream = { write: (text: string) => (said.push(text), true), isTTY: false, columns: 100 } as unknown as NodeJS.WriteStream;
    const outside: Outside = {
      env: { PMP_PD_SANDBOX_FILE: this.#state, LANG: 'C.UTF-8' },
      cwd: this.#folder,
      home: this.#folder,
      pid: process.pid,
      user: 'test',
      hostname: 'test',
      runs: () => true,
      stdin: process.stdin,
      stdout: stream,
      stderr: stream,
      version: 'test',
      templates: join(root, 'templates'),
      ticks: () => performance.now(),
      onSignal: () => () => undefined,
    };
    const codes: number[] = [];
    const output = { stdout: () => undefined, stderr: () => undefined, columns: 100, color: false };
    const line = [...words.split(' '), '--sandbox', '--no-input'];
    await program('test', handlersOf(outside), output, (code) => codes.push(code), line).parseAsync(line, { from: 'user' });
    // A plan with changes is 5; verify may find what this account lacks.
    if (![0, 5].includes(codes[0] ?? -1) && !words.startsWith('verify'))
      throw new Error(`${words} ended with ${codes[0]}:\n${said.join('')}`);
  }

  async #filled(words: string): Promise<string> {
    if (!words.includes('{override}')) return words;
    return this.#open((sandbox) => {
      const { schedules } = sandbox.section('pagerduty') as {
        readonly schedules: readonly { readonly overrides?: readonly { readonly id: string }[] }[];
      };
      return words.replace('{override}', schedules.flatMap((one) => one.overrides ?? [])[0]?.id ?? 'none');
    });
  }

  async #open<T>(look: (sandbox: Sandbox) => T): Promise<T> {
    const sandbox = await openSandbox({ stateFile: this.#state });
    const seen = look(sandbox);
    await sandbox.close();
    return seen;
  }

  /** The text of the sandbox's state. */
  state(): string {
    return readFileSync(this.#state, 'utf8');
  }

  answers(): string {
    return readFileSync(join(this.#folder, 'pmp-pd.yaml'), 'utf8');
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function scopeOfCall({ method, path }: { readonly method: string; readonly path: string }): readonly string[] {
  const scope = scopeOf({ method, path: (path.split('?')[0] ?? '').replaceAll(/\/[PQR][0-9A-Z]{5,}/g, '/:id') });
  return scope === undefined ? [] : [scope];
}
