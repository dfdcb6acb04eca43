import type { Instant } from '../../model/index.ts';

/** "2026-09-07T12:00:00Z": PagerDuty's server has had a bug with other offsets. */
export function toUtc(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d{3}Z$/, 'Z');
}

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** Weekday (1 = Monday) and wall time HH:MM of an instant in an IANA zone; an unknown zone is read as UTC. */
export function wallClock(at: Instant, timeZone: string): { readonly weekday: number; readonly time: string } {
  const parts = new Map(
    formatIn(timeZone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return { weekday: weekdays.indexOf(parts.get('weekday') ?? '') + 1, time: `${parts.get('hour') ?? '00'}:${parts.get('minute') ?? '00'}` };
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Making one takes longer than using it a hundred times. */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const format = formats.get(timeZone) ?? newFormat(timeZone);
  formats.set(timeZone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const shape = { weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...shape, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...shape, timeZone: 'UTC' });
  }
}
