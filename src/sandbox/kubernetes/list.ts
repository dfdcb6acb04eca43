import { apiVersion } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { StatusError, badRequest } from './status.ts';
import { nameOf, namespaceOf, objectsOf } from './state.ts';
import type { KubernetesState } from './state.ts';
import { at, strings, text } from './tree.ts';
import type { Tree } from './tree.ts';

export interface Page {
  readonly items: readonly Tree[];
  readonly metadata: Tree;
}

/**
 * One page of a LIST with its selectors.
 * @throws StatusError 400 for a selector that cannot be read, 410 for a `continue` that is not ours.
 */
export function page(state: KubernetesState, kind: Kind, namespace: string | undefined, query: URLSearchParams): Page {
  const label = labelSelector(query.get('labelSelector') ?? '');
  const field = fieldSelector(query.get('fieldSelector') ?? '');
  const found = objectsOf(state, kind, namespace).filter((object) => label(object) && field(object));
  const from = offset(query.get('continue'));
  const limit = Number(query.get('limit') ?? 0) || found.length;
  const items = found.slice(from, from + limit);
  const left = found.length - from - items.length;
  const more = left > 0 ? { continue: Buffer.from(`sandbox:${from + limit}`).toString('base64url'), remainingItemCount: left } : {};
  return { items, metadata: { resourceVersion: String(state.revision), ...more } };
}

function offset(token: string | null): number {
  if (token === null || token === '') return 0;
  const found = /^sandbox:(\d+)$/.exec(Buffer.from(token, 'base64url').toString());
  if (found === null)
    throw new StatusError(410, 'Expired', 'The provided continue parameter is too old to display a consistent list result.');
  return Number(found[1]);
}

type Matches = (object: Tree) => boolean;

function labelSelector(selector: string): Matches {
  const parts = splitSelector(selector).map(labelRequirement);
  return (object) => {
    const labels = strings(at(object, 'metadata', 'labels'));
    return parts.every((fits) => fits(labels));
  };
}

/** Splits at commas outside parentheses. */
function splitSelector(selector: string): string[] {
  return selector
    .split(/,(?![^(]*\))/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function labelRequirement(part: string): (labels: Readonly<Record<string, string>>) => boolean {
  const set = /^([^\s!=,()]+)\s+(in|notin)\s+\(([^)]*)\)$/.exec(part);
  if (set !== null) {
    const [, name = '', how, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (labels) => values.includes(labels[name] ?? '\u0000') === (how === 'in');
  }
  const equal = /^([^\s!=,()]+)\s*(==|=|!=)\s*([^\s!=,()]*)$/.exec(part);
  if (equal !== null) {
    const [, name = '', how, value] = equal;
    return (labels) => (labels[name] === value) === (how !== '!=');
  }
  const exists = /^(!?)\s*([^\s!=,()]+)$/.exec(part);
  if (exists === null) throw badRequest(`unable to parse requirement: ${JSON.stringify(part)}`);
  return (labels) => (exists[2] ?? '') in labels === (exists[1] === '');
}

const selectable: Readonly<Record<string, (object: Tree) => string>> = {
  'metadata.name': nameOf,
  'metadata.namespace': namespaceOf,
  type: (object) => text(object['type']),
  'status.phase': (object) => text(at(object, 'status', 'phase')),
  'spec.nodeName': (object) => text(at(object, 'spec', 'nodeName')),
};

function fieldSelector(selector: string): Matches {
  const parts = splitSelector(selector).map((part) => {
    const found = /^([^!=]+?)\s*(==|=|!=)\s*(.*)$/.exec(part);
    if (found === null) throw badRequest(`invalid selector: ${JSON.stringify(part)}; can't understand ${JSON.stringify(part)}`);
    const [, field = '', how, value] = found;
    const read = selectable[field] ?? ((object: Tree) => text(at(object, ...field.split('.'))));
    return (object: Tree) => (read(object) === value) === (how !== '!=');
  });
  return (object) => parts.every((fits) => fits(object));
}

/** What `watch=true` answers: everything newer than the given version, then the end; clients ask again. Deletions are not told. */
export function watchEvents(items: readonly Tree[], since: string | null): string {
  const from = Number(since ?? 0);
  const events = items.filter((object) => Number(at(object, 'metadata', 'resourceVersion')) > from);
  return events.map((object) => `${JSON.stringify({ type: from === 0 ? 'ADDED' : 'MODIFIED', object })}\n`).join('');
}

export function listOf(kind: Kind, { items, metadata }: Page): Tree {
  return { kind: `${kind.kind}List`, apiVersion: apiVersion(kind), metadata, items };
}
