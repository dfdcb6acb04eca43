import { PmpError } from '../../engine/errors.ts';
import { parseDuration } from '../clock.ts';
import { isObject } from './validate.ts';
import type { Body } from './validate.ts';

function wrong(message: string): PmpError {
  return new PmpError('usage', {
    message,
    fix: 'Give title, service and created, and for every log entry type and at; times in seconds or like "3d".',
  });
}

export function objectIn(value: unknown, what: string): Body {
  if (!isObject(value)) throw wrong(`${what} is not an object`);
  return value;
}

export function listIn(body: Body, field: string): readonly unknown[] {
  const value = body[field] ?? [];
  if (!Array.isArray(value)) throw wrong(`"${field}" is not a list`);
  return value;
}

export function text(body: Body, field: string): string {
  const value = body[field];
  if (typeof value !== 'string' || value === '') throw wrong(`"${field}" is missing or no text`);
  return value;
}

export function oneOf<T extends string>(body: Body, field: string, allowed: readonly T[], usual: T): T {
  const value = body[field];
  if (value === undefined) return usual;
  const found = allowed.find((each) => each === value);
  if (found === undefined) throw wrong(`"${field}" is none of ${allowed.join(', ')}`);
  return found;
}

/** Milliseconds. */
export function span(body: Body, field: string): number {
  const value = body[field];
  const parsed = typeof value === 'number' ? value * 1000 : typeof value === 'string' ? parseDuration(value) : undefined;
  if (parsed === undefined || !Number.isFinite(parsed)) throw wrong(`"${field}" is no time span`);
  return parsed;
}
