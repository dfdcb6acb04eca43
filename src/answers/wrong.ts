/** Why something typed or written cannot be an answer, and what would be right. Both one sentence; `right` is an imperative. */
export class Wrong {
  constructor(
    readonly wrong: string,
    readonly right: string,
  ) {}
  /** As one line under a prompt. */
  get sentence(): string {
    return `${this.wrong[0]?.toUpperCase() ?? ''}${this.wrong.slice(1)}. ${this.right}`;
  }
}

/** A value in quotes, fit for a line of a terminal. */
export function quoted(text: string): string {
  const visible = text.replace(unprintable, '\u00B7');
  const points = [...visible];
  return `"${points.length > 60 ? `${points.slice(0, 59).join('')}…` : visible}"`;
}

// Controls, line separators, zero-width and bidirectional marks, half characters: nothing of this belongs into a name that a terminal or PagerDuty shows.
const unprintable =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB\uD800-\uDFFF]/gu;

/** Whether a text holds characters that nobody can see. */
export function hasUnprintable(text: string): boolean {
  return text.search(unprintable) !== -1;
}

/** The word of a list that was probably meant, or undefined where none is near. Case counts as a small difference. */
export function nearest(typed: string, words: Iterable<string>): string | undefined {
  const wanted = typed.toLowerCase();
  if (wanted.length > 64) return undefined;
  let best: string | undefined;
  let distance = Math.max(1, Math.min(3, Math.floor(wanted.length / 3))) + 1;
  for (const word of words) {
    const found = edits(wanted, word.toLowerCase(), distance);
    if (found < distance) [best, distance] = [word, found];
  }
  return best;
}

/** Optimal string alignment distance, given up at `limit`. */
function edits(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? limit;
}
