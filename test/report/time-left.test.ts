import { expect, test } from 'vitest';
import { TimeLeft } from '../../src/report/time-left.ts';

/** So many changes, one every `every` milliseconds. */
function settling(left: TimeLeft, from: number, to: number, start: number, every: number): number {
  for (let settled = from + 1; settled <= to; settled++) left.note(start + (settled - from) * every, settled);
  return start + (to - from) * every;
}

test('a run at the rate limit tells truly how long it will still take', () => {
  const left = new TimeLeft();
  left.begin(0);
  const at = settling(left, 0, 1600, 0, 62.5);
  expect(at).toBe(100_000);
  // 3700 changes at sixteen a second.
  expect(left.words(5300)).toBe('about 4 min left');
  settling(left, 1600, 4500, at, 62.5);
  expect(left.words(5300)).toBe('about 50 s left');
});

test('an estimate follows a limit that sets in', () => {
  const left = new TimeLeft();
  left.begin(0);
  const at = settling(left, 0, 800, 0, 10);
  expect(left.words(3000)).toBe('about 30 s left');
  settling(left, 800, 1400, at, 100);
  expect(left.words(3000)).toBe('about 3 min left');
});

test('a short run is not burdened with estimates', () => {
  const left = new TimeLeft();
  left.begin(0);
  settling(left, 0, 40, 0, 30);
  expect(left.words(80)).toBeUndefined();
  expect(left.line(80)).toBeUndefined();
});

test('where nothing moves, a line every half minute says how far it has come', () => {
  const left = new TimeLeft();
  left.begin(0);
  const lines: string[] = [];
  for (let settled = 1; settled <= 1600; settled++) {
    left.note(settled * 62.5, settled);
    lines.push(...[left.line(5300)].filter((line) => line !== undefined));
  }
  expect(lines).toEqual([
    '480 of 5300 changes, about 5 min left',
    '960 of 5300 changes, about 5 min left',
    '1440 of 5300 changes, about 4 min left',
  ]);
});
