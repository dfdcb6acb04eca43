import type { DrillVia } from '../../engine/index.ts';
import type { ServiceRole } from '../../model/index.ts';
import type { GlobalOptions } from '../app.ts';

export interface TestAlertOptions extends GlobalOptions {
  readonly severity: ServiceRole;
  /** Left out: by Alertmanager where one can be reached, else straight to PagerDuty. */
  readonly via?: DrillVia;
  readonly ack: 'human' | 'auto';
  readonly requireHuman: boolean;
  readonly escalation: boolean;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly pod?: { readonly namespace: string | undefined; readonly name: string };
  readonly anyway: readonly ('window' | 'incident')[];
  readonly yes: boolean;
  /** Runs no drill. */
  readonly cleanup: boolean;
}
