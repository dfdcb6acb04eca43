import type { Instant, Layer, Schedule } from '../model/index.ts';
import { anchorInWeek, type Anchor } from './hours.ts';
import { render, turnsOf } from './render.ts';
import { wallClock, mondayOf, week, weekOf, type WallClock } from './zone.ts';

/**
 * Layers that rotate together: entry w of every list is for the same week. The leaders' lists are equal and hold each person once; the others follow,
 * such as the night picks, whose list is as long as the leaders'. A night pick may hold each person once too, hence the search from the top.
 */
export interface InStep {
  readonly leaders: readonly [Layer, ...Layer[]];
  readonly layers: readonly Layer[];
}

export function inStep(layers: readonly Layer[]): readonly InStep[] {
  const groups: { readonly leaders: [Layer, ...Layer[]]; readonly layers: Layer[] }[] = [];
  const eachOnce = (layer: Layer) => new Set(layer.users).size === layer.users.length;
  const fromTop = [...layers].reverse();
  for (const layer of [...fromTop.filter(eachOnce), ...fromTop.filter((l) => !eachOnce(l))]) {
    const group = groups.find(({ leaders: [{ users }] }) => users.length === layer.users.length && among(layer.users, users));
    group?.layers.push(layer);
    if (!group) groups.push({ leaders: [layer], layers: [layer] });
    else if (group.leaders[0].users.every((who, index) => who === layer.users[index])) group.leaders.push(layer);
  }
  return groups;
}

function among(some: readonly string[], all: readonly string[]): boolean {
  const people = new Set(all);
  return some.every((who) => people.has(who));
}

/** The week (counted from 1970-01-05) whose anchor began the turn that runs at the instant. */
export function turnWeek(anchor: Anchor, instant: Instant, clock: WallClock): number {
  const here = weekOf(clock.wall(instant)) + 1;
  return [here, here - 1].find((w) => turnStart(anchor, w, clock) <= instant) ?? here - 2;
}

/** When the turn of that week begins. */
export function turnStart(anchor: Anchor, weekNumber: number, clock: WallClock): Instant {
  return clock.instant(mondayOf(weekNumber) + anchorInWeek(anchor));
}

/** The first of these layers that the final schedule shows from the instant on, and when; undefined: none within nine days. */
export function firstShown(
  schedule: Schedule,
  layers: readonly Layer[],
  from: Instant,
): { readonly layer: Layer; readonly at: Instant } | undefined {
  const marked = schedule.layers.map((layer, index) => ({ ...layer, users: layer.users.length > 0 ? [String(index)] : [], turn: from }));
  for (const shift of render({ ...schedule, layers: marked }, from, from + 9 * (week / 7))) {
    const layer = schedule.layers[Number(shift.who)];
    if (layer && layers.includes(layer)) return { layer, at: shift.start };
  }
  return undefined;
}

/** Position in `layer.users` and person whose turn it is at the instant. */
export function turnAt(layer: Layer, zone: string, instant: Instant): { readonly position: number; readonly who: string } {
  const turns = turnsOf(layer, zone, wallClock(zone, instant - 2 * week, instant + 2 * week), 'wall');
  const turn = turns.at(instant);
  const count = layer.users.length;
  return { position: ((turn % count) + count) % count, who: turns.who(turn) };
}

/**
 * The engineer whose week it is: of the largest rotation of a dealt schedule, who has its hours at the instant or has them next.
 * On a weekday night the region's pick may be on call; the week is still the engineer's. undefined: nobody rotates.
 */
export function whoseWeek(schedule: Schedule, instant: Instant): string | undefined {
  const rotating = inStep(schedule.layers.filter((l) => l.users.length > 0 && l.turn !== undefined));
  const size = (group: InStep) => group.leaders[0].users.length;
  const largest = rotating.reduce<InStep | undefined>((best, group) => (best && size(best) >= size(group) ? best : group), undefined);
  if (!largest) return undefined;
  const shown = firstShown(schedule, largest.leaders, instant) ?? { layer: largest.leaders[0], at: instant };
  return turnAt(shown.layer, schedule.timeZone, shown.at).who;
}
