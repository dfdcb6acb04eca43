import type { Instant } from '../../model/index.ts';
import { loaded } from './alerts.ts';
import { parts } from './checks.ts';
import type { Configuration } from './configuration.ts';
import type { FailureReason } from './deliver.ts';
import { fingerprint, memoryOf, written } from './memory.ts';
import type { Labels, StoredAlert } from './memory.ts';
import { routesOf } from './routing.ts';
import type { Taken } from './routing.ts';
import type { Replica } from './server.ts';

/** An alert as it was when its group was flushed. */
export interface TellAlert extends StoredAlert {
  readonly resolved: boolean;
}

/** One integration of a receiver that is being told. */
export interface Attempt {
  /** Which of the receiver's `pagerduty_configs`. */
  readonly index: number;
  readonly alerts: readonly TellAlert[];
  /** When it is tried (again). */
  at: Instant;
  readonly deadline: Instant;
  tries: number;
  /** Why it must be tried again. */
  problem?: { readonly reason: FailureReason; readonly words: string };
}

/** Alerts that are told together: one per route and group labels. */
export interface PageGroup {
  readonly route: Taken;
  /** `{}/{severity="P1"}:{alertname="X"}` */
  readonly key: string;
  /** Fingerprints. */
  members: string[];
  /** When its timer fires. */
  next: Instant;
  flushed: Instant | null;
  /** Something changed since it was flushed, or the flush failed: the next one may have to tell. */
  stale: boolean;
  attempts: Attempt[];
  failed: boolean;
  /** Others of its cluster speak first. What it has to say meanwhile grows old, also where nothing changes, so it sleeps through no beat. */
  patient?: boolean;
  /** Nobody is in it any more: when it is cleared away. */
  cleared?: Instant;
}

/** The `pagerduty_configs` of a receiver, by its name. */
export function pagersOf(configuration: Configuration, receiver: string): ReturnType<typeof parts> {
  const found = parts(configuration.values['receivers']).find(({ name }) => name === receiver);
  return parts(found?.['pagerduty_configs']);
}

/** Under which the notification log keeps what one of the receiver's integrations was last told. */
export const toldKey = ({ key, route }: PageGroup, index: number): string => `${key} ${route.receiver}/pagerduty[${index}]`;

export const pageGroups = (replica: Replica): Record<string, PageGroup> => (memoryOf(replica).pages ??= {});

/** Gives an alert to the groups of the routes that it ends in, as far as they page. One that should long have been told is told at once. */
export function join(
  replica: Replica,
  now: Instant,
  alert: StoredAlert,
  isNews: boolean,
  configuration: Configuration = loaded(replica),
): void {
  const groups = pageGroups(replica);
  // Another alert may inhibit them, or no longer.
  if (isNews) for (const group of Object.values(groups)) wake(group, now);
  for (const route of routesOf(configuration, alert.labels)) {
    if (pagersOf(configuration, route.receiver).length === 0) continue;
    const late = alert.startsAt + route.wait < now;
    const name = `${route.path} ${written(route.group)}`;
    const group = (groups[name] ??= newGroup(route, now + route.wait));
    const id = fingerprint(alert.labels);
    if (!group.members.includes(id)) group.members.push(id);
    if (group.flushed === null && late) group.next = now;
  }
}

/** It slept because nothing changed; its timer beat on, and the next beat is the one that counts. */
function wake(group: PageGroup, now: Instant): void {
  const { flushed, next, attempts, route } = group;
  if (flushed !== null && next < now && attempts.length === 0)
    group.next = next + Math.ceil((now - next) / route.interval) * route.interval;
  group.stale = true;
}

function newGroup(route: Taken, next: Instant): PageGroup {
  const key = `${route.key}:{${written(route.group)}}`;
  return { route, key, members: [], next, flushed: null, stale: true, attempts: [], failed: false };
}

/** After a reload all begins anew; what was told is still known. */
export function regroup(replica: Replica, now: Instant): void {
  const memory = memoryOf(replica);
  memory.pages = {};
  const configuration = loaded(replica);
  for (const alert of Object.values(memory.alerts)) join(replica, now, alert, true, configuration);
}

/** By job and instance, then by labels, as Alertmanager lists the alerts of a group. */
export function inOrder(a: TellAlert, b: TellAlert): number {
  for (const name of ['job', 'instance']) {
    const [left, right] = [a.labels[name], b.labels[name]];
    if (left === right) continue;
    if (left === undefined) return 1;
    return right === undefined || left < right ? -1 : 1;
  }
  return before(a.labels, b.labels);
}

function before(a: Labels, b: Labels): number {
  const [left, right] = [Object.keys(a), Object.keys(b)];
  if (left.length !== right.length) return left.length - right.length;
  for (const name of [...new Set([...left, ...right])].sort()) {
    const [one, other] = [a[name], b[name]];
    if (one === other) continue;
    if (other === undefined) return -1;
    return one === undefined || one > other ? 1 : -1;
  }
  return 0;
}
