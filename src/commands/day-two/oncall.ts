import { policiesSeen } from '../../checks/index.ts';
import { daysLater } from '../../coverage/index.ts';
import { PmpError, type LevelDuty, type PolicyDuty, type ScheduleDuty } from '../../engine/index.ts';
import type { EscalationPolicy, Instant } from '../../model/index.ts';
import type { Session } from '../app.ts';
import { ending, groundOf, told, whomOf, zoneOf, type Ground } from './ground.ts';
import type { OncallOptions } from './options.ts';
import { dutyOf, nowAndNext } from './duty.ts';
import { exit } from '../exit-codes.ts';
import { wholeDays } from './override-plan.ts';

/** Who is called now, level by level, who is next, and the picture of the coming weeks. Looks and writes nothing. */
export async function oncall(session: Session, options: OncallOptions): Promise<number> {
  const ground = await groundOf(session, options);
  const found = (await policiesSeen(ground.answers, ground)).flatMap(({ name, policy }) =>
    policy === undefined ? [] : [{ name, policy }],
  );
  if (found.length === 0) throw nothingFound(ground);
  const policies = [...new Map(found.map(({ policy }) => [policy.name, policy])).values()];
  const schedules = await dutiesOf(ground, policies);
  const onCalls = await ground.pagerduty.onCalls(policies.map(({ name }) => name));
  const duties = policies.map((policy): PolicyDuty => {
    const services = found.filter((one) => one.policy.name === policy.name).map(({ name }) => name);
    const current = onCalls.filter((one) => one.policy === policy.name);
    return { policy: policy.name, services, levels: levelsOf(policy, current, schedules, ground) };
  });
  const whom = await whomOf(ground, [
    ...onCalls.map(({ who }) => who),
    ...schedules.flatMap(({ shifts, replacements }) =>
      [...shifts, ...replacements, ...replacements.flatMap(({ instead }) => instead)].map(({ who }) => who),
    ),
  ]);
  const timeZone = schedules[0]?.timeZone ?? (await zoneOf(ground));
  return told(ground, { command: 'oncall', ...ending(ground, exit.done, { timeZone, whom }), policies: duties, schedules });
}

/** Whole days: the last row of the picture is not cut. */
function lastMidnight(zone: string, now: Instant, weeks: number): Instant {
  return daysLater(zone, wholeDays(zone, now, now + 1).from, weeks * 7);
}

/** Every schedule that a policy calls, each once, in order of the levels. */
async function dutiesOf(ground: Ground<OncallOptions>, policies: readonly EscalationPolicy[]): Promise<readonly ScheduleDuty[]> {
  const { pagerduty, now, options } = ground;
  const targets = policies.flatMap(({ levels }) => levels.flatMap((level) => level.targets));
  const names = [...new Set(targets.filter(({ kind }) => kind === 'schedule').map(({ name }) => name))];
  const found = (await pagerduty.schedules(names)).flatMap(({ value }) => (value === undefined ? [] : [value]));
  const inOrder = names.flatMap((name) => found.filter((schedule) => schedule.name === name));
  return Promise.all(inOrder.map((schedule) => dutyOf(ground, schedule, now, lastMidnight(schedule.timeZone, now, options.weeks))));
}

function levelsOf(
  { levels }: EscalationPolicy,
  onCalls: Awaited<ReturnType<Ground['pagerduty']['onCalls']>>,
  duties: readonly ScheduleDuty[],
  { now }: Ground,
): readonly LevelDuty[] {
  return levels.map(({ targets }, index): LevelDuty => {
    const schedules = targets.filter(({ kind }) => kind === 'schedule').map(({ name }) => name);
    const next = schedules.flatMap((name) => {
      const { next } = nowAndNext(duties.find(({ schedule }) => schedule === name)?.shifts ?? [], now);
      return next === undefined ? [] : [{ who: next.who, start: next.start, end: next.end }];
    });
    const current = onCalls.filter(({ level }) => level === index + 1);
    return {
      level: index + 1,
      afterMinutes: levels.slice(0, index).reduce((sum, { delayMinutes }) => sum + delayMinutes, 0),
      schedules,
      now: current.map(({ who, start, end, schedule }) => {
        const until = untilOf(
          who,
          end,
          duties.find((duty) => duty.schedule === schedule),
          now,
        );
        return { who, ...(start === undefined ? {} : { since: start }), ...(until === undefined ? {} : { until }) };
      }),
      next,
    };
  });
}

/** PagerDuty ends a turn where a layer hands over to the same person; what is rendered joins them, as far as was looked. */
function untilOf(who: string, end: Instant | undefined, duty: ScheduleDuty | undefined, now: Instant): Instant | undefined {
  const shift = duty?.shifts.find((one) => one.who === who && one.start <= now && now < one.end);
  return shift === undefined || shift.end === duty?.until ? end : shift.end;
}

function nothingFound({ answers: { names }, namesFrom }: Ground): PmpError {
  return new PmpError('usage', {
    message: `neither policy "${names.criticalPolicy}" nor "${names.highPolicy}" is in PagerDuty`,
    cause: `The names come from ${namesFrom}.`,
    fix: 'Run pmp-pd setup, which creates them, or name yours with --config <file>.',
  });
}
