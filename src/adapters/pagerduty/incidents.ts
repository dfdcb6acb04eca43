import { clean } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { PagerDutyRead, SeenAlert, SeenIncident, SeenLogEntry } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import type { Directory } from './directory.ts';
import { pages } from './pages.ts';
import { emailsOf } from './schedules.ts';
import type { ServiceEntry } from './services.ts';
import type { Shape } from './shape.ts';
import { toUtc } from './time.ts';
import type { UserEntry } from './users.ts';

/** One look may span six months at most. */
const longest = 180 * 86_400_000;
/** This machine's clock may be behind PagerDuty's. */
const slack = 3_600_000;

export interface IncidentEntry extends Omit<SeenIncident, 'service'> {
  readonly serviceId: string;
}
interface Look {
  readonly ids: ReadonlySet<string>;
  readonly since: Instant;
}

/** What PagerDuty remembers of incidents: who was told by which channel, and who answered. */
export function incidents(
  client: Client,
  { users, services }: { readonly users: Directory<UserEntry>; readonly services: Directory<ServiceEntry> },
): Pick<PagerDutyRead, 'incidents' | 'alerts' | 'logEntries'> & { forget(): void } {
  const looks: Look[] = [];
  const lists = remembering(({ ids, since }: Look) => readIncidents(client, [...ids], since));
  const alerts = remembering((incident: string) => readAlerts(client, incident));
  const logs = remembering((incident: string) => readLogEntries(client, users, incident));

  /** An earlier look at these services (and more) that began no later, or else this one. */
  function lookAt(ids: ReadonlySet<string>, since: Instant): Look {
    const known = looks.find((look) => look.since <= since && [...ids].every((id) => look.ids.has(id)));
    if (known) return known;
    const look = { ids, since };
    looks.push(look);
    return look;
  }

  return {
    async incidents(names, since) {
      const found = [...(await services.find(names)).values()];
      // Without a service PagerDuty would show those of the whole account.
      if (found.length === 0) return [];
      const nameOf = new Map(found.map((service) => [service.id, service.name.trim()]));
      const entries = await lists.ask(lookAt(new Set(nameOf.keys()), since));
      return entries.flatMap(({ serviceId, ...incident }) => {
        const service = nameOf.get(serviceId);
        return service === undefined || incident.created < since ? [] : [{ ...incident, service }];
      });
    },
    alerts: (incident) => alerts.ask(incident),
    logEntries: (incident) => logs.ask(incident),
    forget() {
      lists.forget();
      looks.length = 0;
      alerts.forget();
      logs.forget();
    },
  };
}

/** Newest first. Where there are more than PagerDuty pages, or the time is longer than it takes at once, it goes on from the oldest seen. */
async function readIncidents(client: Client, ids: readonly string[], since: Instant): Promise<readonly IncidentEntry[]> {
  const found = new Map<string, IncidentEntry>();
  for (let until = client.clock.now() + slack; until > since;) {
    const from = Math.max(since, until - longest);
    const query = { 'service_ids[]': ids, since: toUtc(from), until: toUtc(until), sort_by: 'created_at:desc' };
    const { rows, more } = await pages(client, { method: 'GET', path: '/incidents', query, doing: 'read the incidents' }, 'incidents');
    const entries = rows.map(readIncident);
    for (const entry of entries) found.set(entry.id, entry);
    const oldest = Math.min(...entries.map((entry) => entry.created));
    until = more ? Math.min(until - 1000, oldest + 1000) : from;
  }
  return [...found.values()].toSorted((a, b) => b.created - a.created || b.number - a.number);
}

export function readIncident(shape: Shape): IncidentEntry {
  const status = shape.text('status');
  return {
    id: shape.text('id'),
    number: shape.number('incident_number'),
    url: clean(shape.textOr('html_url') ?? ''),
    title: clean(shape.textOr('title') ?? shape.textOr('summary') ?? '', 1024),
    serviceId: shape.at('service').text('id'),
    status: status === 'acknowledged' || status === 'resolved' ? status : 'triggered',
    urgency: shape.textOr('urgency') === 'low' ? 'low' : 'high',
    created: shape.instant('created_at'),
  };
}

async function readAlerts(client: Client, incident: string): Promise<readonly SeenAlert[]> {
  const call = { method: 'GET', path: path('/incidents/{}/alerts', incident), doing: 'read the alerts of an incident' } as const;
  return (await pages(client, call, 'alerts')).rows.map(readAlert);
}

export function readAlert(shape: Shape): SeenAlert {
  const severity = shape.textOr('severity');
  const body = shape.maybe('body');
  // An Events API v2 alert may show them only in its common event format.
  const cef = body?.objectOr('cef_details');
  const details = body?.record('details') ?? {};
  const contexts = body?.listOr('contexts') ?? [];
  return {
    key: clean(shape.textOr('alert_key') ?? ''),
    status: shape.text('status') === 'resolved' ? 'resolved' : 'triggered',
    details: Object.keys(details).length > 0 ? details : (cef?.record('details') ?? {}),
    links: (contexts.length > 0 ? contexts : (cef?.listOr('contexts') ?? [])).flatMap(readLink),
    ...(severity !== undefined && { severity }),
  };
}

function readLink(context: Shape): SeenAlert['links'] {
  const href = context.textOr('href');
  if (context.textOr('type') !== 'link' || href === undefined) return [];
  return [{ href: clean(href, 2048), text: clean(context.textOr('text') ?? '') }];
}

export interface Person {
  readonly id: string;
  readonly name: string;
}
interface LogRow {
  readonly entry: SeenLogEntry;
  readonly who: Person | undefined;
  readonly assignees: readonly Person[] | undefined;
}

export async function readLogEntries(client: Client, users: Directory<UserEntry>, incident: string): Promise<readonly SeenLogEntry[]> {
  const query = { 'include[]': ['channels'] };
  const call = { method: 'GET', path: path('/incidents/{}/log_entries', incident), query, doing: 'read the log of an incident' } as const;
  const rows = (await pages(client, call, 'log_entries')).rows.map(readLogRow);
  const emails = await emailsOf(
    users,
    rows.flatMap(({ who, assignees }) => [...(who ? [who] : []), ...(assignees ?? [])]),
  );
  const emailOf = ({ id, name }: Person): string => emails.get(id) ?? name;
  return rows
    .map(({ entry, who, assignees }) => ({
      ...entry,
      ...(who && { who: emailOf(who) }),
      ...(assignees && { assignees: assignees.map(emailOf) }),
    }))
    .reverse() // PagerDuty has the newest first; entries of the same second keep their order
    .sort((a, b) => a.at - b.at);
}

function readLogRow(shape: Shape): LogRow {
  const type = kindOf(shape.text('type'), '_log_entry');
  const channel = shape.maybe('channel');
  const notification = channel?.objectOr('notification');
  const means = notification?.textOr('type');
  const outcome = notification?.textOr('status');
  const note = type === 'annotate' ? noteOf(shape) : undefined;
  const entry = {
    type: type === 'acknowledgement' ? 'acknowledge' : type,
    at: shape.instant('created_at'),
    ...(means !== undefined && { channel: kindOf(means, '_notification') }),
    ...(outcome !== undefined && { outcome: clean(outcome, 60) }),
    ...(note !== undefined && { note }),
  };
  const isUser = (one: Shape | undefined): boolean => one?.textOr('type')?.startsWith('user') === true;
  const person = [shape.maybe('user'), shape.maybe('agent')].find(isUser);
  return { entry, who: person && personOf(person), assignees: shape.has('assignees') ? shape.list('assignees').map(personOf) : undefined };
}

/** PagerDuty's description has two spellings of some types, with and without "_reference". */
function kindOf(type: string, suffix: string): string {
  return clean(type.replace(/_reference$/, '').replace(suffix, ''), 60);
}

export const personOf = (shape: Shape): Person => ({ id: shape.text('id'), name: shape.textOr('summary') ?? '' });

/** Described as `note`; seen as the summary of its channel. */
function noteOf(shape: Shape): string | undefined {
  const channel = shape.maybe('channel');
  const text = shape.textOr('note') ?? channel?.textOr('summary') ?? channel?.textOr('content');
  return text === undefined ? undefined : clean(text, 2000);
}
