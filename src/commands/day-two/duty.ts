import { render, whoAt } from '../../coverage/index.ts';
import { clean, PmpError, type Replacement, type ScheduleDuty } from '../../engine/index.ts';
import type { Instant, Schedule } from '../../model/index.ts';
import type { SeenOverride, Shift } from '../../ports/index.ts';
import type { Ground } from './ground.ts';

/** The schedule of that name. @param typed it was given with --schedule. @throws PmpError `usage` where the account has none */
export async function scheduleCalled(
  { pagerduty, namesFrom }: Pick<Ground, 'pagerduty' | 'namesFrom'>,
  name: string,
  typed: boolean,
): Promise<Schedule> {
  const [found] = await pagerduty.schedules([name]);
  if (found?.value !== undefined) return found.value;
  throw new PmpError('usage', {
    message: `schedule "${clean(name, 100)}" is not in PagerDuty`,
    cause: typed ? 'The name comes from --schedule.' : `The name comes from ${namesFrom}.`,
    fix: typed
      ? 'Give --schedule with the name that PagerDuty shows, or leave it out for the one that level 1 calls.'
      : 'Run pmp-pd setup, which creates it, or give --schedule with the name that PagerDuty shows.',
  });
}

/** Who has the hours of a schedule, and who of them only for a while. */
export async function dutyOf(
  { pagerduty }: Pick<Ground, 'pagerduty'>,
  schedule: Schedule,
  from: Instant,
  until: Instant,
): Promise<ScheduleDuty> {
  const { name, timeZone } = schedule;
  const [shifts, overrides] = await Promise.all([
    pagerduty.rendered(name, from, until),
    // A shift-based schedule keeps its overrides elsewhere; what it renders has them.
    schedule.style === 'layers' ? pagerduty.overrides(name, from, until) : [],
  ]);
  return { schedule: name, timeZone, from, until, shifts, replacements: overrides.map((one) => replacementOf(one, schedule)) };
}

/** With whose hours they are by the schedule's own layers. */
export function replacementOf({ id, start, end, who }: SeenOverride, schedule: Schedule): Replacement {
  return { id, start, end, who, instead: ownShifts(schedule, start, end) };
}

/** By the layers alone, without any replacement; of a shift-based schedule nothing is known. */
export function ownShifts(schedule: Schedule, from: Instant, until: Instant): readonly Shift[] {
  const known = schedule.style === 'layers' && schedule.layers.every((layer) => layer.turn !== undefined);
  return known ? render(schedule, from, until) : [];
}

/** The parts of shifts within a time. */
export function within(shifts: readonly Shift[], from: Instant, until: Instant): readonly Shift[] {
  return shifts.flatMap((shift) => {
    const [start, end] = [Math.max(shift.start, from), Math.min(shift.end, until)];
    return start < end ? [{ ...shift, start, end }] : [];
  });
}

/** Who is on call and until when, and who after that. */
export function nowAndNext(shifts: readonly Shift[], now: Instant) {
  const current = shifts.find(({ start, end, who }) => start <= now && now < end && who === whoAt(shifts, now));
  const next = shifts.filter(({ start }) => start > now).sort((a, b) => a.start - b.start)[0];
  return { current, next };
}
