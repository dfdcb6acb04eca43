import { clean, PmpError } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import { channels, incidentStatuses, severities } from './incident-types.ts';
import type { AlertRow, IncidentRow, IncidentStatus, LogRow, NotificationChannel, Severity } from './incident-types.ts';
import type { PagerDutyWorld, ServiceRow } from './types.ts';
import { listIn, objectIn, oneOf, span, text } from './planted-body.ts';
import type { Body } from './validate.ts';

/** Seconds, or text like "90s", "3d". */
type Span = number | string;

/** An incident that happened before now: what an event and the people who answered it would have left behind. */
export interface PlantedIncident {
  readonly title: string;
  /** Name of the service. */
  readonly service: string;
  /** How long ago it was created. */
  readonly created: Span;
  /** Default: resolved. */
  readonly status?: IncidentStatus;
  /** Default: high. */
  readonly urgency?: 'high' | 'low';
  readonly alerts?: readonly {
    readonly key?: string;
    readonly severity?: Severity;
    readonly status?: 'triggered' | 'resolved';
    readonly summary?: string;
    /** Custom details of the event. */
    readonly details?: unknown;
    readonly links?: readonly { readonly href: string; readonly text: string }[];
  }[];
  /** A trigger entry is added where none is given, and a resolve entry where it is resolved. */
  readonly log?: readonly PlantedEntry[];
}

export interface PlantedEntry {
  /** Without "_log_entry"; any word. */
  readonly type: string;
  /** Since the incident was created. */
  readonly at: Span;
  /** E-mail: of the one notified, else of the one who acted. */
  readonly who?: string;
  /** Of a notify entry push, sms, phone or email; of others how it came about (website, mobile, api, auto …). */
  readonly channel?: string;
  /** E-mails. */
  readonly assignees?: readonly string[];
  readonly note?: string;
}

/**
 * Puts such an incident, its alerts and its log into the account.
 * @returns its id and number @throws PmpError `sandbox` for a service or person that the account lacks, `usage` for anything that is no such incident
 */
export function plantIncident(world: PagerDutyWorld, planted: unknown): { readonly id: string; readonly number: number } {
  const wanted = objectIn(planted, 'The incident');
  const service = serviceCalled(world, text(wanted, 'service'));
  const created_at = seconds(world.now() - span(wanted, 'created'));
  const status = oneOf(wanted, 'status', incidentStatuses, 'resolved');
  const number = world.state.incidentNumber + 1;
  const title = text(wanted, 'title');
  const log = logIn(world, service, created_at, { title, status }, listIn(wanted, 'log'));
  const end = (log.findLast((entry) => entry.type === 'resolve') ?? log.at(-1))?.at ?? created_at;
  const changed = log.findLast((entry) => ['trigger', 'acknowledge', 'resolve'].includes(entry.type));
  const incident: IncidentRow = {
    id: world.id('Q', 14),
    number,
    title,
    service: service.id,
    policy: service.policy,
    urgency: oneOf(wanted, 'urgency', ['high', 'low'], 'high'),
    status,
    key: null,
    created_at,
    updated_at: end,
    status_changed_at: changed?.at ?? created_at,
    status_changed_by: changed?.agent ?? null,
    resolved_at: status === 'resolved' ? end : null,
    assignments: status === 'resolved' ? [] : assigned(log),
    acknowledgements: status === 'acknowledged' ? acknowledged(log) : [],
    pending: [],
    alerts: listIn(wanted, 'alerts').map((alert) =>
      alertIn(world, service, objectIn(alert, 'An alert'), { title, status, created_at, end }),
    ),
    live: null,
    log,
  };
  world.state.incidentNumber = number;
  world.state.incidents.push(incident);
  world.state.incidents.sort((a, b) => a.created_at - b.created_at);
  return { id: incident.id, number };
}

function assigned(log: readonly LogRow[]): IncidentRow['assignments'] {
  const last = log.findLast((entry) => entry.assignees !== undefined);
  return (last?.assignees ?? []).map((user) => ({ user, at: last?.at ?? 0 }));
}

function acknowledged(log: readonly LogRow[]): IncidentRow['acknowledgements'] {
  const last = log.findLast((entry) => entry.type === 'acknowledge');
  return last?.agent.type === 'user' ? [{ user: last.agent.id, at: last.at }] : [];
}

function logIn(
  world: PagerDutyWorld,
  service: ServiceRow,
  created: Instant,
  about: { readonly title: string; readonly status: IncidentStatus },
  given: readonly unknown[],
): LogRow[] {
  const entries = given.map((each) => entryIn(world, service, created, about.title, objectIn(each, 'A log entry')));
  const has = (type: string): boolean => entries.some((entry) => entry.type === type);
  const own = (type: string, at: Instant): LogRow => entryIn(world, service, at, about.title, { type, at: 0 });
  if (!has('trigger')) entries.unshift(own('trigger', created));
  entries.sort((a, b) => a.at - b.at);
  if (about.status === 'resolved' && !has('resolve')) entries.push(own('resolve', entries.at(-1)?.at ?? created));
  return entries;
}

function entryIn(world: PagerDutyWorld, service: ServiceRow, created: Instant, title: string, wanted: Body): LogRow {
  const type = text(wanted, 'type');
  const who = wanted['who'] === undefined ? undefined : personCalled(world, text(wanted, 'who'));
  const note = wanted['note'] === undefined ? undefined : text(wanted, 'note');
  const assignees =
    wanted['assignees'] === undefined ? undefined : listIn(wanted, 'assignees').map((email) => personCalled(world, String(email)));
  const agent = who && type !== 'notify' ? ({ type: 'user', id: who.id } as const) : ({ type: 'service', id: service.id } as const);
  return {
    id: world.id('R', 26),
    type,
    at: seconds(created + span(wanted, 'at')),
    summary: summaryOf(type, title, who?.name ?? service.name, (assignees ?? []).map((each) => each.name).join(', ')),
    agent,
    channel: type === 'notify' ? 'auto' : wanted['channel'] === undefined ? usualChannel(type) : text(wanted, 'channel'),
    ...(type === 'notify' && who ? { notified: notifiedIn(who, oneOf(wanted, 'channel', channels, 'push')) } : {}),
    ...(assignees === undefined ? {} : { assignees: assignees.map((each) => each.id) }),
    ...(note === undefined ? {} : { note }),
  };
}

type Person = PagerDutyWorld['state']['users'][number];

function notifiedIn(who: Person, channel: NotificationChannel): NonNullable<LogRow['notified']> {
  const method = who.methods.find((each) => each.type.startsWith(channel));
  const address =
    channel === 'push' || !method ? null : `${method.country_code === null ? '' : `+${method.country_code}`}${method.address}`;
  return { user: who.id, channel, address, status: 'success' };
}

function usualChannel(type: string): string {
  return { trigger: 'api', resolve: 'api', annotate: 'note', acknowledge: 'website' }[type] ?? 'auto';
}

function summaryOf(type: string, title: string, who: string, assignees: string): string {
  const words: Readonly<Record<string, string>> = {
    trigger: `Triggered through the API: ${title}`,
    notify: `Notified ${who}`,
    acknowledge: `Acknowledged by ${who}`,
    escalate: `Escalated to ${assignees}`,
    assign: `Assigned to ${assignees}`,
    resolve: `Resolved by ${who}`,
    annotate: `Note added by ${who}`,
    snooze: `Snoozed by ${who}`,
  };
  return words[type] ?? `${type.replace(/_/g, ' ')} (${who})`;
}

function alertIn(
  world: PagerDutyWorld,
  service: ServiceRow,
  wanted: Body,
  of: { readonly title: string; readonly status: IncidentStatus; readonly created_at: Instant; readonly end: Instant },
): AlertRow {
  const status = oneOf(wanted, 'status', ['triggered', 'resolved'], of.status === 'resolved' ? 'resolved' : 'triggered');
  const id = world.id('Q', 14);
  return {
    id,
    key: wanted['key'] === undefined ? `sandbox-${id.toLowerCase()}` : text(wanted, 'key'),
    status,
    severity: wanted['severity'] === undefined ? null : oneOf(wanted, 'severity', severities, 'error'),
    summary: wanted['summary'] === undefined ? of.title : text(wanted, 'summary'),
    suppressed: false,
    created_at: of.created_at,
    updated_at: status === 'resolved' ? of.end : of.created_at,
    resolved_at: status === 'resolved' ? of.end : null,
    source: null,
    component: null,
    group: null,
    class: null,
    integration: service.integrations[0]?.id ?? null,
    details: wanted['details'] ?? {},
    links: listIn(wanted, 'links').map((each) => {
      const link = objectIn(each, 'A link');
      return { href: text(link, 'href'), text: text(link, 'text') };
    }),
  };
}

/** PagerDuty counts whole seconds. */
const seconds = (instant: Instant): Instant => Math.floor(instant / 1000) * 1000;

function serviceCalled(world: PagerDutyWorld, name: string): ServiceRow {
  const service = world.state.services.find((each) => each.name === name);
  if (service) return service;
  throw unknown(
    'service',
    name,
    world.state.services.map((each) => each.name),
  );
}

function personCalled(world: PagerDutyWorld, email: string): Person {
  const user = world.state.users.find((each) => each.email.toLowerCase() === email.toLowerCase());
  if (user) return user;
  throw unknown(
    'user',
    email,
    world.state.users.map((each) => each.email),
  );
}

function unknown(what: string, name: string, known: readonly string[]): PmpError {
  return new PmpError('sandbox', {
    message: `The sandbox account has no ${what} ${clean(name, 100)}`,
    cause: known.length === 0 ? `it has no ${what} at all` : `it has ${clean(known.join(', '), 600)}`,
    fix: `Name one of them, or create the ${what} first.`,
  });
}
