import { describe, expect, test } from 'vitest';
import { readLength, readMoment } from '../../src/coverage/index.ts';

const zone = 'America/New_York';
/** Wednesday 2026-03-04, 10:00 in New York. */
const now = Date.UTC(2026, 2, 4, 15);
const read = (typed: string, at = now, after?: number) => {
  const moment = readMoment(typed, zone, at, after);
  return 'at' in moment ? new Date(moment.at).toISOString().slice(0, 16) : moment.wrong;
};

describe('a time as people type it is read by the clock on the wall', () => {
  test.each([
    ['now', '2026-03-04T15:00'],
    ['in 2h', '2026-03-04T17:00'],
    ['in 1h 30m', '2026-03-04T16:30'],
    ['18:00', '2026-03-04T23:00'],
    ['09:00', '2026-03-05T14:00'],
    ['today 18:00', '2026-03-04T23:00'],
    ['tomorrow 09:00', '2026-03-05T14:00'],
    ['Friday 18:00', '2026-03-06T23:00'],
    ['wed 09:00', '2026-03-11T13:00'],
    ['wed 11:00', '2026-03-04T16:00'],
    ['2026-12-24 18:00', '2026-12-24T23:00'],
    ['2026-07-04T18:00', '2026-07-04T22:00'],
    ['2026-12-24', '2026-12-24T05:00'],
    ['2026-12-24T18:00+01:00', '2026-12-24T17:00'],
    ['2026-12-24 18:00Z', '2026-12-24T18:00'],
  ])('%s', (typed, instant) => {
    expect(read(typed)).toBe(instant);
  });

  test('an end without a date is the first one after the begin', () => {
    expect(read('06:00', now, Date.UTC(2026, 2, 7, 3))).toBe('2026-03-07T11:00');
  });
});

describe('what no calendar or clock has is refused', () => {
  test.each([
    '',
    'soon',
    'tomorrow',
    '25:00',
    '2026-02-30 10:00',
    '2026-02-30T10:00Z',
    'in',
    'in 2 weeks',
    'noday 10:00',
    '2026-12-24 8:00',
    'tomorrow 9',
  ])('"%s"', (typed) => {
    expect(readMoment(typed, zone, now)).toMatchObject({ wrong: expect.stringMatching(/no time|calendar|time of day/) as string });
  });
});

describe('at a clock change it says how it was read', () => {
  test('a time that is skipped is the moment of the jump', () => {
    expect(readMoment('2026-03-08 02:30', zone, now)).toEqual({
      at: Date.UTC(2026, 2, 8, 7),
      said: expect.stringContaining('skip 2026-03-08 02:30: 03:00 is taken') as string,
    });
  });

  test('a time that comes twice is the first, and how to get the second', () => {
    expect(readMoment('2026-11-01 01:30', zone, now)).toEqual({
      at: Date.UTC(2026, 10, 1, 5, 30),
      said: expect.stringContaining('the second is 2026-11-01T06:30Z') as string,
    });
  });

  test.each(['2026-11-01 00:59', '2026-11-01 02:00', '2026-03-08 03:00'])('%s is neither', (typed) => {
    expect(readMoment(typed, zone, now)).not.toHaveProperty('said');
  });
});

test.each([
  ['8h', 8 * 3_600_000],
  ['1h 30m', 5_400_000],
  ['90m', 5_400_000],
  ['2d', 172_800_000],
  ['0h', undefined],
  ['8', undefined],
  ['eight hours', undefined],
])('a length of time: %s', (typed, length) => {
  expect(readLength(typed)).toBe(length);
});
