import { severities } from './incident-types.ts';
import type { AlertLink } from './incident-types.ts';
import type { InboundEvent } from './event-types.ts';
import { isObject } from './validate.ts';
import type { Body } from './validate.ts';

/** What the Events API has against an event, in PagerDuty's words. */
export class InvalidEvent extends Error {
  constructor(readonly errors: readonly string[]) {
    super('invalid event');
  }
}

const actions = ['trigger', 'acknowledge', 'resolve'] as const;
const textOf = (body: Body, field: string): string | null => {
  const value = body[field];
  return typeof value === 'string' && value.trim() !== '' ? value : null;
};
const blank = (path: string): string => `'${path}' is missing or blank`;
const tooLong = (path: string, most: number): string => `Length of '${path}' is incorrect (should be at most ${most} characters)`;

/** Collects every complaint before it refuses, as PagerDuty does. */
class Complaints {
  readonly errors: string[] = [];
  add(wrong: boolean, message: string): void {
    if (wrong) this.errors.push(message);
  }
  done(): void {
    if (this.errors.length > 0) throw new InvalidEvent(this.errors);
  }
}

/** @param made a deduplication key for a trigger that brings none @throws InvalidEvent */
export function eventOfV2(body: Body, made: () => string): InboundEvent {
  const wrong = new Complaints();
  const key = textOf(body, 'routing_key') ?? '';
  wrong.add(key === '', blank('routing_key'));
  wrong.add(key !== '' && key.length !== 32, "Length of 'routing_key' is incorrect (should be 32 characters)");
  wrong.add(key !== '' && /[^A-Za-z0-9]/.test(key), "'routing_key' cannot contain non-alphanumeric characters.");
  const action = actionIn(body, 'event_action', wrong);
  const dedup = textOf(body, 'dedup_key');
  wrong.add(dedup === null && action !== 'trigger', blank('dedup_key'));
  wrong.add((dedup?.length ?? 0) > 255, tooLong('dedup_key', 255));
  const payload = isObject(body['payload']) ? body['payload'] : {};
  const summary = textOf(payload, 'summary');
  const source = textOf(payload, 'source');
  const severity = severities.find((each) => each === payload['severity']);
  if (action === 'trigger') payloadIn(payload, summary, source, wrong);
  wrong.done();
  return {
    version: 2,
    key,
    action,
    dedup: dedup ?? made(),
    summary: summary ?? '',
    severity: severity ?? null,
    source,
    component: textOf(payload, 'component'),
    group: textOf(payload, 'group'),
    class: textOf(payload, 'class'),
    details: payload['custom_details'] ?? {},
    links: linksIn(body['links']),
  };
}

function actionIn(body: Body, field: string, wrong: Complaints): InboundEvent['action'] {
  const action = actions.find((each) => each === body[field]);
  if (action === undefined)
    wrong.add(
      true,
      textOf(body, field) === null ? blank(field) : `'${field}' is invalid (must be one of 'trigger', 'acknowledge' or 'resolve')`,
    );
  return action ?? 'trigger';
}

function payloadIn(payload: Body, summary: string | null, source: string | null, wrong: Complaints): void {
  wrong.add(summary === null, blank('payload.summary'));
  wrong.add((summary?.length ?? 0) > 1024, tooLong('payload.summary', 1024));
  wrong.add(source === null, blank('payload.source'));
  const severity = textOf(payload, 'severity');
  wrong.add(severity === null, blank('payload.severity'));
  const known = severities.some((each) => each === severity);
  wrong.add(
    severity !== null && !known,
    "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
  );
  const details = payload['custom_details'];
  wrong.add(details !== undefined && details !== null && !isObject(details), "'payload.custom_details' is invalid (must be an object)");
}

/** A link without a text shows its address. */
function linksIn(value: unknown): readonly AlertLink[] {
  const items = Array.isArray(value) ? value : [];
  return items.flatMap((item: unknown) => {
    const href = isObject(item) ? textOf(item, 'href') : null;
    return isObject(item) && href !== null ? [{ href, text: textOf(item, 'text') ?? href }] : [];
  });
}

/** The first version has neither severity nor anything else that says where the alert comes from. @throws InvalidEvent */
export function eventOfV1(body: Body, made: () => string): InboundEvent {
  const wrong = new Complaints();
  const key = textOf(body, 'service_key') ?? '';
  wrong.add(key.length !== 32, 'Service key is the wrong length (should be 32 characters)');
  const action = actionIn(body, 'event_type', wrong);
  const dedup = textOf(body, 'incident_key');
  wrong.add(dedup === null && action !== 'trigger', 'Incident key is missing or blank');
  wrong.add((dedup?.length ?? 0) > 255, 'Incident key is too long (should be at most 255 characters)');
  const description = textOf(body, 'description');
  wrong.add(action === 'trigger' && description === null, 'Description is missing or blank');
  wrong.add((description?.length ?? 0) > 1024, 'Description is too long (should be at most 1024 characters)');
  wrong.done();
  const contexts = Array.isArray(body['contexts']) ? body['contexts'] : [];
  return {
    version: 1,
    key,
    action,
    dedup: dedup ?? made(),
    summary: description ?? '',
    severity: null,
    source: null,
    component: null,
    group: null,
    class: null,
    details: body['details'] ?? {},
    links: linksIn(contexts.filter((each: unknown) => isObject(each) && each['type'] === 'link')),
  };
}
