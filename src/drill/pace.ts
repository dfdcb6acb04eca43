import { PmpError, type DrillNews, type ErrorId } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import type { Clock } from '../ports/index.ts';
import { second } from './words.ts';

/** What may pass by itself: the drill goes on, and only if it stays so until the end of the wait it is told. */
const passing: ReadonlySet<ErrorId> = new Set([
  'pagerduty-unreachable',
  'pagerduty-rate-limit',
  'alertmanager-unreachable',
  'prometheus-unreachable',
  'kubernetes-unreachable',
]);

export interface Pace {
  readonly clock: Clock;
  /** Ends every look and every wait at once. */
  readonly signal: AbortSignal;
  readonly tell: (news: DrillNews) => void;
  /** Milliseconds from one look to the next: nothing is seen later than that. */
  readonly between: number;
}

export interface Patience {
  readonly what: string;
  /** No look begins after it. */
  readonly deadline: Instant;
  /** What is counted down to; undefined: the deadline. */
  readonly until?: () => Instant | undefined;
}

/** Looks until there is something. @returns undefined where the time was up */
export async function watch<T>(
  pace: Pace,
  { what, deadline, until }: Patience,
  look: () => Promise<T | undefined>,
): Promise<T | undefined> {
  const { clock, signal } = pace;
  for (;;) {
    const { found, trouble } = await looked(signal, look);
    if (found !== undefined) return found;
    const left = deadline - clock.now();
    if (left <= 0 && trouble !== undefined) throw trouble;
    if (left <= 0) return undefined;
    await counted(pace, Math.min(pace.between, left), what, () => until?.() ?? deadline);
  }
}

async function looked<T>(
  signal: AbortSignal,
  look: () => Promise<T | undefined>,
): Promise<{ readonly found?: T | undefined; readonly trouble?: PmpError }> {
  try {
    return { found: await unless(signal, look) };
  } catch (thrown) {
    if (thrown instanceof PmpError && passing.has(thrown.id)) return { trouble: thrown };
    throw thrown;
  }
}

/** Looks once at what would be good to know. @returns undefined where that cannot be seen now */
export async function glance<T>(signal: AbortSignal, look: () => Promise<T>): Promise<T | undefined> {
  return (await looked(signal, look)).found;
}

/** A pause whose countdown moves. */
async function counted({ clock, signal, tell, between }: Pace, milliseconds: number, what: string, until: () => Instant): Promise<void> {
  // Where time jumps there is nothing to count down.
  const step = between > 5 * second ? between : second;
  for (let left = milliseconds; left > 0; left -= step) {
    tell({ type: 'watching', what, now: clock.now(), until: until() });
    await clock.sleep(Math.min(left, step), what, signal);
  }
}

/** In steps of a second, which no clock announces: what is waited for is told by the drill itself. */
export async function rest({ clock, signal }: Pick<Pace, 'clock' | 'signal'>, milliseconds: number, why: string): Promise<void> {
  for (let left = milliseconds; left > 0; left -= second) await clock.sleep(Math.min(left, second), why, signal);
}

/** A look that nobody waits for any more once the signal aborts; never for what changes something. */
export function unless<T>(signal: AbortSignal, look: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    look()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop))
      .catch(() => undefined);
  });
}
