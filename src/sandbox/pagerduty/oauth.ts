import type { SandboxReply, SandboxRequest } from '../core.ts';
import { subdomain } from './present.ts';
import { knownScopes } from './scopes.ts';
import type { PagerDutyState, PagerDutyWorld } from './types.ts';

/** The sandbox's one OAuth app. No real one looks like it. */
export const oauthApp = { clientId: 'sandbox-client', clientSecret: 'sandbox-client-secret', subdomain } as const;

const day = 86_400;
const regions = ['us', 'eu'];

/**
 * The identity service: client credentials against a token of one day. Scopes that the app was not given, and unknown ones, are left out without a
 * word; whoever asks compares.
 */
export function tokenEndpoint(request: SandboxRequest, world: PagerDutyWorld): SandboxReply {
  if (request.method !== 'POST') return { status: 405, body: { error: 'method_not_allowed' } };
  if (!(request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded'))
    return refused(400, 'invalid_request', 'The body must be a form');
  const form = new URLSearchParams(request.body);
  if (form.get('grant_type') !== 'client_credentials')
    return refused(400, 'unsupported_grant_type', 'The authorization grant type is not supported');
  if (form.get('client_id') !== oauthApp.clientId || form.get('client_secret') !== oauthApp.clientSecret)
    return refused(401, 'invalid_client', 'Client authentication failed');
  const asked = (form.get('scope') ?? '').split(/\s+/).filter((each) => each !== '');
  const account = asked.find((each) => each.startsWith('as_account-'));
  if (!regions.some((region) => account === `as_account-${region}.${subdomain}`))
    return refused(400, 'invalid_scope', 'The requested scope is invalid: as_account-<region>.<subdomain> of this account is missing');
  return granted(world, account ?? '', asked);
}

const refused = (status: number, error: string, description: string): SandboxReply => ({
  status,
  body: { error, error_description: description },
});

function granted(world: PagerDutyWorld, account: string, asked: readonly string[]): SandboxReply {
  const { oauth } = world.state;
  const allowed = oauth.allowed ?? knownScopes;
  const scopes = asked.filter((scope) => knownScopes.includes(scope) && allowed.includes(scope));
  const token = world.id('sandbox-oauth-', 24);
  const now = world.now();
  oauth.tokens = [...oauth.tokens.filter(({ until }) => until > now).slice(-20), { token, scopes, until: now + day * 1000 }];
  return {
    status: 200,
    headers: { 'cache-control': 'no-store' },
    body: { access_token: token, scope: [account, ...scopes].join(' '), token_type: 'bearer', expires_in: day },
  };
}

/** Scopes of a token that this account gave out and that is still good; undefined: it is none of those. */
export function scopesOf(state: PagerDutyState, token: string, now: number): readonly string[] | undefined {
  return state.oauth.tokens.find((each) => each.token === token && each.until > now)?.scopes;
}
