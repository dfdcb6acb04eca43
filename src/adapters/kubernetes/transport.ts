import { PmpError } from '../../engine/errors.ts';
import type { Calls, Clock } from '../../ports/index.ts';
import { HttpFailure, type Http, type HttpResponse } from '../http.ts';
import type { CredentialSource } from './credentials.ts';
import { statusOf, unreachable, type Doing } from './errors.ts';

export interface Call {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** From the server's root, query included. */
  readonly path: string;
  readonly accept?: string;
  readonly contentType?: string;
  readonly body?: string;
  readonly kind: 'read' | 'write';
  /** Sending it twice does no harm: reads, server-side apply, deletes. */
  readonly repeatable: boolean;
  /** The answer comes from behind the API server's proxy: its 5xx is no reason to ask again. */
  readonly proxied?: boolean;
  readonly timeoutMs?: number;
  readonly doing: Omit<Doing, 'server'>;
}

export interface Transport {
  send(call: Call): Promise<HttpResponse>;
  /** Counts a write that was sent another way. */
  counted(): void;
  readonly host: string;
  readonly calls: Calls;
}

const tries = 4;
const defaultTimeoutMs = 15_000;
const longestPauseMs = 20_000;

/**
 * Sends with credentials, one deadline per try, and repeats what cannot do harm twice. Once the signal has aborted, a call in flight
 * is given up; calls begun after it are still made, because cleaning up needs them.
 * @throws PmpError for what brought no answer; any answer is returned
 */
export function createTransport(options: {
  readonly server: string;
  readonly http: Http;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}): Transport {
  const { server, http, credentials, clock } = options;
  const { host } = new URL(server);
  const count = { reads: 0, writes: 0, retries: 0 };

  async function once(call: Call, attempt: number): Promise<HttpResponse> {
    const { headers, tls } = await credentials.current();
    const signal = options.signal?.aborted ? undefined : options.signal;
    count[call.kind === 'read' ? 'reads' : 'writes'] += 1;
    if (attempt > 1) count.retries += 1;
    return http.send({
      method: call.method,
      url: new URL(server + call.path),
      headers: {
        ...headers,
        accept: call.accept ?? 'application/json',
        ...(call.body === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
      },
      ...(call.body === undefined ? {} : { body: call.body }),
      timeoutMs: call.timeoutMs ?? defaultTimeoutMs,
      ...(signal ? { signal } : {}),
      tls,
      attempt,
    });
  }

  async function send(call: Call): Promise<HttpResponse> {
    const doing = { ...call.doing, server: host };
    let renewed = false;
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await settle(once(call, attempt));
      if (outcome instanceof HttpFailure) {
        if (attempt >= tries || !mayRepeat(call, outcome)) throw unreachable(outcome, doing);
      } else if (outcome.status === 401 && !renewed && statusOf(outcome.text) && credentials.renew()) {
        renewed = true;
        continue;
      } else if (attempt >= tries || !isPassing(call, outcome)) {
        return outcome;
      }
      await clock.sleep(pause(outcome, attempt), `the cluster ${host} to answer`, options.signal?.aborted ? undefined : options.signal);
    }
  }
  return { send, counted: () => void (count.writes += 1), host, calls: count };
}

async function settle(sending: Promise<HttpResponse>): Promise<HttpResponse | HttpFailure> {
  try {
    return await sending;
  } catch (thrown) {
    if (thrown instanceof HttpFailure) return thrown;
    if (thrown instanceof PmpError) throw thrown;
    throw new PmpError(
      'kubernetes-config',
      { message: 'The request to the cluster could not be made', fix: 'Check the kubeconfig with `kubectl version`.' },
      { cause: thrown },
    );
  }
}

function mayRepeat(call: Call, failure: HttpFailure): boolean {
  if (['aborted', 'tls', 'insecure', 'too-big', 'redirect', 'dns'].includes(failure.reason)) return false;
  // A cluster that said nothing for fifteen seconds is behind a firewall; asking again makes a person wait a minute for the same words.
  if (failure.reason === 'timeout') return false;
  return call.repeatable || !failure.sent;
}

/** 429 was not processed; the others are a server that is starting or changing hands. */
function isPassing(call: Call, response: HttpResponse): boolean {
  if (response.status === 429) return true;
  return call.repeatable && !call.proxied && [502, 503, 504].includes(response.status);
}

function pause(outcome: HttpResponse | HttpFailure, attempt: number): number {
  const asked = outcome instanceof HttpFailure ? Number.NaN : Number(outcome.headers['retry-after']) * 1000;
  return Math.min(longestPauseMs, asked > 0 ? asked : 250 * 2 ** (attempt - 1));
}
