import type { ServerResponse } from 'node:http';
import type { Wire } from '../core.ts';

/** What the answer would have been. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

const trickleMs = 200;
const floodPiece = Buffer.alloc(1024 * 1024, ' ');

/** Sends an answer as a bad line or a sick server would. */
export function sendBadly(outgoing: ServerResponse, answer: Answer, wire: Wire): void {
  const { 'content-length': _, ...open } = answer.headers;
  switch (wire.kind) {
    case 'reset':
      outgoing.socket?.resetAndDestroy();
      return;
    case 'half':
      outgoing.writeHead(answer.status, { ...answer.headers });
      outgoing.write(answer.body.subarray(0, Math.floor(answer.body.length / 2)), () => outgoing.destroy());
      return;
    case 'drip':
      outgoing.writeHead(answer.status, { ...answer.headers });
      drip(outgoing, answer.body, wire.milliseconds);
      return;
    case 'endless':
      outgoing.writeHead(answer.status, open);
      outgoing.write(answer.body);
      repeat(outgoing, trickleMs, () => outgoing.write(' '));
      return;
    case 'flood':
      outgoing.writeHead(answer.status, open);
      flood(outgoing);
  }
}

/** Until the client has gone. */
function repeat(outgoing: ServerResponse, milliseconds: number, work: () => void): void {
  const timer = setInterval(work, milliseconds);
  timer.unref();
  outgoing.on('close', () => clearInterval(timer));
}

const pieces = 20;

function drip(outgoing: ServerResponse, body: Buffer, milliseconds: number): void {
  const size = Math.max(1, Math.ceil(body.length / pieces));
  const begun = { at: 0 };
  repeat(outgoing, milliseconds / pieces, () => {
    const piece = body.subarray(begun.at, begun.at + size);
    begun.at += size;
    if (begun.at < body.length) outgoing.write(piece);
    else outgoing.end(piece);
  });
}

function flood(outgoing: ServerResponse): void {
  const more = (): void => {
    if (!outgoing.destroyed && outgoing.write(floodPiece)) setImmediate(more);
  };
  outgoing.on('drain', more);
  more();
}
