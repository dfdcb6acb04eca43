import { beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { listOfSabotages } from './list.ts';
import { statuses, through, type Sabotage } from './sabotage.ts';
import { sabotages } from './table/index.ts';
import { Ground, World } from './world.ts';

/** One of each check; test/exhaustive runs the whole table. */
const sample = checks.flatMap(({ id }) => sabotages.find(({ check }) => check === id) ?? []);

const made: { ground?: Ground } = {};
beforeAll(async () => {
  made.ground = await Ground.lay();
}, 120_000);

function ground(): Ground {
  if (made.ground === undefined) throw new Error('the healthy world was not made');
  return made.ground;
}

describe('a set-up that is ready to be launched', () => {
  test('passes every check; only what nobody has sent yet is not proven', () => {
    const { delivery, ...others } = statuses(ground().before);
    expect(others).toEqual(Object.fromEntries(checks.filter(({ id }) => id !== 'delivery').map(({ id }) => [id, 'pass'])));
    expect([delivery, ground().before.exitCode]).toEqual(['skip', 0]);
  });

  test('looks the same to a read-only key', async () => {
    const world = await World.open(ground().healthy.drilled, { token: 'readonly' });
    const outcome = await world.verify();
    await world.stop();
    expect(statuses(outcome)).toEqual(statuses(ground().before));
  });
});

describe('what goes wrong is found, and nothing else is blamed', () => {
  console.log(`${sample.length} of ${sabotages.length} sabotages`);

  test.each(sample.map((sabotage) => [sabotage.check, sabotage.name, sabotage] as const))('%s: %s', async (_check, _name, sabotage) => {
    expect(await through(sabotage, ground())).toEqual([]);
  });

  test('a sabotage that was not made is missed', async () => {
    const unmade: readonly Sabotage[] = sample.slice(0, 1).map((first) => ({ ...first, how: () => undefined }));
    const problems = await Promise.all(unmade.map((one) => through(one, ground())));
    expect(problems.flat()[0]).toMatch(/^01-services-exist is pass, not fail/);
  });
});

describe('the list of sabotages', () => {
  test('every check has one, every name is its own', () => {
    expect(checks.map(({ id }) => id).filter((id) => !sabotages.some(({ check }) => check === id))).toEqual([]);
    expect(new Set(sabotages.map(({ name }) => name)).size).toBe(sabotages.length);
    expect(sabotages.length).toBeGreaterThanOrEqual(40);
  });

  test('list.md is current; vitest -u writes it anew', async () => {
    await expect(listOfSabotages()).toMatchFileSnapshot('./list.md');
  });
});
