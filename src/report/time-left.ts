import type { Instant } from '../model/index.ts';
import { count } from './text.ts';

/** Before this nobody wonders, and a rate would be a guess. */
const worthTelling = 5000;
/** A rate is that of the last half minute: long enough to be steady, short enough to follow a limit that sets in. */
const memory = 30_000;

/** Tells from how fast changes settle when the last one will. */
export class TimeLeft {
  readonly #marks: { readonly at: Instant; readonly settled: number }[] = [];
  #told: Instant | undefined;

  begin(at: Instant | undefined): void {
    this.#marks.length = 0;
    this.#told = at;
    this.note(at, 0);
  }

  note(at: Instant | undefined, settled: number): void {
    if (at === undefined) return;
    this.#marks.push({ at, settled });
    while (this.#marks.length > 2 && (this.#marks[1]?.at ?? at) < at - memory) this.#marks.shift();
  }

  /** "about 4 min left"; undefined while that cannot be said, or is not worth it. */
  words(total: number): string | undefined {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const [passed, settled] = [last.at - first.at, last.settled - first.settled];
    if (passed < worthTelling || settled === 0) return undefined;
    const left = ((total - last.settled) * passed) / settled;
    if (left < worthTelling) return undefined;
    const seconds = Math.ceil(left / 10_000) * 10;
    return seconds < 90 ? `about ${seconds} s left` : `about ${Math.round(left / 60_000)} min left`;
  }

  /** One line for where nothing moves, every half minute: "1200 of 5316 changes, about 4 min left". */
  line(total: number): string | undefined {
    const last = this.#marks.at(-1);
    const words = this.words(total);
    if (last === undefined || words === undefined || last.at - (this.#told ?? last.at) < memory) return undefined;
    this.#told = last.at;
    return `${last.settled} of ${count(total, 'change')}, ${words}`;
  }
}
