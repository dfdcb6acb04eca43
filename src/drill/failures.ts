import { PmpError, type CheckResult, type LeftBehind } from '../engine/index.ts';
import type { SeenLogEntry } from '../ports/index.ts';
import { channelWords, nameOf } from './log.ts';
import type { DrillPlan } from './order.ts';
import type { Arrival, Sight } from './sight.ts';
import { span } from './words.ts';

export function failed(checks: readonly CheckResult[]): PmpError | undefined {
  const wrong = checks.flatMap(({ title, verdict }) =>
    verdict.status === 'fail' ? [{ what: `${title}: ${verdict.evidence}`, hint: verdict.hint }] : [],
  );
  const [first, ...more] = wrong;
  if (first === undefined) return undefined;
  return new PmpError('drill-failed', {
    message: `the drill did not prove what it was to prove: ${first.what}`,
    ...(more.length === 0 ? {} : { problems: more.map(({ what, hint }) => `${what}. ${hint}`) }),
    fix: first.hint,
  });
}

export function leftOver([first]: readonly LeftBehind[]): PmpError | undefined {
  if (first === undefined) return undefined;
  return new PmpError('drill-left-over', { message: `the drill left something behind: ${first.what}`, fix: `Run ${first.command}.` });
}

export function resolvedEarly(plan: DrillPlan, { who }: SeenLogEntry): PmpError {
  return new PmpError('drill-failed', {
    message: `the drill was resolved by ${who === undefined ? 'its service' : nameOf(plan, who)} before anybody acknowledged it: what was left is not tested`,
    fix: 'Ask the team to acknowledge a drill and to leave its end to pmp-pd, then drill again.',
  });
}

export function swallowed({ incident }: Arrival): PmpError {
  return new PmpError('drill-failed', {
    message: `the drill’s alert joined incident #${incident.number} and paged nobody`,
    cause: `PagerDuty's alert grouping put it into "${incident.title}", which was open already. That incident was left as it is.`,
    fix: 'Finish that incident and drill again; pmp-pd verify --only grouping says how the service groups.',
  });
}

export function calledWords(plan: DrillPlan, sight: Sight | undefined): string {
  const notified = (sight?.log ?? []).filter(({ type }) => type === 'notify');
  const ways = [...new Set(notified.map(({ who, channel }) => `${nameOf(plan, who ?? 'somebody')} by ${channelWords(channel)}`))];
  return ways.length === 0 ? 'PagerDuty notified nobody.' : `PagerDuty notified ${ways.join(', ')}.`;
}

export function notAnswered(plan: DrillPlan, { incident }: Arrival, sight: Sight | undefined): PmpError {
  return new PmpError('drill-not-answered', {
    message: `nobody acknowledged incident #${incident.number} within ${span(plan.answerWithin)}`,
    cause: calledWords(plan, sight),
    fix: 'Find out why it was not heard (pmp-pd verify --only reachability), then drill again; --timeout waits longer, and may call the next level.',
  });
}
