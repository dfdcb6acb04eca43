import { beforeAll, describe, expect, test } from 'vitest';
import { through } from '../sabotage/sabotage.ts';
import { sabotages } from '../sabotage/table/index.ts';
import { Ground } from '../sabotage/world.ts';

describe(`each of ${sabotages.length} sabotages is found, and nothing else is blamed`, () => {
  const made: { ground?: Ground } = {};
  beforeAll(async () => {
    made.ground = await Ground.lay();
  });

  function ground(): Ground {
    if (made.ground === undefined) throw new Error('the healthy world was not made');
    return made.ground;
  }

  test.each(sabotages.map((sabotage) => [sabotage.check, sabotage.name, sabotage] as const))('%s: %s', async (_check, _name, sabotage) => {
    expect(await through(sabotage, ground())).toEqual([]);
  });
});
