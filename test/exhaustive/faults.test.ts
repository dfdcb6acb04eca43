import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { crashAnswers } from '../crash/answers.ts';
import { faultCases, through, type FaultVerdict } from '../crash/faults.ts';
import { scenarioOf, sideBySide, type Scenario } from '../crash/law.ts';
import { Program } from '../support/world.ts';
import { writeResults } from './results.ts';

const hour = 3_600_000;

describe('every fault', () => {
  const made: { program?: Program; scenario?: Scenario } = {};
  beforeAll(async () => {
    made.program = new Program();
    made.scenario = await scenarioOf('first run', made.program, crashAnswers());
  }, hour);
  afterAll(() => made.program?.close());
  const theProgram = () => made.program ?? expect.fail('no program');
  const theScenario = () => made.scenario ?? expect.fail('no uninterrupted run');

  test(
    'is survived, or told with thing, cause and way out; without it the next run ends in the same account',
    async () => {
      const [program, scenario] = [theProgram(), theScenario()];
      const verdicts = await sideBySide(faultCases, 4, (one) => through(scenario, program, one));
      writeResults('faults', figuresOf(verdicts));
      console.log(`${verdicts.length} of ${faultCases.length} faults, the longest ${Math.max(...verdicts.map((one) => one.seconds))} s`);
      expect(verdicts.flatMap(({ faults, problems }) => problems.map((what) => `${faults.join(' + ')}: ${what}`))).toEqual([]);
    },
    hour,
  );
});

function figuresOf(verdicts: readonly FaultVerdict[]): object {
  const good = verdicts.filter((one) => one.problems.length === 0);
  return {
    tried: verdicts.length,
    survived: good.filter((one) => one.end === 'recovers').length,
    told: good.filter((one) => one.end !== 'recovers').length,
    duplicates: verdicts.reduce((sum, one) => sum + one.duplicates, 0),
    longest_seconds: Math.max(...verdicts.map((one) => one.seconds)),
  };
}
