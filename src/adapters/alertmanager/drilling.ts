import { clean, PmpError } from '../../engine/errors.ts';
import type { Alertmanager, AlertGroup, HeldAlert, PostedAlert } from '../../ports/index.ts';
import { fieldLists, fieldsOf, listOf, textOf, type Configuration, type Fields } from './config.ts';
import { groupKey, groupLabels } from './group-key.ts';
import { strings } from './labels.ts';
import type { Labels } from './matching.ts';
import { receiverMet, routesFor, type Taken } from './routing.ts';
import { configurationOf, json, noServer, reached, silent, type PostingServer, type Server, type ServerStatus } from './server.ts';

export interface DrillSources {
  /** Every Alertmanager that runs at this moment. */
  readonly now: () => Promise<readonly PostingServer[]>;
  /** The same, as it was seen before. */
  readonly known: () => Promise<readonly Server[]>;
  readonly status: (server: Server) => Promise<ServerStatus>;
  /** Told of each replica that did not take what another took. */
  readonly notify: (words: string) => void;
}

type Drilling = Pick<Alertmanager, 'held' | 'groups' | 'post'>;

/** A balancer deals connections by chance: with so many for each of them, it is hardly ever that one gets none. */
const postsPerPeer = 5;
const mostPosts = 40;

/** What a drill does with running Alertmanagers. */
export function drilling(sources: DrillSources): Drilling {
  return {
    async held(label, value) {
      const escaped = (value ?? '').replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
      const filter = value === undefined ? `${label}!=""` : `${label}="${escaped}"`;
      const path = `/api/v2/alerts?${new URLSearchParams({ filter }).toString().replaceAll('+', '%20')}`;
      const found = await reached(await sources.now(), (server) => heldBy(server, path));
      return found
        .flatMap(({ value: alerts }) => alerts)
        .filter(({ labels }) => (value === undefined ? (labels[label] ?? '') !== '' : labels[label] === value));
    },
    async groups(labels) {
      const read = async (server: Server) => {
        const status = await sources.status(server);
        return groupsIn(configurationOf(server, status), labels, status.version);
      };
      const found = await reached(await sources.known(), read);
      const all = found.flatMap(({ value }) => value);
      // Replicas that run the same know the same groups.
      return [...new Map(all.map((group) => [`${group.receiver} ${group.key}`, group])).values()];
    },
    async post(alert) {
      const servers = await sources.now();
      if (servers.length === 0) throw noServer();
      const settled = await Promise.allSettled(servers.map((server) => postTo(sources, server, alert)));
      const names = servers.map(({ name }) => clean(name, 120));
      const failures = settled.flatMap((one, index) => (one.status === 'rejected' ? [{ name: names[index] ?? '', why: one.reason }] : []));
      if (failures.length === servers.length) throw failures[0]?.why;
      for (const { name, why } of failures) sources.notify(`Alertmanager ${name} did not take the alert: ${causeOf(why)}`);
      return names.filter((_, index) => settled[index]?.status === 'fulfilled');
    },
  };
}

function causeOf(thrown: unknown): string {
  if (!(thrown instanceof PmpError)) throw thrown;
  return thrown.facts.cause ?? thrown.facts.message;
}

async function heldBy(server: Server, path: string): Promise<readonly HeldAlert[]> {
  const answer = await json(server, path, 'which alerts it holds');
  if (!Array.isArray(answer)) throw silent(server, 'which alerts it holds', 'they are no list');
  return fieldLists(answer).map((alert) => heldAlert(server, alert));
}

function heldAlert(server: Server, alert: Fields): HeldAlert {
  const status = fieldsOf(alert['status']);
  const [starts, ends] = [Date.parse(textOf(alert['startsAt']) ?? ''), Date.parse(textOf(alert['endsAt']) ?? '')];
  if (Number.isNaN(starts) || Number.isNaN(ends)) throw silent(server, 'which alerts it holds', 'one of them has no start or end');
  const state = status['state'];
  const ids = (field: string) => listOf(status[field]).flatMap((id) => clean(textOf(id) ?? '', 80));
  return {
    replica: clean(server.name, 120),
    labels: strings(alert['labels']),
    state: state === 'active' || state === 'suppressed' ? state : 'unprocessed',
    receivers: fieldLists(alert['receivers']).map((one) => clean(textOf(one['name']) ?? '', 200)),
    silencedBy: ids('silencedBy'),
    inhibitedBy: ids('inhibitedBy'),
    starts,
    ends,
  };
}

function groupsIn(configuration: Configuration, labels: Labels, version: string | undefined): readonly AlertGroup[] {
  return routesFor(configuration, labels).map((taken) => groupOf(configuration, taken, labels, version));
}

function groupOf(configuration: Configuration, taken: Taken, labels: Labels, version: string | undefined): AlertGroup {
  const met = receiverMet(configuration, taken.receiver, labels);
  const own = groupLabels(labels, taken.groupBy);
  return {
    receiver: clean(taken.receiver, 200),
    pagerduty: met.pagerduty,
    sendResolved: met.pagerduty ? pagesResolved(configuration, taken.receiver) : met.sendResolved,
    key: groupKey(taken.path, own, version),
    labels: own,
    groupWait: taken.groupWait ?? 0,
    groupInterval: taken.groupInterval ?? 0,
  };
}

/** Whether PagerDuty hears of the end, whatever others that the receiver tells do. */
function pagesResolved({ receivers }: Configuration, name: string): boolean {
  const receiver = receivers.find((one) => one['name'] === name);
  return fieldLists(receiver?.['pagerduty_configs']).every((one) => one['send_resolved'] !== false);
}

async function postTo(sources: DrillSources, server: PostingServer, alert: PostedAlert): Promise<void> {
  const body = JSON.stringify([
    {
      labels: alert.labels,
      annotations: alert.annotations,
      startsAt: new Date(alert.starts).toISOString(),
      endsAt: new Date(alert.ends).toISOString(),
    },
  ]);
  const times = server.shared ? await postsFor(sources, server) : 1;
  const settled = await Promise.allSettled(Array.from({ length: times }, () => postOnce(server, body)));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed && settled.every((one) => one.status === 'rejected')) throw failed.reason;
}

/** Behind one address there may be several, and one that never hears of the end would page again. */
async function postsFor(sources: DrillSources, server: Server): Promise<number> {
  const { peers } = await sources.status(server).catch(() => ({ peers: 0 }));
  return peers > 1 ? Math.min(mostPosts, peers * postsPerPeer) : 1;
}

/** Twice where it has to be: the same alert again changes nothing. */
async function postOnce(server: PostingServer, body: string): Promise<void> {
  const first = await outcomeOf(server, body);
  const again = first === undefined || !isPassing(first) ? first : await outcomeOf(server, body);
  if (again !== undefined) throw again;
}

function isPassing({ id }: PmpError): boolean {
  return id === 'alertmanager-unreachable' || id === 'kubernetes-unreachable';
}

/** undefined: it took it. */
async function outcomeOf(server: PostingServer, body: string): Promise<PmpError | undefined> {
  try {
    const { status, text } = await server.post('/api/v2/alerts', body);
    return status >= 200 && status < 300 ? undefined : refused(server, `HTTP ${status}${text.trim() === '' ? '' : `: ${text}`}`);
  } catch (thrown) {
    if (thrown instanceof PmpError) return thrown;
    throw thrown;
  }
}

function refused(server: Server, cause: string): PmpError {
  return new PmpError('alertmanager-unreachable', {
    message: `Alertmanager ${clean(server.name, 120)} did not take the alert`,
    cause: clean(cause),
    fix: 'Look at its logs with `kubectl logs`, and at what stands before it; `--via events` goes straight to PagerDuty.',
  });
}
