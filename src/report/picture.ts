import { Chalk, type ChalkInstance } from 'chalk';
import {
  coveredHours,
  dateOf,
  daysLater,
  dstChanges,
  hoursOfDay,
  longRuns,
  overlapsOf,
  render,
  wallHours,
  weekStart,
  type Shift,
  type Span,
} from '../coverage/index.ts';
import { clean } from '../engine/index.ts';
import type { Instant, Schedule } from '../model/index.ts';

export interface PictureStyle {
  readonly color: boolean;
  readonly unicode: boolean;
  /** Columns; 40 are enough. */
  readonly width: number;
}

export interface PictureFacts {
  /** Dealt. Several: those that a level calls at once. */
  readonly schedules: readonly Schedule[];
  /** Names by e-mail; whoever is missing goes by the e-mail. */
  readonly names: ReadonlyMap<string, string>;
  readonly now: Instant;
  /** 'first': only the ordinary week, with the days on which clocks change named. */
  readonly weeks?: 'first' | 'all';
}

const hour = 3_600_000;
const limit = 12;
const labelWidth = 11;
/** Below it a column of the picture is one character wide. */
const roomy = 72;

/** What one hour shows. */
interface Cell {
  readonly kind: 'person' | 'several' | 'nobody' | 'none';
  readonly who?: string;
  readonly long?: boolean;
}

interface Brush {
  readonly cell: (cell: Cell) => string;
  readonly nobody: string;
  readonly several: string;
  readonly head: (text: string) => string;
}

/**
 * Who is on call, as lines for a terminal: one row a day, one column an hour of the wall clock in the schedule's zone, a letter per person.
 * An ordinary week, the first whole one; then the coming year's weeks with a clock change. Several schedules: each by itself, then together.
 * Nobody is `░` (ASCII `-`) in red, two at once `2`, and a lower-case letter is somebody past 12 hours in a row, the guide's weekend apart.
 */
export function weekPicture({ schedules, names, now, weeks: wanted = 'all' }: PictureFacts, style: PictureStyle): readonly string[] {
  const [first] = schedules;
  if (!first) return [];
  const begin = Math.max(now, ...schedules.flatMap((s) => s.layers.map((l) => l.start ?? now)));
  const year = weeksToShow(first.timeZone, begin);
  const weeks = wanted === 'all' ? year : year.slice(0, 1);
  const left = year.slice(weeks.length).map(({ title }) => [`${title.split(',', 1).join('')} (drawn in the plan)`]);
  const groups = schedules.length > 1 ? [...schedules.map((s) => [s]), schedules] : [[first]];
  const drawn = groups.map((group) => ({
    title: group.map((s) => clean(s.name)).join(' and '),
    zone: first.timeZone,
    weeks: weeks.map((week) => ({ ...week, shifts: group.map((s) => render(s, Math.max(begin, week.start - 2 * 24 * hour), week.end)) })),
  }));
  const letters = lettersFor([...new Set(drawn.flatMap((d) => d.weeks.flatMap((w) => w.shifts.flat().map((s) => s.who))))], names);
  const brush = brushOf(style, letters);
  return [
    ...drawn.flatMap((block) => [
      brush.head(`${block.title}, hours in ${clean(block.zone)}`),
      ...block.weeks.flatMap((week) => weekLines(week, block.zone, begin, style, brush)),
      ...notes(block, begin, names, brush, letters).flatMap((note) => wrapped(note, style.width)),
      '',
    ]),
    ...wrapped(
      [...letters].map(([who, letter]) => `${letter} ${nameOf(who, names)}`),
      style.width,
    ),
    ...left.flatMap((note) => wrapped(note, style.width)),
  ];
}

interface Week extends Span {
  readonly title: string;
}

interface DrawnWeek extends Week {
  readonly shifts: readonly (readonly Shift[])[];
}

function weeksToShow(zone: string, begin: Instant): readonly Week[] {
  const week = (start: Instant, title: string): Week => ({ start, end: daysLater(zone, start, 7), title });
  let ordinary = weekStart(zone, begin);
  const jumps = dstChanges(zone, begin, 2).filter((jump) => jump < begin + 366 * 24 * hour);
  const odd = jumps.map((jump) => weekStart(zone, jump));
  while (ordinary < begin || odd.includes(ordinary)) ordinary = daysLater(zone, ordinary, 7);
  return [
    week(ordinary, ''),
    ...jumps.map((jump, i) => {
      const date = dateOf(zone, jump);
      return week(odd[i] ?? jump, `clocks change on ${inWords(date)} ${date.slice(0, 4)}, a day of ${hoursOfDay(zone, date)} hours`);
    }),
  ];
}

function weekLines(week: DrawnWeek, zone: string, begin: Instant, style: PictureStyle, brush: Brush): readonly string[] {
  const spread = style.width >= roomy ? 2 : 1;
  const head = Array.from({ length: 6 }, (_, i) =>
    String(i * 4)
      .padStart(2, '0')
      .padEnd(4 * spread),
  )
    .join('')
    .trimEnd();
  const long = longRuns(week.shifts.flat(), zone, limit);
  const dates = Array.from({ length: 7 }, (_, i) => dateOf(zone, daysLater(zone, week.start, i)));
  return [
    ...(week.title === '' ? [] : ['', week.title]),
    `${' '.repeat(labelWidth)}${head}`,
    ...dates.map((date) => {
      const cells = wallHours(zone, date).map((span) => brush.cell(cellOf(span, week.shifts, long, begin)));
      const length = hoursOfDay(zone, date);
      return `${inWords(date).padEnd(labelWidth)}${cells.join(' '.repeat(spread - 1))}${length === 24 ? '' : ` ${length} h`}`.trimEnd();
    }),
  ];
}

function cellOf(
  { start, end }: Span,
  lists: readonly (readonly Shift[])[],
  long: readonly (Span & { who: string })[],
  begin: Instant,
): Cell {
  const from = Math.max(start, begin);
  if (from >= end) return { kind: 'none' };
  const inside = lists.map((shifts) => shifts.flatMap((s) => within(s, from, end)));
  const all = inside.flat();
  if (overlapsOf(...inside).length > 0) return { kind: 'several' };
  if (coveredHours(all, from, end) * hour < end - from) return { kind: 'nobody' };
  const who = all.reduce<Shift | undefined>((most, s) => (most && most.end - most.start >= s.end - s.start ? most : s), undefined)?.who;
  if (who === undefined) return { kind: 'nobody' };
  const past = long.some((run) => run.who === who && run.start + limit * hour < end && start < run.end);
  return { kind: 'person', who, long: past };
}

function within(shift: Shift, from: Instant, until: Instant): readonly Shift[] {
  const cut = { ...shift, start: Math.max(shift.start, from), end: Math.min(shift.end, until) };
  return cut.start < cut.end ? [cut] : [];
}

/** What the marks of a block mean, with the numbers of its ordinary week. */
function notes(
  block: { readonly zone: string; readonly weeks: readonly DrawnWeek[] },
  begin: Instant,
  names: ReadonlyMap<string, string>,
  brush: Brush,
  letters: ReadonlyMap<string, string>,
): readonly (readonly string[])[] {
  const [week] = block.weeks;
  if (!week) return [];
  const total = (week.end - week.start) / hour;
  const lists = week.shifts.map((shifts) => shifts.flatMap((s) => within(s, week.start, week.end)));
  const open = total - coveredHours(lists.flat(), week.start, week.end);
  const both = overlapsOf(...lists).reduce((sum, o) => sum + (o.end - o.start) / hour, 0);
  const tired = [...new Set(block.weeks.flatMap((w) => longRuns(w.shifts.flat(), block.zone, limit).map((run) => run.who)))];
  const found: string[][] = [];
  if (open > 0) found.push([`${brush.nobody} nobody is on call: ${rounded(open)} of ${total} hours`]);
  if (both > 0) found.push([`${brush.several} two people are called at once: ${rounded(both)} of ${total} hours`]);
  if (tired.length > 0 && begin < week.end) {
    const who = tired.map((email) => `${letters.get(email)?.toLowerCase() ?? '?'} ${nameOf(email, names)}`);
    found.push([`lower case: past ${limit} hours in a row, the weekend apart:`, ...who]);
  }
  return found;
}

/** A letter of the name where one is free; 2 is taken, and after the alphabet there are digits. */
export function lettersFor(people: readonly string[], names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const letters = new Map<string, string>();
  const free = new Set('ABCDEFGHIJKLMNOPQRSTUVWXYZ3456789');
  for (const who of people) {
    const own = [...nameOf(who, names).toUpperCase()].find((letter) => /[A-Z]/.test(letter) && free.has(letter));
    const letter = own ?? [...free][0] ?? '?';
    free.delete(letter);
    letters.set(who, letter);
  }
  return letters;
}

function brushOf(style: PictureStyle, letters: ReadonlyMap<string, string>): Brush {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const tones: readonly ChalkInstance[] = [chalk.cyan, chalk.green, chalk.blue, chalk.magenta];
  const order = [...letters.keys()];
  const nobody = chalk.red(style.unicode ? '░' : '-');
  const several = chalk.yellow('2');
  return {
    nobody,
    several,
    head: (text) => chalk.bold(text),
    cell({ kind, who = '', long }) {
      if (kind === 'none') return ' ';
      if (kind !== 'person') return kind === 'nobody' ? nobody : several;
      const letter = letters.get(who) ?? '?';
      return long === true ? chalk.yellow(letter.toLowerCase()) : (tones[order.indexOf(who) % tones.length] ?? chalk)(letter);
    },
  };
}

/** Items side by side, three spaces apart, on lines that fit. */
function wrapped(items: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  for (const item of items) {
    const longer = `${lines.at(-1) ?? ''}   ${item}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

function nameOf(email: string, names: ReadonlyMap<string, string>): string {
  return clean(names.get(email) ?? email, 30);
}

/** "Mon 07 Sep" */
function inWords(date: string): string {
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][new Date(date).getUTCDay()];
  const month = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'][Number(date.slice(5, 7)) - 1];
  return `${weekday ?? ''} ${date.slice(8)} ${month ?? ''}`;
}

function rounded(hours: number): number {
  return Math.round(hours * 100) / 100;
}
