import { clean, PmpError } from '../engine/errors.ts';
import { parseDuration } from './clock.ts';
import { deliver, failPagerDuty, failureReasons } from './alertmanager/deliver.ts';
import { refreshFiles, surroundings } from './kubernetes/pods.ts';
import { reconcile } from './kubernetes/reconcile.ts';
import type { KubernetesState } from './kubernetes/state.ts';
import type { Machine } from './machine.ts';
import { knownScopes } from './pagerduty/index.ts';
import type { PagerDutyWorld } from './pagerduty/index.ts';
import { loadRules } from './rules.ts';

/** What befalls an account or an Alertmanager, and no API call can bring about. */
const troubles: Readonly<Record<string, (machine: Machine, account: PagerDutyWorld, argument: string) => string>> = {
  expire: (_machine, account, argument) => expire(account, argument),
  'oauth-scopes': (_machine, account, argument) => allowScopes(account, argument),
  'disable-webhook': (_machine, account, argument) => disableWebhook(account, argument),
  'hold-events': (_machine, account, argument) => holdEvents(account, argument),
  'nobody-on-call': (_machine, account, argument) => nobodyOnCall(account, argument),
  'am-failure': (machine, _account, argument) => failDelivery(machine, argument),
  'load-rules': (machine, _account, argument) => loadRules(machine, argument),
};
export const troubleNames: readonly string[] = Object.keys(troubles);

/** @returns a sentence that says what happened; undefined: no such trouble @throws PmpError `usage` or `sandbox` */
export function befall(machine: Machine, account: PagerDutyWorld, action: string, argument: string): string | undefined {
  return Object.hasOwn(troubles, action) ? troubles[action]?.(machine, account, argument) : undefined;
}

const oneOf = (what: string, argument: string, allowed: readonly string[]): PmpError =>
  new PmpError('usage', { message: `"${clean(argument, 60)}" is no ${what}`, fix: `Use one of: ${allowed.join(', ')}.` });

function expire(account: PagerDutyWorld, argument: string): string {
  if (argument !== 'on' && argument !== 'off') throw oneOf('way to expire', argument, ['on', 'off']);
  account.state.expired = argument === 'on';
  return account.state.expired ? 'The account has expired: PagerDuty refuses everything.' : 'The account has been paid for again.';
}

function allowScopes(account: PagerDutyWorld, argument: string): string {
  const asked = argument === 'all' ? [] : argument.split(/[\s,]+/).filter((each) => each !== '');
  const unknown = asked.find((each) => !knownScopes.includes(each));
  if (unknown !== undefined) throw oneOf('scope', unknown, ['all', ...knownScopes]);
  account.state.oauth.allowed = argument === 'all' ? null : asked;
  account.state.oauth.tokens = [];
  return argument === 'all' ? 'The OAuth app has every scope.' : `The OAuth app has ${asked.length} scopes; its tokens were revoked.`;
}

/** As PagerDuty does after too many deliveries have failed. */
function disableWebhook(account: PagerDutyWorld, url: string): string {
  const found = account.state.webhooks.filter((row) => row.url === url);
  if (found.length === 0) {
    throw new PmpError('sandbox', {
      message: `The sandbox account has no webhook to ${clean(url, 200)}`,
      cause: `it has ${clean(account.state.webhooks.map((row) => row.url).join(', ') || 'none', 600)}`,
      fix: 'Give the address of one of them.',
    });
  }
  for (const row of found) Object.assign(row, { temporarily_disabled: true, disabled_until: null });
  return `PagerDuty has stopped delivering to ${clean(url, 200)}.`;
}

/** From now on events are accepted and wait that long before anything comes of them; "off" lets those that wait go. */
function holdEvents(account: PagerDutyWorld, argument: string): string {
  const { state } = account;
  const delay = argument === 'off' ? 0 : parseDuration(argument);
  if (delay === undefined) throw oneOf('time for events to wait', argument, ['off', 'a duration such as 90s']);
  state.eventDelay = delay;
  if (delay > 0) return `Events wait ${clean(argument, 60)} in PagerDuty’s queue.`;
  state.events = state.events.map(({ at, event }) => ({ at: Math.min(at, account.now()), event }));
  return 'Events are looked at as they come.';
}

/** The schedule’s layers end now, and so does every override: a level that it fills is empty. */
function nobodyOnCall(account: PagerDutyWorld, name: string): string {
  const schedule = account.state.schedules.find((row) => row.name === name);
  if (!schedule) {
    throw new PmpError('sandbox', {
      message: `The sandbox account has no schedule ${clean(name, 200)}`,
      cause: `it has ${clean(account.state.schedules.map((row) => row.name).join(', ') || 'none', 600)}`,
      fix: 'Give the name of one of them.',
    });
  }
  const now = Math.floor(account.now() / 1000) * 1000;
  schedule.layers = schedule.layers.map((layer) => ({ ...layer, end: Math.min(layer.end ?? now, now) }));
  schedule.overrides = schedule.overrides.filter(({ start }) => start < now).map((row) => ({ ...row, end: Math.min(row.end, now) }));
  return `Nobody is on call on ${clean(name, 200)} any more.`;
}

/** Of every Alertmanager that runs, as far as it speaks: one notification to PagerDuty fails. */
function failDelivery(machine: Machine, argument: string): string {
  const reason = failureReasons.find((each) => each === argument);
  if (reason === undefined) throw oneOf('reason of Alertmanager’s', argument, failureReasons);
  const cluster = machine.world('kubernetes').state as KubernetesState;
  const now = machine.world('kubernetes').now();
  reconcile(cluster, now);
  const names = Object.entries(cluster.runs).flatMap(([key, { alertmanager }]) => {
    const pod = cluster.objects[key];
    if (!alertmanager || !pod) return [];
    const around = surroundings(cluster, pod, now, refreshFiles(cluster, pod, now));
    if (!around.first) return [];
    deliver(alertmanager, around);
    failPagerDuty(alertmanager, now, reason);
    return [alertmanager.pod];
  });
  if (names.length === 0) {
    throw new PmpError('sandbox', { message: 'No Alertmanager runs in the sandbox cluster', fix: 'Start one, then let it fail.' });
  }
  return `A notification to PagerDuty failed at ${names.join(', ')}.`;
}
