import { PmpError } from '../../engine/errors.ts';
import type { Seen, WebhookSubscription } from '../../model/index.ts';
import type { Secret } from '../../ports/index.ts';
import { secretOf } from '../secret.ts';
import { path, type Client } from './client.ts';
import { createDirectory, type Directory } from './directory.ts';
import { lookAgain } from './create.ts';
import { readMark, writeMark } from './mark.ts';
import { UnknownOutcome } from './refusal.ts';
import { theService, type ServiceEntry } from './services.ts';
import { rubbish, type Shape } from './shape.ts';

export interface WebhookEntry {
  readonly id: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  /** Only of subscriptions to one service. */
  readonly serviceId: string | undefined;
  readonly description: string;
  readonly ours: boolean;
  readonly role: string | undefined;
  /** Where its signing secret was put. */
  readonly namespace: string | undefined;
}

export interface Webhooks {
  webhooks(): Promise<readonly Seen<WebhookSubscription>[]>;
  createWebhook(webhook: WebhookSubscription): Promise<{ readonly subscription: string; readonly secret: Secret }>;
  updateWebhook(webhook: WebhookSubscription): Promise<void>;
  pingWebhook(subscription: string): Promise<void>;
  deleteWebhook(subscription: string): Promise<void>;
  forget(): void;
}

const rounds = 3;

export function webhookDirectory(client: Client): Directory<WebhookEntry> {
  return createDirectory(client, {
    path: '/webhook_subscriptions',
    one: 'webhook_subscription',
    many: 'webhook_subscriptions',
    words: 'webhook subscriptions',
    read: readWebhook,
    idOf: (webhook) => webhook.id,
    keyOf: (webhook) => webhook.id,
    normal: (id) => id,
  });
}

/** Webhook subscriptions (v3) of single services, known by URL and service. The signing secret comes once, with the create. */
export function webhooks(client: Client, services: Directory<ServiceEntry>): Webhooks {
  const directory = webhookDirectory(client);

  async function seenWebhook(entry: WebhookEntry): Promise<readonly Seen<WebhookSubscription>[]> {
    const service = entry.serviceId === undefined ? undefined : (await services.byIds([entry.serviceId])).get(entry.serviceId);
    if (!service) return [];
    const { url, events, active, id } = entry;
    const role = entry.role === 'high' ? 'high' : 'critical';
    const name = service.name.trim();
    const value: WebhookSubscription = {
      kind: 'webhook subscription',
      name,
      role,
      url,
      events,
      active,
      subscription: id,
      secretHeld: false,
      ...(entry.namespace === undefined ? {} : { keptIn: entry.namespace }),
    };
    return [{ value, ours: entry.ours }];
  }

  async function remove(id: string): Promise<void> {
    const resource = `webhook subscription ${id}`;
    await client.call({ method: 'DELETE', path: path('/webhook_subscriptions/{}', id), doing: `delete ${resource}`, resource });
  }

  async function one(webhook: WebhookSubscription): Promise<WebhookEntry> {
    const entries = await directory.all();
    const service = await theService(services, webhook.name);
    const found =
      entries.find((entry) => entry.id === webhook.subscription) ??
      entries.find((entry) => entry.url === webhook.url && entry.serviceId === service.id);
    if (found) return found;
    const resource = `webhook subscription of ${webhook.name}`;
    throw new PmpError('need-failed', { message: `${resource} is gone`, fix: 'Run setup again: it creates it anew.', resource });
  }

  return {
    async webhooks() {
      return (await Promise.all((await directory.all()).map(seenWebhook))).flat();
    },
    async createWebhook(webhook) {
      const service = await theService(services, webhook.name);
      const resource = `webhook subscription of ${webhook.name}`;
      const description = writeMark(`Incidents of ${webhook.name}`, {
        role: [webhook.role],
        namespace: webhook.namespace === undefined ? [] : [webhook.namespace],
      });
      const body = {
        webhook_subscription: {
          type: 'webhook_subscription',
          active: webhook.active,
          description,
          delivery_method: { type: 'http_delivery_method', url: webhook.url },
          events: [...webhook.events],
          filter: { type: 'service_reference', id: service.id },
        },
      };
      const known = new Set((await directory.all()).map((entry) => entry.id));
      const isLost = (entry: WebhookEntry): boolean =>
        entry.ours && entry.url === webhook.url && entry.serviceId === service.id && !known.has(entry.id);
      for (let round = 1; ; round++) {
        try {
          const answer = await client.call({ method: 'POST', path: '/webhook_subscriptions', body, doing: `create ${resource}`, resource });
          const shape = answer.at('webhook_subscription');
          const made = readWebhook(shape);
          const secret = shape.at('delivery_method').textOr('secret');
          if (secret === undefined || secret === '') {
            await remove(made.id);
            throw rubbish(answer.request, 'webhook_subscription.delivery_method.secret is missing');
          }
          client.made(made.id);
          directory.put(made);
          return { subscription: made.id, secret: secretOf(secret) };
        } catch (thrown) {
          if (!(thrown instanceof UnknownOutcome) || round >= rounds) throw thrown;
          // Its secret was in the answer that never came: such a subscription is of no use to anybody.
          const lost = await lookAgain(client, { find: async () => (await webhookDirectory(client).all()).find(isLost) });
          if (lost) await remove(lost.id);
        }
      }
    },
    async updateWebhook(webhook) {
      const before = await one(webhook);
      const resource = `webhook subscription of ${webhook.name}`;
      const body = { webhook_subscription: { events: [...webhook.events], active: webhook.active } };
      await client.call({ method: 'PUT', path: path('/webhook_subscriptions/{}', before.id), body, doing: `update ${resource}`, resource });
      directory.put({ ...before, events: webhook.events, active: webhook.active });
    },
    async pingWebhook(subscription) {
      const resource = `webhook subscription ${subscription}`;
      // A second ping does no harm, so an unknown outcome is simply tried again.
      await client.call({
        method: 'POST',
        path: path('/webhook_subscriptions/{}/ping', subscription),
        doing: `ping ${resource}`,
        resource,
        again: true,
      });
    },
    async deleteWebhook(subscription) {
      await remove(subscription);
      directory.drop(subscription);
    },
    forget: () => directory.forget(),
  };
}

function readWebhook(shape: Shape): WebhookEntry {
  const { text, ours, notes } = readMark(shape.textOr('description'));
  const filter = shape.maybe('filter');
  return {
    id: shape.text('id'),
    url: shape.at('delivery_method').text('url'),
    events: shape.texts('events'),
    active: shape.flag('active', true),
    serviceId: filter?.text('type') === 'service_reference' ? filter.textOr('id') : undefined,
    description: text,
    ours,
    role: notes['role']?.[0],
    namespace: notes['namespace']?.[0],
  };
}
