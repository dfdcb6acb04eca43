import type { Instant } from '../../model/index.ts';
import { loaded, seenBy, suppressed } from './alerts.ts';
import { part, parts } from './checks.ts';
import type { Values } from './decode.ts';
import { count, memoryOf, written } from './memory.ts';
import type { Taken } from './routing.ts';
import { logLine } from './log.ts';
import type { Replica, Surroundings } from './server.ts';
import { minorOf } from './version.ts';

/** Why a notification failed, in the words of Alertmanager's `reason` label. */
export const failureReasons = [
  'clientError',
  'serverError',
  'contextDeadlineExceeded',
  'contextCanceled',
  'other',
  'authError',
  'rateLimited',
] as const;
export type FailureReason = (typeof failureReasons)[number];

/** The reason that a version knows for it: two of them came with 0.34. */
export function knownReason(reason: FailureReason, version: string): FailureReason {
  return minorOf(version) < 34 && (reason === 'authError' || reason === 'rateLimited') ? 'clientError' : reason;
}

const post = 'failed to post message to PagerDuty: Post "https://events.pagerduty.com/v2/enqueue"';
const once = 'notify retry canceled due to unrecoverable error after 1 attempts';

/** What PagerDuty or the network said, as it stands in the log. */
const words: Readonly<Record<FailureReason, string>> = {
  clientError: `${once}: unexpected status code 400: Event object is invalid: Length of 'routing_key' is incorrect (should be 32 characters)`,
  authError: `${once}: unexpected status code 403`,
  rateLimited: 'notify retry canceled after 7 attempts: unexpected status code 429',
  serverError: 'notify retry canceled after 7 attempts: unexpected status code 500',
  contextDeadlineExceeded: `notify retry canceled after 1 attempts: ${post}: context deadline exceeded`,
  contextCanceled: `notify retry canceled after 1 attempts: ${post}: context canceled`,
  other: `${once}: failed to read routing key from file: open /etc/alertmanager/secrets/missing: no such file or directory`,
};

/** The receiver that pages first in the configuration; with none, what a receiver would be called. */
function pagingReceiver(replica: Replica): string {
  const paging = parts(loaded(replica).values['receivers']).find((receiver) => parts(receiver['pagerduty_configs']).length > 0);
  return typeof paging?.['name'] === 'string' ? paging['name'] : 'pagerduty';
}

/** A notification to PagerDuty fails: the counters rise, and the log says why. */
export function failPagerDuty(replica: Replica, now: Instant, reason: FailureReason): void {
  begin(replica, 'pagerduty');
  countRequest(replica, 'pagerduty', false);
  fail(replica, now, { receiver: pagingReceiver(replica), integration: 'pagerduty', reason, error: words[reason] });
}

interface Failure {
  readonly receiver: string;
  readonly integration: string;
  readonly reason: FailureReason;
  readonly error: string;
  readonly times?: number;
  /** Which of the receiver's of that kind. */
  readonly index?: number;
  readonly alerts?: number;
}

/** Counts notifications that are begun, whatever comes of them. */
export function begin(replica: Replica, integration: string, times = 1): void {
  count(memoryOf(replica).counters.sent, integration, times);
}

/** Counts single attempts of them. */
export function countRequest(replica: Replica, integration: string, taken: boolean, times = 1): void {
  const { counters } = memoryOf(replica);
  count((counters.requests ??= {}), integration, times);
  if (!taken) count((counters.failedRequests ??= {}), integration, times);
}

/** Counts a notification that failed, and says so in the log. */
export function fail(
  replica: Replica,
  now: Instant,
  { receiver, integration, reason, error, times = 1, index = 0, alerts = 1 }: Failure,
): void {
  count(memoryOf(replica).counters.failed, `${integration} ${knownReason(reason, replica.version)}`, times);
  logLine(replica, now, 'error', 'Notify for alerts failed', {
    component: 'dispatcher',
    num_alerts: alerts,
    err: `${receiver}/${integration}[${index}]: ${error}`,
  });
}

/**
 * Counts what the webhooks have been told up to now: nothing leaves the sandbox. Only the first replica of a cluster speaks; a group is told anew
 * at the first of its intervals after the repeat interval.
 */
export function deliver(replica: Replica, around: Surroundings): void {
  const memory = memoryOf(replica);
  const configuration = loaded(replica);
  const webhooks = new Map(
    parts(configuration.values['receivers']).flatMap((receiver) =>
      parts(receiver['webhook_configs']).map((hook) => [receiver['name'], hook]),
    ),
  );
  const open: typeof memory.groups = {};
  if (webhooks.size > 0 && around.first) {
    for (const seen of seenBy(replica, configuration, around.now).filter((each) => !suppressed(each))) {
      for (const route of seen.routes) {
        const hook = webhooks.get(route.receiver);
        const key = `${route.path} ${written(route.group)}`;
        if (hook === undefined || open[key] !== undefined) continue;
        const received = Math.max(seen.alert.startsAt, replica.reloadedAt);
        const group = (open[key] = memory.groups[key] ?? { first: received + route.wait, sent: 0 });
        tell(replica, around, { route, hook, group });
      }
    }
  }
  memory.groups = open;
}

function tell(
  replica: Replica,
  around: Surroundings,
  { route, hook, group }: { readonly route: Taken; readonly hook: Values; readonly group: { readonly first: Instant; sent: number } },
): void {
  const due = around.now < group.first ? 0 : 1 + Math.floor((around.now - group.first) / periodOf(route));
  const times = due - group.sent;
  if (times <= 0) return;
  group.sent = due;
  const problem = problemOf(hook, around);
  begin(replica, 'webhook', times);
  countRequest(replica, 'webhook', problem === undefined, times);
  if (problem !== undefined)
    fail(replica, around.now, { receiver: route.receiver, integration: 'webhook', reason: 'other', error: `${once}: ${problem}`, times });
}

function periodOf({ interval, repeat }: Taken): number {
  const step = Math.max(interval, 1000);
  return step * Math.max(1, Math.floor(repeat / step) + 1);
}

function problemOf(hook: Values, around: Surroundings): string | undefined {
  const file = part(hook)['url_file'];
  if (typeof file !== 'string' || file === '') return undefined;
  const text = around.read(file);
  if (text === undefined) return `read url_file: open ${file}: no such file or directory`;
  return URL.canParse(text.trim())
    ? undefined
    : `Post ${JSON.stringify(text.trim() === '' ? '' : '<redacted>')}: unsupported protocol scheme ""`;
}
