import type { SandboxRequest } from '../core.ts';
import type { Call, Route } from './call.ts';
import { accessDenied, refusal, Refusal } from './refusal.ts';
import type { PagerDutySettings, PagerDutyWorld, UserRow } from './types.ts';

/** The sandbox's REST keys. No real one looks like them. */
export const tokens = { account: 'sandbox-account', readonly: 'sandbox-readonly', user: 'sandbox-user' } as const;
export type TokenKind = keyof typeof tokens;

/** @throws Refusal 401/2006 for anything but a token of the sandbox */
export function tokenOf(request: SandboxRequest): TokenKind {
  const header = request.headers['authorization'] ?? '';
  const given = /^Token token="?([^"\s]+)"?$/i.exec(header)?.[1] ?? /^Bearer (\S+)$/i.exec(header)?.[1];
  const kind = (Object.keys(tokens) as TokenKind[]).find((each) => tokens[each] === given);
  if (kind === undefined) throw refusal(401, 2006, 'Authentication failed', ['The credentials are not those of this sandbox account']);
  return kind;
}

/** Requests of the last sixty sandbox seconds, by token. */
export class RateLimit {
  readonly #seen = new Map<TokenKind, number[]>();
  constructor(readonly perMinute: number) {}

  /** Counts this request. @returns PagerDuty's three headers @throws Refusal 429/2020 with them when the minute is used up */
  admit(token: TokenKind, now: number): Readonly<Record<string, string>> {
    const recent = (this.#seen.get(token) ?? []).filter((at) => at > now - 60_000);
    this.#seen.set(token, recent);
    const full = recent.length >= this.perMinute;
    if (!full) recent.push(now);
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

/** Who asks. @throws Refusal 403/2010 for a read-only key that writes, 400/1008 and 400/2011 for `From` */
export function requesterOf(
  request: SandboxRequest,
  world: PagerDutyWorld,
  settings: PagerDutySettings,
  token: TokenKind,
  route: Route,
): Pick<Call, 'me' | 'requester'> {
  if (token === 'readonly' && !reads(request)) throw accessDenied();
  const { users, owner } = world.state;
  const me = token === 'user' ? users.find((user) => user.id === owner) : undefined;
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
