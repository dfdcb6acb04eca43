import type { Instant } from '../../model/index.ts';
import { below, compare, fieldsOf, spoken } from './fields.ts';
import { apiVersion } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { mergeApplied, removePaths, undeclared } from './merge.ts';
import { minus, ownersOf, withOwners } from './ownership.ts';
import type { Owner } from './ownership.ts';
import { schemaOf } from './schema.ts';
import { fieldConflict, serverError } from './status.ts';
import { nameOf, namespaceOf, timestamp } from './state.ts';
import { tree } from './tree.ts';
import type { Tree } from './tree.ts';

export interface Application {
  readonly manager: string;
  readonly force: boolean;
  readonly now: Instant;
  /** Fills defaults and refuses what is invalid, between the merge and the decision about ownership. */
  readonly admit: (merged: Tree) => Tree;
}

/**
 * A server-side apply.
 * @returns the object with its new owners, not yet stored.
 * @throws StatusError 409 where another manager owns a field whose value would change, unless `force`; 500 for an undeclared field.
 */
export function applyOver(kind: Kind, live: Tree | undefined, applied: Tree, how: Application): Tree {
  const schema = schemaOf(kind);
  refuseUndeclared(kind, applied);
  const owners = ownersOf(live);
  const wanted = new Set(fieldsOf(applied, schema, 'applied').keys());
  const mine = (owner: Owner) => owner.manager === how.manager && owner.operation === 'Apply';
  const others = owners.filter((owner) => !mine(owner));
  const before = owners.find(mine);
  const merged = tree(mergeApplied(live ?? {}, { ...applied, status: undefined }, schema));
  const pruned = removePaths({ ...merged, status: live?.['status'] }, given(before, wanted, others), schema);
  const admitted = how.admit(withoutUndefined(pruned));
  const { changed, removed } = compare(live, admitted, schema);
  const taken = conflicts(live, applied, others, kind);
  if (taken.length > 0 && !how.force) throw fieldConflict(taken.map(({ owner, path }) => cause(owner, path)));
  const lost = new Set([...taken.map(({ path }) => path), ...removed]);
  const rest = others.map((owner) => ({ ...owner, fields: minus(owner.fields, lost) }));
  const same = before !== undefined && before.fields.size === wanted.size && [...wanted].every((path) => before.fields.has(path));
  const time = same && changed.size === 0 && removed.size === 0 ? before.time : timestamp(how.now);
  return withOwners(admitted, [...rest, { manager: how.manager, operation: 'Apply', apiVersion: apiVersion(kind), time, fields: wanted }]);
}

function withoutUndefined(object: Tree): Tree {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

/** What I applied before and no longer do, and nobody else owns: it goes. */
function given(before: Owner | undefined, wanted: ReadonlySet<string>, others: readonly Owner[]): string[] {
  if (before === undefined) return [];
  const owned = others.flatMap(({ fields }) => [...fields]);
  return [...minus(before.fields, wanted)].filter((path) => !owned.some((other) => other === path || below(other, path)));
}

/** Fields of others whose value the applied configuration would change. */
function conflicts(live: Tree | undefined, applied: Tree, others: readonly Owner[], kind: Kind): { owner: Owner; path: string }[] {
  if (live === undefined) return [];
  const schema = schemaOf(kind);
  const { changed } = compare(live, tree(mergeApplied(live, applied, schema)), schema);
  return others.flatMap((owner) =>
    [...owner.fields]
      .filter((path) => changed.has(path))
      .sort()
      .map((path) => ({ owner, path })),
  );
}

function cause(owner: Owner, path: string): { reason: string; message: string; field: string } {
  const using = owner.operation === 'Update' ? ` using ${owner.apiVersion}` : '';
  return { reason: 'FieldManagerConflict', message: `conflict with ${JSON.stringify(owner.manager)}${using}`, field: spoken(path) };
}

function refuseUndeclared(kind: Kind, applied: Tree): void {
  const unknown = undeclared(applied, schemaOf(kind)).map((path) => `${path}: field not declared in schema`);
  if (unknown.length === 0) return;
  const list = unknown.length === 1 ? (unknown[0] ?? '') : `errors:\n  ${unknown.join('\n  ')}`;
  throw serverError(`failed to create typed patch object (${objectName(kind, applied)}): ${list}`);
}

/** "monitoring/sd; /v1, Kind=Secret" */
export function objectName(kind: Kind, object: Tree): string {
  return `${namespaceOf(object)}/${nameOf(object)}; ${kind.group}/${kind.version}, Kind=${kind.kind}`;
}
