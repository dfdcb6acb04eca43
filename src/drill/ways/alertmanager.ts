import { PmpError } from '../../engine/index.ts';
import type { Instant } from '../../model/index.ts';
import type { Alertmanager, AlertGroup, DeliveryCounters, HeldAlert, PostedAlert, World } from '../../ports/index.ts';
import type { Book } from '../book.ts';
import { drillLabel, drillLabels, lifetime, renewal, type DrillPlan } from '../order.ts';
import { at, count, inWords } from '../words.ts';
import { counters, refusedFor, seenOnTheWay, type OnTheWay } from './delivery.ts';
import { opening, second, type Way } from './way.ts';

/** One that restarts has forgotten the alert: it is told soon after it is back. */
const retry = 10 * second;

/** A labelled alert to every replica, so that route, group, receiver and key are what real alerts meet. */
export async function alertmanagerWay(world: World, plan: DrillPlan, book: Book): Promise<Way> {
  const { alertmanager } = world;
  if (alertmanager === undefined)
    throw new PmpError('alertmanager-not-found', {
      message: 'no Alertmanager is known',
      fix: 'Name one with ALERTMANAGER_URL, or drill with --via events.',
    });
  const bare = drillLabels(plan.id, plan.order.role, {});
  const { external } = await alertmanager.route(bare);
  const labels = { ...external, ...bare };
  const [groups, before] = await Promise.all([alertmanager.groups(labels), counters(alertmanager)]);
  return new AlertmanagerWay(world, alertmanager, plan, book, labels, groups, before);
}

class AlertmanagerWay implements Way {
  readonly via = 'alertmanager';
  readonly #annotations: Readonly<Record<string, string>>;
  #starts: Instant | undefined;
  #due: Instant = 0;
  #ends: Instant = 0;
  #posting: Promise<unknown> = Promise.resolve();
  #arrived = false;
  #ended = false;

  constructor(
    readonly world: Pick<World, 'clock'>,
    readonly alertmanager: Alertmanager,
    readonly plan: DrillPlan,
    readonly book: Book,
    readonly labels: Readonly<Record<string, string>>,
    readonly groups: readonly AlertGroup[],
    readonly before: DeliveryCounters | undefined,
  ) {
    const { annotations, runbookBase, graphsBase } = plan.answers.alertmanager;
    this.#annotations = {
      [annotations.summary]: plan.summary,
      [annotations.runbook]: runbookBase,
      [annotations.graphs]: graphsBase,
    };
  }

  get #paging(): readonly AlertGroup[] {
    return this.groups.filter(({ pagerduty }) => pagerduty);
  }

  get keys(): readonly string[] {
    return this.#paging.map(({ key }) => key);
  }

  get patience(): number {
    return opening + Math.max(0, ...this.#paging.map(({ groupWait }) => groupWait));
  }

  /** An ended alert is told at the group's next turn. */
  get closing(): number {
    return Math.max(10 * second, ...this.#paging.map(({ groupInterval }) => groupInterval)) + 20 * second;
  }

  get left() {
    return {
      what: `the alert of drill ${this.plan.id} in Alertmanager; it ends by itself at ${at(this.#ends)}`,
      command: 'pmp-pd test-alert --cleanup',
    };
  }

  async fire(): Promise<void> {
    const took = await this.#post();
    const receivers = inWords([...new Set(this.groups.map(({ receiver }) => receiver))]);
    this.book.enter(
      'accepted',
      this.world.clock.now(),
      `by ${count(took.length, 'replica')} of Alertmanager, for ${receivers || 'no receiver'}`,
    );
  }

  async tend(): Promise<void> {
    if (!this.#ended && this.world.clock.now() >= this.#due) await this.#post();
    if (!this.#arrived) await this.#onTheWay();
  }

  arrived(opened: Instant): void {
    if (this.#arrived) return;
    this.#arrived = true;
    const now = Math.min(this.world.clock.now(), opened);
    this.book.enter('notified_by_alertmanager', now, inWords(this.#paging.map(({ receiver }) => receiver)));
    this.book.enter('event_accepted', now);
  }

  async why(): Promise<{ readonly cause: string; readonly fix: string }> {
    const seen = await this.#look();
    const refusal = refusedFor(seen);
    if (refusal !== undefined) return refusal;
    if (seen.accepted)
      return {
        cause:
          'Alertmanager notified and PagerDuty accepted the event, but opened no incident. It does so for a key of another service, in a maintenance window, and where nobody is on call.',
        fix: 'Run pmp-pd verify --only key-chain,windows,coverage, then drill again.',
      };
    if (!seen.held)
      return {
        cause: 'Alertmanager took the alert and does not hold it: it was restarted, or its clock is minutes ahead of PagerDuty’s.',
        fix: 'Look at the pods’ age and at the clocks of the nodes, then drill again.',
      };
    return {
      cause: seen.lastFailure ?? 'Alertmanager holds the alert and has not notified PagerDuty.',
      fix: 'Run pmp-pd verify --only key-chain,delivery,routing, then drill again.',
    };
  }

  async end(): Promise<void> {
    this.#ended = true;
    // One that is still on its way would bring the alert to life again.
    await this.#posting.catch(() => undefined);
    if (this.#starts === undefined) return;
    // By Alertmanager's own clock it must have ended, or nothing is told before its next turn.
    await this.alertmanager.post(this.#alert(Math.max(this.world.clock.now() - 2 * second, this.#starts + 1)));
  }

  #post(): Promise<readonly string[]> {
    const now = this.world.clock.now();
    this.#starts ??= now;
    this.#due = now + retry;
    const posting = this.alertmanager.post(this.#alert(now + lifetime)).then((took) => {
      this.#due = now + renewal;
      this.#ends = now + lifetime;
      return took;
    });
    this.#posting = posting;
    return posting;
  }

  #alert(ends: Instant): PostedAlert {
    return { labels: this.labels, annotations: this.#annotations, starts: this.#starts ?? ends, ends };
  }

  async #onTheWay(): Promise<void> {
    const seen = await this.#look();
    const now = this.world.clock.now();
    if (seen.notified) this.book.enter('notified_by_alertmanager', now, seen.receivers);
    if (seen.accepted) this.book.enter('event_accepted', now);
    const refusal = seen.accepted ? undefined : refusedFor(seen);
    if (refusal === undefined) return;
    throw new PmpError('drill-not-seen', { message: 'the drill stopped at Alertmanager: it became no incident', ...refusal });
  }

  async #look(): Promise<OnTheWay> {
    const held: readonly HeldAlert[] = await this.alertmanager.held(drillLabel, this.plan.id);
    return seenOnTheWay(this.alertmanager, { held, groups: this.groups, before: this.before });
  }
}
