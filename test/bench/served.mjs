/** `pmp-pd sandbox serve`, and the product set upon it as upon the real thing. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { answersFor } from './answers.mjs';
import { bare, pmp, program } from './processes.mjs';

/** A folder with the answers of a company and an account that lasts as long as the folder. */
export class Company {
  constructor(engineers) {
    this.engineers = engineers;
    this.folder = mkdtempSync(join(tmpdir(), 'pmp-pd-bench-'));
    writeFileSync(join(this.folder, 'pmp-pd.yaml'), answersFor(engineers));
  }

  /** An empty account and cluster again. */
  forget() {
    rmSync(join(this.folder, 'state.json'), { force: true });
  }

  /** Serves the account with these flags while `work` runs. */
  async served(flags, work) {
    const server = spawn(process.execPath, [program, 'sandbox', 'serve', '--people', 'asleep', ...flags], {
      cwd: this.folder,
      env: bare(this.folder, { PMP_PD_SANDBOX_FILE: join(this.folder, 'state.json') }),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise((resolve) => void server.once('close', resolve));
    server.stderr.resume();
    try {
      return await work(this.#client(await firstLine(server)));
    } finally {
      server.kill('SIGTERM');
      await ended;
    }
  }

  #client(place) {
    const { folder } = this;
    const env = bare(folder, {
      PAGERDUTY_TOKEN: place.token,
      PD_FROM_EMAIL: place.from,
      PAGERDUTY_API_URL: place.api_url,
      PAGERDUTY_EVENTS_URL: place.events_url,
      ALERTMANAGER_URL: place.alertmanager_url,
      PROMETHEUS_URL: place.prometheus_url,
      KUBECONFIG: place.kubeconfig,
    });
    return {
      env,
      folder,
      /** Runs a command with a trace. @returns what `run` does, its calls to PagerDuty, and its JSON */
      async pmp(args, heard) {
        const file = join(folder, 'trace.jsonl');
        rmSync(file, { force: true });
        const ran = await pmp([...args, '--trace', file], { cwd: folder, env, heard });
        return { ...ran, trace: file, calls: pagerDutyCalls(file), json: args.includes('json') ? JSON.parse(ran.stdout) : undefined };
      },
    };
  }

  close() {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function firstLine(server) {
  return new Promise((resolve, reject) => {
    let text = '';
    server.stdout.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
      if (text.includes('\n')) resolve(JSON.parse(text));
    });
    server.once('close', () => reject(new Error('the sandbox ended before it served')));
  });
}

/** Calls of a trace file, in order of their beginning: start and end in milliseconds since the first. */
export function callsOf(file) {
  const entries = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((entry) => ({ ...entry, start: Date.parse(entry.time), end: Date.parse(entry.time) + entry.ms }))
    .sort((a, b) => a.start - b.start);
  const first = entries[0]?.start ?? 0;
  return entries.map((entry) => ({ ...entry, start: entry.start - first, end: entry.end - first }));
}

export const isPagerDuty = ({ path }) => !/^\/(?:k8s|alertmanager|prometheus)\//.test(path);
const pagerDutyCalls = (file) => callsOf(file).filter(isPagerDuty);

/** The longest chain of calls each of which began after the one before had ended. */
export function roundsOf(calls) {
  let rounds = 0;
  let free = Number.NEGATIVE_INFINITY;
  for (const { start, end } of [...calls].sort((a, b) => a.end - b.end)) {
    // Times are whole milliseconds.
    if (start < free - 1) continue;
    rounds += 1;
    free = end;
  }
  return rounds;
}

/** How many calls were under way at once, at most. */
export function sideBySide(calls) {
  const turns = calls.flatMap(({ start, end }) => [
    [start, 1],
    [end, -1],
  ]);
  let now = 0;
  return Math.max(0, ...turns.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, by]) => (now += by)));
}
