import { clean, PmpError } from '../../engine/errors.ts';
import type { AlertmanagerRead, DeliveryCounters, Replica, RouteMatch, Silence } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Fields } from './config.ts';
import { samplesOf } from './exposition.ts';
import { lastFailure } from './failures.ts';
import type { Labels } from './matching.ts';
import { receiverMet, receiversFor } from './routing.ts';
import { configurationOf, json, reached, textAt, type Server, type ServerStatus } from './server.ts';

export interface Sources {
  /** Every Alertmanager that runs. */
  readonly servers: () => Promise<readonly Server[]>;
  readonly status: (server: Server) => Promise<ServerStatus>;
  /** The last lines of each replica's log; [] where logs cannot be read. */
  readonly logs: () => Promise<readonly string[]>;
  /** A webhook's address as the source text has it, where the loaded configuration hides it. */
  readonly webhookAddress: () => Promise<(receiver: string, index: number) => string | undefined>;
}

type Observations = Pick<AlertmanagerRead, 'replicas' | 'route' | 'silences' | 'delivery'> & {
  forget(): void;
};

/** What running Alertmanagers tell of themselves. Each page is read once until `forget`. */
export function observing(sources: Sources): Observations {
  const metrics = remembering((server: Server) => textAt(server, '/metrics', 'its counters'));
  const silences = remembering((server: Server) => silencesOf(server));
  const replicas = remembering((server: Server) => replicaOf(server, sources.status(server), metrics.ask(server)));
  return {
    async replicas() {
      const found = await reached(await sources.servers(), (server) => replicas.ask(server));
      return found.map(({ value }) => value);
    },
    route: (labels) => routed(sources, labels),
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
      for (const memory of [metrics, silences, replicas]) memory.forget();
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

async function routed(sources: Sources, labels: Labels): Promise<RouteMatch> {
  const found = await reached(await sources.servers(), async (server) => configurationOf(server, await sources.status(server)));
  const hidden = found.some(({ value }) => value.receivers.some(hidesAddress));
  const addressOf = hidden ? await sources.webhookAddress() : undefined;
  const each = found.map(({ server, value }) => ({
    name: server.name,
    receivers: receiversFor(value, labels).map((name) => receiverMet(value, name, labels, addressOf)),
  }));
  const [first] = each;
  const others = each.filter(({ receivers }) => JSON.stringify(receivers) !== JSON.stringify(first?.receivers));
  return {
    receivers: (first?.receivers ?? []).map((one) => ({ ...one, name: clean(one.name, 200) })),
    ...(others.length === 0 ? {} : { differs: each.map(({ name, receivers }) => told(name, receivers)).join('; ') }),
  };
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
  return { sent: total(pager('alertmanager_notifications_total')), failed: total(failures), byReason: Object.fromEntries(byReason) };
}

function total(samples: readonly { readonly value: number }[]): number {
  return samples.reduce((sum, { value }) => sum + value, 0);
}

function newest(logs: readonly string[]): string | undefined {
  const failures = logs.flatMap((log) => lastFailure(log) ?? []).toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || 0);
  const last = failures.at(-1);
  return last && (last.at === '' ? last.words : `${last.at} ${last.words}`);
}
