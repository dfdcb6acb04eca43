import { describe, expect, it } from 'vitest';
import { readMark, writeMark } from '../../../src/adapters/pagerduty/mark.ts';
import { wallClock } from '../../../src/adapters/pagerduty/time.ts';

describe('the mark', () => {
  it('comes off as it was put on', () => {
    for (const text of ['', 'P1', 'a [pmp-pd] inside', 'ends in ]', 'two\nlines']) {
      expect(readMark(writeMark(text))).toEqual({ text, ours: true, notes: {} });
      expect(readMark(writeMark(text, { refused: ['a', 'b'], role: ['high'] }))).toEqual({
        text,
        ours: true,
        notes: { refused: ['a', 'b'], role: ['high'] },
      });
    }
  });
  it('is not seen where others wrote something like it', () => {
    for (const text of ['made by pmp-pd', '[pmp-pd] and more', '[pmp-pdx]', '[PMP-PD]', '[pmp-pd refused=A B]'])
      expect(readMark(text)).toEqual({ text, ours: false, notes: {} });
    expect(readMark(undefined)).toEqual({ text: '', ours: false, notes: {} });
  });
});

describe('wall time of an instant', () => {
  it('in the zone of the schedule, midnight included', () => {
    expect(wallClock(Date.UTC(2027, 0, 4, 17), 'America/New_York')).toEqual({ weekday: 1, time: '12:00' });
    expect(wallClock(Date.UTC(2027, 6, 4, 4), 'America/New_York')).toEqual({ weekday: 7, time: '00:00' });
    expect(wallClock(Date.UTC(2027, 0, 3, 20, 30), 'Asia/Kolkata')).toEqual({ weekday: 1, time: '02:00' });
  });
});
