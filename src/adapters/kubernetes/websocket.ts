import { createHash, randomBytes } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import { clean } from '../../engine/errors.ts';
import { HttpFailure, type FailureReason, type HttpResponse, type HttpTls } from '../http.ts';

/** A WebSocket that a server has agreed to. Nothing is sent on it but answers to pings, and its close. */
export interface WebSocketLink {
  /** Whole messages, in order; ends when the server closes. @throws HttpFailure when the connection breaks or what comes is no WebSocket */
  messages(): AsyncGenerator<Buffer>;
  close(): void;
}

export interface WebSocketAsk {
  /** http or https: with a path and a query. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: HttpTls;
  readonly protocols: readonly string[];
  /** Until the server has agreed. */
  readonly timeoutMs: number;
  /** Ends the connection, whenever it aborts. */
  readonly signal?: AbortSignal;
}

/** What RFC 6455 has a server add to the client's key. */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { close: 8, ping: 9, pong: 10 } as const;
/** No message of an exec is anywhere near. */
const longestFrame = 16 * 1024 * 1024;
const biggestRefusal = 1024 * 1024;

/**
 * Asks for a WebSocket (RFC 6455), written by hand because the answer of a server that refuses is worth more than its status: Kubernetes says
 * there who may not do what. @returns the link, or the answer of a server that does not agree @throws HttpFailure
 */
export function askForWebSocket(ask: WebSocketAsk): Promise<WebSocketLink | HttpResponse> {
  const key = randomBytes(16).toString('base64');
  return new Promise((resolve, reject) => {
    const fail = (reason: FailureReason, why: string, cause?: unknown): void => {
      settled();
      reject(
        new HttpFailure(`GET ${ask.url.host}${clean(ask.url.pathname)}: ${clean(why)}`, reason.toUpperCase(), reason, true, { cause }),
      );
      call.destroy();
    };
    const deadline = AbortSignal.timeout(ask.timeoutMs);
    const onDeadline = (): void => fail('timeout', `no complete answer within ${ask.timeoutMs / 1000} s`);
    const onAbort = (): void => fail('aborted', 'stopped', ask.signal?.reason);
    const settled = (): void => {
      deadline.removeEventListener('abort', onDeadline);
      ask.signal?.removeEventListener('abort', onAbort);
    };
    const call = start(ask, key);
    deadline.addEventListener('abort', onDeadline);
    ask.signal?.addEventListener('abort', onAbort);
    call.on('error', (thrown: NodeJS.ErrnoException) => fail(reasonOf(thrown.code ?? ''), thrown.code ?? thrown.message, thrown));
    call.on('response', (response) => {
      const told = async (): Promise<void> => {
        const text = await read(response);
        settled();
        resolve({ status: response.statusCode ?? 0, headers: {}, text });
      };
      told().catch((thrown: unknown) => fail('cut', 'the answer ended before its end', thrown));
    });
    call.on('upgrade', (response, socket, head) => {
      const expected = createHash('sha1').update(`${key}${magic}`).digest('base64');
      const protocol = response.headers['sec-websocket-protocol'] ?? '';
      if (response.headers['sec-websocket-accept'] !== expected || !ask.protocols.includes(protocol)) {
        socket.destroy();
        fail('cut', 'the server does not speak the protocol of exec');
        return;
      }
      settled();
      if (head.length > 0) socket.unshift(head);
      resolve(linkOn(socket, ask));
    });
    if (ask.signal?.aborted) onAbort();
    else call.end();
  });
}

function start({ url, headers, tls, protocols }: WebSocketAsk, key: string): http.ClientRequest {
  const all = {
    ...headers,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': key,
    'sec-websocket-protocol': protocols.join(', '),
  };
  if (url.protocol === 'http:') return http.request(url, { headers: all, agent: false });
  // Said outright, so that an environment variable cannot switch verification off.
  return https.request(url, { headers: all, agent: false, rejectUnauthorized: true, ...tls });
}

async function read(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > biggestRefusal) throw new RangeError('too big');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function linkOn(socket: Duplex & { setKeepAlive?: (on: boolean, delay: number) => void }, { url, signal }: WebSocketAsk): WebSocketLink {
  const broken = (reason: FailureReason, why: string): HttpFailure =>
    new HttpFailure(`GET ${url.host}${clean(url.pathname)}: ${clean(why)}`, reason.toUpperCase(), reason, true);
  // A load that says nothing for minutes must not look idle to what stands between.
  socket.setKeepAlive?.(true, 15_000);
  const onAbort = (): void => void socket.destroy(broken('aborted', 'stopped'));
  signal?.addEventListener('abort', onAbort);
  socket.on('close', () => signal?.removeEventListener('abort', onAbort));
  socket.on('error', () => undefined);

  async function* messages(): AsyncGenerator<Buffer> {
    let rest: Buffer = Buffer.alloc(0);
    let parts: Buffer[] = [];
    try {
      for await (const chunk of socket as AsyncIterable<Buffer>) {
        rest = Buffer.concat([rest, chunk]);
        for (let frame = frameIn(rest); frame !== undefined; frame = frameIn(rest)) {
          if (frame.payload === undefined) throw broken('too-big', 'a frame is larger than 16 MiB');
          rest = rest.subarray(frame.length);
          if (frame.opcode === opcodes.close) return;
          if (frame.opcode === opcodes.ping) socket.write(masked(opcodes.pong, frame.payload));
          if (frame.opcode >= opcodes.close) continue;
          parts.push(frame.payload);
          if (!frame.last) continue;
          yield Buffer.concat(parts);
          parts = [];
        }
      }
    } catch (thrown) {
      throw thrown instanceof HttpFailure ? thrown : broken('reset', codeOf(thrown));
    }
    if (rest.length > 0) throw broken('cut', 'the connection ended within a message');
  }
  return {
    messages,
    close: () => {
      if (socket.destroyed) return;
      socket.end(masked(opcodes.close, Buffer.of(1000 >> 8, 1000 & 0xff)));
      socket.destroy();
    },
  };
}

interface Frame {
  readonly opcode: number;
  readonly last: boolean;
  /** undefined: longer than anybody may send. */
  readonly payload: Buffer | undefined;
  readonly length: number;
}

/** The first frame; undefined: it has not come whole. */
function frameIn(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const size = short === 126 ? 2 : short === 127 ? 8 : 0;
  if (bytes.length < 2 + size) return undefined;
  const length = size === 0 ? short : size === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const about = { opcode: first & 0x0f, last: (first & 0x80) !== 0, length: 2 + size + length };
  if (length > longestFrame) return { ...about, payload: undefined };
  return bytes.length < about.length ? undefined : { ...about, payload: bytes.subarray(2 + size, about.length) };
}

/** What a client sends must be masked; only short control frames are. */
function masked(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const body = Buffer.from(payload.subarray(0, 125)).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.of(0x80 | opcode, 0x80 | body.length), mask, body]);
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : 'the connection broke';

function reasonOf(code: string): FailureReason {
  if (/^(?:ENOTFOUND|EAI_)/.test(code)) return 'dns';
  if (/CERT|SELF_SIGNED|^UNABLE_TO|^ERR_TLS|^ERR_SSL|^EPROTO$/.test(code)) return 'tls';
  return code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'timeout' : 'reset';
}
