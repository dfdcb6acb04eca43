import { PmpError } from '../../engine/errors.ts';
import { integrationLabel, integrationName, type Integration, type Seen, type Service } from '../../model/index.ts';
import type { Secret } from '../../ports/index.ts';
import { secretOf } from '../secret.ts';
import { path, type Client } from './client.ts';
import { create } from './create.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark, writeMark } from './mark.ts';
import type { Shape } from './shape.ts';

export interface ServiceEntry {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly ours: boolean;
  /** Grouping types that the plan refused, remembered in the mark. */
  readonly refused: readonly string[];
  readonly policy: string;
  readonly acknowledgementTimeout: number | null;
  readonly autoResolveTimeout: number | null;
  readonly urgency: Service['urgency'];
  readonly disabled: boolean;
  readonly integrations: readonly IntegrationEntry[];
}

export interface IntegrationEntry {
  readonly id: string;
  readonly type: Integration['type'] | 'other';
  readonly label: string;
  readonly key: Secret | undefined;
}

export function serviceDirectory(client: Client): Directory<ServiceEntry> {
  return createDirectory(client, {
    path: '/services',
    one: 'service',
    many: 'services',
    words: 'services',
    query: { 'include[]': ['integrations'] },
    read: readService,
    idOf: (service) => service.id,
    keyOf: (service) => service.name.trim(),
    normal: (name) => name.trim(),
  });
}

export function readService(shape: Shape): ServiceEntry {
  const mark = readMark(shape.textOr('description'));
  const seconds = (name: string): number | null => shape.numberOr(name) || null;
  return {
    id: shape.text('id'),
    name: shape.text('name'),
    description: mark.text,
    ours: mark.ours,
    refused: mark.notes['refused'] ?? [],
    policy: (shape.maybe('escalation_policy')?.textOr('summary') ?? '').trim(),
    acknowledgementTimeout: seconds('acknowledgement_timeout'),
    autoResolveTimeout: seconds('auto_resolve_timeout'),
    urgency: readUrgency(shape.maybe('incident_urgency_rule')),
    disabled: shape.textOr('status') === 'disabled',
    integrations: shape.listOr('integrations').map(readIntegration),
  };
}

function readUrgency(rule: Shape | undefined): Service['urgency'] {
  // Without the `urgencies` ability there is no rule and everything is high.
  if (!rule) return 'high';
  if (rule.text('type') !== 'constant') return 'support_hours';
  const urgency = rule.textOr('urgency');
  return urgency === 'low' || urgency === 'severity_based' ? urgency : 'high';
}

export function readIntegration(shape: Shape): IntegrationEntry {
  const vendor = shape.maybe('vendor')?.textOr('summary') ?? '';
  const type = shape.text('type').replace(/_reference$/, '');
  const key = shape.textOr('integration_key');
  return {
    id: shape.text('id'),
    type: type === 'events_api_v2_inbound_integration' ? 'events_v2' : isPrometheus(type, vendor) ? 'prometheus' : 'other',
    label: shape.textOr('name') ?? shape.textOr('summary') ?? '',
    key: key === undefined || key === '' ? undefined : secretOf(key),
  };
}

/** The guide's kind is Events API v1 under the Prometheus vendor. */
function isPrometheus(type: string, vendor: string): boolean {
  return /prometheus/i.test(vendor) || (type === 'generic_events_api_inbound_integration' && vendor === '');
}

export function seenService(entry: ServiceEntry): Seen<Service> & { readonly refused: readonly string[] } {
  const { description, policy, acknowledgementTimeout, autoResolveTimeout, urgency, disabled } = entry;
  const value: Service = {
    kind: 'service',
    name: entry.name.trim(),
    description,
    policy,
    acknowledgementTimeout,
    autoResolveTimeout,
    urgency,
    disabled,
  };
  return { value, ours: entry.ours, refused: entry.refused };
}

export function seenIntegrations(entry: ServiceEntry): readonly Seen<Integration>[] {
  return entry.integrations.flatMap((one): Seen<Integration>[] => {
    if (one.type === 'other') return [];
    const service = entry.name.trim();
    const value: Integration = {
      kind: 'integration',
      name: integrationName(service, one.type),
      service,
      type: one.type,
      label: one.label,
      ...(one.key && { fingerprint: one.key.fingerprint }),
    };
    return [{ value, ours: one.label === integrationLabel(one.type) }];
  });
}

/** @throws PmpError `need-failed` for a service that is not there. */
export async function theService(services: Directory<ServiceEntry>, name: string): Promise<ServiceEntry> {
  const service = (await services.find([name])).get(name.trim());
  if (service) return service;
  throw new PmpError('need-failed', {
    message: `service "${name}" is not in PagerDuty`,
    fix: 'Run setup again: it creates services before what belongs to them.',
    resource: `service ${name}`,
  });
}

/** What a service is sent as; `before` limits it to what differs. `policyId` belongs to `service.policy`. */
export function serviceBody(service: Service, policyId: string, before?: ServiceEntry): object {
  const changed = <T>(from: T | undefined, to: T): boolean => before === undefined || from !== to;
  const description = before && !before.ours ? service.description : writeMark(service.description, { refused: before?.refused ?? [] });
  return {
    service: {
      type: 'service',
      name: service.name,
      escalation_policy: { id: policyId, type: 'escalation_policy_reference' },
      ...(changed(before?.description, service.description) && { description }),
      ...(changed(before?.acknowledgementTimeout, service.acknowledgementTimeout) && {
        acknowledgement_timeout: service.acknowledgementTimeout,
      }),
      ...(changed(before?.autoResolveTimeout, service.autoResolveTimeout) && { auto_resolve_timeout: service.autoResolveTimeout }),
      ...(changed(before?.urgency, service.urgency) && { incident_urgency_rule: { type: 'constant', urgency: service.urgency } }),
      ...(before?.disabled === true && !service.disabled && { status: 'active' }),
      ...(before?.disabled === false && service.disabled && { status: 'disabled' }),
    },
  };
}

/** The answer to a write shows integrations as references at best: what was known of them stays. */
export function keepIntegrations(entry: ServiceEntry, before: ServiceEntry | undefined): ServiceEntry {
  return { ...entry, integrations: before?.integrations ?? entry.integrations };
}

export interface Integrations {
  createIntegration(integration: Integration): Promise<void>;
  integrationKey(service: string, type: Integration['type']): Promise<Secret | undefined>;
}

export function integrations(client: Client, services: Directory<ServiceEntry>): Integrations {
  const held: { vendor?: Promise<string | undefined> } = {};
  const pick = (service: ServiceEntry, type: Integration['type'], label: string): IntegrationEntry | undefined =>
    service.integrations.find((one) => one.type === type && one.label === label);

  async function refresh(name: string): Promise<ServiceEntry> {
    const service = await theService(services, name);
    const query = { 'include[]': ['integrations'] };
    const answer = await client.call({ method: 'GET', path: path('/services/{}', service.id), query, doing: `read service "${name}"` });
    const entry = readService(answer.at('service'));
    services.put(entry);
    return entry;
  }

  async function withKey(service: ServiceEntry, entry: IntegrationEntry): Promise<IntegrationEntry> {
    if (entry.key) return entry;
    const call = {
      method: 'GET',
      path: path('/services/{}/integrations/{}', service.id, entry.id),
      doing: `read the key of service "${service.name}"`,
    } as const;
    return readIntegration((await client.call(call)).at('integration'));
  }

  return {
    async createIntegration(integration) {
      const service = await theService(services, integration.service);
      const resource = `integration of service ${integration.service}`;
      const body = { integration: await integrationBody(integration) };
      const made = await create(client, {
        call: { method: 'POST', path: path('/services/{}/integrations', service.id), body, doing: `create ${resource}`, resource },
        find: async () => pick(await refresh(integration.service), integration.type, integration.label),
        read: (answer) => readIntegration(answer.at('integration')),
      });
      client.made(made.id);
      const now = await theService(services, integration.service);
      services.put({
        ...now,
        integrations: [...now.integrations.filter((one) => one.id !== made.id), { ...made, type: integration.type }],
      });
    },
    async integrationKey(name, type) {
      const service = (await services.find([name])).get(name.trim());
      const entry = service && (pick(service, type, integrationLabel(type)) ?? service.integrations.find((one) => one.type === type));
      return service && entry ? (await withKey(service, entry)).key : undefined;
    },
  };

  async function integrationBody(integration: Integration): Promise<object> {
    if (integration.type === 'events_v2') return { type: 'events_api_v2_inbound_integration', name: integration.label };
    held.vendor ??= prometheusVendor(client);
    const vendor = await held.vendor;
    const type = 'generic_events_api_inbound_integration';
    return { type, name: integration.label, ...(vendor !== undefined && { vendor: { id: vendor, type: 'vendor_reference' } }) };
  }
}

/** The vendor's id is looked up by name; without it the integration is a plain Events API v1 one, which does the same. */
async function prometheusVendor(client: Client): Promise<string | undefined> {
  for (let offset = 0; ;) {
    const query = { limit: '100', offset: String(offset) };
    const answer = await client.call({ method: 'GET', path: '/vendors', query, doing: 'read the vendors' });
    const vendors = answer.list('vendors');
    const found = vendors.find((vendor) => (vendor.textOr('name') ?? vendor.textOr('summary') ?? '').toLowerCase() === 'prometheus');
    if (found) return found.text('id');
    if (!answer.flag('more') || vendors.length === 0) return undefined;
    offset += vendors.length;
  }
}
