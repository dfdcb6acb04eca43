import { clean } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { LiveIncident, OnCall, PagerDutyLive, SeenAlert } from '../../ports/index.ts';
import { path, type Client } from './client.ts';
import { personOf, readAlert, readIncident, readLogEntries, type IncidentEntry, type Person } from './incidents.ts';
import type { Directories } from './objects.ts';
import { pages } from './pages.ts';
import { emailsOf } from './schedules.ts';
import type { Shape } from './shape.ts';

type Live = Pick<PagerDutyLive, 'incident' | 'openIncidents' | 'log' | 'notes' | 'onCalls'>;
type Directory = Pick<Directories, 'users' | 'services' | 'policies'>;

export interface LiveEntry extends IncidentEntry, Pick<LiveIncident, 'policy' | 'pending' | 'alertCounts'> {
  readonly serviceName: string;
  readonly assignees: readonly Person[];
}

/** What changes while one looks. Only who is who, and what is called what, is remembered. */
export function live(client: Client, { users, services, policies }: Directory): Live {
  const shown = (entries: readonly LiveEntry[]) => shownIncidents({ users, services }, entries);
  return {
    async incident(id) {
      const answer = await client.call({
        method: 'GET',
        path: path('/incidents/{}', id),
        doing: 'read an incident',
        resource: `incident ${clean(id, 60)}`,
      });
      const [incident] = await shown([readLive(answer.at('incident'))]);
      if (!incident) throw new RangeError('one incident was read');
      return incident;
    },
    async openIncidents(names) {
      const found = [...(await services.find(names)).values()];
      // Without a service PagerDuty would show those of the whole account.
      if (found.length === 0) return [];
      return shown(await listLive(client, openOnes(found.map(({ id }) => id))));
    },
    log: (incident) => readLogEntries(client, users, incident),
    async notes(incident) {
      const rows = await readNotes(client, incident);
      const emails = await emailsOf(
        users,
        rows.flatMap(({ user }) => (user ? [user] : [])),
      );
      return rows
        .map(({ at, text, user, name }) => {
          const who = user ? emails.get(user.id) : name;
          return { at, text: clean(text, 2000), ...(who !== undefined && { who }) };
        })
        .toSorted((a, b) => a.at - b.at);
    },
    async onCalls(names) {
      const found = await policies.find(names);
      if (found.size === 0) return [];
      const order = [...found.values()].map(({ id }) => id);
      const rows = await readOnCalls(client, order);
      const emails = await emailsOf(
        users,
        rows.map(({ person }) => person),
      );
      const nameOf = new Map([...found].map(([name, { id }]) => [id, name]));
      return rows
        .toSorted((a, b) => order.indexOf(a.policyId) - order.indexOf(b.policyId) || a.level - b.level)
        .flatMap(({ policyId, person, ...row }) => {
          const policy = nameOf.get(policyId);
          return policy === undefined
            ? []
            : [{ ...row, policy, who: emails.get(person.id) ?? person.id, fullName: clean(person.name, 100) }];
        });
    },
  };
}

/** Every status that still calls people, whenever it began. */
export function openOnes(services: readonly string[]): Readonly<Record<string, string | readonly string[]>> {
  return { 'service_ids[]': services, 'statuses[]': ['triggered', 'acknowledged'], date_range: 'all' };
}

/** Newest first. */
export async function listLive(client: Client, query: Readonly<Record<string, string | readonly string[]>>): Promise<readonly LiveEntry[]> {
  const call = {
    method: 'GET',
    path: '/incidents',
    query: { ...query, sort_by: 'created_at:desc' },
    doing: 'read the incidents of now',
  } as const;
  const { rows } = await pages(client, call, 'incidents');
  return rows.map(readLive).toSorted((a, b) => b.created - a.created || b.number - a.number);
}

function readLive(shape: Shape): LiveEntry {
  const counts = shape.maybe('alert_counts');
  const pending = shape.listOr('pending_actions').flatMap((action) => {
    const type = action.text('type');
    return isPending(type) ? [{ type, at: action.instant('at') }] : [];
  });
  return {
    ...readIncident(shape),
    serviceName: clean(shape.at('service').textOr('summary') ?? ''),
    policy: clean(shape.maybe('escalation_policy')?.textOr('summary') ?? ''),
    assignees: shape.listOr('assignments').map((assignment) => personOf(assignment.at('assignee'))),
    pending: pending.toSorted((a, b) => a.at - b.at),
    alertCounts: { triggered: counts?.numberOr('triggered') ?? 0, all: counts?.numberOr('all') ?? 0 },
  };
}

const isPending = (type: string): type is LiveIncident['pending'][number]['type'] =>
  ['escalate', 'unacknowledge', 'resolve', 'urgency_change'].includes(type);

export async function shownIncidents(
  { users, services }: Pick<Directory, 'users' | 'services'>,
  entries: readonly LiveEntry[],
): Promise<readonly LiveIncident[]> {
  const [emails, known] = await Promise.all([
    emailsOf(
      users,
      entries.flatMap((entry) => entry.assignees),
    ),
    services.byIds(entries.map((entry) => entry.serviceId)),
  ]);
  return entries.map(({ serviceId, serviceName, assignees, ...incident }) => ({
    ...incident,
    service: known.get(serviceId)?.name.trim() ?? serviceName,
    assignees: assignees.map(({ id, name }) => emails.get(id) ?? name),
  }));
}

interface NoteRow {
  readonly at: Instant;
  /** As it was written. */
  readonly text: string;
  /** A person of the account. */
  readonly user: Person | undefined;
  /** Of whoever else wrote it: a rule, a workflow. */
  readonly name: string | undefined;
}

export async function readNotes(client: Client, incident: string): Promise<readonly NoteRow[]> {
  const call = { method: 'GET', path: path('/incidents/{}/notes', incident), doing: 'read the notes of an incident' } as const;
  return (await client.call(call)).list('notes').map((note) => {
    const author = note.maybe('user');
    const isUser = author?.textOr('type')?.startsWith('user') === true;
    const summary = author?.textOr('summary');
    return {
      at: note.instant('created_at'),
      text: note.textOr('content') ?? '',
      user: author && isUser ? personOf(author) : undefined,
      name: summary === undefined ? undefined : clean(summary, 100),
    };
  });
}

interface DutyRow extends Omit<OnCall, 'who' | 'fullName'> {
  readonly policyId: string;
  readonly person: Person;
}

async function readOnCalls(client: Client, policies: readonly string[]): Promise<readonly DutyRow[]> {
  const query = { 'escalation_policy_ids[]': policies };
  const call = { method: 'GET', path: '/oncalls', query, doing: 'read who is on call now' } as const;
  const { rows } = await pages(client, call, 'oncalls', keyOfDuty);
  return rows.map((row) => {
    const schedule = row.maybe('schedule')?.textOr('summary');
    const [start, end] = [row.instantOr('start'), row.instantOr('end')];
    return {
      policyId: row.at('escalation_policy').text('id'),
      level: row.number('escalation_level'),
      person: personOf(row.at('user')),
      ...(schedule !== undefined && { schedule: clean(schedule) }),
      ...(start !== undefined && { start }),
      ...(end !== undefined && { end }),
    };
  });
}

/** An on-call has no id. */
function keyOfDuty(row: Shape): string {
  const ids = [row.at('escalation_policy'), row.at('user'), row.maybe('schedule')].map((part) => part?.text('id'));
  return JSON.stringify([...ids, row.number('escalation_level'), row.textOr('start'), row.textOr('end')]);
}

/** What finding an alert needs to know of it beside what is shown. */
export interface AlertRow {
  readonly seen: SeenAlert;
  readonly created: Instant;
  /** An alert keeps its service, also where grouping put it into the incident of another. */
  readonly serviceId: string | undefined;
}

/** Those of one deduplication key. */
export async function alertsOfKey(client: Client, incident: string, key: string): Promise<readonly AlertRow[]> {
  const call = {
    method: 'GET',
    path: path('/incidents/{}/alerts', incident),
    query: { alert_key: key },
    doing: 'find an alert in an incident',
  } as const;
  const { rows } = await pages(client, call, 'alerts');
  return rows
    .map((row) => ({ seen: readAlert(row), created: row.instant('created_at'), serviceId: row.maybe('service')?.textOr('id') }))
    .filter(({ seen }) => seen.key === key);
}
