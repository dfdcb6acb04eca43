import { clean, PmpError } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { Get } from '../web.ts';
import { fieldsOf, listOf, parseConfiguration, textOf, type Configuration } from './config.ts';

/** One Alertmanager that answers, however it is reached. */
export interface Server {
  /** Name of the pod, else the address. */
  readonly name: string;
  /** What the cluster says of the pod; undefined where no cluster is asked. */
  readonly podReady?: boolean;
  readonly get: Get;
}

/** One that alerts can be sent to, too. */
export interface PostingServer extends Server {
  /** There may be several behind this address, of which each connection meets one. */
  readonly shared?: true;
  /** JSON. Any status is an answer. */
  readonly post: (path: string, body: string) => Promise<{ readonly status: number; readonly text: string }>;
}

/** What `/api/v2/status` tells. */
export interface ServerStatus {
  /** The configuration in force, with every secret as "<secret>". */
  readonly original: string;
  readonly version?: string;
  readonly startedAt?: Instant;
  /** Members of its cluster, itself included; 0 where it runs alone. */
  readonly peers: number;
}

/** @throws PmpError alertmanager-unreachable, or what kept the question from arriving */
export async function statusOf(server: Server): Promise<ServerStatus> {
  const answer = fieldsOf(await json(server, '/api/v2/status', 'which configuration it runs'));
  const original = textOf(fieldsOf(answer['config'])['original']);
  if (original === undefined) throw silent(server, 'which configuration it runs', 'its answer holds no configuration');
  const version = textOf(fieldsOf(answer['versionInfo'])['version']);
  const startedAt = Date.parse(textOf(answer['uptime']) ?? '');
  const cluster = fieldsOf(answer['cluster']);
  return {
    original,
    ...(version === undefined ? {} : { version: clean(version, 40) }),
    ...(Number.isNaN(startedAt) ? {} : { startedAt }),
    peers: cluster['status'] === 'disabled' ? 0 : listOf(cluster['peers']).length,
  };
}

/** @throws PmpError where the server says something that is no configuration */
export function configurationOf(server: Server, status: ServerStatus): Configuration {
  const configuration = parseConfiguration(status.original);
  if (configuration) return configuration;
  throw silent(server, 'which configuration it runs', 'the configuration in its answer is empty');
}

/** A 200 answer's JSON. */
export async function json(server: Server, path: string, what: string): Promise<unknown> {
  const text = await textAt(server, path, what);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw silent(server, what, 'its answer is no JSON');
  }
}

/** A 200 answer's text. */
export async function textAt(server: Server, path: string, what: string): Promise<string> {
  const { status, text } = await server.get(path);
  if (status === 200) return text;
  throw silent(server, what, `HTTP ${status}`);
}

export function silent(server: Server, what: string, cause: string): PmpError {
  return new PmpError('alertmanager-unreachable', {
    message: `Alertmanager ${clean(server.name, 120)} does not tell ${what}`,
    cause,
    fix: 'Look at its logs with `kubectl logs`; behind a path prefix, --web.route-prefix must stand in its arguments (or the prefix in ALERTMANAGER_URL).',
  });
}

/**
 * What those servers say that answer.
 * @throws PmpError where there are none, or the first failure where none answers
 */
export async function reached<T>(
  servers: readonly Server[],
  read: (server: Server) => Promise<T>,
): Promise<readonly { readonly server: Server; readonly value: T }[]> {
  const settled = await Promise.allSettled(servers.map(async (server) => ({ server, value: await read(server) })));
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  if (answers.length > 0) return answers;
  const failed = settled.find((one) => one.status === 'rejected');
  throw failed?.reason ?? noServer();
}

export function noServer(): PmpError {
  return new PmpError('alertmanager-unreachable', {
    message: 'No Alertmanager is running',
    cause: 'its workload has no pod',
    fix: 'Scale it to at least one replica, and look at `kubectl get pods` for what keeps its pods from starting.',
  });
}
