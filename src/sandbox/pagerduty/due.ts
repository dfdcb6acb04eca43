import type { Instant } from '../../model/index.ts';
import { signInDue, signInEveryone } from '../people.ts';
import { answerDue, answerIncident } from './answer-incident.ts';
import type { Outbox } from './deliver-webhooks.ts';
import { climb, exhaust, pend } from './escalate.ts';
import { byService, secondNow } from './incident-log.ts';
import type { IncidentRow, PendingRow } from './incident-types.ts';
import { sendDue } from './notify.ts';
import { takeEvent } from './raise.ts';
import { resolve, unacknowledge } from './transitions.ts';
import type { Scene } from './types.ts';

/** Something that will happen by itself. */
interface Happening {
  readonly at: Instant;
  /** Removes its own cause: it does not come again. */
  happen(): void;
}

const pendingActs: Readonly<Record<PendingRow['type'], (scene: Scene, incident: IncidentRow) => void>> = {
  escalate: climb,
  unacknowledge,
  resolve: ({ world }, incident) => resolve(world, incident, byService(incident), 'timeout'),
  urgency_change: (_scene, incident) => pend(incident, ['urgency_change']),
};

/** What is not about one incident: events that wait, and people who accept and sign in. */
function common(scene: Scene): readonly Happening[] {
  const { world, settings } = scene;
  const event = world.state.events[0];
  const signIn = signInDue(world.state, settings.people);
  return [
    ...(event ? [{ at: event.at, happen: () => takeFirst(scene) }] : []),
    ...(signIn === undefined ? [] : [{ at: signIn, happen: () => signInEveryone(world) }]),
  ];
}

/**
 * All that is to come of an incident, in the order in which it happens where it falls on one instant: people, what is pending, and only then what rings.
 * So an answer in the last second counts, and a rule whose delay is as long as its level's never rings.
 */
function comingOf(scene: Scene, incident: IncidentRow): readonly Happening[] {
  if (incident.status === 'resolved') return [];
  const answers = scene.settings.people === 'awake' ? answerOf(scene, incident) : [];
  return [...answers, ...pendingOf(scene, incident), ...ringsOf(scene, incident)];
}

function takeFirst(scene: Scene): void {
  const [first, ...rest] = scene.world.state.events;
  scene.world.state.events = rest;
  if (first) takeEvent(scene, first.event);
}

function answerOf({ world }: Scene, incident: IncidentRow): readonly Happening[] {
  const due = answerDue(incident);
  return due ? [{ at: due.at, happen: () => answerIncident(world, incident, { id: due.user }, 'ack') }] : [];
}

function pendingOf(scene: Scene, incident: IncidentRow): readonly Happening[] {
  const ends = incident.live?.ends ?? null;
  return [
    ...incident.pending.map(({ type, at }) => ({ at, happen: () => pendingActs[type](scene, incident) })),
    ...(ends === null ? [] : [{ at: ends, happen: () => exhaust(scene, incident) }]),
  ];
}

function ringsOf({ world }: Scene, incident: IncidentRow): readonly Happening[] {
  const at = incident.live?.rings[0]?.at;
  return at === undefined ? [] : [{ at, happen: () => sendDue(world, incident, Math.max(at, secondNow(world))) }];
}

/** The soonest; of one instant the first. */
const soonest = (all: readonly Happening[]): Happening | undefined =>
  all.reduce<Happening | undefined>((best, each) => (best === undefined || each.at < best.at ? each : best), undefined);

/** When something happens next; undefined: nothing will. */
export function nextDue(scene: Scene, outbox: Outbox): Instant | undefined {
  const { world } = scene;
  let next = Math.min(soonest(common(scene))?.at ?? Infinity, outbox.next(world) ?? Infinity);
  for (const incident of world.state.incidents) next = Math.min(next, soonest(comingOf(scene, incident))?.at ?? Infinity);
  return next === Infinity ? undefined : next;
}

/** Does all that is due by now: one happening may bring about or call off the next, but only an event reaches more than one incident. */
export function doDue(scene: Scene, outbox: Outbox): void {
  const now = scene.world.now();
  run(() => soonest(common(scene)), now);
  for (const incident of scene.world.state.incidents) run(() => soonest(comingOf(scene, incident)), now);
  outbox.tick(scene.world);
}

function run(next: () => Happening | undefined, now: Instant): void {
  for (let due = next(); due !== undefined && due.at <= now; due = next()) due.happen();
}
