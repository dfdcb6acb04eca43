import type { Instant } from '../../model/index.ts';
import { part, parts } from './checks.ts';
import type { Configuration } from './configuration.ts';
import type { Values } from './decode.ts';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december'];

/** Whether one of the named time intervals covers that instant. */
export function within(configuration: Configuration, names: readonly string[], now: Instant): boolean {
  const { values } = configuration;
  const defined = [...parts(values['mute_time_intervals']), ...parts(values['time_intervals'])];
  return defined
    .filter(({ name }) => names.includes(String(name)))
    .flatMap((interval) => parts(interval['time_intervals']))
    .some((span) => covers(span, now));
}

interface Moment {
  readonly minute: number;
  readonly day: number;
  readonly date: number;
  /** Of the month that it is in. */
  readonly lastDate: number;
  readonly month: number;
  readonly year: number;
}

function momentOf(now: Instant, zone: string): Moment {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  });
  const found = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const [year = 0, month = 1, date = 1] = [found['year'], found['month'], found['day']];
  const minute = (found['hour'] ?? 0) * 60 + (found['minute'] ?? 0);
  const lastDate = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { minute, day: new Date(Date.UTC(year, month - 1, date)).getUTCDay(), date, lastDate, month, year };
}

function covers(span: Values, now: Instant): boolean {
  const zone = typeof span['location'] === 'string' && span['location'] !== 'Local' ? span['location'] : 'UTC';
  const { minute, day, date, lastDate, month, year } = momentOf(now, zone);
  const any = (field: string, holds: (range: string) => boolean): boolean => {
    const ranges = span[field];
    return !Array.isArray(ranges) || ranges.length === 0 || ranges.some((range) => holds(String(range)));
  };
  const named = (range: string, names: readonly string[], first: number): readonly number[] =>
    range.split(':').map((word) => (names.includes(word.toLowerCase()) ? names.indexOf(word.toLowerCase()) + first : Number(word)));
  const inside = (value: number, [from = 0, to = from]: readonly number[]): boolean => from <= value && value <= to;
  const fromEnd = (each: number): number => (each < 0 ? lastDate + 1 + each : each);
  const times = parts(span['times']);
  return (
    (times.length === 0 || times.some((each) => minutes(each['start_time']) <= minute && minute < minutes(each['end_time']))) &&
    any('weekdays', (range) => inside(day, named(range, days, 0))) &&
    any('days_of_month', (range) => inside(date, named(range, [], 0).map(fromEnd))) &&
    any('months', (range) => inside(month, named(range, months, 1))) &&
    any('years', (range) => inside(year, named(range, [], 0)))
  );
}

/** "17:30", or what YAML made of it: 1050, as a sexagesimal number. */
function minutes(value: unknown): number {
  if (typeof value === 'number') return value;
  const [hours = 0, rest = 0] = String(part({ value })['value']).split(':').map(Number);
  return hours * 60 + rest;
}
