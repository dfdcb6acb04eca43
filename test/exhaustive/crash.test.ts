import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashAnswers } from '../crash/answers.ts';
import {
  brokenAt,
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
  type Tally,
} from '../crash/law.ts';
import { clusterWith } from '../../src/sandbox/index.ts';
import { Program, World } from '../support/world.ts';
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
    console.log(`${name}: ${points.length} crash points, ${tally.recovered} recovered`);
    return [...brokenAt(verdicts), ...tooFewStopped(tally)];
  };

  test(
    'a first run, killed',
    async () => expect(await wrongAt('first run, killed at every call before and after', first(), killPoints(first()))).toEqual([]),
    hour,
  );
  test(
    'a first run, Ctrl-C',
    async () => expect(await wrongAt('first run, Ctrl-C at every call', first(), signalPoints(first()))).toEqual([]),
    hour,
  );
  test.each(['operator', 'statefulset'] as const)(
    'a first run in a cluster of another shape, killed at every third point: %s',
    async (shape) => {
      const fresh = await World.open(program(), { fresh: { kubernetes: clusterWith(shape) } });
      const scenario = await scenarioOf(shape, program(), crashAnswers(), await fresh.saved());
      expect(await wrongAt(`first run (${shape}), killed at every third point`, scenario, sampleOf(killPoints(scenario), 3))).toEqual([]);
    },
    hour,
  );
  test(
    'an update run, killed and Ctrl-C',
    async () => {
      const before = await stateAfter(program(), crashAnswers());
      const update = await scenarioOf('update run', program(), crashAnswers(true), before);
      expect(await wrongAt('update run, killed at every call before and after', update, killPoints(update))).toEqual([]);
      expect(await wrongAt('update run, Ctrl-C at every call', update, signalPoints(update))).toEqual([]);
    },
    hour,
  );
});
