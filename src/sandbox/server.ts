import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { clean, PmpError } from '../engine/errors.ts';
import type { Duplex } from 'node:stream';
import type { SandboxReply, SandboxRequest } from './core.ts';
import { sendBadly } from './faults/index.ts';
import { Channels, refuseUpgrade } from './websocket.ts';

const biggestBody = 8 * 1024 * 1024;

export interface Listening {
  readonly baseUrl: string;
  /** Something happened: open WebSockets may have something to say. */
  stir(): void;
  close(): Promise<void>;
}

/** Serves plain HTTP on loopback, and nowhere else. @throws PmpError `sandbox` when the port cannot be had */
export async function listen(port: number, answer: (request: SandboxRequest) => Promise<SandboxReply>): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => {
    void serve(incoming, outgoing, answer);
  });
  const channels = new Channels();
  server.on('upgrade', (incoming: IncomingMessage, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    void upgrade(incoming, socket, answer, channels);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portTrouble(port, error)));
    server.listen(port, '127.0.0.1', resolve);
  });
  const { port: given } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${given}`,
    stir: () => channels.stir(),
    close: () => {
      channels.close();
      return closed(server);
    },
  };
}

async function upgrade(
  incoming: IncomingMessage,
  socket: Duplex,
  answer: (request: SandboxRequest) => Promise<SandboxReply>,
  channels: Channels,
): Promise<void> {
  const reply = await replyTo(incoming, answer);
  if (reply.status === 101 && reply.channel !== undefined && reply.wire === undefined) channels.open(incoming, socket, reply.channel);
  else refuseUpgrade(socket, reply);
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: SandboxRequest) => Promise<SandboxReply>,
): Promise<void> {
  send(outgoing, await replyTo(incoming, answer), incoming.method === 'HEAD');
}

async function replyTo(incoming: IncomingMessage, answer: (request: SandboxRequest) => Promise<SandboxReply>): Promise<SandboxReply> {
  try {
    return refuseForeignHost(incoming) ?? (await answer(await requestOf(incoming)));
  } catch (thrown) {
    const tooBig = thrown instanceof RangeError;
    return {
      status: tooBig ? 413 : 500,
      body: { error: { message: tooBig ? 'Request Entity Too Large' : 'Internal Server Error', code: 2000 } },
    };
  }
}

/** A web page elsewhere may point a name of its own at loopback; it cannot make the browser send ours. */
function refuseForeignHost(incoming: IncomingMessage): SandboxReply | undefined {
  const host = (incoming.headers.host ?? '').replace(/:\d+$/, '');
  return ['127.0.0.1', 'localhost', '[::1]'].includes(host)
    ? undefined
    : { status: 403, body: { error: { message: 'The sandbox answers on loopback only' } } };
}

async function requestOf(incoming: IncomingMessage): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > biggestBody) throw new RangeError('body too big');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const url = new URL(incoming.url ?? '/', 'http://127.0.0.1');
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: bytes.toString('utf8'),
    bytes,
  };
}

function send(outgoing: ServerResponse, reply: SandboxReply, headOnly: boolean): void {
  if (outgoing.destroyed) return;
  const text = reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  const type = typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const given = Object.fromEntries(Object.entries(reply.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const length = reply.status === 204 ? {} : { 'content-length': String(Buffer.byteLength(text)) };
  const headers = { ...(text === '' ? {} : { 'content-type': type }), ...given, ...length };
  if (reply.wire !== undefined) return sendBadly(outgoing, { status: reply.status, headers, body: Buffer.from(text) }, reply.wire);
  outgoing.writeHead(reply.status, headers);
  outgoing.end(headOnly ? undefined : text);
}

function portTrouble(port: number, error: Error): PmpError {
  return new PmpError(
    'sandbox',
    {
      message: `The sandbox cannot listen on port ${port}`,
      cause: clean(error.message),
      fix: 'Name another port with --port, or leave it out for a free one.',
    },
    { cause: error },
  );
}
