import type { HopName } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import type { SeenLogEntry } from '../ports/index.ts';
import type { Book } from './book.ts';
import type { DrillPlan, PlannedLevel } from './order.ts';
import { inWords, minute, span } from './words.ts';

/** One level that was called, and who was. */
export interface Called {
  /** From 1. */
  readonly level: number;
  readonly at: Instant;
  /** E-mails. */
  readonly who: readonly string[];
}

/**
 * The levels that were called, oldest first, as the log tells it. Who is called says which level it was: one that has nobody is passed over, and
 * the log has no word for that.
 * @param assignees of the incident when it was first seen, where the log does not say who was called first
 */
export function calledLevels(
  log: readonly SeenLogEntry[],
  levels: readonly PlannedLevel[],
  opened: Instant,
  assignees: readonly string[],
): readonly Called[] {
  const first = log.find(({ type, assignees: who }) => type === 'assign' && who !== undefined && who.length > 0);
  const begin = first?.assignees ?? assignees;
  const called: Called[] = [{ level: levelOf(levels, begin, 1), at: first?.at ?? opened, who: begin }];
  for (const { type, at, assignees: who = [] } of log) {
    const before = called.at(-1)?.level ?? 1;
    // After the last level it begins again; that is no further level.
    if (type === 'escalate' && before < levels.length) called.push({ level: levelOf(levels, who, before + 1), at, who });
  }
  return called;
}

/** The first one from there on that has one of them; unknown people (somebody took over meanwhile) are of the next. */
function levelOf(levels: readonly PlannedLevel[], who: readonly string[], from: number): number {
  const found = levels.find(({ level, people }) => level >= from && people.some(({ email }) => who.includes(email)));
  return found?.level ?? levels.find(({ level, people }) => level >= from && people.length > 0)?.level ?? Math.min(from, levels.length);
}

/** Levels below the highest called that were passed over. */
export function passedOver(called: readonly Called[]): readonly number[] {
  const levels = called.map(({ level }) => level);
  return Array.from({ length: Math.max(0, ...levels) }, (_, index) => index + 1).filter((level) => !levels.includes(level));
}

/** How long after the first call a level should be called: the delays of those that were called before it. */
export function plannedAfter(called: readonly Called[], index: number, levels: readonly PlannedLevel[]): number {
  return called.slice(0, index).reduce((sum, { level }) => sum + (levels[level - 1]?.delayMinutes ?? 0) * minute, 0);
}

/** When the next level is called unless somebody answers; undefined: there is none, or low urgency never calls it. */
export function nextCall({ levels, urgency }: Pick<DrillPlan, 'levels' | 'urgency'>, called: readonly Called[]): Instant | undefined {
  const last = called.at(-1);
  if (last === undefined || last.level >= levels.length || urgency === 'low') return undefined;
  return last.at + (levels[last.level - 1]?.delayMinutes ?? 0) * minute;
}

/** Did PagerDuty say that it reached nobody? */
export const isFailure = ({ outcome }: SeenLogEntry): boolean => outcome !== undefined && /fail|blocked|blacklist/i.test(outcome);

/** What the drill itself did, so that it is not told as somebody else's. */
export interface Doings {
  readonly acknowledged: boolean;
  readonly resolved: boolean;
}

/** Enters what the log has that the book has not, in order of time; a level is called before its people are. */
export function enterLog(book: Book, log: readonly SeenLogEntry[], called: readonly Called[], plan: DrillPlan, doings: Doings): void {
  const name = (email: string | undefined) => (email === undefined ? 'somebody' : nameOf(plan, email));
  const levels = called.slice(1).map(({ level, at, who }, index): Entry => {
    const planned = plannedAfter(called, index + 1, plan.levels);
    const actual = at - (called[0]?.at ?? at);
    const detail = `level ${level} (${inWords(who.map(name))}), planned after ${span(planned)}, came after ${span(actual)}`;
    return { hop: 'escalated', at, detail, key: `${level}` };
  });
  const entries = log.flatMap((entry) => entryOf(entry, name, doings));
  for (const { hop, at, detail, key } of [...levels, ...entries].toSorted((a, b) => a.at - b.at)) book.enter(hop, at, detail, key);
}

interface Entry {
  readonly hop: HopName;
  readonly at: Instant;
  readonly detail?: string;
  readonly key?: string;
}

function entryOf(entry: SeenLogEntry, name: (email: string | undefined) => string, doings: Doings): readonly Entry[] {
  const { type, at, who } = entry;
  const channel = channelWords(entry.channel);
  switch (type) {
    case 'notify': {
      const failed = isFailure(entry) ? `, which failed (${entry.outcome ?? ''})` : '';
      return [{ hop: 'person_notified', at, detail: `${name(who)} by ${channel}${failed}`, key: `${who ?? ''} ${channel} ${at}` }];
    }
    case 'acknowledge': {
      const detail = doings.acknowledged ? `by API, as ${name(who)}` : `by ${name(who)}`;
      return [{ hop: 'acknowledged', at, detail, key: `${who ?? ''} ${at}` }];
    }
    case 'snooze':
      return [{ hop: 'snoozed', at }];
    case 'annotate':
      return [{ hop: 'noted', at, key: `${at}` }];
    case 'resolve':
      return [{ hop: 'closed', at, detail: closedBy(who, name, doings) }];
    default:
      return [];
  }
}

function closedBy(who: string | undefined, name: (email: string | undefined) => string, { resolved }: Doings): string {
  if (resolved) return 'by API';
  return who === undefined ? 'by the resolve of its alert' : `by ${name(who)}`;
}

/** "sms" as people write it. */
export function channelWords(channel: string | undefined): string {
  return channel === undefined ? 'a way unknown' : ({ sms: 'SMS', email: 'e-mail' }[channel] ?? channel);
}

export function nameOf({ levels }: Pick<DrillPlan, 'levels'>, email: string): string {
  return levels.flatMap(({ people }) => people).find((person) => person.email === email)?.name ?? email;
}

/** Somebody who was called although it had been acknowledged: not those who had been called before, nor what rings again later. */
export function furtherAfter(log: readonly SeenLogEntry[], acknowledged: SeenLogEntry): SeenLogEntry | undefined {
  const before = new Set(log.flatMap(({ type, at, who }) => (type === 'notify' && at <= acknowledged.at ? (who ?? []) : [])));
  const again = log.find(({ type, at }) => type === 'unacknowledge' && at > acknowledged.at)?.at ?? Infinity;
  return log.find(({ type, at, who }) => type === 'notify' && at > acknowledged.at && at < again && who !== undefined && !before.has(who));
}
