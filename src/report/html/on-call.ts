import { dstChanges, gaps, hoursOfDay, dateOf, longRuns, type Shift, type Span } from '../../coverage/index.ts';
import type { Instant } from '../../model/index.ts';
import { lettersFor } from '../picture.ts';
import type { RenderedSchedule } from '../verify-facts.ts';
import { hues } from './css.ts';
import { picture, unitsOf } from './drawing.ts';
import { markup, type Markup } from './markup.ts';
import { dayInWords, hoursOf, time } from './times.ts';
import { cut, weekRows, type Bar, type WeekRow } from './weeks.ts';

const dayWidth = 144;
const perHour = dayWidth / 24;
const barHeight = 26;
const rowHeight = 52;
const roomForWord = 50;
/** So many gaps are told one by one. */
const told = 5;
/** Hours in a row after which somebody is marked, the guide's own weekend apart. */
const limit = 12;

/** Everyone's colour and letter, the same in every picture of a page. */
export interface Cast {
  readonly names: ReadonlyMap<string, string>;
  readonly letters: ReadonlyMap<string, string>;
}

export function castOf(schedules: readonly RenderedSchedule[], names: ReadonlyMap<string, string>): Cast {
  const people = [...new Set(schedules.flatMap(({ shifts }) => shifts.map((shift) => shift.who)))];
  return { names, letters: lettersFor(people, names) };
}

/** One schedule: its weeks as a picture, who has how many hours, what is amiss, and the same as a table. */
export function scheduleFigure(schedule: RenderedSchedule, index: number, cast: Cast, now: Instant): Markup {
  const { name, timeZone, from, until } = schedule;
  const shifts = cut(schedule.shifts, from, until);
  return markup`<h3>${name}</h3>
    <figure>
      <figcaption>As PagerDuty renders it, overrides included. Hours in ${timeZone}.</figcaption>
      ${drawing(schedule, shifts, index, cast, now)} ${legend(shifts, cast)} ${notes(schedule, shifts, cast)}
    </figure>
    <details>
      <summary>${name} as a table</summary>
      <table>
        <caption>
          Shifts from ${time(from, timeZone)} until ${time(until, timeZone)}
        </caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Until</th>
            <th scope="col">Hours</th>
            <th scope="col">On call</th>
          </tr>
        </thead>
        <tbody>
          ${shifts.map((shift) => shiftRow(shift, timeZone, cast))}
        </tbody>
      </table>
    </details>`;
}

function drawing(schedule: RenderedSchedule, shifts: readonly Shift[], index: number, cast: Cast, now: Instant): Markup {
  const rows = weekRows(schedule, now);
  const hours = [...hoursByPerson(shifts)].map(([who, sum]) => `${nameOf(who, cast)} ${hoursOf(sum)} hours`);
  const open = openHours(schedule, shifts);
  return picture({
    id: `oncall-${index}`,
    title: `${schedule.name}: who is on call, week by week`,
    description: `${[...hours, `nobody ${open} hours`].join('; ')}. The same as a table follows.`,
    width: 7 * dayWidth + 2,
    height: rows.length * rowHeight + 4,
    least: 800,
    content: rows.map((row, line) => weekDrawing(row, line * rowHeight + 2, cast)),
  });
}

function weekDrawing(row: WeekRow, top: number, cast: Cast): Markup {
  const y = top + 17;
  const at = (hour: number) => round(1 + hour * perHour);
  const days = row.days.map(({ date, hours }, index) => {
    const x = at(index * 24);
    const odd = hours === 24 ? '' : ` (${hours} h)`;
    return markup`<text x="${x + 4}" y="${top + 11}" class="quiet">${`${dayInWords(date)}${odd}`}</text><line x1="${x + dayWidth / 2}" y1="${y - 3}" x2="${x + dayWidth / 2}" y2="${y}" class="tick" />`;
  });
  const edges = Array.from(
    { length: 8 },
    (_, index) => markup`<line x1="${at(index * 24)}" y1="${top}" x2="${at(index * 24)}" y2="${y + barHeight}" class="day" />`,
  );
  const several = row.several.map(
    (bar) => markup`<rect x="${at(bar.from)}" y="${y + 1}" width="${widthOf(bar)}" height="${barHeight - 2}" class="several" />`,
  );
  const here = row.now === undefined ? [] : [nowLine(at(row.now), top, y + barHeight + 3)];
  // A day's edge goes through a night shift, but not through its name.
  return markup`<g><rect x="1" y="${y}" width="${7 * dayWidth}" height="${barHeight}" class="empty" />${days}
    ${row.shifts.map((bar) => shiftBar(bar, at(bar.from), y, cast))}${row.gaps.map((bar) => gapBar(bar, at(bar.from), y))}${several}${edges}
    ${row.shifts.map((bar) => shiftLabel(bar, at(bar.from), y, cast))}${row.gaps.map((bar) => gapLabel(bar, at(bar.from), y))}${here}</g>`;
}

function nowLine(x: number, top: number, bottom: number): Markup {
  return markup`<line x1="${x}" y1="${top}" x2="${x}" y2="${bottom}" class="now"><title>now</title></line>`;
}

type ShiftBar = WeekRow['shifts'][number];

function shiftBar(bar: ShiftBar, x: number, y: number, cast: Cast): Markup {
  return markup`<rect x="${x}" y="${y}" width="${widthOf(bar)}" height="${barHeight}" class="shift p${hueOf(bar.who, cast)}"><title>${nameOf(bar.who, cast)}</title></rect>`;
}

/** The name where there is room for it, else the letter. */
function shiftLabel(bar: ShiftBar, x: number, y: number, cast: Cast): Markup | undefined {
  const width = widthOf(bar);
  const label = [shortName(bar.who, cast), cast.letters.get(bar.who) ?? ''].find((text) => unitsOf(text) + 4 <= width);
  return label === undefined ? undefined : markup`<text x="${round(x + width / 2)}" y="${y + 17}" class="who">${label}</text>`;
}

/** Not by colour alone: a cross, or the word where there is room for it. */
function gapBar(bar: Bar, x: number, y: number): Markup {
  const width = widthOf(bar);
  const inner = barHeight - 2;
  const cross = markup`<path d="M${x} ${y + 1}l${width} ${inner}m0 -${inner}l-${width} ${inner}" class="hatch" />`;
  return markup`<g><title>nobody</title><rect x="${x}" y="${y + 1}" width="${width}" height="${inner}" class="gap" />${width > roomForWord ? undefined : cross}</g>`;
}

function gapLabel(bar: Bar, x: number, y: number): Markup | undefined {
  const width = widthOf(bar);
  return width > roomForWord ? markup`<text x="${round(x + width / 2)}" y="${y + 17}" class="who bad">nobody</text>` : undefined;
}

function legend(shifts: readonly Shift[], cast: Cast): Markup {
  const people = [...hoursByPerson(shifts)].map(
    ([who, sum]) =>
      markup`<li><span class="key p${hueOf(who, cast)}" aria-hidden="true">${cast.letters.get(who) ?? ''}</span>${nameOf(who, cast)}: ${hoursOf(sum)} h</li>`,
  );
  return markup`<ul class="legend">
    ${people}
  </ul>`;
}

function notes(schedule: RenderedSchedule, shifts: readonly Shift[], cast: Cast): readonly Markup[] {
  const { from, until, timeZone } = schedule;
  const open = gaps(shifts, from, until);
  const jumps = dstChanges(timeZone, from, 2).filter((jump) => jump < until);
  const tired = [...new Set(longRuns(shifts, timeZone, limit).map((run) => nameOf(run.who, cast)))];
  return [
    open.length === 0 ? markup`<p>Somebody is on call at every hour.</p>` : gapsTold(schedule, shifts, open),
    ...(tired.length === 0 ? [] : [markup`<p>More than ${limit} hours in a row, weekends apart: ${tired.join(', ')}.</p>`]),
    ...jumps.map(
      (jump) =>
        markup`<p>
          Clocks change on ${dayInWords(dateOf(timeZone, jump))}, a day of ${hoursOfDay(timeZone, dateOf(timeZone, jump))} hours.
        </p>`,
    ),
  ];
}

function gapsTold(schedule: RenderedSchedule, shifts: readonly Shift[], open: readonly Span[]): Markup {
  const { timeZone } = schedule;
  const rest = open.length - told;
  return markup`<p class="alarm">Nobody is on call for ${openHours(schedule, shifts)} hours:</p>
    <ul>
      ${open.slice(0, told).map(({ start, end }) => markup`<li>${time(start, timeZone)} until ${time(end, timeZone)}</li>`)}
      ${rest > 0 ? markup`<li>and ${rest} times more</li>` : undefined}
    </ul>`;
}

function shiftRow(shift: Shift, timeZone: string, cast: Cast): Markup {
  return markup`<tr>
    <td>${time(shift.start, timeZone)}</td>
    <td>${time(shift.end, timeZone)}</td>
    <td>${hoursOf(shift.end - shift.start)}</td>
    <th scope="row">${nameOf(shift.who, cast)}</th>
  </tr>`;
}

function hoursByPerson(shifts: readonly Shift[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { who, start, end } of shifts) sums.set(who, (sums.get(who) ?? 0) + end - start);
  return sums;
}

function openHours({ from, until }: RenderedSchedule, shifts: readonly Shift[]): number {
  return hoursOf(gaps(shifts, from, until).reduce((sum, { start, end }) => sum + end - start, 0));
}

export function nameOf(email: string, { names }: Cast): string {
  return names.get(email) ?? email;
}

/** A first name where only one has it. */
function shortName(email: string, cast: Cast): string {
  const first = (who: string) => nameOf(who, cast).split(/[\s@]/)[0] ?? '';
  const own = first(email);
  const same = [...cast.letters.keys()].filter((who) => first(who) === own).length;
  return same > 1 || own === '' ? nameOf(email, cast) : own;
}

function hueOf(email: string, { letters }: Cast): number {
  return Math.max(0, [...letters.keys()].indexOf(email)) % hues;
}

function widthOf({ from, to }: Bar): number {
  return round((to - from) * perHour);
}

function round(units: number): number {
  return Math.round(units * 100) / 100;
}
