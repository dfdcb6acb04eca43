import type { SandboxReply } from '../core.ts';
import { ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { incidentOf } from './incident-find.ts';
import type { AlertRow, IncidentRow } from './incident-types.ts';
import { actor, listIn } from './incident-writes.ts';
import { presentAlert } from './incidents.ts';
import { invalid, notFound } from './refusal.ts';
import { resolveAlerts } from './transitions.ts';
import { enveloped, oneOf } from './validate.ts';
import type { Body } from './validate.ts';

export const incidentAlertRoutes: readonly Route[] = [
  { method: 'PUT', path: '/incidents/:id/alerts', handler: updateMany, from: true },
  { method: 'PUT', path: '/incidents/:id/alerts/:alert', handler: updateOne, from: true },
];

function alertIn(incident: IncidentRow, id: unknown): AlertRow {
  const alert = incident.alerts.find((row) => row.id === id);
  if (!alert) throw notFound();
  return alert;
}

/** An alert can be ended, and not be begun again. The sandbox moves none to another incident. */
function resolveIn(call: Call, incident: IncidentRow, bodies: readonly Body[], alerts: readonly AlertRow[]): void {
  for (const body of bodies) {
    if (body['incident'] !== undefined) throw invalid('The sandbox does not move alerts to another incident');
    if (oneOf(body, 'status', ['resolved', 'triggered']) !== 'resolved') throw invalid('Status cannot be changed to triggered');
  }
  resolveAlerts(call.world, incident, alerts, actor(call, incident), 'api');
}

function updateMany(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const bodies = listIn(call, 'alerts');
  const alerts = bodies.map((body) => alertIn(incident, body['id']));
  resolveIn(call, incident, bodies, alerts);
  const shown = alerts.map((alert) => presentAlert(call, incident, alert));
  return ok({ alerts: shown, limit: 250, offset: 0, more: false, total: null });
}

function updateOne(call: Call): SandboxReply {
  const incident = incidentOf(call);
  const alert = alertIn(incident, param(call, 'alert'));
  resolveIn(call, incident, [enveloped(call.request.body, 'alert')], [alert]);
  return ok({ alert: presentAlert(call, incident, alert) });
}
