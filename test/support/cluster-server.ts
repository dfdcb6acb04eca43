import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertmanagerImitation } from '../../src/sandbox/alertmanager/index.ts';
import type { ImitationWorld, SandboxReply, SandboxRequest } from '../../src/sandbox/core.ts';
import { clusterWith, kubernetesImitation, sandboxClusterToken } from '../../src/sandbox/kubernetes/index.ts';
import type { ClusterShape, KubernetesState } from '../../src/sandbox/kubernetes/index.ts';

/** What a server sends; tests look into it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Loose = any;

export interface Reply {
  readonly status: number;
  readonly text: string;
  /** The body, where it is JSON. */
  readonly json: Loose;
}

/** The Kubernetes and Alertmanager imitations on loopback HTTP, with a clock that only a test moves. */
export class ClusterServer {
  readonly state: KubernetesState;
  /** What reached PagerDuty's Events API. */
  readonly events: SandboxRequest[] = [];
  /** What PagerDuty says to them; undefined: it takes them. */
  reply: (() => SandboxReply) | undefined;
  /** How often something happened by itself while time passed. */
  ticks = 0;
  now = Date.UTC(2026, 10, 21, 12, 0, 0);
  private readonly server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const url = new URL(incoming.url ?? '/', 'http://localhost');
      const kubernetes = url.pathname.startsWith('/k8s');
      const request = {
        method: incoming.method ?? 'GET',
        path: url.pathname.replace(/^\/(?:k8s|alertmanager)/, ''),
        query: url.searchParams,
        headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
        body: Buffer.concat(chunks).toString(),
        bytes: Buffer.concat(chunks),
      };
      const world = this.world<Loose>(kubernetes ? this.state : {});
      const imitation = kubernetes ? kubernetesImitation : alertmanagerImitation;
      const answered = async (): Promise<void> => {
        const reply = await imitation.handle(request, world);
        const text = reply.body === undefined ? '' : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
        outgoing.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers }).end(text);
      };
      void answered();
    });
  });

  constructor(shape: ClusterShape = 'plain') {
    this.state = clusterWith(shape);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get kubeconfig(): string {
    return JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'sandbox',
      clusters: [{ name: 'sandbox', cluster: { server: `${this.url}/k8s` } }],
      contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'monitoring' } }],
      users: [{ name: 'sandbox', user: { token: sandboxClusterToken } }],
    });
  }

  static async start(shape?: ClusterShape): Promise<ClusterServer> {
    const server = new ClusterServer(shape);
    await new Promise<void>((resolve) => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  private world<S>(state: S): ImitationWorld<S> {
    return {
      state,
      now: () => this.now,
      id: (prefix, length) => prefix.padEnd(length, '0'),
      baseUrl: this.url,
      section: () => this.state,
      call: (_name, request) => {
        this.events.push(request);
        return this.reply?.() ?? { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: '' } };
      },
      post: (_message, answered) => answered(0),
    };
  }

  /** Lets sandbox time pass, as the clock does: from one happening to the next. */
  pass(milliseconds: number): void {
    const until = this.now + milliseconds;
    const world = this.world(this.state);
    for (let next = kubernetesImitation.next?.(world); next !== undefined && next <= until; next = kubernetesImitation.next?.(world)) {
      this.now = Math.max(this.now, next);
      this.ticks += 1;
      kubernetesImitation.tick?.(world);
    }
    this.now = until;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${sandboxClusterToken}`, 'content-type': 'application/json', 'user-agent': 'curl/8.0', ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, text, json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined };
  }

  get(path: string): Promise<Reply> {
    return this.call('GET', `/k8s${path}`);
  }

  /** A server-side apply. */
  apply(path: string, object: unknown, manager = 'pmp-pd', more = ''): Promise<Reply> {
    const query = `fieldValidation=Strict${manager === '' ? '' : `&fieldManager=${manager}`}${more}`;
    return this.call('PATCH', `/k8s${path}?${query}`, object, { 'content-type': 'application/apply-patch+yaml' });
  }

  patch(path: string, type: 'json' | 'merge' | 'strategic-merge', body: unknown): Promise<Reply> {
    return this.call('PATCH', `/k8s${path}`, body, { 'content-type': `application/${type}-patch+json` });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
