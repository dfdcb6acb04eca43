import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../support/world.ts';
import { crashAnswers } from './answers.ts';
import {
  brokenAt,
  countsOf,
  killPoints,
  sampleOf,
  scenarioOf,
  sideBySide,
  signalPoints,
  stateAfter,
  stoppedAt,
  tallyOf,
  tooFewStopped,
  type Point,
  type Scenario,
} from './law.ts';

const atOnce = 6;
const limit = 240_000;

/** All points are run by test/exhaustive; this is the sample that every test run makes. */
describe('setup may be stopped at any call, and running it again ends in the same account', () => {
  const made: { program?: Program; first?: Scenario } = {};
  const program = () => made.program ?? expect.fail('no program');
  const first = () => made.first ?? expect.fail('no uninterrupted run');

  beforeAll(async () => {
    made.program = new Program();
    made.first = await scenarioOf('first run', made.program, crashAnswers());
  }, limit);
  afterAll(() => made.program?.close());

  const wrongAt = async (scenario: Scenario, all: readonly Point[], nth: number, what: string) => {
    const points = sampleOf(all, nth);
    const verdicts = await sideBySide(points, atOnce, (point) => stoppedAt(scenario, point, 'here'));
    const tally = tallyOf(scenario.name, verdicts);
    console.log(`${what}: ${points.length} of ${all.length} crash points, ${tally.recovered} recovered`);
    return [...brokenAt(verdicts), ...tooFewStopped(tally)];
  };

  test('the uninterrupted run makes something of every kind', () => {
    const { users, schedules, policies, services, groupings, windows, webhooks, alertmanagers } = countsOf(first().snapshot);
    expect({ users, schedules, policies, services, groupings, windows, webhooks, alertmanagers }).toEqual({
      users: 6,
      schedules: 2,
      policies: 2,
      services: 2,
      groupings: 2,
      windows: 1,
      webhooks: 2,
      alertmanagers: 1,
    });
    expect(Object.keys(first().files).sort()).toEqual(['alertmanager.yml', 'pmp-rules.yml']);
  });

  test(
    'a first run, killed before a call goes out or before its answer comes in',
    async () => expect(await wrongAt(first(), killPoints(first()), 10, 'first run')).toEqual([]),
    limit,
  );

  test(
    'an update run, killed',
    async () => {
      const before = await stateAfter(program(), crashAnswers());
      const update = await scenarioOf('update run', program(), crashAnswers(true), before);
      expect(update.snapshot).not.toEqual(first().snapshot);
      expect(await wrongAt(update, killPoints(update), 1000, 'update run')).toEqual([]);
    },
    limit,
  );

  test(
    'a first run, ended by Ctrl-C: exit 130, and JSON says what was applied',
    async () => expect(await wrongAt(first(), signalPoints(first()), 1000, 'Ctrl-C')).toEqual([]),
    limit,
  );
});
