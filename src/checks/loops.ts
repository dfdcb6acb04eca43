import type { Check } from '../engine/index.ts';
import type { EscalationPolicy } from '../model/index.ts';
import { absentPolicies } from './shared/absent.ts';
import { judged, type Problem } from './shared/problems.ts';
import { policiesSeen } from './shared/services.ts';

/** "No escalation" after the CTO means that an unanswered P1 stays unanswered. */
export const loops: Check = {
  id: 'loops',
  title: 'An alert that nobody answers goes round again',

  async run(answers, world) {
    const seen = await policiesSeen(answers, world);
    const policies = seen.flatMap(({ policy }) => (policy === undefined ? [] : [policy]));
    const again = policies.map((policy) => `${policy.name} starts again ${policy.loops === 1 ? 'once' : `${policy.loops} times`}`);
    return judged([...policies.filter((policy) => policy.loops === 0).map(endsThere), ...absentPolicies(seen)], again.join('; '));
  },
};

function endsThere({ name, levels }: EscalationPolicy): Problem {
  const minutes = levels.slice(0, -1).reduce((sum, level) => sum + level.delayMinutes, 0);
  return {
    status: 'warn',
    what: `${name} ends with level ${levels.length}: ${minutes} min after the incident opens the last person is called, and then nobody again`,
    hint: 'Set "loops: 1" (up to 9) in the answers and run pmp-pd setup, or raise "repeat this policy" in PagerDuty.',
  };
}
