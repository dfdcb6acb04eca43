import { beforeAll, describe, expect, test } from 'vitest';
import { evidence, hopsOf, lay, ready, stillHeld, stillOpen, verdicts } from '../drill/ground.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);

describe('a clock of this machine that is wrong', () => {
  test.each([
    ['behind', '20m', /this machine’s clock is 20 min behind PagerDuty’s/],
    ['ahead', '-20m', /this machine’s clock is 20 min ahead of PagerDuty’s/],
  ])(
    '%s by twenty minutes shifts no station and closes no eye: the account is in PagerDuty’s time, and says so',
    async (_how, skew, words) => {
      const made = await ready(ground.state);
      // So that the schedules have begun in any case.
      made.sandbox.doAction('advance', '1h');
      made.sandbox.fault(`skew=${skew}`);
      const before = made.sandbox.serverTime();
      const drilled = await made.run.testAlert();
      expect(drilled.outcome?.error).toBeUndefined();
      expect(drilled.preview?.notes.join()).toMatch(words);
      const { hops = [], drill } = drilled.outcome ?? {};
      expect(hopsOf(drilled).slice(0, 4)).toEqual(['accepted', 'notified_by_alertmanager', 'event_accepted', 'incident_opened']);
      expect(hops.at(0)?.seconds).toBeLessThan(3);
      expect(hops.find(({ hop }) => hop === 'incident_opened')?.seconds).toBeLessThan(60);
      expect(hops.find(({ hop }) => hop === 'incident_opened')?.seconds).toBeGreaterThan(3);
      expect(Math.abs((drill?.began ?? 0) - before)).toBeLessThan(60_000);
      expect(verdicts(drilled)).toMatchObject({ '08-test-alert': 'pass', '09-acknowledgement': 'pass', 'drill-closing': 'pass' });
      expect(evidence(drilled, '09-acknowledgement')).toMatch(/acknowledged 1 min 30 s after level 1 was called/);
      expect(stillOpen(made)).toEqual([]);
      expect(await stillHeld(made)).toBe(0);
    },
  );

  test('that is right is no news', async () => {
    const { preview } = await (await ready(ground.state)).run.testAlert();
    expect(preview?.notes.join()).not.toMatch(/clock/);
  });
});
