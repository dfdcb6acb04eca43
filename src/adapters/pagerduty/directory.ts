import { PmpError, clean } from '../../engine/errors.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import { unlessAbsent } from './refusal.ts';
import { rubbish, type Shape } from './shape.ts';

export interface DirectoryOptions<T> {
  /** "/services" */
  readonly path: string;
  /** "service" and "services": the envelopes. */
  readonly one: string;
  readonly many: string;
  /** What the list is called in errors: "services". */
  readonly words: string;
  /** Sent with every read of it (include[]…). */
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  read(shape: Shape): T;
  idOf(entry: T): string;
  /** The natural key, made comparable. */
  keyOf(entry: T): string;
  /** As `keyOf` makes it, from what the caller asks for. */
  normal(name: string): string;
}

/** A collection of named objects: read once, remembered, found by natural key. Reads grow with pages, never with objects. */
export interface Directory<T> {
  /** By normal name. @throws PmpError `name-twice` */
  find(names: readonly string[]): Promise<ReadonlyMap<string, T>>;
  /** The first page, at least `atLeast` entries where the account has so many. */
  some(): Promise<readonly T[]>;
  all(): Promise<readonly T[]>;
  /** Remembered, else asked for, by pages or one by one, whichever is fewer calls; ids that there are not are left out. */
  byIds(ids: readonly string[]): Promise<ReadonlyMap<string, T>>;
  /** Asks PagerDuty afresh by `query`. */
  fresh(name: string): Promise<T | undefined>;
  put(entry: T): void;
  drop(id: string): void;
  forget(): void;
}

const pageSize = 100;
const window = 10_000;

interface First {
  readonly more: boolean;
  readonly total: number | undefined;
  readonly count: number;
}

interface Held<T> {
  readonly byId: Map<string, T>;
  first?: Promise<First>;
  rest?: Promise<void>;
}

export function createDirectory<T>(client: Client, options: DirectoryOptions<T>): Directory<T> {
  const held: Held<T> = { byId: new Map() };
  const keep = (entries: readonly T[]): readonly T[] => {
    for (const entry of entries) held.byId.set(options.idOf(entry), entry);
    return entries;
  };
  const list = (query: Readonly<Record<string, string>>): Promise<Shape> =>
    client.call({
      method: 'GET',
      path: options.path,
      query: { limit: String(pageSize), ...options.query, ...query },
      doing: `read the ${options.words}`,
    });
  const entriesOf = (answer: Shape): readonly T[] => answer.list(options.many).map(options.read);

  const readFirst = async (): Promise<First> => {
    const answer = await list({ total: 'true' });
    const entries = keep(entriesOf(answer));
    return { more: answer.flag('more'), total: answer.numberOr('total'), count: entries.length };
  };
  // A failure is not remembered: the next look asks again.
  const first = (): Promise<First> =>
    (held.first ??= readFirst().catch((thrown: unknown) => {
      delete held.first;
      throw thrown;
    }));

  async function page(offset: number): Promise<{ readonly count: number; readonly more: boolean }> {
    const answer = await list({ offset: String(offset) });
    const entries = keep(entriesOf(answer));
    const more = answer.flag('more');
    if (more && entries.length === 0) throw rubbish(answer.request, 'an empty page says that there is more');
    return { count: entries.length, more };
  }

  async function rest(): Promise<void> {
    const { more, total, count } = await first();
    if (!more) return;
    if (count === 0) throw rubbish(`GET ${options.path}`, 'an empty page says that there is more');
    if (total !== undefined && total <= window) {
      const offsets = [];
      for (let offset = count; offset < total; offset += count) offsets.push(offset);
      await Promise.all(offsets.map(page));
      return;
    }
    for (let offset = count; ;) {
      if (offset + pageSize > window) throw tooMany(options.words);
      const got = await page(offset);
      if (!got.more) return;
      offset += got.count;
    }
  }
  const everything = (): Promise<void> =>
    (held.rest ??= rest().catch((thrown: unknown) => {
      delete held.rest;
      throw thrown;
    }));

  const search = (name: string): Promise<readonly T[]> =>
    list({ query: name }).then((answer) => keep(entriesOf(answer)).filter((entry) => options.keyOf(entry) === name));
  const asked = remembering(search);
  const singles = remembering(fetchOne);

  const remembered = (name: string): readonly T[] => [...held.byId.values()].filter((entry) => options.keyOf(entry) === name);

  /** The one of that name; @throws PmpError where several bear it. */
  function single(name: string, found: readonly T[]): T | undefined {
    const distinct = new Map(found.map((entry) => [options.idOf(entry), entry]));
    if (distinct.size > 1) throw nameTwice(options.words, name, [...distinct.keys()]);
    return distinct.values().next().value;
  }

  /** How many further pages the list has; 0 where all of it is here or on its way. */
  async function pagesLeft(): Promise<number> {
    const { more, total, count } = await first();
    if (!more || held.rest) return 0;
    return total === undefined ? Number.POSITIVE_INFINITY : Math.ceil((total - count) / Math.max(1, count));
  }

  async function load(names: readonly string[]): Promise<void> {
    const pages = await pagesLeft();
    if (pages === 0) return held.rest;
    const missing = names.filter((name) => remembered(name).length === 0 || options.one !== 'user');
    if (pages <= missing.length) return everything();
    await Promise.all(missing.map((name) => asked.ask(name)));
  }

  async function fetchOne(id: string): Promise<T | undefined> {
    const call = {
      method: 'GET',
      path: path(`${options.path}/{}`, id),
      query: options.query ?? {},
      doing: `read one of the ${options.words}`,
    } as const;
    return unlessAbsent(async () => keep([options.read((await client.call(call)).at(options.one))])[0]);
  }

  return {
    async find(names) {
      const normal = [...new Set(names.map(options.normal))];
      await load(normal);
      const found = new Map<string, T>();
      for (const name of normal) {
        const entry = single(name, remembered(name));
        if (entry !== undefined) found.set(name, entry);
      }
      return found;
    },
    async some() {
      await first();
      return [...held.byId.values()];
    },
    async all() {
      await everything();
      return [...held.byId.values()];
    },
    async byIds(ids) {
      const distinct = [...new Set(ids)];
      const missing = (): readonly string[] => distinct.filter((id) => !held.byId.has(id));
      if (missing().length > 0) await first();
      if (missing().length > 0 && (await pagesLeft()) <= missing().length) await everything();
      await Promise.all(missing().map((id) => singles.ask(id)));
      return new Map(
        distinct.flatMap((id): [string, T][] => {
          const entry = held.byId.get(id);
          return entry === undefined ? [] : [[id, entry]];
        }),
      );
    },
    async fresh(name) {
      const normal = options.normal(name);
      return single(normal, await search(normal));
    },
    put(entry) {
      held.byId.set(options.idOf(entry), entry);
    },
    drop(id) {
      held.byId.delete(id);
    },
    forget() {
      held.byId.clear();
      asked.forget();
      singles.forget();
      delete held.first;
      delete held.rest;
    },
  };
}

function tooMany(words: string): PmpError {
  return new PmpError('pagerduty-refused', {
    message: `the account has more than ${window.toLocaleString('en')} ${words}`,
    cause: 'PagerDuty lists no more than that',
    fix: 'Use more specific names, so that they can be searched for.',
  });
}

export function nameTwice(words: string, name: string, ids: readonly string[]): PmpError {
  return new PmpError('name-twice', {
    message: `${ids.length} ${words} are called "${clean(name)}"`,
    cause: `their ids are ${ids.map((id) => clean(id, 40)).join(', ')}`,
    fix: 'Rename all but one in PagerDuty, or choose another name in the answers (names: …).',
    resource: clean(name),
  });
}
