import { childSchema } from './fields.ts';
import { guess } from './schema.ts';
import type { Schema } from './schema.ts';
import { StatusError, badRequest } from './status.ts';
import { isTree, same, text, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Tree = { ...tree(target) };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}

/** RFC 6902. @throws StatusError 422 where a `test` fails or a path is not there, as the API server answers: without saying which. */
export function jsonPatch(target: Tree, operations: unknown): Tree {
  if (!Array.isArray(operations))
    throw badRequest('error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  return tree(trees(operations).reduce<unknown>((object, operation) => operate(object, operation), structuredClone(target)));
}

function operate(object: unknown, operation: Tree): unknown {
  const path = pointer(operation['path']);
  if (operation['op'] === 'test') {
    if (!same(lookup(object, path) ?? null, operation['value'] ?? null)) throw unprocessable();
    return object;
  }
  if (operation['op'] === 'add') return edit(object, path, 'add', operation['value']);
  if (operation['op'] === 'remove') return edit(object, path, 'remove', undefined);
  if (operation['op'] === 'replace') return edit(object, path, 'replace', operation['value']);
  const from = pointer(operation['from']);
  const moved = lookup(object, from);
  if (moved === undefined) throw unprocessable();
  if (operation['op'] === 'copy') return edit(object, path, 'add', moved);
  if (operation['op'] === 'move') return edit(edit(object, from, 'remove', undefined), path, 'add', moved);
  throw unprocessable();
}

function unprocessable(): StatusError {
  return new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
}

function pointer(value: unknown): string[] {
  return text(value)
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function lookup(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, part) => (Array.isArray(found) ? found[Number(part)] : tree(found)[part]), value);
}

type Edit = 'add' | 'remove' | 'replace';

function edit(value: unknown, path: readonly string[], how: Edit, to: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return how === 'remove' ? undefined : to;
  if (Array.isArray(value)) return editList(value, part, rest, how, to);
  if (!isTree(value)) throw unprocessable();
  if (rest.length > 0) {
    if (!(part in value)) throw unprocessable();
    return { ...value, [part]: edit(value[part], rest, how, to) };
  }
  if (how !== 'add' && !(part in value)) throw unprocessable();
  const { [part]: _, ...others } = value;
  return how === 'remove' ? others : { ...value, [part]: to };
}

function editList(list: readonly unknown[], part: string, rest: readonly string[], how: Edit, to: unknown): unknown[] {
  const index = part === '-' && how === 'add' && rest.length === 0 ? list.length : Number(part);
  const highest = how === 'add' && rest.length === 0 ? list.length : list.length - 1;
  if (!Number.isInteger(index) || index < 0 || index > highest) throw unprocessable();
  if (rest.length > 0) return list.map((item, place) => (place === index ? edit(item, rest, how, to) : item));
  if (how === 'add') return [...list.slice(0, index), to, ...list.slice(index)];
  return list.flatMap((item, place) => (place !== index ? [item] : how === 'remove' ? [] : [to]));
}

/** Kubernetes' strategic merge patch: lists with keys merge by item; `$patch: delete|replace` and `$deleteFromPrimitiveList/…` are understood. */
export function strategicPatch(target: unknown, patch: unknown, given: Schema): unknown {
  const schema = given.is === 'open' ? guess(patch) : given;
  if (schema.is === 'list' && Array.isArray(patch)) return patchItems(trees(target), trees(patch), schema);
  if (schema.is === 'set' && Array.isArray(patch)) return [...new Set([...(Array.isArray(target) ? target : []), ...patch])];
  if (!isTree(patch)) return patch;
  if (patch['$patch'] === 'delete') return undefined;
  const merged: Tree = patch['$patch'] === 'replace' ? {} : { ...tree(target) };
  for (const [name, value] of Object.entries(patch)) {
    if (name.startsWith('$deleteFromPrimitiveList/')) removeFrom(merged, name.slice('$deleteFromPrimitiveList/'.length), value);
    else if (name.startsWith('$')) continue;
    else if (value === null) delete merged[name];
    else merged[name] = strategicPatch(merged[name], value, childSchema(schema, name));
  }
  retain(merged, patch);
  return merged;
}

function removeFrom(merged: Tree, name: string, gone: unknown): void {
  const list: unknown[] = Array.isArray(merged[name]) ? merged[name] : [];
  merged[name] = list.filter((item) => !(Array.isArray(gone) && gone.includes(item)));
}

function retain(merged: Tree, patch: Tree): void {
  if (!Array.isArray(patch['$retainKeys'])) return;
  for (const name of Object.keys(merged)) if (!patch['$retainKeys'].includes(name)) delete merged[name];
}

function patchItems(live: readonly Tree[], patch: readonly Tree[], schema: Schema & { readonly is: 'list' }): Tree[] {
  const key = schema.patchKey ?? schema.keys[0] ?? 'name';
  const replace = patch.some((item) => item['$patch'] === 'replace');
  const merged = replace ? [] : [...live];
  for (const item of patch.filter((one) => one['$patch'] !== 'replace')) {
    const index = merged.findIndex((other) => same(other[key], item[key]));
    if (item['$patch'] === 'delete') {
      if (index >= 0) merged.splice(index, 1);
    } else if (index >= 0) merged[index] = tree(strategicPatch(merged[index], item, schema.of));
    else merged.push(tree(strategicPatch({}, item, schema.of)));
  }
  return merged;
}
