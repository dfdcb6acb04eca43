import type { Instant } from '../../model/index.ts';

export interface Dates {
  /** An answer's `date`, of whole seconds, and when by our clock it was asked for and came. */
  learn(date: string | undefined, sent: Instant, came: Instant): void;
  /** Milliseconds by which the other clock is ahead of ours; 0 where they may agree. */
  readonly ahead: () => number;
}

/** Two clocks, held against each other: each answer narrows down by how much they can differ. */
export function createDates(): Dates {
  const between = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
  return {
    learn(date, sent, came) {
      const told = Date.parse(date ?? '');
      if (Number.isNaN(told)) return;
      const [least, most] = [told - came, told + 1000 - sent];
      const narrower = { least: Math.max(between.least, least), most: Math.min(between.most, most) };
      // One of the two was set meanwhile: what was known of them is over.
      Object.assign(between, narrower.least <= narrower.most ? narrower : { least, most });
    },
    ahead() {
      const { least, most } = between;
      return least <= 0 && most >= 0 ? 0 : Math.round((least + most) / 2);
    },
  };
}
