import { integrationLabel, secretKeys } from '../model/index.ts';
import type { ReceiverKey } from '../ports/index.ts';
import { sentence } from './text.ts';
import type { KeyReads } from './verify-facts.ts';

/** One place that a service's key passes through. */
export interface ChainNode {
  readonly what: string;
  readonly name: string;
  /** Of the key that lies there. */
  readonly fingerprint?: string;
  /** What is amiss there, in words. */
  readonly wrong?: string;
}

/** Whether a place hands the same key on to the next. */
export type Joint = 'same key' | 'another key' | 'not comparable' | 'joined' | 'broken';

export interface KeyChain {
  readonly service: string;
  readonly nodes: readonly ChainNode[];
  /** One fewer than nodes. */
  readonly joints: readonly Joint[];
}

/** From each service's integration to the routes that page through it: one chain per receiver, or one that says where it ends. */
export function keyChains(reads: KeyReads): readonly KeyChain[] {
  return reads.services.flatMap(({ role, name }) => {
    const meant = reads.routes.filter((route) => route.role === role);
    const names = new Set(
      meant.flatMap(({ match }) => match.receivers.filter((receiver) => receiver.pagerduty).map((receiver) => receiver.name)),
    );
    const keys = reads.receivers.filter((key) => names.has(key.receiver));
    const start = [integrationNode(reads, name, role), secretNode(reads, role)];
    if (keys.length === 0)
      return [chain(name, [...start, { what: 'Alertmanager', name: noReceiver(meant), wrong: 'the chain ends here' }])];
    return keys.map((key) => chain(name, [...start, keyNode(key), receiverNode(key), routeNode(key, meant)]));
  });
}

type Role = KeyReads['services'][number]['role'];

function chain(service: string, nodes: readonly ChainNode[]): KeyChain {
  return { service, nodes, joints: nodes.slice(1).map((node, index) => jointOf(nodes[index], node)) };
}

/** Two places without a key of their own are joined by what Alertmanager has loaded. */
function jointOf(before: ChainNode | undefined, after: ChainNode): Joint {
  if (before === undefined) return 'broken';
  if (before.fingerprint !== undefined && after.fingerprint !== undefined) {
    return before.fingerprint === after.fingerprint ? 'same key' : 'another key';
  }
  if (before.wrong !== undefined || after.wrong !== undefined) return 'broken';
  return isKeyed(before) && isKeyed(after) ? 'not comparable' : 'joined';
}

const keyed = {
  integration: 'PagerDuty integration',
  secret: 'Kubernetes secret',
  file: 'File in Alertmanager',
  inline: 'In the configuration',
} as const;

function isKeyed({ what }: ChainNode): boolean {
  return Object.values<string>(keyed).includes(what);
}

/** The one whose key is in the secret, where a service has several. */
function integrationNode({ integrations, secret }: KeyReads, service: string, role: Role): ChainNode {
  const own = integrations.filter((integration) => integration.service === service);
  const held = secret?.entries[secretKeys[role]];
  const found = own.find(({ fingerprint }) => fingerprint !== undefined && fingerprint === held) ?? own[0];
  if (found === undefined) return { what: keyed.integration, name: service, wrong: 'no integration with a key' };
  const name = `${service}, ${found.label === '' ? integrationLabel(found.type) : found.label}`;
  return { what: keyed.integration, name, ...(found.fingerprint === undefined ? {} : { fingerprint: found.fingerprint }) };
}

function secretNode({ secret }: KeyReads, role: Role): ChainNode {
  const entry = secretKeys[role];
  if (secret === undefined) return { what: keyed.secret, name: entry, wrong: 'there is no such secret' };
  const fingerprint = secret.entries[entry];
  const name = `${secret.name}, ${entry}`;
  return fingerprint === undefined
    ? { what: keyed.secret, name, wrong: 'there is no such entry' }
    : { what: keyed.secret, name, fingerprint };
}

function keyNode({ from, path, source, fingerprint, wrong }: ReceiverKey): ChainNode {
  const unmounted = from === 'file' && source === undefined && wrong === undefined ? 'nothing is mounted there' : wrong;
  return {
    what: from === 'file' ? keyed.file : keyed.inline,
    name: from === 'file' ? (path ?? 'a file') : 'written into the receiver itself',
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(unmounted === undefined ? {} : { wrong: unmounted }),
  };
}

function receiverNode({ receiver, style, url }: ReceiverKey): ChainNode {
  const api = style === 'routing_key' ? 'Events API v2' : 'Events API v1';
  return { what: 'Receiver', name: `${receiver}, ${api}${url === undefined ? '' : `, sends to ${url}`}` };
}

function routeNode(key: ReceiverKey, routes: KeyReads['routes']): ChainNode {
  const own = routes.filter(({ match }) => match.receivers.some((receiver) => receiver.name === key.receiver));
  const differs = own.find(({ match }) => match.differs !== undefined)?.match.differs;
  const severities = own.map(({ priority, match }) => {
    const severity = match.receivers.find((receiver) => receiver.name === key.receiver)?.severity;
    return severity === undefined ? priority : `${priority} as ${severity}`;
  });
  return { what: 'Route', name: severities.join(', '), ...(differs === undefined ? {} : { wrong: differs }) };
}

function noReceiver(routes: KeyReads['routes']): string {
  if (routes.length === 0) return 'no route was looked at';
  return `${sentence(routes.map(({ priority }) => priority))} ${routes.length === 1 ? 'reaches' : 'reach'} no PagerDuty receiver`;
}
