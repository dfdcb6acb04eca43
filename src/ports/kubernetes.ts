import type { Secret } from './secret.ts';

export interface ClusterTarget {
  readonly context: string;
  readonly cluster: string;
  /** Host of the API server, for people to recognise. */
  readonly server: string;
}

/** `group` is '' for core. `plural` as in the URL ("deployments"). */
export interface ObjectKind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export interface ObjectRef extends ObjectKind {
  readonly namespace?: string;
  readonly name: string;
}

/** An object as the API server sends it. Those of kind Secret never carry `data` or `stringData` here. */
export interface KubeObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string }[];
    readonly deletionTimestamp?: string;
  };
  readonly [field: string]: unknown;
}

export interface SeenSecret {
  readonly type: string;
  readonly immutable: boolean;
  readonly data: ReadonlyMap<string, Secret>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Field managers that own part of it. */
  readonly managers: readonly string[];
  /** "ExternalSecret/pagerduty" where another controller owns it: then it must not be overwritten. */
  readonly owner?: string;
  readonly uid: string;
}

export interface WantedSecret {
  readonly namespace: string;
  readonly name: string;
  readonly data: Readonly<Record<string, Secret>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ProxyRequest {
  readonly namespace: string;
  readonly target: 'services' | 'pods';
  readonly name: string;
  readonly port: number | string;
  readonly scheme?: 'http' | 'https';
  readonly method?: 'GET' | 'POST' | 'DELETE';
  /** With leading slash, query included. */
  readonly path: string;
  readonly body?: string;
}

/** What a missing object is: undefined. What could not be seen: a PmpError. */
export interface KubernetesRead {
  target(): Promise<ClusterTarget>;
  /** Server version ("1.36.2"); the cheapest call that proves that the cluster answers and knows us. */
  version(): Promise<string>;
  /** SelfSubjectAccessReview. */
  can(ask: {
    readonly verb: string;
    readonly group: string;
    readonly resource: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  }): Promise<boolean>;
  /** Whether the API server serves that group ("monitoring.coreos.com"). */
  serves(group: string): Promise<boolean>;
  get(ref: ObjectRef): Promise<KubeObject | undefined>;
  /** Follows `continue`. No namespace: all namespaces. */
  list(kind: ObjectKind, namespace?: string, labelSelector?: string): Promise<readonly KubeObject[]>;
  secret(namespace: string, name: string): Promise<SeenSecret | undefined>;
  /** Through the API server's service or pod proxy; a GET here must not change anything. Throws for the proxy's own failures only. */
  proxyGet(request: Omit<ProxyRequest, 'method' | 'body'>): Promise<{ readonly status: number; readonly text: string }>;
  /** The last lines of a container's log. */
  podLog(namespace: string, pod: string, container: string, tailLines: number): Promise<string>;
  readonly calls: Calls;
}

export interface Kubernetes extends KubernetesRead {
  /** Server-side apply with our field manager; identical re-application changes nothing. A conflict is a PmpError naming the other manager unless `force`. */
  apply(
    object: KubeObject & { readonly apiVersion: string; readonly kind: string },
    plural: string,
    options?: { readonly force?: boolean },
  ): Promise<void>;
  /** Server-side apply of `data`; must send values nowhere else. */
  applySecret(secret: WantedSecret, options?: { readonly force?: boolean }): Promise<void>;
  /** RFC 6902. */
  patchJson(ref: ObjectRef, operations: readonly unknown[]): Promise<void>;
  delete(ref: ObjectRef, uid?: string): Promise<void>;
  proxy(request: ProxyRequest): Promise<{ readonly status: number; readonly text: string }>;
  /**
   * Runs a command in a container (the exec subresource, by WebSocket) until it ends or the signal aborts. Output is cut at 64 KiB each.
   * @returns its exit code @throws PmpError where the cluster refuses or the command cannot be started (exit codes 126 and 127 are codes, no errors)
   */
  exec(request: ExecRequest): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly signal?: AbortSignal;
}

/** Live counts of what was sent; `retries` counts calls sent again. */
export interface Calls {
  readonly reads: number;
  readonly writes: number;
  readonly retries: number;
}
