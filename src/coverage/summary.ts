import type { EscalationPolicy, Instant, Schedule } from '../model/index.ts';
import { render } from './render.ts';
import { coveredHours, gaps, overlapsOf, type Overlap, type Shift, type Span } from './shifts.ts';
import { daysLater, hour } from './zone.ts';

/** One schedule, and the policy's level that it serves, if any; instants in milliseconds UTC. */
export interface CoverageSummary {
  readonly schedule: string;
  readonly policy?: string;
  readonly level?: number;
  readonly from: Instant;
  readonly until: Instant;
  readonly hours: number;
  readonly coveredHours: number;
  readonly gaps: readonly Span[];
  /** Of the level: hours in which its schedules call several people at once. */
  readonly overlaps: readonly Overlap[];
}

/**
 * Coverage of dealt schedules for the coming weeks, one entry for each policy level that a schedule serves, one without policy where it serves none.
 * Shift-based schedules are left out: their layers are not known.
 */
export function summarise(
  schedules: readonly Schedule[],
  policies: readonly EscalationPolicy[],
  from: Instant,
  weeks = 6,
): readonly CoverageSummary[] {
  const shifts = new Map<string, readonly Shift[]>();
  return schedules
    .filter((s) => s.style === 'layers')
    .flatMap((schedule): readonly CoverageSummary[] => {
      const until = daysLater(schedule.timeZone, from, weeks * 7);
      const shiftsOf = (s: Schedule) => shifts.get(s.name) ?? render(s, from, until);
      shifts.set(schedule.name, shiftsOf(schedule));
      const own = shiftsOf(schedule);
      const numbers = {
        schedule: schedule.name,
        from,
        until,
        hours: rounded((until - from) / hour),
        coveredHours: rounded(coveredHours(own, from, until)),
        gaps: gaps(own, from, until),
      };
      const served = levelsOf(schedule.name, policies).map(({ policy, level, names }) => ({
        ...numbers,
        policy,
        level,
        overlaps: overlapsOf(...schedules.filter((s) => s.style === 'layers' && names.includes(s.name)).map(shiftsOf)),
      }));
      return served.length > 0 ? served : [{ ...numbers, overlaps: [] }];
    });
}

/** Levels (from 1) that name the schedule, with all schedules of the level. */
function levelsOf(
  schedule: string,
  policies: readonly EscalationPolicy[],
): readonly { readonly policy: string; readonly level: number; readonly names: readonly string[] }[] {
  return policies.flatMap((policy) =>
    policy.levels.flatMap(({ targets }, index) => {
      const names = targets.filter((t) => t.kind === 'schedule').map((t) => t.name);
      return names.includes(schedule) ? [{ policy: policy.name, level: index + 1, names }] : [];
    }),
  );
}

function rounded(hours: number): number {
  return Math.round(hours * 100) / 100;
}
