import type { MaintenanceOutcome, WindowState } from '../../engine/index.ts';
import { ending, type Ground } from './ground.ts';
import type { MaintenanceOptions } from './options.ts';

export type Acting = Ground<MaintenanceOptions> & { readonly timeZone: string };

/** The windows that hold one of our two services, open and ahead, in order. */
export async function windowsNow({
  pagerduty,
  answers: { names },
  now,
}: Ground): Promise<readonly (WindowState & { readonly id: string })[]> {
  const ours = [names.criticalService, names.highService];
  const found = (await pagerduty.windowsById()).filter(({ end, services }) => end > now && services.some((name) => ours.includes(name)));
  return [...found]
    .sort((a, b) => a.start - b.start)
    .map((one) => ({
      id: one.id,
      description: one.description,
      start: one.start,
      end: one.end,
      services: one.services,
      ours: one.ours,
      status: one.start <= now ? 'open' : 'ahead',
    }));
}

export function outcomeOf(
  ground: Acting,
  exitCode: number,
  windows: readonly WindowState[],
  more: Partial<Pick<MaintenanceOutcome, 'objections' | 'notes'>> = {},
): MaintenanceOutcome {
  const { options, timeZone } = ground;
  const mode = options.plan ? 'plan' : 'apply';
  return {
    command: options.command,
    ...ending(ground, exitCode, { timeZone, whom: new Map() }),
    mode,
    windows,
    objections: [],
    notes: [],
    ...more,
  };
}
