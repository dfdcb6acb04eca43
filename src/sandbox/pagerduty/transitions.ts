import { announce } from './announce.ts';
import { arm, mannedFrom, pend } from './escalate.ts';
import { agentName, byService, enter, secondNow, turn } from './incident-log.ts';
import type { Agent, AlertRow, IncidentRow } from './incident-types.ts';
import { ring } from './notify.ts';
import type { PagerDutyWorld, Scene } from './types.ts';

/** After so many times without an end PagerDuty lets an acknowledgement stand. */
const mostAcknowledgements = 50;

/** Somebody has it: nobody further is told, nothing climbs, until the service's acknowledgement timeout is over. */
export function acknowledge(world: PagerDutyWorld, incident: IncidentRow, by: Agent, channel: string): void {
  const at = secondNow(world);
  const entry = { user: by.id, at, ...(by.type === 'service' ? { type: 'service' as const } : {}) };
  turn(world, incident, 'acknowledged', by);
  incident.acknowledgements = [...incident.acknowledgements, entry];
  // Of several who were called it belongs to those who took it.
  if (by.type === 'user')
    incident.assignments = incident.acknowledgements.flatMap(({ user, at, type }) => (type === undefined ? [{ user, at }] : []));
  hush(incident);
  pend(incident, ['escalate', 'unacknowledge'], timeoutOf(world, incident, at));
  enter(world, incident, { type: 'acknowledge', summary: `Acknowledged by ${agentName(world.state, by)}`, agent: by, channel });
  announce(world, incident, 'acknowledged', by);
}

/** History has no clock. */
function timeoutOf(world: PagerDutyWorld, incident: IncidentRow, at: number): IncidentRow['pending'] {
  const seconds = world.state.services.find((row) => row.id === incident.service)?.acknowledgement_timeout ?? null;
  return seconds === null || incident.live === null ? [] : [{ type: 'unacknowledge', at: at + seconds * 1000 }];
}

function hush(incident: IncidentRow): void {
  if (incident.live) Object.assign(incident.live, { rings: [], told: [], ends: null });
}

/** The acknowledgement or the snooze is over: it rings again at those who had it, and climbs again from their level. */
export function unacknowledge(scene: Scene, incident: IncidentRow): void {
  const { world } = scene;
  const by = byService(incident);
  pend(incident, ['unacknowledge']);
  if (incident.log.filter((entry) => entry.type === 'unacknowledge').length >= mostAcknowledgements) {
    enter(world, incident, { type: 'reach_ack_limit', summary: 'Acknowledgement limit reached', agent: by, channel: 'timeout' });
    return;
  }
  turn(world, incident, 'triggered', by);
  incident.acknowledgements = [];
  enter(world, incident, { type: 'unacknowledge', summary: 'Unacknowledged due to timeout', agent: by, channel: 'timeout' });
  ringAgain(scene, incident);
  announce(world, incident, 'unacknowledged', by);
}

/** At those who have it; where nobody does, at its level. */
export function ringAgain(scene: Scene, incident: IncidentRow): void {
  const { world } = scene;
  const { live } = incident;
  if (live && incident.assignments.length === 0) {
    const found = mannedFrom(scene, live.levels, live.level) ?? mannedFrom(scene, live.levels, 1);
    const at = secondNow(world);
    live.level = found?.level ?? live.level;
    incident.assignments = (found?.people ?? []).map((user) => ({ user, at }));
  }
  if (live) live.told = [];
  ring(
    world,
    incident,
    incident.assignments.map(({ user }) => user),
  );
  arm(scene, incident);
}

/** Ends an incident and every alert in it. */
export function resolve(world: PagerDutyWorld, incident: IncidentRow, by: Agent, channel: string, note?: string): void {
  const at = secondNow(world);
  turn(world, incident, 'resolved', by);
  Object.assign(incident, { resolved_at: at, assignments: [], acknowledgements: [], pending: [] });
  hush(incident);
  for (const alert of incident.alerts) closeAlert(world, alert);
  enter(world, incident, {
    type: 'resolve',
    summary: `Resolved by ${agentName(world.state, by)}`,
    agent: by,
    channel,
    ...(note === undefined ? {} : { note }),
  });
  announce(world, incident, 'resolved', by);
}

export function closeAlert(world: PagerDutyWorld, alert: AlertRow): void {
  const at = secondNow(world);
  if (alert.status === 'triggered') Object.assign(alert, { status: 'resolved', resolved_at: at, updated_at: at });
}

/** With its last open alert an incident ends, too. */
export function resolveAlerts(world: PagerDutyWorld, incident: IncidentRow, alerts: readonly AlertRow[], by: Agent, channel: string): void {
  for (const alert of alerts) closeAlert(world, alert);
  incident.updated_at = secondNow(world);
  const over = incident.alerts.length > 0 && incident.alerts.every((alert) => alert.status === 'resolved');
  if (over && incident.status !== 'resolved') resolve(world, incident, by, channel);
}

/** It stays acknowledged for that long, and is triggered again then. */
export function snooze(world: PagerDutyWorld, incident: IncidentRow, by: Agent, seconds: number): void {
  hush(incident);
  pend(incident, ['escalate', 'unacknowledge'], [{ type: 'unacknowledge', at: secondNow(world) + seconds * 1000 }]);
  enter(world, incident, { type: 'snooze', summary: `Snoozed by ${agentName(world.state, by)}`, agent: by, channel: 'api' });
}

/** A resolved incident is open again; its alerts stay ended. */
export function reopen(scene: Scene, incident: IncidentRow, by: Agent): void {
  const { world } = scene;
  incident.resolved_at = null;
  turn(world, incident, 'triggered', by);
  enter(world, incident, { type: 'reopen', summary: `Reopened by ${agentName(world.state, by)}`, agent: by, channel: 'api' });
  announce(world, incident, 'reopened', by);
  ringAgain(scene, incident);
}
