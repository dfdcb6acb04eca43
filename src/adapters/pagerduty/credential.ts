import { PmpError, clean } from '../../engine/errors.ts';
import type { Clock, Secret } from '../../ports/index.ts';
import { HttpFailure, type Http } from '../http.ts';
import { reveal } from '../secret.ts';
import { refusal } from './refusal.ts';
import { Shape, rubbish } from './shape.ts';

export type Credential =
  | { readonly kind: 'token'; readonly token: Secret }
  | {
      readonly kind: 'oauth';
      readonly clientId: string;
      readonly clientSecret: Secret;
      readonly subdomain: string;
      /** Default https://identity.pagerduty.com/oauth/token. */
      readonly tokenUrl: string;
    };

/** Where the text for the Authorization header comes from. */
export interface Bearer {
  readonly tokenType: 'token' | 'bearer';
  /** A new one can be had after a 401. */
  readonly renewable: boolean;
  token(fresh: boolean): Promise<string>;
  /** Of a scoped OAuth token, as PagerDuty returned them; undefined where it did not, and for REST tokens. */
  scopes(): Promise<readonly string[] | undefined>;
}

interface Token {
  readonly text: string;
  readonly scopes: readonly string[] | undefined;
  readonly until: number;
  readonly since: number;
}

/** After a 401 side by side, one new token serves all. */
const justNowMs = 10_000;

/** Every scope that setup, verify and the drill use; PagerDuty drops the ones it does not know. */
const wantedScopes = [
  'abilities.read',
  'licenses.read',
  'users.read',
  'users.write',
  'users:contact_methods.read',
  'users:contact_methods.write',
  'schedules.read',
  'schedules.write',
  'escalation_policies.read',
  'escalation_policies.write',
  'services.read',
  'services.write',
  'vendors.read',
  'incidents.read',
  'incidents.write',
  'oncalls.read',
  'webhook_subscriptions.read',
  'webhook_subscriptions.write',
];

/** @throws PmpError `pagerduty-credentials` for text that cannot stand in a header; the text is never quoted. */
export function bearerOf(
  credential: Credential,
  world: { readonly region: 'us' | 'eu'; readonly http: Http; readonly clock: Clock; readonly signal?: AbortSignal },
): Bearer {
  if (credential.kind === 'token') {
    const token = headerText(reveal(credential.token).trim(), 'REST API token');
    return { tokenType: 'token', renewable: false, token: () => Promise.resolve(token), scopes: () => Promise.resolve(undefined) };
  }
  const { kind: _, ...app } = credential;
  const held: { token?: Promise<Token> } = {};
  async function current(fresh: boolean): Promise<Token> {
    const seen = held.token;
    const before = await seen?.catch(() => undefined);
    const now = world.clock.now();
    const good = before && before.until > now && !(fresh && now - before.since > justNowMs);
    if (!good && held.token === seen) held.token = fetchToken(app, world);
    const got = await held.token;
    if (!got) throw new TypeError('no token');
    return got;
  }
  return {
    tokenType: 'bearer',
    renewable: true,
    token: async (fresh) => (await current(fresh)).text,
    scopes: async () => (await current(false)).scopes,
  };
}

async function fetchToken(
  credential: Omit<Extract<Credential, { kind: 'oauth' }>, 'kind'>,
  world: { readonly region: 'us' | 'eu'; readonly http: Http; readonly clock: Clock; readonly signal?: AbortSignal },
): Promise<Token> {
  const url = new URL(credential.tokenUrl);
  const request = `POST ${url.pathname}`;
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    client_secret: reveal(credential.clientSecret).trim(),
    scope: [`as_account-${world.region}.${credential.subdomain}`, ...wantedScopes].join(' '),
  });
  const response = await world.http
    .send({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      timeoutMs: 30_000,
      ...(world.signal && { signal: world.signal }),
    })
    .catch((thrown: unknown) => {
      throw thrown instanceof HttpFailure ? unreachableIdentity(thrown) : thrown;
    });
  if (response.status >= 400 && response.status < 500) throw refusal({ request, doing: 'give an OAuth token' }, 401, response.text);
  if (response.status !== 200) throw unreachableIdentity(new Error(`HTTP ${response.status}`));
  const answer = new Shape(json(request, response.text), request);
  const seconds = answer.numberOr('expires_in') ?? 3600;
  const since = world.clock.now();
  const text = headerText(answer.text('access_token'), 'OAuth token');
  const scopes = answer
    .textOr('scope')
    ?.split(/\s+/)
    .filter((scope) => scope !== '')
    .map((scope) => clean(scope, 100));
  return { text, scopes, until: since + Math.max(30, seconds - 60) * 1000, since };
}

function json(request: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The text may hold a token: it is not quoted.
    throw rubbish(request, 'the body is not JSON');
  }
}

function headerText(text: string, what: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text;
  throw new PmpError('pagerduty-credentials', {
    message: `the ${what} is empty or holds characters that no ${what} has`,
    fix: 'Copy it again, without spaces or line breaks inside.',
  });
}

function unreachableIdentity(thrown: Error): PmpError {
  return new PmpError(
    'pagerduty-unreachable',
    {
      message: 'PagerDuty cannot be reached to get an OAuth token',
      cause: clean(thrown.message),
      fix: 'Check the network and https://status.pagerduty.com, then run the same command again.',
    },
    { cause: thrown },
  );
}
