import type { CheckResult, DrillPerson, PmpError, Verdict } from '../engine/index.ts';
import type { SeenLogEntry } from '../ports/index.ts';
import type { Book } from './book.ts';
import { contextVerdict, isMarked } from './context.ts';
import { channelWords, furtherAfter, isFailure, nameOf, passedOver, plannedAfter } from './log.ts';
import type { DrillPlan } from './order.ts';
import type { DrillState } from './state.ts';
import { inWords, minute, second, span } from './words.ts';

/** How far from its plan an escalation may be; verify says the same. */
const tolerance = minute;

interface Judged {
  readonly plan: DrillPlan;
  readonly book: Book;
  readonly state: DrillState;
  readonly log: readonly SeenLogEntry[];
  readonly failure: PmpError | undefined;
}

/** What this drill has proven: the guide's items 8 to 10 where it was the critical service, and what else of it can be right or wrong. */
export function judgeDrill(plan: DrillPlan, book: Book, state: DrillState, failure: PmpError | undefined): readonly CheckResult[] {
  const facts: Judged = { plan, book, state, log: state.sight?.log ?? [], failure };
  // What verify will not know as a drill proves none of the guide's items.
  const known = state.arrival === undefined || isMarked(plan, state.arrival.alert);
  const counts = plan.order.role === 'critical' && plan.via !== 'stress' && known;
  const item = (id: string, number: number, title: string, verdict: Verdict): CheckResult => ({
    id,
    item: counts ? number : undefined,
    title,
    verdict,
  });
  const own = (id: string, title: string, verdict: Verdict): CheckResult => ({ id, item: undefined, title, verdict });
  return [
    item(plan.order.role === 'critical' ? '08-test-alert' : 'high-drill', 8, 'Test alert triggered and received', received(facts)),
    item('09-acknowledgement', 9, 'Acknowledgment workflow tested', acknowledged(facts)),
    item('10-escalation', 10, 'Escalation tested (wait for timeout)', escalated(facts)),
    own('drill-context', 'The incident says what the guide wants', context(facts)),
    own('drill-actions', 'Snooze and note work', actions(facts)),
    own('drill-closing', 'The end of the alert closes the incident', closing(facts)),
  ];
}

const notSeen: Verdict = { status: 'skip', evidence: 'the drill became no incident of its own' };

function isOwn({ state }: Judged): boolean {
  return state.arrival !== undefined && !state.arrival.joined;
}

function received({ plan, state, log, failure, book }: Judged): Verdict {
  const { arrival } = state;
  if (arrival === undefined || arrival.joined) {
    const why = failure === undefined ? 'it became no incident of its own' : failure.facts.message;
    const cause = failure?.facts.cause === undefined ? '' : `: ${failure.facts.cause}`;
    return { status: 'fail', evidence: `${why}${cause}`, hint: failure?.facts.fix ?? 'Drill again.' };
  }
  const notified = log.filter((entry) => entry.type === 'notify' && !isFailure(entry));
  const [first] = notified;
  if (first === undefined)
    return {
      status: 'fail',
      evidence: `incident #${arrival.incident.number} opened, and nobody was reached`,
      hint: 'Run pmp-pd verify --only 4,reachability: it says whose phone or app is missing; then drill again.',
    };
  const people = [...new Set(notified.flatMap(({ who }) => who ?? []))];
  const channels = (email: string) =>
    inWords([...new Set(notified.flatMap(({ who, channel }) => (who === email ? [channelWords(channel)] : [])))]);
  const rung = inWords(people.map((email) => `${nameOf(plan, email)} (${channels(email)})`)) || 'somebody';
  const path = plan.via === 'events' ? '; straight to PagerDuty, so Alertmanager had no part in it' : '';
  return {
    status: 'pass',
    evidence: `incident #${arrival.incident.number} rang ${rung}, the first ${span(Math.max(0, first.at - book.began))} after the alert${path}`,
  };
}

function acknowledged(facts: Judged): Verdict {
  const { plan, state, log } = facts;
  if (!isOwn(facts)) return notSeen;
  const ack = state.acknowledged;
  const hint = 'With somebody who is on call at hand, drill again.';
  if (ack === undefined)
    return { status: 'fail', evidence: 'nobody acknowledged it', hint: 'Find out why nobody answered, then drill again.' };
  const further = furtherAfter(log, ack);
  if (further !== undefined)
    return {
      status: 'fail',
      evidence: `it went on after it was acknowledged: ${nameOf(plan, further.who ?? '')} was still notified ${span(further.at - ack.at)} later`,
      hint: 'Look at the escalation policy and at who holds the incident in PagerDuty, then drill again.',
    };
  const watched = watchedWords(state);
  const name = nameOf(plan, ack.who ?? 'somebody');
  const wasCalled = log.some(({ type, who, at }) => type === 'notify' && who === ack.who && at <= ack.at);
  if (state.byApi || !wasCalled) {
    const how = state.byApi ? 'acknowledged by API, no human tested' : `acknowledged by ${name}, whom PagerDuty had not called`;
    return plan.order.requireHuman ? { status: 'fail', evidence: how, hint } : { status: 'pass', evidence: `${how}${watched}` };
  }
  const called = state.sight?.called.findLast(({ at }) => at <= ack.at);
  const took = ack.at - (called?.at ?? ack.at);
  const promise = plan.promise(called?.level ?? 1);
  const said = `${name} acknowledged ${span(took)} after level ${called?.level ?? 1} was called`;
  if (promise !== undefined && took > promise * minute)
    return {
      status: 'warn',
      evidence: `${said}; the promise is ${promise} min${watched}`,
      hint: `Talk about what kept ${name}, or change the promise; then drill again.`,
    };
  return { status: 'pass', evidence: `${said}${promise === undefined ? '' : ` (the promise is ${promise} min)`}${watched}` };
}

function watchedWords({ quiet }: DrillState): string {
  if (quiet === undefined) return '';
  const off = quiet.calledOff ? '; PagerDuty has called the next escalation off' : '';
  return `; in the ${span(quiet.watched)} watched after that nobody further was called${off}`;
}

function escalated(facts: Judged): Verdict {
  const { plan, state } = facts;
  if (!plan.order.escalation) return { status: 'skip', evidence: 'not part of this drill: --escalation leaves it unanswered' };
  if (!isOwn(facts)) return notSeen;
  const called = state.sight?.called ?? [];
  const reached = `${called.length} of ${plan.levels.length} levels of "${plan.policy.name}"`;
  const early = state.endedEarly;
  if (early !== undefined)
    return {
      status: 'fail',
      evidence: `not tested: ${nameOf(plan, early.who ?? 'somebody')} ${early.type === 'resolve' ? 'resolved' : 'acknowledged'} it before the last level was called (${reached})`,
      hint: 'Ask everybody not to answer before the last level, then drill again with --escalation.',
    };
  const skipped = passedOver(called);
  if (skipped.length > 0)
    return {
      status: 'fail',
      evidence: `level ${inWords(skipped.map(String))} was passed over: nobody was on call there (${reached} were called)`,
      hint: 'Run pmp-pd verify --only coverage, fill the gap, then drill again with --escalation.',
    };
  if (called.length < plan.levels.length)
    return {
      status: 'fail',
      evidence: `only ${reached} were called`,
      hint: 'Run pmp-pd verify --only 2,coverage, then drill again with --escalation.',
    };
  const waits = called.slice(1).map(({ at }, index) => ({
    actual: at - (called[0]?.at ?? at),
    planned: plannedAfter(called, index + 1, plan.levels),
    level: index + 2,
  }));
  const off = waits.find(({ actual, planned }) => Math.abs(actual - planned) > tolerance);
  if (off !== undefined)
    return {
      status: 'fail',
      evidence: `level ${off.level} was called after ${span(off.actual)}; "${plan.policy.name}" says ${span(off.planned)}`,
      hint: 'If the policy was changed a moment ago, drill again; an incident keeps the one it was opened with.',
    };
  return { status: 'pass', evidence: `called ${reached}, after ${inWords(waits.map(({ actual }) => span(actual)))}` };
}

function context(facts: Judged): Verdict {
  const { arrival } = facts.state;
  return arrival === undefined || arrival.joined ? notSeen : contextVerdict(facts.plan, arrival.alert);
}

function actions(facts: Judged): Verdict {
  const { snooze, note } = facts.state;
  if (!isOwn(facts)) return notSeen;
  if (snooze === undefined) return { status: 'skip', evidence: `not tried: ${notTried(facts)}` };
  const refused = [snooze, note].flatMap((tried) => (tried === undefined || tried === 'done' ? [] : [tried.why]));
  if (refused.length === 0) return { status: 'pass', evidence: 'snoozed and noted, and PagerDuty took both' };
  return {
    status: 'fail',
    evidence: inWords(refused),
    hint: 'Responders need both: look at the role of the token’s user (pmp-pd verify --only token), then drill again.',
  };
}

function notTried({ plan, state, log }: Judged): string {
  const { who } = log.find(({ type }) => type === 'resolve') ?? {};
  if (state.acknowledged === undefined || who === undefined) return 'the drill ended before that';
  return `${nameOf(plan, who)} had resolved it by then`;
}

function closing(facts: Judged): Verdict {
  const { book, state, plan, log } = facts;
  if (!isOwn(facts)) return notSeen;
  const ended = book.at('resolved');
  const closed = book.at('closed');
  if (ended === undefined || closed === undefined)
    return { status: 'fail', evidence: 'the incident was not seen closing', hint: 'Run pmp-pd test-alert --cleanup.' };
  if (state.resolved)
    return {
      status: 'warn',
      evidence: 'the alert’s resolve did not close it in time, so it was resolved by API',
      hint: 'Run pmp-pd verify --only 7,routing: without send_resolved incidents stay open. A resolve is also lost in a maintenance window.',
    };
  const by = log.find(({ type }) => type === 'resolve')?.who;
  if (by !== undefined) return { status: 'skip', evidence: `not tested: ${nameOf(plan, by)} resolved it before its alert had ended` };
  const took = closed - ended < second ? 'within a second' : span(closed - ended);
  return { status: 'pass', evidence: `closed ${took} after the alert had ended` };
}

/** Whom it called, level by level, and by what. */
export function peopleOf(plan: DrillPlan, { sight }: DrillState): readonly DrillPerson[] {
  const notified = (sight?.log ?? []).filter(({ type }) => type === 'notify');
  return (sight?.called ?? []).flatMap(({ level, at, who }, index, called) => {
    const until = called[index + 1]?.at ?? Infinity;
    return who.map((email) => ({
      level,
      email,
      name: nameOf(plan, email),
      notified: notified
        .filter((entry) => entry.who === email && entry.at >= at && entry.at < until)
        .map(({ channel = 'unknown', at: when }) => ({ channel, at: when })),
    }));
  });
}
