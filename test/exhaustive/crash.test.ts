import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashAnswers } from '../crash/answers.ts';
import {
  brokenAt,
  killPoints,
  scenarioOf,
  sideBySide,
  signalPoints,
  stateAfter,
  stoppedAt,
  tallyOf,
  type Point,
  type Scenario,
  type Tally,
} from '../crash/law.ts';
import { Program } from '../support/world.ts';
import { writeResults } from './results.ts';

const hour = 3_600_000;

describe('the crash law, at every single call', () => {
  const made: { program?: Program; first?: Scenario } = {};
  const tallies: Tally[] = [];
  const program = () => made.program ?? expect.fail('no program');
  const first = () => made.first ?? expect.fail('no uninterrupted run');

  beforeAll(async () => {
    made.program = new Program();
    made.first = await scenarioOf('first run', made.program, crashAnswers());
  }, hour);
  afterAll(() => {
    made.program?.close();
    writeResults('crash', { tallies });
  });

  const wrongAt = async (name: string, scenario: Scenario, points: readonly Point[]) => {
    const verdicts = await sideBySide(points, 4, (point) => stoppedAt(scenario, point));
    const tally = tallyOf(name, verdicts);
    tallies.push(tally);
    console.log(`${name}: ${points.length} of ${points.length} crash points, ${tally.recovered} recovered`);
    expect(tally.stopped).toBeGreaterThan(points.length * 0.9);
    return brokenAt(verdicts);
  };

  test('a first run, killed', async () => expect(await wrongAt('first run, killed', first(), killPoints(first()))).toEqual([]), hour);
  test('a first run, Ctrl-C', async () => expect(await wrongAt('first run, Ctrl-C', first(), signalPoints(first()))).toEqual([]), hour);
  test(
    'an update run, killed and Ctrl-C',
    async () => {
      const before = await stateAfter(program(), crashAnswers());
      const update = await scenarioOf('update run', program(), crashAnswers(true), before);
      expect(await wrongAt('update run, killed', update, killPoints(update))).toEqual([]);
      expect(await wrongAt('update run, Ctrl-C', update, signalPoints(update))).toEqual([]);
    },
    hour,
  );
});
