import type { SandboxRequest } from '../core.ts';
import type { Call, Route } from './call.ts';
import { scopesOf } from './oauth.ts';
import { accessDenied, expired, refusal, Refusal } from './refusal.ts';
import { needScope } from './scopes.ts';
import type { PagerDutySettings, PagerDutyWorld, UserRow } from './types.ts';

/** The sandbox's REST keys. No real one looks like them. */
export const tokens = { account: 'sandbox-account', readonly: 'sandbox-readonly', user: 'sandbox-user' } as const;
export type TokenKind = keyof typeof tokens;

/** What somebody shows: one of the REST keys, or a scoped OAuth token. */
export interface Shown {
  readonly kind: TokenKind | 'oauth';
  readonly token: string;
  /** Of an OAuth token. */
  readonly scopes?: readonly string[];
}

/** @throws Refusal 401/2006 for anything but a token of the sandbox */
export function tokenOf(request: SandboxRequest, world: PagerDutyWorld): Shown {
  const header = request.headers['authorization'] ?? '';
  const bearer = /^Bearer (\S+)$/i.exec(header)?.[1];
  const given = /^Token token="?([^"\s]+)"?$/i.exec(header)?.[1] ?? bearer ?? '';
  const kind = (Object.keys(tokens) as TokenKind[]).find((each) => tokens[each] === given);
  const scopes = bearer === undefined ? undefined : scopesOf(world.state, bearer, world.now());
  if (scopes !== undefined) return { kind: 'oauth', token: given, scopes };
  if (kind === undefined) throw refusal(401, 2006, 'Authentication failed', ['The credentials are not those of this sandbox account']);
  return { kind, token: given };
}

/** Requests of the last sixty sandbox seconds, by token. */
export class RateLimit {
  readonly #seen = new Map<string, number[]>();
  constructor(readonly perMinute: number) {}

  /** Counts this request where the minute still has room for it. */
  room(token: string, now: number): boolean {
    const recent = (this.#seen.get(token) ?? []).filter((at) => at > now - 60_000);
    this.#seen.set(token, recent);
    if (recent.length >= this.perMinute) return false;
    recent.push(now);
    return true;
  }

  /** Counts this request. @returns PagerDuty's three headers @throws Refusal 429/2020 with them when the minute is used up */
  admit(token: string, now: number): Readonly<Record<string, string>> {
    const full = !this.room(token, now);
    const recent = this.#seen.get(token) ?? [];
    const reset = Math.max(1, Math.ceil(((recent[0] ?? now) + 60_000 - now) / 1000));
    const headers = {
      'ratelimit-limit': String(this.perMinute),
      'ratelimit-remaining': String(this.perMinute - recent.length),
      'ratelimit-reset': String(reset),
    };
    if (full) throw new Refusal(429, { error: { message: 'Rate Limit Exceeded', code: 2020 } }, headers);
    return headers;
  }
}

const reads = (request: SandboxRequest): boolean => request.method === 'GET' || request.method === 'HEAD';
export const writes = (request: SandboxRequest, route: Route): boolean => !reads(request) && route.stores !== false;

/** Who asks. @throws Refusal 403/2012 of an expired account, 403/2010 for a read-only key that writes or a scope that is missing, 400/1008 and 400/2011 for `From` */
export function requesterOf(
  request: SandboxRequest,
  world: PagerDutyWorld,
  settings: PagerDutySettings,
  shown: Shown,
  route: Route,
): Pick<Call, 'me' | 'requester'> {
  if (world.state.expired) throw expired();
  if (shown.kind === 'readonly' && !reads(request)) throw accessDenied();
  if (shown.scopes !== undefined) needScope(shown.scopes, route);
  const { users, owner } = world.state;
  const me = shown.kind === 'user' ? users.find((user) => user.id === owner) : undefined;
  if (me) return { me, requester: me };
  return { me, requester: reads(request) ? undefined : fromHeader(request, users, settings, route) };
}

function fromHeader(request: SandboxRequest, users: readonly UserRow[], settings: PagerDutySettings, route: Route): UserRow | undefined {
  const from = request.headers['from']?.trim().toLowerCase();
  if (!from) {
    if (route.from && settings.from === 'documented') {
      throw refusal(400, 2011, 'Requester Required', ['You must specify a user\'s email address in the "From" header']);
    }
    return undefined;
  }
  const user = users.find((row) => row.email.toLowerCase() === from);
  if (!user) throw refusal(400, 1008, 'Requester User Not Found');
  return user;
}
