import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvents } from '../../../src/adapters/events.ts';
import { createHttp } from '../../../src/adapters/http.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { PagerDuty } from '../../../src/ports/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { adapterFor, fakePagerDuty, type Fake } from '../../adapters/pagerduty/fake.ts';
import { service } from '../../adapters/pagerduty/samples.ts';
import { bodies, bodiless, operationOf } from './bodies.ts';
import { descriptionFile, descriptionIsThere, loadDescription } from './description.ts';
import { everyLiveCall, everyRead, everyRemoval, everyWrite, recordingHttp, type Sent } from './scenario.ts';
import { waivers } from './waivers.ts';

let fake: Fake;
let sandbox: Sandbox;
let toFake: readonly Sent[];
let toSandbox: readonly Sent[];

beforeAll(async () => {
  fake = await fakePagerDuty();
  const one = recordingHttp();
  const first = adapterFor(fake, { http: one.http }).pagerduty;
  await everyWrite(first);
  const [made] = fake.rows['services'] ?? [];
  const reference = { id: made?.id, type: 'service_reference' };
  fake.seed('incidents', { incident_number: 1, title: 'x', status: 'resolved', created_at: new Date().toISOString(), service: reference });
  fake.seed('incidents', { incident_number: 2, title: 'y', status: 'resolved', created_at: new Date().toISOString(), service: reference });
  for (const row of fake.rows['incidents'] ?? []) Object.assign(row, { alerts: [], log_entries: [] });
  await everyRead(first, Date.now());
  const open = fake.seed('incidents', {
    incident_number: 3,
    title: 'z',
    status: 'triggered',
    created_at: new Date().toISOString(),
    service: reference,
  });
  await everyLiveCall(first, open.id, Date.now());
  fake.rows['incidents'] = [];
  await everyRemoval(first);
  toFake = one.sent;

  const stateFile = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'state.json');
  sandbox = await openSandbox({ stateFile, accountPlan: 'trial', people: 'asleep' });
  const two = recordingHttp();
  const { clock, token, apiUrl, from } = sandbox;
  const credential = { kind: 'token', token: secretOf(token) } as const;
  const second = adapterFor({ url: apiUrl }, { http: two.http, clock, credential, from }).pagerduty;
  await everyWrite(second);
  await everyRead(second, clock.now());
  await everyLiveCall(second, await openedOn(sandbox, second), clock.now());
  await everyRemoval(second);
  toSandbox = two.sent;
});

/** The id of an incident that an event has opened. */
async function openedOn({ clock, eventsUrl }: Sandbox, pagerduty: PagerDuty): Promise<string> {
  const key = await pagerduty.integrationKey(service.name, 'events_v2');
  if (!key) throw new Error('no key');
  const http = createHttp({ userAgent: 'pmp-pd/test' });
  const event = { action: 'trigger', key: 'k', summary: 'x', source: 'pmp-pd', severity: 'critical', details: {}, links: [] } as const;
  await createEvents({ url: new URL(eventsUrl), http, clock }).send(key, 'events_v2', event);
  await clock.sleep(10_000, 'the incident');
  http.close();
  const [open] = await pagerduty.openIncidents([service.name]);
  return open?.id ?? '';
}
afterAll(async () => {
  fake.close();
  await sandbox.close();
});

const isWrite = ({ method }: Sent): boolean => method !== 'GET';
const pathOf = (sent: Sent): string => sent.url.pathname.replace(new URL(sandbox.apiUrl).pathname.replace(/\/$/, ''), '');
const everything = (): readonly Sent[] => [...toFake, ...toSandbox];

/** Every copy of `value` in which one of its objects has a property that nobody documents. */
function misspelt(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((entry, i) => misspelt(entry).map((bad) => value.with(i, bad)));
  if (typeof value !== 'object' || value === null) return [];
  const below = Object.entries(value).flatMap(([name, part]) => misspelt(part).map((bad) => ({ ...value, [name]: bad })));
  return [{ ...value, mispelt_property: 1 }, ...below];
}

describe('every request of the adapter, by our own schemas', () => {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  const validators = new Map(Object.entries(bodies).map(([name, schema]) => [name, ajv.compile(schema)]));
  const errorsIn = (operation: string, body: unknown): unknown[] => {
    const validate = validators.get(operation);
    if (!validate) return [`${operation} is unknown`];
    return validate(body) ? [] : [...(validate.errors ?? [])];
  };

  it('every write that we know was sent, and no other', () => {
    for (const sent of [toFake, toSandbox]) {
      const seen = new Set(sent.filter(isWrite).map((one) => operationOf(one.method, pathOf(one))));
      expect([...seen].sort()).toEqual([...Object.keys(bodies), ...bodiless].sort());
    }
  });
  it('every body is good', () => {
    const bad = everything()
      .filter((sent) => sent.body !== undefined)
      .flatMap((sent) =>
        errorsIn(operationOf(sent.method, pathOf(sent)), sent.body).map((error) => [sent.method, sent.url.pathname, error]),
      );
    expect(bad).toEqual([]);
  });
  it('a property too many is seen at every depth of every body', () => {
    const missed = toFake.flatMap((sent) =>
      misspelt(sent.body).filter((body) => errorsIn(operationOf(sent.method, pathOf(sent)), body).length === 0),
    );
    expect(missed).toEqual([]);
    expect(toFake.flatMap((sent) => misspelt(sent.body)).length).toBeGreaterThan(100);
  });
  it('the sandbox accepted every one of them', () => {
    expect(toSandbox.filter((sent) => isWrite(sent) && sent.status >= 400)).toEqual([]);
  });
});

if (!descriptionIsThere) console.warn(`PagerDuty's description is not at ${descriptionFile}: requests are checked by our own schemas only`);

const place = descriptionIsThere ? 'rest.json' : `SKIPPED, it is not at ${descriptionFile}`;
describe.skipIf(!descriptionIsThere)(`every request of the adapter, by PagerDuty's own description (${place})`, () => {
  const description = descriptionIsThere ? loadDescription() : undefined;
  const known = (): NonNullable<typeof description> => {
    if (!description) throw new Error('no description');
    return description;
  };

  it('is documented, with every query parameter', () => {
    const operations = new Set(toFake.map((sent) => known().operationOf(sent.method, pathOf(sent))));
    for (const read of ['/incidents', '/incidents/{id}/alerts', '/incidents/{id}/log_entries', '/oncalls', '/schedules/{id}/overrides'])
      expect(operations).toContain(`GET ${read}`);
    const wrong = everything().flatMap((sent) => {
      const operation = known().operationOf(sent.method, pathOf(sent));
      if (operation === undefined) return [`${sent.method} ${pathOf(sent)}`];
      const documented = known().parametersOf(operation);
      return [...new Set(sent.url.searchParams.keys())].filter((name) => !documented.has(name)).map((name) => `${operation} ?${name}`);
    });
    expect([...new Set(wrong)]).toEqual([]);
  });
  it('has a good body, unknown properties refused', () => {
    const wrong = everything()
      .filter((sent) => sent.body !== undefined)
      .flatMap((sent) => {
        const operation = known().operationOf(sent.method, pathOf(sent)) ?? '';
        return known()
          .errorsIn(operation, sent.body)
          .map((error) => `${operation} ${error}`);
      });
    expect([...new Set(wrong)]).toEqual([]);
  });
  it('a property too many fails at every depth, a misspelt one in a nested layer among them', () => {
    const bodies = toFake
      .filter((sent) => sent.body !== undefined)
      .map((sent) => ({ operation: known().operationOf(sent.method, pathOf(sent)) ?? '', body: sent.body }));
    const missed = bodies.flatMap(({ operation, body }) =>
      misspelt(body)
        .filter((bad) => known().errorsIn(operation, bad).length === 0)
        .map((bad) => [operation, JSON.stringify(bad)]),
    );
    expect(missed).toEqual([]);
    const schedule = bodies.find(({ operation }) => operation === 'POST /schedules');
    const typo: unknown = JSON.parse(
      JSON.stringify(schedule?.body).replace('rotation_turn_length_seconds', 'rotation_turn_lenght_seconds'),
    );
    expect(known().errorsIn('POST /schedules', typo).join()).toContain('rotation_turn_lenght_seconds');
  });
  it('no waiver outlives its reason: each place still says what it waives', () => {
    for (const waiver of waivers) {
      const { path, reason } = waiver;
      expect({ path, reason, is: known().before.get(path) }).not.toEqual({ path, reason, is: waiver.instead });
      expect(known().before.get(path)).toBeDefined();
    }
  });
});
