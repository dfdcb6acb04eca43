import { createHash } from 'node:crypto';
import { load } from 'js-yaml';
import type { KubernetesState } from '../../src/sandbox/kubernetes/state.ts';
import { onCallAt } from '../../src/sandbox/pagerduty/oncalls.ts';
import type { PagerDutyState, PolicyRow, ScheduleRow, UserRow } from '../../src/sandbox/pagerduty/types.ts';

/** What an account and a cluster hold, in names: two runs that did the same are equal, whatever their ids, times and keys. */
export interface Snapshot {
  readonly account: Readonly<Record<string, readonly unknown[]>>;
  readonly cluster: Readonly<Record<string, unknown>>;
  /** What each Alertmanager runs, and the files it sees. */
  readonly loaded: readonly unknown[];
}

type Tree = Record<string, any>; // eslint-disable-line typescript/no-explicit-any -- objects of every kind
const week = 7 * 86_400_000;
const sorted = <T>(rows: readonly T[]): readonly T[] => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

export function snapshotOf(account: PagerDutyState, cluster: KubernetesState): Snapshot {
  const meanings = meaningsOf(account);
  return { account: accountOf(account), cluster: clusterOf(cluster, meanings), loaded: loadedOf(cluster, meanings) };
}

function accountOf(state: PagerDutyState): Snapshot['account'] {
  const email = (id: string) => state.users.find((user) => user.id === id)?.email ?? `nobody (${id})`;
  const service = (id: string) => state.services.find((row) => row.id === id)?.name ?? `no service (${id})`;
  const policy = (id: string) => state.policies.find((row) => row.id === id)?.name ?? `no policy (${id})`;
  const schedule = (id: string) => state.schedules.find((row) => row.id === id)?.name ?? `no schedule (${id})`;
  return {
    users: sorted(state.users.map(userOf)),
    schedules: sorted(state.schedules.map((row) => scheduleOf(row, email))),
    policies: sorted(
      state.policies.map((row) => ({
        ...without(row, 'id', 'rules'),
        rules: row.rules.map(({ delay, targets }) => ({
          delay,
          targets: targets.map(({ id, type }) => `${type} ${type === 'user' ? email(id) : schedule(id)}`),
        })),
      })),
    ),
    services: sorted(
      state.services.map((row) => ({
        ...without(row, 'id', 'created_at', 'integrations'),
        policy: policy(row.policy),
        integrations: sorted(row.integrations.map((one) => without(one, 'id', 'created_at', 'integration_key', 'integration_email'))),
      })),
    ),
    groupings: sorted(
      state.groupings.map((row) => ({ ...without(row, 'id', 'created_at', 'updated_at'), services: row.services.map(service) })),
    ),
    windows: sorted(
      state.windows.map((row) => ({
        ...without(row, 'id', 'sequence_number', 'created_by'),
        services: sorted(row.services.map(service)),
      })),
    ),
    webhooks: sorted(
      state.webhooks.map((row) => ({
        ...without(row, 'id', 'delivery_id', 'secret', 'pings'),
        events: sorted(row.events),
        filter: { type: row.filter.type, service: row.filter.id === null ? null : service(row.filter.id) },
      })),
    ),
  };
}

function userOf(user: UserRow): unknown {
  const method = (id: string) => {
    const found = user.methods.find((row) => row.id === id);
    return found ? `${found.type} ${found.address}` : `no method (${id})`;
  };
  return {
    ...without(user, 'id', 'color', 'methods', 'rules'),
    methods: sorted(user.methods.map((row) => without(row, 'id', 'created_at'))),
    rules: sorted(user.rules.map((row) => ({ urgency: row.urgency, delay: row.delay, method: method(row.method) }))),
  };
}

/** Turns change at the same time of the week; which week it was is a time. */
function scheduleOf(row: ScheduleRow, email: (id: string) => string): unknown {
  return {
    ...without(row, 'id', 'layers'),
    layers: row.layers.map((layer) => ({
      ...without(layer, 'id', 'start', 'end', 'rotation_virtual_start', 'users'),
      ended: layer.end !== null,
      turns: layer.rotation_virtual_start % week,
      users: layer.users.map(email),
    })),
  };
}

/** Every secret value there is, by what it is for. A value that means nothing to the account is told by its fingerprint. */
function meaningsOf(state: PagerDutyState): (text: string) => string {
  const known = new Map<string, string>();
  const name = (id: string | null) => state.services.find((row) => row.id === id)?.name ?? '?';
  for (const service of state.services)
    for (const one of service.integrations)
      if (one.integration_key !== null) known.set(one.integration_key, `key of ${service.name} (${one.type})`);
  for (const hook of state.webhooks) {
    known.set(hook.secret, `signing secret of the webhook of ${name(hook.filter.id)}`);
    known.set(hook.id, `id of the webhook of ${name(hook.filter.id)}`);
  }
  return (text) => known.get(text) ?? `another value (${createHash('sha256').update(text).digest('hex').slice(0, 8)})`;
}

/** Made by controllers, with names that count up; a Lease says who works now, which is a time. */
const passing = new Set(['pods', 'replicasets', 'endpoints', 'leases']);

function clusterOf(state: KubernetesState, meaning: (text: string) => string): Snapshot['cluster'] {
  const objects = Object.entries(state.objects).filter(([key]) => !passing.has(key.split('/')[1] ?? ''));
  return Object.fromEntries(sorted(objects.map(([key, object]) => [key, objectOf(structuredClone(object), meaning)] as const)));
}

function objectOf(object: Tree, meaning: (text: string) => string): unknown {
  const { uid: _, resourceVersion: _r, creationTimestamp: _c, generation: _g, managedFields, ...metadata } = object['metadata'] as Tree;
  const annotations = Object.entries((metadata['annotations'] ?? {}) as Record<string, string>).map(([name, value]) => [
    name,
    name.startsWith('pmp-pd.io/subscription-') ? meaning(value) : value,
  ]);
  if (object['kind'] === 'Secret')
    for (const [name, value] of Object.entries((object['data'] ?? {}) as Record<string, string>))
      object['data'][name] = meaning(Buffer.from(value, 'base64').toString());
  const owners = ((managedFields ?? []) as Tree[]).map(({ manager, operation, fieldsV1 }) => ({ manager, operation, fieldsV1 }));
  return {
    ...without(object, 'status'),
    metadata: { ...metadata, annotations: Object.fromEntries(annotations), managedFields: sorted(owners) },
  };
}

function loadedOf(state: KubernetesState, meaning: (text: string) => string): Snapshot['loaded'] {
  return sorted(
    Object.values(state.runs).flatMap(({ alertmanager, files }) =>
      alertmanager === undefined
        ? []
        : [
            {
              configuration: alertmanager.inForce,
              reloads: alertmanager.reloadSuccessful,
              keys: keyFilesOf(alertmanager.inForce).map((path) => [path, meaning(files?.[path] ?? 'absent')]),
            },
          ],
    ),
  );
}

/** Every file that a configuration names as the place of a key or an address. */
export function keyFilesOf(configuration: string): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(look);
    if (typeof value !== 'object' || value === null) return;
    for (const [name, inner] of Object.entries(value))
      if (/^(?:routing_key|service_key|url|webhook_url|password|credentials)_file$/.test(name) && typeof inner === 'string')
        found.push(inner);
      else look(inner);
  };
  look(load(configuration));
  return found;
}

function without<T extends object>(row: T, ...fields: readonly (keyof T & string)[]): Partial<T> {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !fields.includes(name as keyof T & string))) as Partial<T>;
}

/** Things that are there twice under one natural key. */
export function duplicatesOf(state: PagerDutyState): readonly string[] {
  const keys = [
    ...state.users.map((row) => `user ${row.email}`),
    ...state.users.flatMap((row) => row.methods.map((one) => `${one.type} ${one.country_code ?? ''} ${one.address} of ${row.email}`)),
    ...state.users.flatMap((row) => row.rules.map((one) => `rule ${one.urgency} ${one.delay} ${one.method} of ${row.email}`)),
    ...state.schedules.map((row) => `schedule ${row.name}`),
    ...state.policies.map((row) => `policy ${row.name}`),
    ...state.services.map((row) => `service ${row.name}`),
    ...state.services.flatMap((row) => row.integrations.map((one) => `integration ${one.name} of ${row.name}`)),
    ...state.groupings.flatMap((row) => row.services.map((one) => `grouping of ${one}`)),
    ...state.windows.map((row) => `window ${row.description ?? ''} ${row.start}`),
    ...state.webhooks.map((row) => `webhook of ${row.filter.id ?? ''}`),
  ];
  return keys.filter((key, index) => keys.indexOf(key) !== index);
}

/** Active services that point at a policy with nobody on one of its levels. */
export function unmanned(state: PagerDutyState, now: number): readonly string[] {
  return state.services
    .filter((service) => !service.disabled)
    .flatMap((service) => {
      const policy = state.policies.find((row) => row.id === service.policy);
      if (policy === undefined || policy.rules.length === 0) return [`service ${service.name} has no policy with levels`];
      return emptyLevels(state, policy, now).map((level) => `service ${service.name}: nobody at level ${level} of ${policy.name}`);
    });
}

function emptyLevels(state: PagerDutyState, policy: PolicyRow, now: number): readonly number[] {
  const exists = (id: string) => state.users.some((user) => user.id === id);
  return policy.rules.flatMap(({ targets }, index) =>
    targets.some((target) => onCallAt(state, target, now, 'wall').some(exists)) ? [] : [index + 1],
  );
}

/** Alertmanagers that run a configuration whose key files they do not see, or see with a key of nobody's. */
export function keyless(cluster: KubernetesState, account: PagerDutyState): readonly string[] {
  const keys = new Set(account.services.flatMap((service) => service.integrations.map((one) => one.integration_key)));
  return Object.entries(cluster.runs).flatMap(([pod, { alertmanager, files }]) =>
    (/_file:/.test(alertmanager?.inForce ?? '') ? keyFilesOf(alertmanager?.inForce ?? '') : []).flatMap((path) => {
      const text = files?.[path];
      if (text === undefined || text === '') return [`${pod} runs a configuration that reads ${path}, which it does not see`];
      return /_SERVICE_KEY_/.test(path) && !keys.has(text) ? [`${pod} reads ${path}, which holds no key of this account`] : [];
    }),
  );
}
