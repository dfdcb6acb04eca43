import { HttpFailure, type Http, type HttpResponse } from '../http.ts';

/** What goes out, as far as pdjs cannot know it; travels through pdjs' `api()` as one more option. */
export interface Ride {
  readonly http: Http;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal;
}

export interface RideRequest {
  readonly url: URL;
  readonly method: string;
  readonly token: string;
  readonly tokenType: 'token' | 'bearer';
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: object;
}

/** What came back: parsed JSON of a good answer, or the answer as it is where pdjs could only stumble over it. */
export type Arrival =
  | { readonly ok: true; readonly status: number; readonly headers: HttpResponse['headers']; readonly data: unknown }
  | { readonly ok: false; readonly response: HttpResponse };

/** Carries an answer past pdjs: it waits a fixed 20 s on a 429 and loses the text of anything that is not JSON. */
class Detour extends Error {
  constructor(readonly response: HttpResponse) {
    super('detour');
  }
}

/** All that pdjs asks of `Headers`. Node's own would bring undici along, which takes longer to load than everything else here. */
class Fields {
  readonly #fields: Readonly<Record<string, string>>;
  constructor(given: Readonly<Record<string, string>>) {
    this.#fields = Object.fromEntries(Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]));
  }
  /** But for `user-agent`: pdjs names itself; who asks is said by our own transport. */
  ours(): Record<string, string> {
    const { 'user-agent': _pdjs, ...ours } = this.#fields;
    return ours;
  }
}

interface PdjsInit {
  readonly method?: string;
  readonly body?: string;
  readonly headers: Fields;
  readonly ride?: Ride;
}

/** Stands in for cross-fetch: pdjs' own has no timeout, no keep-alive of ours and no plain http. */
async function carry(url: string, init: PdjsInit): Promise<unknown> {
  if (!init.ride) throw new Error('a PagerDuty call without transport');
  const { http, timeoutMs, attempt, signal } = init.ride;
  const response = await http.send({
    method: (init.method ?? 'GET').toUpperCase(),
    url: new URL(url),
    headers: init.headers.ours(),
    timeoutMs,
    attempt,
    ...(init.body !== undefined && { body: init.body }),
    ...(signal && { signal }),
  });
  if (response.status === 204 && response.text === '') return { status: 204, headers: response.headers };
  const data = response.status < 300 ? parsed(response.text) : undefined;
  if (typeof data !== 'object' || data === null) throw new Detour(response);
  return { status: response.status, headers: response.headers, json: () => Promise.resolve(data) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * One try of one call through pdjs' `api()`.
 * @throws HttpFailure where no answer came.
 */
export async function ride(request: RideRequest, how: Ride): Promise<Arrival> {
  const { api } = await loadPdjs();
  try {
    const answer = (await api({
      url: request.url.href,
      method: request.method,
      token: request.token,
      tokenType: request.tokenType,
      headers: { ...request.headers },
      queryParameters: request.query as Record<string, string | string[]>,
      requestTimeout: 0, // its timer never aborts anything and keeps the process alive
      ...(request.body !== undefined && { data: request.body }),
      ...({ ride: how } as object),
    })) as unknown as { status: number; headers: HttpResponse['headers']; data?: unknown };
    return { ok: true, status: answer.status, headers: answer.headers, data: answer.data };
  } catch (thrown) {
    if (thrown instanceof Detour) return { ok: false, response: thrown.response };
    if (thrown instanceof HttpFailure) throw thrown;
    // pdjs' own messages may quote a header; nothing was sent.
    throw new HttpFailure(`${request.method} ${request.url.pathname}: the request cannot be made`, 'EREQUEST', 'refused', false);
  }
}

/** pdjs calls `default` and `Headers` of the cross-fetch module at call time: replacing them there puts our transport beneath it. */
async function loadPdjs(): Promise<typeof import('./pdjs.ts')> {
  const pdjs = await import('./pdjs.ts');
  Object.assign(pdjs.crossFetch, { default: carry, Headers: Fields });
  return pdjs;
}
