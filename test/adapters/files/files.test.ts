import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createFiles, createTemplates } from '../../../src/adapters/files.ts';
import { PmpError } from '../../../src/engine/errors.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(realpathSync(tmpdir()), 'pmp-pd-files-'));
  chmodSync(folder, 0o755);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});
const at = (name: string) => join(folder, name);
const modeOf = (name: string) => statSync(at(name)).mode & 0o777;

async function errorOf(work: Promise<unknown>): Promise<PmpError> {
  const thrown = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(PmpError);
  return thrown as PmpError;
}

/** Root may do everything; permissions are tested as somebody who may not. */
async function asOrdinaryUser<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

it('reads what it wrote, relative to the working folder or by absolute path', async () => {
  const files = createFiles(folder);
  await files.write('pmp-pd.yaml', 'lead: grace@example.com\n# Zoë 日本\n');
  expect(await files.read('pmp-pd.yaml')).toBe('lead: grace@example.com\n# Zoë 日本\n');
  expect(await files.read(at('pmp-pd.yaml'))).toBe(readFileSync(at('pmp-pd.yaml'), 'utf8'));
});

it('tells an absent file from one that cannot be read', async () => {
  const files = createFiles(folder);
  expect(await files.read('nothing.yaml')).toBeUndefined();
  expect(await files.read('no/such/folder.yaml')).toBeUndefined();
  mkdirSync(at('answers'));
  expect((await errorOf(files.read('answers'))).facts).toMatchObject({
    message: 'cannot read answers',
    cause: 'it is a folder',
    fix: 'Give the path of a file.',
  });
});

it('reads a text without its byte order mark', async () => {
  writeFileSync(at('people.csv'), '\uFEFFname,email\n');
  expect(await createFiles(folder).read('people.csv')).toBe('name,email\n');
});

it('refuses what is no text', async () => {
  writeFileSync(at('latin1.csv'), Buffer.from([0x5a, 0x6f, 0xeb]));
  const { id, facts } = await errorOf(createFiles(folder).read('latin1.csv'));
  expect([id, facts.cause, facts.fix]).toEqual(['file', 'it is not UTF-8 text', 'Save it as UTF-8 and run the same command again.']);
});

it('refuses what is larger than 4 MiB, also where the size is not known before', async () => {
  writeFileSync(at('big'), Buffer.alloc(4 * 1024 * 1024 + 1, 'a'));
  writeFileSync(at('full'), Buffer.alloc(4 * 1024 * 1024, 'a'));
  const files = createFiles(folder);
  expect((await errorOf(files.read('big'))).facts.cause).toBe('it is larger than 4 MiB');
  expect((await errorOf(files.read('/dev/zero'))).facts.cause).toBe('it is larger than 4 MiB');
  expect((await files.read('full'))?.length).toBe(4 * 1024 * 1024);
});

it('says whom to ask for permission', async () => {
  writeFileSync(at('shut.yaml'), 'x', { mode: 0o000 });
  chmodSync(folder, 0o555);
  const files = createFiles(folder);
  const [read, write] = await asOrdinaryUser(
    async () => [await errorOf(files.read('shut.yaml')), await errorOf(files.write('new.yaml', 'x'))] as const,
  );
  chmodSync(folder, 0o755);
  expect(read.facts).toEqual({ message: 'cannot read shut.yaml', cause: 'permission denied', fix: 'Make it readable for you.' });
  expect(write.facts.cause).toBe('permission denied');
  expect(readdirSync(folder)).toEqual(['shut.yaml']);
});

it('replaces a file in one move: a reader never sees half of it, and nothing is left beside it', async () => {
  const files = createFiles(folder);
  const long = (letter: string) => letter.repeat(2 * 1024 * 1024);
  await files.write('alertmanager.yml', long('a'));
  const seen = new Set<string>();
  const turn = { over: false };
  const reader = (async () => {
    while (!turn.over) {
      const text = (await files.read('alertmanager.yml')) ?? 'absent';
      seen.add(`${text.length} ${text[0]} ${text.at(-1)}`);
    }
  })();
  for (const letter of ['b', 'c', 'd', 'e']) await files.write('alertmanager.yml', long(letter));
  turn.over = true;
  await reader;
  expect(seen.size).toBeGreaterThan(0);
  expect([...seen].filter((text) => !/^2097152 (\w) \1$/.test(text))).toEqual([]);
  expect(readdirSync(folder)).toEqual(['alertmanager.yml']);
});

it('leaves the old text and nothing else when it cannot finish', async () => {
  mkdirSync(at('taken'));
  const { facts } = await errorOf(createFiles(folder).write('taken', 'x'));
  expect(facts).toEqual({ message: 'cannot write taken', cause: 'it is a folder', fix: 'Give the path of a file.' });
  expect(readdirSync(folder)).toEqual(['taken']);
});

it('names the folder that is missing, and how to make it', async () => {
  const { facts } = await errorOf(createFiles(folder).write('deploy/alertmanager.yml', 'x'));
  expect(facts).toEqual({
    message: 'cannot write deploy/alertmanager.yml',
    cause: 'the folder deploy does not exist',
    fix: 'Create it: mkdir -p deploy',
  });
  writeFileSync(at('file'), '');
  expect((await errorOf(createFiles(folder).write('file/x', 'x'))).facts.cause).toBe('a part of the path is a file, not a folder');
});

it('keeps what is private to its owner, and the mode of a file that was there', async () => {
  const files = createFiles(folder);
  writeFileSync(at('open.txt'), 'x', { mode: 0o644 });
  writeFileSync(at('group.txt'), 'x');
  chmodSync(at('group.txt'), 0o664);
  await files.write('open.txt', 'secret', { private: true });
  await files.write('group.txt', 'y');
  expect([modeOf('open.txt'), modeOf('group.txt')]).toEqual([0o600, 0o664]);
});

it('follows links, also to a file that is not there yet, and keeps them', async () => {
  const files = createFiles(folder);
  mkdirSync(at('real'));
  writeFileSync(at('real/pmp-pd.yaml'), 'old');
  symlinkSync('real/pmp-pd.yaml', at('link.yaml'));
  symlinkSync('real/new.yaml', at('dangling.yaml'));
  await files.write('link.yaml', 'new');
  await files.write('dangling.yaml', 'made');
  expect(readFileSync(at('real/pmp-pd.yaml'), 'utf8')).toBe('new');
  expect(readFileSync(at('real/new.yaml'), 'utf8')).toBe('made');
  expect(realpathSync(at('link.yaml'))).toBe(at('real/pmp-pd.yaml'));
  symlinkSync('b', at('a'));
  symlinkSync('a', at('b'));
  expect((await errorOf(files.write('a', 'x'))).facts.cause).toBe('its symbolic links lead in a circle');
});

it('never repeats a hostile path as it stands', async () => {
  mkdirSync(at('\u001B[2Jx'));
  expect((await errorOf(createFiles(folder).read('\u001B[2Jx'))).message).toBe('cannot read x');
});

it('reads templates of the package and nothing outside them', async () => {
  mkdirSync(at('templates/schema'), { recursive: true });
  writeFileSync(at('templates/alertmanager.yml'), 'route: {}\n');
  writeFileSync(at('secret.txt'), 'no');
  const templates = createTemplates(at('templates'));
  expect(await templates.read('alertmanager.yml')).toBe('route: {}\n');
  for (const name of ['../secret.txt', at('secret.txt'), '.', 'gone.yml', 'schema']) {
    const { id, facts } = await errorOf(templates.read(name));
    expect([id, facts.fix]).toEqual(['file', 'Install pmp-pd again.']);
  }
  expect(existsSync(at('secret.txt'))).toBe(true);
});
