import { PmpError } from '../../engine/errors.ts';
import type { AlertGrouping, GroupingType, Seen } from '../../model/index.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import { create } from './create.ts';
import type { Directory } from './directory.ts';
import { readMark, writeMark } from './mark.ts';
import { Refused, refusedByPlan } from './refusal.ts';
import { theService, type ServiceEntry } from './services.ts';
import type { Shape } from './shape.ts';

interface GroupingEntry {
  readonly id: string;
  readonly type: GroupingType;
  readonly fields: readonly string[];
  readonly anyField: boolean;
  readonly serviceIds: readonly string[];
  readonly serviceNames: ReadonlyMap<string, string>;
  readonly ours: boolean;
}

export interface Groupings {
  groupings(services: readonly string[]): Promise<readonly Seen<AlertGrouping>[] | 'refused'>;
  createGrouping(grouping: AlertGrouping): Promise<void>;
  updateGrouping(grouping: AlertGrouping): Promise<void>;
  forget(): void;
}

const types: ReadonlySet<string> = new Set(['intelligent', 'content_based_intelligent', 'content_based', 'time']);
const isType = (text: string): text is GroupingType => types.has(text);

/** Alert grouping settings, found by the services that they hold; a service is in one at most. */
export function groupings(client: Client, services: Directory<ServiceEntry>): Groupings {
  /** By the ids asked for, joined. */
  const held = remembering((ids: string) => fetchAll(ids.split(' ')));

  async function fetchAll(ids: readonly string[]): Promise<readonly GroupingEntry[] | 'refused'> {
    const entries: GroupingEntry[] = [];
    const seen = new Set<string>();
    try {
      for (let after: string | undefined; ;) {
        const query = { 'service_ids[]': ids, limit: '100', ...(after !== undefined && { after }) };
        const answer = await client.call({ method: 'GET', path: '/alert_grouping_settings', query, doing: 'read the alert grouping' });
        entries.push(...answer.list('alert_grouping_settings').flatMap(readGrouping));
        after = answer.textOr('after');
        if (after === undefined || after === '' || seen.has(after)) return entries;
        seen.add(after);
      }
    } catch (thrown) {
      // No setting at all is a 404 of PagerDuty's own; a 404 without JSON comes where the plan has no such page.
      if (thrown instanceof Refused && thrown.status === 404 && thrown.json) return entries;
      if (refusedByPlan(thrown)) return 'refused';
      throw thrown;
    }
  }

  const ofIds = (ids: readonly string[]): Promise<readonly GroupingEntry[] | 'refused'> => held.ask([...ids].sort().join(' '));

  async function seenGrouping(entry: GroupingEntry, service: ServiceEntry): Promise<Seen<AlertGrouping>> {
    const known = await services.byIds(entry.serviceIds);
    const names = entry.serviceIds.map((id) => known.get(id)?.name.trim() ?? entry.serviceNames.get(id) ?? id);
    const { type, fields, anyField } = entry;
    return {
      value: {
        kind: 'alert grouping',
        name: service.name.trim(),
        type,
        fields,
        services: names.sort(),
        fallbacks: [],
        ...(anyField && { anyField }),
      },
      ours: entry.ours,
    };
  }

  async function mine(service: ServiceEntry): Promise<GroupingEntry | undefined> {
    const found = await fetchAll([service.id]);
    return found === 'refused' ? undefined : found.find((entry) => entry.serviceIds.includes(service.id));
  }

  async function asPlan<T>(grouping: AlertGrouping, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      if (!refusedByPlan(thrown)) throw thrown;
      throw new PmpError(
        'plan-refuses',
        {
          message: `the account's plan does not allow ${grouping.type} alert grouping`,
          ...(thrown.facts.cause !== undefined && { cause: thrown.facts.cause }),
          fix: "Take a plan with it, or leave it: the next weaker grouping, and at last Alertmanager's own group_by, is used.",
          resource: `alert grouping of ${grouping.name}`,
        },
        { cause: thrown },
      );
    }
  }

  return {
    async groupings(names) {
      const found = [...(await services.find(names)).values()];
      if (found.length === 0) return [];
      const entries = await ofIds(found.map((service) => service.id));
      if (entries === 'refused') return 'refused';
      const held = found.flatMap((service) =>
        entries.filter((entry) => entry.serviceIds.includes(service.id)).map((entry) => seenGrouping(entry, service)),
      );
      return Promise.all(held);
    },
    async createGrouping(grouping) {
      const service = await theService(services, grouping.name);
      const resource = `alert grouping of service ${grouping.name}`;
      const body = {
        alert_grouping_setting: {
          name: grouping.name,
          description: writeMark(`Alert grouping of ${grouping.name}`),
          ...configOf(grouping),
          services: await references(grouping),
        },
      };
      const call = { method: 'POST', path: '/alert_grouping_settings', body, doing: `create ${resource}`, resource } as const;
      const made = create(client, {
        call,
        find: () => mine(service),
        read: (answer) => readGrouping(answer.at('alert_grouping_setting'))[0],
      });
      const entry = await asPlan(grouping, made);
      if (entry) client.made(entry.id);
      held.forget();
    },
    async updateGrouping(grouping) {
      const service = await theService(services, grouping.name);
      const before = await mine(service);
      const resource = `alert grouping of service ${grouping.name}`;
      if (!before) throw new PmpError('need-failed', { message: `${resource} is gone`, fix: 'Run setup again.', resource });
      const wanted = await references(grouping);
      const sameServices =
        [...before.serviceIds].sort().join() ===
        wanted
          .map((one) => one.id)
          .sort()
          .join();
      const body = { alert_grouping_setting: { ...configOf(grouping), ...(!sameServices && { services: wanted }) } };
      const call = {
        method: 'PUT',
        path: path('/alert_grouping_settings/{}', before.id),
        body,
        doing: `update ${resource}`,
        resource,
      } as const;
      await asPlan(grouping, client.call(call));
      held.forget();
    },
    forget: () => held.forget(),
  };

  async function references(grouping: AlertGrouping): Promise<{ readonly id: string; readonly type: string }[]> {
    const found = await Promise.all(grouping.services.map((name) => theService(services, name)));
    return found.map((service) => ({ id: service.id, type: 'service_reference' }));
  }
}

/** A setting of a kind that we do not know is left out. */
function readGrouping(shape: Shape): readonly GroupingEntry[] {
  const type = shape.text('type');
  if (!isType(type)) return [];
  const config = shape.maybe('config');
  const services = shape.listOr('services');
  return [
    {
      id: shape.text('id'),
      type,
      fields: config?.has('fields') ? [...config.texts('fields')].sort() : [],
      anyField: config?.textOr('aggregate') === 'any',
      serviceIds: services.map((service) => service.text('id')),
      serviceNames: new Map(services.map((service) => [service.text('id'), service.textOr('summary') ?? service.text('id')])),
      ours: readMark(shape.textOr('description')).ours,
    },
  ];
}

/** No time window is sent: PagerDuty then uses the one it recommends for the service. */
function configOf(grouping: AlertGrouping): { readonly type: GroupingType; readonly config: object } {
  const { type, fields } = grouping;
  const byFields = { aggregate: 'all', fields: [...fields] };
  const bySummary = { iag_fields: ['summary'] };
  switch (type) {
    case 'intelligent':
      return { type, config: bySummary };
    case 'content_based':
      return { type, config: byFields };
    case 'content_based_intelligent':
      return { type, config: { ...byFields, ...bySummary } };
    case 'time':
      throw new PmpError('internal', {
        message: 'grouping by time is only read, never written',
        fix: 'Report this with the answers file.',
      });
  }
}
