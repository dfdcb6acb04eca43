import type { Instant } from '../model/index.ts';

export interface Clock {
  now(): Instant;
  /**
   * Resolves after `milliseconds`. Must tell `onWait` listeners what is waited for when it takes longer than a second,
   * and must reject with the signal's reason as soon as it aborts. On the sandbox it moves the sandbox's time instead.
   */
  sleep(milliseconds: number, why: string, signal?: AbortSignal): Promise<void>;
}
