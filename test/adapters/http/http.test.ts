import http from 'node:http';
import net from 'node:net';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { HttpFailure, createHttp, isLoopback } from '../../../src/adapters/http.ts';
import type { HttpRequest } from '../../../src/adapters/http.ts';
import { createTraceFile } from '../../../src/adapters/trace.ts';

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void;
const open: { close(): void }[] = [];
afterEach(() => {
  for (const thing of open.splice(0)) thing.close();
});

async function listen(server: net.Server): Promise<URL> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => sockets.add(socket));
  open.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return new URL(`http://127.0.0.1:${address.port}/thing?secret=1`);
}
const serve = (handler: Handler): Promise<URL> => listen(http.createServer(handler));

function client(trace?: Parameters<typeof createHttp>[0]['trace']) {
  const made = createHttp({ userAgent: 'pmp-pd/test', ...(trace && { trace }) });
  open.push(made);
  return made;
}
const get = (url: URL, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url, headers: {}, timeoutMs: 5000, ...more });

async function failure(work: Promise<unknown>): Promise<HttpFailure> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof HttpFailure) return thrown;
    throw thrown;
  }
  throw new Error('it did not fail');
}

describe('an HTTP call', () => {
  it('brings back status, headers and text, and says who asks', async () => {
    const url = await serve((request, response) => {
      response.writeHead(201, { 'x-one': 'a' });
      response.end(`${request.method} ${request.headers['user-agent']} é`);
    });
    const answer = await client().send(get(url));
    expect(answer).toMatchObject({ status: 201, text: 'GET pmp-pd/test é' });
    expect(answer.headers['x-one']).toBe('a');
  });

  it('uses one connection for calls in a row', async () => {
    const ports = new Set<number | undefined>();
    const url = await serve((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('ok');
    });
    const http = client();
    for (let i = 0; i < 5; i++) await http.send(get(url, { method: 'POST', body: '{}' }));
    expect(ports.size).toBe(1);
  });

  it('sends a POST on a connection that was not idle for long, where a GET may take an old one', async () => {
    const ports: (number | undefined)[] = [];
    const url = await serve((request, response) => {
      ports.push(request.socket.remotePort);
      response.end('ok');
    });
    const http = client();
    await http.send(get(url));
    await new Promise((resolve) => setTimeout(resolve, 2200));
    await http.send(get(url));
    await new Promise((resolve) => setTimeout(resolve, 2200));
    await http.send(get(url, { method: 'POST', body: '{}' }));
    expect(ports[1]).toBe(ports[0]);
    expect(ports[2]).not.toBe(ports[1]);
  });
});

describe('a failed HTTP call says whether the server may have acted', () => {
  it('nobody listens: not sent', async () => {
    const url = await serve(() => {});
    for (const thing of open.splice(0)) thing.close();
    expect(await failure(client().send(get(url)))).toMatchObject({ reason: 'refused', code: 'ECONNREFUSED', sent: false });
  });
  it('connection reset before an answer: sent', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect(await failure(client().send(get(url, { method: 'POST', body: '{}' })))).toMatchObject({ reason: 'reset', sent: true });
  });
  it('a body that ends early: cut', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    expect(await failure(client().send(get(url)))).toMatchObject({ reason: 'cut', sent: true });
  });
  it('no answer in time, and a body that trickles for ever: timeout', async () => {
    const silent = await serve(() => {});
    expect(await failure(client().send(get(silent, { timeoutMs: 100 })))).toMatchObject({ reason: 'timeout', sent: true });
    const slow = await serve((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write('x'), 20);
      response.on('close', () => clearInterval(timer));
    });
    expect(await failure(client().send(get(slow, { timeoutMs: 200 })))).toMatchObject({ reason: 'timeout' });
  });
  it('stopped by its signal: aborted, with the reason', async () => {
    const url = await serve(() => {});
    const stop = new AbortController();
    const why = new Error('Ctrl-C');
    setTimeout(() => stop.abort(why), 50);
    expect(await failure(client().send(get(url, { signal: stop.signal })))).toMatchObject({ reason: 'aborted', cause: why });
    expect(await failure(client().send(get(url, { signal: stop.signal })))).toMatchObject({ reason: 'aborted', sent: false });
  });
  it('an answer larger than the limit: too big', async () => {
    const url = await serve((_, response) => response.end('x'.repeat(5000)));
    expect(await failure(client().send(get(url, { maxBytes: 4999 })))).toMatchObject({ reason: 'too-big' });
    expect((await client().send(get(url, { maxBytes: 5000 }))).text).toHaveLength(5000);
  });
  it('something that does not speak HTTP: cut', async () => {
    const url = await listen(net.createServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')));
    expect(await failure(client().send(get(url)))).toMatchObject({ reason: 'cut' });
  });
  it('TLS with something that does not speak it: not sent', async () => {
    const url = await serve((_, response) => response.end('ok'));
    const tls = new URL(url.href.replace('http:', 'https:'));
    const failed = await failure(client().send(get(tls, { method: 'POST', body: '{}' })));
    expect(failed.sent).toBe(false);
  });
});

describe('credentials stay where they belong', () => {
  it('a redirect is an error that names the other host', async () => {
    const url = await serve((_, response) => {
      response.writeHead(302, { location: 'https://elsewhere.example.com/x' });
      response.end();
    });
    const failed = await failure(client().send(get(url)));
    expect(failed.reason).toBe('redirect');
    expect(failed.message).toContain('elsewhere.example.com');
  });
  it('plain http leaves this machine for nobody', async () => {
    const failed = await failure(client().send(get(new URL('http://pagerduty.example.com/'))));
    expect(failed).toMatchObject({ reason: 'insecure', sent: false });
    const hosts = [
      'http://127.0.0.1',
      'http://127.9.9.9',
      'http://[::1]',
      'http://localhost',
      'http://127.0.0.1.example.com',
      'http://10.0.0.1',
    ];
    expect(hosts.map((host) => isLoopback(new URL(host)))).toEqual([true, true, true, true, false, false]);
  });
  it('a header that cannot be sent does not show up in the error', async () => {
    const url = await serve((_, response) => response.end('ok'));
    const failed = await failure(client().send(get(url, { headers: { authorization: 'Token token=hidden\nx' } })));
    expect(`${failed.message} ${failed.stack} ${String(failed.cause)}`).not.toContain('hidden');
    expect(failed.sent).toBe(false);
  });
  it('the trace has one line per call, for its owner only, without query, header or body', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'trace-')), 'trace.jsonl');
    const trace = createTraceFile(file);
    const url = await serve((_, response) => response.end('answer-body'));
    const http = client(trace);
    await http.send(get(url, { method: 'POST', body: 'request-body', headers: { authorization: 'token-text' }, attempt: 2 }));
    await failure(http.send(get(new URL('http://nowhere.example.com/far'))));
    trace.close();
    const text = readFileSync(file, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toMatchObject([
      { method: 'POST', path: '/thing', status: 200, attempt: 2 },
      { method: 'GET', path: '/far', failure: 'insecure', attempt: 1 },
    ]);
    expect(text).not.toMatch(/secret|body|token-text/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
