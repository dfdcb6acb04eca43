import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { readConfiguration, writeConfiguration } from './configuration.ts';
import { metrics } from './metrics.ts';
import { parts } from './checks.ts';
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
}

export interface Surroundings {
  readonly now: Instant;
  /** Text of a mounted file as the container sees it now; undefined: no such file. */
  read(path: string): string | undefined;
  /** Pods of the other replicas with which it forms a cluster; undefined: not clustered. */
  readonly peers: readonly { readonly name: string; readonly address: string }[] | undefined;
}

export interface AlertmanagerRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

/**
 * Starts an Alertmanager on what is mounted.
 * @returns the replica, or the last line of its log where it does not start.
 */
export function start(pod: string, version: string, configFile: string, around: Surroundings): Replica | string {
  const loaded = load(configFile, version, around);
  if (typeof loaded !== 'string')
    return logLine(around.now, version, 'error', 'Loading configuration file failed', configFile, loaded.message);
  const replica: Replica = {
    version,
    pod,
    startedAt: around.now,
    configFile,
    inForce: loaded,
    reloadSuccessful: true,
    reloadedAt: around.now,
    log: [logLine(around.now, version, 'info', 'Completed loading of configuration file', configFile)],
  };
  return replica;
}

/** Reads the mounted configuration again. @returns Alertmanager's reason where it refuses; then the old one stays in force. */
export function reload(replica: Replica, around: Surroundings): string | undefined {
  const loaded = load(replica.configFile, replica.version, around);
  replica.reloadSuccessful = typeof loaded === 'string';
  const failed = typeof loaded === 'string' ? undefined : loaded.message;
  const words = failed === undefined ? 'Completed loading of configuration file' : 'Loading configuration file failed';
  replica.log.push(logLine(around.now, replica.version, failed === undefined ? 'info' : 'error', words, replica.configFile, failed));
  if (replica.log.length > 200) replica.log.shift();
  if (typeof loaded !== 'string') return failed;
  replica.inForce = loaded;
  replica.reloadedAt = around.now;
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

function logLine(now: Instant, version: string, level: string, words: string, file: string, error?: string): string {
  const time = new Date(now).toISOString();
  const rest = `component=configuration msg="${words}" file=${file}${error === undefined ? '' : ` err=${JSON.stringify(error)}`}`;
  return minorOf(version) >= 28
    ? `time=${time} level=${level.toUpperCase()} source=coordinator.go:112 ${rest}`
    : `ts=${time} caller=coordinator.go:118 level=${level} ${rest}`;
}

/** Answers one HTTP request as that replica would. */
export function answer(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const { path } = request;
  if (path === '/-/reload')
    return request.method === 'POST' ? reloaded(replica, around) : plain(405, 'Method Not Allowed\n', { allow: 'OPTIONS, POST' });
  if (path.startsWith('/api/v2/')) return api(request, replica, around);
  if (request.method !== 'GET' && request.method !== 'HEAD') return plain(405, 'Method Not Allowed\n', { allow: 'GET, OPTIONS' });
  if (path === '/-/ready' || path === '/-/healthy') return plain(200, 'OK');
  if (path === '/metrics') return plain(200, metrics(replica), { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
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

/** Paths of the v2 API and the methods the imitation has for them so far; alerts are taken in by a later part of the work. */
const operations: Readonly<Record<string, (replica: Replica, around: Surroundings) => unknown>> = {
  '/api/v2/status': status,
  '/api/v2/receivers': (replica) => receivers(replica),
  '/api/v2/alerts': () => [],
  '/api/v2/alerts/groups': () => [],
  '/api/v2/silences': () => [],
};

function api(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const operation = Object.hasOwn(operations, request.path) ? operations[request.path] : undefined;
  if (operation === undefined) return { status: 404, body: { code: 404, message: `path ${request.path} was not found` } };
  if (request.method !== 'GET') {
    return {
      status: 405,
      headers: { allow: 'GET' },
      body: { code: 405, message: `method ${request.method} is not allowed, but [GET] are` },
    };
  }
  return { status: 200, headers: { vary: 'Origin' }, body: operation(replica, around) };
}

function status(replica: Replica, around: Surroundings): unknown {
  const configuration = readConfiguration(replica.inForce, minorOf(replica.version));
  return {
    cluster: cluster(replica, around),
    config: { original: writeConfiguration(configuration) },
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
  const configuration = readConfiguration(replica.inForce, minorOf(replica.version));
  return parts(configuration.values['receivers']).map(({ name }) => ({ name }));
}
