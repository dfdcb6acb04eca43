import type { Plan, Step } from '../../engine/index.ts';
import type { Brief, Instant, Prices } from '../../model/index.ts';
import type { World } from '../../ports/index.ts';
import type { GlobalOptions, Session } from '../app.ts';

export interface SetupOptions extends GlobalOptions {
  readonly yes: boolean;
  readonly plan: boolean;
  readonly applyAlertmanager: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** One setup from its plan on. */
export interface Run {
  readonly session: Session;
  readonly options: SetupOptions;
  readonly steps: readonly Step[];
  readonly brief: Brief;
  readonly world: World;
  readonly plan: Plan;
  /** The on-call picture of the answers. */
  readonly picture: string;
  readonly now: Instant;
  readonly prices: Prices | undefined;
  /** The licence that people take, as the account calls it. */
  readonly license: string | undefined;
}
