import { expect, it } from 'vitest';
import { errorText, planText, sandboxStatusText, styleOf, summaryText, type Style } from '../../src/report/index.ts';
import { widthOf } from '../../src/report/text.ts';
import { answers } from '../checks/support.ts';
import { departures, head, mixed, partial, prices, refused, screen } from './support.ts';
import { status } from './status-view.ts';

const styles: readonly (readonly [string, Style])[] = [
  ['60', screen(60)],
  ['100-color', screen(100, { color: true })],
  ['100-ascii', screen(100, { unicode: false })],
  ['200', screen(200)],
  ['plain', styleOf({ isTTY: true, env: { LANG: 'en_US.UTF-8', TERM: 'xterm' }, flags: { plain: true }, columns: 60 })],
];

const extras = {
  departures,
  paged: 5,
  prices,
  brief: { answers, urgencies: true, settings: { p3Pages: true } },
  onCallBefore: ['PMP Primary On-Call: nobody'],
  onCallAfter: ['PMP Primary On-Call: Ada Example until Mon 12 Jan 12:00'],
  picture: 'Mon AAAAAAAA\nTue BBBBBBBB',
};

const screens: readonly (readonly [string, (style: Style) => string])[] = [
  ['plan', (style) => planText(mixed, { ...head, sandbox: true }, style, extras)],
  ['plan-verbose', (style) => planText(mixed, head, style, { verbose: true })],
  ['summary', (style) => summaryText(partial, style, { next: 'pmp-pd setup' })],
  ['status', (style) => sandboxStatusText(status, style)],
  ['error', (style) => errorText(refused, style)],
];

const cases = screens.flatMap(([name, show]) => styles.map(([as, style]) => ({ name, as, show, style })));

it.each(cases)('$name at $as reads as it was reviewed', async ({ name, as, show, style }) => {
  await expect(`${show(style)}\n`).toMatchFileSnapshot(`golden/${name}-${as}.txt`);
});

// A to-do is pasted into a chat: a line that the terminal wraps stays one line, one that we wrap does not.
it.each(cases.filter(({ style }) => style.wrap))('$name at $as stays within its columns', ({ show, style }) => {
  const escapes = /\u001B\[\d+m/g;
  const long = show(style)
    .split('\n')
    .map((line) => line.replace(escapes, ''))
    .filter((line) => !line.startsWith('- ') && widthOf(line) > style.width);
  expect(long).toEqual([]);
});

it.each(cases.filter(({ style }) => !style.unicode))('$name at $as is ASCII', ({ show, style }) => {
  expect(show(style)).toMatch(/^[\n\u0020-\u007E]*$/);
});

it.each(cases.filter(({ style }) => style.color))('$name at $as says the same without its colours', ({ show, style }) => {
  const escapes = /\u001B\[\d+m/g;
  expect(show(style)).toMatch(escapes);
  expect(show(style).replace(escapes, '')).toBe(show({ ...style, color: false }));
});

it.each(cases.filter(({ style }) => !style.wrap))('$name at $as holds every fact on one line', ({ show, style }) => {
  const longest = Math.max(
    ...show(style)
      .split('\n')
      .map((line) => line.length),
  );
  expect(show(style)).toBe(show({ ...style, width: 40 }));
  expect(longest).toBeGreaterThan(60);
});
