import { below, childSchema, elements, itemElement } from './fields.ts';
import { guess } from './schema.ts';
import type { Schema } from './schema.ts';
import { isTree, same, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** A server-side apply's merge: what is applied wins, lists with keys are merged by item, the rest is replaced. */
export function mergeApplied(live: unknown, applied: unknown, given: Schema): unknown {
  const schema = given.is === 'open' ? guess(applied) : given;
  if (applied === null || typeof applied !== 'object' || live === undefined || live === null) return applied;
  if (schema.is === 'set') return mergeSet(live, applied);
  if (schema.is === 'list') return mergeItems(trees(live), trees(applied), schema);
  if (schema.is === 'scalar' || schema.is === 'atomic' || !isTree(live) || !isTree(applied)) return applied;
  const merged: Tree = { ...live };
  for (const [name, value] of Object.entries(applied)) merged[name] = mergeApplied(live[name], value, childSchema(schema, name));
  return merged;
}

function mergeSet(live: unknown, applied: unknown): unknown[] {
  const old: unknown[] = Array.isArray(live) ? live : [];
  const more: unknown[] = Array.isArray(applied) ? applied : [];
  return [...old, ...more.filter((item) => !old.some((other) => same(other, item)))];
}

function mergeItems(live: readonly Tree[], applied: readonly Tree[], schema: Schema & { readonly is: 'list' }): Tree[] {
  const byKey = new Map(applied.map((item) => [itemElement(schema, item), item]));
  const kept = live.map((item) => {
    const key = itemElement(schema, item);
    const wanted = byKey.get(key);
    byKey.delete(key);
    return wanted === undefined ? item : tree(mergeApplied(item, wanted, schema.of));
  });
  return [...kept, ...byKey.values()];
}

/** The object without the fields at those paths; a container or item that was emptied by it goes too. */
export function removePaths(object: Tree, paths: readonly string[], schema: Schema): Tree {
  // A part of an item would take its key with it, and the item could not be found again.
  const highest = paths.filter((path) => !paths.some((other) => below(path, other)));
  const deepestFirst = highest.sort((a, b) => elements(b).length - elements(a).length);
  return deepestFirst.reduce<Tree>((rest, path) => tree(drop(rest, elements(path), schema) ?? {}), object);
}

function drop(value: unknown, path: readonly string[], given: Schema): unknown {
  const schema = given.is === 'open' ? guess(value) : given;
  const [element = '', ...rest] = path;
  if (element.startsWith('f:')) return dropField(value, element.slice(2), rest, schema);
  if (!Array.isArray(value)) return value;
  const items: unknown[] = value;
  const left = items.flatMap((item) => {
    const here = schema.is === 'list' ? itemElement(schema, tree(item)) : `v:${JSON.stringify(item)}`;
    if (here !== element) return [item];
    return rest.length === 0 ? [] : [drop(item, rest, schema.is === 'list' ? schema.of : { is: 'open' })];
  });
  return left.length === 0 ? undefined : left;
}

function dropField(value: unknown, name: string, rest: readonly string[], schema: Schema): unknown {
  if (!isTree(value) || !(name in value)) return value;
  const { [name]: child, ...others } = value;
  const left = rest.length === 0 ? undefined : drop(child, rest, childSchema(schema, name));
  const emptied = left === undefined || (isTree(left) && Object.keys(left).length === 0);
  const result = emptied ? others : { ...value, [name]: left };
  return Object.keys(result).length === 0 ? undefined : result;
}

/** Paths (".spec.foo") of fields that the schema does not declare. */
export function undeclared(value: unknown, schema: Schema, path = ''): string[] {
  if (schema.is === 'map') return Object.entries(tree(value)).flatMap(([name, child]) => undeclared(child, schema.of, `${path}.${name}`));
  if (schema.is === 'list') return trees(value).flatMap((item, index) => undeclared(item, schema.of, `${path}[${index}]`));
  if (schema.is !== 'struct' || !isTree(value)) return [];
  return Object.entries(value).flatMap(([name, child]) => {
    const field = schema.fields[name];
    return field === undefined ? [`${path}.${name}`] : undeclared(child, field, `${path}.${name}`);
  });
}

/** The value without undeclared fields, as a typed decoder leaves it. */
export function declaredOnly(value: unknown, schema: Schema): unknown {
  if (schema.is === 'list' && Array.isArray(value)) return value.map((item) => declaredOnly(item, schema.of));
  if (schema.is !== 'struct' || !isTree(value)) return value;
  const known = Object.entries(value).filter(([name, child]) => schema.fields[name] !== undefined && child !== null);
  return Object.fromEntries(known.map(([name, child]) => [name, declaredOnly(child, schema.fields[name] ?? schema)]));
}
