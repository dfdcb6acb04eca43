import { announce } from './announce.ts';
import { assign, mannedFrom, snapshotOf } from './escalate.ts';
import type { InboundEvent } from './event-types.ts';
import { incidentToJoin } from './grouping-match.ts';
import { byService, enter, namesOf, secondNow } from './incident-log.ts';
import type { AlertRow, IncidentRow } from './incident-types.ts';
import { acknowledge, resolveAlerts } from './transitions.ts';
import type { IntegrationRow, PagerDutyWorld, Scene, ServiceRow } from './types.ts';
import { urgencyOf } from './urgency.ts';

const v2Type = 'events_api_v2_inbound_integration';

/** Where an event goes by its key; a key of the other version's kind is as good as none. */
function addressee(
  world: PagerDutyWorld,
  event: InboundEvent,
): { readonly service: ServiceRow; readonly integration: IntegrationRow } | undefined {
  for (const service of world.state.services) {
    const integration = service.integrations.find((row) => row.integration_key === event.key);
    if (integration) return (integration.type === v2Type) === (event.version === 2) ? { service, integration } : undefined;
  }
  return undefined;
}

/** Looks at an accepted event. What leads nowhere is dropped without a word: an unknown key or alert, a disabled service, a maintenance window, nobody on call. */
export function takeEvent(scene: Scene, event: InboundEvent): void {
  const { world } = scene;
  const to = addressee(world, event);
  if (!to || world.state.expired || closed(world, to.service)) return;
  const known = openAlert(world, to.service, event.dedup);
  if (!known) {
    if (event.action === 'trigger') open(scene, to, event);
    return;
  }
  const by = byService(known.incident);
  if (event.action === 'trigger') repeat(world, known.alert, event);
  else if (event.action === 'resolve') resolveAlerts(world, known.incident, [known.alert], by, 'api');
  else if (known.incident.status === 'triggered') acknowledge(world, known.incident, by, 'api');
}

/** During a window a service's integrations are switched off: resolves do not arrive either. */
function closed(world: PagerDutyWorld, service: ServiceRow): boolean {
  const now = world.now();
  return service.disabled || world.state.windows.some((row) => row.services.includes(service.id) && row.start <= now && now < row.end);
}

function openAlert(
  world: PagerDutyWorld,
  service: ServiceRow,
  dedup: string,
): { readonly incident: IncidentRow; readonly alert: AlertRow } | undefined {
  for (const incident of world.state.incidents.toReversed()) {
    if (incident.service !== service.id || incident.status === 'resolved') continue;
    const alert = incident.alerts.find((row) => row.key === dedup && row.status === 'triggered');
    if (alert) return { incident, alert };
  }
  return undefined;
}

type Told = Pick<AlertRow, 'severity' | 'summary' | 'source' | 'component' | 'group' | 'class' | 'details' | 'links'>;
const toldBy = (event: InboundEvent): Told => {
  const { severity, summary, source, component, group, class: kind, details, links } = event;
  return { severity, summary, source, component, group, class: kind, details, links };
};

/** The same alert again: it says the newest, and pages nobody. */
function repeat(world: PagerDutyWorld, alert: AlertRow, event: InboundEvent): void {
  Object.assign(alert, toldBy(event), { updated_at: secondNow(world) });
}

interface Addressee {
  readonly service: ServiceRow;
  readonly integration: IntegrationRow;
}

function open(scene: Scene, to: Addressee, event: InboundEvent): void {
  const { world } = scene;
  const group = incidentToJoin(world.state, to.service.id, event, world.now());
  if (!group) return openIncident(scene, to, event);
  // Whatever its severity, it joins in silence and the urgency stays: the worse reading.
  group.alerts.push(alertOf(world, to, event));
  group.updated_at = secondNow(world);
}

function alertOf(world: PagerDutyWorld, { integration }: Addressee, event: InboundEvent): AlertRow {
  const at = secondNow(world);
  return {
    id: world.id('Q', 14),
    key: event.dedup,
    status: 'triggered',
    suppressed: false,
    created_at: at,
    updated_at: at,
    resolved_at: null,
    integration: integration.id,
    ...toldBy(event),
  };
}

/** Where no level has anybody, there is no incident at all. */
function openIncident(scene: Scene, to: Addressee, event: InboundEvent): void {
  const { world } = scene;
  const { service } = to;
  const policy = world.state.policies.find((row) => row.id === service.policy);
  if (!policy) return;
  const levels = snapshotOf(policy);
  const first = mannedFrom(scene, levels, 1);
  if (!first) return;
  const at = secondNow(world);
  world.state.incidentNumber += 1;
  const incident: IncidentRow = {
    id: world.id('Q', 14),
    number: world.state.incidentNumber,
    title: event.summary,
    service: service.id,
    policy: policy.id,
    urgency: urgencyOf(service, event.severity, world.now()),
    status: 'triggered',
    key: null,
    created_at: at,
    updated_at: at,
    status_changed_at: at,
    status_changed_by: { type: 'service', id: service.id },
    resolved_at: null,
    assignments: [],
    acknowledgements: [],
    pending: service.auto_resolve_timeout === null ? [] : [{ type: 'resolve', at: at + service.auto_resolve_timeout * 1000 }],
    alerts: [alertOf(world, to, event)],
    live: { levels, loops: policy.num_loops, level: first.level, loop: 0, direct: false, ends: null, rings: [], told: [] },
    log: [],
  };
  world.state.incidents.push(incident);
  begin(scene, incident, first.people);
}

function begin(scene: Scene, incident: IncidentRow, people: readonly string[]): void {
  const { world } = scene;
  const agent = byService(incident);
  enter(world, incident, { type: 'trigger', summary: `Triggered through the API: ${incident.title}`, agent, channel: 'api' });
  const summary = `Assigned to ${namesOf(world.state, people)}`;
  enter(world, incident, { type: 'assign', summary, agent, channel: 'auto', assignees: people });
  assign(scene, incident, people);
  announce(world, incident, 'triggered', agent);
}
