import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { readConfiguration, writeConfiguration } from './configuration.ts';
import { listAlerts, listGroups, loaded, takeAlerts } from './alerts.ts';
import { deliver } from './deliver.ts';
import { regroup } from './groups.ts';
import { lineOf, logLine } from './log.ts';
import { memoryOf } from './memory.ts';
import type { Memory } from './memory.ts';
import { metrics } from './metrics.ts';
import { learnTold } from './nflog.ts';
import { parts } from './checks.ts';
import { noSuchPath, ok, said, wrongMethod } from './replies.ts';
import { createSilence, listSilences, oneSilence } from './silences.ts';
import { minorOf } from './version.ts';
import { Refusal } from './yaml.ts';

/** One running Alertmanager: what lives in its memory, and goes with it when its container stops. */
export interface Replica {
  /** "0.28.1" */
  readonly version: string;
  readonly pod: string;
  readonly startedAt: Instant;
  /** Path of its `--config.file`. */
  readonly configFile: string;
  /** Text of the configuration in force. Holds secrets where the file has them inline. */
  inForce: string;
  reloadSuccessful: boolean;
  reloadedAt: Instant;
  /** Its log, newest last, at most 200 lines. */
  readonly log: string[];
  /** Alerts, silences and counters; see `memoryOf`. */
  memory?: Memory;
}

export interface Surroundings {
  readonly now: Instant;
  /** Text of a mounted file as the container sees it now; undefined: no such file. */
  read(path: string): string | undefined;
  /** Pods of the other replicas with which it forms a cluster; undefined: not clustered. */
  readonly peers: readonly { readonly name: string; readonly address: string }[] | undefined;
  /** The other running replicas of its cluster. */
  readonly siblings: readonly Replica[];
  /** It is the one of its cluster that speaks first. */
  readonly first: boolean;
  /** Its place in the order in which they speak, from 0. */
  readonly position: number;
}

export interface AlertmanagerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  /** Content type; undefined: not said. */
  readonly type?: string | undefined;
}

/**
 * Starts an Alertmanager on what is mounted.
 * @returns the replica, or the last line of its log where it does not start.
 */
export function start(pod: string, version: string, configFile: string, around: Surroundings): Replica | string {
  const text = load(configFile, version, around);
  if (typeof text !== 'string')
    return lineOf(version, around.now, 'error', 'Loading configuration file failed', {
      component: 'configuration',
      file: configFile,
      err: text.message,
    });
  const replica: Replica = {
    version,
    pod,
    startedAt: around.now,
    configFile,
    inForce: text,
    reloadSuccessful: true,
    reloadedAt: around.now,
    log: [],
  };
  logLine(replica, around.now, 'info', 'Completed loading of configuration file', { component: 'configuration', file: configFile });
  for (const sibling of around.siblings) Object.assign(memoryOf(replica).silences, memoryOf(sibling).silences);
  learnTold(replica, around.siblings);
  return replica;
}

/** Reads the mounted configuration again. @returns Alertmanager's reason where it refuses; then the old one stays in force. */
export function reload(replica: Replica, around: Surroundings): string | undefined {
  deliver(replica, around);
  const read = load(replica.configFile, replica.version, around);
  replica.reloadSuccessful = typeof read === 'string';
  const about = { component: 'configuration', file: replica.configFile };
  if (typeof read !== 'string') {
    logLine(replica, around.now, 'error', 'Loading configuration file failed', { ...about, err: read.message });
    return read.message;
  }
  logLine(replica, around.now, 'info', 'Completed loading of configuration file', about);
  replica.inForce = read;
  replica.reloadedAt = around.now;
  memoryOf(replica).groups = {};
  regroup(replica, around.now);
  return undefined;
}

function load(file: string, version: string, around: Surroundings): string | Refusal {
  const text = around.read(file);
  if (text === undefined) return new Refusal(`open ${file}: no such file or directory`);
  try {
    readConfiguration(text, minorOf(version));
    return text;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Answers one HTTP request as that replica would. */
export function answer(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const { path } = request;
  deliver(replica, around);
  if (path === '/-/reload')
    return request.method === 'POST' ? reloaded(replica, around) : plain(405, 'Method Not Allowed\n', { allow: 'OPTIONS, POST' });
  if (path.startsWith('/api/v2/')) return api(request, replica, around);
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method Not Allowed\n', { allow: 'GET, OPTIONS' });
  if (path === '/-/ready' || path === '/-/healthy') return plain(200, 'OK');
  if (path === '/metrics') return plain(200, metrics(replica, around.now), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  if (path.startsWith('/api/v1/') && minorOf(replica.version) >= 27) return gone();
  if (path === '/')
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: '<!doctype html><title>Alertmanager</title>' };
  return plain(404, '404 page not found\n');
}

function reloaded(replica: Replica, around: Surroundings): SandboxReply {
  const refused = reload(replica, around);
  return refused === undefined ? { status: 200 } : plain(500, `failed to reload config: ${refused}\n`);
}

function plain(status: number, body: string, headers: Readonly<Record<string, string>> = {}): SandboxReply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff', ...headers }, body };
}

function gone(): SandboxReply {
  const error = 'The v1 API was removed in v0.27.0. Please use the v2 API instead.';
  return { status: 410, body: { status: 'deprecated', error } };
}

type Operation = (request: AlertmanagerRequest, replica: Replica, around: Surroundings) => SandboxReply;

/** The v2 API, by path and method. */
const operations: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  '/api/v2/status': { GET: (_request, replica, around) => ok(status(replica, around)) },
  '/api/v2/receivers': { GET: (_request, replica) => ok(receivers(replica)) },
  '/api/v2/alerts': { GET: listAlerts, POST: takeAlerts },
  '/api/v2/alerts/groups': { GET: listGroups },
  '/api/v2/silences': { GET: listSilences, POST: createSilence },
};

function operationsAt(path: string): Readonly<Record<string, Operation>> | undefined {
  if (Object.hasOwn(operations, path)) return operations[path];
  const id = /^\/api\/v2\/silence\/([^/]+)$/.exec(path)?.[1];
  if (id === undefined) return undefined;
  const one =
    (method: 'GET' | 'DELETE'): Operation =>
    (_request, replica, around) =>
      oneSilence(method, id, replica, around);
  return { DELETE: one('DELETE'), GET: one('GET') };
}

function api(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const found = operationsAt(request.path);
  if (found === undefined) return noSuchPath(request.path);
  const operation = Object.hasOwn(found, request.method) ? found[request.method] : undefined;
  if (operation === undefined) return wrongMethod(request.method, Object.keys(found));
  try {
    return operation(request, replica, around);
  } catch (error) {
    if (error instanceof Refusal) return said(400, error.message);
    throw error;
  }
}

function status(replica: Replica, around: Surroundings): unknown {
  return {
    cluster: cluster(replica, around),
    config: { original: writeConfiguration(loaded(replica)) },
    uptime: new Date(replica.startedAt).toISOString(),
    versionInfo: {
      branch: 'HEAD',
      buildDate: '20250307-15:05:18',
      buildUser: 'root@sandbox',
      goVersion: 'go1.23.7',
      revision: 'sandbox',
      version: replica.version,
    },
  };
}

function cluster(replica: Replica, around: Surroundings): unknown {
  if (around.peers === undefined) return { peers: [], status: 'disabled' };
  return { name: replica.pod, peers: around.peers, status: 'ready' };
}

function receivers(replica: Replica): unknown {
  return parts(loaded(replica).values['receivers']).map(({ name }) => ({ name }));
}
