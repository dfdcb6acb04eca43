/** Whole processes, as a person or a CI job starts them. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const program = `${root}bin/pmp-pd.js`;

/** @returns exit code, wall time in milliseconds, largest resident memory in MB where the system tells it, and what was printed */
export function run(command, args, { cwd, env, heard } = {}) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const text = { stdout: '', stderr: '' };
    const memory = { kb: 0 };
    const watch = setInterval(() => (memory.kb = Math.max(memory.kb, peakOf(child.pid))), 50);
    for (const name of ['stdout', 'stderr']) {
      child[name].setEncoding('utf8').on('data', (chunk) => {
        text[name] += chunk;
        heard?.(name, chunk, performance.now() - began);
      });
    }
    child.on('error', reject);
    child.on('close', (code) => {
      const ms = performance.now() - began;
      clearInterval(watch);
      resolve({ code, ms, mb: memory.kb === 0 ? undefined : Math.round(memory.kb / 1024), ...text });
    });
  });
}

/** Linux keeps a process's largest resident size; elsewhere nothing is said. */
function peakOf(pid) {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export const pmp = (args, options) => run(process.execPath, [program, ...args], options);

/** Nothing of the measurer's own environment but where programs are. */
export const bare = (home, more = {}) => ({ PATH: process.env['PATH'] ?? '', HOME: home, LANG: 'C.UTF-8', ...more });

/** @returns milliseconds until the process sends its first request; it is stopped then */
export async function untilFirstRequest(args, { cwd, env }) {
  const server = createServer((_request, response) => response.destroy());
  const asked = new Promise((resolve) => void server.once('request', () => resolve(performance.now())));
  await new Promise((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...env, PAGERDUTY_API_URL: `http://127.0.0.1:${server.address().port}` },
    stdio: 'ignore',
  });
  const ended = new Promise((resolve) => void child.once('close', resolve));
  const at = await Promise.race([asked, ended.then(() => undefined)]);
  child.kill('SIGKILL');
  await ended;
  server.close();
  if (at === undefined) throw new Error(`${args.join(' ')} ended without a request`);
  return at - began;
}

/** @returns milliseconds until a pseudo-terminal shows what is looked for; the process is stopped then */
export async function untilShown(args, pattern, { cwd, env }) {
  const { spawn: open } = await import('@lydell/node-pty');
  const began = performance.now();
  const terminal = open(process.execPath, [program, ...args], { cols: 100, rows: 40, cwd, env });
  let seen = '';
  const ended = new Promise((resolve) => void terminal.onExit(resolve));
  const at = await new Promise((resolve) => {
    terminal.onData((data) => {
      seen += data;
      if (pattern.test(seen)) resolve(performance.now());
    });
    void ended.then(() => resolve(undefined));
  });
  terminal.kill('SIGKILL');
  await ended;
  if (at === undefined) throw new Error(`${args.join(' ')} ended without showing ${pattern}:\n${seen}`);
  return at - began;
}
