import type { SandboxReply, SandboxRequest } from '../core.ts';
import { invalid } from './refusal.ts';
import type { PagerDutySettings, PagerDutyState, PagerDutyWorld, UserRow } from './types.ts';

/** One authenticated request, as the handlers of the resource families see it. */
export interface Call {
  readonly request: SandboxRequest;
  readonly state: PagerDutyState;
  readonly world: PagerDutyWorld;
  readonly settings: PagerDutySettings;
  /** Who asks: the user of a user token, else the one named by `From`. */
  readonly requester: UserRow | undefined;
  /** A user token's own user. */
  readonly me: UserRow | undefined;
  /** Values of the path's placeholders. */
  readonly params: Readonly<Record<string, string>>;
}

export type Handler = (call: Call) => SandboxReply;

export interface Route {
  readonly method: string;
  /** "/users/:id/contact_methods" */
  readonly path: string;
  readonly handler: Handler;
  /** The API description requires a `From` header. */
  readonly from?: boolean;
  /** A POST that stores nothing: read-only keys are refused all the same, and people do not react to it. */
  readonly stores?: false;
}

export const ok = (body: unknown): SandboxReply => ({ status: 200, body });
export const created = (body: unknown): SandboxReply => ({ status: 201, body });
export const gone = (): SandboxReply => ({ status: 204 });

export const param = (call: Call, name: string): string => call.params[name] ?? '';
export const includes = (call: Call, name: string): boolean =>
  call.request.query.getAll('include[]').includes(name) || call.request.query.getAll('include').includes(name);
/** Values of `name[]`, PagerDuty's form of a list in a query. */
export const many = (call: Call, name: string): readonly string[] => call.request.query.getAll(`${name}[]`);

export interface PageRules {
  readonly usual: number;
  readonly most: number;
}
const classic: PageRules = { usual: 25, most: 100 };

/** Classic paging: `limit` (25, at most 100), `offset`, `more`, and `total` only when asked for. */
export function page<T>(
  call: Call,
  name: string,
  rows: readonly T[],
  present: (row: T) => unknown,
  rules: PageRules = classic,
): SandboxReply {
  const limit = Math.min(whole(call, 'limit') ?? rules.usual, rules.most);
  const offset = whole(call, 'offset') ?? 0;
  if (limit < 1) throw invalid('Limit must be greater than or equal to 1');
  if (offset + limit > 10_000) throw invalid('Offset plus limit must be less than or equal to 10000');
  return ok({
    [name]: rows.slice(offset, offset + limit).map((row) => present(row)),
    limit,
    offset,
    more: offset + limit < rows.length,
    total: call.request.query.get('total') === 'true' ? rows.length : null,
  });
}

function whole(call: Call, name: string): number | undefined {
  const value = call.request.query.get(name);
  if (value === null || value === '') return undefined;
  if (!/^\d+$/.test(value)) throw invalid(`${name} must be a whole number`);
  return Number(value);
}

/** Rows whose text holds the query, in any case. */
export function matching<T>(call: Call, rows: readonly T[], textOf: (row: T) => string): readonly T[] {
  const query = call.request.query.get('query')?.toLowerCase();
  return query ? rows.filter((row) => textOf(row).toLowerCase().includes(query)) : rows;
}

/** By name, or the other way round for `sort_by=name:desc`. */
export function byName<T extends { readonly name: string }>(call: Call, rows: readonly T[]): readonly T[] {
  const sorted = [...rows].sort((a, b) =>
    a.name.toLowerCase() < b.name.toLowerCase() ? -1 : a.name.toLowerCase() > b.name.toLowerCase() ? 1 : 0,
  );
  return call.request.query.get('sort_by') === 'name:desc' ? sorted.reverse() : sorted;
}
