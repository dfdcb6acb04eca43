import { fieldManager } from '../../model/index.ts';
import type { ExecRequest, ObjectKind, ObjectRef, ProxyRequest } from '../../ports/index.ts';

const part = encodeURIComponent;

/** `/api/v1/namespaces/monitoring/secrets` */
export function collectionPath(kind: ObjectKind, namespace?: string): string {
  const base = kind.group === '' ? `/api/${part(kind.version)}` : `/apis/${part(kind.group)}/${part(kind.version)}`;
  return `${base}${namespace === undefined ? '' : `/namespaces/${part(namespace)}`}/${part(kind.plural)}`;
}

export function objectPath(ref: ObjectRef): string {
  return `${collectionPath(ref, ref.namespace)}/${part(ref.name)}`;
}

/** Query of a server-side apply with our field manager. */
export function applyQuery(force: boolean): string {
  return `?${new URLSearchParams({ fieldManager, fieldValidation: 'Strict', ...(force ? { force: 'true' } : {}) })}`;
}

export function listQuery(labelSelector: string | undefined, next: string | undefined): string {
  const query = new URLSearchParams({ limit: '500', ...(labelSelector ? { labelSelector } : {}), ...(next ? { continue: next } : {}) });
  return `?${query}`;
}

/** The path through the API server's proxy. The name is sent as `http:name:port`: RBAC compares this literal form. */
export function proxyPath(request: ProxyRequest): string {
  const name = `${request.scheme ?? 'http'}:${request.name}:${request.port}`;
  return `/api/v1/namespaces/${part(request.namespace)}/${request.target}/${name.split(':').map(part).join(':')}/proxy${request.path}`;
}

/** The newest lines of one container's log. */
export function logPath(namespace: string, pod: string, container: string, tailLines: number): string {
  const query = new URLSearchParams({ container, tailLines: String(tailLines) });
  return `/api/v1/namespaces/${part(namespace)}/pods/${part(pod)}/log?${query}`;
}

/** A command in a container, its output wanted, no input given. */
export function execPath({ namespace, pod, container, command }: ExecRequest): string {
  const query = new URLSearchParams(command.map((word) => ['command', word]));
  if (container !== undefined) query.set('container', container);
  query.set('stdout', 'true');
  query.set('stderr', 'true');
  return `/api/v1/namespaces/${part(namespace)}/pods/${part(pod)}/exec?${query}`;
}

/** "Deployment monitoring/alertmanager", for people. */
export function describe(ref: { readonly kind: string; readonly namespace?: string; readonly name: string }): string {
  return `${ref.kind} ${ref.namespace === undefined ? '' : `${ref.namespace}/`}${ref.name}`;
}
