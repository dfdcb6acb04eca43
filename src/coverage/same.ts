import type { FieldDiff, Layer } from '../model/index.ts';
import { anchorInWeek, anchorInWords, hoursInWords, weekParts } from './hours.ts';
import { inStep } from './step.ts';
import { day } from './zone.ts';

/**
 * What makes `before` (the layers as they are, with `turn`) another rota than `after` (as they are wanted), in English; [] means the same.
 * Not compared: when layers start, which of equal cycles an anchor lies in, at whom a list begins, how hours are cut into restrictions.
 * Compared: names, order, hours, weekday and wall time of the turn, cyclic order of the people, `end`, and that layers which rotate in step
 * agree whose week it is.
 */
export function sameRota(before: readonly Layer[], after: readonly Layer[]): readonly FieldDiff[] {
  const found = new Map(before.map((layer) => [layer.name, layer]));
  const wanted = new Set(after.map((layer) => layer.name));
  return [
    ...after.flatMap((layer) => {
      const live = found.get(layer.name);
      return live ? layerDiffs(live, layer) : [{ field: `layer ${layer.name}`, from: 'missing', to: inWords(layer) }];
    }),
    ...before.filter((l) => !wanted.has(l.name)).map((l) => ({ field: `layer ${l.name}`, from: inWords(l), to: 'none' })),
    ...orderDiff(before, after),
    ...stepDiffs(found, after),
  ];
}

function layerDiffs(before: Layer, after: Layer): readonly FieldDiff[] {
  const diffs: FieldDiff[] = [];
  const differ = (what: string, from: string, to: string) => diffs.push({ field: `${after.name}: ${what}`, from, to });
  if (JSON.stringify(weekParts(before.restrictions)) !== JSON.stringify(weekParts(after.restrictions))) {
    differ('hours', hoursInWords(before.restrictions), hoursInWords(after.restrictions));
  }
  // A turn that always goes to the same person may change at any time.
  const turns = new Set([...before.users, ...after.users]).size > 1;
  if (turns && anchorInWeek(before.anchor) !== anchorInWeek(after.anchor)) {
    differ('turn changes', anchorInWords(before.anchor), anchorInWords(after.anchor));
  }
  if (rotationOf(before.users, after.users) === undefined) differ('rotation', peopleInWords(before.users), peopleInWords(after.users));
  if (before.end !== undefined) differ('ends', new Date(before.end).toISOString(), 'never');
  return diffs;
}

function orderDiff(before: readonly Layer[], after: readonly Layer[]): readonly FieldDiff[] {
  const shared = (layers: readonly Layer[], others: readonly Layer[]) =>
    layers.map((l) => l.name).filter((name) => others.some((o) => o.name === name));
  const [from, to] = [shared(before, after).join(' < '), shared(after, before).join(' < ')];
  return from === to ? [] : [{ field: 'order of layers', from, to }];
}

/** Layers that rotate in step, and by how many turns one is ahead of those that most agree with. */
function stepDiffs(found: ReadonlyMap<string, Layer>, after: readonly Layer[]): readonly FieldDiff[] {
  return inStep(after).flatMap((group) => {
    const phases = group.layers.flatMap((wanted) => {
      const live = found.get(wanted.name);
      const phase = live && phaseOf(live, wanted);
      return phase === undefined ? [] : [{ name: wanted.name, phase, cycle: shortestCycle(wanted.users).length }];
    });
    const ahead = (of: { readonly phase: number; readonly cycle: number }, other: { readonly phase: number }) =>
      (((of.phase - other.phase) % of.cycle) + of.cycle) % of.cycle;
    const agreeing = phases.map((one) => phases.filter((other) => ahead(other, one) === 0).length);
    const reference = phases[agreeing.indexOf(Math.max(...agreeing))];
    return phases.flatMap((one) => {
      const turns = reference ? ahead(one, reference) : 0;
      return turns === 0
        ? []
        : [{ field: `${one.name}: whose week`, from: `${turns} of ${one.cycle} turns ahead of ${reference?.name ?? ''}`, to: 'in step' }];
    });
  });
}

/** Which entry of the wanted list has week 0; undefined where that cannot be told or the rotation is another. */
function phaseOf(live: Layer, wanted: Layer): number | undefined {
  const rotation = rotationOf(live.users, wanted.users);
  if (rotation === undefined || live.turn === undefined) return undefined;
  // Monday 00:00 on the wall is at most 14 hours from that of UTC: the nearest one is meant, in any zone.
  const weekNumber = Math.round(((live.turn - anchorInWeek(live.anchor)) / day - 4) / 7);
  return rotation - weekNumber;
}

/** How far the first list is turned against the second; undefined: they are not the same circle. */
function rotationOf(a: readonly string[], b: readonly string[]): number | undefined {
  const [left, right] = [shortestCycle(a), shortestCycle(b)];
  if (left.length !== right.length) return undefined;
  const found = right.findIndex((_, by) => left.every((who, index) => who === right[(index + by) % right.length]));
  return found < 0 ? (left.length === 0 ? 0 : undefined) : found;
}

/** "a b a b" is the circle "a b". */
function shortestCycle(users: readonly string[]): readonly string[] {
  const length = users.findIndex((_, at) => at > 0 && users.length % at === 0 && users.every((who, index) => who === users[index % at]));
  return length < 0 ? users : users.slice(0, length);
}

function inWords(layer: Layer): string {
  return `${hoursInWords(layer.restrictions)}: ${peopleInWords(layer.users)}`;
}

function peopleInWords(users: readonly string[]): string {
  const shown = users.slice(0, 6).join(' → ');
  return users.length > 6 ? `${shown} … (${users.length})` : shown || 'nobody';
}
