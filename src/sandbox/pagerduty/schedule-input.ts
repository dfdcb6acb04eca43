import type { Instant } from '../../model/index.ts';
import type { Call } from './call.ts';
import { invalid, refusal } from './refusal.ts';
import type { LayerRow, RestrictionRow, ScheduleRow } from './types.ts';
import { integer, isObject, list, optionalText, parseInstant, reference, rightType, text, zoneName } from './validate.ts';
import type { Body } from './validate.ts';

/** What a schedule body asks for, checked; layers get ids only where they are stored. */
export interface ScheduleInput {
  readonly name: string;
  readonly time_zone: string;
  readonly description: string | null;
  readonly layers: LayerRow[];
}

const invalidSchedule = (...errors: readonly string[]): ReturnType<typeof refusal> => refusal(400, 3001, 'Invalid Schedule', errors);

/** `previous`: the schedule that is being changed; what the body leaves out stays as it is. */
export function scheduleIn(call: Call, body: Body, newId: () => string, previous?: ScheduleRow): ScheduleInput {
  rightType(body, ['schedule']);
  const description = optionalText(body, 'description');
  return {
    name: previous && body['name'] === undefined ? previous.name : text(body, 'name', { max: 255 }),
    time_zone: previous && body['time_zone'] === undefined ? previous.time_zone : zoneName(text(body, 'time_zone')),
    description: description === undefined ? (previous?.description ?? null) : description,
    layers: layersIn(call, body, newId, previous),
  };
}

/** Layers cannot be deleted: those that a change does not mention stay, below the mentioned ones. */
function layersIn(call: Call, body: Body, newId: () => string, previous?: ScheduleRow): LayerRow[] {
  if (previous && body['schedule_layers'] === undefined) return previous.layers;
  const sent = list(body, 'schedule_layers');
  if (sent.length === 0) throw invalid("Schedule layers can't be blank");
  const layers = sent.map((item, index) => layerIn(call, item, `Layer ${index + 1}`, newId, previous));
  const ids = new Set(layers.map((layer) => layer.id));
  if (ids.size < layers.length) throw invalidSchedule('Schedule layers must be unique');
  return [...(previous?.layers.filter((layer) => !ids.has(layer.id)) ?? []), ...layers];
}

function layerIn(call: Call, item: unknown, usualName: string, newId: () => string, previous?: ScheduleRow): LayerRow {
  if (!isObject(item)) throw invalid('Schedule layers must be objects');
  const old = existing(item['id'], previous);
  const start = startIn(call, item, old);
  const end = item['end'] === undefined || item['end'] === null ? null : parseInstant(item['end'], 'end');
  if (end !== null && end < start) throw invalidSchedule('End must be after start');
  return {
    id: old?.id ?? newId(),
    name: optionalText(item, 'name', 255) ?? old?.name ?? usualName,
    start,
    end,
    rotation_virtual_start: parseInstant(item['rotation_virtual_start'], 'rotation_virtual_start'),
    rotation_turn_length_seconds: integer(item, 'rotation_turn_length_seconds', 3600, 31_536_000),
    users: usersIn(call, item),
    restrictions: restrictionsIn(item),
  };
}

function existing(id: unknown, previous: ScheduleRow | undefined): LayerRow | undefined {
  if (id === undefined || id === null) return undefined;
  const layer = previous?.layers.find((row) => row.id === id);
  if (!layer && previous) throw invalidSchedule('Schedule layer not found');
  return layer;
}

/** A start in the past becomes now, except that of a layer which has already begun and is sent back as it is. */
function startIn(call: Call, item: Body, old: LayerRow | undefined): Instant {
  const start = parseInstant(item['start'], 'start');
  return old?.start === start ? start : Math.max(start, Math.floor(call.world.now() / 1000) * 1000);
}

function usersIn(call: Call, item: Body): readonly string[] {
  const users = list(item, 'users').map(
    (entry) => reference(isObject(entry) ? entry['user'] : undefined, 'user', ['user_reference', 'user']).id,
  );
  if (users.length === 0) throw invalidSchedule("Users can't be blank");
  const unknown = users.find((id) => !call.state.users.some((user) => user.id === id));
  if (unknown !== undefined) throw invalidSchedule('User not found');
  return users;
}

function restrictionsIn(item: Body): readonly RestrictionRow[] {
  const restrictions = list(item, 'restrictions').map(restrictionIn);
  if (new Set(restrictions.map((row) => row.type)).size > 1) throw invalidSchedule('Restrictions must be of one type');
  return restrictions;
}

function restrictionIn(value: unknown): RestrictionRow {
  if (!isObject(value)) throw invalid('Restrictions must be objects');
  const start_time_of_day = text(value, 'start_time_of_day');
  if (!/^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(start_time_of_day)) throw invalidSchedule('Start time of day is invalid');
  if (value['type'] === 'daily_restriction') {
    if (value['start_day_of_week'] !== undefined) throw invalidSchedule('Start day of week is only valid for weekly restrictions');
    return { type: 'daily_restriction', start_time_of_day, duration_seconds: integer(value, 'duration_seconds', 1, 86_399) };
  }
  if (value['type'] !== 'weekly_restriction') throw invalidSchedule('Restriction type is not included in the list');
  return {
    type: 'weekly_restriction',
    start_time_of_day,
    duration_seconds: integer(value, 'duration_seconds', 1, 604_799),
    start_day_of_week: integer(value, 'start_day_of_week', 1, 7),
  };
}
