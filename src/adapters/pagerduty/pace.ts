import { PmpError } from '../../engine/errors.ts';
import type { Clock } from '../../ports/index.ts';

export interface Gate {
  /** `bulk`: nothing else waits for it, so it lets all other work pass. */
  run<T>(work: () => Promise<T>, bulk?: boolean): Promise<T>;
  shrink(to: number): void;
}

/** What bulk work leaves free while there is other work, or was until just now: its next piece follows from its last. */
const kept = 4;
const justNowMs = 100;

/** Lets `capacity` pieces of work run at once; the rest wait in order. The capacity may shrink while it runs. */
export function createGate(capacity: number, clock: Pick<Clock, 'now'>): Gate {
  let limit = capacity;
  const waiting = { first: new Array<() => void>(), bulk: new Array<() => void>() };
  const under = { first: 0, bulk: 0 };
  let lastEnd = Number.NEGATIVE_INFINITY;

  const free = (kind: 'first' | 'bulk'): boolean => {
    const busy = under.first + under.bulk;
    if (kind === 'first' || busy === 0) return busy < limit;
    const others = under.first > 0 || clock.now() - lastEnd < justNowMs;
    return busy < limit && (!others || under.bulk < limit - kept);
  };
  const start = (kind: 'first' | 'bulk'): boolean => {
    const begin = free(kind) ? waiting[kind].shift() : undefined;
    if (begin === undefined) return false;
    under[kind] += 1;
    begin();
    return true;
  };
  const next = (): void => {
    while (start('first') || start('bulk'));
  };
  return {
    async run(work, isBulk = false) {
      const kind = isBulk ? 'bulk' : 'first';
      await new Promise<void>((begin) => {
        waiting[kind].push(begin);
        next();
      });
      try {
        return await work();
      } finally {
        under[kind] -= 1;
        if (kind === 'first') lastEnd = clock.now();
        next();
      }
    },
    shrink(to) {
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
  /** About so many calls are still to come. Where that is more than the window has left, they are spread evenly from now on. */
  expect(calls: number): void;
}

/** Below this share of the limit, the calls that are left are spread evenly over the time that is left. */
const careBelow = 0.1;
/** A share of the limit that even spreading leaves over, for whoever else uses the token and for clocks that disagree. */
const spare = 0.02;
/** Answers of calls made side by side overtake each other: what they say is left may be late by so many. */
const breadth = 10;

/** Whoever waits looks up as often as this: an answer may have brought news. */
const newsMs = 250;
const why = 'PagerDuty allows only so many calls a minute';

interface Window {
  readonly limit: number;
  remaining: number;
  endsAt: number;
}

/**
 * Keeps below PagerDuty's rate limit as its `ratelimit-*` headers tell it, so that 429 stays the exception. `told` hears of waits over a second.
 * Whether a window ends all at once or slides along is nowhere said: both are lived with.
 */
export function createPace(clock: Clock, told: (why: string, seconds: number) => void, signal?: AbortSignal): Pace {
  let heldUntil = 0;
  let window: Window | undefined;
  /** When the last call went. */
  let slot = 0;
  let ahead = 0;
  /** Only the first in the queue looks at the clock. */
  let before: Promise<unknown> = Promise.resolve();
  /** The longest time to a reset that was seen: at most a window's length. */
  let span = 0;

  const due = (): number => {
    const at = Math.max(clock.now(), heldUntil);
    if (!window) return at;
    const { limit, remaining, endsAt } = window;
    if (ahead <= remaining && remaining > Math.max(1, limit * careBelow)) return at;
    const even = slot + (span / limit) * (1 + spare);
    if (remaining <= 0) return Math.max(at, even, endsAt);
    return Math.max(at, even, slot + Math.max(0, endsAt - at) / (remaining + 1));
  };
  const take = (): void => {
    slot = clock.now();
    ahead = Math.max(0, ahead - 1);
    if (!window) return;
    // When the reset has come, a window that slides gives back one call, not all: one goes, and the others wait for what its answer says.
    if (window.remaining <= 0 && slot >= window.endsAt) window.endsAt = slot + 1000;
    window.remaining = Math.max(0, window.remaining - 1);
  };
  const wait = async (patienceMs: number): Promise<void> => {
    let said = false;
    for (let left = due() - clock.now(); left > 0; left = due() - clock.now()) {
      if (left > patienceMs) throw tooLong(left);
      if (left > 1000 && !said) told(why, Math.ceil(left / 1000));
      said ||= left > 1000;
      await clock.sleep(Math.min(left, newsMs), why, signal);
    }
    take();
  };
  return {
    turn(patienceMs) {
      const mine = before.then(() => wait(patienceMs));
      before = mine.catch(() => undefined);
      return mine;
    },
    learn(headers) {
      const [limit, remaining, reset] = ['ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'].map((name) => whole(headers[name]));
      if (limit === undefined || remaining === undefined || reset === undefined) return;
      const endsAt = clock.now() + reset * 1000;
      span = Math.max(span, reset * 1000);
      const same = window !== undefined && Math.abs(endsAt - window.endsAt) < 1500;
      window = { limit, remaining: same ? within(window?.remaining ?? remaining, remaining) : remaining, endsAt };
    },
    hold(milliseconds) {
      heldUntil = Math.max(heldUntil, clock.now() + milliseconds);
    },
    expect(calls) {
      ahead = calls;
    },
  };
}

/** What is left of a window, by our own count and by an answer that may be late. Where the window slides, it can grow. */
function within(counted: number, told: number): number {
  return told > counted + breadth ? told - breadth : Math.min(counted, told);
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
