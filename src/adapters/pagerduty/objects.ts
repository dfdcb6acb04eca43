import { PmpError } from '../../engine/errors.ts';
import type { EscalationPolicy, Schedule, Seen, Service } from '../../model/index.ts';
import type { PagerDuty } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { backoff, path, type Client } from './client.ts';
import { create } from './create.ts';
import type { Directory } from './directory.ts';
import { writeMark } from './mark.ts';
import { inWords, policyBody, readPolicy, seenPolicy, type PolicyEntry } from './policies.ts';
import { UnknownOutcome } from './refusal.ts';
import { idsOf, scheduleBody } from './rota.ts';
import { fetchSchedule, readSchedule, seenSchedule, type ScheduleEntry, type ScheduleRow } from './schedules.ts';
import { keepIntegrations, readService, serviceBody, theService, type ServiceEntry } from './services.ts';
import { inBothLists, shiftIds, shiftSchedules, type ShiftList } from './shifts.ts';
import type { UserEntry } from './users.ts';

export interface Directories {
  readonly users: Directory<UserEntry>;
  readonly schedules: Directory<ScheduleRow>;
  /** Shift-based ones (API v3). */
  readonly shifts: ShiftList;
  readonly policies: Directory<PolicyEntry>;
  readonly services: Directory<ServiceEntry>;
}

const rounds = 3;
const gone = (resource: string): PmpError =>
  new PmpError('need-failed', { message: `${resource} is not in PagerDuty`, fix: 'Run setup again.', resource });

/** Schedules, found in both of PagerDuty's lists; written in the layer API only. */
export function scheduleObjects(
  client: Client,
  { users, schedules, shifts, policies }: Directories,
): Pick<PagerDuty, 'schedules' | 'createSchedule' | 'updateSchedule'> & { forget(): void } {
  const details = remembering((row: ScheduleRow) => fetchSchedule(client, row));
  async function usedBy(entry: ScheduleEntry): Promise<string | undefined> {
    const known = await policies.byIds(entry.policies.map(({ id }) => id));
    const others = entry.policies.filter(({ id }) => known.get(id)?.ours !== true).map(({ name }) => name);
    return others.length > 0 ? inWords('escalation policy', others) : undefined;
  }
  return {
    async schedules(names) {
      const [rows, shifted] = await Promise.all([schedules.find(names), shiftSchedules(shifts, names)]);
      const layered = await Promise.all(
        [...rows.values()].map(async (row): Promise<Seen<Schedule>> => {
          const entry = await details.ask(row);
          const [value, used] = await Promise.all([seenSchedule(entry, users, client.clock.now()), usedBy(entry)]);
          return { value, ours: entry.ours, ...(used !== undefined && { usedBy: used }) };
        }),
      );
      const both = shifted.find((one) => one.value && rows.has(one.value.name));
      if (both?.value) throw inBothLists(both.value.name);
      return [...layered, ...shifted];
    },
    async createSchedule(schedule) {
      const resource = `schedule ${schedule.name}`;
      const ids = await idsOf(users, [...new Set(schedule.layers.flatMap((layer) => layer.users))]);
      const body = scheduleBody(schedule, ids, writeMark(schedule.description), client.clock.now());
      const call = { method: 'POST', path: '/schedules', body, doing: `create ${resource}`, resource } as const;
      const read = (answer: Parameters<typeof readSchedule>[0]): ScheduleRow => readSchedule(answer.at('schedule'));
      const made = await create(client, { call, find: () => schedules.fresh(schedule.name), read });
      client.made(made.id);
      schedules.put({ id: made.id, name: made.name });
    },
    async updateSchedule(schedule) {
      const resource = `schedule ${schedule.name}`;
      const row = (await schedules.find([schedule.name])).get(schedule.name.trim());
      if (!row) throw gone(resource);
      const ids = await idsOf(users, [...new Set(schedule.layers.flatMap((layer) => layer.users))]);
      for (let round = 1; ; round++) {
        // Read anew each time: a layer that an earlier try has added already must go with its id, or it would be added twice.
        const before = await fetchSchedule(client, row);
        const description = before.ours ? writeMark(schedule.description) : schedule.description;
        const body = scheduleBody(schedule, ids, description, client.clock.now(), before);
        const call = {
          method: 'PUT',
          path: path('/schedules/{}', row.id),
          body,
          doing: `update ${resource}`,
          resource,
          once: true,
        } as const;
        try {
          await client.call(call);
          break;
        } catch (thrown) {
          if (!(thrown instanceof UnknownOutcome) || round >= rounds) throw thrown;
          await client.clock.sleep(backoff(round), 'PagerDuty did not answer', client.signal);
        }
      }
      details.forget();
    },
    forget: () => details.forget(),
  };
}

export function policyObjects(
  client: Client,
  { users, schedules, shifts, policies }: Directories,
): Pick<PagerDuty, 'policies' | 'createPolicy' | 'updatePolicy'> {
  /** Layer schedules by name; where the list has none, a shift-based one of that name. */
  async function scheduleIds(policy: EscalationPolicy): Promise<ReadonlyMap<string, string>> {
    const names = policy.levels.flatMap((level) =>
      level.targets.filter((target) => target.kind === 'schedule').map((target) => target.name.trim()),
    );
    const rows = await schedules.find(names);
    const ids = new Map([...rows].map(([name, row]): [string, string] => [name, row.id]));
    const missing = names.filter((name) => !ids.has(name));
    if (missing.length > 0) for (const [name, id] of await shiftIds(shifts, missing)) ids.set(name, id);
    return ids;
  }
  return {
    async policies(names) {
      return Promise.all([...(await policies.find(names)).values()].map((entry) => seenPolicy(entry, users)));
    },
    async createPolicy(policy) {
      const resource = `escalation policy ${policy.name}`;
      const body = await policyBody(policy, users, await scheduleIds(policy), writeMark(policy.description));
      const call = { method: 'POST', path: '/escalation_policies', body, doing: `create ${resource}`, resource } as const;
      const made = await create(client, {
        call,
        find: () => policies.fresh(policy.name),
        read: (answer) => readPolicy(answer.at('escalation_policy')),
      });
      client.made(made.id);
      policies.put(made);
    },
    async updatePolicy(policy) {
      const resource = `escalation policy ${policy.name}`;
      const before = (await policies.find([policy.name])).get(policy.name.trim());
      if (!before) throw gone(resource);
      const description = before.ours ? writeMark(policy.description) : policy.description;
      const body = await policyBody(policy, users, await scheduleIds(policy), description);
      const call = {
        method: 'PUT',
        path: path('/escalation_policies/{}', before.id),
        body,
        doing: `update ${resource}`,
        resource,
      } as const;
      policies.put({ ...readPolicy((await client.call(call)).at('escalation_policy')), services: before.services });
    },
  };
}

export function serviceObjects(
  client: Client,
  { policies, services }: Directories,
): Pick<PagerDuty, 'createService' | 'updateService' | 'rememberRefusal'> {
  async function policyId(service: Service): Promise<string> {
    const policy = (await policies.find([service.policy])).get(service.policy.trim());
    if (!policy) throw gone(`escalation policy ${service.policy}`);
    return policy.id;
  }
  const write = async (before: ServiceEntry, body: object): Promise<void> => {
    const resource = `service ${before.name}`;
    const call = { method: 'PUT', path: path('/services/{}', before.id), body, doing: `update ${resource}`, resource } as const;
    services.put(keepIntegrations(readService((await client.call(call)).at('service')), before));
  };
  return {
    async createService(service) {
      const resource = `service ${service.name}`;
      const body = serviceBody(service, await policyId(service));
      const call = { method: 'POST', path: '/services', body, doing: `create ${resource}`, resource } as const;
      const made = await create(client, {
        call,
        find: () => services.fresh(service.name),
        read: (answer) => readService(answer.at('service')),
      });
      client.made(made.id);
      services.put(made);
    },
    async updateService(service) {
      const before = await theService(services, service.name);
      await write(before, serviceBody(service, await policyId(service), before));
    },
    async rememberRefusal(name, types) {
      const before = await theService(services, name);
      const refused = [...new Set([...before.refused, ...types])].sort();
      if (!before.ours || refused.length === before.refused.length) return;
      const policy = (await policies.find([before.policy])).get(before.policy);
      if (!policy) throw gone(`escalation policy ${before.policy}`);
      const escalation_policy = { id: policy.id, type: 'escalation_policy_reference' };
      await write(before, {
        service: { type: 'service', name: before.name, escalation_policy, description: writeMark(before.description, { refused }) },
      });
    },
  };
}
