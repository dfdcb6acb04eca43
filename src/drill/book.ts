import { clean, type DrillNews, type Hop, type HopName } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';

/** The account of a drill while it is written: each station once, told as soon as it is known. */
export class Book {
  readonly #hops: Hop[] = [];
  readonly #known = new Set<string>();

  constructor(
    readonly began: Instant,
    readonly tell: (news: DrillNews) => void,
  ) {}

  /** @param key what makes it another station than the last of that name */
  enter(hop: HopName, at: Instant, detail?: string, key = ''): void {
    const known = `${hop} ${key}`;
    if (this.#known.has(known)) return;
    this.#known.add(known);
    // PagerDuty's clock is the drill's own, so what lies before its beginning is less than the second that was cut off.
    const when = Math.max(at, this.began, this.#sameSecond(at));
    const entered: Hop = {
      hop,
      at: when,
      seconds: (when - this.began) / 1000,
      ...(detail === undefined ? {} : { detail: clean(detail, 300) }),
    };
    this.#hops.push(entered);
    this.tell({ type: 'hop', hop: entered });
  }

  /** PagerDuty tells whole seconds: what it did in the second of the station before came after that. */
  #sameSecond(at: Instant): Instant {
    const second = (instant: Instant) => Math.floor(instant / 1000);
    return Math.max(0, ...this.#hops.map((entered) => entered.at).filter((known) => second(known) === second(at)));
  }

  has(hop: HopName): boolean {
    return this.#hops.some((entered) => entered.hop === hop);
  }

  at(hop: HopName): Instant | undefined {
    return this.#hops.find((entered) => entered.hop === hop)?.at;
  }

  /** In order of time; within an instant in the order in which they were entered. */
  get hops(): readonly Hop[] {
    return this.#hops.toSorted((a, b) => a.at - b.at);
  }
}
