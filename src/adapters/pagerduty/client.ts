import { PmpError, clean, toPmpError } from '../../engine/errors.ts';
import type { Calls, Clock } from '../../ports/index.ts';
import { HttpFailure, type Http } from '../http.ts';
import type { Bearer } from './credential.ts';
import { createDates } from './dates.ts';
import { askedWait, createGate, createPace } from './pace.ts';
import { UnknownOutcome, refusal, type Purpose } from './refusal.ts';
import { Shape, rubbish } from './shape.ts';
import { ride, type Arrival } from './transport.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** "/users/PABC123"; made with `path`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
  /** Finishes "PagerDuty refused to …". */
  readonly doing: string;
  readonly resource?: string;
  /** A POST that stores nothing (preview): counted as a read and sent again like one. */
  readonly harmless?: boolean;
  /** A POST that may happen twice without harm (ping). */
  readonly again?: boolean;
  /** Nothing waits for it but the end: it lets all other calls pass. */
  readonly bulk?: boolean;
  /** A PUT that must not happen twice: one that adds layers. */
  readonly once?: boolean;
}

export interface Client {
  /** @throws PmpError, of which Refused and UnknownOutcome say more. */
  call(call: Call): Promise<Shape>;
  /** An object that we have just made: for a minute its 404 means "not yet". */
  made(id: string): void;
  /** An object that we take away: its 404 means what it says. */
  unmade(id: string): void;
  /** About so many calls are still to come. */
  expect(calls: number): void;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly calls: Calls;
  /** Milliseconds by which PagerDuty's clock is ahead of ours. */
  clockAhead(): number;
}

export interface ClientOptions {
  readonly apiUrl: string;
  readonly bearer: Bearer;
  /** Asked at each call. */
  readonly from?: () => string | undefined;
  readonly clock: Clock;
  readonly http: Http;
  readonly notify: (why: string, seconds: number) => void;
  readonly signal?: AbortSignal;
  /** Deadline of one try, milliseconds. */
  readonly timeoutMs?: number;
}

const tries = 5;
const patienceMs = 5 * 60_000;
const youngMs = 60_000;

/** "/users/{}" with the ids put in, encoded. */
export function path(template: string, ...ids: readonly string[]): string {
  let i = 0;
  return template.replace(/\{\}/g, () => encodeURIComponent(ids[i++] ?? ''));
}

/** The one way to PagerDuty's REST API: pacing, retries that cannot duplicate, and errors that say the way out. */
export function createClient(options: ClientOptions): Client {
  const { clock, signal } = options;
  const gate = createGate(10, clock);
  const pace = createPace(clock, options.notify, signal);
  const counts = { reads: 0, writes: 0, retries: 0 };
  const born = new Map<string, number>();
  const dates = createDates();
  const base = options.apiUrl.replace(/\/+$/, '');

  async function attempt(call: Call, number: number, token: string): Promise<Arrival> {
    await pace.turn(patienceMs);
    if (number > 1) counts.retries += 1;
    else if (call.method === 'GET' || call.harmless) counts.reads += 1;
    else counts.writes += 1;
    const how = { http: options.http, timeoutMs: options.timeoutMs ?? 30_000, attempt: number, ...(signal && { signal }) };
    const from = options.from?.();
    const headers = from === undefined ? {} : { From: from };
    const { tokenType } = options.bearer;
    const query = call.query ?? {};
    const sentAt = clock.now();
    const arrival = await ride(
      { url: new URL(base + call.path), method: call.method, token, tokenType, headers, query, ...(call.body && { body: call.body }) },
      how,
    );
    const learnt = arrival.ok ? arrival.headers : arrival.response.headers;
    pace.learn(learnt);
    dates.learn(learnt['date'], sentAt, clock.now());
    return arrival;
  }

  /** Whether a 404 may only mean that what we have just made is not visible everywhere yet. */
  function tooYoung(call: Call): boolean {
    const text = call.path + (call.body ? JSON.stringify(call.body) : '');
    return [...born].some(([id, at]) => clock.now() - at < youngMs && text.includes(id));
  }

  async function run(call: Call): Promise<Shape> {
    const purpose: Purpose = {
      request: `${call.method} ${call.path}`,
      doing: call.doing,
      ...(call.resource !== undefined && { resource: call.resource }),
    };
    const again = (call.method !== 'POST' && call.once !== true) || call.harmless === true || call.again === true;
    let waited = 0;
    let failures = 0;
    let renewed = false;
    const wait = (ms: number, why: string): Promise<void> => clock.sleep(ms, why, signal);

    for (let number = 1; ; number++) {
      let arrival: Arrival;
      try {
        arrival = await attempt(call, number, await options.bearer.token(false));
      } catch (thrown) {
        const failure = asFailure(thrown, signal);
        failures += 1;
        if (!again && failure.sent) throw new UnknownOutcome(purpose, failure.message, failure);
        if (hopeless(failure) || failures >= triesFor(failure)) throw unreachable(purpose, failure.message, failure);
        await wait(failure.reason === 'dns' ? 1000 : backoff(failures), 'PagerDuty does not answer');
        continue;
      }
      if (arrival.ok) return new Shape(arrival.data, purpose.request);

      const { status, headers, text } = arrival.response;
      if (status < 300) {
        const empty = text.trim() === '';
        if (empty && (status === 202 || call.method === 'DELETE')) return new Shape({}, purpose.request);
        const bad = rubbish(purpose.request, empty ? 'the body is empty, JSON was expected' : `the body is not JSON: ${clean(text, 80)}`);
        if (again) throw bad;
        throw new UnknownOutcome(purpose, bad.facts.cause ?? '', bad);
      }
      if (status === 429) {
        const ms = (askedWait(headers, clock.now()) ?? 5000) + 100 + Math.random() * 400;
        waited += ms;
        if (waited > patienceMs) throw refusal(purpose, status, text);
        if (ms > 1000) options.notify('PagerDuty asks to slow down', Math.ceil(ms / 1000));
        pace.hold(ms);
        continue;
      }
      if (status === 408 || status >= 500) {
        failures += 1;
        if (!again) throw new UnknownOutcome(purpose, `HTTP ${status}`);
        if (failures >= tries) throw unreachable(purpose, `HTTP ${status} ${failures} times`);
        await wait(backoff(failures), 'PagerDuty has trouble of its own');
        continue;
      }
      if (status === 401 && options.bearer.renewable && !renewed) {
        renewed = true;
        await options.bearer.token(true);
        continue;
      }
      if (status === 404 && call.method === 'DELETE' && number > 1) return new Shape({}, purpose.request);
      if (status === 404 && tooYoung(call)) {
        failures += 1;
        await wait(backoff(failures), 'PagerDuty does not show yet what was just made');
        continue;
      }
      throw refusal(purpose, status, text);
    }
  }
  return {
    call: (call) => gate.run(() => run(call), call.bulk),
    expect: (calls) => pace.expect(calls),
    made: (id) => void born.set(id, clock.now()),
    unmade: (id) => void born.delete(id),
    clock,
    signal,
    calls: counts,
    clockAhead: dates.ahead,
  };
}

/** 0.5, 1, 2, 4, then 5 s, and a little by chance so that calls side by side do not come back together. */
export function backoff(failures: number): number {
  return Math.min(5000, 500 * 2 ** (failures - 1)) * (1 + Math.random() * 0.2);
}

function asFailure(thrown: unknown, signal: AbortSignal | undefined): HttpFailure {
  if (thrown instanceof HttpFailure && thrown.reason !== 'aborted') return thrown;
  if (signal?.aborted) throw signal.reason instanceof PmpError ? signal.reason : stopped();
  throw toPmpError(thrown);
}

function stopped(): PmpError {
  return new PmpError('interrupted', { message: 'stopped while talking to PagerDuty', fix: 'Run the same command again to go on.' });
}

/** A name that is not found twice is a wrong name or no network: a person should hear of it at once. */
function triesFor(failure: HttpFailure): number {
  return failure.reason === 'dns' ? 2 : tries;
}

function hopeless(failure: HttpFailure): boolean {
  return ['tls', 'redirect', 'insecure', 'too-big'].includes(failure.reason) || failure.code === 'EREQUEST';
}

function unreachable(purpose: Purpose, why: string, cause?: unknown): PmpError {
  return new PmpError(
    'pagerduty-unreachable',
    {
      message: `PagerDuty cannot be reached to ${purpose.doing}`,
      cause: clean(why),
      fix: 'Check the network, PAGERDUTY_API_URL and https://status.pagerduty.com, then run the same command again.',
      ...(purpose.resource !== undefined && { resource: purpose.resource }),
    },
    { cause },
  );
}
