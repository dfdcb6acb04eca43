import { beforeAll, describe, expect, test } from 'vitest';
import { lay, ready, type Ready } from '../drill/ground.ts';
import { climbing, moments, nothing, stoppedAt, whatIsLeft } from '../drill/stopping.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);

/** What goes straight to PagerDuty waits in its queue, so that there is something to be stopped in. */
async function held(via: string): Promise<Ready> {
  const made = await ready(ground.state);
  if (via === 'events') made.sandbox.doAction('hold-events', '20s');
  return made;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

describe.each(['alertmanager', 'events', 'stress'] as const)('a drill --via %s', (via) => {
  // An event that goes straight to PagerDuty is accepted nowhere before.
  const all = moments.filter(({ name }) => via !== 'events' || name !== 'accepted');
  const cases = all.flatMap((moment) => signals.map((signal) => [moment.name, signal, moment] as const));

  test.each(cases)(
    'stopped at "%s" by %s leaves nothing',
    async (_name, signal, moment) => {
      const made = await held(via);
      await stoppedAt(made, moment, signal, { via });
      expect(await whatIsLeft(made)).toEqual(nothing);
    },
    60_000,
  );

  const climbs = via === 'stress' ? [] : climbing.flatMap((moment) => signals.map((signal) => [moment.name, signal, moment] as const));
  test.runIf(climbs.length > 0).each(climbs)(
    'stopped while it climbs, at "%s" by %s, it leaves nothing',
    async (_name, signal, moment) => {
      const made = await held(via);
      await stoppedAt(made, moment, signal, { via, escalation: true });
      expect(await whatIsLeft(made)).toEqual(nothing);
    },
    60_000,
  );
});
