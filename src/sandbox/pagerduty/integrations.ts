import { createHash } from 'node:crypto';
import type { SandboxReply } from '../core.ts';
import { created, gone, includes, ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { serviceOf } from './find.ts';
import { head, referTo } from './present.ts';
import { invalid, notFound } from './refusal.ts';
import type { IntegrationRow, PagerDutyWorld, ServiceRow } from './types.ts';
import { enveloped, iso, oneOf, optionalText, reference } from './validate.ts';
import type { Body } from './validate.ts';
import { vendors } from './vendors.ts';

const base = '/services/:id/integrations';
export const integrationRoutes: readonly Route[] = [
  { method: 'POST', path: base, handler: createIntegration },
  { method: 'GET', path: `${base}/:integration`, handler: (call) => shown(call) },
  { method: 'PUT', path: `${base}/:integration`, handler: updateIntegration },
  { method: 'DELETE', path: `${base}/:integration`, handler: deleteIntegration },
];

const types = [
  'aws_cloudwatch_inbound_integration',
  'app_event_transform_inbound_integration',
  'cloudkick_inbound_integration',
  'event_transformer_api_inbound_integration',
  'events_api_v2_inbound_integration',
  'generic_email_inbound_integration',
  'generic_events_api_inbound_integration',
  'keynote_inbound_integration',
  'nagios_inbound_integration',
  'pingdom_inbound_integration',
  'sql_monitor_inbound_integration',
];

function integrationOf(call: Call): IntegrationRow {
  const row = serviceOf(call).integrations.find((each) => each.id === param(call, 'integration'));
  if (!row) throw notFound();
  return row;
}

const shown = (call: Call): SandboxReply => {
  const service = serviceOf(call);
  const row = integrationOf(call);
  const whole = includes(call, 'services')
    ? { service: { ...head(call.world, 'service', service.id, service.name), name: service.name } }
    : {};
  return ok({ integration: { ...presentIntegration(call.world, service, row), ...whole } });
};

export function integrationReference(world: PagerDutyWorld, service: ServiceRow, row: IntegrationRow): Readonly<Record<string, unknown>> {
  const path = `services/${service.id}/integrations/${row.id}`;
  return {
    id: row.id,
    type: `${row.type}_reference`,
    summary: row.name,
    self: `${world.baseUrl}/${path}`,
    html_url: `https://sandbox-account.pagerduty.com/${path}`,
  };
}

export function presentIntegration(world: PagerDutyWorld, service: ServiceRow, row: IntegrationRow): Readonly<Record<string, unknown>> {
  const vendor = vendors.find((each) => each.id === row.vendor);
  return {
    ...integrationReference(world, service, row),
    type: row.type,
    name: row.name,
    service: referTo(world, 'service', service.id),
    created_at: iso(row.created_at),
    vendor: vendor ? { ...head(world, 'vendor', vendor.id, vendor.name), type: 'vendor_reference' } : null,
    ...(row.integration_key === null ? {} : { integration_key: row.integration_key }),
    ...(row.integration_email === null ? {} : { integration_email: row.integration_email }),
  };
}

/** The type is said, or PagerDuty picks the one of the vendor. The key is always PagerDuty's own. */
function createIntegration(call: Call): SandboxReply {
  const service = serviceOf(call);
  const body = enveloped(call.request.body, 'integration');
  const vendor = vendorIn(body);
  const type = vendor?.type ?? oneOf(body, 'type', types);
  const byMail = type === 'generic_email_inbound_integration';
  const row: IntegrationRow = {
    id: call.world.id('P', 7),
    name: optionalText(body, 'name', 255) ?? vendor?.name ?? type,
    type,
    vendor: vendor?.id ?? null,
    integration_key: byMail ? null : newKey(call.world.id('key', 16)),
    integration_email: byMail ? emailIn(body) : null,
    created_at: call.world.now(),
  };
  service.integrations.push(row);
  return created({ integration: presentIntegration(call.world, service, row) });
}

/** 32 characters that begin as no real key does. */
function newKey(seed: string): string {
  return `sandbox${createHash('sha256').update(seed).digest('hex').slice(0, 25)}`;
}

function vendorIn(body: Body): (typeof vendors)[number] | undefined {
  if (body['vendor'] === undefined || body['vendor'] === null) return undefined;
  const { id } = reference(body['vendor'], 'vendor', ['vendor_reference', 'vendor']);
  const vendor = vendors.find((each) => each.id === id);
  if (!vendor) throw invalid('Vendor not found');
  return vendor;
}

function emailIn(body: Body): string {
  const address = optionalText(body, 'integration_email');
  if (!address) throw invalid("Integration email can't be blank");
  return address;
}

function updateIntegration(call: Call): SandboxReply {
  const row = integrationOf(call);
  row.name = optionalText(enveloped(call.request.body, 'integration'), 'name', 255) ?? row.name;
  return shown(call);
}

function deleteIntegration(call: Call): SandboxReply {
  const service = serviceOf(call);
  const row = integrationOf(call);
  service.integrations = service.integrations.filter((each) => each !== row);
  return gone();
}
