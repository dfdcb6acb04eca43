import type { Session } from './app.ts';

/**
 * Asks PagerDuty what every run asks first, while the command itself is still being loaded: the answers are remembered for whoever needs them.
 * What fails here is asked again by them, and said by them. Nothing is asked where a person would have to type the token first.
 * @param lists whether names will be looked up at once; with an interview in between they would be stale
 * @returns when the questions are on their way: loading would hold them up
 */
export async function lookAhead(session: Session, lists: boolean): Promise<void> {
  if (!session.credentialGiven) return;
  void glance(session, lists).catch(() => undefined);
  // One turn to ask, one to be connected and send.
  await session.clock.sleep(1, '');
  await session.clock.sleep(1, '');
}

async function glance(session: Session, lists: boolean): Promise<void> {
  const pagerduty = await session.pagerduty(session.from);
  const named = [() => pagerduty.users([]), () => pagerduty.services([]), () => pagerduty.policies([]), () => pagerduty.schedules([])];
  await Promise.allSettled([pagerduty.account(), ...(lists ? named.map((list) => list()) : [])]);
}
