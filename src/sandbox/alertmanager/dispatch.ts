import type { Instant } from '../../model/index.ts';
import { loaded } from './alerts.ts';
import type { Configuration } from './configuration.ts';
import { fail } from './deliver.ts';
import type { FailureReason } from './deliver.ts';
import { inOrder, pageGroups, pagersOf } from './groups.ts';
import type { Attempt, PageGroup, TellAlert } from './groups.ts';
import { within } from './intervals.ts';
import { fingerprint, memoryOf } from './memory.ts';
import { messageOf, Unsendable } from './message.ts';
import type { Message } from './message.ts';
import { needsTelling, tellAll, toldOf } from './nflog.ts';
import { inhibitors } from './routing.ts';
import type { Replica, Surroundings } from './server.ts';
import { silencesOn } from './silences.ts';
import { minorOf } from './version.ts';

/** What came of one request to PagerDuty. */
export interface Outcome {
  /** undefined: no answer came. */
  readonly status: number | undefined;
  /** The body; without an answer, why there is none. */
  readonly text: string;
}

/** Sends one event; whoever calls knows what is behind the address. */
export type Outlet = (message: Message, userAgent: string) => Outcome;

/** How long each replica lets those before it speak first. */
const peerWait = 15_000;
const shortestFlush = 10_000;

/** Tells PagerDuty what is due by now. */
export function dispatch(replica: Replica, around: Surroundings, outlet: Outlet): void {
  const groups = pageGroups(replica);
  if (Object.keys(groups).length === 0) return;
  const configuration = loaded(replica);
  for (const [name, group] of Object.entries(groups)) {
    const job: Job = { replica, around, outlet, configuration, group };
    if (group.attempts.length === 0 && group.next <= around.now) flush(job);
    for (const attempt of group.attempts.filter(({ at }) => at <= around.now)) tell(job, attempt);
    if (group.members.length === 0 && group.attempts.length === 0) delete groups[name];
  }
}

/** When `dispatch` has something to do next; a group about which nothing changes sleeps until its repeat interval. */
export function nextDispatch(replica: Replica): Instant | undefined {
  const due = Object.values(pageGroups(replica)).map((group) => dueOf(replica, group));
  return due.length === 0 ? undefined : Math.min(...due);
}

function dueOf(replica: Replica, group: PageGroup): Instant {
  if (group.attempts.length > 0) return Math.min(...group.attempts.map(({ at }) => at));
  const { flushed, route } = group;
  if (flushed === null || group.stale || route.muted.length + route.active.length > 0) return group.next;
  const { alerts, silences, told = {} } = memoryOf(replica);
  const changes = [
    ...Object.values(alerts).map(({ endsAt }) => endsAt),
    ...Object.values(silences).flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
  ].filter((at) => at > flushed);
  const repeats = Object.entries(told)
    .filter(([key]) => key.startsWith(`${group.key} `))
    .map(([, { at }]) => at + route.repeat + 1);
  const soonest = Math.min(...changes, ...repeats);
  if (soonest <= group.next || soonest === Infinity) return group.next;
  return group.next + Math.ceil((soonest - group.next) / route.interval) * route.interval;
}

interface Job {
  readonly replica: Replica;
  readonly around: Surroundings;
  readonly outlet: Outlet;
  readonly configuration: Configuration;
  readonly group: PageGroup;
}

/** The timer fired: what is not suppressed goes to each integration, the first replica's at once. */
function flush({ replica, around, configuration, group }: Job): void {
  const { now, position } = around;
  const { interval } = group.route;
  // What was slept through changed nothing: the timer's beat goes on.
  const skipped = group.flushed === null ? 0 : Math.floor((now - group.next) / interval);
  group.next = (group.flushed === null ? now : group.next + skipped * interval) + interval;
  group.flushed = now;
  group.stale = false;
  group.failed = false;
  const alerts = toTell(replica, group, now);
  const heard = mutedByTime(configuration, group, now) ? [] : alerts.filter((alert) => !isMuted(replica, configuration, alert, now));
  const wait = position * peerWait;
  const deadline = now + Math.max(interval, shortestFlush) + wait;
  group.attempts =
    heard.length === 0
      ? []
      : pagersOf(configuration, group.route.receiver).map((_, index) => ({ index, alerts: heard, at: now + wait, deadline, tries: 0 }));
  if (group.attempts.length === 0) finish(replica, group);
}

function toTell(replica: Replica, group: PageGroup, now: Instant): readonly TellAlert[] {
  const { alerts } = memoryOf(replica);
  group.members = group.members.filter((id) => alerts[id] !== undefined);
  return group.members
    .flatMap((id) => alerts[id] ?? [])
    .map((alert) => ({ ...alert, resolved: alert.endsAt <= now }))
    .sort(inOrder);
}

function mutedByTime(configuration: Configuration, { route }: PageGroup, now: Instant): boolean {
  const { muted, active } = route;
  return (active.length > 0 && !within(configuration, active, now)) || within(configuration, muted, now);
}

function isMuted(replica: Replica, configuration: Configuration, alert: TellAlert, now: Instant): boolean {
  const alive = Object.values(memoryOf(replica).alerts).filter(({ endsAt }) => endsAt > now);
  return silencesOn(replica, alert.labels, now).length > 0 || inhibitors(configuration, alert, alive).length > 0;
}

/** All integrations are through: what has ended leaves the group, unless somebody must still be told. */
function finish(replica: Replica, group: PageGroup): void {
  if (group.failed) {
    group.stale = true;
    return;
  }
  const { alerts } = memoryOf(replica);
  const flushed = group.flushed ?? 0;
  group.members = group.members.filter((id) => {
    const alert = alerts[id];
    return alert !== undefined && (alert.endsAt > flushed || alert.updatedAt > flushed);
  });
}

function tell(job: Job, attempt: Attempt): void {
  const { replica, around, configuration, group } = job;
  const { now } = around;
  const config = pagersOf(configuration, group.route.receiver)[attempt.index] ?? {};
  const ids = (resolved: boolean): readonly string[] =>
    attempt.alerts.filter((alert) => alert.resolved === resolved).map(({ labels }) => fingerprint(labels));
  const [firing, resolved] = [ids(false), ids(true)];
  const logKey = `${group.key} ${group.route.receiver}/pagerduty[${attempt.index}]`;
  const sendResolved = config['send_resolved'] !== false;
  const over = (): void => {
    group.attempts = group.attempts.filter((each) => each !== attempt);
    if (group.attempts.length === 0) finish(replica, group);
  };
  const log = (): void => tellAll(replica, around, logKey, { firing, resolved, at: now });
  if (
    attempt.tries === 0 &&
    !needsTelling(toldOf(replica, logKey), { firing, resolved }, { sendResolved, repeat: group.route.repeat, now })
  ) {
    over();
    return;
  }
  const alerts = sendResolved ? attempt.alerts : attempt.alerts.filter((alert) => !alert.resolved);
  const outcome = alerts.length === 0 ? sentNothing : send(job, attempt, alerts);
  if (outcome === 'later') return;
  if (outcome === undefined) memoryOf(replica).counters.sent['pagerduty'] = (memoryOf(replica).counters.sent['pagerduty'] ?? 0) + 1;
  if (outcome === undefined || outcome === sentNothing) log();
  else {
    group.failed = true;
    const { receiver } = group.route;
    fail(replica, now, { receiver, integration: 'pagerduty', index: attempt.index, alerts: attempt.alerts.length, ...outcome });
  }
  over();
}

const sentNothing = 'nothing';

interface Failed {
  readonly reason: FailureReason;
  readonly error: string;
}

/** @returns undefined: taken; 'later': it will be tried again; else why not */
function send(job: Job, attempt: Attempt, alerts: readonly TellAlert[]): Failed | 'later' | undefined {
  const { replica, around, outlet, configuration, group } = job;
  attempt.tries += 1;
  const minor = minorOf(replica.version);
  const config = pagersOf(configuration, group.route.receiver)[attempt.index] ?? {};
  const { receiver, group: groupLabels } = group.route;
  const telling = { receiver, groupKey: group.key, groupLabels, alerts, externalUrl: `http://${replica.pod}:9093`, minor };
  try {
    const message = messageOf(config, telling, around, templatesOf(configuration, around));
    const problem = judged(message, outlet(message, `Alertmanager/${replica.version}`));
    if (problem === undefined) return undefined;
    if (!problem.again) return { reason: problem.reason, error: given(attempt, 'due to unrecoverable error ', problem.words) };
    attempt.at = around.now + pause(attempt.tries);
    if (attempt.at < attempt.deadline) return 'later';
    return { reason: problem.reason, error: given(attempt, '', problem.words) };
  } catch (error) {
    if (error instanceof Unsendable) return { reason: 'other', error: given(attempt, 'due to unrecoverable error ', error.message) };
    throw error;
  }
}

const given = ({ tries }: Attempt, why: string, words: string): string => `notify retry canceled ${why}after ${tries} attempts: ${words}`;

/** Exponential, as the real one's without its chance; after the minute the steps stay. */
const pause = (tries: number): number => Math.min(60_000, Math.round(500 * 1.5 ** (tries - 1)));

/** Texts of the template files that the configuration names, where they are mounted; a pattern is not followed. */
function templatesOf({ values }: Configuration, around: Surroundings): readonly string[] {
  const files = values['templates'];
  return Array.isArray(files) ? files.flatMap((file) => around.read(String(file)) ?? []) : [];
}

interface Problem {
  readonly again: boolean;
  readonly reason: FailureReason;
  readonly words: string;
}

function judged({ url, v1 }: Message, { status, text }: Outcome): Problem | undefined {
  if (status === undefined) {
    const words = `failed to post message to PagerDuty${v1 ? ' v1' : ''}: Post ${JSON.stringify(url)}: ${text}`;
    return { again: true, reason: 'other', words };
  }
  if (status >= 200 && status < 300) return undefined;
  const details = status === 400 ? detailsIn(text) : '';
  const words = `unexpected status code ${status}${details === '' ? '' : `: ${details}`}`;
  const again = status >= 500 || status === (v1 ? 403 : 429);
  return { again, reason: v1 ? 'other' : reasonOf(status), words };
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (status === 429) return 'rateLimited';
  return status >= 500 ? 'serverError' : status >= 400 ? 'clientError' : 'other';
}

/** PagerDuty's message and errors. */
function detailsIn(text: string): string {
  try {
    const { message = '', errors = [] } = JSON.parse(text) as { readonly message?: string; readonly errors?: readonly string[] };
    return `${message}: ${errors.join(',')}`;
  } catch {
    return '';
  }
}
