import { describe, expect, test } from 'vitest';
import { Client, opened } from '../support.ts';
import type { Answer, Json } from '../support.ts';

const start = Date.UTC(2026, 8, 1);
const at = (hours: number): string => new Date(start + hours * 3_600_000).toISOString();
const refusal = ({ status, body }: Answer): unknown => [status, body.error.code, ...(body.error.errors ?? [])];

async function account(): Promise<{ readonly pd: Client; readonly id: string }> {
  const pd = new Client(await opened({ start }));
  return { pd, id: (await pd.serviceWithPolicy()).id };
}

describe('maintenance windows', () => {
  const window = (id: string, from: number, until: number, more: Json = {}): Json => ({
    maintenance_window: {
      type: 'maintenance_window',
      description: 'Deployment',
      start_time: at(from),
      end_time: at(until),
      services: [{ id, type: 'service_reference' }],
      ...more,
    },
  });

  test('are numbered, name their creator, and put the service into maintenance while they last', async () => {
    const { pd, id } = await account();
    const { body } = await pd.post('/maintenance_windows', window(id, 1, 3));
    expect(body.maintenance_window).toMatchObject({
      sequence_number: 1,
      description: 'Deployment',
      created_by: { summary: 'Sandbox Owner' },
      services: [{ id }],
    });
    const status = async (): Promise<unknown> => (await pd.get(`/services/${id}`)).body.service.status;
    const seen = [await status()];
    for (const step of ['90m', '2h']) {
      pd.sandbox.doAction('advance', step);
      seen.push(await status());
    }
    expect(seen).toEqual(['active', 'maintenance', 'active']);
  });

  test('are found by when they are', async () => {
    const { pd, id } = await account();
    await pd.post('/maintenance_windows', window(id, 0, 1, { description: 'past' }));
    await pd.post('/maintenance_windows', window(id, 0, 9, { description: 'ongoing' }));
    await pd.post('/maintenance_windows', window(id, 8, 9, { description: 'future' }));
    pd.sandbox.doAction('advance', '2h');
    const found = async (filter: string): Promise<unknown> =>
      (await pd.get(`/maintenance_windows?filter=${filter}`)).body.maintenance_windows.map((each: Json) => each['description']);
    expect(await Promise.all(['past', 'ongoing', 'future', 'open', 'all'].map(found))).toEqual([
      ['past'],
      ['ongoing'],
      ['future'],
      ['ongoing', 'future'],
      ['past', 'ongoing', 'future'],
    ]);
    expect((await pd.get('/maintenance_windows?service_ids[]=PNONE')).body.maintenance_windows).toEqual([]);
    expect((await pd.get('/maintenance_windows?filter=soon')).status).toBe(400);
  });

  test('a start in the past becomes now', async () => {
    const { pd, id } = await account();
    const { body } = await pd.post('/maintenance_windows', window(id, -5, 1));
    expect(Date.parse(body.maintenance_window.start_time)).toBe(start);
  });

  test.each([
    ['an end in the past', -2, -1, {}, 'End time must be in the future'],
    ['an end before the start', 3, 2, {}, 'End time must be after start time'],
    ['no services', 1, 2, { services: [] }, "Services can't be blank"],
    ['a service unknown', 1, 2, { services: [{ id: 'PNONE', type: 'service_reference' }] }, 'Service not found'],
    ['no start', 1, 2, { start_time: undefined }, 'Start time is not a valid date'],
    ['a date that is none', 1, 2, { end_time: 'tomorrow' }, 'End time is not a valid date'],
  ])('%s is refused', async (_, from, until, wrong, message) => {
    const { pd, id } = await account();
    expect(refusal(await pd.post('/maintenance_windows', window(id, from, until, wrong)))).toEqual([400, 2001, message]);
  });

  test('deleting removes a future one, ends an open one, and is refused for a past one', async () => {
    const { pd, id } = await account();
    const make = async (from: number, until: number): Promise<string> =>
      (await pd.post('/maintenance_windows', window(id, from, until))).body.maintenance_window.id;
    const [past, open, future] = [await make(0, 1), await make(0, 9), await make(8, 9)];
    pd.sandbox.doAction('advance', '2h');
    const gone = await Promise.all([past, open, future].map((each) => pd.delete(`/maintenance_windows/${each}`)));
    expect(gone.map(({ status }) => status)).toEqual([405, 204, 204]);
    expect(gone[0]?.body.error.code).toBe(5003);
    const left = (await pd.get('/maintenance_windows')).body.maintenance_windows;
    expect(left.map((each: Json) => each['end_time'])).toEqual([at(1).replace('.000', ''), at(2).replace('.000', '')]);
  });

  test('what a change leaves out stays; a past one cannot be changed', async () => {
    const { pd, id } = await account();
    const made = (await pd.post('/maintenance_windows', window(id, 1, 2))).body.maintenance_window;
    const later = await pd.put(`/maintenance_windows/${made.id}`, { maintenance_window: { type: 'maintenance_window', end_time: at(3) } });
    expect(later.body.maintenance_window).toMatchObject({
      start_time: made.start_time,
      description: 'Deployment',
      end_time: at(3).replace('.000', ''),
    });
    pd.sandbox.doAction('advance', '4h');
    expect((await pd.put(`/maintenance_windows/${made.id}`, window(id, 5, 6))).status).toBe(400);
  });
});

describe('webhook subscriptions', () => {
  const webhook = (id: string, more: Json = {}): Json => ({
    webhook_subscription: {
      type: 'webhook_subscription',
      description: 'pmp-pd',
      delivery_method: {
        type: 'http_delivery_method',
        url: 'https://hooks.example.com/pd',
        custom_headers: [{ name: 'X-Env', value: 'prod' }],
      },
      events: ['incident.triggered', 'incident.resolved'],
      filter: { type: 'service_reference', id },
      ...more,
    },
  });

  test('the secret is told once and made by PagerDuty; header values never come back', async () => {
    const { pd, id } = await account();
    const mine = {
      type: 'http_delivery_method',
      url: 'https://hooks.example.com/pd',
      secret: 'mine',
      custom_headers: [{ name: 'X-Env', value: 'prod' }],
    };
    const made = (await pd.post('/webhook_subscriptions', webhook(id, { delivery_method: mine }))).body.webhook_subscription;
    expect(made.delivery_method.secret).toMatch(/^sandbox[0-9a-f]{57}$/);
    const read = (await pd.get(`/webhook_subscriptions/${made.id}`)).body.webhook_subscription;
    expect(read.delivery_method).toMatchObject({ secret: null, custom_headers: [{ name: 'X-Env', value: '<redacted>' }] });
    const listed = (await pd.get('/webhook_subscriptions')).body.webhook_subscriptions;
    expect(listed).toEqual([read]);
    expect(JSON.stringify(listed)).not.toContain(made.delivery_method.secret);
  });

  test('the address cannot be changed, the rest can', async () => {
    const { pd, id } = await account();
    const made = (await pd.post('/webhook_subscriptions', webhook(id))).body.webhook_subscription;
    const change = {
      active: false,
      events: ['incident.escalated'],
      delivery_method: { type: 'http_delivery_method', url: 'https://other.example.com' },
    };
    const { body } = await pd.put(`/webhook_subscriptions/${made.id}`, { webhook_subscription: change });
    expect(body.webhook_subscription).toMatchObject({
      active: false,
      events: ['incident.escalated'],
      delivery_method: { url: 'https://hooks.example.com/pd' },
    });
  });

  test('are pinged, enabled, found by service and deleted', async () => {
    const { pd, id } = await account();
    const made = (await pd.post('/webhook_subscriptions', webhook(id))).body.webhook_subscription;
    expect((await pd.post(`/webhook_subscriptions/${made.id}/ping`)).status).toBe(202);
    expect(pd.sandbox.status().webhooks).toEqual([
      { url: 'https://hooks.example.com/pd', active: true, pings: 1, service: 'PMP Study - Critical' },
    ]);
    expect((await pd.post(`/webhook_subscriptions/${made.id}/enable`)).status).toBe(200);
    expect((await pd.get(`/webhook_subscriptions?filter_type=service&filter_id=${id}`)).body.webhook_subscriptions).toHaveLength(1);
    expect((await pd.get('/webhook_subscriptions?filter_type=account')).body.webhook_subscriptions).toEqual([]);
    expect((await pd.delete(`/webhook_subscriptions/${made.id}`)).status).toBe(204);
  });

  test.each([
    ['no events', { events: [] }, "Events can't be blank"],
    ['an event twice', { events: ['incident.triggered', 'incident.triggered'] }, 'Events must be unique'],
    ['an event unknown', { events: ['incident.exploded'] }, 'Events includes an unknown event type'],
    ['no filter', { filter: undefined }, "Filter can't be blank"],
    ['a service unknown', { filter: { type: 'service_reference', id: 'PNONE' } }, 'Filter id not found'],
    ['no address', { delivery_method: { type: 'http_delivery_method' } }, "Url can't be blank"],
    [
      'an address that is none',
      { delivery_method: { type: 'http_delivery_method', url: 'ftp://example.com' } },
      'Delivery method url is invalid',
    ],
  ])('%s is refused', async (_, wrong, message) => {
    const { pd, id } = await account();
    expect(refusal(await pd.post('/webhook_subscriptions', webhook(id, wrong)))).toEqual([400, 2001, message]);
  });
});
