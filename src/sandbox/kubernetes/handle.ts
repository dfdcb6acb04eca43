import type { Instant } from '../../model/index.ts';
import type { SandboxReply, SandboxRequest } from '../core.ts';
import { authorize, authorizePath, review, userOf } from './access.ts';
import { parseBody } from './decode.ts';
import { discover } from './discovery.ts';
import { exec } from './exec.ts';
import { servedKinds } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { listOf, page, watchEvents } from './list.ts';
import { podLog } from './logs.ts';
import { fromProtobuf, isProtobuf } from './protobuf.ts';
import { proxy, verbOf } from './proxy.ts';
import { reconcile } from './reconcile.ts';
import { StatusError, badRequest, noSuchPath, notFound } from './status.ts';
import { keyOf, nameOf, objectsOf, uidOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { formOf, metadataOnly, toTable } from './table.ts';
import { parseTarget } from './target.ts';
import type { ResourceTarget } from './target.ts';
import { at, tree } from './tree.ts';
import type { Tree } from './tree.ts';
import { checkSize, create, erase, patch, patchTypeOf, replace } from './write.ts';
import type { Write, Written } from './write.ts';

interface Call {
  readonly state: KubernetesState;
  readonly request: SandboxRequest;
  readonly now: Instant;
  readonly user: string;
}

/** Answers one request to the API server; controllers and nodes do their part before and after it, never within. */
export function handle(state: KubernetesState, request: SandboxRequest, now: Instant): SandboxReply {
  reconcile(state, now);
  const reply = replyTo(state, request, now);
  const kept = { ...reply, body: structuredClone(reply.body) };
  reconcile(state, now);
  return kept;
}

function replyTo(state: KubernetesState, request: SandboxRequest, now: Instant): SandboxReply {
  try {
    const user = userOf(state, request.headers['authorization']);
    checkSize(request.body);
    return route({ state, request, now, user });
  } catch (error) {
    if (error instanceof StatusError) return error.reply();
    throw error;
  }
}

function kindsOf(state: KubernetesState): readonly Kind[] {
  const definitions = objectsOf(state, { group: 'apiextensions.k8s.io', plural: 'customresourcedefinitions' });
  return servedKinds(new Set(definitions.map(nameOf)));
}

function route(call: Call): SandboxReply {
  const { state, request, user } = call;
  const kinds = kindsOf(state);
  const path = request.path.length > 1 ? request.path.replace(/\/+$/, '') : request.path;
  const target = parseTarget(kinds, request.path);
  if (target !== undefined) return resource(call, target);
  authorizePath(user, path);
  const found = request.method === 'GET' ? discover(state, kinds, path) : undefined;
  if (found === undefined) throw noSuchPath();
  return typeof found === 'string'
    ? { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: found }
    : { status: 200, body: found };
}

function resource(call: Call, target: ResourceTarget): SandboxReply {
  if (target.subresource === 'proxy') return proxied(call, target);
  if (target.kind.createOnly === true) return reviewed(call, target);
  if (target.subresource === 'log') return logs(call, target);
  if (target.subresource === 'exec') return executed(call, target);
  switch (call.request.method) {
    case 'GET':
      return target.name === '' ? list(call, target) : get(call, target);
    case 'POST':
      return write(call, target, 'create', (one) => create(one, body(call)));
    case 'PUT':
      return write(call, target, 'update', (one) => replace(one, body(call)));
    case 'PATCH':
      return patched(call, target);
    case 'DELETE':
      return deleted(call, target);
    default:
      throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  }
}

function body({ request }: Call): Tree {
  if (isProtobuf(request.headers['content-type'] ?? '')) return fromProtobuf(request.bytes);
  return parseBody(request.body, request.headers['content-type'] ?? 'application/json');
}

function allow(call: Call, target: ResourceTarget, verb: string, name = target.name): void {
  const subresource = target.subresource === undefined ? {} : { subresource: target.subresource };
  authorize(call.state, call.user, target.kind, { verb, namespace: target.namespace ?? '', name, ...subresource });
}

function present(call: Call, objects: readonly Tree[], metadata: Tree, whole: Tree): SandboxReply {
  const form = formOf(call.request.headers['accept']);
  if (form === 'table') return { status: 200, body: toTable(objects, metadata, call.now) };
  if (form === 'metadata' && whole === objects[0]) return { status: 200, body: metadataOnly(whole) };
  if (form === 'metadata')
    return {
      status: 200,
      body: { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: objects.map(metadataOnly) },
    };
  return { status: 200, body: whole };
}

function get(call: Call, target: ResourceTarget): SandboxReply {
  allow(call, target, 'get');
  const object = call.state.objects[keyOf(target.kind, target.namespace ?? '', target.name)];
  if (object === undefined) throw notFound(target.kind, target.name);
  return present(call, [object], { resourceVersion: at(object, 'metadata', 'resourceVersion') }, object);
}

function list(call: Call, target: ResourceTarget): SandboxReply {
  const { query } = call.request;
  const watch = ['true', '1'].includes(query.get('watch') ?? '');
  allow(call, target, watch ? 'watch' : 'list');
  const found = page(call.state, target.kind, target.kind.namespaced ? target.namespace : '', query);
  if (watch)
    return { status: 200, headers: { 'content-type': 'application/json' }, body: watchEvents(found.items, query.get('resourceVersion')) };
  return present(call, found.items, found.metadata, listOf(target.kind, found));
}

function write(call: Call, target: ResourceTarget, verb: string, how: (write: Write) => Written): SandboxReply {
  allow(call, target, verb);
  if (verb === 'create' && target.name !== '')
    throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  if (verb !== 'create' && target.name === '') throw noSuchPath();
  const dry = isDry(call);
  const state = dry ? structuredClone(call.state) : call.state;
  const written = how(writeOf(call, target, state));
  return { status: written.status, body: dry && written.status === 201 ? unversioned(written.object) : written.object };
}

function isDry({ request }: Call): boolean {
  const dryRun = request.query.get('dryRun');
  if (dryRun === null || dryRun === '') return false;
  if (dryRun === 'All') return true;
  const message = `Unsupported value: ${JSON.stringify(dryRun)}: supported values: "All"`;
  throw new StatusError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: dryRun: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueNotSupported', message, field: 'dryRun' }],
  });
}

function unversioned(object: Tree): Tree {
  const { resourceVersion: _, ...metadata } = tree(object['metadata']);
  return { ...object, metadata };
}

function writeOf({ request, now }: Call, target: ResourceTarget, state: KubernetesState): Write {
  const applies = request.method === 'PATCH' && (request.headers['content-type'] ?? '').startsWith('application/apply-patch');
  const manager = request.query.get('fieldManager') ?? '';
  return {
    state,
    now,
    kind: target.kind,
    namespace: target.namespace ?? '',
    name: target.name,
    manager: manager === '' && !applies ? (request.headers['user-agent'] ?? 'unknown').split('/')[0] || 'unknown' : manager,
    strict: request.query.get('fieldValidation') === 'Strict',
    force: request.query.get('force') === 'true',
    ...(target.subresource === undefined ? {} : { subresource: target.subresource }),
  };
}

function patched(call: Call, target: ResourceTarget): SandboxReply {
  const contentType = call.request.headers['content-type'] ?? '';
  const type = patchTypeOf(target.kind, contentType);
  const parse = (): unknown => (type === 'json' ? parseOperations(call.request.body) : parseBody(call.request.body, contentType));
  const missing = call.state.objects[keyOf(target.kind, target.namespace ?? '', target.name)] === undefined;
  return write(call, target, 'patch', (one) => {
    if (type === 'apply' && missing) allow(call, target, 'create');
    return patch(one, type, parse());
  });
}

function parseOperations(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('error decoding patch: invalid character in JSON');
  }
}

function deleted(call: Call, target: ResourceTarget): SandboxReply {
  allow(call, target, 'delete');
  if (target.name === '')
    throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  const options = call.request.body === '' ? {} : body(call);
  const state = isDry(call) || Array.isArray(options['dryRun']) ? structuredClone(call.state) : call.state;
  const object = erase(writeOf(call, target, state), options);
  const { kind } = target;
  const details = { name: nameOf(object), ...(kind.group === '' ? {} : { group: kind.group }), kind: kind.plural, uid: uidOf(object) };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function reviewed(call: Call, target: ResourceTarget): SandboxReply {
  if (call.request.method !== 'POST')
    throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  allow({ ...call, state: { ...call.state, denied: [] } }, target, 'create');
  return review(call.state, target.kind, call.user, body(call));
}

function proxied(call: Call, target: ResourceTarget): SandboxReply {
  allow(call, target, verbOf(call.request.method));
  const { method, query } = call.request;
  const where = target.kind.plural === 'pods' ? 'pods' : 'services';
  const id = target.name;
  return proxy(
    call.state,
    {
      namespace: target.namespace ?? '',
      target: where,
      id,
      method,
      path: target.rest,
      query,
      body: call.request.body,
      type: call.request.headers['content-type'],
    },
    call.now,
  );
}

function logs(call: Call, target: ResourceTarget): SandboxReply {
  allow(call, target, 'get');
  const key = keyOf(target.kind, target.namespace ?? '', target.name);
  const pod = call.state.objects[key];
  if (pod === undefined) throw notFound(target.kind, target.name);
  return podLog(pod, call.state.runs[key], call.request.query);
}

/** A WebSocket is a GET; since 1.35 the server demands `create`, too. */
function executed(call: Call, target: ResourceTarget): SandboxReply {
  allow(call, target, call.request.method === 'POST' ? 'create' : 'get');
  allow(call, target, 'create');
  const pod = call.state.objects[keyOf(target.kind, target.namespace ?? '', target.name)];
  if (pod === undefined) throw notFound(target.kind, target.name);
  return exec(call.state, pod, call.request, call.now);
}
