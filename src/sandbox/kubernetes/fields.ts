import { guess } from './schema.ts';
import type { Schema } from './schema.ts';
import { isTree, same, tree, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** Paths of fields, each element as FieldsV1 writes it (`f:data`, `k:{"name":"x"}`, `v:"x"`), joined by a separator that no element can hold. */
export type Fields = ReadonlySet<string>;

const separator = '\u0000';

export function join(...elements: string[]): string {
  return elements.join(separator);
}

export function elements(path: string): string[] {
  return path.split(separator);
}

/** Whether `path` lies below `parent`. */
export function below(path: string, parent: string): boolean {
  return path.startsWith(parent + separator);
}

/** The element of a list item: by its keys in schema order, defaults filled in. */
export function itemElement(schema: Schema & { readonly is: 'list' }, item: Tree): string {
  const keys = [...schema.keys].sort().map((key) => [key, item[key] ?? schema.defaults?.[key]]);
  return `k:${JSON.stringify(Object.fromEntries(keys))}`;
}

/** Fields that never have an owner. */
const unowned = new Set([
  'f:apiVersion',
  'f:kind',
  'f:metadata',
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'generation', 'managedFields', 'resourceVersion'].map((name) =>
    join('f:metadata', `f:${name}`),
  ),
]);

/**
 * Every field of an object. `how` 'applied': leaves, empty containers and list items, as an applied configuration is owned; 'all': every
 * container as well, as updates are.
 */
export function fieldsOf(object: Tree, schema: Schema, how: 'applied' | 'all'): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const { status: _, ...rest } = object;
  walk(rest, schema, [], how, found);
  for (const path of found.keys()) {
    if (unowned.has(path) || elements(path).slice(0, 2).join(separator) === join('f:metadata', 'f:managedFields')) found.delete(path);
  }
  for (const path of ['f:spec', 'f:status']) if (how === 'all' && found.has(path) && isTree(found.get(path))) found.delete(path);
  return found;
}

function walk(value: unknown, given: Schema, path: readonly string[], how: 'applied' | 'all', found: Map<string, unknown>): void {
  const schema = given.is === 'open' ? guess(value) : given;
  const here = path.join(separator);
  const note = () => path.length > 0 && found.set(here, value);
  if (schema.is === 'scalar' || schema.is === 'atomic' || value === null || typeof value !== 'object') {
    note();
    return;
  }
  const empty = Object.keys(value).length === 0;
  if (empty || how === 'all') note();
  if (schema.is === 'set') {
    for (const item of Array.isArray(value) ? value : []) found.set([...path, `v:${JSON.stringify(item)}`].join(separator), item);
  } else if (schema.is === 'list') {
    for (const item of trees(value)) {
      const place = [...path, itemElement(schema, item)];
      found.set(place.join(separator), null);
      walk(item, schema.of, place, how, found);
    }
  } else {
    for (const [name, child] of Object.entries(tree(value))) {
      if (child !== undefined) walk(child, childSchema(schema, name), [...path, `f:${name}`], how, found);
    }
  }
}

export function childSchema(schema: Schema, name: string): Schema {
  if (schema.is === 'map') return schema.of;
  return schema.is === 'struct' ? (schema.fields[name] ?? { is: 'open' }) : { is: 'open' };
}

export interface Comparison {
  readonly changed: Fields;
  readonly removed: Fields;
}

/** Which fields are new or have another value, and which are gone. */
export function compare(before: Tree | undefined, after: Tree, schema: Schema): Comparison {
  const old = before === undefined ? new Map<string, unknown>() : fieldsOf(before, schema, 'all');
  const now = fieldsOf(after, schema, 'all');
  const leaf = (value: unknown, path: string) => !(isTree(value) || Array.isArray(value)) || !hasChildren(now, path);
  const changed = [...now]
    .filter(([path, value]) => !old.has(path) || (leaf(value, path) && !same(old.get(path), value)))
    .map(([path]) => path);
  return { changed: new Set(changed), removed: new Set([...old.keys()].filter((path) => !now.has(path))) };
}

function hasChildren(found: ReadonlyMap<string, unknown>, path: string): boolean {
  for (const other of found.keys()) if (below(other, path)) return true;
  return false;
}

/** Kubernetes' FieldsV1. */
export function writeFields(fields: Fields): Tree {
  const root: Tree = {};
  const sorted = [...fields].sort();
  for (const path of sorted) {
    let node = root;
    for (const element of elements(path)) {
      const next = tree(node[element]);
      node[element] = next;
      node = next;
    }
    node['.'] = {};
  }
  return withoutNeedlessDots(root);
}

function withoutNeedlessDots(node: Tree): Tree {
  const names = Object.keys(node);
  if (names.length === 1 && names[0] === '.') return {};
  return Object.fromEntries(names.map((name) => [name, name === '.' ? {} : withoutNeedlessDots(tree(node[name]))]));
}

export function readFields(fieldsV1: unknown): Set<string> {
  const found = new Set<string>();
  const visit = (node: Tree, path: readonly string[]): void => {
    const names = Object.keys(node);
    if (path.length > 0 && (names.length === 0 || names.includes('.'))) found.add(path.join(separator));
    for (const name of names) if (name !== '.') visit(tree(node[name]), [...path, name]);
  };
  visit(tree(fieldsV1), []);
  return found;
}

/** ".data.KEY", ".spec.template.spec.containers[name=\"x\"].image": as conflicts name a field. */
export function spoken(path: string): string {
  return elements(path)
    .map((element) => {
      if (element.startsWith('f:')) return `.${element.slice(2)}`;
      if (element.startsWith('v:')) return `[=${element.slice(2)}]`;
      const keys = tree(JSON.parse(element.slice(2)));
      return `[${Object.entries(keys)
        .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
        .join(',')}]`;
    })
    .join('');
}
