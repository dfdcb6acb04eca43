/** Longer words are not compared: nobody mistypes that much, and the work grows with the square. */
const longest = 64;
const most = 3;

/**
 * Ids that were probably meant, the nearest first, at most three. Part of an id ("rate-limit"), its words in another order and a few wrong letters count.
 * @returns [] where nothing is near
 */
export function nearestPages(typed: string, ids: Iterable<string>): readonly string[] {
  const wanted = typed
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
  if (wanted === '' || wanted.length > longest) return [];
  const near = [...ids].map((id) => ({ id, far: distance(wanted, id) })).filter(({ far }) => far < 1);
  return near
    .sort((one, other) => one.far - other.far)
    .slice(0, most)
    .map(({ id }) => id);
}

/** 0: the same; 1 and more: unlike. */
function distance(wanted: string, id: string): number {
  const letters = edits(wanted, id) / Math.max(3, Math.min(wanted.length, id.length) / 2);
  const words = new Set(wanted.split('-').filter((word) => word.length > 2));
  const shared = id.split('-').filter((word) => words.has(word)).length;
  return shared === 0 ? letters : Math.min(letters, 1 - shared / (words.size + 1));
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, other] of [...b].entries())
      row.push(Math.min((last[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1, (last[j] ?? 0) + (letter === other ? 0 : 1)));
    last = row;
  }
  return last[b.length] ?? a.length;
}
