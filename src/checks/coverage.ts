import { dstChanges, gaps, longRuns, type Span } from '../coverage/index.ts';
import type { Check } from '../engine/index.ts';
import type { Answers, Instant } from '../model/index.ts';
import type { ReadWorld, Shift } from '../ports/index.ts';
import { absentPolicies } from './shared/absent.ts';
import { ahead, everyone, nameOf, pagedLevels, peopleOf, type PagedLevel } from './shared/on-call.ts';
import { judged, type Problem } from './shared/problems.ts';
import { policiesSeen } from './shared/services.ts';
import { hours, listed, utcDate } from './shared/telling.ts';
import { at, day } from './shared/words.ts';

/** A stretch of time that is looked at, and how it is called. */
interface Stretch extends Span {
  readonly words: string;
}

/** A level with whom it calls in a stretch. */
interface Roster {
  readonly level: PagedLevel;
  readonly shifts: readonly Shift[];
}

/** PagerDuty's own rendering, so that overrides and other people's layers count. */
export const coverage: Check = {
  id: 'coverage',
  title: 'Somebody is on call at every hour of the coming six weeks',

  async run(answers, world, { now, byGuidesNames }) {
    const [seen, levels] = await Promise.all([policiesSeen(answers, world), pagedLevels(answers, world, now)]);
    const [zone, people] = await Promise.all([zoneOf(levels, answers, world), peopleOf(world, everyone(levels))]);
    const changes = dstChanges(zone, now, 2);
    const stretches = [
      { start: now, end: now + ahead, words: 'in the coming six weeks' },
      ...changes
        .filter((change) => change > now + ahead)
        .map((change) => ({ start: change - day, end: change + day, words: `around the clock change of ${utcDate(change)}` })),
    ];
    const name = (email: string) => nameOf(people, email);
    const meant = answers.gaps === 'accept' && !byGuidesNames;
    const found = await Promise.all(
      stretches.map(async (stretch) => {
        const rosters = await Promise.all(levels.map((level) => rosterOf(level, world, stretch)));
        return [...nobody(rosters, stretch, meant), ...twice(rosters, stretch, name)];
      }),
    );
    const policies = [...new Set(levels.map(({ policy }) => policy))].join(' and ');
    const through = changes.length === 0 ? '' : ` and through the clock changes of ${changes.map(utcDate).join(' and ')}`;
    return judged(
      [...found.flat(), ...tired(levels, zone, name), ...absentPolicies(seen)],
      `level 1 of ${policies} has somebody at every hour until ${utcDate(now + ahead)}${through}; nobody for more than 12 h in a row`,
    );
  },
};

async function zoneOf(levels: readonly PagedLevel[], answers: Answers, { pagerduty }: ReadWorld): Promise<string> {
  const names = levels.flatMap(({ targets }) => targets.filter(({ kind }) => kind === 'schedule').map((target) => target.name));
  const [first] = names.length === 0 ? [] : await pagerduty.schedules([...new Set(names)]);
  return first?.value?.timeZone ?? answers.timeZone;
}

async function rosterOf(level: PagedLevel, { pagerduty }: ReadWorld, { start, end }: Span): Promise<Roster> {
  const schedules = level.targets.filter(({ kind }) => kind === 'schedule');
  const shifts = await Promise.all(schedules.map((target) => pagerduty.rendered(target.name, start, end)));
  return { level, shifts: [...shifts.flat(), ...level.always.map((who) => ({ who, start, end }))] };
}

/** Level 1 empty: PagerDuty calls the next level at once. Every level empty: it opens no incident at all. */
function nobody(rosters: readonly Roster[], stretch: Stretch, meant: boolean): readonly Problem[] {
  return [...new Set(rosters.map(({ level }) => level.policy))].flatMap((policy): readonly Problem[] => {
    const own = rosters.filter(({ level }) => level.policy === policy);
    const whole = open(
      own.flatMap(({ shifts }) => shifts),
      stretch,
    );
    const first = open(
      own.filter(({ level }) => level.level === 1).flatMap(({ shifts }) => shifts),
      stretch,
    );
    const problems: Problem[] = [];
    if (whole.length > 0)
      problems.push({
        status: 'fail',
        what: `nobody at any level of ${policy} for ${spansInWords(whole)} ${stretch.words}: an alert then opens no incident`,
        hint: 'Put somebody on call for those hours: mend the schedule or add an override in PagerDuty, or run pmp-pd setup.',
      });
    if (total(first) > total(whole))
      problems.push({
        status: meant ? 'warn' : 'fail',
        what: `nobody at level 1 of ${policy} for ${spansInWords(first)} ${stretch.words}: level 2 is called at once`,
        hint: meant
          ? 'Say "gaps: fill" in the answers and run pmp-pd setup; the answers accept these hours as they are.'
          : 'Run pmp-pd setup (gaps: fill), or add an override; say "gaps: accept" in the answers where it is meant.',
      });
    return problems;
  });
}

/** Escalating to somebody who has just not answered is no escalation. */
function twice(rosters: readonly Roster[], { words }: Stretch, name: (email: string) => string): readonly Problem[] {
  return rosters.flatMap((one) =>
    rosters
      .filter(({ level }) => level.role === one.level.role && level.level > one.level.level)
      .flatMap((other) =>
        [...new Set(one.shifts.map(({ who }) => who))].flatMap((who): readonly Problem[] => {
          const both = shared(ofPerson(one.shifts, who), ofPerson(other.shifts, who));
          if (both.length === 0) return [];
          return [
            {
              status: 'warn',
              what: `${name(who)} is on levels ${one.level.level} and ${other.level.level} of ${one.level.policy} at one time for ${spansInWords(both)} ${words}`,
              hint: 'Put somebody else on one of the two levels: escalation would call the same person again.',
            },
          ];
        }),
      ),
  );
}

/** The guide's own weekend apart; who is named by themselves at a level is always on call, and meant to be. */
function tired(levels: readonly PagedLevel[], zone: string, name: (email: string) => string): readonly Problem[] {
  return levels
    .filter(({ level }) => level === 1)
    .flatMap(({ policy, shifts }): readonly Problem[] => {
      const runs = longRuns(shifts, zone);
      const longest = runs.toSorted((a, b) => b.hours - a.hours)[0];
      if (longest === undefined) return [];
      const who = listed([...new Set(runs.map((run) => name(run.who)))]);
      const times = `${runs.length === 1 ? 'once' : `${runs.length} times`} in six weeks`;
      const most = `at most ${hours(longest.end - longest.start)}, ${name(longest.who)} from ${at(longest.start)}`;
      return [
        {
          status: 'warn',
          what: `more than 12 h in a row at level 1 of ${policy}, ${times}: ${who} (${most})`,
          hint: 'Add an engineer to the region that is short of one, or an override for those days.',
        },
      ];
    });
}

/** PagerDuty's times have no fractions. */
function open(shifts: readonly Span[], { start, end }: Span): readonly Span[] {
  return gaps(shifts, start, end).filter((gap) => gap.end - gap.start >= 1000);
}

function ofPerson(shifts: readonly Shift[], who: string): readonly Span[] {
  return shifts.filter((shift) => shift.who === who);
}

function shared(some: readonly Span[], others: readonly Span[]): readonly Span[] {
  return some.flatMap((a) =>
    others.map((b) => ({ start: Math.max(a.start, b.start), end: Math.min(a.end, b.end) })).filter(({ start, end }) => start < end),
  );
}

function total(spans: readonly Span[]): number {
  return spans.reduce((sum, { start, end }) => sum + end - start, 0);
}

function spansInWords(spans: readonly Span[]): string {
  const [first] = spans;
  const from: Instant = first?.start ?? 0;
  return `${hours(total(spans))} (${spans.length > 1 ? 'first ' : ''}from ${at(from)} to ${at(first?.end ?? from)})`;
}
