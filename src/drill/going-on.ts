import type { Alertmanager, HeldAlert, World } from '../ports/index.ts';
import { drillAlert, drillLabel, lifetime, renewal } from './order.ts';
import { drillId } from './ulid.ts';
import { second } from './words.ts';

/** What drills are called: ours, and the one that the pages have posted by hand. */
const names: readonly string[] = [drillAlert, 'PmpPagerDutyDrill'];
/** A renewal may come that much late. */
const lag = 15 * second;
const between = 5 * second;

/** The drill that an alert belongs to. */
export const alertId = ({ labels }: HeldAlert): string => drillId(labels[drillLabel]) ?? labels[drillLabel] ?? '';

/** Alerts that drills left, whatever they are called: by their id, or by the names above. */
export async function heldDrills(alertmanager: Alertmanager): Promise<readonly HeldAlert[]> {
  const held = await alertmanager.held(drillLabel);
  return held.filter(({ labels }) => drillId(labels[drillLabel]) !== undefined || names.includes(labels['alertname'] ?? ''));
}

/**
 * Drills that somebody is running now: a drill that goes on has its alert renewed every minute, one that was killed does not. Where the last renewal
 * is too young to tell, it waits for the next. @returns their ids
 */
export async function stillRenewed(
  { alertmanager, clock }: Pick<World, 'alertmanager' | 'clock'>,
  held: readonly HeldAlert[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const began = clock.now();
  const first = endsOf(held);
  const unsure = new Map([...first].filter(([, ends]) => Math.abs(ends - began - lifetime) <= renewal + lag));
  const running = new Set<string>();
  if (alertmanager === undefined) return running;
  while (running.size < unsure.size && clock.now() - began < renewal + lag) {
    await clock.sleep(between, 'to see whether a drill of a moment ago still goes on', signal);
    const now = endsOf(await heldDrills(alertmanager));
    for (const [id, ends] of unsure) if ((now.get(id) ?? 0) > ends) running.add(id);
  }
  return running;
}

/** The latest that any replica knows. */
function endsOf(held: readonly HeldAlert[]): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  for (const alert of held) ends.set(alertId(alert), Math.max(alert.ends, ends.get(alertId(alert)) ?? 0));
  return ends;
}
