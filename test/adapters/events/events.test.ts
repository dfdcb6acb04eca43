import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createEvents } from '../../../src/adapters/events.ts';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import { PmpError } from '../../../src/engine/errors.ts';
import type { AlertEvent, Events } from '../../../src/ports/index.ts';
import { descriptionFile, descriptionIsThere, loadDescription } from '../../contracts/pagerduty/description.ts';
import { fakeApi, quickClock, type Answer, type FakeApi, type Seen } from '../kubernetes/support.ts';

const open: (FakeApi | Http)[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const key = 'k3y0'.repeat(8);
const routingKey = secretOf(`${key}\n`);
const taken: Answer = { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: 'd' } };
const event: AlertEvent = {
  action: 'trigger',
  key: 'drill-1',
  summary: '[DRILL pmp-pd 1] nothing is wrong',
  source: 'pmp-pd',
  severity: 'critical',
  class: 'Drill',
  component: 'pmp',
  group: 'drill',
  details: { pmp_drill: '1', nested: { a: 1 } },
  links: [{ href: 'https://runbooks.example.com/drill', text: 'Runbook' }],
};

interface Rig {
  readonly events: Events;
  readonly seen: readonly Seen[];
  readonly waits: readonly number[];
  readonly url: string;
  readonly now: () => number;
}

async function rig(answer: (request: Seen, nth: number) => Answer, more: { prefix?: string; signal?: AbortSignal } = {}): Promise<Rig> {
  const api = await fakeApi(answer);
  const http = createHttp({ userAgent: 'pmp-pd-test' });
  open.push(api, http);
  const clock = quickClock();
  const url = `${api.url}${more.prefix ?? ''}`;
  const events = createEvents({ url: new URL(url), http, clock, ...(more.signal && { signal: more.signal }) });
  return { events, seen: api.seen, waits: clock.waits, url, now: clock.now };
}

async function errorOf(work: Promise<unknown>): Promise<PmpError> {
  const thrown: unknown = await work.then(
    () => 'it did not fail',
    (error: unknown) => error,
  );
  if (!(thrown instanceof PmpError)) throw new Error(`no PmpError but ${String(thrown)}`);
  expect(JSON.stringify([thrown.facts, thrown.message, String(thrown.cause)])).not.toContain(key);
  return thrown;
}
const bodyOf = ({ body }: Seen): unknown => JSON.parse(body);

describe('an event', () => {
  it('is sent as Events API v2 takes it, with everything that a person paged needs', async () => {
    const { events, seen, now } = await rig(() => taken);
    expect(await events.send(routingKey, 'events_v2', event)).toEqual({ at: now() });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual(['POST /v2/enqueue']);
    const { summary, source, severity, component, group, details, links } = event;
    expect(bodyOf(seen[0]!)).toEqual({
      routing_key: key,
      event_action: 'trigger',
      dedup_key: 'drill-1',
      client: 'pmp-pd',
      payload: { summary, source, severity, class: 'Drill', component, group, custom_details: details },
      links,
    });
    expect(JSON.stringify(seen[0]!.headers)).not.toContain(key);
  });

  it('is sent as v1 takes it: links are contexts, and there is no severity', async () => {
    const { events, seen } = await rig(() => ({ status: 200, body: { status: 'success' } }), { prefix: '/under/a/path' });
    await events.send(routingKey, 'prometheus', event);
    expect(seen.map(({ url }) => url)).toEqual(['/under/a/path/generic/2010-04-15/create_event.json']);
    expect(bodyOf(seen[0]!)).toEqual({
      service_key: key,
      event_type: 'trigger',
      incident_key: 'drill-1',
      description: event.summary,
      client: 'pmp-pd',
      details: event.details,
      contexts: [{ type: 'link', href: 'https://runbooks.example.com/drill', text: 'Runbook' }],
    });
  });

  it('that ends or acknowledges says which, and nothing more', async () => {
    const { events, seen } = await rig(() => taken);
    await events.send(routingKey, 'events_v2', { ...event, action: 'resolve' });
    await events.send(routingKey, 'prometheus', { ...event, action: 'acknowledge' });
    expect(seen.map(bodyOf)).toEqual([
      { routing_key: key, event_action: 'resolve', dedup_key: 'drill-1' },
      { service_key: key, event_type: 'acknowledge', incident_key: 'drill-1' },
    ]);
  });

  it.skipIf(!descriptionIsThere)('is as PagerDuty describes both APIs, unknown properties refused', async () => {
    const { events, seen } = await rig(() => taken);
    for (const type of ['events_v2', 'prometheus'] as const)
      for (const action of ['trigger', 'acknowledge', 'resolve'] as const) await events.send(routingKey, type, { ...event, action });
    const folder = dirname(descriptionFile);
    const v2 = loadDescription(join(folder, 'events-v2.json'), []);
    const v1 = loadDescription(join(folder, 'events-v1.json'), []);
    const wrong = seen.flatMap((one) => {
      const [description, operation] = one.url === '/v2/enqueue' ? [v2, 'POST /enqueue'] : [v1, 'POST /create_event.json'];
      const body = bodyOf(one) as object;
      expect(description.errorsIn(operation, { ...body, mispelt: 1 })).not.toEqual([]);
      return description.errorsIn(operation, body);
    });
    expect(wrong).toEqual([]);
  });
});

describe('an event that is not taken at once', () => {
  it.each([
    ['busy', { status: 503, body: 'busy' }],
    ['a timeout of a gateway', { status: 504, body: '<html>' }],
    ['a lost answer', { status: 202, cut: true }],
  ] as const)('is sent again, since its key makes it a repetition: %s', async (_name, fault) => {
    const { events, seen, waits } = await rig((_request, nth) => (nth < 3 ? fault : taken));
    await events.send(routingKey, 'events_v2', event);
    expect(new Set(seen.map(({ body }) => body)).size).toBe(1);
    expect(seen).toHaveLength(3);
    expect(waits).toHaveLength(2);
  });

  it('waits as long as PagerDuty asks, else as long as it is known to need', async () => {
    const asked = await rig((_request, nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '7' } } : nth === 2 ? { status: 429 } : taken,
    );
    await asked.events.send(routingKey, 'events_v2', event);
    expect(asked.waits).toEqual([7000, 10_000]);
  });

  it('is not sent for ever', async () => {
    const busy = await rig(() => ({ status: 500 }));
    expect(await errorOf(busy.events.send(routingKey, 'events_v2', event))).toMatchObject({ id: 'pagerduty-unreachable' });
    expect(busy.seen).toHaveLength(5);
    const many = await rig(() => ({ status: 429, headers: { 'retry-after': '100' } }));
    expect(await errorOf(many.events.send(routingKey, 'events_v2', event))).toMatchObject({ id: 'pagerduty-rate-limit' });
    expect(many.waits).toEqual([100_000]);
  });

  it('403 is "too many" in v1 alone', async () => {
    const { events, seen } = await rig((_request, nth) => (nth === 1 ? { status: 403, body: 'slow down' } : taken));
    await events.send(routingKey, 'prometheus', event);
    expect(seen).toHaveLength(2);
    const v2 = await rig(() => ({ status: 403, body: { status: 'forbidden', message: 'No' } }));
    expect(await errorOf(v2.events.send(routingKey, 'events_v2', event))).toMatchObject({ id: 'pagerduty-refused' });
    expect(v2.seen).toHaveLength(1);
  });

  it("is refused in PagerDuty's words, without the key and without what a terminal obeys", async () => {
    const body = { status: 'invalid event', message: 'Event object is invalid', errors: [`\u001b[31m'routing_key' ${key} is unknown`, 7] };
    const { events, seen } = await rig(() => ({ status: 400, body }));
    const { id, facts } = await errorOf(events.send(routingKey, 'events_v2', event));
    expect(id).toBe('pagerduty-refused');
    expect(facts.cause).toBe("POST /v2/enqueue: 400 Event object is invalid: 'routing_key' <key> is unknown");
    expect(facts.resource).toBe('trigger event of drill-1');
    expect(seen).toHaveLength(1);
  });

  it('a sign-in page in between is no PagerDuty, whatever its status', async () => {
    for (const status of [200, 404]) {
      const { events, url } = await rig(() => ({ status, body: '<html>sign in</html>' }));
      const { id, facts } = await errorOf(events.send(routingKey, 'events_v2', event));
      expect([id, facts.message]).toEqual(['pagerduty-rubbish', expect.stringContaining(url)]);
    }
  });

  it('nobody there', async () => {
    const { events, waits } = await rig(() => ({ status: 0, cut: true }));
    const { id, facts } = await errorOf(events.send(routingKey, 'events_v2', event));
    expect([id, facts.fix]).toEqual(['pagerduty-unreachable', expect.stringContaining('PAGERDUTY_EVENTS_URL')]);
    expect(waits).toHaveLength(4);
  });

  it('ends with the command', async () => {
    const stop = new AbortController();
    const reason = new PmpError('interrupted', { message: 'interrupted', fix: 'Run it again.' });
    const { events } = await rig(
      () => {
        stop.abort(reason);
        return { status: 0, hang: true };
      },
      { signal: stop.signal },
    );
    expect(await errorOf(events.send(routingKey, 'events_v2', event))).toBe(reason);
  });
});
