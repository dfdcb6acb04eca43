import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, describe, expect, test } from 'vitest';
import { root } from '../support/source.ts';

interface Job {
  readonly needs?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly { readonly name?: string; readonly uses?: string; readonly run?: string }[];
}
interface Workflow {
  readonly on: unknown;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };
const workflow = (name: string) => load(read(`.github/workflows/${name}`)) as Workflow;
const workflows = ['ci.yml', 'release.yml'].map((name) => [name, workflow(name)] as const);
const stepsOf = ({ jobs }: Workflow) => Object.values(jobs).flatMap(({ steps }) => steps);

describe('the changelog', () => {
  const sections = [...read('CHANGELOG.md').matchAll(/^## (\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$/gm)];

  test('begins with the version of the package', () => {
    expect(sections[0]?.[1]).toBe(version);
  });

  test('has every version once, and only the newest may be unreleased', () => {
    expect(sections.length).toBe(read('CHANGELOG.md').match(/^## /gm)?.length);
    expect(new Set(sections.map((section) => section[1])).size).toBe(sections.length);
    expect(sections.slice(1).filter((section) => section[2] === 'unreleased')).toEqual([]);
  });
});

describe('the workflows', () => {
  test.each(workflows)('%s runs what it says, in a shell that can read it', (_name, each) => {
    const lines = stepsOf(each).flatMap(({ run }) => (run === undefined ? [] : [run]));
    expect(lines.length).toBeGreaterThan(0);
    for (const run of lines) expect(spawnSync('bash', ['-n', '-c', run]).status).toBe(0);
  });

  test.each(workflows)('%s takes only actions that nobody can exchange', (_name, each) => {
    const used = stepsOf(each).flatMap(({ uses }) => (uses === undefined ? [] : [uses]));
    expect(used.filter((action) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(action))).toEqual([]);
  });

  test.each(workflows)('%s may write nothing', (_name, each) => {
    expect(each.permissions).toEqual({ contents: 'read' });
  });

  test('a release is proven first, on the same commit, and signed', () => {
    const { on, jobs } = workflow('release.yml');
    expect(on).toEqual({ push: { tags: ['v*.*.*'] } });
    const { publish, prove } = jobs;
    expect(prove?.steps.at(-1)?.run).toBe('.ci/run');
    expect(publish).toMatchObject({ needs: 'prove', permissions: { contents: 'read', 'id-token': 'write' } });
    const runs = publish?.steps.flatMap(({ run }) => run ?? []) ?? [];
    expect(runs.slice(-2)).toEqual(['npm publish --dry-run', 'npm publish --provenance --access public']);
    expect(read('.github/workflows/release.yml')).not.toContain('secrets.');
  });
});

describe('a tag', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-release-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const script = workflow('release.yml').jobs['prove']?.steps.find(({ name }) => name?.startsWith('The tag'))?.run ?? '';
  const tagged = (tag: string, changelog: string) => {
    cpSync(join(root, 'package.json'), join(folder, 'package.json'));
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog);
    return spawnSync('bash', ['-e', '-c', script], { cwd: folder, encoding: 'utf8', env: { ...process.env, GITHUB_REF_NAME: tag } });
  };

  test('of this version, with a dated section, is published', () => {
    expect(tagged(`v${version}`, `# Changelog\n\n## ${version} (2031-05-06)\n`)).toMatchObject({ status: 0 });
  });

  test('of another version is not', () => {
    expect(tagged('v99.0.0', `## ${version} (2031-05-06)\n`)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('v99.0.0') as string,
    });
  });

  test('of a version that is still unreleased is not', () => {
    expect(tagged(`v${version}`, `## ${version} (unreleased)\n`)).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('no dated section') as string,
    });
  });
});

test('no host of a registry is written down: everybody’s own is asked', () => {
  for (const file of ['package.json', 'package-lock.json', '.github/workflows/ci.yml', '.github/workflows/release.yml', '.ci/run'])
    expect(read(file)).not.toMatch(/registry[.-]?\w*\.(?:org|com|net|io)|"resolved"/);
});
