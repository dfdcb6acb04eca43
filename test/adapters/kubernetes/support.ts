import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttp } from '../../../src/adapters/http.ts';
import { createKubernetes } from '../../../src/adapters/kubernetes/index.ts';
import type { Clock, Kubernetes } from '../../../src/ports/index.ts';

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Ends the connection instead of answering. */
  readonly cut?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
}

export interface FakeApi {
  readonly url: string;
  readonly seen: Seen[];
  close(): Promise<void>;
}

/** An API server that answers what the test says. */
export async function fakeApi(answer: (request: Seen, nth: number) => Answer): Promise<FakeApi> {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      const { status, body, headers, cut, hang } = answer(one, seen.length);
      if (hang) return;
      if (cut) return request.socket.destroy();
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof body === 'string' ? body : JSON.stringify(body ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export const status = (code: number, reason: string, message: string, causes?: readonly unknown[]): Answer => ({
  status: code,
  body: { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code, details: { causes } },
});

/** A clock on which a wait is over at once; what was waited for is kept. */
export function quickClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = [];
  let now = 1_700_000_000_000;
  return {
    waits,
    now: () => now,
    async sleep(milliseconds, _why, signal) {
      signal?.throwIfAborted();
      waits.push(milliseconds);
      now += milliseconds;
    },
  };
}

export function kubeconfig(server: string, user: unknown = { token: 'a-token' }, cluster: object = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    clusters: [{ name: 'pmp', cluster: { server, ...cluster } }],
    contexts: [
      { name: 'here', context: { cluster: 'pmp', user: 'ada' } },
      { name: 'other', context: { cluster: 'pmp', user: 'nobody' } },
    ],
    users: [{ name: 'ada', user }],
  });
}

export async function connect(text: string, options: { context?: string; clock?: Clock; signal?: AbortSignal } = {}): Promise<Kubernetes> {
  const { clock = quickClock(), ...rest } = options;
  return createKubernetes({ kubeconfig: { text }, http: createHttp({ userAgent: 'pmp-pd-test' }), clock, ...rest });
}
