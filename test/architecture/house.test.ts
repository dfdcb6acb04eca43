import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { root, sourceFiles, target } from '../support/source.ts';

const files = sourceFiles();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const rooms = readdirSync(join(root, 'src'), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
const rows = [...read('src/README.md').matchAll(/^\| `(\w+)` \| .* \| (.*) \| .* \|$/gm)].map((match) => ({
  room: match[1] ?? '',
  imports: match[2] === 'all of them' ? rooms : (match[2] ?? '').split(', '),
}));

describe('whoever reads src/README.md', () => {
  test('finds every room there is, and no other', () => {
    expect(rows.map(({ room }) => room).sort()).toEqual([...rooms].sort());
  });

  test.each(rows.map((row) => [row.room, row.imports] as const))('learns all that %s imports', (room, imports) => {
    const real = files
      .filter((file) => file.room === room)
      .flatMap((file) => file.imports.flatMap(({ from }) => target(file, from)?.split('/')[0] ?? []))
      .filter((other) => other !== room);
    expect([...new Set(real)].filter((other) => !imports.includes(other))).toEqual([]);
    for (const other of imports) expect([...rooms, '–']).toContain(other);
  });
});

const pages = ['README.md', 'src/README.md', '.github/CONTRIBUTING.md', 'CHANGELOG.md'];

describe('every link and every path in', () => {
  test.each(pages)('%s leads somewhere', (page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g)].map(
      (match) => match[1] ?? match[2] ?? '',
    );
    const paths = [...text.matchAll(/`((?:src|test|templates|bin|\.github|\.ci|\.config)\/[\w./-]*\w\/?)`/g)].map(
      (match) => match[1] ?? '',
    );
    const at = (path: string) => resolve(root, dirname(page), path);
    expect([...links.filter((path) => !existsSync(at(path))), ...paths.filter((path) => !existsSync(join(root, path)))]).toEqual([]);
  });
});
