import type { AlertLink, Severity } from './incident-types.ts';

/** An event as the Events API took it, in either version. */
export interface InboundEvent {
  readonly version: 1 | 2;
  /** Integration key. */
  readonly key: string;
  readonly action: 'trigger' | 'acknowledge' | 'resolve';
  /** Deduplication key. */
  readonly dedup: string;
  readonly summary: string;
  /** null: the first version knows none. */
  readonly severity: Severity | null;
  readonly source: string | null;
  readonly component: string | null;
  readonly group: string | null;
  readonly class: string | null;
  readonly details: unknown;
  readonly links: readonly AlertLink[];
}
