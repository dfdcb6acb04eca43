import { describe, expect, test } from 'vitest';
import { windows } from '../../src/checks/windows.ts';
import { answers, day, hour, now, run, window } from './support.ts';
import { said } from './said.ts';

const { names } = answers;

describe('nobody launches into a maintenance window', () => {
  test('windows of later days pass', async () => {
    expect(await run(windows)).toMatchObject(
      said('pass', /^none on PMP Study - Critical and PMP Study - High Priority before 2026-09-10 14:00Z$/),
    );
  });

  test('an open one warns, and can be waited for', async () => {
    const verdict = await run(windows, { windows: [window('Deployment', now - hour, 2)] });
    expect(verdict).toMatchObject(said('warn', /window "Deployment" on .* is open until 2026-09-09 15:00Z/, /page nobody/));
    expect(verdict.awaits).toBe('window "Deployment" to end');
  });

  test('one that opens within a day warns', async () => {
    const verdict = await run(windows, { windows: [window('Upgrade', now + 23 * hour, 4, [names.highService])] });
    expect(verdict).toMatchObject(said('warn', /"Upgrade" on PMP Study - High Priority opens 2026-09-10 13:00Z/));
    expect(verdict.awaits).toBeUndefined();
  });

  test.each([
    ['one that is over', window('Past', now - 5 * hour, 4)],
    ['one that opens in a day exactly', window('Tomorrow', now + day, 4)],
    ["another service's", window('Other', now, 4, ['Billing'])],
  ])('%s does not', async (_which, other) => {
    expect(await run(windows, { windows: [other] })).toMatchObject(said('pass', /^none on/));
  });

  test('services that are not there prove nothing', async () => {
    expect(await run(windows, { services: [], windows: [] })).toMatchObject(said('skip', /service "PMP Study - Critical" is not there/));
  });
});
