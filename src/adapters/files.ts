import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, readlink, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { clean, PmpError } from '../engine/errors.ts';
import type { Files, Templates } from '../ports/index.ts';

const mebibyte = 1024 * 1024;
const largest = 4 * mebibyte;

/** Text files relative to `folder`, the working folder. Errors are PmpError `file` and name the path as it was given. */
export function createFiles(folder: string): Files {
  const at = (path: string) => (isAbsolute(path) ? path : join(folder, path));
  return {
    async read(path) {
      try {
        return await readText(at(path), path);
      } catch (thrown) {
        if (codeOf(thrown) === 'ENOENT') return undefined;
        throw refused('read', path, thrown);
      }
    },
    async write(path, text, options) {
      try {
        await replace(await targetOf(at(path)), text, options?.private ?? false);
      } catch (thrown) {
        throw refused('write', path, thrown);
      }
    },
  };
}

/** The package's own templates. A missing one means a broken installation. */
export function createTemplates(folder: string): Templates {
  return {
    async read(name) {
      const inside = relative(folder, resolve(folder, name));
      try {
        if (inside === '' || inside.startsWith('..') || isAbsolute(inside)) throw new Error('it lies outside the templates folder');
        return await readText(join(folder, inside), name);
      } catch (thrown) {
        const cause = thrown instanceof PmpError ? thrown.facts.cause : reasonOf(thrown);
        throw new PmpError(
          'file',
          {
            message: `pmp-pd's own template ${clean(name)} cannot be read`,
            cause: cause ?? reasonOf(thrown),
            fix: 'Install pmp-pd again.',
          },
          { cause: thrown },
        );
      }
    },
  };
}

async function readText(file: string, shown: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY);
  try {
    if ((await handle.stat()).isDirectory()) throw fileError('read', shown, 'it is a folder', 'Give the path of a file.');
    return decoded(await bytesOf(handle, shown), shown);
  } finally {
    await handle.close();
  }
}

/** Counts while it reads: what a pipe or a device will deliver cannot be asked beforehand. */
async function bytesOf(handle: FileHandle, shown: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for (;;) {
    const chunk = Buffer.alloc(64 * 1024);
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) return Buffer.concat(chunks);
    size += bytesRead;
    if (size > largest)
      throw fileError('read', shown, `it is larger than ${largest / mebibyte} MiB`, 'Give the path of the file that was meant.');
    chunks.push(chunk.subarray(0, bytesRead));
  }
}

/** A byte order mark is no part of the text. */
function decoded(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fileError('read', shown, 'it is not UTF-8 text', 'Save it as UTF-8 and run the same command again.');
  }
}

/** Where a write really goes: links are followed, also those that lead to a file that is not there yet. */
async function targetOf(file: string): Promise<string> {
  try {
    return await realpath(file);
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
  const folder = await realpath(dirname(file));
  const link = await readlink(file).catch(() => undefined);
  return link === undefined ? join(folder, basename(file)) : targetOf(resolve(folder, link));
}

/** Written beside the target, made durable, then put in its place in one move. */
async function replace(target: string, text: string, secret: boolean): Promise<void> {
  const before = await stat(target).catch(() => undefined);
  if (before?.isDirectory() === true) throw Object.assign(new Error('it is a folder'), { code: 'EISDIR' });
  const beside = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(beside, 'wx', secret ? 0o600 : 0o666);
    try {
      await handle.writeFile(text, 'utf8');
      if (!secret && before !== undefined) await handle.chmod(before.mode & 0o777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(beside, target);
  } catch (thrown) {
    await unlink(beside).catch(() => undefined);
    throw thrown;
  }
  await syncFolder(dirname(target));
}

/** Makes the move itself durable; some file systems cannot, and then the file is still whole. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

type Verb = 'read' | 'write';

function refused(verb: Verb, path: string, thrown: unknown): PmpError {
  if (thrown instanceof PmpError) return thrown;
  const [why, fix] = wordsOf(verb, path, codeOf(thrown)) ?? [reasonOf(thrown), 'Look at that path and run the same command again.'];
  return fileError(verb, path, why, fix, thrown);
}

function wordsOf(verb: Verb, path: string, code: string | undefined): readonly [string, string] | undefined {
  const folder = clean(dirname(path));
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return [
        'permission denied',
        verb === 'read' ? 'Make it readable for you.' : `Make the file and its folder ${folder} writable for you, or choose another path.`,
      ];
    case 'EISDIR':
      return ['it is a folder', 'Give the path of a file.'];
    case 'ENOENT':
      return [`the folder ${folder} does not exist`, `Create it: mkdir -p ${folder}`];
    case 'ENOTDIR':
      return ['a part of the path is a file, not a folder', 'Correct the path.'];
    case 'ELOOP':
      return ['its symbolic links lead in a circle', 'Remove the link and run the same command again.'];
    case 'ENOSPC':
    case 'EDQUOT':
      return ['there is no space left', 'Make room on that disk and run the same command again.'];
    case 'EROFS':
      return ['the file system is read-only', 'Choose a path on another one.'];
    case 'ENAMETOOLONG':
      return ['the name is too long', 'Choose a shorter one.'];
    default:
      return undefined;
  }
}

function fileError(verb: Verb, path: string, why: string, fix: string, cause?: unknown): PmpError {
  return new PmpError('file', { message: `cannot ${verb} ${clean(path)}`, cause: why, fix }, cause === undefined ? {} : { cause });
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : undefined;
}

function reasonOf(thrown: unknown): string {
  return clean(thrown instanceof Error ? thrown.message : String(thrown));
}
