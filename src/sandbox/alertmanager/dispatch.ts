import type { Instant } from '../../model/index.ts';
import { loaded } from './alerts.ts';
import type { Configuration } from './configuration.ts';
import { begin, countRequest, fail } from './deliver.ts';
import type { FailureReason } from './deliver.ts';
import { dueOf, outlook } from './due.ts';
import { inOrder, pageGroups, pagersOf, toldKey } from './groups.ts';
import type { Attempt, PageGroup, TellAlert } from './groups.ts';
import { within } from './intervals.ts';
import { fingerprint, memoryOf } from './memory.ts';
import type { StoredAlert } from './memory.ts';
import { judged } from './judge.ts';
import type { Outcome } from './judge.ts';
import { messageOf, Unsendable } from './message.ts';
import type { Message } from './message.ts';
import { needsTelling, tellAll, toldOf } from './nflog.ts';
import { inhibition } from './routing.ts';
import type { Replica, Surroundings } from './server.ts';
import { silencesOn } from './silences.ts';
import { minorOf } from './version.ts';

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
  const isMuted = mutes(replica, configuration, around.now);
  const coming = outlook(replica);
  for (const [name, group] of Object.entries(groups)) {
    const job: Job = { replica, around, outlet, configuration, group, isMuted };
    if (group.attempts.length === 0 && group.members.length > 0 && dueOf(coming, group) <= around.now) flush(job);
    for (const attempt of group.attempts.filter(({ at }) => at <= around.now)) tell(job, attempt);
    if (cleared(replica, group, around.now)) delete groups[name];
  }
}

const clearing = 30_000;

/** Whether an empty group is cleared away now: every half minute the dispatcher does so; till then the group's timer goes on, also for who joins it. */
function cleared({ reloadedAt }: Replica, group: PageGroup, now: Instant): boolean {
  if (group.members.length > 0 || group.attempts.length > 0) {
    delete group.cleared;
    return false;
  }
  group.cleared ??= reloadedAt + (Math.floor((now - reloadedAt) / clearing) + 1) * clearing;
  return group.cleared <= now;
}

interface Job {
  readonly replica: Replica;
  readonly around: Surroundings;
  readonly outlet: Outlet;
  readonly configuration: Configuration;
  readonly group: PageGroup;
  readonly isMuted: (alert: StoredAlert) => boolean;
}

/** The timer fired: what is not suppressed goes to each integration, the first replica's at once. */
function flush({ replica, around, configuration, group, isMuted }: Job): void {
  const { now, position } = around;
  const { interval } = group.route;
  group.next = now + interval;
  group.flushed = now;
  group.stale = false;
  group.failed = false;
  const alerts = toTell(replica, group, now);
  const heard = mutedByTime(configuration, group, now) ? [] : alerts.filter((alert) => !isMuted(alert));
  const wait = position * peerWait;
  group.patient = wait > 0;
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

/** What inhibits is worked out when the first alert is asked about. */
function mutes(replica: Replica, configuration: Configuration, now: Instant): Job['isMuted'] {
  const known: { inhibitedBy?: ReturnType<typeof inhibition> } = {};
  return (alert) => {
    if (silencesOn(replica, alert.labels, now).length > 0) return true;
    known.inhibitedBy ??= inhibition(
      configuration,
      Object.values(memoryOf(replica).alerts).filter(({ endsAt }) => endsAt > now),
    );
    return known.inhibitedBy(alert).length > 0;
  };
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
  const logKey = toldKey(group, attempt.index);
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
  if (attempt.tries === 0) begin(replica, 'pagerduty');
  const alerts = sendResolved ? attempt.alerts : attempt.alerts.filter((alert) => !alert.resolved);
  const outcome = alerts.length === 0 ? sentNothing : send(job, attempt, alerts);
  if (outcome === 'later') return;
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
  if (around.now >= attempt.deadline && attempt.problem !== undefined) {
    const { reason, words } = attempt.problem;
    return { reason, error: given(attempt, '', words) };
  }
  attempt.tries += 1;
  const minor = minorOf(replica.version);
  const config = pagersOf(configuration, group.route.receiver)[attempt.index] ?? {};
  const { receiver, group: groupLabels } = group.route;
  const telling = { receiver, groupKey: group.key, groupLabels, alerts, externalUrl: `http://${replica.pod}:9093`, minor };
  try {
    const message = messageOf(config, telling, around, templatesOf(configuration, around));
    const problem = judged(message, outlet(message, `Alertmanager/${replica.version}`));
    countRequest(replica, 'pagerduty', problem === undefined);
    if (problem === undefined) return undefined;
    if (!problem.again) return { reason: problem.reason, error: given(attempt, 'due to unrecoverable error ', problem.words) };
    // Given up at the deadline and not before, though nothing is tried any more in its last moments.
    attempt.at = Math.min(around.now + pause(attempt.tries), attempt.deadline);
    attempt.problem = problem;
    return 'later';
  } catch (error) {
    if (!(error instanceof Unsendable)) throw error;
    countRequest(replica, 'pagerduty', false);
    return { reason: 'other', error: given(attempt, 'due to unrecoverable error ', error.message) };
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
