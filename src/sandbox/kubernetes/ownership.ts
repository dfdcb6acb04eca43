import type { Instant } from '../../model/index.ts';
import { compare, readFields, writeFields } from './fields.ts';
import { apiVersion } from './kinds.ts';
import type { Kind } from './kinds.ts';
import { schemaOf } from './schema.ts';
import { timestamp } from './state.ts';
import { at, text, trees } from './tree.ts';
import type { Tree } from './tree.ts';

/** What one field manager owns of an object. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly time: string;
  readonly fields: ReadonlySet<string>;
}

export function ownersOf(object: Tree | undefined): Owner[] {
  return trees(at(object, 'metadata', 'managedFields')).map((entry) => ({
    manager: text(entry['manager']),
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: text(entry['apiVersion']),
    time: text(entry['time']),
    fields: readFields(entry['fieldsV1']),
  }));
}

export function writeOwners(owners: readonly Owner[]): Tree[] {
  const rank = ({ operation }: Owner) => (operation === 'Apply' ? 0 : 1);
  return owners
    .filter(({ fields }) => fields.size > 0)
    .sort((a, b) => rank(a) - rank(b) || (a.operation === 'Apply' ? 0 : a.time.localeCompare(b.time)) || a.manager.localeCompare(b.manager))
    .map((owner) => ({
      manager: owner.manager,
      operation: owner.operation,
      apiVersion: owner.apiVersion,
      time: owner.time,
      fieldsType: 'FieldsV1',
      fieldsV1: writeFields(owner.fields),
    }));
}

export function withOwners(object: Tree, owners: readonly Owner[]): Tree {
  const { managedFields: _, ...metadata } = (object['metadata'] ?? {}) as Tree;
  const written = writeOwners(owners);
  return { ...object, metadata: { ...metadata, ...(written.length === 0 ? {} : { managedFields: written }) } };
}

export function minus(from: ReadonlySet<string>, take: ReadonlySet<string>): Set<string> {
  return new Set([...from].filter((path) => !take.has(path)));
}

/** An object after an update (create, PUT, PATCH other than apply): who changed a field owns it. */
export function ownUpdate(kind: Kind, before: Tree | undefined, after: Tree, manager: string, now: Instant): Tree {
  const { changed, removed } = compare(before, after, schemaOf(kind));
  const owners = ownersOf(before);
  const mine = (owner: Owner) => owner.manager === manager && owner.operation === 'Update' && owner.apiVersion === apiVersion(kind);
  const old = owners.find(mine)?.fields ?? new Set<string>();
  const rest = owners.filter((owner) => !mine(owner)).map((owner) => ({ ...owner, fields: minus(minus(owner.fields, changed), removed) }));
  const fields = minus(new Set([...old, ...changed]), removed);
  const touched = changed.size > 0 || removed.size > 0;
  const time = touched ? timestamp(now) : (owners.find(mine)?.time ?? timestamp(now));
  return withOwners(after, [...rest, { manager, operation: 'Update', apiVersion: apiVersion(kind), time, fields }]);
}
