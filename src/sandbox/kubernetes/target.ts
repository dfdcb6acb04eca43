import type { Kind } from './kinds.ts';

/** What a path points at. */
export interface ResourceTarget {
  readonly kind: Kind;
  /** undefined: all namespaces, or not namespaced. */
  readonly namespace: string | undefined;
  /** '' for the collection. */
  readonly name: string;
  readonly subresource?: string;
  /** Path behind a proxy, with its leading slash. */
  readonly rest: string;
}

/** @returns undefined where the path is that of no resource. */
export function parseTarget(kinds: readonly Kind[], path: string): ResourceTarget | undefined {
  const parts = path.split('/').slice(1);
  const [group, version, rest] = parts[0] === 'api' ? ['', parts[1], parts.slice(2)] : [parts[1], parts[2], parts.slice(3)];
  if ((parts[0] !== 'api' && parts[0] !== 'apis') || rest[0] === undefined || rest[0] === '') return undefined;
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  const scoped =
    rest[0] === 'namespaces' && rest[2] !== undefined && rest[2] !== ''
      ? served.find((kind) => kind.namespaced && kind.plural === rest[2])
      : undefined;
  if (scoped !== undefined) return targetOf(scoped, decode(rest[1]), rest.slice(3));
  const plain = served.find((kind) => kind.plural === rest[0]);
  return plain === undefined ? undefined : targetOf(plain, undefined, rest.slice(1));
}

function targetOf(kind: Kind, namespace: string | undefined, rest: readonly string[]): ResourceTarget | undefined {
  const [name = '', subresource, ...below] = rest;
  if (subresource === undefined || subresource === '') return { kind, namespace, name: decode(name), rest: '' };
  if (kind.subresources?.includes(subresource) !== true) return undefined;
  if (subresource !== 'proxy' && below.length > 0) return undefined;
  return { kind, namespace, name: decode(name), subresource, rest: `/${below.join('/')}` };
}

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '');
  } catch {
    return part ?? '';
  }
}
