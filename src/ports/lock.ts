import type { Instant } from '../model/index.ts';

/** Somebody is at work: one setup at a time. */
export interface HeldLock {
  /** Somebody else let go of it after that instant, so what was read before may be stale. */
  freedSince(instant: Instant): boolean;
  /** Must be called in any case; never throws, since a stale lock expires by itself. */
  release(): Promise<void>;
}

/** Obligation: two holders at one time are impossible as long as each can reach the lock; a holder that died is succeeded. */
export interface Lock {
  /** Waits for whoever has it, saying who that is; throws PmpError `setup-running` when they are still at it after the patience. */
  acquire(): Promise<HeldLock>;
}
