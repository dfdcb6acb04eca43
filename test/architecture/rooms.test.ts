import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sourceFile, sourceFiles, target, type SourceFile } from '../support/source.ts';

/** Who may import whom; the table of the house. `main.ts` may everything and is imported by nothing. */
const allowed: Readonly<Record<string, { readonly rooms: readonly string[]; readonly packages: readonly RegExp[] }>> = {
  model: { rooms: [], packages: [] },
  coverage: { rooms: ['model'], packages: [/^temporal-polyfill(\/|$)/] },
  ports: { rooms: ['model'], packages: [] },
  engine: { rooms: ['model', 'ports'], packages: [] },
  steps: { rooms: ['model', 'coverage', 'ports', 'engine'], packages: [] },
  checks: { rooms: ['model', 'coverage', 'ports', 'engine'], packages: [] },
  drill: { rooms: ['model', 'coverage', 'ports', 'engine'], packages: [] },
  preflight: { rooms: ['model', 'ports', 'engine'], packages: [] },
  answers: { rooms: ['model', 'ports', 'engine'], packages: [/^zod(\/|$)/] },
  explain: { rooms: ['engine'], packages: [] },
  host: {
    rooms: [
      'model',
      'coverage',
      'ports',
      'engine',
      'steps',
      'preflight',
      'answers',
      'commands',
      'report',
      'adapters',
      'sandbox',
      'explain',
    ],
    packages: [/^node:(path|events)$/],
  },
  commands: {
    rooms: ['model', 'coverage', 'ports', 'engine', 'steps', 'checks', 'drill', 'preflight', 'answers', 'explain'],
    packages: [/^commander$/],
  },
  report: { rooms: ['model', 'coverage', 'engine', 'ports', 'explain'], packages: [/^chalk$/, /^ora$/] },
  adapters: { rooms: ['model', 'ports', 'engine'], packages: [/^node:/] },
  sandbox: { rooms: ['model', 'ports', 'engine'], packages: [/^node:/, /^js-yaml$/, /^temporal-polyfill(\/|$)/] },
};

/** The one SDK of each adapter, by path. */
const sdks: readonly { readonly path: RegExp; readonly packages: readonly RegExp[] }[] = [
  { path: /^adapters\/pagerduty\//, packages: [/^@pagerduty\/pdjs$/, /^cross-fetch$/] },
  { path: /^adapters\/kubernetes\//, packages: [/^@kubernetes\/client-node/] },
  { path: /^adapters\/prompts/, packages: [/^@inquirer\//] },
  { path: /^adapters\/(yaml|alertmanager\/)/, packages: [/^js-yaml$/] },
];

function offences(file: SourceFile): readonly string[] {
  if (file.path === 'main.ts') return [];
  const rule = allowed[file.room];
  if (rule === undefined) return [`${file.path}: no such room`];
  return file.imports.flatMap(({ from, typeOnly }) => {
    const path = target(file, from);
    return path === undefined ? packageOffence(file, from, rule.packages) : roomOffence(file, path, rule.rooms, typeOnly);
  });
}

function packageOffence(file: SourceFile, from: string, packages: readonly RegExp[]): readonly string[] {
  const own = sdks.filter((sdk) => sdk.path.test(file.path)).flatMap((sdk) => sdk.packages);
  return [...packages, ...own].some((p) => p.test(from)) ? [] : [`${file.path} imports package ${from}`];
}

function roomOffence(file: SourceFile, path: string, rooms: readonly string[], typeOnly: boolean): readonly string[] {
  const room = path.split('/')[0] ?? '';
  if (room === file.room) return siblingOffence(file, path);
  if (!rooms.includes(room)) return [`${file.path} imports ${room}`];
  if (file.room === 'adapters' && room === 'engine' && path !== 'engine/errors.ts')
    return [`${file.path} imports ${path}, only engine/errors`];
  if (file.room === 'sandbox' && room === 'engine' && path !== 'engine/errors.ts')
    return [`${file.path} imports ${path}, only engine/errors`];
  if (file.room === 'ports' && !typeOnly) return [`${file.path} imports more than types of ${room}`];
  if (path.endsWith('/index.ts') || path === 'engine/errors.ts' || room === 'adapters') return [];
  return [`${file.path} reaches past ${room}/index.ts to ${path}`];
}

/** A step never imports another step, nor a check another check: what they share lies in kinds/ and shared/. */
function siblingOffence(file: SourceFile, path: string): readonly string[] {
  const unit = /^(?:steps\/\d\d-|checks\/[\w-]+\.ts$)/;
  const index = file.path === 'steps/index.ts' || file.path === 'checks/index.ts';
  return unit.test(path) && !index ? [`${file.path} imports its sibling ${path}`] : [];
}

const files = sourceFiles();

describe('who may import whom', () => {
  test.each(files.map((file) => [file.path, file] as const))('%s', (_path, file) => {
    expect(offences(file)).toEqual([]);
  });

  test.each([
    ['coverage/x.ts', "import { load } from 'js-yaml';"],
    ['model/x.ts', "import { PmpError } from '../engine/index.ts';"],
    ['steps/01-services.ts', "import { schedules } from './03-schedules.ts';"],
    ['steps/01-services.ts', "import { run } from '../adapters/pagerduty/index.ts';"],
    ['checks/loops.ts', "import { coverage } from './coverage.ts';"],
    ['checks/shared/words.ts', "import { checks } from '../index.ts';"],
    ['checks/loops.ts', "import { steps } from '../steps/index.ts';"],
    ['sandbox/x.ts', "import { render } from '../coverage/index.ts';"],
    ['adapters/clock.ts', "import { load } from 'js-yaml';"],
    ['commands/x.ts', "import { makePlan } from '../engine/plan.ts';"],
    ['engine/x.ts', "const x = await import('@pagerduty/pdjs');"],
  ])('a planted offence is seen: %s: %s', (path, text) => {
    expect(offences(sourceFile(path, text))).toHaveLength(1);
  });

  test('nobody imports main', () => {
    expect(files.filter((file) => file.imports.some(({ from }) => target(file, from) === 'main.ts'))).toEqual([]);
  });
});

describe('who may touch the outside', () => {
  const uses = (word: RegExp, except: RegExp) =>
    files.filter((file) => !except.test(file.path) && word.test(file.code)).map((file) => file.path);

  test.each([
    ['process is main’s', /\bprocess\b\s*[.[]/, /^main\.ts$/],
    ['console is report’s', /\bconsole\s*\./, /^report\//],
    [
      'clocks and timers are the clock adapter’s and the sandbox’s',
      /\bDate\.now\(|new Date\(\)|\bsetTimeout\(|\bsetInterval\(/,
      /^(adapters\/(clock|http)\.ts|sandbox\/)/,
    ],
    ['sockets are the adapters’ and the sandbox’s', /\bfetch\s*\(/, /^(adapters|sandbox)\//],
    ['nobody exits', /process\.exit\(/, /^$/],
    ['no module-level let', /^(?:export )?let /m, /^$/],
    ['no any', /(?::|<|as)\s*any\b/, /^$/],
  ])('%s', (_what, word, except) => {
    expect(uses(word, except)).toEqual([]);
  });
});

describe('a list you can read', () => {
  test('every step file stands in steps/index.ts, under its own name', () => {
    const units = files.filter((file) => /^steps\/\d\d-/.test(file.path)).map((file) => file.path.slice('steps/'.length));
    const index = files.find((file) => file.path === 'steps/index.ts');
    expect(units.sort()).toEqual(
      [...new Set(index?.imports.map(({ from }) => from.replace('./', '')))].filter((name) => /^\d\d-/.test(name)).sort(),
    );
    for (const unit of units)
      expect(files.find((file) => file.path === `steps/${unit}`)?.text).toContain(`id: '${unit.replace('.ts', '')}'`);
    expect(units).toHaveLength(10);
  });

  test('every check file stands in checks/index.ts, under its own name', () => {
    const units = files.filter((file) => /^checks\/[\w-]+\.ts$/.test(file.path) && file.path !== 'checks/index.ts');
    const index = files.find((file) => file.path === 'checks/index.ts');
    const listed = index?.imports.map(({ from }) => from.replace('./', 'checks/')).filter((path) => /^checks\/[\w-]+\.ts$/.test(path));
    expect(units.map((file) => file.path).sort()).toEqual([...new Set(listed)].sort());
    for (const { path, text } of units) expect(text).toContain(`id: '${path.replace(/^checks\/|\.ts$/g, '')}'`);
    expect(units.filter(({ path }) => /^checks\/\d\d-/.test(path))).toHaveLength(11);
  });

  test('folder = index = README: every step and every check has its row', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const units = files.map((file) => file.path).filter((path) => /^(?:steps\/\d\d-|checks\/(?!index)[\w-]+\.ts$)/.test(path));
    expect(units.length).toBeGreaterThan(30);
    expect(units.filter((path) => !readme.includes(`(src/${path})`))).toEqual([]);
    const named = [...readme.matchAll(/\(src\/((?:steps|checks)\/[^)]+)\)/g)].map((match) => match[1] ?? '');
    expect(named.filter((path) => !units.includes(path))).toEqual([]);
  });

  test('every sabotage stands in the README, under its check', () => {
    const block = /<!-- sabotages -->([\s\S]*)<!-- \/sabotages -->/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
    const names = readFileSync(join(root, 'test/sabotage/list.md'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('- ') ? [line.slice(2, line.lastIndexOf(': '))] : []));
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(names.filter((name) => !block.includes(name))).toEqual([]);
    expect(block).toContain(`${names.length} sabotages`);
  });
});
