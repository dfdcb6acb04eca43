import type { DrillVia, LeftBehind } from '../../engine/index.ts';
import type { Instant } from '../../model/index.ts';

/** One of the three ways in. Whatever it sends may be sent again. */
export interface Way {
  readonly via: DrillVia;
  /** Must be awaited to its end: nothing of it may arrive after the end of the drill. */
  fire(): Promise<void>;
  /**
   * At every look: keeps the alert alive and, until it has arrived, enters what can be seen of it on its way.
   * @throws PmpError drill-not-seen once it is clear that it never will
   */
  tend(): Promise<void>;
  /** PagerDuty has opened the incident: all stations before that have been passed. */
  arrived(opened: Instant): void;
  /** Deduplication keys that PagerDuty may know the alert by. */
  readonly keys: readonly string[];
  /** Milliseconds from firing until the incident should be open. */
  readonly patience: number;
  /** Milliseconds from the alert's end until its resolve should have closed the incident. */
  readonly closing: number;
  /** Why it may not have arrived, as far as that can be seen. */
  why(): Promise<{ readonly cause: string; readonly fix: string }>;
  /** Ends the alert (and the load). Waits for what is still being sent. */
  end(): Promise<void>;
  /** What is left where that failed. */
  readonly left: LeftBehind;
}

export const second = 1000;
/** From the event's acceptance on; PagerDuty needs a few seconds. */
export const opening = 120 * second;
