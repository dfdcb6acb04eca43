import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { team } from './live.ts';
import type { Team } from './live.ts';

interface Delivery {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Somebody's own HTTPS endpoint, as far as loopback goes. `status` is what it answers with from now on. */
async function receiver() {
  const got: Delivery[] = [];
  const waiting: (() => void)[] = [];
  const answers = { status: 200 };
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      got.push({ headers: incoming.headers, body });
      outgoing.writeHead(answers.status).end();
      for (const wake of waiting.splice(0)) wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  /** Waits for so many deliveries since the beginning. */
  const seen = async (count: number): Promise<readonly Delivery[]> => {
    while (got.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
    return got;
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/pd`, got, seen, answers };
}

async function subscribe({ pd, service }: Team, url: string, events: readonly string[], id: string | null = service) {
  const made = await pd.post('/webhook_subscriptions', {
    webhook_subscription: {
      type: 'webhook_subscription',
      delivery_method: { type: 'http_delivery_method', url, custom_headers: [{ name: 'X-Env', value: 'prod' }] },
      events: events.map((each) => `incident.${each}`),
      filter: id === null ? { type: 'account_reference' } : { type: 'service_reference', id },
    },
  });
  return made.body.webhook_subscription;
}

const eventsOf = (deliveries: readonly Delivery[]): readonly string[] =>
  deliveries.map(({ body }) => JSON.parse(body).event.event_type.replace('incident.', ''));

/** Until the sandbox has heard how a delivery ended. */
async function until(happened: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setImmediate(resolve));
}

describe('webhook deliveries', () => {
  test('tell each change of an incident, in order, signed with the subscription’s secret', async () => {
    const made = await team({ service: { acknowledgement_timeout: 60 } });
    const { sandbox, pd, fire, incident, enqueue, after } = made;
    const there = await receiver();
    const all = ['triggered', 'acknowledged', 'unacknowledged', 'escalated', 'annotated', 'resolved'];
    const { id: subscription, delivery_method } = await subscribe(made, there.url, all);
    await fire();
    sandbox.doAction('ack', 'ada@example.com');
    after('1m');
    after('10m');
    await pd.post(`/incidents/${(await incident()).id}/notes`, { note: { content: 'on it' } });
    await enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    const deliveries = await there.seen(6);
    expect(eventsOf(deliveries)).toEqual(all);
    for (const { headers, body } of deliveries) {
      expect(headers['x-pagerduty-signature']).toBe(`v1=${createHmac('sha256', delivery_method.secret).update(body).digest('hex')}`);
      expect(headers).toMatchObject({ 'x-webhook-subscription': subscription, 'user-agent': 'PagerDuty-Webhook/V3.0', 'x-env': 'prod' });
    }
    expect(new Set(deliveries.map(({ headers }) => headers['x-webhook-id'])).size).toBe(6);
    const [triggered, acknowledged, , , annotated] = deliveries.map(({ body }) => JSON.parse(body).event);
    expect(triggered).toMatchObject({
      resource_type: 'incident',
      agent: { type: 'service_reference' },
      data: {
        type: 'incident',
        number: 1,
        status: 'triggered',
        incident_key: 'a1',
        urgency: 'high',
        assignees: [{ summary: 'Ada Example' }],
      },
    });
    expect(acknowledged).toMatchObject({ agent: { type: 'user_reference', summary: 'Ada Example' }, data: { status: 'acknowledged' } });
    expect(annotated.data).toMatchObject({ type: 'incident_note', content: 'on it', incident: { type: 'incident_reference' } });
  });

  test('go to those who listen to that event and that service', async () => {
    const made = await team();
    const there = await receiver();
    const other = await made.pd.service('Another', made.policy);
    await subscribe(made, there.url, ['resolved']);
    await subscribe(made, there.url, ['triggered'], other.id);
    const account = await subscribe(made, there.url, ['triggered'], null);
    await made.fire();
    const [delivery] = await there.seen(1);
    expect(delivery?.headers['x-webhook-subscription']).toBe(account.id);
    await made.enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    expect(eventsOf(await there.seen(2))).toEqual(['triggered', 'resolved']);
  });

  test('a ping arrives, signed as everything else', async () => {
    const made = await team();
    const there = await receiver();
    const { id, delivery_method } = await subscribe(made, there.url, ['triggered']);
    expect((await made.pd.post(`/webhook_subscriptions/${id}/ping`)).status).toBe(202);
    const [{ headers, body } = { headers: {}, body: '' }] = await there.seen(1);
    expect(JSON.parse(body).event).toMatchObject({ event_type: 'pagey.ping', resource_type: 'pagey' });
    expect(headers['x-pagerduty-signature']).toBe(`v1=${createHmac('sha256', delivery_method.secret).update(body).digest('hex')}`);
  });

  test('an endpoint that is ill gets it again; what comes later waits behind it', async () => {
    const made = await team();
    const there = await receiver();
    await subscribe(made, there.url, ['triggered', 'resolved']);
    there.answers.status = 503;
    await made.fire();
    await there.seen(1);
    const pending = () => (made.sandbox.section('pagerduty') as { deliveries: readonly { attempts: number }[] }).deliveries;
    await until(() => pending()[0]?.attempts === 1);
    await made.enqueue({ event_action: 'resolve', dedup_key: 'a1' });
    expect(eventsOf(there.got)).toEqual(['triggered']);
    there.answers.status = 200;
    made.after('30s');
    expect(eventsOf(await there.seen(3))).toEqual(['triggered', 'triggered', 'resolved']);
    expect(there.got[0]?.headers['x-webhook-id']).toBe(there.got[1]?.headers['x-webhook-id']);
  });

  test('three that are refused stop the subscription for a day, or until somebody enables it', async () => {
    const made = await team();
    const there = await receiver();
    const { id } = await subscribe(made, there.url, ['triggered']);
    const disabled = async (): Promise<boolean> =>
      (await made.pd.get(`/webhook_subscriptions/${id}`)).body.webhook_subscription.delivery_method.temporarily_disabled;
    const refuse = async (from: number): Promise<void> => {
      there.answers.status = 404;
      for (const each of [1, 2, 3]) await made.fire(`${from} ${each}`, { summary: `Trouble ${from} ${each}` });
      await there.seen(from + 3);
      await until(disabled);
    };
    await refuse(0);
    await made.fire('unheard');
    there.answers.status = 200;
    await made.pd.post(`/webhook_subscriptions/${id}/enable`);
    expect(await disabled()).toBe(false);
    await made.fire('heard', { summary: 'Heard' });
    expect(JSON.parse((await there.seen(4))[3]?.body ?? '').event.data.title).toBe('Heard');
    await refuse(4);
    made.after('1d');
    expect(await disabled()).toBe(false);
    expect(there.got).toHaveLength(7);
  });

  test('nothing leaves this machine: whoever listens elsewhere is taken to have answered', async () => {
    const made = await team();
    await subscribe(made, 'https://hooks.example.com/pd', ['triggered']);
    await made.fire();
    made.after('2d');
    const { deliveries, webhooks } = made.sandbox.section('pagerduty') as {
      deliveries: readonly unknown[];
      webhooks: readonly { drops: number }[];
    };
    expect([deliveries, webhooks[0]?.drops]).toEqual([[], 0]);
  });
});
