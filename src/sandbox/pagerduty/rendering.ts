import type { Instant } from '../../model/index.ts';
import type { DstReading, LayerRow, OverrideRow, RestrictionRow } from './types.ts';
import { instantOf, wallOf, type Wall } from './wall-clock.ts';

/** Somebody's hours: from `start`, up to and without `end`. */
export interface Entry {
  readonly start: Instant;
  readonly end: Instant;
  readonly user: string;
}
type Span = Omit<Entry, 'user'>;

export interface Frame {
  readonly since: Instant;
  readonly until: Instant;
  readonly zone: string;
  readonly dst: DstReading;
}

const day = 86_400_000;

/** One layer by itself, turn by turn; entries are not cut to the frame, but every one of them touches it. */
export function renderLayer(layer: LayerRow, frame: Frame): readonly Entry[] {
  const life: Span = { start: layer.start, end: layer.end ?? Number.POSITIVE_INFINITY };
  const open = layer.restrictions.length === 0 ? undefined : openHours(layer.restrictions, frame);
  const entries: Entry[] = [];
  for (const turn of turns(layer, frame)) {
    const alive = overlap(turn, life);
    if (!alive) continue;
    for (const span of open === undefined ? [alive] : cutAll(open, alive)) {
      if (span.end > frame.since && span.start < frame.until) entries.push({ ...span, user: turn.user });
    }
  }
  return entries;
}

/** All layers, the later over the earlier, and overrides over everything, the youngest last. Neighbours of the same person are joined. */
export function renderFinal(layers: readonly (readonly Entry[])[], overrides: readonly OverrideRow[]): readonly Entry[] {
  let result: readonly Entry[] = [];
  for (const layer of layers) result = laidOver(result, layer);
  for (const { start, end, user } of overrides) result = laidOver(result, [{ start, end, user }]);
  return joined(result);
}

export function clipped(entries: readonly Entry[], frame: Pick<Frame, 'since' | 'until'>): readonly Entry[] {
  return entries.flatMap((entry) => {
    const span = overlap(entry, { start: frame.since, end: frame.until });
    return span ? [{ ...span, user: entry.user }] : [];
  });
}

/** Percent of the frame that the entries cover, two decimals. */
export function coverage(entries: readonly Entry[], frame: Pick<Frame, 'since' | 'until'>): number {
  const covered = merged(clipped(entries, frame)).reduce((sum, span) => sum + span.end - span.start, 0);
  return Math.round((covered / (frame.until - frame.since)) * 10_000) / 100;
}

/** Turns that touch the frame. By wall clock a turn's length is counted on the calendar; by elapsed time, in seconds. */
function turns(layer: LayerRow, frame: Frame): readonly Entry[] {
  const length = layer.rotation_turn_length_seconds;
  const anchor = layer.rotation_virtual_start;
  const anchorWall = wallOf(anchor, frame.zone);
  const startOf = (turn: number): Instant =>
    frame.dst === 'wall' ? instantOf(anchorWall + turn * length * 1000, frame.zone) : anchor + turn * length * 1000;
  const first = Math.floor((frame.since - anchor) / (length * 1000)) - 2;
  const result: Entry[] = [];
  for (let turn = first; ; turn += 1) {
    const start = startOf(turn);
    if (start >= frame.until) return result;
    const end = startOf(turn + 1);
    const position = ((turn % layer.users.length) + layer.users.length) % layer.users.length;
    if (end > frame.since && end > start) result.push({ start, end, user: layer.users[position] ?? '' });
  }
}

/** The hours that a layer's restrictions open, sorted and without overlaps. */
function openHours(restrictions: readonly RestrictionRow[], frame: Frame): readonly Span[] {
  const spans: Span[] = [];
  const last = midnight(wallOf(frame.until, frame.zone)) + day;
  for (let date = midnight(wallOf(frame.since, frame.zone)) - 9 * day; date <= last; date += day) {
    for (const restriction of restrictions) {
      if (restriction.type === 'weekly_restriction' && restriction.start_day_of_week !== weekday(date)) continue;
      spans.push(hoursOn(date, restriction, frame));
    }
  }
  return merged(spans);
}

const midnight = (wall: Wall): Wall => Math.floor(wall / day) * day;

/** Monday is 1; the first day of 1970 was a Thursday. */
const weekday = (date: Wall): number => ((date / day + 3) % 7) + 1;

function hoursOn(date: Wall, restriction: RestrictionRow, frame: Frame): Span {
  const [hours = 0, minutes = 0, seconds = 0] = restriction.start_time_of_day.split(':').map(Number);
  const wall = date + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  const start = instantOf(wall, frame.zone);
  const length = restriction.duration_seconds * 1000;
  return { start, end: frame.dst === 'wall' ? instantOf(wall + length, frame.zone) : start + length };
}

function overlap(a: Span, b: Span): Span | undefined {
  const start = Math.max(a.start, b.start);
  const end = Math.min(a.end, b.end);
  return start < end ? { start, end } : undefined;
}

/** The parts of sorted, disjoint `spans` that lie in `within`. */
function cutAll(spans: readonly Span[], within: Span): readonly Span[] {
  return spans.flatMap((span) => overlap(span, within) ?? []);
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const before = result.at(-1);
    if (before && span.start <= before.end) result[result.length - 1] = { start: before.start, end: Math.max(before.end, span.end) };
    else if (span.end > span.start) result.push(span);
  }
  return result;
}

/** `above` hides `below` wherever both are. */
function laidOver(below: readonly Entry[], above: readonly Entry[]): readonly Entry[] {
  const hiding = merged(above);
  const rest: Entry[] = [];
  let next = 0;
  for (const entry of below) {
    while (next < hiding.length && (hiding[next]?.end ?? 0) <= entry.start) next += 1;
    let from = entry.start;
    for (let at = next; at < hiding.length; at += 1) {
      const span = hiding[at];
      if (!span || span.start >= entry.end) break;
      if (span.start > from) rest.push({ start: from, end: span.start, user: entry.user });
      from = Math.max(from, span.end);
    }
    if (from < entry.end) rest.push({ start: from, end: entry.end, user: entry.user });
  }
  return [...rest, ...above].sort((a, b) => a.start - b.start);
}

function joined(entries: readonly Entry[]): readonly Entry[] {
  const result: Entry[] = [];
  for (const entry of entries) {
    const before = result.at(-1);
    if (before && before.user === entry.user && before.end === entry.start) result[result.length - 1] = { ...before, end: entry.end };
    else result.push(entry);
  }
  return result;
}
