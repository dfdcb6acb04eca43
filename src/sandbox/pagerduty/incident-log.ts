import type { Instant } from '../../model/index.ts';
import type { Agent, IncidentRow, LogRow } from './incident-types.ts';
import type { PagerDutyState, PagerDutyWorld } from './types.ts';

/** PagerDuty counts whole seconds. */
export const secondOf = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;
export const secondNow = (world: PagerDutyWorld): Instant => secondOf(world.now());

export const byService = (incident: Pick<IncidentRow, 'service'>): Agent => ({ type: 'service', id: incident.service });

export function agentName(state: PagerDutyState, agent: Agent): string {
  const rows: readonly { readonly id: string; readonly name: string }[] = agent.type === 'user' ? state.users : state.services;
  return rows.find((row) => row.id === agent.id)?.name ?? agent.id;
}

export const namesOf = (state: PagerDutyState, users: readonly string[]): string =>
  users.map((id) => agentName(state, { type: 'user', id })).join(', ');

/** Writes an entry at this second; the incident has changed with it. */
export function enter(world: PagerDutyWorld, incident: IncidentRow, entry: Omit<LogRow, 'id' | 'at'>): LogRow {
  const at = secondNow(world);
  const row: LogRow = { id: world.id('R', 26), at, ...entry };
  incident.log.push(row);
  incident.updated_at = at;
  return row;
}

export function turn(world: PagerDutyWorld, incident: IncidentRow, status: IncidentRow['status'], by: Agent): void {
  Object.assign(incident, { status, status_changed_at: secondNow(world), status_changed_by: by });
}
