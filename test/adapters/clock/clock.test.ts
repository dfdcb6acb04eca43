import { afterEach, expect, it, vi } from 'vitest';
import { createClock } from '../../../src/adapters/clock.ts';

afterEach(() => void vi.useRealTimers());

it('tells the time', () => {
  expect(Math.abs(createClock().now() - Date.now())).toBeLessThan(1000);
});

it('sleeps for as long as it was told, and never shorter', async () => {
  const clock = createClock();
  const begun = performance.now();
  await Promise.all([1, 20, 35].map((ms) => clock.sleep(ms, 'a test')));
  expect(performance.now() - begun).toBeGreaterThanOrEqual(35);
  await clock.sleep(0, 'nothing');
  await clock.sleep(-5, 'the past');
  expect(performance.now() - begun).toBeLessThan(5000);
});

it('says what it waits for, and how long, when that takes longer than a second', async () => {
  vi.useFakeTimers();
  const told: unknown[] = [];
  const clock = createClock((why, seconds) => void told.push([why, seconds]));
  const sleeps = Promise.all([clock.sleep(1000, 'short'), clock.sleep(1500, 'the rollout')]);
  await vi.advanceTimersByTimeAsync(2000);
  await sleeps;
  expect(told).toEqual([['the rollout', 1.5]]);
});

it('sleeps longer than the longest timer of the platform', async () => {
  vi.useFakeTimers();
  const month = 30 * 24 * 3600 * 1000;
  let awake = false;
  const sleep = createClock()
    .sleep(month, 'a month')
    .then(() => (awake = true));
  await vi.advanceTimersByTimeAsync(month - 1000);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(1000);
  await sleep;
  expect(awake).toBe(true);
});

it('wakes at once, with the reason, when it is aborted, and leaves no timer behind', async () => {
  vi.useFakeTimers();
  const controller = new AbortController();
  const reason = new Error('Ctrl-C');
  const sleep = createClock().sleep(60_000, 'a minute', controller.signal);
  controller.abort(reason);
  await expect(sleep).rejects.toBe(reason);
  expect(vi.getTimerCount()).toBe(0);
  await expect(createClock().sleep(60_000, 'a minute', controller.signal)).rejects.toBe(reason);
});

it('does not gather listeners on a signal that lives as long as the program', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  for (let turn = 0; turn < 3; turn += 1) await createClock().sleep(1, 'a turn', signal);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});
