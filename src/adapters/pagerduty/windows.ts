import { PmpError, clean } from '../../engine/errors.ts';
import type { MaintenanceWindow, Seen } from '../../model/index.ts';
import { path, type Client } from './client.ts';
import { create } from './create.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark, writeMark } from './mark.ts';
import { Refused, unlessAbsent } from './refusal.ts';
import { theService, type ServiceEntry } from './services.ts';
import type { Shape } from './shape.ts';
import { toUtc } from './time.ts';

export interface WindowEntry {
  readonly id: string;
  readonly description: string;
  readonly ours: boolean;
  readonly start: number;
  readonly end: number;
  readonly services: readonly { readonly id: string; readonly name: string }[];
}

export interface Windows {
  windows(): Promise<readonly Seen<MaintenanceWindow>[]>;
  createWindow(window: MaintenanceWindow): Promise<void>;
  updateWindow(window: MaintenanceWindow): Promise<void>;
  endWindow(id: string): Promise<void>;
  windowsById(): Promise<readonly (MaintenanceWindow & { readonly id: string; readonly ours: boolean })[]>;
  forget(): void;
}

/** Those that are open or to come. */
export function windowDirectory(client: Client): Directory<WindowEntry> {
  return createDirectory(client, {
    path: '/maintenance_windows',
    one: 'maintenance_window',
    many: 'maintenance_windows',
    words: 'maintenance windows',
    query: { filter: 'open' },
    read: readWindow,
    idOf: (window) => window.id,
    keyOf: (window) => window.id,
    normal: (id) => id,
  });
}

/** Maintenance windows, open and future; without names of their own, they are known by start, end, services and description. */
export function windows(client: Client, services: Directory<ServiceEntry>): Windows {
  const directory = windowDirectory(client);

  async function shown(entry: WindowEntry): Promise<MaintenanceWindow> {
    const known = await services.byIds(entry.services.filter(({ name }) => name === '').map(({ id }) => id));
    const names = entry.services.map(({ id, name }) => known.get(id)?.name.trim() ?? clean(name));
    const { description, start, end } = entry;
    return { kind: 'maintenance window', name: windowName(entry), description, start, end, services: names.sort() };
  }

  async function bodyOf(window: MaintenanceWindow): Promise<{
    readonly type: string;
    readonly start_time: string;
    readonly end_time: string;
    readonly services: { id: string; type: string }[];
  }> {
    const found = await Promise.all(window.services.map((name) => theService(services, name)));
    return {
      type: 'maintenance_window',
      start_time: toUtc(window.start),
      end_time: toUtc(window.end),
      services: found.map((service) => ({ id: service.id, type: 'service_reference' })),
    };
  }

  /** PagerDuty moves a past start to now, so of a running window the start is not compared. */
  const isSame = (entry: WindowEntry, window: MaintenanceWindow, serviceIds: string): boolean =>
    entry.end === whole(window.end) &&
    (entry.start === whole(window.start) || entry.start > window.start) &&
    entry.description === window.description &&
    entry.services
      .map((service) => service.id)
      .sort()
      .join() === serviceIds;

  return {
    async windows() {
      const seen = async (entry: WindowEntry): Promise<Seen<MaintenanceWindow>> => ({ value: await shown(entry), ours: entry.ours });
      return Promise.all((await directory.all()).map(seen));
    },
    async createWindow(window) {
      const resource = `maintenance window ${window.name}`;
      const parts = await bodyOf(window);
      const ids = parts.services
        .map((service) => service.id)
        .sort()
        .join();
      const body = { maintenance_window: { ...parts, description: writeMark(window.description) } };
      const call = { method: 'POST', path: '/maintenance_windows', body, doing: `create ${resource}`, resource } as const;
      const find = async (): Promise<WindowEntry | undefined> =>
        (await windowDirectory(client).all()).find((entry) => entry.ours && isSame(entry, window, ids));
      const made = await create(client, { call, find, read: (answer) => readWindow(answer.at('maintenance_window')) });
      client.made(made.id);
      directory.put(made);
    },
    async updateWindow(window) {
      const resource = `maintenance window ${window.name}`;
      const named = (await directory.all()).filter((entry) => entry.description === window.description);
      const before =
        named.find((entry) => entry.start === whole(window.start)) ??
        named.find((entry) => entry.end === whole(window.end)) ??
        named.toSorted((a, b) => Math.abs(a.start - window.start) - Math.abs(b.start - window.start))[0];
      if (!before) throw new PmpError('need-failed', { message: `${resource} is gone`, fix: 'Run setup again.', resource });
      const parts = await bodyOf(window);
      // A window that runs has begun: its start stays as it is.
      const start_time = before.start <= client.clock.now() ? toUtc(before.start) : parts.start_time;
      const body = { maintenance_window: { ...parts, start_time } };
      const call = {
        method: 'PUT',
        path: path('/maintenance_windows/{}', before.id),
        body,
        doing: `update ${resource}`,
        resource,
      } as const;
      directory.put(readWindow((await client.call(call)).at('maintenance_window')));
    },
    async windowsById() {
      return Promise.all((await directory.all()).map(async (entry) => ({ ...(await shown(entry)), id: entry.id, ours: entry.ours })));
    },
    async endWindow(id) {
      await end(client, id);
      directory.drop(id);
    },
    forget: () => directory.forget(),
  };
}

/** They have no names of their own. */
export function windowName({ description, start }: Pick<WindowEntry, 'description' | 'start'>): string {
  return `${description} ${toUtc(start)}`;
}

/** PagerDuty ends one that is open and removes one that is to come; of the past it keeps the record. */
async function end(client: Client, id: string): Promise<void> {
  const before = await one(client, id);
  if (!before) throw noWindow(id, 'PagerDuty knows no window of that id.');
  if (before.end <= client.clock.now()) throw noWindow(id, `It ended at ${toUtc(before.end)}.`);
  const resource = `maintenance window ${clean(windowName(before))}`;
  client.unmade(id);
  try {
    await client.call({ method: 'DELETE', path: path('/maintenance_windows/{}', id), doing: `end ${resource}`, resource });
  } catch (thrown) {
    // A first answer that was lost has ended it; it is of the past now.
    if (!(thrown instanceof Refused) || thrown.status !== 405) throw thrown;
    const now = await one(client, id);
    if (now && now.end >= before.end) throw thrown;
  }
}

async function one(client: Client, id: string): Promise<WindowEntry | undefined> {
  const call = { method: 'GET', path: path('/maintenance_windows/{}', id), doing: 'read a maintenance window' } as const;
  return unlessAbsent(async () => readWindow((await client.call(call)).at('maintenance_window')));
}

function noWindow(id: string, cause: string): PmpError {
  const resource = `maintenance window ${clean(id, 60)}`;
  const fix = 'Look at the windows that are open or to come with `pmp-pd maintenance list`.';
  return new PmpError('usage', { message: `there is no ${resource} to end`, cause, fix, resource });
}

/** Times are sent in whole seconds. */
function whole(at: number): number {
  return Math.floor(at / 1000) * 1000;
}

function readWindow(shape: Shape): WindowEntry {
  const { text, ours } = readMark(shape.textOr('description'));
  return {
    id: shape.text('id'),
    description: text,
    ours,
    start: shape.instant('start_time'),
    end: shape.instant('end_time'),
    services: shape.listOr('services').map((service) => ({ id: service.text('id'), name: (service.textOr('summary') ?? '').trim() })),
  };
}
