import { PmpError, clean } from '../../engine/errors.ts';
import type { Instant } from '../../model/index.ts';
import type { Shift } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import type { Directory } from './directory.ts';
import { emailsOf, type ScheduleRow } from './schedules.ts';
import { inBothLists, renderedShifts, type ShiftList } from './shifts.ts';
import { toUtc } from './time.ts';
import type { UserEntry } from './users.ts';

export interface Rendering {
  rendered(schedule: string, from: Instant, until: Instant): Promise<readonly Shift[]>;
  forget(): void;
}

interface Frame {
  readonly from: Instant;
  readonly until: Instant;
}
interface Look extends Frame {
  readonly name: string;
}

/** PagerDuty documents no limit for one look at a schedule; on-calls have this one. */
const longest = 90 * 86_400_000;
const second = 1000;

/** Schedules as PagerDuty renders them, with overrides, in layers or in shifts. What lies within an earlier look is not asked for again. */
export function rendering(
  client: Client,
  all: { readonly users: Directory<UserEntry>; readonly schedules: Directory<ScheduleRow>; readonly shifts: ShiftList },
): Rendering {
  const { users, schedules, shifts } = all;
  const known: Look[] = [];

  async function look({ name, from, until }: Look): Promise<readonly Shift[]> {
    const [layered, shifted] = await Promise.all([schedules.find([name]), shifts.find([name])]);
    const layerRow = layered.get(name);
    const shiftRow = shifted.get(name);
    if (layerRow && shiftRow) throw inBothLists(name);
    const row = layerRow ?? shiftRow;
    if (!row) throw absent(name);
    const one = (part: Frame): Promise<readonly Shift[]> =>
      layerRow ? renderedLayers(client, users, row, part) : renderedShifts(client, users, row, part.from, part.until);
    return joined((await Promise.all(parts(from, until).map(one))).flat());
  }
  const looks = remembering(look);

  /** An earlier look with these hours in it, or else a new one. */
  function lookWith(wanted: Look): Look {
    const wider = known.find((one) => one.name === wanted.name && one.from <= wanted.from && wanted.until <= one.until);
    if (!wider) known.push(wanted);
    return wider ?? wanted;
  }

  return {
    async rendered(schedule, from, until) {
      if (until <= from) return [];
      // PagerDuty is asked in whole seconds.
      const frame = { from: Math.floor(from / second) * second, until: Math.ceil(until / second) * second };
      return clipped(await looks.ask(lookWith({ name: schedule.trim(), ...frame })), { from, until });
    },
    forget() {
      looks.forget();
      known.length = 0;
    },
  };
}

function absent(name: string): PmpError {
  const resource = `schedule ${clean(name)}`;
  return new PmpError('need-failed', { message: `${resource} is not in PagerDuty`, fix: 'Run setup: it creates schedules.', resource });
}

async function renderedLayers(
  client: Client,
  users: Directory<UserEntry>,
  row: ScheduleRow,
  { from, until }: Frame,
): Promise<readonly Shift[]> {
  const answer = await client.call({
    method: 'GET',
    path: path('/schedules/{}', row.id),
    query: { since: toUtc(from), until: toUtc(until) },
    doing: `read who is on call in schedule "${clean(row.name)}"`,
  });
  const held = answer
    .at('schedule')
    .at('final_schedule')
    .list('rendered_schedule_entries')
    .flatMap((entry) => {
      const user = entry.maybe('user');
      if (!user) return [];
      return [{ start: entry.instant('start'), end: entry.instant('end'), id: user.text('id'), name: user.textOr('summary') ?? '' }];
    });
  const emails = await emailsOf(users, held);
  return held.map(({ start, end, id }) => ({ start, end, who: emails.get(id) ?? id }));
}

function parts(from: Instant, until: Instant): readonly Frame[] {
  const frames: Frame[] = [];
  for (let at = from; at < until; at += longest) frames.push({ from: at, until: Math.min(until, at + longest) });
  return frames;
}

/** In order of time; hours of one person that touch or overlap are one shift. */
export function joined(shifts: readonly Shift[]): readonly Shift[] {
  const result: Shift[] = [];
  const last = new Map<string, number>();
  for (const shift of shifts.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const at = last.get(shift.who);
    const before = at === undefined ? undefined : result[at];
    if (at !== undefined && before && shift.start <= before.end) {
      result[at] = { ...before, end: Math.max(before.end, shift.end) };
      continue;
    }
    last.set(shift.who, result.length);
    result.push(shift);
  }
  return result;
}

function clipped(shifts: readonly Shift[], { from, until }: Frame): readonly Shift[] {
  return shifts.flatMap((shift) => {
    const start = Math.max(shift.start, from);
    const end = Math.min(shift.end, until);
    return start < end ? [{ ...shift, start, end }] : [];
  });
}
