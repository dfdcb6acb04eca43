import { assert, constantFrom, integer, property, tuple } from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { instantOf, offsetAt, wallOf } from '../../../src/sandbox/pagerduty/wall-clock.ts';

const zones = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kolkata', 'Etc/UTC'];
const zone = constantFrom(...zones);
const instant = integer({ min: Date.UTC(2024, 0, 1) / 60_000, max: Date.UTC(2031, 0, 1) / 60_000 }).map((minute) => minute * 60_000);

/** A minute near a change of the clocks, where the two could disagree. */
const nearChange = tuple(zone, instant, integer({ min: -180, max: 180 })).map(([where, from, minutes]) => {
  const change = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(where).getTimeZoneTransition('next');
  return [where, (change?.epochMilliseconds ?? from) + minutes * 60_000] as const;
});

describe('the imitation reads its clocks as the calendar does', () => {
  test('at any minute, and in any order', () => {
    assert(
      property(zone, instant, (where, at) => {
        const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(where);
        expect(offsetAt(at, where)).toBe(there.offsetNanoseconds / 1e6);
        expect(instantOf(wallOf(at, where), where)).toBe(there.toPlainDateTime().toZonedDateTime(where).epochMilliseconds);
      }),
    );
  });

  test('also where an hour comes twice, or is skipped', () => {
    assert(
      property(nearChange, ([where, wall]) => {
        const shown = Temporal.Instant.fromEpochMilliseconds(wall + offsetAt(wall, where))
          .toZonedDateTimeISO('UTC')
          .toPlainDateTime();
        expect(instantOf(wall + offsetAt(wall, where), where)).toBe(shown.toZonedDateTime(where).epochMilliseconds);
        const skipped = shown.add({ minutes: 60 });
        expect(instantOf(wall + offsetAt(wall, where) + 3_600_000, where)).toBe(skipped.toZonedDateTime(where).epochMilliseconds);
      }),
    );
  });
});
