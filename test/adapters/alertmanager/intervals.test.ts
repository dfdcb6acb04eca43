import { describe, expect, it } from 'vitest';
import { parseConfiguration } from '../../../src/adapters/alertmanager/config.ts';
import { intervalHolds } from '../../../src/adapters/alertmanager/intervals.ts';

const at = (text: string) => Date.parse(text);

/** One interval of that entry, under the field of either age. */
const holds = (entry: string, now: string, field = 'time_intervals') =>
  intervalHolds(
    parseConfiguration(`route: { receiver: r }\nreceivers: []\n${field}:\n- name: x\n  time_intervals:\n  - ${entry}\n`)!,
    'x',
    at(now),
  );

describe('a time interval holds as Alertmanager reckons', () => {
  // A Wednesday.
  it.each([
    ['{}', '2026-09-09T14:00:00Z', true],
    ["{ times: [{ start_time: '14:00', end_time: '15:00' }] }", '2026-09-09T14:00:00Z', true],
    ["{ times: [{ start_time: '13:00', end_time: '14:00' }] }", '2026-09-09T14:00:00Z', false],
    ["{ times: [{ start_time: '00:00', end_time: '06:00' }, { start_time: '22:00', end_time: '24:00' }] }", '2026-09-09T23:59:59Z', true],
    ["{ times: [{ start_time: 'noon', end_time: '24:00' }] }", '2026-09-09T23:59:59Z', undefined],
    ["{ weekdays: ['monday:friday'] }", '2026-09-09T14:00:00Z', true],
    ['{ weekdays: [saturday, Sunday] }', '2026-09-09T14:00:00Z', false],
    ['{ weekdays: [someday] }', '2026-09-09T14:00:00Z', undefined],
    ["{ weekdays: [someday], months: ['5'] }", '2026-09-09T14:00:00Z', false],
    ["{ months: ['june:september'] }", '2026-09-09T14:00:00Z', true],
    ["{ months: ['10:12'] }", '2026-09-09T14:00:00Z', false],
    ["{ years: ['2024:2026'], days_of_month: ['9'] }", '2026-09-09T14:00:00Z', true],
    ['{ years: [2027] }', '2026-09-09T14:00:00Z', false],
    ["{ days_of_month: ['-3:-1'] }", '2026-02-26T14:00:00Z', true],
    ["{ days_of_month: ['-3:-1'] }", '2026-02-25T14:00:00Z', false],
    ["{ days_of_month: ['1:5', '29:31'] }", '2028-02-29T14:00:00Z', true],
    ["{ times: [{ start_time: '09:00', end_time: '17:00' }], location: 'America/New_York' }", '2026-09-09T14:00:00Z', true],
    ["{ times: [{ start_time: '09:00', end_time: '17:00' }], location: 'Asia/Tokyo' }", '2026-09-09T14:00:00Z', false],
    ["{ weekdays: ['thursday'], location: 'Australia/Sydney' }", '2026-09-09T14:00:00Z', true],
    ["{ location: 'Local' }", '2026-09-09T14:00:00Z', undefined],
    ["{ location: 'Middle/Earth' }", '2026-09-09T14:00:00Z', undefined],
  ])('%s at %s: %s', (entry, now, expected) => {
    expect(holds(entry, now)).toBe(expected);
    expect(holds(entry, now, 'mute_time_intervals')).toBe(expected);
  });

  it('one that nobody defined cannot be told', () => {
    expect(intervalHolds(parseConfiguration('route: { receiver: r }\nreceivers: []\n')!, 'x', at('2026-09-09T14:00:00Z'))).toBeUndefined();
  });
});
