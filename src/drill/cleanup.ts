import { PmpError, toPmpError, type DrillCleanup, type LeftBehind } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { Alertmanager, HeldAlert, LiveIncident, PagerDuty, World } from '../ports/index.ts';
import { drillAlert, drillLabel } from './order.ts';
import { rest } from './pace.ts';
import { drillId } from './ulid.ts';
import { inWords, second } from './words.ts';

/** What drills are called: ours, and the one that the pages have posted by hand. */
const names = [drillAlert, 'PmpPagerDutyDrill'];

export type CleanupResult = Pick<DrillCleanup, 'cleaned' | 'spared' | 'leftBehind'>;

interface Done {
  readonly cleaned: string[];
  readonly spared: string[];
  readonly leftBehind: LeftBehind[];
}

/** Ends what earlier drills left: alerts that bear `pmp_drill`, and incidents of both services that hold no other alerts. Nothing else is touched. */
export async function cleanUp(world: World, answers: Answers, signal: AbortSignal): Promise<CleanupResult> {
  const done: Done = { cleaned: [], spared: [], leftBehind: [] };
  const ended = world.alertmanager === undefined ? 0 : await endHeld(world.alertmanager, world.clock.now(), done);
  const { criticalService, highService } = answers.names;
  const open = await drillsOpen(world.pagerduty, [criticalService, highService], done);
  // What was just ended closes its incident by itself in a few seconds; what is left is resolved by API.
  if (ended > 0 && open.length > 0) await rest({ clock: world.clock, signal }, 15 * second, 'for ended alerts to close their incidents');
  for (const { incident, id } of open) await resolve(world.pagerduty, incident, id, done);
  return done;
}

/** One that cannot be reached holds nothing that would not end by itself in a few minutes: that is told, and PagerDuty is cleaned all the same. */
async function endHeld(alertmanager: Alertmanager, now: number, { cleaned, leftBehind }: Done): Promise<number> {
  let ended = 0;
  for (const [key, alert] of await heldDrills(alertmanager, leftBehind)) {
    const id = drillId(alert.labels[drillLabel]) ?? key;
    try {
      await alertmanager.post({ labels: alert.labels, annotations: {}, starts: Math.min(alert.starts, now - 1), ends: now });
      cleaned.push(`the alert of drill ${id} in Alertmanager`);
      ended += 1;
    } catch (thrown) {
      leftBehind.push(leftOver(`the alert of drill ${id} in Alertmanager`, thrown));
    }
  }
  return ended;
}

/** Each once, however many replicas hold it. */
async function heldDrills(alertmanager: Alertmanager, leftBehind: LeftBehind[]): Promise<ReadonlyMap<string, HeldAlert>> {
  try {
    const held = (await Promise.all(names.map((name) => alertmanager.held('alertname', name)))).flat();
    const drills = held.filter(({ labels }) => (labels[drillLabel] ?? '') !== '');
    return new Map(drills.map((alert) => [JSON.stringify(Object.entries(alert.labels).toSorted(([a], [b]) => a.localeCompare(b))), alert]));
  } catch (thrown) {
    leftBehind.push(leftOver('alerts of drills in Alertmanager, if there are any', thrown));
    return new Map();
  }
}

async function drillsOpen(
  pagerduty: PagerDuty,
  services: readonly string[],
  { spared }: Done,
): Promise<readonly { readonly incident: LiveIncident; readonly id: string }[]> {
  const open = await pagerduty.openIncidents(services);
  const found = await Promise.all(
    open.map(async (incident) => {
      const ids = (await pagerduty.alerts(incident.id)).map(({ details }) => drillId(details[drillLabel]));
      const drills = ids.filter((id) => id !== undefined);
      if (drills.length === 0) return [];
      if (drills.length === ids.length) return [{ incident, id: inWords([...new Set(drills)]) }];
      spared.push(`incident #${incident.number}: alerts that are no drill are in it too`);
      return [];
    }),
  );
  return found.flat();
}

async function resolve(pagerduty: PagerDuty, incident: LiveIncident, id: string, { cleaned, leftBehind }: Done): Promise<void> {
  const what = `incident #${incident.number} of drill ${id}`;
  try {
    const now = await pagerduty.incident(incident.id);
    if (now.status !== 'resolved') await pagerduty.resolve(incident.id);
    cleaned.push(what);
  } catch (thrown) {
    leftBehind.push(leftOver(what, thrown));
  }
}

function leftOver(what: string, thrown: unknown): LeftBehind {
  if (thrown instanceof PmpError && (thrown.id === 'interrupted' || thrown.id === 'terminated')) throw thrown;
  return { what: `${what}: ${toPmpError(thrown).facts.message}`, command: 'pmp-pd test-alert --cleanup' };
}
