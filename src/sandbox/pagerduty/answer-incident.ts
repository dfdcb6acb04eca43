import type { Instant } from '../../model/index.ts';
import type { IncidentRow, LogRow } from './incident-types.ts';
import type { PagerDutyWorld, UserRow } from './types.ts';

/** The newest incident that a person could still acknowledge or resolve: their own first, then anybody's. */
export function openIncident(world: PagerDutyWorld, user: UserRow, act: 'ack' | 'resolve'): IncidentRow | undefined {
  const open = world.state.incidents.filter(({ status }) => (act === 'ack' ? status === 'triggered' : status !== 'resolved'));
  return open.findLast((row) => row.assignments.some((each) => each.user === user.id)) ?? open.at(-1);
}

/** A person answers on their phone: status and log say so. */
export function answerIncident(world: PagerDutyWorld, incident: IncidentRow, user: UserRow, act: 'ack' | 'resolve'): void {
  const at = Math.floor(world.now() / 1000) * 1000;
  const [type, words] = act === 'ack' ? ['acknowledge', 'Acknowledged'] : ['resolve', 'Resolved'];
  const entry: LogRow = {
    id: world.id('R', 26),
    type,
    at,
    summary: `${words} by ${user.name}`,
    agent: { type: 'user', id: user.id },
    channel: 'mobile',
  };
  incident.log.push(entry);
  Object.assign(incident, { updated_at: at, status_changed_at: at, pending: [] });
  if (act === 'ack') {
    incident.status = 'acknowledged';
    incident.acknowledgements = [...incident.acknowledgements, { user: user.id, at }];
  } else close(incident, at);
}

function close(incident: IncidentRow, at: Instant): void {
  Object.assign(incident, { status: 'resolved', resolved_at: at, assignments: [], acknowledgements: [] });
  for (const alert of incident.alerts) if (alert.status === 'triggered') Object.assign(alert, { status: 'resolved', resolved_at: at });
}
