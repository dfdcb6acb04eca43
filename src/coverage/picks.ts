/**
 * Who of a region has the open hours in each engineer's week: entry w is for the week of `engineers[w]`.
 * Never the week's engineer where the region has another, and as many weeks for everyone as possible (counts differ by one at most), far apart.
 * @returns one entry where the region has a single person: there is nothing to rotate.
 */
export function regionPicks(engineers: readonly string[], region: readonly string[]): readonly string[] {
  if (region.length < 2) return region;
  const picks: string[] = [];
  const weeks = new Map(region.map((who) => [who, 0]));
  const last = new Map<string, number>();
  for (const [index, engineer] of engineers.entries()) {
    const pick = best(region, (who) => [who === engineer ? 1 : 0, weeks.get(who) ?? 0, last.get(who) ?? -Infinity]);
    picks.push(pick);
    weeks.set(pick, (weeks.get(pick) ?? 0) + 1);
    last.set(pick, index);
  }
  return evened(engineers, picks, weeks);
}

/** Moves weeks from whoever has the most to whoever has the fewest, while that is more than one apart. */
function evened(engineers: readonly string[], picks: readonly string[], counted: ReadonlyMap<string, number>): readonly string[] {
  const result = [...picks];
  const weeks = new Map(counted);
  const region = [...weeks.keys()];
  for (;;) {
    const most = best(region, (who) => [-(weeks.get(who) ?? 0)]);
    const fewest = best(region, (who) => [weeks.get(who) ?? 0]);
    if ((weeks.get(most) ?? 0) - (weeks.get(fewest) ?? 0) < 2) return result;
    // Somebody with two weeks more has one that is not the other's own: a person is the week's engineer once in the list.
    const week = result.findLastIndex((who, index) => who === most && engineers[index] !== fewest);
    if (week < 0) return result;
    result[week] = fewest;
    weeks.set(most, (weeks.get(most) ?? 0) - 1);
    weeks.set(fewest, (weeks.get(fewest) ?? 0) + 1);
  }
}

/** The first with the least rank, compared entry by entry. */
function best(people: readonly string[], rank: (who: string) => readonly number[]): string {
  let found = '';
  let least: readonly number[] = [Infinity];
  for (const who of people) {
    const ranked = rank(who);
    const differs = ranked.findIndex((value, index) => value !== least[index]);
    if (differs >= 0 && (ranked[differs] ?? 0) < (least[differs] ?? Infinity)) {
      found = who;
      least = ranked;
    }
  }
  return found;
}
