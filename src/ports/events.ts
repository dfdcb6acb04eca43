import type { Instant, Integration } from '../model/index.ts';
import type { Secret } from './secret.ts';

/** An event as PagerDuty's Events API takes it; severity, links, source, class, component and group exist in v2 only. */
export interface AlertEvent {
  readonly action: 'trigger' | 'acknowledge' | 'resolve';
  /** Deduplication key, at most 255 characters. */
  readonly key: string;
  readonly summary: string;
  readonly source: string;
  readonly severity: 'info' | 'warning' | 'error' | 'critical';
  readonly class?: string;
  readonly component?: string;
  readonly group?: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

/** PagerDuty's Events API, straight. `type` decides between v2 (`/v2/enqueue`) and v1 (`/generic/2010-04-15/create_event.json`). */
export interface Events {
  /**
   * Safe to send again: the key makes the second a repetition, so 429, 5xx and lost answers are tried again.
   * @returns when it was accepted @throws PmpError with PagerDuty's own reason; the key never stands in it
   */
  send(routingKey: Secret, type: Integration['type'], event: AlertEvent): Promise<{ readonly at: Instant }>;
}
