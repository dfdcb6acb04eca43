import type { Check, Verdict, VerifyOptions } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { ReadWorld, SeenLogEntry } from '../ports/index.ts';
import { drillCommand, drillPlace, noDrill, nothingToDrill, secondsAgo } from './shared/drill-words.ts';
import { drillsOf, isOver, isUnderWay, newestDrill, type Drill } from './shared/drills.ts';
import { nameOf, peopleOf } from './shared/on-call.ts';
import { promiseOf } from './shared/promises.ts';
import { policiesSeen } from './shared/services.ts';
import { ago, minute, span } from './shared/words.ts';

/** Item 9. Somebody who had been notified acknowledged the newest drill, and that stopped the escalation. */
export const acknowledgement: Check = {
  id: '09-acknowledgement',
  item: 9,
  title: 'Acknowledgment workflow tested',

  async run(answers, world, options) {
    const nothing = await nothingToDrill(answers, world);
    if (nothing !== undefined) return nothing;
    const { service, services, since } = drillPlace(answers, options);
    const acknowledged = ({ entries }: Drill) => entries.some(({ type }) => type === 'acknowledge');
    const counts = (drill: Drill) => drill.note !== undefined || acknowledged(drill) || wentUnanswered(drill, options.now);
    const newest = await newestDrill(drillsOf(world, service, services, since), counts);
    if (newest === undefined) return noDrill(world, answers, options, (drill) => isUnderWay(drill, options.now));
    return judge(newest, answers, world, options);
  },
};

/** Over, somebody was called, nobody answered, and it was not left to climb on purpose: that is an answer too. */
function wentUnanswered(drill: Drill, now: number): boolean {
  const types = new Set(drill.entries.map(({ type }) => type));
  return isOver(drill, now) && types.has('notify') && !types.has('escalate');
}

async function judge(drill: Drill, answers: Answers, world: ReadWorld, options: VerifyOptions): Promise<Verdict> {
  const { entries, incident } = drill;
  const { now, requireHuman } = options;
  const name = `drill ${drill.id} (incident #${incident.number}, ${ago(now, incident.created)})`;
  const fail = (what: string, hint: string): Verdict => ({
    status: 'fail',
    evidence: `${name} ${what}`,
    hint,
    ageSeconds: secondsAgo(now, incident.created),
  });
  const ack = firstAcknowledgement(entries);
  if (ack === undefined) return fail('was acknowledged by nobody', `Find out why nobody answered, then ${drillCommand}.`);
  const people = await peopleOf(world, [...new Set(entries.flatMap(({ who }) => who ?? []))]);
  const went = furtherAfter(entries, ack);
  if (went !== undefined)
    return fail(
      `went on after it was acknowledged: ${nameOf(people, went.who ?? '')} was still notified ${span(went.at - ack.at)} later`,
      `Look at the escalation policy and who holds the incident in PagerDuty, then ${drillCommand}.`,
    );
  const ageSeconds = secondsAgo(now, ack.at);
  const human = isHuman(drill, ack);
  if (human !== 'yes') {
    const how =
      human === 'no' ? 'was acknowledged by API, no human tested' : 'was acknowledged, and nothing tells whether by a person or by API';
    if (requireHuman) return fail(how, `With somebody who is on call at hand, ${drillCommand}.`);
    return { status: 'pass', evidence: `${name} ${how}`, ageSeconds };
  }
  const who = nameOf(people, ack.who ?? '');
  const { level, since } = levelAt(entries, ack, incident.created);
  const [policy] = await policiesSeen(answers, world);
  const promise = promiseOf(answers, 'critical', policy?.description ?? '', level);
  const took = `${name} was acknowledged by ${who} ${span(ack.at - since)} after level ${level} was called`;
  if (promise !== undefined && ack.at - since > promise * minute)
    return {
      status: 'warn',
      evidence: `${took}; the promise is ${promise} min`,
      hint: `Talk about what kept ${who}, or change the promise; then ${drillCommand}.`,
      ageSeconds,
    };
  return {
    status: 'pass',
    evidence: `${took}${promise === undefined ? '' : ` (the promise is ${promise} min)`}, and nobody further was called`,
    ageSeconds,
  };
}

/** By a person who had been notified, where there is such an entry; else the first at all. */
function firstAcknowledgement(entries: readonly SeenLogEntry[]): SeenLogEntry | undefined {
  const all = entries.filter(({ type }) => type === 'acknowledge');
  return all.find((ack) => wasNotified(entries, ack)) ?? all[0];
}

function wasNotified(entries: readonly SeenLogEntry[], { who, at }: SeenLogEntry): boolean {
  return who !== undefined && entries.some((entry) => entry.type === 'notify' && entry.who === who && entry.at <= at);
}

function isHuman({ entries, note }: Drill, ack: SeenLogEntry): 'yes' | 'no' | 'unknown' {
  if (note?.ack === 'auto' || !wasNotified(entries, ack)) return 'no';
  return note?.ack === 'human' ? 'yes' : 'unknown';
}

/** Somebody of a further level who was notified although it had been acknowledged. */
function furtherAfter(entries: readonly SeenLogEntry[], ack: SeenLogEntry): SeenLogEntry | undefined {
  const before = new Set(entries.flatMap(({ type, at, who }) => (type === 'notify' && at <= ack.at ? (who ?? []) : [])));
  const again = entries.find(({ type, at }) => type === 'unacknowledge' && at > ack.at)?.at ?? Infinity;
  return entries.find(({ type, at, who }) => type === 'notify' && at > ack.at && at < again && who !== undefined && !before.has(who));
}

/** The level that was called last before it was acknowledged, from 1, and when. */
function levelAt(entries: readonly SeenLogEntry[], ack: SeenLogEntry, opened: number) {
  const steps = entries.filter(({ type, at }) => type === 'escalate' && at <= ack.at);
  return { level: steps.length + 1, since: steps.at(-1)?.at ?? opened };
}
