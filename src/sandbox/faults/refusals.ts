import type { SandboxReply, SandboxRequest } from '../core.ts';
import { operatorKinds, resourceName, servedKinds } from '../kubernetes/kinds.ts';
import { fieldConflict, invalid, StatusError, unauthorized } from '../kubernetes/status.ts';
import { parseTarget, type ResourceTarget } from '../kubernetes/target.ts';
import type { Fault, FaultKind } from './spec.ts';

const inCluster = ({ path }: SandboxRequest): boolean => /^\/k8s(?:\/|$)/.test(path);

/** A refusal in the words of the side that is asked; undefined where the fault is none, or does not concern this request. */
export function refusalOf(fault: Fault, request: SandboxRequest): SandboxReply | undefined {
  return everywhere[fault.kind]?.(request, fault) ?? (inCluster(request) ? clusterRefusal(fault.kind, request) : undefined);
}

type Refuse = (request: SandboxRequest, fault: Fault) => SandboxReply | undefined;

const everywhere: Readonly<Partial<Record<FaultKind, Refuse>>> = {
  '429': (request, { amount = 1000 }) => {
    const seconds = String(Math.max(1, Math.ceil(amount / 1000)));
    const headers = inCluster(request)
      ? { 'retry-after': seconds }
      : { 'ratelimit-limit': '960', 'ratelimit-remaining': '0', 'ratelimit-reset': seconds };
    return { ...tooMany(request), headers };
  },
  '429-bare': tooMany,
  '500': (request) => trouble(request, 500, 'Internal Server Error'),
  '502': (request) => trouble(request, 502, 'Bad Gateway'),
  '503': (request) => trouble(request, 503, 'Service Unavailable'),
  '504': (request) => gatewayTimeout(request),
  html: () => loginPage,
  expired: () => ({ status: 403, body: { error: { message: 'Account Expired', code: 2012 } } }),
};

function tooMany(request: SandboxRequest): SandboxReply {
  if (inCluster(request))
    return new StatusError(429, 'TooManyRequests', 'too many requests, please try again later', { retryAfterSeconds: 1 }).reply();
  return { status: 429, body: { error: { message: 'Rate Limit Exceeded', code: 2020 } } };
}

/** What is in front of a server answers with a page, the server itself with an object. */
function trouble(request: SandboxRequest, status: number, words: string): SandboxReply {
  if (status === 502) return page(status, words);
  if (inCluster(request)) return new StatusError(status, status === 503 ? 'ServiceUnavailable' : 'InternalError', words).reply();
  return { status, body: { error: { message: words, code: 2000 } } };
}

export function gatewayTimeout(_request: SandboxRequest): SandboxReply {
  return page(504, 'Gateway Timeout');
}

function page(status: number, words: string): SandboxReply {
  const body = `<html><head><title>${status} ${words}</title></head><body><center><h1>${status} ${words}</h1></center></body></html>`;
  return { status, headers: { 'content-type': 'text/html' }, body };
}

/** As a hotel or a company puts it between. */
export const loginPage: SandboxReply = {
  status: 200,
  headers: { 'content-type': 'text/html' },
  body: '<!doctype html><html><body><h1>Please sign in to use this network</h1><form method="post"></form></body></html>',
};

const kinds = servedKinds(new Set(operatorKinds.map((kind) => `${kind.plural}.${kind.group}`)));

function clusterRefusal(kind: FaultKind, request: SandboxRequest): SandboxReply | undefined {
  if (kind === 'k8s-401') return unauthorized().reply();
  const target = parseTarget(kinds, request.path.replace(/^\/k8s/, ''));
  if (target === undefined) return undefined;
  const writes = request.method !== 'GET' && target.kind.createOnly !== true && target.subresource !== 'proxy';
  if (kind === 'k8s-403') return forbidden(request, target).reply();
  if (kind === 'k8s-no-namespace' && target.namespace !== undefined) return noNamespace(target, writes).reply();
  if (kind === 'k8s-conflict' && writes)
    return fieldConflict([{ reason: 'FieldManagerConflict', message: 'conflict with "argocd-controller"', field: '.spec' }]).reply();
  if (kind === 'k8s-immutable' && writes) {
    const message = 'Forbidden: field is immutable when `immutable` is set';
    return invalid(target.kind, target.name, [{ reason: 'FieldValueForbidden', message, field: 'data' }]).reply();
  }
  return undefined;
}

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function forbidden(request: SandboxRequest, { kind, name, namespace }: ResourceTarget): StatusError {
  const verb = verbs[request.method] ?? (name === '' ? 'list' : 'get');
  const subject = name === '' ? resourceName(kind) : `${resourceName(kind)} ${JSON.stringify(name)}`;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const what = `cannot ${verb} resource ${JSON.stringify(kind.plural)} in API group ${JSON.stringify(kind.group)} ${where}`;
  return new StatusError(403, 'Forbidden', `${subject} is forbidden: User "sandbox-admin" ${what}`, { name, kind: kind.plural });
}

/** A write into it names the namespace; a read only misses the object. */
function noNamespace({ kind, name, namespace }: ResourceTarget, writes: boolean): StatusError {
  const [what, missing] = writes ? ['namespaces', namespace ?? ''] : [resourceName(kind), name];
  return new StatusError(404, 'NotFound', `${what} ${JSON.stringify(missing)} not found`, { name: missing, kind: what });
}
