import type { Instant } from '../../model/index.ts';
import type { IncidentRow, LiveRow } from './incident-types.ts';
import { acknowledge, resolve } from './transitions.ts';
import type { PagerDutyWorld, UserRow } from './types.ts';

/** The newest incident that a person could still acknowledge or resolve: their own first, then anybody's. */
export function openIncident(world: PagerDutyWorld, user: UserRow, act: 'ack' | 'resolve'): IncidentRow | undefined {
  const open = world.state.incidents.filter(({ status }) => (act === 'ack' ? status === 'triggered' : status !== 'resolved'));
  return open.findLast((row) => row.assignments.some((each) => each.user === user.id)) ?? open.at(-1);
}

/** A person answers on their phone. */
export function answerIncident(world: PagerDutyWorld, incident: IncidentRow, user: Pick<UserRow, 'id'>, act: 'ack' | 'resolve'): void {
  const by = { type: 'user', id: user.id } as const;
  if (act === 'ack') acknowledge(world, incident, by, 'mobile');
  else resolve(world, incident, by, 'mobile');
}

/** How long people who are awake take after they were first told. */
const reaction = 90_000;
const waiting = /do not acknowledge before the last level/i;

/** An escalation drill says so in its title and in its custom details. */
function asksToWait(incident: IncidentRow): boolean {
  return waiting.test(incident.title) || incident.alerts.some(({ details }) => saysWait(details));
}

/** Details can be long, and are asked about whenever the clock moves: those of one event are read once. */
const read = new WeakMap<object, boolean>();

function saysWait(details: unknown): boolean {
  if (typeof details !== 'object' || details === null) return waiting.test(String(details));
  const says = read.get(details) ?? waiting.test(JSON.stringify(details));
  read.set(details, says);
  return says;
}

/** Who of those that an incident reached acknowledges it first by themselves, and when; undefined: nobody does. */
export function answerDue(incident: IncidentRow): { readonly user: string; readonly at: Instant } | undefined {
  const { live } = incident;
  if (live === null || incident.status !== 'triggered' || live.told.length === 0) return undefined;
  const awaited = asksToWait(incident) ? live.told.filter((each) => isLast(live, each.level)) : live.told;
  const first = [...awaited].sort((a, b) => a.at - b.at)[0];
  return first && { user: first.user, at: first.at + reaction };
}

const isLast = (live: LiveRow, level: number): boolean => level >= live.levels.length;
