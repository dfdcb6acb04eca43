import type { Instant } from '../model/index.ts';

/** Half-open: from `start` until just before `end`. */
export interface Span {
  readonly start: Instant;
  readonly end: Instant;
}

/** Somebody on call from when to when. */
export interface Shift extends Span {
  /** E-mail. */
  readonly who: string;
  /** The layer that all of it comes from, where it is one. */
  readonly layer?: string;
}

/** Who is called at once, each named once. */
export interface Overlap extends Span {
  readonly who: readonly string[];
}

/** Where two renderings of a schedule disagree; undefined: nobody. */
export interface Difference extends Span {
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** In order, without empty ones; a person's shifts that touch are one. */
export function merged(shifts: readonly Shift[]): readonly Shift[] {
  const result: Shift[] = [];
  for (const shift of [...shifts].sort((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (shift.end <= shift.start) continue;
    if (last && last.who === shift.who && last.end >= shift.start) result[result.length - 1] = oneShift(last, shift);
    else result.push(shift);
  }
  return result;
}

/** Spans of [from, until) that no shift of the list covers. The list may hold several schedules' shifts in any order. */
export function gaps(shifts: readonly Span[], from: Instant, until: Instant): readonly Span[] {
  const open: Span[] = [];
  let at = from;
  for (const { start, end } of [...shifts].sort((a, b) => a.start - b.start)) {
    if (start >= until) break;
    if (start > at) open.push({ start: at, end: start });
    at = Math.max(at, end);
  }
  if (at < until) open.push({ start: at, end: until });
  return open;
}

/** Hours of [from, until) with somebody on call; two people at once count once. */
export function coveredHours(shifts: readonly Span[], from: Instant, until: Instant): number {
  const open = gaps(shifts, from, until).reduce((sum, gap) => sum + gap.end - gap.start, 0);
  return (until - from - open) / 3_600_000;
}

/** Where two or more different people are on call at once, over any number of schedules' shifts. */
export function overlapsOf(...lists: readonly (readonly Shift[])[]): readonly Overlap[] {
  const result: Overlap[] = [];
  for (const { start, end, shifts } of pieces(lists.flat())) {
    const who = [...new Set(shifts.map((s) => s.who))].sort();
    if (who.length < 2) continue;
    const last = result.at(-1);
    if (last && last.end === start && last.who.join('\n') === who.join('\n')) result[result.length - 1] = { ...last, end };
    else result.push({ start, end, who });
  }
  return result;
}

/**
 * The hours on which two renderings of one schedule disagree, in order. Both lists are of one schedule: one person at a time.
 * `theirs: undefined` with an `ours` is an hour that would have nobody. Less than a second is no difference: PagerDuty's times have no fractions.
 */
export function differences(ours: readonly Shift[], theirs: readonly Shift[]): readonly Difference[] {
  const sided = [...ours.map((s) => ({ ...s, ours: true })), ...theirs.map((s) => ({ ...s, ours: false }))];
  const result: Difference[] = [];
  for (const { start, end, shifts } of pieces(sided)) {
    const our = shifts.find((s) => s.ours)?.who;
    const their = shifts.find((s) => !s.ours)?.who;
    if (our === their) continue;
    const last = result.at(-1);
    if (last && last.end === start && last.ours === our && last.theirs === their) result[result.length - 1] = { ...last, end };
    else result.push({ start, end, ours: our, theirs: their });
  }
  return result.filter((d) => d.end - d.start >= 1000);
}

/** Who is on call at an instant; undefined: nobody. */
export function whoAt(shifts: readonly Shift[], instant: Instant): string | undefined {
  return shifts.find((s) => s.start <= instant && instant < s.end)?.who;
}

/** Cuts time wherever a shift begins or ends; only pieces in which somebody is on call. */
function pieces<S extends Span>(shifts: readonly S[]): readonly (Span & { readonly shifts: readonly S[] })[] {
  const sorted = shifts.filter((s) => s.start < s.end).sort((a, b) => a.start - b.start);
  const cuts = [...new Set(sorted.flatMap((s) => [s.start, s.end]))].sort((a, b) => a - b);
  const result: (Span & { readonly shifts: readonly S[] })[] = [];
  let next = 0;
  let active: S[] = [];
  for (const [index, start] of cuts.entries()) {
    const end = cuts[index + 1];
    active = active.filter((s) => s.end > start);
    for (let shift = sorted[next]; shift && shift.start <= start; shift = sorted[++next]) active.push(shift);
    if (end !== undefined && active.length > 0) result.push({ start, end, shifts: active });
  }
  return result;
}

function oneShift(a: Shift, b: Shift): Shift {
  const joined = { start: a.start, end: Math.max(a.end, b.end), who: a.who };
  return a.layer !== undefined && a.layer === b.layer ? { ...joined, layer: a.layer } : joined;
}
