import { byService, enter, namesOf, secondNow } from './incident-log.ts';
import type { Agent, IncidentRow, LiveRow, PendingRow } from './incident-types.ts';
import { announce } from './announce.ts';
import { ring } from './notify.ts';
import { onCallAt } from './oncalls.ts';
import type { PolicyRow, Scene } from './types.ts';

const minute = 60_000;

/** Ids of those on call at a level now, each once. */
export function peopleAt({ world, settings }: Scene, levels: LiveRow['levels'], level: number): readonly string[] {
  const targets = levels[level - 1]?.targets ?? [];
  const people = targets.flatMap((target) => onCallAt(world.state, target, world.now(), settings.dst));
  return [...new Set(people)].filter((id) => world.state.users.some((user) => user.id === id));
}

/** The first level from there on at which somebody is on call: the others are passed over at once. */
export function mannedFrom(
  scene: Scene,
  levels: LiveRow['levels'],
  from: number,
): { readonly level: number; readonly people: readonly string[] } | undefined {
  for (let level = from; level <= levels.length; level += 1) {
    const people = peopleAt(scene, levels, level);
    if (people.length > 0) return { level, people };
  }
  return undefined;
}

export const snapshotOf = (policy: PolicyRow): LiveRow['levels'] => policy.rules.map(({ delay, targets }) => ({ delay, targets }));

/** What is pending, without those types and with these. */
export function pend(incident: IncidentRow, without: readonly PendingRow['type'][], more: readonly PendingRow[] = []): void {
  const kept = incident.pending.filter((each) => !without.includes(each.type));
  incident.pending = [...kept, ...more].sort((a, b) => a.at - b.at);
}

/** Gives the incident to these people, and lets it ring at them. */
export function assign(scene: Scene, incident: IncidentRow, people: readonly string[]): void {
  const at = secondNow(scene.world);
  incident.assignments = people.map((user) => ({ user, at }));
  incident.acknowledgements = [];
  if (incident.live) incident.live.told = [];
  ring(scene.world, incident, people);
  arm(scene, incident);
}

/** Starts the time of the level that has it. Low urgency never climbs, and neither does what is assigned by name. */
export function arm({ world }: Scene, incident: IncidentRow): void {
  const { live } = incident;
  pend(incident, ['escalate', 'unacknowledge']);
  if (live === null) return;
  live.ends = null;
  if (live.direct || incident.urgency === 'low') return;
  const at = secondNow(world) + (live.levels[live.level - 1]?.delay ?? 0) * minute;
  if (live.level < live.levels.length || live.loop < live.loops) pend(incident, [], [{ type: 'escalate', at }]);
  else live.ends = at;
}

/** A level's time is up and nobody has answered: the next one that has somebody, else from the beginning while loops are left, else nobody any more. */
export function climb(scene: Scene, incident: IncidentRow): void {
  const { live } = incident;
  if (live === null) return;
  const higher = mannedFrom(scene, live.levels, live.level + 1);
  if (higher) return reach(scene, incident, higher, byService(incident), 'timeout');
  const again = live.loop < live.loops ? mannedFrom(scene, live.levels, 1) : undefined;
  if (!again) return exhaust(scene, incident);
  live.loop += 1;
  write(scene, incident, 'repeat_escalation_path', 'Escalation path repeated');
  reach(scene, incident, again, byService(incident), 'timeout');
}

/** Calls that level. */
export function reach(
  scene: Scene,
  incident: IncidentRow,
  { level, people }: { readonly level: number; readonly people: readonly string[] },
  agent: Agent,
  channel: string,
): void {
  if (incident.live) Object.assign(incident.live, { level, direct: false });
  const summary = `Escalated to ${namesOf(scene.world.state, people)}`;
  enter(scene.world, incident, { type: 'escalate', summary, agent, channel, assignees: people });
  assign(scene, incident, people);
  announce(scene.world, incident, 'escalated', agent);
}

/** The last level's time is up: the incident stays open, and calls nobody. */
export function exhaust(scene: Scene, incident: IncidentRow): void {
  if (incident.live) incident.live.ends = null;
  pend(incident, ['escalate']);
  write(scene, incident, 'exhaust_escalation_path', 'Escalation path exhausted');
}

function write({ world }: Scene, incident: IncidentRow, type: string, summary: string): void {
  enter(world, incident, { type, summary, agent: byService(incident), channel: 'timeout' });
}
