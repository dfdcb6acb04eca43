import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** One call as it came in, counted from 1. */
export interface ProxiedCall {
  readonly number: number;
  readonly method: string;
  readonly path: string;
}

/** What is done at a call: the client dies before it is forwarded, after the server answered and before the answer is passed on, or gets a signal. */
export interface Cut {
  readonly call: number;
  readonly when: 'before' | 'after' | 'signal';
  /** Kills or signals the client; must do so at once. */
  act(call: ProxiedCall): void;
}

/** How long a signalled client gets to notice before its call goes on. */
const noticeMs = 30;

/** A loopback proxy that counts the calls to a server and cuts the line at one of them. */
export class CuttingProxy {
  /** Told after the server has answered a call, whether or not the answer is passed on. */
  watch: (call: ProxiedCall) => void = () => undefined;
  readonly calls: ProxiedCall[] = [];
  #cut: Cut | undefined;
  #dead = false;
  #open = 0;
  #idle: (() => void)[] = [];
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (incoming, outgoing) => void this.#serve(incoming, outgoing));

  private constructor(readonly target: URL) {}

  static async start(target: string): Promise<CuttingProxy> {
    const proxy = new CuttingProxy(new URL(target));
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Whether the cut was made. */
  get reached(): boolean {
    return this.#cut !== undefined && this.calls.length >= this.#cut.call;
  }

  /** Counts from one again. Without a cut everything is passed on. */
  arm(cut?: Cut): void {
    this.calls.length = 0;
    this.#cut = cut;
    this.#dead = false;
  }

  /** When nothing is on its way any more. */
  async idle(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    this.#open += 1;
    try {
      await this.#pass(incoming, outgoing);
    } catch {
      outgoing.destroy();
    } finally {
      this.#open -= 1;
      if (this.#open === 0) for (const done of this.#idle.splice(0)) done();
    }
  }

  async #pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    // What a dead client had put on the wire behind the cut never left its machine.
    if (this.#dead) return void outgoing.destroy();
    const call = { number: this.calls.length + 1, method: incoming.method ?? 'GET', path: (incoming.url ?? '/').split('?')[0] ?? '/' };
    this.calls.push(call);
    const cut = this.#cut?.call === call.number ? this.#cut : undefined;
    const body = await bodyOf(incoming);
    if (cut?.when === 'before') return this.#kill(cut, call, outgoing);
    if (cut?.when === 'signal') {
      cut.act(call);
      await new Promise((resolve) => setTimeout(resolve, noticeMs));
    }
    const answer = await this.#forward(incoming, body);
    this.watch(call);
    if (cut?.when === 'after') {
      await bodyOf(answer);
      return this.#kill(cut, call, outgoing);
    }
    if (this.#dead) return void outgoing.destroy();
    outgoing.writeHead(answer.statusCode ?? 502, endToEnd(answer.headers));
    // As it comes, so that an answer that is slow, cut or endless is so for the client too.
    await pipeline(answer, outgoing);
  }

  #kill(cut: Cut, call: ProxiedCall, outgoing: ServerResponse): void {
    this.#dead = true;
    cut.act(call);
    outgoing.destroy();
  }

  #forward(incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    const { hostname, port } = this.target;
    const headers = { ...incoming.headers, host: this.target.host, connection: 'keep-alive' };
    return new Promise((resolve, reject) => {
      const out = send({ hostname, port, method: incoming.method, path: incoming.url, headers, agent: this.#agent }, resolve);
      out.on('error', reject);
      out.end(body);
    });
  }
}

function endToEnd(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const local = new Set(['connection', 'keep-alive', 'transfer-encoding']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (value === undefined || local.has(name) ? [] : [[name, value]])),
  );
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
