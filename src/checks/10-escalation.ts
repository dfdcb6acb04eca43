import type { Check, Verdict, VerifyOptions } from '../engine/index.ts';
import type { EscalationPolicy } from '../model/index.ts';
import { drillPlace, nothingToDrill, secondsAgo } from './shared/drill-words.ts';
import { drillsOf, isUnderWay, newestDrill, type Drill } from './shared/drills.ts';
import { policiesSeen } from './shared/services.ts';
import { ago, count, minute, span } from './shared/words.ts';

/** How far from its plan an escalation may be. */
const tolerance = minute;
const command = 'drill it and let nobody answer: pmp-pd test-alert --escalation';

/** Item 10. The newest drill that was left unanswered went through every level, each when the policy says. */
export const escalation: Check = {
  id: '10-escalation',
  item: 10,
  title: 'Escalation tested (wait for timeout)',

  async run(answers, world, options) {
    const nothing = await nothingToDrill(answers, world);
    if (nothing !== undefined) return nothing;
    const { service, services, since } = drillPlace(answers, options);
    const [seen] = await policiesSeen(answers, world);
    const policy = seen?.policy;
    if (policy === undefined || policy.levels.length < 2)
      return { status: 'skip', evidence: `"${seen?.policyName ?? ''}" has no second level, so there is nothing to escalate to` };
    const escalated = (drill: Drill) => stepsOf(drill).length > 0 || (drill.note?.reached ?? 0) > 1;
    const newest = await newestDrill(drillsOf(world, service, services, since), escalated);
    if (newest !== undefined) return judge(newest, policy, options);
    return {
      status: 'fail',
      evidence: `no drill of "${service}" in the last ${span(options.maxAge * 1000)} was left to escalate`,
      hint: `Before the launch ${command}. It takes ${timeOf(policy)} and calls ${count(policy.levels.length, 'level')}.`,
    };
  },
};

function judge(drill: Drill, policy: EscalationPolicy, { now }: VerifyOptions): Verdict {
  const { id, incident } = drill;
  const planned = policy.levels.slice(0, -1).map(({ delayMinutes }) => delayMinutes * minute);
  const steps = stepsOf(drill).slice(0, planned.length);
  const name = `drill ${id} (incident #${incident.number}, ${ago(now, incident.created)})`;
  const ageSeconds = secondsAgo(now, steps.at(-1) ?? incident.created);
  const reached = `${steps.length + 1} of ${count(policy.levels.length, 'level')} of "${policy.name}"`;
  const open = isUnderWay(drill, now);
  if (steps.length < planned.length)
    return {
      status: 'fail',
      evidence: `${name} ${open ? 'has so far called' : 'called'} ${reached}`,
      hint: open
        ? 'Wait for its end: pmp-pd verify --wait 30m.'
        : `Look at coverage (a level with nobody on call is passed over), then ${command}.`,
      ageSeconds,
      ...(open ? { awaits: `${name} to escalate` } : {}),
    };
  const waits = steps.map((at, index) => at - (steps[index - 1] ?? incident.created));
  const late = waits.findIndex((wait, index) => Math.abs(wait - (planned[index] ?? 0)) > tolerance);
  if (late >= 0)
    return {
      status: 'fail',
      evidence: `${name} left level ${late + 1} after ${span(waits[late] ?? 0)}; "${policy.name}" says ${span(planned[late] ?? 0)}`,
      hint: `If the policy was changed since, drill again: ${command}.`,
      ageSeconds,
    };
  return { status: 'pass', evidence: `${name} called ${reached}, after ${waits.map(span).join(' and ')}`, ageSeconds };
}

/** When the levels after the first were called. */
function stepsOf({ entries }: Drill): readonly number[] {
  return entries.flatMap(({ type, at }) => (type === 'escalate' ? [at] : []));
}

function timeOf({ levels }: EscalationPolicy): string {
  return span(levels.slice(0, -1).reduce((sum, { delayMinutes }) => sum + delayMinutes * minute, 0));
}
