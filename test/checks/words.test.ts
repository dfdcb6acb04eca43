import { expect, test } from 'vitest';
import { span } from '../../src/checks/shared/words.ts';

test.each([
  [90_000, '1 min 30 s'],
  [59_700, '1 min'],
  [120_000, '2 min'],
  [599_000, '9 min 59 s'],
  [600_000, '10 min'],
  [40_000, '40 s'],
  [5_400_000, '1.5 h'],
])('%d ms are said as a drill says them, to the second where minutes are promised: %s', (length, words) => {
  expect(span(length)).toBe(words);
});
