import { clean } from '../../engine/errors.ts';
import { integrationLabel } from '../../model/index.ts';
import type { OwnObject } from '../../ports/index.ts';
import type { Client } from './client.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark } from './mark.ts';
import { listLive, openOnes } from './live.ts';
import { inWords, policyDirectory, type PolicyEntry } from './policies.ts';
import { Refused, refusedByPlan } from './refusal.ts';
import { fetchSchedule } from './schedules.ts';
import { serviceDirectory, type ServiceEntry } from './services.ts';
import type { Shape } from './shape.ts';
import { webhookDirectory } from './webhooks.ts';
import { windowDirectory, windowName } from './windows.ts';

interface Known {
  readonly services: ReadonlyMap<string, ServiceEntry>;
  readonly policies: ReadonlyMap<string, PolicyEntry>;
}

/** What bears our mark, read afresh: what hangs on something comes before it. */
export async function ownObjects(client: Client): Promise<readonly OwnObject[]> {
  const [services, policies] = await Promise.all([serviceDirectory(client).all(), policyDirectory(client).all()]);
  const known = { services: byId(services), policies: byId(policies) };
  const [webhooks, groupings, windows, open, schedules] = await Promise.all([
    ownWebhooks(client, known),
    ownGroupings(client, known),
    ownWindows(client),
    openCounts(
      client,
      services.filter(({ ours }) => ours),
    ),
    ownSchedules(client, known),
  ]);
  const ownServices = services
    .filter(({ ours }) => ours)
    .map((service) => own('service', service.id, service.name, serviceBlockers(service.integrations, open.get(service.id) ?? 0)));
  const ownPolicies = policies
    .filter(({ ours }) => ours)
    .map((policy) => {
      const others = policy.services.filter((service) => !service.ours).map(({ name }) => name);
      return own('escalation policy', policy.id, policy.name, inWordsIf('service', others));
    });
  return [...webhooks, ...groupings, ...windows, ...ownServices, ...ownPolicies, ...schedules];
}

function own(kind: OwnObject['kind'], id: string, name: string, blockers: readonly string[] = []): OwnObject {
  return { kind, id, name: clean(name, 200), blockers };
}

function byId<T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [one.id, one]));
}

function inWordsIf(noun: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [inWords(noun, names)];
}

/** Those of others would lose their service, and what calls people would end unanswered. */
export function serviceBlockers(integrations: readonly { readonly label: string }[], openIncidents: number): readonly string[] {
  const labels: readonly string[] = [integrationLabel('events_v2'), integrationLabel('prometheus')];
  const others = integrations.map(({ label }) => label).filter((label) => !labels.includes(label));
  return [
    ...inWordsIf('integration', others),
    ...(openIncidents === 0 ? [] : [`${openIncidents} open incident${openIncidents === 1 ? '' : 's'}`]),
  ];
}

async function openCounts(client: Client, services: readonly ServiceEntry[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  if (services.length === 0) return counts;
  const open = await listLive(client, openOnes(services.map(({ id }) => id)));
  for (const { serviceId } of open) counts.set(serviceId, (counts.get(serviceId) ?? 0) + 1);
  return counts;
}

async function ownWebhooks(client: Client, { services }: Known): Promise<readonly OwnObject[]> {
  const all = await webhookDirectory(client).all();
  return all
    .filter(({ ours }) => ours)
    .map(({ id, serviceId, description }) => own('webhook subscription', id, services.get(serviceId ?? '')?.name ?? description));
}

async function ownWindows(client: Client): Promise<readonly OwnObject[]> {
  const all = await windowDirectory(client).all();
  return all.filter(({ ours }) => ours).map((window) => own('maintenance window', window.id, windowName(window)));
}

/** Settings of every type: somebody may have given ours one that we do not know. */
async function ownGroupings(client: Client, { services }: Known): Promise<readonly OwnObject[]> {
  const found: OwnObject[] = [];
  const seen = new Set<string>();
  try {
    for (let after: string | undefined; ;) {
      const query = { limit: '100', ...(after !== undefined && { after }) };
      const answer = await client.call({ method: 'GET', path: '/alert_grouping_settings', query, doing: 'read the alert grouping' });
      const marked = answer.list('alert_grouping_settings').filter((row) => readMark(row.textOr('description')).ours);
      for (const row of marked) {
        const name = row.textOr('name') ?? '';
        found.push(own('alert grouping', row.text('id'), name, groupingBlockers(row, services)));
      }
      after = answer.textOr('after');
      if (after === undefined || after === '' || seen.has(after)) return found;
      seen.add(after);
    }
  } catch (thrown) {
    // No setting at all is a 404 of PagerDuty's own; a plan without grouping has none of ours either.
    if (thrown instanceof Refused && refusedByPlan(thrown)) return found;
    throw thrown;
  }
}

/** Ours hold one service and bear its name; others that were put into it are not ours to ungroup. */
export function groupingBlockers(setting: Shape, services: ReadonlyMap<string, ServiceEntry> = new Map()): readonly string[] {
  const others = setting
    .listOr('services')
    .map((service) => services.get(service.text('id'))?.name ?? service.textOr('summary') ?? service.text('id'));
  return inWordsIf(
    'service',
    others.filter((name) => others.length > 1 && name.trim() !== setting.textOr('name')?.trim()),
  );
}

interface ScheduleRow {
  readonly id: string;
  readonly name: string;
  /** undefined: the list does not tell; its own page does. */
  readonly ours: boolean | undefined;
}

async function ownSchedules(client: Client, { policies }: Known): Promise<readonly OwnObject[]> {
  const rows = await scheduleRows(client).all();
  const each = rows
    .filter(({ ours }) => ours !== false)
    .map(async (row) => {
      const entry = await fetchSchedule(client, row);
      const others = entry.policies.filter(({ id }) => policies.get(id)?.ours !== true).map(({ name }) => name);
      return entry.ours ? [own('schedule', entry.id, entry.name, inWordsIf('escalation policy', others))] : [];
    });
  return (await Promise.all(each)).flat();
}

function scheduleRows(client: Client): Directory<ScheduleRow> {
  return createDirectory<ScheduleRow>(client, {
    path: '/schedules',
    one: 'schedule',
    many: 'schedules',
    words: 'schedules',
    read: (shape) => ({
      id: shape.text('id'),
      name: shape.text('name'),
      ours: shape.has('description') ? readMark(shape.textOr('description')).ours : undefined,
    }),
    idOf: ({ id }) => id,
    keyOf: ({ id }) => id,
    normal: (id) => id,
  });
}
