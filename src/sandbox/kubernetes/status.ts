import type { SandboxReply } from '../core.ts';
import type { Kind } from './kinds.ts';
import { kindName, resourceName } from './kinds.ts';

export interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A refusal as the API server sends it: a Status object. */
export class StatusError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string | undefined,
    message: string,
    readonly details?: Readonly<Record<string, unknown>>,
  ) {
    super(message);
  }

  reply(): SandboxReply {
    const body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
    return { status: this.code, body };
  }
}

function detailsOf(kind: Kind, name: string): Record<string, unknown> {
  return { name, ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural };
}

export function notFound(kind: Kind, name: string): StatusError {
  return new StatusError(404, 'NotFound', `${resourceName(kind)} ${JSON.stringify(name)} not found`, detailsOf(kind, name));
}

/** For a path that nothing is served at. */
export function noSuchPath(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function alreadyExists(kind: Kind, name: string): StatusError {
  return new StatusError(409, 'AlreadyExists', `${resourceName(kind)} ${JSON.stringify(name)} already exists`, detailsOf(kind, name));
}

export function modified(kind: Kind, name: string): StatusError {
  const why = 'the object has been modified; please apply your changes to the latest version and try again';
  return conflict(kind, name, why);
}

export function conflict(kind: Kind, name: string, why: string): StatusError {
  return new StatusError(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${resourceName(kind)} ${JSON.stringify(name)}: ${why}`,
    detailsOf(kind, name),
  );
}

/** A DELETE precondition that does not hold; names the kind, not the resource. */
export function preconditionFailed(kind: Kind, name: string, what: 'UID' | 'ResourceVersion', asked: string, found: string): StatusError {
  const why = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${found}). The object might have been modified`;
  return new StatusError(409, 'Conflict', `Operation cannot be fulfilled on ${kindName(kind)} ${JSON.stringify(name)}: ${why}`, {
    ...detailsOf(kind, name),
    kind: kind.kind,
  });
}

export function fieldConflict(causes: readonly Cause[]): StatusError {
  const [first] = causes;
  const one = causes.length === 1;
  const list = one ? `${first?.message ?? ''}: ${first?.field ?? ''}` : conflictLines(causes);
  const words = `Apply failed with ${causes.length} conflict${one ? '' : 's'}: ${list}`;
  return new StatusError(409, 'Conflict', words, { causes });
}

function conflictLines(causes: readonly Cause[]): string {
  const managers = new Map<string, string[]>();
  for (const { message, field } of causes) managers.set(message, [...(managers.get(message) ?? []), field]);
  return [...managers].map(([message, fields]) => `${message.replace(/^conflict/, 'conflicts')}:\n- ${fields.join('\n- ')}`).join('\n');
}

/** @param causes each `message` without its field */
export function invalid(kind: Kind, name: string, causes: readonly Cause[]): StatusError {
  const lines = causes.map(({ field, message }) => `${field}: ${message}`);
  const words = lines.length === 1 ? (lines[0] ?? '') : `[${lines.join(', ')}]`;
  return new StatusError(422, 'Invalid', `${kindName(kind)} ${JSON.stringify(name)} is invalid: ${words}`, {
    name,
    ...(kind.group === '' ? {} : { group: kind.group }),
    kind: kind.kind,
    causes,
  });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function serverError(message: string): StatusError {
  return new StatusError(500, undefined, message);
}

export function unavailable(message: string): StatusError {
  return new StatusError(503, 'ServiceUnavailable', message);
}

export function unauthorized(): StatusError {
  return new StatusError(401, 'Unauthorized', 'Unauthorized');
}
