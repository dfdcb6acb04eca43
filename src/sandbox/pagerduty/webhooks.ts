import { createHash } from 'node:crypto';
import type { SandboxReply } from '../core.ts';
import { announcePing } from './announce.ts';
import { created, gone, ok, page, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { invalid, notFound } from './refusal.ts';
import type { WebhookRow } from './types.ts';
import { enveloped, isObject, list, oneOf, optionalText, rightType, text } from './validate.ts';
import type { Body } from './validate.ts';

const base = '/webhook_subscriptions';
export const webhookRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listWebhooks },
  { method: 'POST', path: base, handler: createWebhook },
  { method: 'GET', path: `${base}/:id`, handler: (call) => shown(webhookOf(call)) },
  { method: 'PUT', path: `${base}/:id`, handler: updateWebhook },
  { method: 'DELETE', path: `${base}/:id`, handler: deleteWebhook },
  { method: 'POST', path: `${base}/:id/enable`, handler: enableWebhook },
  { method: 'POST', path: `${base}/:id/ping`, handler: pingWebhook },
];

const incident = [
  'triggered',
  'acknowledged',
  'unacknowledged',
  'resolved',
  'reopened',
  'escalated',
  'reassigned',
  'delegated',
  'annotated',
  'priority_updated',
  'service_updated',
  'status_update_published',
  'incident_type.changed',
  'conference_bridge.updated',
  'custom_field_values.updated',
  'responder.added',
  'responder.replied',
  'role.assigned',
  'task.created',
  'task.updated',
  'task.completed',
  'workflow.started',
  'workflow.completed',
  'action_invocation.created',
  'action_invocation.updated',
  'action_invocation.terminated',
];
const service = ['created', 'updated', 'deleted', 'custom_field_values.updated'];
const eventTypes: readonly string[] = [...incident.map((name) => `incident.${name}`), ...service.map((name) => `service.${name}`)];

function webhookOf(call: Call): WebhookRow {
  const row = call.state.webhooks.find((each) => each.id === param(call, 'id'));
  if (!row) throw notFound();
  return row;
}

const shown = (row: WebhookRow): SandboxReply => ok({ webhook_subscription: present(row) });

function listWebhooks(call: Call): SandboxReply {
  const { query } = call.request;
  const type = query.get('filter_type');
  const id = query.get('filter_id');
  const rows = call.state.webhooks.filter((row) => (!type || row.filter.type === `${type}_reference`) && (!id || row.filter.id === id));
  return page(call, 'webhook_subscriptions', rows, (row) => present(row));
}

/** The signing secret is told once, at creation; header values never. */
function present(row: WebhookRow, secret: string | null = null): unknown {
  return {
    id: row.id,
    type: 'webhook_subscription',
    active: row.active,
    delivery_method: {
      id: row.delivery_id,
      type: 'http_delivery_method',
      url: row.url,
      secret,
      custom_headers: row.headers.map(({ name }) => ({ name, value: '<redacted>' })),
      temporarily_disabled: row.temporarily_disabled,
    },
    description: row.description,
    events: row.events,
    filter: row.filter.id === null ? { type: row.filter.type } : { id: row.filter.id, type: row.filter.type },
  };
}

function createWebhook(call: Call): SandboxReply {
  const body = enveloped(call.request.body, 'webhook_subscription');
  rightType(body, ['webhook_subscription']);
  const row: WebhookRow = {
    id: call.world.id('P', 7),
    delivery_id: call.world.id('P', 7),
    active: body['active'] !== false,
    description: optionalText(body, 'description') ?? null,
    ...deliveryIn(body['delivery_method']),
    secret: `sandbox${createHash('sha512').update(call.world.id('hook', 16)).digest('hex').slice(0, 57)}`,
    events: eventsIn(body),
    filter: filterIn(call, body['filter']),
    temporarily_disabled: false,
    disabled_until: null,
    drops: 0,
    pings: 0,
  };
  call.state.webhooks.push(row);
  return created({ webhook_subscription: present(row, row.secret) });
}

function deliveryIn(value: unknown): Pick<WebhookRow, 'url' | 'headers'> {
  if (!isObject(value)) throw invalid("Delivery method can't be blank");
  if (value['type'] !== 'http_delivery_method') throw invalid('Delivery method type is not included in the list');
  const url = text(value, 'url', { max: 2048 });
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw invalid('Delivery method url is invalid');
  return { url, headers: headersIn(value) };
}

function headersIn(delivery: Body): WebhookRow['headers'] {
  const headers = list(delivery, 'custom_headers').map((item) => {
    if (!isObject(item)) throw invalid('Custom headers must be objects');
    return { name: text(item, 'name'), value: text(item, 'value') };
  });
  if (new Set(headers.map(({ name }) => name.toLowerCase())).size < headers.length) throw invalid('Custom header names must be unique');
  return headers;
}

function eventsIn(body: Body): readonly string[] {
  const events = list(body, 'events').map(String);
  if (events.length === 0) throw invalid("Events can't be blank");
  if (new Set(events).size < events.length) throw invalid('Events must be unique');
  const unknown = events.find((event) => !eventTypes.includes(event));
  if (unknown !== undefined) throw invalid(`Events includes an unknown event type`);
  return events;
}

function filterIn(call: Call, value: unknown): WebhookRow['filter'] {
  if (!isObject(value)) throw invalid("Filter can't be blank");
  const type = oneOf(value, 'type', ['account_reference', 'service_reference', 'team_reference']);
  if (type === 'account_reference') return { type, id: null };
  const id = text(value, 'id');
  const known = type === 'service_reference' && call.state.services.some((row) => row.id === id);
  if (!known) throw invalid('Filter id not found');
  return { type, id };
}

/** The address cannot be changed: like every field that is read-only, a new one is passed over in silence. */
function updateWebhook(call: Call): SandboxReply {
  const row = webhookOf(call);
  const body = enveloped(call.request.body, 'webhook_subscription');
  rightType(body, ['webhook_subscription']);
  const events = body['events'] === undefined ? row.events : eventsIn(body);
  const filter = body['filter'] === undefined ? row.filter : filterIn(call, body['filter']);
  const description = optionalText(body, 'description');
  Object.assign(row, { events, filter });
  if (description !== undefined) row.description = description;
  if (typeof body['active'] === 'boolean') row.active = body['active'];
  return shown(row);
}

function deleteWebhook(call: Call): SandboxReply {
  const row = webhookOf(call);
  call.state.webhooks = call.state.webhooks.filter((each) => each !== row);
  return gone();
}

function enableWebhook(call: Call): SandboxReply {
  const row = webhookOf(call);
  Object.assign(row, { temporarily_disabled: false, disabled_until: null, drops: 0 });
  return shown(row);
}

/** Goes to the subscription whatever it listens to; one that has been stopped gets none. */
function pingWebhook(call: Call): SandboxReply {
  const row = webhookOf(call);
  row.pings += 1;
  if (row.active && !row.temporarily_disabled) announcePing(call.world, row);
  return { status: 202, body: {} };
}
