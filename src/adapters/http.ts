import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { clean } from '../engine/errors.ts';
import type { Clock } from '../ports/index.ts';
import type { Trace } from './trace.ts';

export interface HttpTls {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** false only where a kubeconfig says `insecure-skip-tls-verify`. */
  readonly rejectUnauthorized?: boolean;
  readonly servername?: string;
}

export interface HttpRequest {
  /** Upper case. */
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** One deadline over connecting, headers and body. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly tls?: HttpTls;
  /** Largest body that is read; default 64 MiB. */
  readonly maxBytes?: number;
  /** For the trace: 1 is the first try. */
  readonly attempt?: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Lower-case names; repeated ones joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export type FailureReason =
  | 'refused' // no connection, or the request cannot be made at all
  | 'dns'
  | 'tls'
  | 'reset'
  | 'timeout'
  | 'cut' // the body ended before its end
  | 'aborted' // by the signal; its reason is the `cause`
  | 'too-big'
  | 'redirect' // 3xx: never followed, a credential must not travel to another host
  | 'insecure'; // plain http to anything but loopback

/** Why no usable answer came. Its message names method, host and path, never a query, a header or a body. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  constructor(
    message: string,
    /** Node's error code ("ECONNRESET"), else the reason in capitals. */
    readonly code: string,
    readonly reason: FailureReason,
    /** The server may have processed the request. */
    readonly sent: boolean,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

export interface Http {
  /** Resolves with any answer but a redirect, whatever its status. @throws HttpFailure */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Where calls that are made another way (a WebSocket) are told, too. */
  readonly trace?: Trace;
  /** Ends idle connections and fails those in use. */
  close(): void;
}

const maxBytesDefault = 64 * 1024 * 1024;
/** A server may close an idle connection at any time; what must not be sent twice does not take an old one. */
const staleAfterMs = 2000;
const idempotent = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

type Agent = http.Agent | https.Agent;

/** Notes when each idle connection was last in use. */
function withIdleTimes<A extends Agent>(agent: A): { readonly agent: A; dropStale(): void } {
  const freed = new WeakMap<object, number>();
  const keep = agent.keepSocketAlive.bind(agent);
  agent.keepSocketAlive = (socket: Duplex) => {
    freed.set(socket, performance.now());
    // Node's own answer is a boolean that its types leave out: without it the connection is closed.
    return keep(socket);
  };
  const dropStale = (): void => {
    const oldest = performance.now() - staleAfterMs;
    for (const sockets of Object.values(agent.freeSockets)) {
      for (const socket of sockets ?? []) if ((freed.get(socket) ?? 0) < oldest) socket.destroy();
    }
  };
  return { agent, dropStale };
}

/**
 * The one HTTP client of the adapters: node:http(s), own keep-alive connections, one deadline per call, no redirects, no compression, no proxy
 * (HTTPS_PROXY is not read). TLS is always verified unless the request says otherwise; plain http goes to loopback only.
 */
export function createHttp(options: { readonly userAgent: string; readonly clock?: Pick<Clock, 'now'>; readonly trace?: Trace }): Http {
  const plain = withIdleTimes(new http.Agent({ keepAlive: true, maxSockets: 64 }));
  const secure = withIdleTimes(new https.Agent({ keepAlive: true, maxSockets: 64 }));
  const now = (): number => options.clock?.now() ?? performance.timeOrigin + performance.now();

  async function send(request: HttpRequest): Promise<HttpResponse> {
    const began = now();
    const from = performance.now();
    const tell = (outcome: { readonly status: number } | { readonly failure: string }): void =>
      options.trace?.record({
        time: new Date(began).toISOString(),
        method: request.method,
        path: request.url.pathname,
        ...outcome,
        ms: Math.round(performance.now() - from),
        attempt: request.attempt ?? 1,
      });
    try {
      guardUrl(request);
      const pool = request.url.protocol === 'http:' ? plain : secure;
      if (!idempotent.has(request.method)) pool.dropStale();
      const response = await exchange(request, pool.agent, options.userAgent);
      tell({ status: response.status });
      return response;
    } catch (thrown) {
      if (thrown instanceof HttpFailure) tell({ failure: thrown.reason });
      throw thrown;
    }
  }
  return {
    send,
    ...(options.trace ? { trace: options.trace } : {}),
    close: () => {
      plain.agent.destroy();
      secure.agent.destroy();
    },
  };
}

/** Whether a URL's host is this machine. */
export function isLoopback(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function guardUrl(request: HttpRequest): void {
  const { url } = request;
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))) return;
  throw new HttpFailure(`${place(request)}: only https is used, plain http to this machine aside`, 'INSECURE', 'insecure', false);
}

function place(request: HttpRequest): string {
  return clean(`${request.method} ${request.url.host}${request.url.pathname}`);
}

function exchange(request: HttpRequest, agent: Agent, userAgent: string): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const state = { sent: false };
    const deadline = AbortSignal.timeout(Math.max(1, request.timeoutMs));
    const fail = (failure: HttpFailure): void => {
      finish();
      reject(failure);
      // After the rejection: the socket's own error is a consequence and must not be reported as the cause.
      call?.destroy();
    };
    const onDeadline = (): void =>
      fail(failureOf(request, 'ETIMEDOUT', 'timeout', state.sent, `no complete answer within ${request.timeoutMs / 1000} s`));
    const onAbort = (): void => fail(failureOf(request, 'ABORTED', 'aborted', state.sent, 'stopped', request.signal?.reason));
    const onError = (thrown: unknown): void => fail(translate(request, thrown, state.sent));
    const finish = (): void => {
      deadline.removeEventListener('abort', onDeadline);
      request.signal?.removeEventListener('abort', onAbort);
    };
    let call: http.ClientRequest | undefined;
    if (request.signal?.aborted) {
      onAbort();
      return;
    }
    deadline.addEventListener('abort', onDeadline);
    request.signal?.addEventListener('abort', onAbort);
    try {
      call = start(request, agent, userAgent);
    } catch (thrown) {
      onError(thrown);
      return;
    }
    call.on('socket', (socket) => {
      // A connection in use before may swallow the request at once; a new one cannot before it is established.
      if (!socket.connecting) state.sent = true;
      else socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', () => (state.sent = true));
    });
    call.on('error', onError);
    call.on('response', (response) => {
      state.sent = true;
      const status = response.statusCode ?? 0;
      if (status >= 300 && status < 400) return fail(redirect(request, response.headers.location));
      const answer = (text: string): void => {
        finish();
        resolve({ status, headers: flat(response.headers), text });
      };
      collect(request, response)
        .then((text) => answer(text))
        .catch(fail);
    });
    call.end(request.body);
  });
}

function start(request: HttpRequest, agent: Agent, userAgent: string): http.ClientRequest {
  const headers: Record<string, string> = { 'user-agent': userAgent, 'accept-encoding': 'identity', ...request.headers };
  if (request.body !== undefined) headers['content-length'] = String(Buffer.byteLength(request.body));
  if (request.url.protocol === 'http:') return http.request(request.url, { method: request.method, headers, agent });
  // Said outright, so that an environment variable cannot switch verification off.
  const tls = { rejectUnauthorized: true, ...request.tls };
  return https.request(request.url, { method: request.method, headers, agent, ...tls });
}

function collect(request: HttpRequest, response: http.IncomingMessage): Promise<string> {
  const limit = request.maxBytes ?? maxBytesDefault;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const cut = (): void => reject(failureOf(request, 'ECUT', 'cut', true, 'the answer ended before its end'));
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) reject(failureOf(request, 'ETOOBIG', 'too-big', true, `the answer is larger than ${limit} bytes`));
      else chunks.push(chunk);
    });
    response.on('end', () => (response.complete ? resolve(Buffer.concat(chunks).toString('utf8')) : cut()));
    response.on('error', cut);
    response.on('close', cut);
  });
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  return result;
}

function failureOf(request: HttpRequest, code: string, reason: FailureReason, sent: boolean, why: string, cause?: unknown): HttpFailure {
  return new HttpFailure(`${place(request)}: ${clean(why)}`, code, reason, sent, { cause });
}

function redirect(request: HttpRequest, location: string | undefined): HttpFailure {
  const target = location !== undefined && URL.canParse(location, request.url.href) ? new URL(location, request.url.href).host : 'nowhere';
  return failureOf(request, 'EREDIRECT', 'redirect', true, `redirects to ${target}, which is not followed`);
}

function translate(request: HttpRequest, thrown: unknown, sent: boolean): HttpFailure {
  const code = thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'EUNKNOWN';
  const reason = reasonOf(code);
  // Only Node's words for a name that cannot be found or a certificate are worth more than the code; a header error could quote a secret.
  const words = thrown instanceof Error && (reason === 'tls' || reason === 'reset') ? thrown.message : undefined;
  return failureOf(
    request,
    code,
    reason,
    sent && reason !== 'tls',
    words ? `${words} (${code})` : code,
    reason === 'refused' ? undefined : thrown,
  );
}

function reasonOf(code: string): FailureReason {
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return 'dns';
  if (/CERT|SELF_SIGNED|^UNABLE_TO|^ERR_TLS|^ERR_SSL|^EPROTO$|^HOSTNAME_MISMATCH$/.test(code)) return 'tls';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (code === 'HPE_HEADER_OVERFLOW') return 'too-big';
  if (code.startsWith('HPE_')) return 'cut';
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNABORTED') return 'reset';
  return 'refused';
}
