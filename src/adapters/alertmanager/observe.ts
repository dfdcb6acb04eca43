import { clean, PmpError } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { AlertmanagerRead, DeliveryCounters, Replica, RouteMatch, Silence } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { samplesOf } from './exposition.ts';
import { lastFailure } from './failures.ts';
import { alertsOn, externalLabels, inhibitors } from './inhibiting.ts';
import { intervalHolds } from './intervals.ts';
import type { Labels } from './matching.ts';
import { outletsFor, type FindAddress } from './outlets.ts';
import { receiverMet, routesFor, type Taken } from './routing.ts';
import { configurationOf, json, reached, textAt, type Server, type ServerStatus } from './server.ts';

export interface Sources {
  /** Every Alertmanager that runs. */
  readonly servers: () => Promise<readonly Server[]>;
  readonly status: (server: Server) => Promise<ServerStatus>;
  /** The last lines of each replica's log; [] where logs cannot be read. */
  readonly logs: () => Promise<readonly string[]>;
  /** A webhook's address as the source text has it, where the loaded configuration hides it. */
  readonly webhookAddress: () => Promise<(receiver: string, index: number) => string | undefined>;
  /** Follows webhooks' addresses, files too. */
  readonly addresses: () => Promise<FindAddress>;
}

type Observations = Pick<AlertmanagerRead, 'replicas' | 'route' | 'silences' | 'delivery' | 'outlets' | 'holding'> & {
  forget(): void;
};

/** What running Alertmanagers tell of themselves. Each page is read once until `forget`. */
export function observing(sources: Sources): Observations {
  const metrics = remembering((server: Server) => textAt(server, '/metrics', 'its counters'));
  const silences = remembering((server: Server) => silencesOf(server));
  // What is routed may be every rule of a Prometheus: the configuration is read once for all of them.
  const loaded = remembering(async (server: Server) => {
    const [configuration, alerts] = await Promise.all([
      sources.status(server).then((status) => configurationOf(server, status)),
      alertsOn(server),
    ]);
    return { configuration, alerts };
  });
  const replicas = remembering((server: Server) => replicaOf(server, sources.status(server), metrics.ask(server)));
  return {
    async replicas() {
      const found = await reached(await sources.servers(), (server) => replicas.ask(server));
      return found.map(({ value }) => value);
    },
    async route(labels, at) {
      const found = await reached(await sources.servers(), (server) => loaded.ask(server));
      return routed(sources, found, labels, at);
    },
    async outlets(labels) {
      const found = await reached(await sources.servers(), (server) => loaded.ask(server));
      const external = externalLabels(found.flatMap(({ value }) => value.alerts));
      const [first] = found;
      return first ? outletsFor(first.value.configuration, { ...external, ...labels }, await sources.addresses()) : [];
    },
    async holding(alertname) {
      const found = await reached(await sources.servers(), (server) => loaded.ask(server));
      const holders = found.filter(({ value }) => value.alerts.some((labels) => labels['alertname'] === alertname));
      return holders.map(({ server }) => clean(server.name, 120));
    },
    async silences() {
      const found = await reached(await sources.servers(), (server) => silences.ask(server));
      return [...new Map(found.flatMap(({ value }) => value).map((one) => [one.id, one])).values()];
    },
    async delivery() {
      const found = await reached(await sources.servers(), (server) => metrics.ask(server));
      const counters = summed(found.map(({ value }) => value));
      const failure = counters.failed > 0 ? newest(await sources.logs()) : undefined;
      return { ...counters, ...(failure === undefined ? {} : { lastFailure: failure }) };
    },
    forget() {
      for (const memory of [metrics, silences, loaded, replicas]) memory.forget();
    },
  };
}

async function replicaOf(server: Server, status: Promise<ServerStatus>, metrics: Promise<string>): Promise<Replica> {
  const [told, text, ready] = await Promise.all([status, metrics, server.get('/-/ready')]);
  const reload = samplesOf(text, 'alertmanager_config_last_reload_successful')[0];
  const receivers = configurationOf(server, told).receivers.flatMap((one) => textOf(one['name']) ?? []);
  return {
    name: clean(server.name, 120),
    version: told.version ?? 'unknown',
    ready: ready.status === 200 && server.podReady !== false,
    startedAt: told.startedAt ?? (samplesOf(text, 'process_start_time_seconds')[0]?.value ?? 0) * 1000,
    lastReloadSucceeded: reload?.value === 1,
    peers: told.peers,
    receivers: receivers.map((name) => clean(name, 200)),
  };
}

type Running = Awaited<ReturnType<typeof reached<{ readonly configuration: Configuration; readonly alerts: readonly Labels[] }>>>;

async function routed(sources: Sources, found: Running, bare: Labels, at: Instant | undefined): Promise<RouteMatch> {
  const external = externalLabels(found.flatMap(({ value }) => value.alerts));
  const labels = { ...external, ...bare };
  const hidden = found.some(({ value }) => value.configuration.receivers.some(hidesAddress));
  const addressOf = hidden ? await sources.webhookAddress() : undefined;
  const each = found.map(({ server, value: { configuration } }) => ({
    name: server.name,
    receivers: routesFor(configuration, labels).map((taken) => ({
      ...receiverMet(configuration, taken.receiver, labels, addressOf),
      ...timing(configuration, taken, at),
    })),
  }));
  const [first] = each;
  const others = each.filter(({ receivers }) => JSON.stringify(receivers) !== JSON.stringify(first?.receivers));
  const inhibitedBy = found.flatMap(({ value }) => inhibitors(value.configuration, labels, value.alerts));
  return {
    receivers: (first?.receivers ?? []).map((one) => ({ ...one, name: clean(one.name, 200) })),
    ...(inhibitedBy.length === 0 ? {} : { inhibitedBy: distinct(inhibitedBy) }),
    ...(Object.keys(external).length === 0 ? {} : { external }),
    ...(others.length === 0 ? {} : { differs: each.map(({ name, receivers }) => told(name, receivers)).join('; ') }),
  };
}

function timing(
  configuration: Configuration,
  { groupWait, mute, active }: Taken,
  at: Instant | undefined,
): Pick<RouteMatch['receivers'][number], 'groupWait' | 'intervals'> {
  const interval = (name: string, kind: 'mute' | 'active') => {
    const holds = at === undefined ? undefined : intervalHolds(configuration, name, at);
    return { name: clean(name, 80), kind, ...(holds === undefined ? {} : { holds }) };
  };
  const intervals = [...mute.map((name) => interval(name, 'mute')), ...active.map((name) => interval(name, 'active'))];
  return { ...(groupWait === undefined ? {} : { groupWait }), ...(intervals.length === 0 ? {} : { intervals }) };
}

function distinct<T>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()];
}

function hidesAddress(receiver: Fields): boolean {
  return fieldLists(receiver['webhook_configs']).some((hook) => hook['url'] === '<secret>');
}

function told(name: string, receivers: RouteMatch['receivers']): string {
  return clean(`${name} → ${receivers.map((one) => one.name).join(', ')}`, 200);
}

async function silencesOf(server: Server): Promise<readonly Silence[]> {
  const answer = await json(server, '/api/v2/silences', 'its silences');
  if (!Array.isArray(answer)) throw rubbish(server, 'its silences are no list');
  return fieldLists(answer).flatMap((one) => (fieldsOf(one['status'])['state'] === 'active' ? [silenceOf(server, one)] : []));
}

function silenceOf(server: Server, one: Fields): Silence {
  const [id, ends] = [textOf(one['id']), Date.parse(textOf(one['endsAt']) ?? '')];
  const matchers = fieldLists(one['matchers']);
  if (id === undefined || Number.isNaN(ends) || matchers.length !== listOf(one['matchers']).length)
    throw rubbish(server, 'a silence in its answer has no id, end or matchers');
  return {
    id: clean(id, 60),
    matchers: matchers.map((matcher) => ({
      name: textOf(matcher['name']) ?? '',
      value: textOf(matcher['value']) ?? '',
      isRegex: matcher['isRegex'] === true,
      // Absent before 0.22, when a silence could only say "equal".
      isEqual: matcher['isEqual'] !== false,
    })),
    ends,
    createdBy: clean(textOf(one['createdBy']) ?? '', 120),
    comment: clean(textOf(one['comment']) ?? ''),
  };
}

function rubbish(server: Server, cause: string): PmpError {
  return new PmpError('alertmanager-unreachable', {
    message: `What answers as Alertmanager ${clean(server.name, 120)} is none, or one that pmp-pd does not know`,
    cause,
    fix: 'Check the address and what stands before it; Alertmanager 0.22 to 0.34 are known.',
  });
}

function summed(pages: readonly string[]): DeliveryCounters {
  const pager = (metric: string) =>
    pages.flatMap((page) => samplesOf(page, metric)).filter(({ labels }) => labels['integration'] === 'pagerduty');
  const failures = pager('alertmanager_notifications_failed_total');
  const reasons = failures.filter(({ labels, value }) => labels['reason'] !== undefined && value > 0);
  const byReason = new Map<string, number>();
  for (const { labels, value } of reasons) {
    const reason = clean(labels['reason'] ?? '', 60);
    byReason.set(reason, (byReason.get(reason) ?? 0) + value);
  }
  const hooks = (metric: string) =>
    total(pages.flatMap((page) => samplesOf(page, metric)).filter(({ labels }) => labels['integration'] === 'webhook'));
  const webhooks = { sent: hooks('alertmanager_notifications_total'), failed: hooks('alertmanager_notifications_failed_total') };
  return {
    sent: total(pager('alertmanager_notifications_total')),
    failed: total(failures),
    byReason: Object.fromEntries(byReason),
    ...(webhooks.sent + webhooks.failed === 0 ? {} : { webhooks }),
  };
}

function total(samples: readonly { readonly value: number }[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function newest(logs: readonly string[]): string | undefined {
  const failures = logs.flatMap((log) => lastFailure(log) ?? []).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || 0);
  const last = failures.at(-1);
  return last && (last.at === '' ? last.words : `${last.at} ${last.words}`);
}
