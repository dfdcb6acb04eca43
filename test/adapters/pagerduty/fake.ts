import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHttp } from '../../../src/adapters/http.ts';
import { createPagerDuty, type PagerDutyOptions } from '../../../src/adapters/pagerduty/index.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { Clock } from '../../../src/ports/index.ts';

type Row = Record<string, unknown> & { id: string };
export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: unknown;
}
/** What happens instead of an answer, or after the request was done ("lose": done, and the answer never sent). */
export type Fault = { status: number; body: unknown; headers?: Record<string, string> } | 'reset' | 'lose' | undefined;

/** A minute part of PagerDuty on loopback, stored in memory, to which anything can happen: what the adapter must survive. */
export interface Fake {
  readonly url: string;
  readonly log: Recorded[];
  readonly rows: Record<string, Row[]>;
  /** Asked for every request, with its number counted from 1. */
  fault: (request: Recorded, number: number) => Fault;
  /** Largest page that a list gives. */
  pageSize: number;
  seed(collection: string, row: Record<string, unknown>): Row;
  close(): void;
}

const envelopes: Record<string, string> = {
  users: 'user',
  schedules: 'schedule',
  escalation_policies: 'escalation_policy',
  services: 'service',
  maintenance_windows: 'maintenance_window',
  webhook_subscriptions: 'webhook_subscription',
  alert_grouping_settings: 'alert_grouping_setting',
  contact_methods: 'contact_method',
  notification_rules: 'notification_rule',
  integrations: 'integration',
  vendors: 'vendor',
  incidents: 'incident',
  notes: 'note',
};

export async function fakePagerDuty(): Promise<Fake> {
  const sockets = new Set<Socket>();
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => answer(request, response, Buffer.concat(chunks).toString('utf8')));
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: Fake = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    log: [],
    rows: { vendors: [{ id: 'VPROM', name: 'Prometheus' }] },
    fault: () => undefined,
    pageSize: 100,
    seed: (collection, row) => insert(collection, row),
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  let ids = 0;
  const list = (collection: string): Row[] => (fake.rows[collection] ??= []);
  function insert(collection: string, row: Record<string, unknown>): Row {
    const one = { ...row, id: `P${String(++ids).padStart(6, '0')}`, summary: row['name'] };
    if (collection.endsWith('users')) Object.assign(one, { contact_methods: [], notification_rules: [], ...row });
    if (collection === 'services') Object.assign(one, { integrations: [], ...row });
    list(collection).push(one);
    return one;
  }

  function answer(request: http.IncomingMessage, response: http.ServerResponse, text: string): void {
    const url = new URL(request.url ?? '/', fake.url);
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const recorded = { method: request.method ?? '', path: url.pathname, query: url.searchParams, headers: request.headers, body };
    fake.log.push(recorded);
    const fault = fake.fault(recorded, fake.log.length);
    if (fault === 'reset') return void request.socket.destroy();
    const reply = typeof fault === 'object' ? fault : handle(recorded);
    if (fault === 'lose') return void request.socket.destroy();
    const raw = typeof reply.body === 'string' ? reply.body : reply.body === undefined ? '' : JSON.stringify(reply.body);
    response.writeHead(reply.status, { 'content-type': 'application/json', ...(reply as { headers?: Record<string, string> }).headers });
    response.end(raw);
  }

  const no = (status: number, code: number, message: string, errors: string[] = []) => ({
    status,
    body: { error: { code, message, errors } },
  });
  const taken = (what: string) => no(400, 2001, 'Invalid Input Provided', [`${what} has already been taken`]);

  function handle({ method, path, query, body }: Recorded): { status: number; body?: unknown } {
    const parts = path.split('/').slice(1);
    const [collection = '', id, sub, subId] = parts;
    if (path === '/abilities') return { status: 200, body: { abilities: ['teams', 'urgencies'] } };
    if (path === '/licenses')
      return { status: 200, body: { licenses: [{ name: 'Business', role_group: 'FullUser', allocations_available: 7 }] } };
    if (path === '/users/me') return { status: 400, body: { error: 'an account-level access token has no user' } };
    if (collection === 'v3') return no(404, 2100, 'Not Found');
    if (path === '/schedules/preview')
      return { status: 200, body: { schedule: { schedule_layers: [], final_schedule: { rendered_schedule_entries: [] } } } };
    if (sub === 'ping') return { status: 202 };
    if (sub === 'overrides' || sub === 'snooze') return done(method, collection, id, sub, subId, body);
    if (sub !== undefined && id !== undefined) return nested(method, collection, id, sub, subId, body);
    const one = envelopes[collection] ?? '';
    if (method === 'GET' && id === undefined) return page(collection, query);
    const wanted = (body as Record<string, Record<string, unknown>> | undefined)?.[one] ?? {};
    if (method === 'POST') return add(collection, one, wanted);
    const row = list(collection).find((r) => r.id === id);
    if (!row) return no(404, 2100, 'Not Found');
    if (method === 'DELETE') {
      fake.rows[collection] = list(collection).filter((r) => r !== row);
      return { status: 204 };
    }
    if (method === 'PUT') Object.assign(row, shaped(collection, wanted));
    return { status: 200, body: { [one]: shown(collection, row) } };
  }

  function add(collection: string, one: string, wanted: Record<string, unknown>) {
    const key = collection === 'users' ? 'email' : ['services', 'escalation_policies'].includes(collection) ? 'name' : undefined;
    if (key && list(collection).some((row) => row[key] === wanted[key])) return taken(key);
    const row = insert(collection, shaped(collection, wanted));
    if (collection !== 'webhook_subscriptions') return { status: 201, body: { [one]: shown(collection, row) } };
    const delivery = { ...(wanted['delivery_method'] as object), secret: `signing-${row.id}` };
    return { status: 201, body: { [one]: { ...row, delivery_method: delivery } } };
  }

  /** References get their summary, as PagerDuty gives them one. */
  function shaped(collection: string, wanted: Record<string, unknown>): Record<string, unknown> {
    const named = (type: string, ref: unknown): unknown => {
      const { id } = ref as { id: string };
      return { ...(ref as object), summary: list(type).find((row) => row.id === id)?.['name'] };
    };
    if (collection === 'services' && wanted['escalation_policy'])
      return { ...wanted, escalation_policy: named('escalation_policies', wanted['escalation_policy']) };
    if (collection === 'escalation_policies' && Array.isArray(wanted['escalation_rules'])) {
      const rules = (wanted['escalation_rules'] as { targets: { type: string }[] }[]).map((rule) => ({
        ...rule,
        targets: rule.targets.map((target) => named(target.type === 'user_reference' ? 'users' : 'schedules', target)),
      }));
      return { ...wanted, escalation_rules: rules };
    }
    if (collection === 'schedules' && Array.isArray(wanted['schedule_layers'])) {
      const layers = (wanted['schedule_layers'] as Record<string, unknown>[]).map((layer) => ({ id: `L${++ids}`, ...layer }));
      return { ...wanted, schedule_layers: layers };
    }
    return wanted;
  }

  function shown(collection: string, row: Row): unknown {
    if (collection !== 'schedules') return row;
    const final_schedule = { name: 'Final Schedule', rendered_schedule_entries: [] };
    return { final_schedule, ...row, schedule_layers: (row['schedule_layers'] as unknown[]).toReversed() };
  }

  function page(collection: string, query: URLSearchParams) {
    const search = query.get('query');
    const all = list(collection).filter(
      (row) => search === null || [row['name'], row['email']].some((text) => String(text).includes(search)),
    );
    const offset = Number(query.get('offset') ?? 0);
    const rows = all.slice(offset, offset + fake.pageSize).map((row) => shown(collection, row));
    const total = query.get('total') === 'true' ? all.length : null;
    return { status: 200, body: { [collection]: rows, offset, limit: fake.pageSize, more: offset + rows.length < all.length, total } };
  }

  function nested(method: string, collection: string, id: string, sub: string, subId: string | undefined, body: unknown) {
    const parent = list(collection).find((row) => row.id === id);
    if (!parent) return no(404, 2100, 'Not Found');
    const rows = (parent[sub] ??= []) as Row[];
    const one = envelopes[sub] ?? '';
    if (method === 'GET')
      return { status: 200, body: subId === undefined ? { [sub]: rows } : { [one]: rows.find((row) => row.id === subId) } };
    const wanted = (body as Record<string, Record<string, unknown>>)[one] ?? {};
    const same = (row: Row): boolean =>
      Object.entries(wanted).every(([name, value]) => JSON.stringify(row[name]) === JSON.stringify(value));
    if (!['integrations', 'notes'].includes(sub) && rows.some(same))
      return no(400, 2001, 'Invalid Input Provided', ['User Contact method must be unique']);
    const row: Row = { ...wanted, id: `S${++ids}`, ...(sub === 'notes' && { created_at: new Date().toISOString() }) };
    if (sub === 'integrations') Object.assign(row, { integration_key: String(ids).padStart(32, 'k') });
    rows.push(row);
    return { status: 201, body: { [one]: row } };
  }

  /** What has an envelope of its own kind: overrides come as a bare list, a snooze answers with the incident. */
  function done(method: string, collection: string, id = '', sub = '', subId: string | undefined, body: unknown) {
    const parent = list(collection).find((row) => row.id === id);
    if (!parent) return no(404, 2100, 'Not Found');
    if (sub === 'snooze') {
      const entry = { type: 'snooze_log_entry', created_at: new Date().toISOString() };
      ((parent['log_entries'] ??= []) as Row[]).push({ id: `S${++ids}`, ...entry });
      return { status: 201, body: { incident: parent } };
    }
    const rows = (parent[sub] ??= []) as Row[];
    if (method === 'GET') return { status: 200, body: { overrides: rows } };
    if (method === 'DELETE') {
      parent[sub] = rows.filter((row) => row.id !== subId);
      return (parent[sub] as Row[]).length < rows.length ? { status: 204 } : no(404, 2100, 'Not Found');
    }
    const made = (body as { overrides: Record<string, unknown>[] }).overrides.map((one) => ({ ...one, id: `S${++ids}` }));
    rows.push(...made);
    return { status: 201, body: made.map((override) => ({ status: 201, override })) };
  }
  return fake;
}

/** Real time, plus what was slept through: waits are over at once and can be counted. */
export function jumpingClock(): Clock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now() + slept.reduce((sum, ms) => sum + ms, 0),
    sleep: (ms, _why, signal) => {
      if (signal?.aborted) return Promise.reject(signal.reason as Error);
      slept.push(ms);
      return Promise.resolve();
    },
  };
}

export const testToken = 'u+TESTTOKENxyz';

export function adapterFor(fake: { readonly url: string }, more: Partial<PagerDutyOptions> = {}) {
  const clock = jumpingClock();
  const http = createHttp({ userAgent: 'pmp-pd/test' });
  const pagerduty = createPagerDuty({
    apiUrl: fake.url,
    region: 'us',
    credential: { kind: 'token', token: secretOf(testToken) },
    from: 'ada@example.com',
    clock,
    http,
    ...more,
  });
  return { pagerduty, clock, http };
}
