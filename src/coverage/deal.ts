import type { Instant, Layer, Schedule } from '../model/index.ts';
import { firstShown, inStep, turnAt, turnStart, turnWeek, type InStep } from './step.ts';
import { wallClock, week, type WallClock } from './zone.ts';

/**
 * The wanted schedule with `turn` and `start` on every layer.
 *
 * A new schedule begins with the first engineer at once, or at `start` (milliseconds UTC; also read from the wanted layers) where that is still to come.
 * In an existing one the running turn stays with who has it; who was removed hands it to the next of the old order who is still there. Layers that
 * rotate in step agree. `turn` is the latest begin of a turn of `users[0]` that is not after `now`; whole weeks back by the clock on the wall.
 * @throws RangeError for an unknown zone.
 */
export function deal(wanted: Schedule, live: Schedule | undefined, now: Instant, start?: Instant): Schedule {
  const begin = Math.max(now, start ?? now, ...wanted.layers.map((l) => l.start ?? now));
  const rota: Schedule = { ...wanted, layers: wanted.layers.map(withoutDates) };
  const clock = wallClock(rota.timeZone, now - (longestList(rota) + 3) * week, begin + 3 * week);
  const running = runningPart(live);
  const runs = running?.layers.some((l) => (l.start ?? now) <= now) ?? false;
  const starts = new Map(running?.layers.map((l) => [l.name, l.start]));
  const firstWeeks = new Map<Layer, number>();
  for (const group of inStep(rota.layers)) {
    const first = (running && keptWeek(group, running, now, clock)) ?? newWeek(group, rota, begin, clock);
    for (const layer of group.layers) firstWeeks.set(layer, first);
  }
  const layers = rota.layers.map((layer) => ({
    ...layer,
    turn: latestTurn(layer, firstWeeks.get(layer) ?? 0, now, clock),
    start: starts.get(layer.name) ?? wholeSecond(runs ? now : begin),
  }));
  return { ...wanted, layers };
}

/** What of an existing schedule tells whose turn it is. */
function runningPart(live: Schedule | undefined): Schedule | undefined {
  const layers = live?.layers.filter((l) => l.turn !== undefined && l.users.length > 0) ?? [];
  return live && layers.length > 0 ? { ...live, layers } : undefined;
}

/** The week of entry 0 with which the first person has the group's next hours. */
function newWeek(group: InStep, rota: Schedule, begin: Instant, clock: WallClock): number {
  const shown = firstShown(rota, group.leaders, begin) ?? { layer: group.leaders[0], at: begin };
  return turnWeek(shown.layer.anchor, shown.at, clock);
}

/** The week of entry 0 with which the running turn stays with its holder; undefined where nothing that runs resembles the group. */
function keptWeek(group: InStep, running: Schedule, now: Instant, clock: WallClock): number | undefined {
  const at = Math.max(now, Math.min(...running.layers.map((l) => l.start ?? now)));
  const leads = (name: string) => group.leaders.find((l) => l.name === name);
  const known = running.layers.filter((l) => leads(l.name));
  // A rota that somebody made by hand calls its layers otherwise; its people still tell whose turn it is.
  const candidates =
    known.length > 0 ? known : running.layers.filter((l) => group.leaders.some((g) => l.users.some((who) => g.users.includes(who))));
  const last = candidates.at(-1);
  // A turn whose hours are over is not running any more: who has the next hours counts.
  const source = firstShown(running, candidates, at) ?? (last && { layer: last, at });
  if (!source) return undefined;
  const leader = leads(source.layer.name) ?? group.leaders[0];
  const { position } = turnAt(source.layer, running.timeZone, source.at);
  const entry = heir(source.layer.users, position, leader.users);
  return entry === undefined ? undefined : turnWeek(leader.anchor, source.at, clock) - entry;
}

/** Position in `wanted` of who has the turn in `old`, or of the next of the old order who is still there; undefined: all are gone. */
function heir(old: readonly string[], position: number, wanted: readonly string[]): number | undefined {
  const fromHere = [...old.slice(position), ...old.slice(0, position)];
  const who = fromHere.find((person) => wanted.includes(person));
  return who === undefined ? undefined : wanted.indexOf(who);
}

function latestTurn(layer: Layer, firstWeek: number, now: Instant, clock: WallClock): Instant {
  const here = turnWeek(layer.anchor, now, clock);
  const cycle = Math.max(1, layer.users.length);
  const weeksAgo = (((here - firstWeek) % cycle) + cycle) % cycle;
  return turnStart(layer.anchor, here - weeksAgo, clock);
}

/** PagerDuty's times have no fractions. */
function wholeSecond(instant: Instant): Instant {
  return Math.floor(instant / 1000) * 1000;
}

function longestList(schedule: Schedule): number {
  return Math.max(1, ...schedule.layers.map((l) => l.users.length));
}

function withoutDates({ name, users, anchor, restrictions }: Layer): Layer {
  return { name, users, anchor, restrictions };
}
