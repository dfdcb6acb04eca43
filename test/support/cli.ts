import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './source.ts';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as the one JSON document it must be. */
  json(): any; // eslint-disable-line typescript/no-explicit-any -- tests look into documents of every shape
}

/** A working folder of somebody's own, with a sandbox state of its own. */
export class Desk {
  readonly folder = mkdtempSync(join(tmpdir(), 'pmp-pd-'));
  readonly stateFile = join(this.folder, 'state', 'sandbox.json');

  constructor(readonly env: Readonly<Record<string, string>> = {}) {}

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string | Uint8Array): this {
    writeFileSync(this.path(name), text);
    return this;
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  get environment(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.folder, PMP_PD_SANDBOX_FILE: this.stateFile, LANG: 'C.UTF-8', ...this.env };
  }

  /** Runs the built program as a person would. Kills it after a minute: a command that hangs is a failure; `enough`: when nothing more is to be learnt. */
  run(
    args: readonly string[],
    options: {
      readonly input?: string;
      readonly env?: Readonly<Record<string, string>>;
      readonly node?: readonly string[];
      readonly enough?: () => boolean;
    } = {},
  ): Promise<Ran> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [...(options.node ?? []), join(root, 'bin/pmp-pd.js'), ...args], {
        cwd: this.folder,
        env: { ...this.environment, ...options.env },
        timeout: 60_000,
      });
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', reject);
      const looking = setInterval(() => options.enough?.() === true && child.kill(), 50);
      child.on('close', (code) => {
        clearInterval(looking);
        const stdout = Buffer.concat(out).toString('utf8');
        resolve({ code, stdout, stderr: Buffer.concat(err).toString('utf8'), json: () => JSON.parse(stdout) as unknown });
      });
      child.stdin.end(options.input ?? '');
    });
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const exampleAnswers = join(root, 'templates/pmp-pd.example.yaml');

export function minimalAnswers(more = ''): string {
  return `people:
  - { name: Ada Example, email: ada@example.com, time_zone: America/New_York, phone: "+1 202 555 0101", region: us-east }
  - { name: Ben Example, email: ben@example.com, time_zone: America/Los_Angeles, phone: "+1 202 555 0102", region: us-west }
  - { name: Cleo Example, email: cleo@example.com, time_zone: Europe/Berlin, phone: "+1 202 555 0103", region: eu }
  - { name: Grace Example, email: grace@example.com, time_zone: America/New_York, phone: "+1 202 555 0104" }
  - { name: Alan Example, email: alan@example.com, time_zone: America/New_York, phone: "+1 202 555 0105" }
engineers: [ada@example.com, ben@example.com, cleo@example.com]
lead: grace@example.com
cto: alan@example.com
${more}`;
}
