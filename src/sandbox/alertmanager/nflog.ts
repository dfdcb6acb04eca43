import type { Instant } from '../../model/index.ts';
import { memoryOf } from './memory.ts';
import type { Replica, Surroundings } from './server.ts';

/** What a receiver was last told of a group: Alertmanager's notification log. */
export interface Told {
  /** Fingerprints. */
  readonly firing: readonly string[];
  readonly resolved: readonly string[];
  readonly at: Instant;
}

/** Days that an entry is kept: Alertmanager's own `--data.retention`. */
const retention = 120 * 3_600_000;

const logOf = (replica: Replica): Record<string, Told> => (memoryOf(replica).told ??= {});

export function toldOf(replica: Replica, key: string): Told | undefined {
  return logOf(replica)[key];
}

/** Gossiped: every replica of the cluster knows at once. */
export function tellAll(replica: Replica, around: Surroundings, key: string, told: Told): void {
  for (const each of [replica, ...around.siblings]) {
    const log = logOf(each);
    log[key] = told;
    for (const [old, { at }] of Object.entries(log)) if (at + retention < around.now) delete log[old];
  }
}

/** A replica that starts learns it from the others. */
export function learnTold(replica: Replica, siblings: readonly Replica[]): void {
  for (const sibling of siblings) Object.assign(logOf(replica), logOf(sibling));
}

const among = (some: readonly string[], all: readonly string[]): boolean => some.every((each) => all.includes(each));

/** Whether a receiver must be told: Alertmanager's own rule, in its order. */
export function needsTelling(
  told: Told | undefined,
  { firing, resolved }: Pick<Told, 'firing' | 'resolved'>,
  { sendResolved, repeat, now }: { readonly sendResolved: boolean; readonly repeat: number; readonly now: Instant },
): boolean {
  if (told === undefined) return firing.length > 0;
  if (!among(firing, told.firing)) return true;
  // What fired and ended between two flushes is nobody's news.
  if (firing.length === 0) return told.firing.length > 0;
  if (sendResolved && !among(resolved, told.resolved)) return true;
  return told.at < now - repeat;
}
