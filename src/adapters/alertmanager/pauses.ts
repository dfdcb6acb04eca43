/** Milliseconds until the next look: soon at first, since most things are done in a second; then as rarely as `most` says. */
export function* pauses(most: number): Generator<number, never> {
  for (let next = 250; ; next *= 2) yield Math.min(next, most);
}
