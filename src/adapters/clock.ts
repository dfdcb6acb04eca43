import type { Clock } from '../ports/index.ts';

/** Node's timers count in 32 bits; a longer one would fire at once. */
const longestTimer = 2 ** 31 - 1;
/** Above this a person wonders what is going on. */
const worthTelling = 1000;

/**
 * The real time. `onWait` is told what is waited for, and for how many seconds, whenever that takes longer than a second. A sleep without
 * a reason is one that nobody waits for.
 */
export function createClock(onWait?: (why: string, seconds: number) => void): Clock {
  return {
    now: () => Date.now(),
    async sleep(milliseconds, why, signal) {
      signal?.throwIfAborted();
      if (milliseconds > worthTelling && why !== '') onWait?.(why, milliseconds / 1000);
      // Monotonic: a wall clock that is set back must not prolong a wait.
      const until = performance.now() + milliseconds;
      for (let left = milliseconds; left > 0; left = until - performance.now()) await pause(Math.min(left, longestTimer), signal);
    },
  };
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });
}
