import { PmpError, toPmpError, type DrillCleanup, type LeftBehind } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { Alertmanager, HeldAlert, LiveIncident, PagerDuty, World } from '../ports/index.ts';
import { alertId, heldDrills, stillRenewed } from './going-on.ts';
import { drillLabel, untilDetail } from './order.ts';
import { rest } from './pace.ts';
import { drillId } from './ulid.ts';
import { at, inWords, minute, second } from './words.ts';

export type CleanupResult = Pick<DrillCleanup, 'cleaned' | 'spared' | 'leftBehind'>;

export interface Cleanup {
  readonly signal: AbortSignal;
  /** Asked of a drill that somebody may be running now, where nothing tells. @returns whether it is ended all the same */
  readonly endIt: (what: string) => Promise<boolean>;
}

interface Done {
  readonly cleaned: string[];
  readonly spared: string[];
  readonly leftBehind: LeftBehind[];
}

interface OpenDrill {
  readonly incident: LiveIncident;
  readonly ids: readonly string[];
  /** How many alerts it held when they were looked at. */
  readonly alerts: number;
  /** Until then it may go on, as its own alert says. */
  readonly until: number | undefined;
}

/** Without a look at Alertmanager, a younger incident may be of a drill that goes on. */
const young = 60 * minute;

/** Ends what earlier drills left: alerts that bear `pmp_drill`, and incidents of both services that hold no other alerts. Nothing else is touched, and no drill that goes on. */
export async function cleanUp(world: World, answers: Answers, { signal, endIt }: Cleanup): Promise<CleanupResult> {
  const done: Done = { cleaned: [], spared: [], leftBehind: [] };
  const held = await heldNow(world.alertmanager, done.leftBehind);
  const running = held === undefined ? new Set<string>() : await stillRenewed(world, held, signal);
  const ended = await endHeld(
    world,
    [...(held ?? [])].filter((alert) => !running.has(alertId(alert))),
    done,
  );
  const { criticalService, highService } = answers.names;
  const found = await drillsOpen(world.pagerduty, [criticalService, highService], done);
  for (const id of running) done.spared.push(`drill ${id}: it goes on, its alert is still being renewed`);
  const open: OpenDrill[] = [];
  for (const drill of found.filter(({ ids }) => !ids.some((id) => running.has(id)))) {
    const why = goesOn(drill, { now: world.clock.now(), seen: held !== undefined });
    const what = `incident #${drill.incident.number} of drill ${inWords(drill.ids)}`;
    if (why === undefined || (await endIt(`${what}: ${why}`))) open.push(drill);
    else done.spared.push(`${what}: ${why}; with --yes it is ended all the same`);
  }
  // What was just ended closes its incident by itself in a few seconds; what is left is resolved by API.
  if (ended > 0 && open.length > 0) await rest({ clock: world.clock, signal }, 15 * second, 'for ended alerts to close their incidents');
  for (const drill of open) await resolve(world.pagerduty, drill, done);
  return done;
}

/** Why somebody may be running it now; undefined: nobody does. */
function goesOn({ incident, until }: OpenDrill, { now, seen }: { readonly now: number; readonly seen: boolean }): string | undefined {
  if (until !== undefined) return until > now ? `it says that it may go on until ${at(until)}` : undefined;
  return seen || incident.created < now - young ? undefined : 'Alertmanager cannot tell whether it still goes on';
}

/** One that cannot be reached holds nothing that would not end by itself in a few minutes: that is told, and PagerDuty is cleaned all the same. */
async function heldNow(alertmanager: Alertmanager | undefined, leftBehind: LeftBehind[]): Promise<readonly HeldAlert[] | undefined> {
  if (alertmanager === undefined) return undefined;
  try {
    return await heldDrills(alertmanager);
  } catch (thrown) {
    leftBehind.push(leftOver('alerts of drills in Alertmanager, if there are any', thrown));
    return undefined;
  }
}

async function endHeld(world: World, alerts: readonly HeldAlert[], { cleaned, leftBehind }: Done): Promise<number> {
  const now = world.clock.now();
  // Each once, however many replicas hold it.
  const each = new Map(
    alerts.map((alert) => [JSON.stringify(Object.entries(alert.labels).toSorted(([a], [b]) => a.localeCompare(b))), alert]),
  );
  let ended = 0;
  for (const alert of each.values()) {
    const what = `the alert of drill ${alertId(alert)} in Alertmanager`;
    try {
      await world.alertmanager?.post({
        labels: alert.labels,
        annotations: {},
        starts: Math.min(alert.starts, now - 3 * second),
        ends: now - 2 * second,
      });
      cleaned.push(what);
      ended += 1;
    } catch (thrown) {
      leftBehind.push(leftOver(what, thrown));
    }
  }
  return ended;
}

async function drillsOpen(pagerduty: PagerDuty, services: readonly string[], { spared }: Done): Promise<readonly OpenDrill[]> {
  const open = await pagerduty.openIncidents(services);
  const found = await Promise.all(
    open.map(async (incident): Promise<readonly OpenDrill[]> => {
      const alerts = await pagerduty.alerts(incident.id);
      const ids = alerts.flatMap(({ details }) => drillId(details[drillLabel]) ?? []);
      if (ids.length === 0) return [];
      const until = alerts.flatMap(({ details }) => untilOf(details[untilDetail]) ?? []);
      if (ids.length === alerts.length)
        return [{ incident, ids: [...new Set(ids)], alerts: alerts.length, until: until.length === 0 ? undefined : Math.max(...until) }];
      spared.push(`incident #${incident.number}: alerts that are no drill are in it too`);
      return [];
    }),
  );
  return found.flat();
}

function untilOf(value: unknown): number | undefined {
  const until = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(until) ? undefined : until;
}

async function resolve(pagerduty: PagerDuty, { incident, ids, alerts }: OpenDrill, { cleaned, spared, leftBehind }: Done): Promise<void> {
  const what = `incident #${incident.number} of drill ${inWords(ids)}`;
  try {
    const now = await pagerduty.incident(incident.id);
    if (now.status !== 'resolved' && now.alertCounts.all > alerts) {
      spared.push(`incident #${incident.number}: another alert has just joined it`);
      return;
    }
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
