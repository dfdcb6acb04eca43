import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { fact } from '../../src/report/lines.ts';
import { voiceOf } from '../../src/report/style.ts';
import { chop, count, fit, lasting, masked, plural, sentence, stopped, widthOf } from '../../src/report/text.ts';
import { screen } from './support.ts';

it.each([
  ['Ada', 3],
  ['Zoë', 3],
  ['Zoe\u0308', 3],
  ['日本', 4],
  ['👩‍👩‍👧', 2],
  ['', 0],
])('%s takes %i columns', (text, width) => {
  expect(widthOf(text)).toBe(width);
});

it('wraps any text within its columns and loses nothing of it', () => {
  const words = fc.array(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 90 }), { maxLength: 12 });
  fc.assert(
    fc.property(words, fc.integer({ min: 40, max: 120 }), (texts, width) => {
      const voice = voiceOf(screen(width));
      const said = texts.map((text) => voice.say(text)).filter((text) => text !== '');
      const lines = fact(
        voice,
        [{ text: '    ' }],
        said.map((text) => ({ text })),
      );
      expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
      expect(lines.join('').replaceAll(' ', '')).toBe(said.join('').replaceAll(' ', ''));
    }),
    { numRuns: 200 },
  );
});

it('breaks a word only where it is longer than a line', () => {
  expect(chop('abc', 5)).toEqual(['abc']);
  expect(chop('abcdefg', 3)).toEqual(['abc', 'def', 'g']);
  expect(fit('abcdefg', 5, '…')).toBe('abcd…');
});

it('counts in English', () => {
  expect([count(1, 'read'), count(2, 'escalation policy'), plural('notification rule'), plural('address')]).toEqual([
    '1 read',
    '2 escalation policies',
    'notification rules',
    'addresses',
  ]);
  expect([sentence([]), sentence(['a']), sentence(['a', 'b']), sentence(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c']);
  expect([0.42, 9.96, 59.6, 61, 180, 3599.6, 7500].map(lasting)).toEqual([
    '0.4 s',
    '10 s',
    '1 min',
    '1 min 1 s',
    '3 min',
    '1 h',
    '2 h 5 min',
  ]);
  expect([stopped('So'), stopped('So.'), stopped('So?')]).toEqual(['So', 'So', 'So?'].map((s) => (s === 'So' ? 'So.' : s)));
});

it('hides phone numbers but their last two digits, and nothing that only looks like one', () => {
  expect(masked('calls +1 202 555 0101 and +12025550142')).toBe('calls +•••01 and +•••42');
  const others = 'at 2026-01-05T08:00+02:00, +1 more, 12025550101 bytes, 3 + 4';
  expect(masked(others)).toBe(others);
});
