import { describe, expect, test } from 'vitest';
import { createGate, createPace } from '../../../src/adapters/pagerduty/pace.ts';

/** Time that passes only while somebody sleeps; sleepers wake in order. */
class Time {
  at = 0;
  readonly #sleepers: { readonly until: number; readonly wake: () => void }[] = [];
  now = (): number => this.at;
  sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => void this.#sleepers.push({ until: this.at + Math.max(0, milliseconds), wake }));
  async run(work: Promise<unknown>): Promise<void> {
    const state = { ended: false };
    void work.then(() => (state.ended = true));
    for (;;) {
      // What was woken gets its turns before time goes on.
      await new Promise((resolve) => setImmediate(resolve));
      if (state.ended) return;
      this.#sleepers.sort((a, b) => a.until - b.until);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new Error('everybody waits and nobody sleeps');
      this.at = next.until;
      next.wake();
    }
  }
}

const limit = 960;

/** A minute that begins with the first call and ends all at once. */
function fixedWindow(): (now: number) => { readonly left: number; readonly reset: number } {
  let began = Number.NEGATIVE_INFINITY;
  let used = 0;
  return (now) => {
    if (now >= began + 60_000) [began, used] = [now, 0];
    used += 1;
    return { left: limit - used, reset: Math.max(1, Math.ceil((began + 60_000 - now) / 1000)) };
  };
}

/** The last sixty seconds, always. */
function slidingWindow(): (now: number) => { readonly left: number; readonly reset: number } {
  let seen: number[] = [];
  return (now) => {
    seen = [...seen.filter((at) => at > now - 60_000), now];
    return { left: limit - seen.length, reset: Math.max(1, Math.ceil(((seen[0] ?? now) + 60_000 - now) / 1000)) };
  };
}

/** So many calls, ten at a time, 80 ms each. @returns when each was made, and how many were refused */
async function make(calls: number, expected: number, server: (now: number) => { readonly left: number; readonly reset: number }) {
  const time = new Time();
  const pace = createPace(time, () => undefined);
  const gate = createGate(10, time);
  const made: number[] = [];
  const refused: number[] = [];
  const call = async (): Promise<void> => {
    await pace.turn(Number.POSITIVE_INFINITY);
    await time.sleep(40);
    made.push(time.at);
    const { left, reset } = server(time.at);
    if (left < 0) refused.push(time.at);
    await time.sleep(40);
    pace.learn({ 'ratelimit-limit': `${limit}`, 'ratelimit-remaining': `${Math.max(0, left)}`, 'ratelimit-reset': `${reset}` });
  };
  pace.expect(expected);
  await time.run(Promise.all(Array.from({ length: calls }, () => gate.run(call))));
  return { made, refused, seconds: time.at / 1000 };
}

describe.each([
  ['ends all at once', fixedWindow],
  ['slides along', slidingWindow],
])('a rate limit whose window %s', (_name, window) => {
  test('lets small work through as fast as it can go', async () => {
    const { seconds, refused } = await make(400, 400, window());
    expect(refused).toEqual([]);
    expect(seconds).toBeCloseTo((400 / 10) * 0.08, 1);
  });

  test('is used up by big work without one refusal, and nearly without a pause', async () => {
    const { seconds, refused } = await make(2800, 2800, window());
    expect(refused).toEqual([]);
    expect(seconds / ((2800 / limit) * 60)).toBeLessThan(1.15);
  });

  test('is spread evenly from the first minute on, so that the time left can be told', async () => {
    const { made } = await make(2400, 2400, window());
    const share = (from: number) => made.filter((at) => at >= from * 1000 && at < (from + 10) * 1000).length;
    const tens = Array.from({ length: 12 }, (_, index) => share(index * 10));
    expect(Math.min(...tens)).toBeGreaterThan(100);
    expect(Math.max(...tens)).toBeLessThan(240);
  });

  test('is kept also where nobody said how much was coming', async () => {
    const { refused } = await make(2000, 0, window());
    expect(refused).toEqual([]);
  });
});

test('what others wait for passes bulk work that came before it', async () => {
  const gate = createGate(1, { now: () => 0 });
  const order: string[] = [];
  const work = (name: string) => async (): Promise<void> => {
    await Promise.resolve();
    order.push(name);
  };
  await Promise.all([
    gate.run(work('under way')),
    gate.run(work('rule'), true),
    gate.run(work('phone'), true),
    gate.run(work('schedule')),
    gate.run(work('policy')),
  ]);
  expect(order).toEqual(['under way', 'schedule', 'policy', 'rule', 'phone']);
});

test('bulk work leaves room for what others wait for, and takes all of it when nobody else is there', async () => {
  const time = { at: 0 };
  const gate = createGate(10, { now: () => time.at });
  const state = { bulk: 0, most: 0 };
  const rule = async (): Promise<void> => {
    state.bulk += 1;
    state.most = Math.max(state.most, state.bulk);
    await new Promise((resolve) => setImmediate(resolve));
    state.bulk -= 1;
  };
  const rules = (count: number) => Array.from({ length: count }, () => gate.run(rule, true));
  const schedule = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
  };
  await Promise.all([gate.run(schedule), ...rules(20)]);
  expect(state.most).toBe(6);
  time.at = 1000;
  await Promise.all(rules(20));
  expect(state.most).toBe(10);
});
