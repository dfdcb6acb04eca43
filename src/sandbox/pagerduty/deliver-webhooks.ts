import { createHmac } from 'node:crypto';
import type { Instant } from '../../model/index.ts';
import type { DeliveryRow, PagerDutyWorld, WebhookRow } from './types.ts';

const minute = 60_000;
const hour = 60 * minute;
/** Pauses between attempts; the last one repeats. */
const pauses = [minute / 2, minute, 2 * minute, 5 * minute, 10 * minute, 30 * minute];
const longestTrying = 48 * hour;
const restAfterDrops = 24 * hour;
const mostDrops = 3;
const loopback = /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/;

/** Sends what webhook subscriptions are due. Which deliveries are on their way is known to this process only: after a restart they go out again. */
export class Outbox {
  readonly #underway = new Set<string>();

  /** When the next attempt is due; undefined: none is. */
  next(world: PagerDutyWorld): Instant | undefined {
    const due = [
      ...this.#ready(world).map((row) => row.due),
      ...world.state.webhooks.flatMap((row) => (row.disabled_until === null ? [] : [row.disabled_until])),
    ];
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  tick(world: PagerDutyWorld): void {
    const now = world.now();
    for (const row of world.state.webhooks)
      if (row.disabled_until !== null && row.disabled_until <= now)
        Object.assign(row, { temporarily_disabled: false, disabled_until: null });
    for (let due = this.#due(world, now); due.length > 0; due = this.#due(world, now)) for (const row of due) this.#send(world, row);
  }

  #due(world: PagerDutyWorld, now: Instant): readonly DeliveryRow[] {
    return this.#ready(world).filter((row) => row.due <= now);
  }

  /** The first of each subscription and incident: later ones queue behind it. */
  #ready(world: PagerDutyWorld): readonly DeliveryRow[] {
    const heads = new Map<string, DeliveryRow>();
    for (const row of world.state.deliveries) {
      const lane = `${row.webhook} ${row.about ?? row.id}`;
      if (!heads.has(lane)) heads.set(lane, row);
    }
    return [...heads.values()].filter((row) => !this.#underway.has(row.id));
  }

  #send(world: PagerDutyWorld, row: DeliveryRow): void {
    const webhook = world.state.webhooks.find((each) => each.id === row.webhook);
    if (!webhook) return forget(world, (each) => each !== row);
    // The sandbox reaches nothing but this machine. Whoever listens elsewhere is taken to have answered.
    if (!loopback.test(new URL(webhook.url).hostname)) return settle(world, webhook, row, 202);
    this.#underway.add(row.id);
    world.post({ url: webhook.url, headers: headersOf(webhook, row), body: row.body }, (status) => {
      this.#underway.delete(row.id);
      settle(world, webhook, row, status);
      this.tick(world);
    });
  }
}

function headersOf(webhook: WebhookRow, row: DeliveryRow): Readonly<Record<string, string>> {
  const signature = createHmac('sha256', webhook.secret).update(row.body).digest('hex');
  return {
    ...Object.fromEntries(webhook.headers.map(({ name, value }) => [name.toLowerCase(), value])),
    'content-type': 'application/json',
    'user-agent': 'PagerDuty-Webhook/V3.0',
    'x-pagerduty-signature': `v1=${signature}`,
    'x-webhook-id': row.id,
    'x-webhook-subscription': webhook.id,
  };
}

function forget(world: PagerDutyWorld, kept: (row: DeliveryRow) => boolean): void {
  world.state.deliveries = world.state.deliveries.filter(kept);
}

/** 0: nothing answered. That, 429 and 5xx are tried again for two days; anything else that is no success is given up at once. */
function settle(world: PagerDutyWorld, webhook: WebhookRow, row: DeliveryRow, status: number): void {
  const now = world.now();
  if (status >= 200 && status < 300) webhook.drops = 0;
  else if ((status === 0 || status === 429 || status >= 500) && now - row.first < longestTrying) {
    row.due = now + (pauses[row.attempts] ?? pauses.at(-1) ?? minute);
    row.attempts += 1;
    return;
  } else webhook.drops += 1;
  forget(world, (each) => each.id !== row.id);
  if (webhook.drops < mostDrops) return;
  Object.assign(webhook, { temporarily_disabled: true, disabled_until: now + restAfterDrops, drops: 0 });
  forget(world, (each) => each.webhook !== webhook.id);
}
