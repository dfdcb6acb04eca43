import { createHash } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Channel, SandboxReply } from './core.ts';

/** What RFC 6455 has a server add to the client's key. */
const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Open WebSockets, each fed by an imitation. What clients send is read over: nobody here listens on standard input. */
export class Channels {
  readonly #open = new Map<Duplex, Channel>();

  open(incoming: IncomingMessage, socket: Duplex, channel: Channel): void {
    const accept = createHash('sha1')
      .update(`${incoming.headers['sec-websocket-key'] ?? ''}${magic}`)
      .digest('base64');
    const head = [
      'HTTP/1.1 101 Switching Protocols',
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Accept: ${accept}`,
      `Sec-WebSocket-Protocol: ${channel.protocol}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    this.#open.set(socket, channel);
    socket.on('close', () => this.#open.delete(socket));
    this.#listen(socket);
    this.#say(socket, channel);
  }

  stir(): void {
    for (const [socket, channel] of this.#open) this.#say(socket, channel);
  }

  close(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #say(socket: Duplex, channel: Channel): void {
    const { messages, over } = channel.poll();
    for (const message of messages) socket.write(frame(opcodes.binary, message));
    if (!over) return;
    this.#open.delete(socket);
    socket.end(frame(opcodes.close, Uint8Array.of(1000 >> 8, 1000 & 0xff)));
  }

  #listen(socket: Duplex): void {
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      for (let next = read(rest); next !== undefined; next = read(rest)) {
        rest = rest.subarray(next.length);
        if (next.opcode === opcodes.ping) socket.write(frame(opcodes.pong, next.payload));
        if (next.opcode === opcodes.close) socket.end(frame(opcodes.close, next.payload.subarray(0, 2)));
      }
    });
  }
}

/** Says no as plain HTTP, and hangs up. */
export function refuseUpgrade(socket: Duplex, reply: SandboxReply): void {
  if (reply.wire !== undefined || reply.status === 101) {
    socket.destroy();
    return;
  }
  const text = reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  const headers = {
    'content-type': typeof reply.body === 'string' ? 'text/plain; charset=utf-8' : 'application/json',
    ...reply.headers,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end(`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`);
}

/** One frame of a server: whole, not masked. */
function frame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const size = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const head = Buffer.alloc(2 + size);
  head[0] = 0x80 | opcode;
  head[1] = size === 0 ? length : size === 2 ? 126 : 127;
  if (size === 2) head.writeUInt16BE(length, 2);
  if (size === 8) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, payload]);
}

interface Read {
  readonly opcode: number;
  readonly payload: Buffer;
  /** Of the whole frame. */
  readonly length: number;
}

/** The first frame of a client, unmasked; undefined: it has not come whole. */
function read(bytes: Buffer): Read | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] ?? 0) & 0x7f;
  const size = short === 126 ? 2 : short === 127 ? 8 : 0;
  const mask = 2 + size;
  if (bytes.length < mask + 4) return undefined;
  const payloadLength = size === 0 ? short : size === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const length = mask + 4 + payloadLength;
  if (bytes.length < length) return undefined;
  const payload = Buffer.from(bytes.subarray(mask + 4, length)).map((byte, index) => byte ^ (bytes[mask + (index % 4)] ?? 0));
  return { opcode: (bytes[0] ?? 0) & 0x0f, payload: Buffer.from(payload), length };
}
