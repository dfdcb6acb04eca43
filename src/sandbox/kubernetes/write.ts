import type { Instant } from '../../model/index.ts';
import { withDefaults } from './admit.ts';
import { applyOver } from './apply.ts';
import { checkApplied, checkKind, typed } from './decode.ts';
import type { Kind } from './kinds.ts';
import { ownUpdate } from './ownership.ts';
import { jsonPatch, mergePatch, strategicPatch } from './patch.ts';
import { schemaOf } from './schema.ts';
import { StatusError, alreadyExists, badRequest, conflict, invalid, modified, notFound, preconditionFailed } from './status.ts';
import { find, keyOf, nameOf, namespaceOf, remove, store, uidOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, count, isTree, text, tree } from './tree.ts';
import type { Tree } from './tree.ts';
import { validate } from './validate.ts';

/** One write as the API server sees it. */
export interface Write {
  readonly state: KubernetesState;
  readonly now: Instant;
  readonly kind: Kind;
  readonly namespace: string;
  /** '' for a POST. */
  readonly name: string;
  readonly manager: string;
  readonly strict: boolean;
  readonly force: boolean;
  /** "status", where that is written. */
  readonly subresource?: string;
}

export interface Written {
  readonly status: 200 | 201;
  readonly object: Tree;
}

function live({ state, kind, namespace, name }: Write): Tree | undefined {
  return state.objects[keyOf(kind, namespace, name)];
}

/** Defaults, checks against what was, one address for a new service. @throws StatusError 422 */
function admit(write: Write, before: Tree | undefined, object: Tree): Tree {
  const address = () => {
    write.state.counter += 1;
    return 10 + (write.state.counter % 240);
  };
  const old = tree(at(before, 'spec'));
  const kept =
    write.kind.plural === 'services' && old['clusterIP'] !== undefined
      ? { ...object, spec: { clusterIP: old['clusterIP'], ...tree(object['spec']) } }
      : object;
  const full = withDefaults(write.kind, kept, address);
  validate(write.kind, before, full);
  return full;
}

/** Name, namespace and identity as the path and the store have them. @throws StatusError 400 where the body disagrees. */
function placed(write: Write, object: Tree): Tree {
  checkKind(write.kind, object);
  const metadata = tree(object['metadata']);
  const [name, namespace] = [text(metadata['name']) || generated(write, metadata), text(metadata['namespace'])];
  if (namespace !== '' && namespace !== write.namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  if (write.name !== '' && name !== '' && name !== write.name) {
    throw badRequest(`the name of the object (${name}) does not match the name on the URL (${write.name})`);
  }
  const { namespace: _, ...rest } = metadata;
  const place = write.namespace === '' ? {} : { namespace: write.namespace };
  return { ...object, metadata: { ...rest, name: write.name || name, ...place } };
}

function generated({ state }: Write, metadata: Tree): string {
  const prefix = text(metadata['generateName']);
  if (prefix === '') return '';
  state.counter += 1;
  return `${prefix}${state.counter.toString(36).padStart(5, 'x')}`;
}

function checkNamespace({ state, kind, namespace }: Write): void {
  if (!kind.namespaced || find(state, 'namespaces', '', namespace) !== undefined) return;
  throw new StatusError(404, 'NotFound', `namespaces ${JSON.stringify(namespace)} not found`, { name: namespace, kind: 'namespaces' });
}

export function create(write: Write, body: Tree): Written {
  const object = placed(write, typed(write.kind, body, write.strict));
  checkNamespace(write);
  const name = nameOf(object);
  if (name !== '' && live({ ...write, name }) !== undefined) throw alreadyExists(write.kind, name);
  const { status: _, ...wanted } = object;
  const admitted = admit(write, undefined, withoutIdentity(wanted));
  return {
    status: 201,
    object: store(write.state, write.kind, ownUpdate(write.kind, undefined, admitted, write.manager, write.now), write.now),
  };
}

function withoutIdentity(object: Tree): Tree {
  const { uid: _u, resourceVersion: _r, creationTimestamp: _c, generation: _g, managedFields: _m, ...metadata } = tree(object['metadata']);
  return { ...object, metadata };
}

export function replace(write: Write, body: Tree): Written {
  const before = live(write);
  if (before === undefined) throw notFound(write.kind, write.name);
  const conditional = write.kind.plural === 'leases' || write.kind.custom === true;
  if (conditional && text(at(body, 'metadata', 'resourceVersion')) === '') throw versionRequired(write);
  return updated(write, before, placed(write, typed(write.kind, body, write.strict)));
}

function versionRequired({ kind, name }: Write): StatusError {
  const cause = {
    reason: 'FieldValueInvalid',
    message: 'Invalid value: 0: must be specified for an update',
    field: 'metadata.resourceVersion',
  };
  return invalid(kind, name, [cause]);
}

/** Stores a new version of an object after the optimistic lock in it has been looked at. */
function updated(write: Write, before: Tree, object: Tree): Written {
  checkLock(write, before, object);
  const identity = withoutIdentity(object);
  const part = write.subresource === 'status' ? { ...before, status: object['status'] } : { ...identity, status: before['status'] };
  const admitted = admit(write, before, part.status === undefined ? withoutStatus(part) : part);
  const owned = ownUpdate(write.kind, before, admitted, write.manager, write.now);
  return { status: 200, object: store(write.state, write.kind, owned, write.now) };
}

function withoutStatus(object: Tree): Tree {
  const { status: _, ...rest } = object;
  return rest;
}

function checkLock(write: Write, before: Tree, object: Tree): void {
  const asked = tree(object['metadata']);
  const uid = text(asked['uid']);
  if (uid !== '' && uid !== uidOf(before)) {
    throw conflict(write.kind, write.name, `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${uidOf(before)}`);
  }
  const version = text(asked['resourceVersion']);
  if (version !== '' && version !== at(before, 'metadata', 'resourceVersion')) throw modified(write.kind, write.name);
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export function patchTypeOf(kind: Kind, contentType: string): PatchType {
  const media = contentType.split(';')[0]?.trim() ?? '';
  const types: Readonly<Record<string, PatchType>> = {
    'application/json-patch+json': 'json',
    'application/merge-patch+json': 'merge',
    ...(kind.custom === true ? {} : { 'application/strategic-merge-patch+json': 'strategic' }),
    'application/apply-patch+yaml': 'apply',
  };
  const found = Object.hasOwn(types, media) ? types[media] : undefined;
  if (found !== undefined) return found;
  const accepted = Object.keys(types).join(', ');
  throw new StatusError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted}`,
    {},
  );
}

export function patch(write: Write, type: PatchType, body: unknown): Written {
  if (type === 'apply') return apply(write, tree(body));
  const before = live(write);
  if (before === undefined) throw notFound(write.kind, write.name);
  const result =
    type === 'json'
      ? jsonPatch(before, body)
      : type === 'merge'
        ? mergePatch(before, body)
        : strategicPatch(before, body, schemaOf(write.kind));
  const strict = write.strict && isTree(body);
  const object = typed(write.kind, tree(result), strict);
  const asked = type === 'json' ? undefined : at(body, 'metadata', 'resourceVersion');
  const metadata = { ...tree(object['metadata']), resourceVersion: asked };
  return updated(write, before, placed(write, { ...object, metadata }));
}

/** @throws StatusError 422 without a field manager, 404 for a missing namespace, and whatever `applyOver` refuses. */
function apply(write: Write, body: Tree): Written {
  if (write.manager === '') throw managerRequired();
  const before = live(write);
  const applied = placed(write, body);
  checkNamespace(write);
  if (before === undefined) checkAbsent(write, body);
  else checkLock(write, before, body);
  const { managedFields } = tree(body['metadata']);
  if (Array.isArray(managedFields) && managedFields.length > 0) throw badRequest('metadata.managedFields must be nil');
  const admitted = (merged: Tree) => {
    checkApplied(write.kind, merged);
    return admit(write, before, merged);
  };
  const object = applyOver(write.kind, before, withoutIdentity(applied), {
    manager: write.manager,
    force: write.force,
    now: write.now,
    admit: admitted,
  });
  return { status: before === undefined ? 201 : 200, object: store(write.state, write.kind, object, write.now) };
}

function managerRequired(): StatusError {
  const message = 'Required value: is required for apply patch';
  return new StatusError(422, 'Invalid', `PatchOptions.meta.k8s.io "" is invalid: fieldManager: ${message}`, {
    group: 'meta.k8s.io',
    kind: 'PatchOptions',
    causes: [{ reason: 'FieldValueRequired', message, field: 'fieldManager' }],
  });
}

function checkAbsent(write: Write, body: Tree): void {
  const uid = text(at(body, 'metadata', 'uid'));
  if (uid === '') return;
  throw conflict(write.kind, write.name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
}

/** @throws StatusError 404, or 409 where a precondition does not hold. */
export function erase(write: Write, options: Tree): Tree {
  const object = live(write);
  if (object === undefined) throw notFound(write.kind, write.name);
  const asked = tree(options['preconditions']);
  const [uid, version] = [text(asked['uid']), text(asked['resourceVersion'])];
  const found = text(at(object, 'metadata', 'resourceVersion'));
  if (uid !== '' && uid !== uidOf(object)) throw preconditionFailed(write.kind, write.name, 'UID', uid, uidOf(object));
  if (version !== '' && version !== found) throw preconditionFailed(write.kind, write.name, 'ResourceVersion', version, found);
  remove(write.state, write.kind, namespaceOf(object), nameOf(object));
  if (write.kind.plural === 'namespaces') emptyNamespace(write.state, write.name);
  return object;
}

function emptyNamespace(state: KubernetesState, namespace: string): void {
  for (const [key, object] of Object.entries(state.objects)) {
    if (namespaceOf(object) !== namespace) continue;
    delete state.objects[key];
    delete state.runs[key];
  }
}

/** Bytes that the API server reads at most. @throws StatusError 413 */
export function checkSize(body: string): void {
  if (count(Buffer.byteLength(body)) > 3 * 1_048_576) {
    throw new StatusError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728', {});
  }
}
