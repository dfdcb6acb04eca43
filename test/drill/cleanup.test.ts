import { beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, type Cleanup } from '../../src/drill/index.ts';
import { critical, event, lay, ready, stillHeld, stillOpen, type Ready } from './ground.ts';

const ground: { state: string } = { state: '' };
beforeAll(async () => {
  ground.state = await lay();
}, 60_000);
const here = () => ready(ground.state, { people: 'asleep' });
const id = '01K4N4YQ0000000000000000C0';

/** What a drill on another machine posts, and posts again. */
async function posted({ sandbox }: Ready, more: Readonly<Record<string, string>> = {}): Promise<void> {
  const now = sandbox.serverTime();
  const labels = { alertname: 'PmpDrill', severity: 'P1', namespace: 'pmp-drill', service: 'pmp-pd', pmp_drill: id, ...more };
  const response = await fetch(`${sandbox.alertmanagerUrl}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ labels, startsAt: new Date(now).toISOString(), endsAt: new Date(now + 300_000).toISOString() }]),
  });
  expect(response.status).toBe(200);
}

/** Cleaned up while `meanwhile` goes on at every turn of the clock. */
const cleaned = (made: Ready, meanwhile: () => Promise<void>, endIt: Cleanup['endIt'] = () => Promise.resolve(false)) =>
  made.run.inWorld({}, ({ world, answers }) => {
    const sleep: typeof world.clock.sleep = async (...how) => {
      await world.clock.sleep(...how);
      await meanwhile();
    };
    const clock = { now: () => world.clock.now(), sleep };
    return cleanUp({ ...world, clock }, answers, { signal: new AbortController().signal, endIt });
  });

describe('a colleague’s drill', () => {
  test('that goes on is spared, alert and incident, and that is said', async () => {
    const made = await here();
    await posted(made);
    made.sandbox.doAction('advance', '50s');
    expect(stillOpen(made)).toEqual([1]);
    const began = made.sandbox.serverTime();
    const {
      cleaned: ended,
      spared,
      leftBehind,
    } = await cleaned(made, async () => {
      if (made.sandbox.serverTime() - began >= 10_000) await posted(made);
    });
    expect([ended, leftBehind]).toEqual([[], []]);
    expect(spared).toEqual([`drill ${id}: it goes on, its alert is still being renewed`]);
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[1], 1]);
  });

  test('that was killed a moment ago is not renewed, and is ended', async () => {
    const made = await here();
    await posted(made);
    made.sandbox.doAction('advance', '30s');
    const { spared } = await cleaned(made, () => Promise.resolve());
    expect(spared).toEqual([]);
    expect([stillOpen(made), await stillHeld(made)]).toEqual([[], 0]);
  });

  test('that was killed minutes ago is ended at once', async () => {
    const made = await here();
    await posted(made);
    made.sandbox.doAction('advance', '3m');
    const before = made.sandbox.serverTime();
    const { cleaned: ended } = await cleaned(made, () => Promise.resolve());
    expect(ended).toEqual([`the alert of drill ${id} in Alertmanager`, `incident #1 of drill ${id}`]);
    expect(made.sandbox.serverTime() - before).toBeLessThan(60_000);
  });

  test('straight to PagerDuty says how long it may go on: before that it is ended only by somebody who says so', async () => {
    const made = await here();
    const until = new Date(made.sandbox.serverTime() + 600_000).toISOString();
    await event(made, critical, 'A drill', { custom_details: { pmp_drill: id, pmp_drill_until: until } });
    const { cleaned: none, spared } = await cleaned(made, () => Promise.resolve());
    expect([none, stillOpen(made)]).toEqual([[], [1]]);
    expect(spared).toEqual([expect.stringMatching(/^incident #1 of drill .*: it says that it may go on until \d\d:\d\d UTC; with --yes/)]);
    const { cleaned: ended } = await cleaned(
      made,
      () => Promise.resolve(),
      () => Promise.resolve(true),
    );
    expect([ended, stillOpen(made)]).toEqual([[`incident #1 of drill ${id}`], []]);
  });

  test('straight to PagerDuty whose time is over is ended unasked', async () => {
    const made = await here();
    await made.run.testAlert({ via: 'events' }, (news, send) => {
      if (news.type === 'hop' && news.hop.hop === 'person_notified') send('SIGTERM');
      if (news.type === 'cleaning') send('SIGTERM');
    });
    expect(stillOpen(made)).toEqual([1]);
    expect((await made.run.testAlert({ cleanup: true, yes: false })).cleaned?.spared).toHaveLength(1);
    made.sandbox.doAction('advance', '31m');
    expect((await made.run.testAlert({ cleanup: true, yes: false })).cleaned?.cleaned).toHaveLength(1);
    expect(stillOpen(made)).toEqual([]);
  });
});

test('an alert of a drill by any other name is found by its id; what only looks like one is left alone', async () => {
  const made = await here();
  await posted(made, { alertname: 'MyOwnDrill' });
  await posted(made, { alertname: 'NotOurs', pmp_drill: 'tuesday' });
  made.sandbox.doAction('advance', '3m');
  const { cleaned: ended } = await cleaned(made, () => Promise.resolve());
  expect(ended).toContain(`the alert of drill ${id} in Alertmanager`);
  expect(await stillHeld(made)).toBe(1);
});
