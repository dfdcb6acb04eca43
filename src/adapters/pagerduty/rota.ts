import { PmpError } from '../../engine/errors.ts';
import type { Instant, Layer, Restriction, Schedule } from '../../model/index.ts';
import type { Shift } from '../../ports/index.ts';
import type { Client } from './client.ts';
import type { Directory } from './directory.ts';
import type { LayerEntry, ScheduleEntry } from './schedules.ts';
import type { Shape } from './shape.ts';
import { toUtc } from './time.ts';
import type { UserEntry } from './users.ts';

/** A turn is a week; the model knows no other. */
export const weekSeconds = 604_800;

/** @throws PmpError naming the person who is not in PagerDuty. */
export async function idsOf(users: Directory<UserEntry>, emails: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const found = await users.find(emails);
  return new Map(
    emails.map((email): [string, string] => {
      const user = found.get(email.toLowerCase());
      if (user) return [email, user.id];
      throw new PmpError('need-failed', {
        message: `user ${email} is not in PagerDuty`,
        fix: 'Run setup again: it creates people before what refers to them.',
        resource: `user ${email}`,
      });
    }),
  );
}

/** A schedule as PagerDuty takes it: layers lowest first, times in UTC. `before` gives the ids of layers that are kept and those to end. */
export function scheduleBody(
  schedule: Schedule,
  ids: ReadonlyMap<string, string>,
  description: string,
  now: Instant,
  before?: ScheduleEntry,
): object {
  const live = (before?.layers ?? []).filter((layer) => layer.end === undefined || layer.end > now);
  const kept = new Map(live.map((layer) => [layer.name, layer]));
  const wanted = schedule.layers.map((layer) => layerBody(layer, ids, kept.get(layer.name)?.id, now));
  const names = new Set(schedule.layers.map((layer) => layer.name));
  const leftOver = live.filter((layer) => !names.has(layer.name) || kept.get(layer.name) !== layer);
  return {
    schedule: {
      type: 'schedule',
      name: schedule.name,
      time_zone: schedule.timeZone,
      description,
      // Layers cannot be deleted, and one that is not sent is not gone: those no longer wanted are sent with their end.
      schedule_layers: [...leftOver.map((layer) => endedBody(layer, now)), ...wanted],
    },
  };
}

/** More than any two clocks differ that a TLS certificate lets pass. */
const day = 24 * 3_600_000;

function layerBody(layer: Layer, ids: ReadonlyMap<string, string>, id: string | undefined, now: Instant): object {
  if (layer.turn === undefined || layer.start === undefined)
    throw new PmpError('internal', {
      message: `layer "${layer.name}" does not say whose turn begins when`,
      fix: 'Report this with the output of setup --plan -o json.',
    });
  return {
    ...(id !== undefined && { id }),
    name: layer.name,
    // PagerDuty moves a past beginning to its own present. "Now" by a clock that is fast would leave nobody on call until then.
    start: toUtc(id === undefined && layer.start <= now ? layer.start - day : layer.start),
    ...(layer.end !== undefined && { end: toUtc(layer.end) }),
    rotation_virtual_start: toUtc(layer.turn),
    rotation_turn_length_seconds: weekSeconds,
    users: layer.users.map((email) => ({ user: { id: ids.get(email) ?? '', type: 'user_reference' } })),
    restrictions: restrictionBodies(layer.restrictions),
  };
}

/** PagerDuty does not take both kinds in one layer: as soon as one is weekly, the daily ones become seven. */
function restrictionBodies(restrictions: readonly Restriction[]): readonly object[] {
  const weekly = restrictions.some((one) => one.weekday !== undefined);
  return restrictions.flatMap((one) => {
    const hours = { start_time_of_day: `${one.start}:00`, duration_seconds: one.seconds };
    if (!weekly) return [{ type: 'daily_restriction', ...hours }];
    const days = one.weekday === undefined ? [1, 2, 3, 4, 5, 6, 7] : [one.weekday];
    return days.map((day) => ({ type: 'weekly_restriction', start_day_of_week: day, ...hours }));
  });
}

function endedBody(layer: LayerEntry, now: Instant): object {
  return {
    id: layer.id,
    name: layer.name,
    start: toUtc(layer.start),
    end: toUtc(Math.max(now, layer.start)),
    rotation_virtual_start: toUtc(layer.turn),
    rotation_turn_length_seconds: layer.turnSeconds,
    users: layer.users.map((user) => ({ user: { id: user.id, type: 'user_reference' } })),
    restrictions: layer.restrictions.map((one) => ({
      type: one.weekday === undefined ? 'daily_restriction' : 'weekly_restriction',
      ...(one.weekday !== undefined && { start_day_of_week: one.weekday }),
      start_time_of_day: one.start,
      duration_seconds: one.seconds,
    })),
  };
}

/** PagerDuty's own rendering of a schedule that does not exist yet. */
export async function preview(
  client: Client,
  users: Directory<UserEntry>,
  schedule: Schedule,
  from: Instant,
  until: Instant,
): Promise<readonly Shift[]> {
  const emails = [...new Set(schedule.layers.flatMap((layer) => layer.users))];
  const ids = await idsOf(users, emails);
  const answer = await client.call({
    method: 'POST',
    path: '/schedules/preview',
    query: { since: toUtc(from), until: toUtc(until) },
    body: scheduleBody(schedule, ids, schedule.description, client.clock.now()),
    doing: `preview schedule "${schedule.name}"`,
    harmless: true,
  });
  const shown = answer.at('schedule');
  const who = new Map([...ids].map(([email, id]) => [id, email]));
  const byName = new Map(shown.listOr('schedule_layers').map((layer) => [layer.textOr('name') ?? '', entriesOf(layer, who)]));
  const highestFirst = schedule.layers.map((layer) => layer.name).reverse();
  return entriesOf(shown.at('final_schedule'), who).map((shift) => {
    const layer = highestFirst.find((name) =>
      byName.get(name)?.some((one) => one.who === shift.who && one.start <= shift.start && shift.start < one.end),
    );
    return layer === undefined ? shift : { ...shift, layer };
  });
}

function entriesOf(shape: Shape, who: ReadonlyMap<string, string>): readonly Shift[] {
  return shape.listOr('rendered_schedule_entries').map((entry) => {
    const id = entry.at('user').text('id');
    return { start: entry.instant('start'), end: entry.instant('end'), who: who.get(id) ?? id };
  });
}
