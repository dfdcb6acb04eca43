/**
 * npm test: builds, then runs the tests and, beside them, types, lint and format. The tests spend part of their time waiting for the
 * programs they start; what the others say is told when they end, so that it does not run into the tests' own words.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns exit code, and what it printed where nobody saw it */
function script(name, args = [], stdio = 'pipe') {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', name, ...(args.length === 0 ? [] : ['--', ...args])], {
      cwd: root,
      stdio: ['inherit', stdio, stdio],
      shell: process.platform === 'win32',
    });
    const said = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => said.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, said: Buffer.concat(said).toString('utf8') }));
  });
}

async function beside() {
  const broken = [];
  for (const name of ['typecheck', 'lint', 'format:check']) {
    const { code, said } = await script(name);
    if (code === 0) continue;
    broken.push(name);
    process.stderr.write(`\n${name}:\n${said}\n`);
  }
  return broken;
}

const built = await script('build', [], 'inherit');
if (built.code !== 0) {
  process.exitCode = built.code;
} else {
  const [{ code }, broken] = await Promise.all([script('vitest', process.argv.slice(2), 'inherit'), beside()]);
  if (broken.length > 0) process.stderr.write(`\nnot as it must be: ${broken.join(', ')} (said above, or run npm run ${broken[0]})\n`);
  process.exitCode = code !== 0 ? code : broken.length > 0 ? 1 : 0;
}
