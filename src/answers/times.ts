import type { WindowRule } from '../model/index.ts';
import { Wrong, nearest, quoted } from './wrong.ts';

const units: Readonly<Record<string, number>> = { m: 1, min: 1, h: 60, d: 1440 };

/** "2h", "90m", "1h 30m", "1d" → minutes. */
export function readDuration(typed: string): number | Wrong {
  const text = typed.trim().toLowerCase();
  const right = 'Write a length such as 90m, 2h, 1h 30m or 1d.';
  if (!/^(?:\d{1,5}\s*(?:min|m|h|d)\s*)+$/.test(text)) return new Wrong(`${quoted(typed)} is no length of time`, right);
  const parts = [...text.matchAll(/(\d+)\s*(min|m|h|d)/g)];
  const minutes = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? 'm'] ?? 1), 0);
  if (minutes < 1) return new Wrong('it lasts less than a minute', right);
  return minutes;
}

/** Minutes as `readDuration` reads them back. */
export function writeDuration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 ? `${hours}h` : '', rest > 0 ? `${rest}m` : ''].filter(Boolean).join(' ');
}

/** "2026-12-05 22:00" (also with T) → "2026-12-05T22:00"; days and hours that no calendar has are refused. */
export function readWall(typed: string): string | Wrong {
  const match = /^(\d{4})-(\d{2})-(\d{2})[ T]+(\d{2}):(\d{2})(?::00)?$/.exec(typed.trim());
  const right = 'Write it as 2026-12-05 22:00 (year-month-day hour:minute, 24 hours).';
  if (!match) return new Wrong(`${quoted(typed)} is no date and time`, right);
  const [, year, month, day, hour, minute] = match;
  const wall = `${year}-${month}-${day}T${hour}:${minute}`;
  const date = new Date(`${wall}:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(0, 16) !== wall)
    return new Wrong(`${quoted(typed)} is in no calendar`, right);
  return wall;
}

/** Minutes of wall time from one reading of `readWall` to another. */
export function wallMinutes(from: string, until: string): number {
  return (Date.parse(`${until}:00Z`) - Date.parse(`${from}:00Z`)) / 60_000;
}

const ordinals = { first: 1, second: 2, third: 3, fourth: 4, last: -1 } as const;
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const ruleShape = 'Write [first|second|third|fourth|last|every] weekday hour:minute, for instance "first Saturday 22:00".';

/** "first Saturday 22:00", "every Tuesday 06:30", "last Sunday 02:00". */
export function readRule(typed: string): WindowRule | Wrong {
  const match = /^(?:(\S+)\s+)?(\S+)\s+(\S+)$/.exec(typed.trim());
  if (!match) return new Wrong(`${quoted(typed)} is no rule for a window`, ruleShape);
  const [, ordinal = 'every', day = '', time = ''] = match;
  const which = ordinalOf(ordinal);
  if (which instanceof Wrong) return which;
  const weekday = weekdays.findIndex((name) => [name, name.slice(0, 3)].some((form) => form.toLowerCase() === day.toLowerCase())) + 1;
  if (weekday === 0) {
    const guess = nearest(day, weekdays);
    return new Wrong(`${quoted(day)} is no weekday`, guess ? `Write ${guess}.` : ruleShape);
  }
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time))
    return new Wrong(`${quoted(time)} is no time of day`, 'Write hour:minute with two digits each, 00:00 to 23:59.');
  return { ordinal: which, weekday, time };
}

function ordinalOf(typed: string): WindowRule['ordinal'] | Wrong {
  switch (typed.toLowerCase()) {
    case 'every':
      return undefined;
    case 'first':
      return ordinals.first;
    case 'second':
      return ordinals.second;
    case 'third':
      return ordinals.third;
    case 'fourth':
      return ordinals.fourth;
    case 'last':
      return ordinals.last;
    case 'fifth':
      return new Wrong('not every month has a fifth one', 'Write last, or first to fourth.');
    default:
      return notOrdinal(typed);
  }
}

function notOrdinal(typed: string): Wrong {
  const guess = nearest(typed, [...Object.keys(ordinals), 'every']);
  return new Wrong(`${quoted(typed)} is none of first, second, third, fourth, last, every`, guess ? `Write ${guess}.` : ruleShape);
}

export function writeRule(rule: WindowRule): string {
  const ordinal = Object.entries(ordinals).find(([, value]) => value === rule.ordinal)?.[0] ?? 'every';
  return `${ordinal} ${weekdays[rule.weekday - 1] ?? ''} ${rule.time}`;
}
