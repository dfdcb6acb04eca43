import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../support/source.ts';
import { svgOfPicture, takePictures, withoutChance, type Picture } from '../tools/pictures.ts';

const folder = join(root, '.github/pictures');
const stored = (name: string) => readFileSync(join(folder, `${name}.svg`), 'utf8');
const all = ['setup-plan', 'setup-done', 'oncall', 'test-alert', 'verify-ready', 'verify-broken'];
const update = process.env['UPDATE'] !== undefined;
/** test/exhaustive takes them all. */
const names = update ? all : all.slice(0, 3);

const taken: Picture[] = [];
beforeAll(async () => {
  taken.push(...(await takePictures(update ? 'all' : 'before a drill')));
  if (!update) return;
  mkdirSync(folder, { recursive: true });
  for (const one of taken) writeFileSync(join(folder, `${one.name}.svg`), svgOfPicture(one));
}, 120_000);

describe('a reader of the README sees the program as it is', () => {
  test.each(names)('%s.svg is what a terminal shows today; UPDATE=1 takes it anew', (name) => {
    const now = taken.find((one) => one.name === name);
    expect(withoutChance(stored(name))).toBe(now === undefined ? 'not taken' : withoutChance(svgOfPicture(now)));
  });

  test.each(all)('%s.svg tells what stands in it to whoever cannot see it, and has its place in the README', (name) => {
    expect(stored(name)).toMatch(/<title id="title">pmp-pd .+<\/title>\n<desc id="text">\$ pmp-pd /);
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(new RegExp(`!\\[[^\\]]{20,}\\]\\(\\.github/pictures/${name}\\.svg\\)`));
  });

  test.each(all)('%s.svg is of no place: no path, nobody from outside', (name) => {
    expect(stored(name)).not.toMatch(/\/(?:tmp|home|root|Users)\/|[A-Za-z0-9._-]+@(?!example\.com)/);
  });
});
