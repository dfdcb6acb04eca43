import type { Check } from '../engine/index.ts';
import type { Answers, EscalationPolicy } from '../model/index.ts';
import type { SeenUser } from '../ports/index.ts';
import { nameOf, peopleOf } from './shared/on-call.ts';
import { policiesSeen, type PolicySeen } from './shared/services.ts';
import { verdictOf, type Trouble } from './shared/verdicts.ts';
import { quoted } from './shared/words.ts';

/** Item 2. The policy that counts is the one the service escalates by; with answers it must be theirs, level by level. */
export const escalationPolicies: Check = {
  id: '02-escalation-policies',
  item: 2,
  title: 'Escalation policies configured',

  async run(answers, world, { byGuidesNames }) {
    const seen = await policiesSeen(answers, world);
    const troubles = seen.flatMap((one) => troublesOf(one, byGuidesNames ? undefined : answers));
    const policies = seen.flatMap(({ policy }) => policy ?? []);
    const targets = policies.flatMap(({ levels }) => levels.flatMap((level) => level.targets));
    const people = await peopleOf(world, [...new Set(targets.flatMap(({ kind, name }) => (kind === 'user' ? [name] : [])))]);
    const facts = policies.map((policy) => `"${policy.name}": ${levelsText(policy, people)}`);
    return verdictOf(troubles, facts.join('; '));
  },
};

function troublesOf(seen: PolicySeen, answers: Answers | undefined): readonly Trouble[] {
  const { policy, policyName, wantedPolicy, found, name } = seen;
  if (policy === undefined)
    return [
      { status: 'fail', what: `there is no escalation policy "${policyName}"`, hint: 'Run pmp-pd setup, or correct names in the answers.' },
    ];
  const troubles: Trouble[] = [];
  if (answers !== undefined && found !== undefined && policyName !== wantedPolicy)
    troubles.push({
      status: 'fail',
      what: `service "${name}" escalates by "${policyName}", not by "${wantedPolicy}"`,
      hint: `Assign "${wantedPolicy}" to service "${name}" (pmp-pd setup does), or write the other name into the answers (names).`,
    });
  const empty = policy.levels.findIndex(({ targets }) => targets.length === 0);
  if (empty >= 0)
    troubles.push({
      status: 'fail',
      what: `level ${empty + 1} of "${policyName}" calls nobody`,
      hint: `Put somebody on level ${empty + 1}.`,
    });
  if (policy.levels.length < 2)
    troubles.push({
      status: 'fail',
      what: `"${policyName}" has no second level: when the first does not answer, nobody else is called`,
      hint: `Add a level to "${policyName}" (the guide has the Engineering Lead there).`,
    });
  return answers === undefined ? troubles : [...troubles, ...differences(policy, answers, seen)];
}

/** What the answers say, held against what PagerDuty does. The delay of the last level means nothing. */
function differences(policy: EscalationPolicy, answers: Answers, { role }: PolicySeen): readonly Trouble[] {
  const times = answers.escalation[role];
  const hint = `Run pmp-pd setup to put "${policy.name}" right, or change the answers.`;
  const trouble = (what: string): Trouble => ({ status: 'fail', what: `"${policy.name}" ${what}`, hint });
  if (policy.levels.length !== times.length)
    return policy.levels.length < 2 ? [] : [trouble(`has ${policy.levels.length} levels, the answers say ${times.length}`)];
  return policy.levels.flatMap(({ targets, delayMinutes }, index) => {
    const level = index + 1;
    const [is, wanted] = [targets.map(({ name }) => name).sort(), [...targetsAt(answers, index)].sort()];
    const other =
      is.length > 0 && is.join('\n') !== wanted.join('\n')
        ? [trouble(`calls ${quoted(is)} at level ${level}, the answers say ${quoted(wanted)}`)]
        : [];
    const escalate = times[index]?.escalate ?? delayMinutes;
    const late =
      level < times.length && delayMinutes !== escalate
        ? [trouble(`leaves level ${level} after ${delayMinutes} min, the answers say ${escalate}`)]
        : [];
    return [...other, ...late];
  });
}

function targetsAt({ names, level1, lead, cto }: Answers, index: number): readonly string[] {
  const onCall = {
    primary: [names.primarySchedule],
    'follow-sun': [names.followSunSchedule],
    both: [names.primarySchedule, names.followSunSchedule],
  };
  return [onCall[level1], [lead], [cto]][index] ?? [];
}

/** "PMP Primary On-Call, after 10 min Grace Example, after 15 min Alan Example" */
function levelsText({ levels }: EscalationPolicy, people: ReadonlyMap<string, SeenUser>): string {
  const delays = levels.map(({ delayMinutes }) => delayMinutes);
  return levels
    .map(
      ({ targets }, index) =>
        `${index === 0 ? '' : `after ${delays[index - 1] ?? 0} min `}${targets.map(({ name }) => nameOf(people, name)).join(' and ')}`,
    )
    .join(', ');
}
