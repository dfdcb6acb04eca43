import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../support/source.ts';
import { svgOfPicture, takePictures, withoutChance } from '../tools/pictures.ts';

test('every picture of the README is what a terminal shows today', async () => {
  const taken = await takePictures();
  expect(taken.length).toBeGreaterThanOrEqual(6);
  for (const one of taken)
    expect(withoutChance(readFileSync(join(root, '.github/pictures', `${one.name}.svg`), 'utf8'))).toBe(withoutChance(svgOfPicture(one)));
});
