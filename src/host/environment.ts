import { PmpError } from '../engine/index.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** Where the REST token comes from; `value` only where the environment holds it itself. */
export type TokenSource =
  | { readonly kind: 'value'; readonly value: string; readonly name: string }
  | { readonly kind: 'file'; readonly path: string; readonly name: string }
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly subdomain: string }
  | { readonly kind: 'none' };

const tokenNames = ['PAGERDUTY_TOKEN', 'PD_API_TOKEN', 'PAGERDUTY_API_TOKEN'] as const;

/** The first that is set wins; the flag before all. @returns the source and what to warn of. */
export function tokenSource(env: Env, flag: string | undefined): { readonly source: TokenSource; readonly warning?: string } {
  if (flag !== undefined) return { source: { kind: 'file', path: flag, name: '--token-file' } };
  const set = tokenNames.filter((name) => said(env[name]) !== undefined);
  const [winner] = set;
  if (winner !== undefined) {
    const differ = set.some((name) => env[name] !== env[winner]);
    const source = { kind: 'value', value: env[winner] ?? '', name: winner } as const;
    return differ ? { source, warning: `${set.join(' and ')} are set and differ; ${winner} is used` } : { source };
  }
  const file = said(env['PAGERDUTY_TOKEN_FILE']);
  if (file !== undefined) return { source: { kind: 'file', path: file, name: 'PAGERDUTY_TOKEN_FILE' } };
  const line = said(env['PAGERDUTY_TOKEN_COMMAND']);
  if (line !== undefined) return { source: { kind: 'command', line } };
  return { source: oauth(env) };
}

function oauth(env: Env): TokenSource {
  const names = ['PAGERDUTY_CLIENT_ID', 'PAGERDUTY_CLIENT_SECRET', 'PAGERDUTY_SUBDOMAIN'] as const;
  const [clientId, clientSecret, subdomain] = names.map((name) => said(env[name]));
  if (clientId !== undefined && clientSecret !== undefined && subdomain !== undefined)
    return { kind: 'oauth', clientId, clientSecret, subdomain };
  const missing = names.filter((name) => said(env[name]) === undefined);
  if (clientId === undefined && clientSecret === undefined) return { kind: 'none' };
  throw new PmpError('usage', {
    message: `scoped OAuth needs ${missing.join(' and ')} as well`,
    fix: 'Set all three, or use a REST token.',
  });
}

/** Flag, then PAGERDUTY_SERVICE_REGION, then us. */
export function regionOf(env: Env, flag: 'us' | 'eu' | undefined): 'us' | 'eu' {
  if (flag !== undefined) return flag;
  const value = said(env['PAGERDUTY_SERVICE_REGION'])?.toLowerCase();
  if (value === undefined || value === 'us' || value === 'eu') return value ?? 'us';
  throw new PmpError('usage', {
    message: `PAGERDUTY_SERVICE_REGION is "${value}"`,
    cause: 'PagerDuty has two service regions.',
    fix: 'Set it to us or eu.',
  });
}

export interface Hosts {
  readonly api: URL;
  readonly events: URL;
  /** Only where it is not the US default. */
  readonly eventsOverride: string | undefined;
  readonly alertmanager: URL | undefined;
  readonly prometheus: URL | undefined;
}

/** Hosts by region, or as the environment says; plain http only to loopback, never with user info. */
export function hostsOf(env: Env, region: 'us' | 'eu'): Hosts {
  const infix = region === 'eu' ? 'eu.' : '';
  const api = address(env, 'PAGERDUTY_API_URL') ?? new URL(`https://api.${infix}pagerduty.com`);
  const given = address(env, 'PAGERDUTY_EVENTS_URL');
  const events = given ?? new URL(`https://events.${infix}pagerduty.com`);
  const eventsOverride = given === undefined && region === 'us' ? undefined : events.href.replace(/\/$/, '');
  return {
    api,
    events,
    eventsOverride,
    alertmanager: address(env, 'ALERTMANAGER_URL'),
    prometheus: address(env, 'PROMETHEUS_URL'),
  };
}

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

function address(env: Env, name: string): URL | undefined {
  const value = said(env[name]);
  if (value === undefined) return undefined;
  const wrong = (cause: string) =>
    new PmpError('usage', {
      message: `${name} is not an address pmp-pd can use`,
      cause,
      fix: `Set ${name} to an https URL without user name or password, or unset it.`,
    });
  if (!URL.canParse(value)) throw wrong('It is not a URL.');
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') throw wrong('It carries a user name or password.');
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback.test(url.hostname)))
    throw wrong('Plain http goes to this machine only.');
  return url;
}

/** Where scoped OAuth tokens come from. A server on this machine, as the served sandbox, gives out its own: nobody else should see that app's secret. */
export function identityOf(env: Env): string {
  const api = address(env, 'PAGERDUTY_API_URL');
  const own = api !== undefined && loopback.test(api.hostname);
  return own ? new URL('/oauth/token', api).href : 'https://identity.pagerduty.com/oauth/token';
}

/** A variable that is set and not empty. */
export function said(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

/** "1", "true" and the like switch on; empty, "0" and "false" do not. */
export function switchedOn(value: string | undefined): boolean {
  const word = said(value)?.toLowerCase();
  return word !== undefined && !['0', 'false', 'no', 'off'].includes(word);
}

/** Words of a command line without a shell: blanks separate, quotes group, a backslash takes the next character as it is. */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  const pattern = /(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g;
  for (const [word] of line.matchAll(pattern)) {
    words.push(
      word.replace(
        /\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/g,
        (_all, escaped?: string, double?: string, single?: string) => escaped ?? double?.replace(/\\(.)/g, '$1') ?? single ?? '',
      ),
    );
  }
  return words;
}
