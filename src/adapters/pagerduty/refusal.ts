import { PmpError, clean, type ErrorId } from '../../engine/errors.ts';

/** What a call is for, in words that finish "PagerDuty refused to …". */
export interface Purpose {
  /** "POST /users" without query. */
  readonly request: string;
  /** "create user ada@example.com" */
  readonly doing: string;
  /** "user ada@example.com" */
  readonly resource?: string;
}

/** PagerDuty answered, and said no. */
export class Refused extends PmpError {
  constructor(
    id: ErrorId,
    facts: ConstructorParameters<typeof PmpError>[1],
    readonly status: number,
    readonly code: number | undefined,
    /** PagerDuty's words, joined. */
    readonly words: string,
    /** The body was JSON: PagerDuty itself spoke. */
    readonly json: boolean,
    readonly scopes: readonly string[] = [],
  ) {
    super(id, facts);
  }
}

/** A write whose answer never came (or cannot be read): it may have happened. */
export class UnknownOutcome extends PmpError {
  constructor(purpose: Purpose, why: string, cause?: unknown) {
    super(
      'pagerduty-unknown-outcome',
      {
        message: `it is not known whether PagerDuty did ${purpose.doing}`,
        cause: clean(`${purpose.request}: ${why}`),
        fix: 'Run the same command again: it looks first and goes on from what is there.',
        ...(purpose.resource !== undefined && { resource: purpose.resource }),
      },
      { cause },
    );
  }
}

interface Spoken {
  readonly message: string;
  readonly code: number | undefined;
  readonly errors: readonly string[];
  readonly scopes: readonly string[];
  readonly json: boolean;
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every form an error body is known to have; anything else is told by its first words. */
function spoken(text: string): Spoken {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    const words = text.replace(/<(?:script|style)[\s\S]*?<\/(?:script|style)>/gi, ' ').replace(/<[^>]*>/g, ' ');
    return { message: clean(words, 120), code: undefined, errors: [], scopes: [], json: false };
  }
  const error = isRecord(body) ? (body['error'] ?? body) : body;
  if (typeof error === 'string') return { message: clean(error), code: undefined, errors: [], scopes: [], json: true };
  if (Array.isArray(error)) return { message: '', code: undefined, errors: strings(error), scopes: [], json: true };
  if (!isRecord(error)) return { message: '', code: undefined, errors: [], scopes: [], json: true };
  const scopes = error['required_scopes'] ?? (isRecord(body) ? body['required_scopes'] : undefined);
  return {
    message: typeof error['message'] === 'string' ? clean(error['message']) : '',
    code: typeof error['code'] === 'number' ? error['code'] : undefined,
    errors: strings(error['errors']),
    scopes: typeof scopes === 'string' ? scopes.split(/[\s,]+/).map((s) => clean(s, 60)) : strings(scopes),
    json: true,
  };
}

function strings(value: unknown): readonly string[] {
  if (typeof value === 'string') return [clean(value)];
  if (Array.isArray(value)) return value.filter((entry) => typeof entry === 'string').map((entry) => clean(entry));
  if (isRecord(value)) return Object.entries(value).map(([field, words]) => `${clean(field, 60)}: ${strings(words).join(', ')}`);
  return [];
}

/** Status first, then code, then text. Texts are cleaned; the body is never quoted beyond PagerDuty's own words. */
export function refusal(purpose: Purpose, status: number, text: string): Refused {
  const said = spoken(text);
  const words = [said.message, said.errors.join('; ')].filter((part) => part !== '').join(': ');
  const id = idOf(status, said, words);
  const cause = clean(`${purpose.request}: ${status}${words === '' ? '' : ` ${words}`}${said.code === undefined ? '' : ` (${said.code})`}`);
  const message = id === 'pagerduty-credentials' ? 'PagerDuty does not accept the credentials' : `PagerDuty refused to ${purpose.doing}`;
  const resource = purpose.resource === undefined ? {} : { resource: purpose.resource };
  return new Refused(id, { message, cause, fix: fixOf(id, said, words), ...resource }, status, said.code, words, said.json, said.scopes);
}

function idOf(status: number, said: Spoken, words: string): ErrorId {
  if (status === 401 || said.code === 2006) return 'pagerduty-credentials';
  if (status === 429 || said.code === 2020) return 'pagerduty-rate-limit';
  if (said.code === 2012) return 'account-expired';
  if (said.code === 2019) return 'plan-too-small';
  if (status === 402 || said.code === 2014) return 'plan-refuses';
  if (!said.json) return 'pagerduty-rubbish';
  if (status === 403 && isPlan(words)) return 'plan-refuses';
  return status === 403 ? 'pagerduty-permission' : 'pagerduty-refused';
}

const isPlan = (words: string): boolean =>
  /\b(?:ability|abilities|upgrade|your (?:current )?plan|not (?:available|included) (?:on|in))\b/i.test(words);

function fixOf(id: ErrorId, said: Spoken, words: string): string {
  switch (id) {
    case 'pagerduty-credentials':
      return 'Give a valid REST API token (PAGERDUTY_TOKEN, --token-file), and the region it belongs to (--region): a US token is unknown in the EU.';
    case 'pagerduty-permission':
      return said.scopes.length > 0
        ? `Give the OAuth app these scopes: ${said.scopes.join(', ')}.`
        : 'Use a token that may do this: an account token that is not read-only, or the token of an admin.';
    case 'pagerduty-rate-limit':
      return 'Wait a minute, see what else uses this token, and run the same command again.';
    case 'account-expired':
      return 'Renew the PagerDuty subscription, then run the same command again.';
    case 'plan-too-small':
      return 'Free a seat or an object in PagerDuty, or take a bigger plan, then run the same command again.';
    case 'plan-refuses':
      return 'Take a PagerDuty plan that has this, or change the answer that asks for it.';
    case 'pagerduty-rubbish':
      return 'Something that is not PagerDuty answered: check PAGERDUTY_API_URL and any proxy in between.';
    default:
      return isFrom(said, words)
        ? 'Give --from (or PD_FROM_EMAIL) the login e-mail of a user of this account.'
        : 'Change what PagerDuty objects to, then run the same command again.';
  }
}

function isFrom(said: Spoken, words: string): boolean {
  return said.code === 1008 || said.code === 2011 || (said.code === 2016 && /from/i.test(words)) || /\bFrom header\b/i.test(words);
}

/** The object that a create asked for is there already: "has already been taken", "must be unique". */
export function isTaken(thrown: unknown): thrown is Refused {
  return (
    thrown instanceof Refused &&
    (thrown.status === 400 || thrown.status === 409) &&
    /already (?:been taken|exists?|in use)|must be unique|duplicate/i.test(thrown.words)
  );
}

/** Two users are being created at once. */
export function isLocked(thrown: unknown): thrown is Refused {
  return thrown instanceof Refused && thrown.status === 400 && /could not be locked/i.test(thrown.words);
}

/** 402, 403 or a page that is not there; a 403 that names missing OAuth scopes is something else, and an expired account too. */
export function refusedByPlan(thrown: unknown): thrown is Refused {
  if (!(thrown instanceof Refused) || thrown.scopes.length > 0 || isExpired(thrown)) return false;
  return thrown.status === 402 || thrown.status === 403 || thrown.status === 404;
}

/** PagerDuty closes an account that was not paid: code 2012. */
export function isExpired(thrown: unknown): boolean {
  return thrown instanceof Refused && thrown.id === 'account-expired';
}

/** undefined where PagerDuty itself says that there is no such thing; a page without JSON is something in between. */
export async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof Refused && thrown.status === 404 && thrown.json) return undefined;
    throw thrown;
  }
}
