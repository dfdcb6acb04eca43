import { PmpError, clean } from '../engine/errors.ts';
import type { Integration } from '../model/index.ts';
import type { AlertEvent, Clock, Events } from '../ports/index.ts';
import { HttpFailure, type Http, type HttpResponse } from './http.ts';
import { reveal } from './secret.ts';
import { addressOf } from './web.ts';

export interface EventsOptions {
  /** "https://events.pagerduty.com", the EU's, or a sandbox's on loopback; what stands before its paths is kept. */
  readonly url: URL;
  readonly http: Http;
  readonly clock: Clock;
  /** Ends every call and wait; its reason is what they reject with, where it is a PmpError. */
  readonly signal?: AbortSignal;
}

type Type = Integration['type'];

const tries = 5;
const timeoutMs = 15_000;
/** A drill that PagerDuty takes no event of for longer has its answer. */
const patienceMs = 2 * 60_000;
/** PagerDuty does not say how long to stay away. */
const throttledMs = 10_000;

const paths: Readonly<Record<Type, string>> = { events_v2: '/v2/enqueue', prometheus: '/generic/2010-04-15/create_event.json' };
const names: Readonly<Record<Type, string>> = { events_v2: 'Events API v2', prometheus: 'Events API v1' };

/** PagerDuty's Events API. The key is sent in the body and stands nowhere else. */
export function createEvents(options: EventsOptions): Events {
  const { clock, signal } = options;
  return {
    async send(routingKey, type, event) {
      const key = reveal(routingKey).trim();
      const body = JSON.stringify(type === 'events_v2' ? bodyV2(key, event) : bodyV1(key, event));
      const said = (text: string): string => spoken(text, key);
      let waited = 0;
      for (let number = 1; ; number++) {
        const outcome = await attempt(options, type, body, number);
        if (outcome.kind === 'answer' && isTaken(outcome.response)) return { at: clock.now() };
        const again = outcome.kind === 'failure' ? retryAfterFailure(outcome.failure, number) : retryAfter(outcome.response, type, number);
        if (again === undefined || number >= tries || waited + again.ms > patienceMs)
          throw problem(options.url, type, event, outcome, said);
        waited += again.ms;
        await clock.sleep(again.ms, again.why, signal);
      }
    },
  };
}

type Outcome = { readonly kind: 'answer'; readonly response: HttpResponse } | { readonly kind: 'failure'; readonly failure: HttpFailure };

async function attempt({ url, http, signal }: EventsOptions, type: Type, body: string, number: number): Promise<Outcome> {
  const base = url.pathname.replace(/\/+$/, '');
  try {
    const response = await http.send({
      method: 'POST',
      url: new URL(base + paths[type], url),
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body,
      timeoutMs,
      maxBytes: 1024 * 1024,
      attempt: number,
      ...(signal && { signal }),
    });
    return { kind: 'answer', response };
  } catch (thrown) {
    if (!(thrown instanceof HttpFailure)) throw thrown;
    if (signal?.aborted) throw signal.reason instanceof PmpError ? signal.reason : stopped();
    return { kind: 'failure', failure: thrown };
  }
}

function stopped(): PmpError {
  return new PmpError('interrupted', { message: 'stopped while sending an event to PagerDuty', fix: 'Run the same command again.' });
}

/** A sign-in page answers 200 too. */
function isTaken({ status, text }: HttpResponse): boolean {
  return (status === 200 || status === 202) && fieldsIn(text)['status'] === 'success';
}

interface Again {
  readonly ms: number;
  readonly why: string;
}

/** The deduplication key makes a second event a repetition, so a lost answer is no reason to stop. */
function retryAfterFailure({ reason }: HttpFailure, number: number): Again | undefined {
  if (['tls', 'redirect', 'insecure', 'too-big'].includes(reason) || (reason === 'dns' && number > 1)) return undefined;
  return { ms: backoff(number), why: "PagerDuty's Events API does not answer" };
}

function retryAfter({ status, headers }: HttpResponse, type: Type, number: number): Again | undefined {
  // v1 has its own word for "too many".
  if (status === 429 || (status === 403 && type === 'prometheus')) {
    const asked = headers['retry-after']?.trim() ?? '';
    return { ms: /^\d{1,6}$/.test(asked) ? Number(asked) * 1000 : throttledMs, why: 'PagerDuty asks to send fewer events' };
  }
  return status === 408 || status >= 500 ? { ms: backoff(number), why: "PagerDuty's Events API has trouble of its own" } : undefined;
}

function backoff(number: number): number {
  return Math.min(5000, 500 * 2 ** (number - 1)) * (1 + Math.random() * 0.2);
}

function problem(url: URL, type: Type, event: AlertEvent, outcome: Outcome, said: (text: string) => string): PmpError {
  const host = addressOf(url);
  const resource = `${event.action} event of ${clean(event.key, 64)}`;
  if (outcome.kind === 'failure') return unreachable(host, resource, clean(outcome.failure.message), outcome.failure);
  const { status, text } = outcome.response;
  const words = said(text);
  const cause = clean(`POST ${paths[type]}: ${status}${words === '' ? '' : ` ${words}`}`);
  if (status === 429 || (status === 403 && type === 'prometheus'))
    return new PmpError('pagerduty-rate-limit', {
      message: `PagerDuty takes no more events (${names[type]})`,
      cause,
      fix: 'See what else sends events with this integration key, wait a minute, and run the same command again.',
      resource,
    });
  if (status === 408 || status >= 500) return unreachable(host, resource, cause);
  if (status < 300 || words === '')
    return new PmpError('pagerduty-rubbish', {
      message: `what answers as PagerDuty's ${names[type]} at ${host} is something else`,
      cause,
      fix: 'Check PAGERDUTY_EVENTS_URL and any proxy in between.',
      resource,
    });
  return new PmpError('pagerduty-refused', {
    message: `PagerDuty refused the ${event.action} event (${names[type]})`,
    cause,
    fix: 'Check the integration key of the service and its type (`pmp-pd verify`): a key of the one Events API is unknown to the other.',
    resource,
  });
}

function unreachable(host: string, resource: string, cause: string, thrown?: unknown): PmpError {
  return new PmpError(
    'pagerduty-unreachable',
    {
      message: `PagerDuty's Events API at ${host} cannot be reached`,
      cause,
      fix: 'Check the network, PAGERDUTY_EVENTS_URL and https://status.pagerduty.com, then run the same command again.',
      resource,
    },
    { cause: thrown },
  );
}

/** PagerDuty's words, should they quote the key without it; '' for what is not PagerDuty's. */
function spoken(text: string, key: string): string {
  const { message, errors } = fieldsIn(text);
  const listed = Array.isArray(errors) ? errors.filter((one) => typeof one === 'string') : [];
  const words = [typeof message === 'string' ? message : '', listed.join('; ')].filter((part) => part !== '').join(': ');
  return clean(key === '' ? words : words.replaceAll(key, '<key>'));
}

function fieldsIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

const client = 'pmp-pd';

function bodyV2(routing_key: string, event: AlertEvent): object {
  const { action, key, summary, source, severity, details, links } = event;
  if (action !== 'trigger') return { routing_key, event_action: action, dedup_key: key };
  return {
    routing_key,
    event_action: action,
    dedup_key: key,
    client,
    payload: {
      summary,
      source,
      severity,
      ...(event.class !== undefined && { class: event.class }),
      ...(event.component !== undefined && { component: event.component }),
      ...(event.group !== undefined && { group: event.group }),
      custom_details: details,
    },
    links,
  };
}

/** v1 has neither severity nor source, and knows links as contexts. */
function bodyV1(service_key: string, event: AlertEvent): object {
  const { action, key, summary, details, links } = event;
  if (action !== 'trigger') return { service_key, event_type: action, incident_key: key };
  const contexts = links.map((link) => ({ type: 'link', ...link }));
  return { service_key, event_type: action, incident_key: key, description: summary, client, details, contexts };
}
