import { PmpError, clean } from '../../engine/errors.ts';
import type { Instant, Schedule, Seen } from '../../model/index.ts';
import type { Shift } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import { nameTwice, type Directory } from './directory.ts';
import { readMark } from './mark.ts';
import { Refused, isExpired } from './refusal.ts';
import { emailsOf, type ScheduleRow } from './schedules.ts';
import { toUtc } from './time.ts';
import type { UserEntry } from './users.ts';

/** The shift-based schedules (API v3) of the account, remembered; where v3 is not allowed or not there (402, 403, 404) there are none. */
export interface ShiftList {
  /** By name. @throws PmpError `name-twice` */
  find(names: readonly string[]): Promise<ReadonlyMap<string, ScheduleRow>>;
  seen(row: ScheduleRow): Promise<Seen<Schedule>>;
  forget(): void;
}

const pageOfShifts = 1000;
const doing = 'read the shift-based schedules';

export function shiftList(client: Client): ShiftList {
  const rows = remembering(() => readRows(client));

  async function fetchOne({ id, name }: ScheduleRow): Promise<Seen<Schedule>> {
    const schedule = (await client.call({ method: 'GET', path: path('/v3/schedules/{}', id), doing })).at('schedule');
    const { text, ours } = readMark(schedule.textOr('description'));
    const timeZone = schedule.textOr('time_zone') ?? '';
    return { value: { kind: 'schedule', name, description: text, timeZone, layers: [], style: 'shifts' }, ours };
  }
  // The rows are remembered, so each of them is one object.
  const details = remembering(fetchOne);

  return {
    async find(names) {
      const wanted = new Set(names.map((name) => name.trim()));
      const found = new Map<string, ScheduleRow>();
      for (const row of await rows.ask(undefined)) {
        if (!wanted.has(row.name)) continue;
        const same = found.get(row.name);
        if (same) throw nameTwice('schedules', row.name, [same.id, row.id]);
        found.set(row.name, row);
      }
      return found;
    },
    seen: (row) => details.ask(row),
    forget() {
      rows.forget();
      details.forget();
    },
  };
}

async function readRows(client: Client): Promise<readonly ScheduleRow[]> {
  const rows = new Map<string, ScheduleRow>();
  try {
    for (let offset = 0; ;) {
      const query = { limit: String(pageOfShifts), offset: String(offset) };
      const answer = await client.call({ method: 'GET', path: '/v3/schedules', query, doing });
      const page = answer.list('schedules');
      for (const row of page) {
        const id = row.text('id');
        // The list has bare references: the name is in `summary`.
        rows.set(id, { id, name: (row.textOr('summary') ?? row.textOr('name') ?? '').trim() });
      }
      if (!answer.flag('more') || page.length === 0) return [...rows.values()];
      offset += page.length;
    }
  } catch (thrown) {
    if (thrown instanceof Refused && [402, 403, 404].includes(thrown.status) && !isExpired(thrown)) return [];
    throw thrown;
  }
}

/** Shift-based schedules of those names: neither of PagerDuty's two lists shows the other's. */
export async function shiftSchedules(shifts: ShiftList, names: readonly string[]): Promise<readonly Seen<Schedule>[]> {
  const rows = await shifts.find(names);
  return Promise.all([...rows.values()].map((row) => shifts.seen(row)));
}

/** Ids of shift-based schedules by name, for the escalation policies that point at them. */
export async function shiftIds(shifts: ShiftList, names: readonly string[]): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await shifts.find(names))].map(([name, row]) => [name, row.id]));
}

export function inBothLists(name: string): PmpError {
  return new PmpError('name-twice', {
    message: `a layer schedule and a shift-based schedule are both called "${clean(name)}"`,
    fix: 'Rename one of them in PagerDuty, or choose another name in the answers (names: …).',
    resource: `schedule ${clean(name)}`,
  });
}

/** Who has which hours of a shift-based schedule; several people may have the same hour, and an empty member is nobody. */
export async function renderedShifts(
  client: Client,
  users: Directory<UserEntry>,
  row: ScheduleRow,
  from: Instant,
  until: Instant,
): Promise<readonly Shift[]> {
  const answer = await client.call({
    method: 'GET',
    path: path('/v3/schedules/{}', row.id),
    query: { since: toUtc(from), until: toUtc(until), 'include[]': ['final_schedule'] },
    doing: `read who is on call in schedule "${clean(row.name)}"`,
  });
  const shifts = answer.at('schedule').at('final_schedule').list('computed_shift_assignments');
  const held = shifts.flatMap((shift) => {
    const member = shift.at('member');
    if (member.text('type') === 'empty_member') return [];
    return [{ start: shift.instant('start_time'), end: shift.instant('end_time'), id: member.text('user_id') }];
  });
  const emails = await emailsOf(
    users,
    held.map(({ id }) => ({ id, name: id })),
  );
  return held.map(({ start, end, id }) => ({ start, end, who: emails.get(id) ?? id }));
}
