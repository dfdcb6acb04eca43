import {
  dateOf,
  daysLater,
  gaps,
  hoursOfDay,
  merged,
  overlapsOf,
  wallHours,
  weekStart,
  type Shift,
  type Span,
} from '../../coverage/index.ts';
import type { Instant } from '../../model/index.ts';
import type { RenderedSchedule } from '../verify-facts.ts';

/** A piece of a row, in hours of the wall clock from the week's Monday 00:00: 0 to 168. */
export interface Bar {
  readonly from: number;
  readonly to: number;
}
export interface WeekRow {
  /** YYYY-MM-DD and how many hours the day has. */
  readonly days: readonly { readonly date: string; readonly hours: number }[];
  readonly shifts: readonly (Bar & { readonly who: string })[];
  readonly gaps: readonly Bar[];
  readonly several: readonly Bar[];
  readonly now?: number;
}

/** A rendered schedule, cut to its span, as rows of seven days on the wall clock of its zone. */
export function weekRows({ timeZone, from, until, shifts: rendered }: RenderedSchedule, now: Instant): readonly WeekRow[] {
  const shifts = cut(rendered, from, until);
  const open = gaps(shifts, from, until);
  const several = overlapsOf(shifts);
  const rows: WeekRow[] = [];
  for (let start = weekStart(timeZone, from); start < until && rows.length < 60; start = daysLater(timeZone, start, 7)) {
    const at = start;
    const days = Array.from({ length: 7 }, (_, index) => dateOf(timeZone, daysLater(timeZone, at, index)));
    const hours = days.flatMap((date) => wallHours(timeZone, date));
    const bars = <S extends Span>(spans: readonly S[]) => spans.flatMap((span) => barsOf(span, hours).map((bar) => ({ ...bar, span })));
    const here = hours.findIndex((hour) => hour.start <= now && now < hour.end);
    const hour = hours[here];
    rows.push({
      days: days.map((date) => ({ date, hours: hoursOfDay(timeZone, date) })),
      shifts: bars(shifts).map(({ span, ...bar }) => ({ ...bar, who: span.who })),
      gaps: bars(open),
      several: bars(several),
      ...(hour === undefined ? {} : { now: here + (now - hour.start) / (hour.end - hour.start) }),
    });
  }
  return rows;
}

/** Parts of the shifts that lie between the two instants, each person's in one piece where they touch. */
export function cut(shifts: readonly Shift[], from: Instant, until: Instant): readonly Shift[] {
  return merged(shifts.map((shift) => ({ ...shift, start: Math.max(shift.start, from), end: Math.min(shift.end, until) })));
}

/** Several where a clock change sets a wall hour apart; an hour that the clock skips has no width. */
function barsOf({ start, end }: Span, hours: readonly Span[]): readonly Bar[] {
  const found: { from: number; to: number }[] = [];
  for (const [index, hour] of hours.entries()) {
    const length = hour.end - hour.start;
    if (length <= 0 || hour.end <= start || hour.start >= end) continue;
    const from = index + Math.max(0, start - hour.start) / length;
    const to = index + Math.min(length, end - hour.start) / length;
    const last = found.at(-1);
    if (last !== undefined && from - last.to < skipped(hours, last.to, from) + 1e-9) last.to = to;
    else found.push({ from, to });
  }
  return found;
}

/** How many wall hours between two places of a row never come. */
function skipped(hours: readonly Span[], from: number, to: number): number {
  return hours.slice(Math.round(from), Math.round(to)).filter((hour) => hour.end <= hour.start).length;
}
