import type { Change, Step } from '../engine/index.ts';
import {
  keyOf,
  named,
  type Answers,
  type Brief,
  type EscalationPolicy,
  type EscalationTarget,
  type FieldDiff,
  type LevelTimes,
  type Seen,
} from '../model/index.ts';

/** The guide's step 2: two policies; "respond within" is a promise that PagerDuty has no field for, kept in the description. */
export const escalationPolicies: Step<EscalationPolicy> = {
  id: '02-escalation-policies',
  number: 2,
  title: 'Configure Escalation Policies',

  desired({ answers }: Brief) {
    const lead: EscalationTarget = { kind: 'user', name: answers.lead };
    const cto: EscalationTarget = { kind: 'user', name: answers.cto };
    const roles = [
      { says: 'On-Call Engineer', targets: onCallTargets(answers) },
      { says: 'Engineering Lead', targets: [lead] },
      { says: 'CTO', targets: [cto] },
    ];
    const policy = (name: string, urgency: string, times: readonly LevelTimes[]): EscalationPolicy => {
      const levels = times.map((time, index) => ({ ...roleAt(roles, index), ...time }));
      return {
        kind: 'escalation policy',
        name,
        description: `${urgency}: respond within ${levels.map((l) => `${l.respond} min (${l.says})`).join(', ')}`,
        loops: answers.loops,
        levels: levels.map((l) => ({ targets: l.targets, delayMinutes: l.escalate })),
        needs: [...new Set(levels.flatMap((l) => l.targets.map(keyOf)))],
      };
    };
    return named([
      policy(answers.names.criticalPolicy, 'P1', answers.escalation.critical),
      policy(answers.names.highPolicy, 'P2', answers.escalation.high),
    ]);
  },

  async read(world, wanted) {
    const found = await world.pagerduty.policies([...wanted.values()].map((p) => p.name));
    return new Map(found.flatMap((p): [string, Seen<EscalationPolicy>][] => (p.value ? [[keyOf(p.value), p]] : [])));
  },

  diff(before, after) {
    const diffs: FieldDiff[] = [];
    if (before.description !== after.description) diffs.push({ field: 'description', from: before.description, to: after.description });
    if (before.loops !== after.loops) diffs.push({ field: 'starts again', from: times(before.loops), to: times(after.loops) });
    const count = Math.max(before.levels.length, after.levels.length);
    for (let level = 0; level < count; level++) {
      const from = levelText(before.levels[level]);
      const to = levelText(after.levels[level]);
      if (from !== to) diffs.push({ field: `level ${level + 1}`, from, to });
    }
    return diffs;
  },

  async apply(world, { wanted, seen }: Change<EscalationPolicy>) {
    await (seen?.value ? world.pagerduty.updatePolicy(wanted) : world.pagerduty.createPolicy(wanted));
    return undefined;
  },
};

function onCallTargets({ names, level1 }: Answers): readonly EscalationTarget[] {
  const primary: EscalationTarget = { kind: 'schedule', name: names.primarySchedule };
  const followSun: EscalationTarget = { kind: 'schedule', name: names.followSunSchedule };
  return level1 === 'both' ? [primary, followSun] : [level1 === 'primary' ? primary : followSun];
}

function roleAt<T>(roles: readonly T[], index: number): T {
  const role = roles[index];
  if (role === undefined) throw new RangeError('a policy of the guide has at most three levels');
  return role;
}

function times(loops: number): string {
  return loops === 0 ? 'never' : `${loops} times`;
}

function levelText(level: EscalationPolicy['levels'][number] | undefined): string {
  if (level === undefined) return 'none';
  const targets = level.targets.map((t) => t.name).sort();
  return `${targets.join(' and ')}, escalates after ${level.delayMinutes} min`;
}
