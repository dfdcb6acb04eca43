/**
 * Who of a region has the open hours in each engineer's week: entry w is for the week of `engineers[w]`.
 * Never the week's engineer where the region has another, and as many weeks for everyone as possible (counts differ by one at most), far apart.
 * @returns one entry where the region has a single person: there is nothing to rotate.
 */
export function regionPicks(engineers: readonly string[], region: readonly string[]): readonly string[] {
  if (region.length < 2) return region;
  const picks: string[] = [];
  const weeks = new Map(region.map((who) => [who, 0]));
  // Whoever has had the fewest weeks stands first, of those the one whose last is longest ago.
  const queue = [...region];
  for (const engineer of engineers) {
    const [pick = ''] = queue.splice(queue[0] === engineer ? 1 : 0, 1);
    const had = (weeks.get(pick) ?? 0) + 1;
    picks.push(pick);
    weeks.set(pick, had);
    queue.splice(queue.findLastIndex((who) => (weeks.get(who) ?? 0) <= had) + 1, 0, pick);
  }
  return evened(engineers, picks, weeks);
}

/** Moves weeks from whoever has the most to whoever has the fewest, while that is more than one apart. */
function evened(engineers: readonly string[], picks: readonly string[], counted: ReadonlyMap<string, number>): readonly string[] {
  const result = [...picks];
  const weeks = new Map(counted);
  const region = [...weeks.keys()];
  for (;;) {
    const [most, fewest] = [best(region, (who) => -(weeks.get(who) ?? 0)), best(region, (who) => weeks.get(who) ?? 0)];
    if ((weeks.get(most) ?? 0) - (weeks.get(fewest) ?? 0) < 2) return result;
    // Somebody with two weeks more has one that is not the other's own: a person is the week's engineer once in the list.
    const week = result.findLastIndex((who, index) => who === most && engineers[index] !== fewest);
    if (week < 0) return result;
    result[week] = fewest;
    weeks.set(most, (weeks.get(most) ?? 0) - 1);
    weeks.set(fewest, (weeks.get(fewest) ?? 0) + 1);
  }
}

/** The first with the least rank. */
function best(people: readonly string[], rank: (who: string) => number): string {
  return people.reduce((found, who) => (rank(who) < rank(found) ? who : found));
}
