import type { Instant } from '../../model/index.ts';
import { loaded } from './alerts.ts';
import { pageGroups, pagersOf, toldKey } from './groups.ts';
import type { PageGroup } from './groups.ts';
import { memoryOf } from './memory.ts';
import { toldOf } from './nflog.ts';
import type { Replica } from './server.ts';

/** What all groups of one Alertmanager have in common, worked out once. */
export interface Outlook {
  readonly replica: Replica;
  /** When alerts end, and silences begin and end: the soonest first. */
  readonly changes: readonly Instant[];
}

export function outlook(replica: Replica): Outlook {
  const { alerts, silences } = memoryOf(replica);
  const changes = [
    ...Object.values(alerts).map(({ endsAt }) => endsAt),
    ...Object.values(silences).flatMap(({ startsAt, endsAt }) => [startsAt, endsAt]),
  ];
  return { replica, changes: changes.sort((a, b) => a - b) };
}

/** When there is something to do next for PagerDuty; a group about which nothing changes sleeps until its repeat interval. */
export function nextDispatch(replica: Replica): Instant | undefined {
  const groups = Object.values(pageGroups(replica));
  if (groups.length === 0) return undefined;
  const coming = outlook(replica);
  return Math.min(...groups.map((group) => dueOf(coming, group)));
}

export function dueOf({ replica, changes }: Outlook, group: PageGroup): Instant {
  if (group.attempts.length > 0) return Math.min(...group.attempts.map(({ at }) => at));
  if (group.cleared !== undefined && group.members.length === 0) return group.cleared;
  const { flushed, route } = group;
  if (flushed === null || group.stale || group.patient === true || route.muted.length + route.active.length > 0) return group.next;
  const repeats = pagersOf(loaded(replica), route.receiver).flatMap((_, index) => {
    const told = toldOf(replica, toldKey(group, index));
    return told === undefined ? [] : [told.at + route.repeat + 1];
  });
  const soonest = Math.min(firstFrom(changes, flushed), ...repeats);
  if (soonest <= group.next || soonest === Infinity) return group.next;
  return group.next + Math.ceil((soonest - group.next) / route.interval) * route.interval;
}

/** The first that is not before that instant. */
function firstFrom(sorted: readonly Instant[], from: Instant): Instant {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((sorted[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return sorted[low] ?? Infinity;
}
