import { policiesSeen } from '../../checks/index.ts';
import { dateOf, daysLater, longRuns, merged, wallHours } from '../../coverage/index.ts';
import { clean, type Objection, type Replacement, type ScheduleDuty } from '../../engine/index.ts';
import type { Instant, Schedule } from '../../model/index.ts';
import type { SeenUser, Shift } from '../../ports/index.ts';
import { called, whomOf, type Ground } from './ground.ts';
import { dutyOf, ownShifts, within } from './duty.ts';
import { reachedBy } from './person-called.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** In a row, as the picture has it. */
const tiring = 12;
/** Longer, and it is a new rota rather than a replacement. */
const lengthy = 14 * day;
const aMoment = 5 * 60_000;

export interface Wanted {
  readonly schedule: Schedule;
  readonly user: SeenUser;
  readonly start: Instant;
  readonly end: Instant;
  /** E-mail: only the hours of this person. */
  readonly insteadOf?: string;
}

export interface OverridePlan {
  readonly replacements: readonly Replacement[];
  /** Replacements by the same person that are in place already. */
  readonly inPlace: readonly Replacement[];
  readonly objections: readonly Objection[];
  readonly after: ScheduleDuty;
}

/** Which hours change hands, and what speaks against it. Reads and writes nothing. */
export async function planOverride(ground: Ground, wanted: Wanted): Promise<OverridePlan> {
  const { schedule, user, start, end, insteadOf } = wanted;
  const who = user.value.name;
  const days = wholeDays(schedule.timeZone, start, end);
  // What is past is of no interest, and before it was made nobody is on call in a schedule.
  const shown = { from: Math.max(days.from, ground.now), until: days.until };
  const before = await dutyOf(ground, schedule, Math.min(shown.from, start - day), Math.max(shown.until, end + day));
  const now = within(before.shifts, start, end);
  const others = now.filter((shift) => shift.who !== who);
  const inPlace = before.replacements.filter((one) => one.who === who && one.start < end && one.end > start);
  const own = merged(now.filter((shift) => shift.who === who)).reduce((sum, shift) => sum + shift.end - shift.start, 0);
  // The same line run again a moment later ends a moment later.
  const covered = end - start - own <= (inPlace.length > 0 ? aMoment : 0);
  const spans = insteadOf === undefined ? (covered ? [] : [{ start, end }]) : others.filter((shift) => shift.who === insteadOf);
  const replacements = spans.map((span) => ({
    start: span.start,
    end: span.end,
    who,
    instead: within(before.shifts, span.start, span.end),
  }));
  const replaced = replacements.reduce<readonly Shift[]>((shifts, one) => withReplacement(shifts, one), before.shifts);
  return {
    replacements,
    inPlace,
    objections: replacements.length === 0 ? [] : await objectionsTo(ground, wanted, before, replacements, replaced),
    after: {
      ...before,
      ...shown,
      shifts: within(replaced, shown.from, shown.until),
      replacements: [...before.replacements, ...replacements].filter((one) => one.start < shown.until && one.end > shown.from),
    },
  };
}

/** The schedule as it is without one of its replacements, by its own layers. */
export function without(before: ScheduleDuty, schedule: Schedule, gone: Replacement): ScheduleDuty {
  const outside = before.shifts.flatMap((shift) => cut(shift, gone));
  const shifts = [...outside, ...ownShifts(schedule, gone.start, gone.end)].sort((a, b) => a.start - b.start);
  return { ...before, shifts, replacements: before.replacements.filter(({ id }) => id !== gone.id) };
}

/** Whole days of the schedule's calendar around a time, at most two weeks of them. */
export function wholeDays(zone: string, start: Instant, end: Instant): { readonly from: Instant; readonly until: Instant } {
  const midnight = (instant: Instant) => wallHours(zone, dateOf(zone, instant))[0]?.start ?? instant;
  const from = midnight(start);
  const until = daysLater(zone, midnight(end - 1), 1);
  return { from, until: Math.min(until, daysLater(zone, from, 14)) };
}

function withReplacement(shifts: readonly Shift[], { start, end, who }: Replacement): readonly Shift[] {
  return merged([...shifts.flatMap((shift) => cut(shift, { start, end })), { start, end, who }]);
}

function cut(shift: Shift, { start, end }: { readonly start: Instant; readonly end: Instant }): readonly Shift[] {
  return [...within([shift], shift.start, start), ...within([shift], end, shift.end)];
}

async function objectionsTo(
  ground: Ground,
  { schedule, user, start, end }: Wanted,
  before: ScheduleDuty,
  replacements: readonly Replacement[],
  after: readonly Shift[],
): Promise<readonly Objection[]> {
  const who = user.value.name;
  const name = clean(user.value.fullName, 100);
  const touched = (span: { readonly start: Instant; readonly end: Instant }) =>
    replacements.some((one) => one.start < span.end && one.end > span.start);
  const existing = before.replacements.filter(touched);
  const whom = await whomOf(
    ground,
    existing.map((one) => one.who),
  );
  const long = longRuns(
    after.filter((shift) => shift.who === who),
    schedule.timeZone,
    tiring,
  ).filter(touched);
  const [longest] = [...long].sort((a, b) => b.hours - a.hours);
  return [
    ...existing.map((one): Objection => ({
      kind: 'overlap',
      what: `${called(whom, one.who)} takes over some of these hours already (${one.id ?? ''}); the replacement made last wins`,
    })),
    ...(await calledElsewhere(ground, schedule, who, name, replacements)),
    ...(longest === undefined
      ? []
      : [{ kind: 'long-run', what: `${name} would be on call for ${Math.round(longest.hours)} hours in a row` } as const]),
    ...(end - start > lengthy
      ? [{ kind: 'long', what: 'it lasts more than two weeks: change the answers instead, so that the rota itself is right' } as const]
      : []),
    ...(reachedBy(user).length === 0 || user.invitationPending ? [{ kind: 'unreachable', what: unreachable(user, name) } as const] : []),
  ];
}

function unreachable({ invitationPending }: SeenUser, name: string): string {
  return invitationPending
    ? `${name} has not accepted the invitation to PagerDuty yet`
    : `nothing would ring: ${name} has no notification rule for high urgency that works`;
}

/** At another level of a policy that calls this schedule, or by another schedule at the same time. */
async function calledElsewhere(
  ground: Ground,
  schedule: Schedule,
  who: string,
  name: string,
  replacements: readonly Replacement[],
): Promise<readonly Objection[]> {
  const seen = (await policiesSeen(ground.answers, ground)).flatMap(({ policy }) => (policy === undefined ? [] : [policy]));
  const policies = [...new Map(seen.map((policy) => [policy.name, policy])).values()].filter(({ levels }) =>
    levels.some(({ targets }) => targets.some((target) => target.kind === 'schedule' && target.name === schedule.name)),
  );
  const levels = policies.flatMap(({ name: policy, levels }) =>
    levels.flatMap(({ targets }, index) =>
      targets.some((target) => target.kind === 'user' && target.name === who) ? [`level ${index + 1} of ${policy}`] : [],
    ),
  );
  const further: readonly Objection[] =
    levels.length === 0
      ? []
      : [{ kind: 'further-level', what: `${name} is ${levels.join(' and ')} too: an escalation would call the same person again` }];
  const others = new Set(
    policies.flatMap(({ levels }) =>
      levels.flatMap(({ targets }) => targets.filter((target) => target.kind === 'schedule').map((target) => target.name)),
    ),
  );
  others.delete(schedule.name);
  const elsewhere = await Promise.all(
    [...others].map(async (other): Promise<readonly Objection[]> => {
      const shifts = (await Promise.all(replacements.map(({ start, end }) => ground.pagerduty.rendered(other, start, end)))).flat();
      return shifts.some((shift) => shift.who === who)
        ? [{ kind: 'elsewhere', what: `${name} is on call in ${other} for some of these hours too` }]
        : [];
    }),
  );
  return [...further, ...elsewhere.flat()];
}
