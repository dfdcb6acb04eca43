import { PmpError, clean } from '../../engine/errors.ts';
import type { OwnObject, PagerDuty, PagerDutyLive } from '../../ports/index.ts';
import { backoff, path, type Client } from './client.ts';
import { listLive, openOnes } from './live.ts';
import { readMark } from './mark.ts';
import { groupingBlockers, ownObjects, serviceBlockers } from './own.ts';
import { inWords, readPolicy } from './policies.ts';
import { Refused, unlessAbsent } from './refusal.ts';
import { readSchedule } from './schedules.ts';
import { readIntegration } from './services.ts';
import type { Shape } from './shape.ts';

interface Kind {
  /** "/services/{}" */
  readonly path: string;
  readonly one: string;
  readonly query?: Readonly<Record<string, readonly string[]>>;
  /** What uses it at this moment, in words: ours too, since it must go first. */
  blockers(client: Client, object: Shape): readonly string[] | Promise<readonly string[]>;
  /** It stands in the record and does nothing any more. */
  isOver?(object: Shape, now: number, before?: Shape): boolean;
}

const kinds: Readonly<Record<OwnObject['kind'], Kind>> = {
  'webhook subscription': { path: '/webhook_subscriptions/{}', one: 'webhook_subscription', blockers: () => [] },
  'alert grouping': {
    path: '/alert_grouping_settings/{}',
    one: 'alert_grouping_setting',
    blockers: (_client, object) => groupingBlockers(object),
  },
  'maintenance window': {
    path: '/maintenance_windows/{}',
    one: 'maintenance_window',
    blockers: () => [],
    isOver: (object, now, before) => endOf(object) <= now || (before !== undefined && endOf(object) < endOf(before)),
  },
  service: {
    path: '/services/{}',
    one: 'service',
    query: { 'include[]': ['integrations'] },
    async blockers(client, object) {
      const open = await listLive(client, openOnes([object.text('id')]));
      return serviceBlockers(object.listOr('integrations').map(readIntegration), open.length);
    },
  },
  'escalation policy': {
    path: '/escalation_policies/{}',
    one: 'escalation_policy',
    query: { 'include[]': ['services'] },
    blockers: (_client, object) => {
      const { services } = readPolicy(object);
      return services.length === 0
        ? []
        : [
            inWords(
              'service',
              services.map(({ name }) => name),
            ),
          ];
    },
  },
  schedule: {
    path: '/schedules/{}',
    one: 'schedule',
    blockers: (_client, object) => {
      const { policies } = readSchedule(object);
      return policies.length === 0
        ? []
        : [
            inWords(
              'escalation policy',
              policies.map(({ name }) => name),
            ),
          ];
    },
  },
};

const looks = 4;

/** PagerDuty ends an open window by its own clock, which need not be this machine's. */
function endOf(window: Shape): number {
  return window.instant('end_time');
}

/** What `teardown` does with an account. `forget`: whatever was remembered of it is no longer so. */
export function removal(client: Client, forget: () => void): Pick<PagerDutyLive, 'own'> & Pick<PagerDuty, 'remove'> {
  /** undefined: there is none (any more). */
  async function look({ kind, id }: OwnObject, words: string, before?: Shape): Promise<Shape | undefined> {
    const { path: template, one, query = {}, isOver } = kinds[kind];
    const call = { method: 'GET', path: path(template, id), query, doing: `read ${words}`, resource: words } as const;
    const found = await unlessAbsent(async () => (await client.call(call)).at(one));
    return found && isOver?.(found, client.clock.now(), before) === true ? undefined : found;
  }

  async function take(object: OwnObject, words: string): Promise<void> {
    const found = await look(object, words);
    if (!found) return;
    if (!readMark(found.textOr('description')).ours) throw notOurs(words);
    const blockers = await kinds[object.kind].blockers(client, found);
    if (blockers.length > 0) throw inUse(words, blockers);
    const call = { method: 'DELETE', path: path(kinds[object.kind].path, object.id), doing: `delete ${words}`, resource: words } as const;
    await unlessGone(client.call(call));
    for (let round = 1; (await look(object, words, found)) !== undefined; round++) {
      if (round >= looks) throw stillThere(words);
      await client.clock.sleep(backoff(round), 'PagerDuty still shows what was just deleted', client.signal);
    }
  }

  return {
    own: () => ownObjects(client),
    async remove(object) {
      client.unmade(object.id);
      try {
        await take(object, `${object.kind} ${clean(object.name, 200)}`);
      } finally {
        forget();
      }
    },
  };
}

/** Somebody was faster, or a first answer was lost: a window of the past is refused with 405. */
async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (thrown) {
    if (!(thrown instanceof Refused) || (thrown.status !== 405 && !(thrown.status === 404 && thrown.json))) throw thrown;
  }
}

function inUse(words: string, blockers: readonly string[]): PmpError {
  return new PmpError('pagerduty-refused', {
    message: `${words} was not deleted`,
    cause: `It is still in use: ${blockers.join(', ')}.`,
    fix: 'Give what uses it something else, or resolve what is open, then run the same command again.',
    resource: words,
  });
}

function notOurs(words: string): PmpError {
  return new PmpError('not-ours', {
    message: `${words} was not deleted`,
    cause: 'It does not bear the mark of pmp-pd any more.',
    fix: 'If it is not needed, delete it in PagerDuty.',
    resource: words,
  });
}

function stillThere(words: string): PmpError {
  return new PmpError('left-over', {
    message: `${words} is still there`,
    cause: 'PagerDuty took the request and goes on showing it.',
    fix: 'Run the same command again in a minute.',
    resource: words,
  });
}
