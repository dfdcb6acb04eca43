import { createHash } from 'node:crypto';
import type { Instant } from '../../model/index.ts';
import type { PageGroup } from './groups.ts';
import type { Told } from './nflog.ts';
import type { Replica } from './server.ts';

export type Labels = Readonly<Record<string, string>>;

export interface StoredAlert {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly updatedAt: Instant;
  readonly generatorURL?: string;
  /** Its end is none that anybody set. */
  readonly timeout?: true;
}

export interface StoredMatcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

export interface StoredSilence {
  readonly id: string;
  readonly matchers: readonly StoredMatcher[];
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly updatedAt: Instant;
  readonly createdBy: string;
  readonly comment: string;
}

/** Notifications by integration ("pagerduty", "webhook") since it started, counted when they are begun. */
export interface Counters {
  readonly sent: Record<string, number>;
  /** "pagerduty clientError" */
  readonly failed: Record<string, number>;
  /** Single attempts, and those that failed; an older state file has none. */
  requests?: Record<string, number>;
  failedRequests?: Record<string, number>;
}

export function count(counters: Record<string, number>, name: string, times = 1): void {
  counters[name] = (counters[name] ?? 0) + times;
}

/** What an Alertmanager holds besides its configuration. It goes with the container, as with an emptyDir. */
export interface Memory {
  /** By fingerprint. */
  readonly alerts: Record<string, StoredAlert>;
  /** By id. */
  readonly silences: Record<string, StoredSilence>;
  readonly counters: Counters;
  /** Groups whose webhooks are being told, by route and group labels: when the first notification went out, and how many since. */
  groups: Record<string, { readonly first: Instant; sent: number }>;
  /** Groups that page, by route and group labels; an older state file has none. */
  pages?: Record<string, PageGroup>;
  /** What receivers were last told, by group key, receiver and integration. */
  told?: Record<string, Told>;
  received: { firing: number; resolved: number; invalid: number };
  /** Last number given out. */
  counter: number;
}

/** A replica of an older state file has none yet. */
export function memoryOf(replica: Replica): Memory {
  replica.memory ??= {
    alerts: {},
    silences: {},
    counters: { sent: {}, failed: {} },
    groups: {},
    received: { firing: 0, resolved: 0, invalid: 0 },
    counter: 0,
  };
  return replica.memory;
}

/** A UUID that no other silence of this Alertmanager has; counted, so that two runs can be compared. */
export function nextId(replica: Replica): string {
  const memory = memoryOf(replica);
  memory.counter += 1;
  const hex = createHash('sha256').update(`${replica.pod} ${replica.startedAt} ${memory.counter}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const separator = 0xff;
const prime = 0x1_00_00_00_01_b3n;

/** An alert's labels never change, and are asked for again and again. */
const taken = new WeakMap<Labels, string>();

/** 64-bit FNV-1a over the labels by name, as Prometheus takes it. */
export function fingerprint(labels: Labels): string {
  const known = taken.get(labels) ?? hashed(labels);
  taken.set(labels, known);
  return known;
}

function hashed(labels: Labels): string {
  let hash = 0xcb_f2_9c_e4_84_22_23_25n;
  const take = (byte: number): void => {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
  };
  for (const name of Object.keys(labels).sort()) {
    for (const byte of Buffer.from(name)) take(byte);
    take(separator);
    for (const byte of Buffer.from(labels[name] ?? '')) take(byte);
    take(separator);
  }
  return hash.toString(16).padStart(16, '0');
}

/** Like Go's `sort`, by name then value: for labels side by side. */
export const written = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join(', ');
