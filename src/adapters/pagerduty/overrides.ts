import { PmpError, clean } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { PagerDuty, PagerDutyLive, SeenOverride } from '../../ports/index.ts';
import { path, type Client } from './client.ts';
import { create } from './create.ts';
import { personOf, type Person } from './incidents.ts';
import type { Directories } from './objects.ts';
import { Refused, refusal, type Purpose } from './refusal.ts';
import { idsOf } from './rota.ts';
import { emailsOf, type ScheduleRow } from './schedules.ts';
import { rubbish, type Shape } from './shape.ts';
import { toUtc } from './time.ts';

type Overrides = Pick<PagerDutyLive, 'overrides'> & Pick<PagerDuty, 'createOverride' | 'deleteOverride'>;

interface OverrideRow {
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly person: Person;
}
interface Span {
  readonly start: Instant;
  readonly end: Instant;
}

const second = 1000;

/** Temporary replacements on layer schedules. `changed`: who is on call is no longer what was remembered. */
export function overrides(
  client: Client,
  { users, schedules, shifts }: Pick<Directories, 'users' | 'schedules' | 'shifts'>,
  changed: () => void,
): Overrides {
  async function theSchedule(name: string): Promise<ScheduleRow> {
    const row = (await schedules.find([name])).get(name.trim());
    if (row) return row;
    const resource = `schedule ${clean(name, 120)}`;
    if ((await shifts.find([name])).size > 0)
      throw new PmpError('need-failed', {
        message: `${resource} takes no overrides from here`,
        cause: 'It is a shift-based schedule (API v3), which pmp-pd adopts as it is.',
        fix: 'Make the override in PagerDuty: People, On-Call Schedules.',
        resource,
      });
    throw new PmpError('need-failed', { message: `${resource} is not in PagerDuty`, fix: 'Run setup: it creates schedules.', resource });
  }

  async function seen(rows: readonly OverrideRow[]): Promise<readonly SeenOverride[]> {
    const emails = await emailsOf(
      users,
      rows.map(({ person }) => person),
    );
    return rows
      .map(({ id, start, end, person }) => ({ id, start, end, who: emails.get(person.id) ?? person.id }))
      .toSorted((a, b) => a.start - b.start || a.end - b.end);
  }

  return {
    async overrides(schedule, from, until) {
      if (until <= from) return [];
      return seen(await readOverrides(client, await theSchedule(schedule), { start: from, end: until }));
    },
    async createOverride(schedule, { who, ...asked }) {
      const row = await theSchedule(schedule);
      const user = (await idsOf(users, [who])).get(who) ?? '';
      const wanted = { start: whole(asked.start), end: whole(asked.end) };
      // One that is just the same may be there: an answer that was lost must not be mistaken for it.
      const before = new Set((await readOverrides(client, row, wanted)).map(({ id }) => id));
      const isOurs = (one: OverrideRow): boolean => !before.has(one.id) && one.person.id === user && isSame(one, wanted);
      const purpose = purposeOf('create', row, { ...wanted, who });
      const override = { start: toUtc(wanted.start), end: toUtc(wanted.end), user: { id: user, type: 'user_reference' } };
      const made = await create<OverrideRow>(client, {
        call: { method: 'POST', path: path('/schedules/{}/overrides', row.id), body: { overrides: [override] }, ...purpose },
        find: async () => (await readOverrides(client, row, wanted)).find(isOurs),
        read: (answer) => madeBy(answer, purpose),
      });
      changed();
      return { id: made.id, start: made.start, end: made.end, who };
    },
    async deleteOverride(schedule, id) {
      const row = await theSchedule(schedule);
      const resource = `override ${clean(id, 60)} of schedule ${clean(row.name, 120)}`;
      const call = {
        method: 'DELETE',
        path: path('/schedules/{}/overrides/{}', row.id, id),
        doing: `delete ${resource}`,
        resource,
      } as const;
      try {
        await client.call(call);
      } catch (thrown) {
        if (!(thrown instanceof Refused) || (thrown.status !== 404 && (await isAhead(row, id)))) throw thrown;
      } finally {
        changed();
      }
    },
  };

  /** One that runs is ended and kept in the record, where a second delete is refused. */
  async function isAhead(row: ScheduleRow, id: string): Promise<boolean> {
    const now = client.clock.now();
    const found = await readOverrides(client, row, { start: now, end: now + 366 * 86_400_000 });
    return found.some((one) => one.id === id && one.end > now);
  }
}

function purposeOf(verb: string, row: ScheduleRow, { start, end, who }: Span & { readonly who: string }): Omit<Purpose, 'request'> {
  const resource = `override of schedule ${clean(row.name, 120)}`;
  return { doing: `${verb} an ${resource} for ${clean(who, 120)} from ${toUtc(start)} to ${toUtc(end)}`, resource };
}

async function readOverrides(client: Client, row: ScheduleRow, { start, end }: Span): Promise<readonly OverrideRow[]> {
  const answer = await client.call({
    method: 'GET',
    path: path('/schedules/{}/overrides', row.id),
    query: { since: toUtc(start), until: toUtc(Math.ceil(end / second) * second) },
    doing: `read the overrides of schedule "${clean(row.name, 120)}"`,
  });
  return answer.list('overrides').map(readOverride);
}

function readOverride(shape: Shape): OverrideRow {
  return { id: shape.text('id'), start: shape.instant('start'), end: shape.instant('end'), person: personOf(shape.at('user')) };
}

/** Documented is a bare list with a status for each; an object with them has been seen. @throws Refused for one that was not made */
function madeBy(answer: Shape, purpose: Omit<Purpose, 'request'>): OverrideRow {
  const [first] = answer.items() ?? (answer.has('override') ? [answer] : answer.listOr('overrides'));
  if (!first) throw rubbish(answer.request, 'it holds no override');
  const status = first.numberOr('status') ?? 201;
  if (status >= 400) {
    const error = { message: 'Invalid Override', errors: first.has('errors') ? first.texts('errors') : [] };
    throw refusal({ ...purpose, request: answer.request }, status, JSON.stringify({ error }));
  }
  return readOverride(first.maybe('override') ?? first);
}

/** PagerDuty may move a start that is past to now. */
function isSame(one: Span, wanted: Span): boolean {
  return one.end === wanted.end && one.start >= wanted.start && one.start < wanted.end;
}

/** Times are sent in whole seconds. */
function whole(at: Instant): Instant {
  return Math.floor(at / second) * second;
}
