import type { GlobalOptions } from '../app.ts';

export interface SandboxOptions extends GlobalOptions {
  readonly action: 'serve' | 'reset' | 'status' | 'do';
  readonly port?: number;
  readonly accountPlan?: 'free' | 'trial' | 'professional' | 'business';
  /** Milliseconds. */
  readonly latency?: number;
  /** Requests a minute. */
  readonly rateLimit?: number;
  /** How many times faster than real time. */
  readonly clock?: number;
  readonly people?: 'awake' | 'asleep' | 'manual';
  readonly dst?: 'wall' | 'elapsed';
  /** Of `serve`: what goes wrong on purpose. */
  readonly faults?: readonly string[];
  readonly what?: string;
  readonly whom?: string;
}
