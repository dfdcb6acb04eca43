/** Plain JSON with names, as objects of the Kubernetes API are. Values in the store are never changed in place: they are replaced. */
export interface Tree {
  [field: string]: unknown;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as an object; anything else counts as empty. */
export function tree(value: unknown): Tree {
  return isTree(value) ? value : {};
}

export function trees(value: unknown): Tree[] {
  return Array.isArray(value) ? value.filter(isTree) : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function count(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}

export function strings(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(tree(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** Value at a path of field names. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((found, field) => tree(found)[field], value);
}

export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, index) => same(item, b[index]));
  if (!isTree(a) || !isTree(b)) return false;
  const names = Object.keys(a).filter((name) => a[name] !== undefined);
  return names.length === Object.keys(b).filter((name) => b[name] !== undefined).length && names.every((name) => same(a[name], b[name]));
}
