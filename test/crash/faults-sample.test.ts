import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Program } from '../support/world.ts';
import { crashAnswers } from './answers.ts';
import { faultCases, through } from './faults.ts';
import { sampleOf, scenarioOf, sideBySide, type Scenario } from './law.ts';

const limit = 240_000;

/** All faults are run by test/exhaustive. What takes half a minute by its nature (an answer that never ends) is left to it. */
describe('setup survives what goes wrong on the way, or says what it was', () => {
  const made: { program?: Program; scenario?: Scenario } = {};
  beforeAll(async () => {
    made.program = new Program();
    made.scenario = await scenarioOf('first run', made.program, crashAnswers());
  }, limit);
  afterAll(() => made.program?.close());
  const theProgram = () => made.program ?? expect.fail('no program');
  const theScenario = () => made.scenario ?? expect.fail('no uninterrupted run');

  test(
    'a sample of the faults',
    async () => {
      const [program, scenario] = [theProgram(), theScenario()];
      const short = faultCases.filter(({ faults }) => !faults.some((fault) => /^(?:endless|flood|latency=2s)/.test(fault)));
      const cases = sampleOf(short, 60);
      const verdicts = await sideBySide(cases, 4, (one) => through(scenario, program, one));
      console.log(`${cases.length} of ${faultCases.length} faults`);
      expect(verdicts.flatMap(({ faults, problems }) => problems.map((what) => `${faults.join(' + ')}: ${what}`))).toEqual([]);
    },
    limit,
  );
});
