import { PmpError } from '../../engine/errors.ts';
import type { Clock } from '../../ports/index.ts';

/** Lets `capacity` pieces of work run at once; the rest wait in order. The capacity may shrink while it runs. */
export function createGate(capacity: number): { run<T>(work: () => Promise<T>): Promise<T>; shrink(to: number): void } {
  let free = capacity;
  let limit = capacity;
  const waiting: (() => void)[] = [];
  const next = (): void => {
    while (free > 0 && waiting.length > 0) {
      free -= 1;
      waiting.shift()?.();
    }
  };
  return {
    async run(work) {
      await new Promise<void>((start) => {
        waiting.push(start);
        next();
      });
      try {
        return await work();
      } finally {
        free += 1;
        next();
      }
    },
    shrink(to) {
      free -= Math.max(0, limit - to);
      limit = Math.min(limit, to);
    },
  };
}

export interface Pace {
  /** Resolves when the next call may go. @throws PmpError pagerduty-rate-limit where that would take longer than `patienceMs` */
  turn(patienceMs: number): Promise<void>;
  /** Learns from an answer's headers. */
  learn(headers: Readonly<Record<string, string>>): void;
  /** After a 429: nobody calls before `milliseconds` have passed. */
  hold(milliseconds: number): void;
}

/** Below this share of the limit, the calls that are left are spread evenly over the time that is left. */
const careBelow = 0.1;

/**
 * Keeps below PagerDuty's rate limit as its `ratelimit-*` headers tell it, so that 429 stays the exception. `told` hears of waits over a second.
 */
export function createPace(clock: Clock, told: (why: string, seconds: number) => void, signal?: AbortSignal): Pace {
  let heldUntil = 0;
  let window: { limit: number; remaining: number; endsAt: number } | undefined;
  let slot = 0;

  const due = (): number => {
    const now = clock.now();
    let at = Math.max(now, heldUntil);
    if (window && at < window.endsAt && window.remaining <= Math.max(1, window.limit * careBelow)) {
      const left = window.endsAt - at;
      at = window.remaining <= 0 ? window.endsAt : Math.max(at, slot + left / (window.remaining + 1));
    }
    return at;
  };
  return {
    async turn(patienceMs) {
      const at = due();
      if (at - clock.now() > patienceMs) throw tooLong(at - clock.now());
      slot = at;
      if (window && window.remaining > 0) window.remaining -= 1;
      const wait = at - clock.now();
      if (wait <= 0) return;
      const why = 'PagerDuty allows only so many calls a minute';
      if (wait > 1000) told(why, Math.ceil(wait / 1000));
      await clock.sleep(wait, why, signal);
    },
    learn(headers) {
      const [limit, remaining, reset] = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map((name) => whole(headers[name]));
      if (limit === undefined || remaining === undefined || reset === undefined) return;
      const endsAt = clock.now() + reset * 1000;
      // Answers of calls made side by side overtake each other: within one window what is left only shrinks.
      const same = window !== undefined && Math.abs(endsAt - window.endsAt) < 1500;
      window = { limit, remaining: same ? Math.min(remaining, window?.remaining ?? remaining) : remaining, endsAt };
    },
    hold(milliseconds) {
      heldUntil = Math.max(heldUntil, clock.now() + milliseconds);
    },
  };
}

function tooLong(milliseconds: number): PmpError {
  return new PmpError('pagerduty-rate-limit', {
    message: `PagerDuty takes no more calls for another ${Math.ceil(milliseconds / 60_000)} minutes`,
    cause: 'Its rate limit for this token is used up, and its answer said how long to stay away.',
    fix: 'Wait that long, see what else uses this token, and run the same command again.',
  });
}

/** How long a 429 asks us to stay away, milliseconds: `retry-after` (seconds or date), else `ratelimit-reset`, else undefined. */
export function askedWait(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const after = headers['retry-after'];
  const seconds = whole(after) ?? whole(headers['ratelimit-reset']);
  if (seconds !== undefined) return seconds * 1000;
  const date = after === undefined ? Number.NaN : Date.parse(after);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}
