import type { Check } from '../engine/index.ts';
import type { Answers, Instant, Schedule } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import { ahead, nameOf, peopleOf } from './shared/on-call.ts';
import { policiesSeen } from './shared/services.ts';
import { verdictOf, type Trouble } from './shared/verdicts.ts';
import { at, count, inWords } from './shared/words.ts';

/** Item 3. A schedule is set up when somebody stands in it in the coming six weeks; its gaps are *coverage*'s. */
export const schedules: Check = {
  id: '03-schedules',
  item: 3,
  title: 'On-call schedules set up',

  async run(answers, world, { now, byGuidesNames }) {
    const used = await schedulesInUse(answers, world);
    const named = answers.followSun ? [answers.names.primarySchedule, answers.names.followSunSchedule] : [answers.names.primarySchedule];
    // Without answers a policy's own schedules say what level 1 is, whatever they are called.
    const names = [...new Set([...named, ...used])];
    const found = new Map(
      (await world.pagerduty.schedules(names)).flatMap(({ value }) => (value === undefined ? [] : [[value.name, value] as const])),
    );
    const looked = await Promise.all(
      names.map(async (name) => {
        const schedule = found.get(name);
        if (schedule === undefined) return { troubles: [missing(name, byGuidesNames && used.length > 0)], fact: [] };
        return look(schedule, world, now, byGuidesNames ? undefined : answers);
      }),
    );
    return verdictOf(
      looked.flatMap(({ troubles }) => troubles),
      looked.flatMap(({ fact }) => fact).join('; '),
    );
  },
};

async function schedulesInUse(answers: Answers, world: ReadWorld): Promise<readonly string[]> {
  const policies = await policiesSeen(answers, world);
  return policies
    .flatMap(({ policy }) => policy?.levels.flatMap(({ targets }) => targets) ?? [])
    .flatMap(({ kind, name }) => (kind === 'schedule' ? [name] : []));
}

function missing(name: string, othersServe: boolean): Trouble {
  return {
    status: othersServe ? 'warn' : 'fail',
    what: `there is no schedule "${name}"`,
    hint: 'Run pmp-pd setup, or write the names of your schedules into the answers (names; follow_sun: none where there is none).',
  };
}

async function look(schedule: Schedule, world: ReadWorld, now: Instant, answers: Answers | undefined) {
  const { name, timeZone } = schedule;
  const shifts = await world.pagerduty.rendered(name, now, now + ahead);
  const people = [...new Set(shifts.map(({ who }) => who))];
  const users = await peopleOf(world, people);
  const current = shifts.filter(({ start, end }) => start <= now && now < end);
  const troubles: Trouble[] = [];
  if (people.length === 0)
    troubles.push({
      status: 'fail',
      what: `nobody stands in "${name}" from now to ${at(now + ahead)}`,
      hint: `Put people into a layer of "${name}".`,
    });
  if (answers !== undefined && timeZone !== answers.timeZone && ours(answers).includes(name))
    troubles.push({
      status: 'fail',
      what: `"${name}" reads its hours in ${timeZone}, the answers say ${answers.timeZone}`,
      hint: 'Run pmp-pd setup to put the time zone right, or change the answers (time_zone).',
    });
  if (/^(?:EST|MST|HST|Etc\/GMT[+-]\d+)$/.test(timeZone))
    troubles.push({
      status: 'warn',
      what: `"${name}" reads its hours in ${timeZone}, which knows no daylight saving: they are wrong for eight months a year`,
      hint: `Choose a place, such as America/New_York, as the time zone of "${name}".`,
    });
  const who =
    current.length === 0
      ? 'nobody now'
      : `${inWords(current.map((shift) => nameOf(users, shift.who)))} until ${at(Math.max(...current.map(({ end }) => end)))}`;
  return { troubles, fact: [`"${name}": ${who}, ${count(people.length, 'engineer')} in the coming 42 days`] };
}

function ours({ names }: Answers): readonly string[] {
  return [names.primarySchedule, names.followSunSchedule];
}
