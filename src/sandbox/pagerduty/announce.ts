import type { Agent, IncidentRow, LogRow } from './incident-types.ts';
import { head, referTo } from './present.ts';
import type { Referable } from './present.ts';
import type { DeliveryRow, PagerDutyWorld, WebhookRow } from './types.ts';
import { iso } from './validate.ts';

/** Without "incident." */
export type IncidentEvent =
  | 'triggered'
  | 'acknowledged'
  | 'unacknowledged'
  | 'resolved'
  | 'reopened'
  | 'escalated'
  | 'reassigned'
  | 'delegated'
  | 'annotated';

/** Tells every webhook subscription that listens to such events of that service. */
export function announce(world: PagerDutyWorld, incident: IncidentRow, event: IncidentEvent, agent: Agent, note?: LogRow): void {
  const type = `incident.${event}`;
  const listening = world.state.webhooks.filter(
    (row) =>
      row.active &&
      !row.temporarily_disabled &&
      row.events.includes(type) &&
      (row.filter.type === 'account_reference' || row.filter.id === incident.service),
  );
  if (listening.length === 0) return;
  const data = note ? noteData(world, incident, note) : incidentData(world, incident);
  const body = eventBody(world, { type, resource: 'incident', agent: referTo(world, agent.type, agent.id), data });
  for (const webhook of listening) enqueue(world, webhook, body, incident.id);
}

/** What "send a test event" delivers. */
export function announcePing(world: PagerDutyWorld, webhook: WebhookRow): void {
  const data = { message: 'Hello from your friend Pagey!', type: 'ping' };
  enqueue(world, webhook, eventBody(world, { type: 'pagey.ping', resource: 'pagey', agent: null, data }), null);
}

function enqueue(world: PagerDutyWorld, webhook: WebhookRow, body: string, about: string | null): void {
  const now = world.now();
  const row: DeliveryRow = { id: world.id('sandbox-delivery-', 28), webhook: webhook.id, about, body, first: now, due: now, attempts: 0 };
  world.state.deliveries = [...world.state.deliveries, row];
}

interface Said {
  readonly type: string;
  readonly resource: string;
  readonly agent: Referable | null;
  readonly data: unknown;
}

function eventBody(world: PagerDutyWorld, { type, resource, agent, data }: Said): string {
  return JSON.stringify({
    event: {
      id: world.id('01', 26),
      event_type: type,
      resource_type: resource,
      occurred_at: new Date(world.now()).toISOString(),
      agent,
      client: null,
      data,
    },
  });
}

function incidentData(world: PagerDutyWorld, incident: IncidentRow): unknown {
  const { self, html_url } = head(world, 'incident', incident.id, incident.title);
  return {
    id: incident.id,
    type: 'incident',
    self,
    html_url,
    number: incident.number,
    status: incident.status,
    incident_key: incident.key ?? incident.alerts[0]?.key ?? null,
    created_at: iso(incident.created_at),
    reopened_at: null,
    title: incident.title,
    service: referTo(world, 'service', incident.service),
    assignees: incident.assignments.map(({ user }) => referTo(world, 'user', user)),
    escalation_policy: referTo(world, 'escalation_policy', incident.policy),
    teams: [],
    priority: null,
    urgency: incident.urgency,
    conference_bridge: null,
    resolve_reason: null,
    incident_type: { name: 'incident_default' },
  };
}

function noteData(world: PagerDutyWorld, incident: IncidentRow, note: LogRow): unknown {
  const reference = { ...head(world, 'incident', incident.id, `[#${incident.number}] ${incident.title}`), type: 'incident_reference' };
  return { incident: reference, id: note.id, content: note.note, trimmed: false, type: 'incident_note' };
}
