import { createHash } from 'node:crypto';
import type { SandboxReply, SandboxRequest } from '../core.ts';
import { eventOfV1, eventOfV2, InvalidEvent } from './event-input.ts';
import type { InboundEvent } from './event-types.ts';
import type { RateLimit } from './gate.ts';
import { takeEvent } from './raise.ts';
import type { PagerDutyWorld, Scene } from './types.ts';
import { isObject } from './validate.ts';
import type { Body } from './validate.ts';

const biggest = 512 * 1024;
/** Events a minute and integration key. */
export const eventsPerMinute = 120;

const v2 = '/v2/enqueue';
const v1 = '/generic/2010-04-15/create_event.json';
const change = '/v2/change/enqueue';

/** The Events API: no token, the integration key is in the body. @returns undefined for a path of the REST API */
export function eventsEndpoint(request: SandboxRequest, scene: Scene, limit: RateLimit): SandboxReply | undefined {
  if (![v1, v2, change].includes(request.path)) return undefined;
  if (request.method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: 'Method Not Allowed' };
  if (Buffer.byteLength(request.body) > biggest)
    return refused(413, 'invalid event', 'Event object is too large', ['The maximum is 512 KB']);
  const body = parsed(request.body);
  if (body === undefined) return refused(400, 'Unrecognized object', 'Event object format is unrecognized', ['JSON parse error']);
  try {
    return request.path === change ? changeEvent(body) : accepted(body, request.path === v2 ? 2 : 1, scene, limit);
  } catch (thrown) {
    if (!(thrown instanceof InvalidEvent)) throw thrown;
    return refused(400, 'invalid event', 'Event object is invalid', thrown.errors);
  }
}

function accepted(body: Body, version: 1 | 2, scene: Scene, limit: RateLimit): SandboxReply {
  const { world } = scene;
  const made = (): string => createHash('md5').update(world.id('dedup', 16)).digest('hex');
  const event = version === 2 ? eventOfV2(body, made) : eventOfV1(body, made);
  if (!limit.room(event.key, world.now())) return throttled(version);
  queue(scene, event);
  const said = { status: 'success', message: 'Event processed' };
  if (version === 1) return { status: 200, body: { ...said, incident_key: event.dedup } };
  return { status: 202, body: { ...said, dedup_key: event.dedup } };
}

/** "Accepted" means queued: nothing is said about what becomes of it. */
function queue(scene: Scene, event: InboundEvent): void {
  const { state } = scene.world;
  if (state.eventDelay === 0 && state.events.length === 0) takeEvent(scene, event);
  else state.events = [...state.events, { at: dueAt(scene.world), event }];
}

/** Events of one key are looked at in the order in which they came. */
function dueAt(world: PagerDutyWorld): number {
  return Math.max(world.now() + world.state.eventDelay, world.state.events.at(-1)?.at ?? 0);
}

/** Shown beside incidents; opens none. */
function changeEvent(body: Body): SandboxReply {
  const payload = isObject(body['payload']) ? body['payload'] : {};
  const { routing_key: key } = body;
  const errors = [
    ...(typeof key === 'string' && key.length === 32 ? [] : ["Length of 'routing_key' is incorrect (should be 32 characters)"]),
    ...(typeof payload['summary'] === 'string' && payload['summary'] !== '' ? [] : ["'payload.summary' is missing or blank"]),
  ];
  if (errors.length > 0) throw new InvalidEvent(errors);
  return { status: 202, body: { status: 'success', message: 'Change event processed' } };
}

/** The first version knows no 429. */
function throttled(version: 1 | 2): SandboxReply {
  const message = 'Requests for this service are arriving too quickly.  Please retry later.';
  return { status: version === 1 ? 403 : 429, body: { status: 'throttle exceeded', message } };
}

const refused = (status: number, name: string, message: string, errors: readonly string[]): SandboxReply => ({
  status,
  body: { status: name, message, errors },
});

function parsed(raw: string): Body | undefined {
  try {
    const value: unknown = JSON.parse(raw);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
