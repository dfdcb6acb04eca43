import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/source.ts';
import { npm, pack, type Packed } from './pack.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, any>;
const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-package-'));
const packs: Packed[] = [];
const packed = (): Packed => packs[0] ?? { tarball: '', files: [] };

beforeAll(() => void packs.push(pack(folder)));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what npm publish would send', () => {
  test('has the program, what a person may edit, and what the law asks for; nothing else', () => {
    const wanted =
      /^(?:bin\/pmp-pd\.js|dist\/[\w-]+\.js|dist\/THIRD-PARTY-LICENSES\.txt|templates\/.+|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/;
    const paths = packed().files.map(({ path }) => path);
    expect(paths.filter((path) => !wanted.test(path))).toEqual([]);
    expect(paths).toEqual(expect.arrayContaining(['bin/pmp-pd.js', 'dist/main.js', 'templates/pmp-pd.example.yaml', 'LICENSE']));
  });

  test('has every chunk that another one asks for', () => {
    const chunks = readdirSync(join(root, 'dist'));
    const asked = chunks.flatMap((chunk) =>
      [...readFileSync(join(root, 'dist', chunk), 'utf8').matchAll(/require\("\.\/([^"]+)"\)/g)].map((m) => m[1] ?? ''),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((chunk) => !chunks.includes(chunk))).toEqual([]);
  });

  test('brings no other package along', () => {
    expect(Object.keys(manifest).filter((key) => /^(?:d|peerD|optionalD|bundleD)ependencies$/.test(key))).toEqual([]);
  });

  test('is what publint calls good', async () => {
    const tarball = readFileSync(packed().tarball);
    const { messages } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true });
    expect(messages).toEqual([]);
  });

  test('would be taken: npm publish --dry-run passes', () => {
    expect(npm(['publish', packed().tarball, '--dry-run', '--ignore-scripts', '--tag', 'next'], folder)).toContain(
      `+ pmp-pd@${String(manifest['version'])}`,
    );
  });
});

describe('npm install --global from the tarball, without a network', () => {
  test('puts the one command where the shell finds it, and it runs from anywhere', () => {
    npm(['install', '--global', '--prefix', folder, packed().tarball], folder);
    const command = join(folder, 'bin/pmp-pd');
    const run = (...args: string[]) =>
      execFileSync(command, args, { cwd: '/', encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', HOME: folder } });
    expect(run('--version')).toBe(`${String(manifest['version'])}\n`);
    expect(run('explain', 'key-chain')).toContain('How to fix it');
    expect(readdirSync(join(folder, 'lib/node_modules'))).toEqual(['pmp-pd']);
  });
});

describe('somebody with an old Node', () => {
  const text = readFileSync(join(root, 'bin/pmp-pd.js'), 'utf8');

  test('has a program that even that Node can read', async () => {
    // esbuild refuses what ES5 has not; it would forgive the comma after a last argument.
    await expect(transform(text, { target: 'es5' })).resolves.toBeDefined();
    expect(text).not.toMatch(/,\s*\)/);
    await expect(transform('const { a } = b;', { target: 'es5' })).rejects.toThrow('es5');
  });

  test.each(['0.10.48', '6.17.1', '18.20.8', '20.18.3'])('%s is told which one to install', (version) => {
    const said: string[] = [];
    const process = {
      versions: { node: version },
      argv: ['node', 'pmp-pd', 'setup'],
      stderr: { write: (line: string) => said.push(line) },
      exitCode: 0,
    };
    runInNewContext(text.replace(/^#!.*/, ''), { process });
    expect(process.exitCode).toBe(2);
    expect(said.join('')).toContain(`needs Node.js 20.19 or newer; this is ${version}`);
  });

  test.each(['20.19.0', '22.0.0', '26.10.0'])('%s is new enough', (version) => {
    const said: string[] = [];
    const process = { versions: { node: version }, argv: ['node', 'pmp-pd', '-V'], stdout: { write: (line: string) => said.push(line) } };
    runInNewContext(text.replace(/^#!.*/, ''), { process, require: () => ({ version: '1.2.3' }) });
    expect(said).toEqual(['1.2.3\n']);
  });
});
