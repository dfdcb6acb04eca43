/** Milliseconds since the Unix epoch, UTC. */
export type Instant = number;

/** One thing that a step wants to exist, under the name people know it by; never an id, never a secret. */
export interface Resource {
  readonly kind: string;
  readonly name: string;
  /** Keys of the resources that must be in place before this one can be written. Not compared. */
  readonly needs?: readonly string[];
}

/** Resources by key, in the order in which they are shown. */
export type Named<R> = ReadonlyMap<string, R>;

/** The key of a resource: kind and name, unique within a plan. */
export function keyOf(resource: { readonly kind: string; readonly name: string }): string {
  return `${resource.kind} ${resource.name}`;
}

/** @throws RangeError when two resources share a key: the answers should have been refused. */
export function named<R extends Resource>(resources: Iterable<R>): Named<R> {
  const map = new Map<string, R>();
  for (const resource of resources) {
    const key = keyOf(resource);
    if (map.has(key)) throw new RangeError(`two resources are called "${key}"`);
    map.set(key, resource);
  }
  return map;
}

/** What a read found under a wanted key. */
export interface Seen<R> {
  /** The object as it is, or undefined where it is absent and only a person or a bigger plan can make it (see `waiting`). */
  readonly value: R | undefined;
  /** It bears our mark: pmp-pd made it. Adopting is not owning. */
  readonly ours: boolean;
  /** Who must do what before this can be complete; makes the action `wait` where `value` is undefined. */
  readonly waiting?: string;
  /** With `value` undefined: it is an absent part of something that others made ("user ada@example.com"); adding it needs leave. */
  readonly partOf?: string;
  /** What else uses it, in words ("3 other services"). */
  readonly usedBy?: string;
  /** What was noticed beside the comparison ("not made by pmp-pd", "grouping: content-based, because the plan refuses intelligent"). */
  readonly detail?: string;
}

/** One field that differs. `waiting` names who must act: such a difference is shown and not applied. `replace` says the server cannot update it. */
export interface FieldDiff {
  readonly field: string;
  readonly from: string;
  readonly to: string;
  readonly waiting?: string;
  readonly replace?: boolean;
}
