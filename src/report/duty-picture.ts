import { Chalk, type ChalkInstance } from 'chalk';
import { dateOf, daysLater, hoursOfDay, longRuns, wallHours, type Shift } from '../coverage/index.ts';
import type { ScheduleDuty, Whom } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import { lettersFor } from './picture.ts';
import type { Style } from './style.ts';
import { voiceOf } from './style.ts';
import { widthOf } from './text.ts';

const hour = 3_600_000;
const limit = 12;
const labelWidth = 11;
/** Below it a column of the picture is one character wide. */
const roomy = 74;

/**
 * Who has which hours of a schedule, as PagerDuty renders it: one row a day, one column an hour of the wall clock in its zone, a letter a person. Hours
 * that nobody has are `░` (ASCII `-`) in red, `2` is two at once, lower case is somebody past 12 hours in a row, a `*` at the end of a row says that some of
 * its hours are a temporary replacement's (underlined in colour).
 */
export function dutyPicture(duty: ScheduleDuty, whom: Whom, style: Style): readonly string[] {
  const voice = voiceOf(style);
  const names = new Map([...whom].map(([email, { name }]) => [email, name]));
  const people = [...new Set(duty.shifts.map(({ who }) => who))];
  const letters = lettersFor(people, names);
  const paint = painter(style, letters);
  const rows = datesOf(duty).flatMap((date, index) => [
    ...(index === 0 || new Date(date).getUTCDay() === 1 ? [...(index === 0 ? [] : ['']), hoursHead(style)] : []),
    dayRow(date, duty, style, paint),
  ]);
  const legend = [...letters].map(([who, letter]) => `${letter} ${voice.say(names.get(who) ?? who, 40)}`);
  const signs = signsOf(duty, paint);
  return [
    voice.paint(`${voice.say(duty.schedule, 120)}, hours in ${voice.say(duty.timeZone, 60)}`, 'head'),
    ...rows,
    ...sideBySide([...legend, ...signs], style.width),
  ];
}

type Paint = ReturnType<typeof painter>;

function painter(style: Style, letters: ReadonlyMap<string, string>) {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const tones: readonly ChalkInstance[] = [chalk.cyan, chalk.green, chalk.blue, chalk.magenta];
  const order = [...letters.keys()];
  return {
    nobody: chalk.red(style.unicode ? '░' : '-'),
    several: chalk.yellow('2'),
    person(who: string, long: boolean, replaced: boolean): string {
      const letter = letters.get(who) ?? '?';
      const tone = long ? chalk.yellow : (tones[order.indexOf(who) % tones.length] ?? chalk);
      return (replaced ? tone.underline : tone)(long ? letter.toLowerCase() : letter);
    },
  };
}

function datesOf({ timeZone, from, until }: ScheduleDuty): readonly string[] {
  const dates: string[] = [];
  for (let at = from; at < until; at = daysLater(timeZone, at, 1)) dates.push(dateOf(timeZone, at));
  const last = dateOf(timeZone, until - 1);
  return dates.includes(last) ? dates : [...dates, last];
}

function hoursHead(style: Style): string {
  const spread = spreadOf(style);
  const heads = Array.from({ length: 6 }, (_, i) =>
    String(i * 4)
      .padStart(2, '0')
      .padEnd(4 * spread),
  );
  return `${' '.repeat(labelWidth)}${heads.join('').trimEnd()}`;
}

function spreadOf({ width }: Style): number {
  return width >= roomy ? 2 : 1;
}

function dayRow(date: string, duty: ScheduleDuty, style: Style, paint: Paint): string {
  const long = longRuns(duty.shifts, duty.timeZone, limit);
  const hours = wallHours(duty.timeZone, date);
  const cells = hours.map(({ start, end }) => cellOf(Math.max(start, duty.from), Math.min(end, duty.until), duty, long, paint));
  const length = hoursOfDay(duty.timeZone, date);
  const [first, last] = [hours[0]?.start ?? 0, hours.at(-1)?.end ?? 0];
  const marked = duty.replacements.some((one) => one.start < Math.min(last, duty.until) && one.end > Math.max(first, duty.from));
  const after = `${length === 24 ? '' : ` ${length} h`}${marked ? ' *' : ''}`;
  return `${inWords(date).padEnd(labelWidth)}${cells.join(' '.repeat(spreadOf(style) - 1))}${after}`.trimEnd();
}

function cellOf(
  from: Instant,
  until: Instant,
  duty: ScheduleDuty,
  long: readonly (Shift & { readonly hours: number })[],
  paint: Paint,
): string {
  if (from >= until) return ' ';
  const inside = duty.shifts.flatMap((shift) => {
    const length = Math.min(shift.end, until) - Math.max(shift.start, from);
    return length > 0 ? [{ who: shift.who, length }] : [];
  });
  const covered = inside.reduce((sum, { length }) => sum + length, 0);
  if (covered > until - from) return paint.several;
  const most = inside.reduce<{ who: string; length: number } | undefined>(
    (best, one) => (best && best.length >= one.length ? best : one),
    undefined,
  );
  if (most === undefined || covered < until - from) return paint.nobody;
  const tired = long.some((run) => run.who === most.who && run.start + limit * hour < until && from < run.end);
  const replaced = duty.replacements.some((one) => one.who === most.who && one.start < until && one.end > from);
  return paint.person(most.who, tired, replaced);
}

/** What the signs mean, of those that are there to be seen. */
function signsOf(duty: ScheduleDuty, paint: Paint): readonly string[] {
  const inside = duty.replacements.some(({ start, end }) => start < duty.until && end > duty.from);
  const long = longRuns(duty.shifts, duty.timeZone, limit).length > 0;
  const sorted = [...duty.shifts].sort((a, b) => a.start - b.start);
  const open = sorted.reduce(
    (at, { start, end }) => (at.gap || start > at.end ? { gap: true, end: 0 } : { gap: false, end: Math.max(at.end, end) }),
    {
      gap: false,
      end: duty.from,
    },
  );
  return [
    ...(open.gap || open.end < duty.until ? [`${paint.nobody} nobody`] : []),
    ...(long ? [`lower case: past ${limit} hours in a row`] : []),
    ...(inside ? ['* a temporary replacement'] : []),
  ];
}

/** Items side by side, three spaces apart, on lines that fit. */
function sideBySide(items: readonly string[], width: number): readonly string[] {
  const lines: { text: string; width: number }[] = [];
  for (const item of items) {
    const size = widthOf(item.replace(/\u001B\[[0-9;]*m/g, ''));
    const last = lines.at(-1);
    if (last !== undefined && last.width + 3 + size <= width)
      lines[lines.length - 1] = { text: `${last.text}   ${item}`, width: last.width + 3 + size };
    else lines.push({ text: item, width: size });
  }
  return lines.map(({ text }) => text);
}

/** "Mon 07 Sep" */
function inWords(date: string): string {
  const words = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: '2-digit', month: 'short', timeZone: 'UTC' }).format(
    new Date(date),
  );
  return words.replace(',', '').replace('Sept', 'Sep');
}
