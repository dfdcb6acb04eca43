import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../model/index.ts';
import { invalid } from './refusal.ts';
import { offsetAt, wallOf } from './wall-clock.ts';

export type Body = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object under PagerDuty's envelope ("user", "schedule" …). */
export function enveloped(raw: string, name: string): Body {
  let parsed: unknown;
  try {
    parsed = JSON.parse(raw);
  } catch {
    throw invalid('Request body is not valid JSON');
  }
  const inner = isObject(parsed) ? parsed[name] : undefined;
  if (!isObject(inner)) throw invalid(`${capital(name)} can't be blank`);
  return inner;
}

/** "escalation_policy" → "Escalation policy", as PagerDuty's messages begin. */
export function capital(field: string): string {
  const words = field.replace(/_/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Trimmed text that must be there. */
export function text(body: Body, field: string, limits: { readonly min?: number; readonly max?: number } = {}): string {
  const value = body[field];
  if (value === undefined || value === null || value === '') throw invalid(`${capital(field)} can't be blank`);
  if (typeof value !== 'string') throw invalid(`${capital(field)} must be a string`);
  const trimmed = value.trim();
  if (trimmed === '') throw invalid(`${capital(field)} can't be blank`);
  if (trimmed.length < (limits.min ?? 0)) throw invalid(`${capital(field)} is too short (minimum is ${limits.min} characters)`);
  if (trimmed.length > (limits.max ?? 65_535)) throw invalid(`${capital(field)} is too long (maximum is ${limits.max} characters)`);
  return trimmed;
}

/** Text or null; undefined where the body does not speak of it. */
export function optionalText(body: Body, field: string, max = 65_535): string | null | undefined {
  const value = body[field];
  if (value === undefined || value === null) return value;
  if (typeof value !== 'string') throw invalid(`${capital(field)} must be a string`);
  if (value.length > max) throw invalid(`${capital(field)} is too long (maximum is ${max} characters)`);
  return value;
}

export function integer(body: Body, field: string, from: number, to: number): number {
  const value = body[field];
  if (value === undefined || value === null) throw invalid(`${capital(field)} can't be blank`);
  if (typeof value !== 'number' || !Number.isInteger(value)) throw invalid(`${capital(field)} is not a number`);
  if (value < from) throw invalid(`${capital(field)} must be greater than or equal to ${from}`);
  if (value > to) throw invalid(`${capital(field)} must be less than or equal to ${to}`);
  return value;
}

export function list(body: Body, field: string): readonly unknown[] {
  const value = body[field];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`${capital(field)} must be an array`);
  return value;
}

export function oneOf(body: Body, field: string, allowed: readonly string[]): string {
  const value = text(body, field);
  if (!allowed.includes(value)) throw invalid(`${capital(field)} is not included in the list`);
  return value;
}

/** `type` may be left out where PagerDuty is known to do without it, but must not say something else. */
export function rightType(body: Body, allowed: readonly string[]): void {
  if (body['type'] !== undefined) oneOf(body, 'type', allowed);
}

export interface Reference {
  readonly id: string;
  readonly type: string;
}

export function reference(value: unknown, field: string, types: readonly string[]): Reference {
  if (!isObject(value) || typeof value['id'] !== 'string' || value['id'] === '') throw invalid(`${capital(field)} can't be blank`);
  const type = value['type'];
  if (typeof type !== 'string' || !types.includes(type)) throw invalid(`${capital(field)} type is not included in the list`);
  return { id: value['id'], type };
}

const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** ISO 8601 with an offset. */
export function parseInstant(value: unknown, field: string): Instant {
  const parsed = typeof value === 'string' && instantForm.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(parsed)) throw invalid(`${capital(field)} is not a valid date`);
  return Math.floor(parsed / 1000) * 1000;
}

/** A query's time: an instant, or a date or wall time without an offset, which PagerDuty reads in `zone`. */
export function parseQueryTime(value: string | null, field: string, zone: string): Instant | undefined {
  if (value === null || value === '') return undefined;
  // A plus sign that a client did not escape arrives as a blank.
  const repaired = value.replace(/ (\d\d:?\d\d)$/, '+$1');
  if (instantForm.test(repaired)) return parseInstant(repaired, field);
  try {
    return Temporal.PlainDateTime.from(repaired).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    throw invalid(`${capital(field)} is not a valid date`);
  }
}

/** PagerDuty takes zone names only, and of the bare "UTC" only Etc/UTC. */
export function zoneName(value: string): string {
  if (value === 'UTC' || /^[+-]|^EST$|^MST$|^HST$/.test(value)) throw invalid('Time zone is invalid');
  try {
    Temporal.Now.zonedDateTimeISO(value);
    return value;
  } catch {
    throw invalid('Time zone is invalid');
  }
}

/** PagerDuty's own form: wall time with offset; UTC as Z. */
export function iso(instant: Instant, zone = 'Etc/UTC'): string {
  if (zone === 'Etc/UTC') return new Date(instant).toISOString().replace('.000Z', 'Z');
  const offset = Math.round(offsetAt(instant, zone) / 60_000);
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, '0'));
  return `${new Date(wallOf(instant, zone)).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${hours}:${minutes}`;
}

export const isEmail = (value: string): boolean => value.length >= 6 && value.length <= 100 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value);
export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
