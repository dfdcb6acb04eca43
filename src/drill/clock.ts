import type { World } from '../ports/index.ts';
import { second, span } from './words.ts';

/** Less is no news: what a person would call the same time. */
const worthTelling = 5 * second;

/**
 * The same world, with PagerDuty's clock for this machine's. What PagerDuty dates, what Alertmanager is told and what is waited for then agree,
 * also on a laptop whose clock is off. What was measured so far holds for the whole drill, so that its time never jumps.
 */
export function byPagerDutysClock(world: World): World {
  const { clock, pagerduty } = world;
  const ahead = pagerduty.clockAhead();
  if (ahead === 0) return world;
  return {
    ...world,
    clock: { now: () => clock.now() + ahead, sleep: (milliseconds, why, signal) => clock.sleep(milliseconds, why, signal) },
  };
}

/** What is to be said of this machine's clock. */
export function clockNote({ pagerduty }: Pick<World, 'pagerduty'>): readonly string[] {
  const ahead = pagerduty.clockAhead();
  if (Math.abs(ahead) < worthTelling) return [];
  const way = ahead > 0 ? 'behind' : 'ahead of';
  return [`this machine’s clock is ${span(Math.abs(ahead))} ${way} PagerDuty’s, so every time here is PagerDuty’s`];
}
