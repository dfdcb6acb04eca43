import type { Instant } from '../../model/index.ts';
import { fieldLists, listOf, textOf, type Configuration, type Fields } from './config.ts';

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const;

/** A moment on the wall of some place. */
interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly weekday: number;
  readonly minute: number;
}

/**
 * Whether a time interval of the configuration contains an instant, as Alertmanager reckons: one of its entries does, in all of its fields.
 * @returns undefined where there is no such interval, or where it cannot be read
 */
export function intervalHolds({ rest }: Configuration, name: string, at: Instant): boolean | undefined {
  const defined = [...fieldLists(rest['time_intervals']), ...fieldLists(rest['mute_time_intervals'])].find((one) => one['name'] === name);
  if (!defined) return undefined;
  const each = fieldLists(defined['time_intervals']).map((entry) => entryHolds(entry, at));
  if (each.includes(true)) return true;
  return each.includes(undefined) ? undefined : false;
}

function entryHolds(entry: Fields, at: Instant): boolean | undefined {
  const wall = wallIn(textOf(entry['location']) || 'UTC', at);
  if (!wall) return undefined;
  const days = new Date(Date.UTC(wall.year, wall.month, 0)).getUTCDate();
  const fields = [
    inTimes(entry['times'], wall.minute),
    inRanges(entry['weekdays'], wall.weekday, (text) => named(text, weekdays, 0)),
    inRanges(entry['months'], wall.month, (text) => named(text, months, 1) ?? whole(text)),
    inRanges(entry['years'], wall.year, whole),
    inDays(entry['days_of_month'], wall.day, days),
  ];
  if (fields.includes(false)) return false;
  return fields.includes(undefined) ? undefined : true;
}

/** undefined for a place that is not known here: "Local" is the server's own. */
function wallIn(timeZone: string, at: Instant): Wall | undefined {
  if (timeZone === 'Local') return undefined;
  try {
    const shape = {
      hourCycle: 'h23',
      weekday: 'long',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    } as const;
    const parts = new Intl.DateTimeFormat('en-US', { ...shape, timeZone }).formatToParts(new Date(at));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
    const [year, month, day, hour, minute] = (['year', 'month', 'day', 'hour', 'minute'] as const).map((type) => Number(part(type)));
    if (year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined) return undefined;
    return { year, month, day, weekday: named(part('weekday'), weekdays, 0) ?? -1, minute: hour * 60 + minute };
  } catch (thrown) {
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

/** A field that is left out holds always. */
function some(value: unknown, holds: (one: unknown) => boolean | undefined): boolean | undefined {
  const all = listOf(value);
  if (all.length === 0) return true;
  const each = all.map(holds);
  if (each.includes(true)) return true;
  return each.includes(undefined) ? undefined : false;
}

/** From its start, up to and without its end. */
function inTimes(value: unknown, minute: number): boolean | undefined {
  return some(value, (one) => {
    const [range] = fieldLists([one]);
    const [start, end] = [clock(range?.['start_time']), clock(range?.['end_time'])];
    return start === undefined || end === undefined ? undefined : minute >= start && minute < end;
  });
}

function clock(value: unknown): number | undefined {
  const [, hour, minute] = /^(\d\d):(\d\d)$/.exec(textOf(value) ?? '') ?? [];
  return hour === undefined || minute === undefined ? undefined : Number(hour) * 60 + Number(minute);
}

/** "monday:friday", "5", "2026:2027": both ends belong to it. */
function inRanges(value: unknown, now: number, read: (text: string) => number | undefined): boolean | undefined {
  return some(value, (one) => {
    const [begin, end] = ends(one, read);
    return begin === undefined || end === undefined ? undefined : now >= begin && now <= end;
  });
}

/** Below zero they count from the month's end; what lies beyond the month is cut off. */
function inDays(value: unknown, day: number, days: number): boolean | undefined {
  return some(value, (one) => {
    const [begin, end] = ends(one, whole).map((bound) => (bound === undefined || bound > 0 ? bound : days + bound + 1));
    return begin === undefined || end === undefined ? undefined : day >= begin && day <= end;
  });
}

function ends(value: unknown, read: (text: string) => number | undefined): readonly (number | undefined)[] {
  const [begin = '', end = begin] = (textOf(value) ?? '').trim().toLowerCase().split(':');
  return [read(begin), read(end)];
}

function named(text: string, names: readonly string[], first: number): number | undefined {
  const index = names.indexOf(text.toLowerCase());
  return index < 0 ? undefined : index + first;
}

function whole(text: string): number | undefined {
  return /^-?\d+$/.test(text) ? Number(text) : undefined;
}
