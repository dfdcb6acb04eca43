import type { Instant, Layer, Restriction, Schedule } from '../../model/index.ts';
import { clean } from '../../engine/errors.ts';
import { path, type Client } from './client.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark } from './mark.ts';
import type { Shape } from './shape.ts';
import { wallClock } from './time.ts';
import type { UserEntry } from './users.ts';

export interface ScheduleRow {
  readonly id: string;
  readonly name: string;
}

/** A schedule as its own page shows it. */
export interface ScheduleEntry extends ScheduleRow {
  readonly description: string;
  readonly ours: boolean;
  readonly timeZone: string;
  /** Lowest first, ended ones included. */
  readonly layers: readonly LayerEntry[];
  /** Ids and names of the escalation policies that use it. */
  readonly policies: readonly { readonly id: string; readonly name: string }[];
}

export interface LayerEntry {
  readonly id: string;
  readonly name: string;
  readonly start: Instant;
  readonly end: Instant | undefined;
  readonly turn: Instant;
  readonly turnSeconds: number;
  readonly users: readonly { readonly id: string; readonly name: string }[];
  readonly restrictions: readonly RestrictionEntry[];
}

export interface RestrictionEntry {
  readonly weekday: number | undefined;
  /** HH:MM:SS */
  readonly start: string;
  readonly seconds: number;
}

export function scheduleDirectory(client: Client): Directory<ScheduleRow> {
  return createDirectory(client, {
    path: '/schedules',
    one: 'schedule',
    many: 'schedules',
    words: 'schedules',
    read: (shape) => ({ id: shape.text('id'), name: shape.text('name') }),
    idOf: (schedule) => schedule.id,
    keyOf: (schedule) => schedule.name.trim(),
    normal: (name) => name.trim(),
  });
}

export function readSchedule(shape: Shape): ScheduleEntry {
  const { text, ours } = readMark(shape.textOr('description'));
  return {
    id: shape.text('id'),
    name: shape.text('name'),
    description: text,
    ours,
    timeZone: shape.text('time_zone'),
    // PagerDuty shows the layers in the reverse of the order in which they were sent: highest first.
    layers: shape.list('schedule_layers').map(readLayer).reverse(),
    policies: shape.listOr('escalation_policies').map((policy) => ({ id: policy.text('id'), name: policy.textOr('summary') ?? '' })),
  };
}

function readLayer(shape: Shape): LayerEntry {
  const turn = shape.instantOr('rotation_virtual_start');
  const start = shape.instantOr('start') ?? turn ?? 0;
  return {
    id: shape.text('id'),
    name: shape.textOr('name') ?? '',
    start,
    end: shape.instantOr('end'),
    turn: turn ?? start,
    turnSeconds: shape.numberOr('rotation_turn_length_seconds') ?? 0,
    users: shape.listOr('users').map((entry) => ({ id: entry.at('user').text('id'), name: entry.at('user').textOr('summary') ?? '' })),
    restrictions: shape.listOr('restrictions').map((entry) => ({
      weekday: entry.numberOr('start_day_of_week'),
      start: entry.text('start_time_of_day'),
      seconds: entry.number('duration_seconds'),
    })),
  };
}

export async function fetchSchedule(client: Client, row: ScheduleRow): Promise<ScheduleEntry> {
  const call = { method: 'GET', path: path('/schedules/{}', row.id), doing: `read schedule "${clean(row.name)}"` } as const;
  return readSchedule((await client.call(call)).at('schedule'));
}

/** E-mails of users by id; somebody who is no longer there keeps the name that the schedule shows. */
export async function emailsOf(
  users: Directory<UserEntry>,
  people: readonly { readonly id: string; readonly name: string }[],
): Promise<ReadonlyMap<string, string>> {
  const found = await users.byIds(people.map((person) => person.id));
  return new Map(people.map(({ id, name }) => [id, found.get(id)?.email ?? `${clean(name, 100)} (no user)`]));
}

export async function seenSchedule(entry: ScheduleEntry, users: Directory<UserEntry>, now: Instant): Promise<Schedule> {
  const live = entry.layers.filter((layer) => layer.end === undefined || layer.end > now);
  const emails = await emailsOf(
    users,
    live.flatMap((layer) => layer.users),
  );
  return {
    kind: 'schedule',
    name: entry.name.trim(),
    description: entry.description,
    timeZone: entry.timeZone,
    style: 'layers',
    layers: live.map((layer) => seenLayer(layer, entry.timeZone, emails)),
  };
}

function seenLayer(layer: LayerEntry, timeZone: string, emails: ReadonlyMap<string, string>): Layer {
  return {
    name: layer.name,
    users: layer.users.map((user) => emails.get(user.id) ?? user.id),
    anchor: wallClock(layer.turn, timeZone),
    restrictions: layer.restrictions.map(seenRestriction),
    turn: layer.turn,
    start: layer.start,
    ...(layer.end !== undefined && { end: layer.end }),
  };
}

function seenRestriction({ weekday, start, seconds }: RestrictionEntry): Restriction {
  return { ...(weekday !== undefined && { weekday }), start: start.slice(0, 5), seconds };
}
