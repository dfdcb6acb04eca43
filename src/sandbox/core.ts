import type { Instant } from '../model/index.ts';

/** One HTTP request as the imitations see it; `path` has its prefix (/k8s, /alertmanager …) cut off. */
export interface SandboxRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as it came, where it may be no text: kubectl sends some of its commands as protobuf. */
  readonly bytes?: Uint8Array;
}

/** A string body goes out as it is; anything else as JSON; undefined: empty. */
export interface SandboxReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** How the line fails while this is sent; only faults ask for it. */
  readonly wire?: Wire;
  /** With status 101: the request becomes a WebSocket. */
  readonly channel?: Channel;
}

/** A WebSocket that an imitation speaks on. */
export interface Channel {
  /** The subprotocol that was settled on. */
  readonly protocol: string;
  /** What is new to say, one message each, and whether that was the last. Asked at once, and again after whatever happens in the sandbox. */
  poll(): { readonly messages: readonly Uint8Array[]; readonly over: boolean };
}

/** What happens to an answer on its way: the connection is reset, half of it arrives, it never ends (slowly or fast), it comes in pieces. */
export type Wire = { readonly kind: 'reset' | 'half' | 'endless' | 'flood' } | { readonly kind: 'drip'; readonly milliseconds: number };

/**
 * What every imitation is given. `state` is its own section of the state file: a plain JSON object that it may mutate during a request;
 * the core writes the file atomically after each request that changed it.
 */
export interface Imitation<S> {
  /** What a fresh account or cluster holds. */
  fresh(): S;
  handle(request: SandboxRequest, world: ImitationWorld<S>): SandboxReply | Promise<SandboxReply>;
  /** The next instant at which something happens by itself, and doing it; the clock stops at each. */
  next?(world: ImitationWorld<S>): Instant | undefined;
  tick?(world: ImitationWorld<S>): void;
}

export interface ImitationWorld<S> {
  readonly state: S;
  now(): Instant;
  /** Deterministic within a state file: counts up, so that runs can be compared. */
  id(prefix: string, length: number): string;
  /** Base URL of the whole sandbox, e.g. http://127.0.0.1:1234 */
  readonly baseUrl: string;
  /** Read-only look at the other sections, by name: 'pagerduty' | 'kubernetes' | 'alertmanager'. */
  section(name: string): unknown;
  /** A request of one imitation to another, by name, as if it had come over HTTP to its own path; faults meet it too. */
  call(name: string, request: SandboxRequest): SandboxReply;
  /**
   * Posts to an address outside the imitations, while time goes on; nothing but loopback is reached. `answered` is told the status, or 0 where nothing
   * answered, at most 5 real seconds later, between two requests.
   */
  post(message: OutgoingPost, answered: (status: number) => void): void;
}

export interface OutgoingPost {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
