import type { Instant } from '../../model/index.ts';
import type { SandboxReply } from '../core.ts';
import { readConfiguration } from './configuration.ts';
import type { Configuration } from './configuration.ts';
import { milliseconds } from './duration.ts';
import { part } from './checks.ts';
import { join } from './groups.ts';
import { compileRegex, labelName, parseMatchers } from './matchers.ts';
import { fingerprint, memoryOf, written } from './memory.ts';
import type { Labels, StoredAlert } from './memory.ts';
import { jsonOf, ok, refused, said, timeIn, unparsed } from './replies.ts';
import { holds, inhibition, routesOf } from './routing.ts';
import type { Taken } from './routing.ts';
import type { AlertmanagerRequest, Replica, Surroundings } from './server.ts';
import { silencesOn } from './silences.ts';
import { minorOf } from './version.ts';

/** An alert that has not ended, with what this Alertmanager makes of it. */
export interface Seen {
  readonly alert: StoredAlert;
  readonly labels: Labels;
  readonly routes: readonly Taken[];
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
}

export const suppressed = (seen: Seen): boolean => seen.silencedBy.length + seen.inhibitedBy.length > 0;

/** Of the configuration in force. */
export function loaded(replica: Replica): Configuration {
  const known = read.get(replica);
  if (known?.text === replica.inForce) return known.configuration;
  const configuration = readConfiguration(replica.inForce, minorOf(replica.version));
  read.set(replica, { text: replica.inForce, configuration });
  return configuration;
}

/** Whatever is asked of an Alertmanager needs its configuration: it is read once. */
const read = new WeakMap<Replica, { readonly text: string; readonly configuration: Configuration }>();

/** Every alert that has not ended, by fingerprint. */
export function seenBy(replica: Replica, configuration: Configuration, now: Instant): readonly Seen[] {
  const alive = Object.values(memoryOf(replica).alerts)
    .filter((alert) => alert.endsAt > now)
    .sort((a, b) => (fingerprint(a.labels) < fingerprint(b.labels) ? -1 : 1));
  const inhibitedBy = inhibition(configuration, alive);
  return alive.map((alert) => ({
    alert,
    labels: alert.labels,
    routes: routesOf(configuration, alert.labels),
    silencedBy: silencesOn(replica, alert.labels, now).map(({ id }) => id),
    inhibitedBy: inhibitedBy(alert).map(({ labels }) => fingerprint(labels)),
  }));
}

const time = (instant: Instant): string => new Date(instant).toISOString();

function present(seen: Seen, minor: number): unknown {
  const { alert, silencedBy, inhibitedBy, routes } = seen;
  return {
    annotations: alert.annotations,
    endsAt: time(alert.endsAt),
    fingerprint: fingerprint(alert.labels),
    receivers: [...new Set(routes.map(({ receiver }) => receiver))].map((name) => ({ name })),
    startsAt: time(alert.startsAt),
    status: { inhibitedBy, ...(minor >= 28 ? { mutedBy: [] } : {}), silencedBy, state: suppressed(seen) ? 'suppressed' : 'active' },
    updatedAt: time(alert.updatedAt),
    ...(alert.generatorURL === undefined ? {} : { generatorURL: alert.generatorURL }),
    labels: alert.labels,
  };
}

/** The alerts that a list's query asks for. @throws Refusal for a filter that is no matcher */
function asked({ query }: AlertmanagerRequest, replica: Replica, configuration: Configuration, now: Instant): readonly Seen[] {
  const filters = parseMatchers(query.getAll('filter'), minorOf(replica.version));
  const shows = (name: string): boolean => ['true', '1', 't', 'T', 'TRUE', 'True', ''].includes(query.get(name) ?? 'true');
  return seenBy(replica, configuration, now).filter(
    (seen) =>
      filters.every((filter) => holds(filter, seen.labels)) &&
      (shows('active') || suppressed(seen)) &&
      (shows('silenced') || seen.silencedBy.length === 0) &&
      (shows('inhibited') || seen.inhibitedBy.length === 0),
  );
}

/** Whether a receiver's name is one that the query asks for. */
function wantedReceiver({ query }: AlertmanagerRequest): (name: string) => boolean {
  const pattern = query.get('receiver');
  const wanted = pattern === null || pattern === '' ? undefined : compileRegex(pattern);
  return (name) => wanted === undefined || wanted.test(name);
}

export function listAlerts(request: AlertmanagerRequest, replica: Replica, { now }: Surroundings): SandboxReply {
  const wanted = wantedReceiver(request);
  const rows = asked(request, replica, loaded(replica), now).filter(({ routes }) => routes.some(({ receiver }) => wanted(receiver)));
  return ok(rows.map((seen) => present(seen, minorOf(replica.version))));
}

interface Group {
  readonly labels: Labels;
  readonly receiver: string;
  readonly alerts: Seen[];
}

export function listGroups(request: AlertmanagerRequest, replica: Replica, { now }: Surroundings): SandboxReply {
  const wanted = wantedReceiver(request);
  const groups = new Map<string, Group>();
  for (const each of asked(request, replica, loaded(replica), now)) {
    const seen = { ...each, routes: each.routes.filter((route) => wanted(route.receiver)) };
    for (const { path, receiver, group } of seen.routes) {
      const key = `${path} ${written(group)}`;
      const known = groups.get(key) ?? { labels: group, receiver, alerts: [] };
      known.alerts.push(seen);
      groups.set(key, known);
    }
  }
  const sorted = [...groups.values()].sort((a, b) => compare(written(a.labels), written(b.labels)) || compare(a.receiver, b.receiver));
  return ok(
    sorted.map(({ labels, receiver, alerts }) => ({
      alerts: alerts.map((seen) => present(seen, minorOf(replica.version))),
      labels,
      receiver: { name: receiver },
    })),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function takeAlerts(request: AlertmanagerRequest, replica: Replica, around: Surroundings): SandboxReply {
  const parsed = jsonOf(request, 'alerts');
  if ('reply' in parsed) return parsed.reply;
  if (!Array.isArray(parsed.body)) {
    return unparsed('alerts', `json: cannot unmarshal ${kindOf(parsed.body)} into Go value of type models.PostableAlerts`);
  }
  const sent = parsed.body as readonly Readonly<Record<string, unknown>>[];
  const ill = sent.map(illFormed).find((reply) => reply !== undefined);
  if (ill) return ill;
  const problems = sent.map((alert) => take(replica, around, alert)).filter((problem) => problem !== undefined);
  memoryOf(replica).received.invalid += problems.length;
  return problems.length > 0 ? said(400, problems.join('; ')) : ok();
}

const kindOf = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value);

function illFormed(alert: Readonly<Record<string, unknown>>, index: number): SandboxReply | undefined {
  for (const field of ['labels', 'annotations']) {
    const wrong = Object.values(part(alert[field])).find((value) => typeof value !== 'string');
    if (wrong !== undefined) {
      return unparsed('alerts', `json: cannot unmarshal ${kindOf(wrong)} into Go struct field Alert.labels of type string`);
    }
  }
  for (const field of ['startsAt', 'endsAt']) {
    if (alert[field] !== undefined && timeIn(alert[field]) === undefined) {
      const words = JSON.stringify(alert[field]);
      return unparsed('alerts', `parsing time ${words} as "2006-01-02 15:04:05": cannot parse ${words} as "2006"`);
    }
  }
  return alert['labels'] === undefined || alert['labels'] === null ? refused(422, 602, `${index}.labels in body is required`) : undefined;
}

/** Stores one alert. @returns why it will not */
function take(replica: Replica, around: Surroundings, sent: Readonly<Record<string, unknown>>): string | undefined {
  const { now } = around;
  const labels = filled(sent['labels']);
  const end = timeIn(sent['endsAt']);
  const startsAt = timeIn(sent['startsAt']) ?? end ?? now;
  const endsAt = end ?? now + resolveTimeout(replica);
  if (endsAt < startsAt) return 'start time must be before end time';
  if (Object.keys(labels).length === 0) return 'at least one label pair required';
  const bad = minorOf(replica.version) < 27 ? Object.keys(labels).find((name) => !labelName.test(name)) : undefined;
  if (bad !== undefined) return `invalid label set: invalid name ${JSON.stringify(bad)}`;
  const url = sent['generatorURL'];
  receive(replica, now, {
    labels,
    annotations: filled(sent['annotations']),
    startsAt,
    endsAt,
    ...(end === undefined ? { timeout: true } : {}),
    ...(typeof url === 'string' && url !== '' ? { generatorURL: url } : {}),
  });
  return undefined;
}

/** A label without a value counts as not there. */
function filled(value: unknown): Labels {
  return Object.fromEntries(Object.entries(part(value)).filter((entry): entry is [string, string] => entry[1] !== ''));
}

function resolveTimeout(replica: Replica): number {
  const set = part(loaded(replica).values['global'])['resolve_timeout'];
  return typeof set === 'string' ? milliseconds(set) : 300_000;
}

/** How long an alert is remembered after its end. */
const remembered = 900_000;

/** Takes an alert in, as the dispatcher gets it; one that goes on keeps its start, and an end that is set later than the newly wanted one. */
export function receive(replica: Replica, now: Instant, alert: Omit<StoredAlert, 'updatedAt'>): void {
  const memory = memoryOf(replica);
  const key = fingerprint(alert.labels);
  const old = memory.alerts[key];
  const stored = { ...(old === undefined ? alert : merged(old, alert, now)), updatedAt: now };
  memory.alerts[key] = stored;
  const isNews = old === undefined || old.endsAt <= now || stored.endsAt <= now;
  memory.received[alert.endsAt > now ? 'firing' : 'resolved'] += 1;
  for (const [each, { endsAt }] of Object.entries(memory.alerts)) if (endsAt + remembered < now) delete memory.alerts[each];
  join(replica, now, stored, isNews);
}

/** Alertmanager's own rule: of two that overlap the earlier start, and the later end; only one that has ended by now is ended in any case. */
function merged(old: StoredAlert, alert: Omit<StoredAlert, 'updatedAt'>, now: Instant): Omit<StoredAlert, 'updatedAt'> {
  const ends = alert.endsAt > old.startsAt && alert.endsAt < old.endsAt;
  const starts = alert.startsAt > old.startsAt && alert.startsAt < old.endsAt;
  if (!ends && !starts) return alert;
  const over = alert.endsAt <= now;
  const kept = over ? old.endsAt <= now : old.timeout !== true;
  const endsAt = kept ? Math.max(old.endsAt, alert.endsAt) : alert.endsAt;
  return { ...alert, startsAt: Math.min(old.startsAt, alert.startsAt), endsAt };
}
