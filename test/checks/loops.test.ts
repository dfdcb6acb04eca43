import { describe, expect, test } from 'vitest';
import { loops } from '../../src/checks/loops.ts';
import { answers, healthy, policy, run } from './support.ts';
import { said } from './said.ts';

const { names, escalation } = answers;

describe('a lead learns what happens after the last level', () => {
  test('policies that start again pass', async () => {
    expect(await run(loops)).toMatchObject(
      said('pass', /PMP Critical Escalation starts again once; PMP High Priority Escalation starts again once/),
    );
  });

  test('a policy that ends for good warns, with the minute of the last call', async () => {
    const policies = [policy(names.criticalPolicy, escalation.critical, { loops: 0 }), policy(names.highPolicy, escalation.high)];
    expect(await run(loops, { policies })).toMatchObject(
      said('warn', /^PMP Critical Escalation ends with level 3: 25 min after/, /loops: 1/),
    );
  });

  test("somebody else's policy counts as the service uses it", async () => {
    const services = healthy.services.map((service) => ({ ...service, policy: 'Platform' }));
    const policies = [policy('Platform', escalation.high, { loops: 0 })];
    expect(await run(loops, { services, policies })).toMatchObject(said('warn', /^Platform ends with level 2: 30 min after[^;]*$/));
  });

  test('a policy that is not there proves nothing', async () => {
    expect(await run(loops, { services: [], policies: [] })).toMatchObject(
      said('skip', /escalation policy "PMP Critical Escalation" is not there/),
    );
    const half = healthy.policies.slice(0, 1);
    expect(await run(loops, { policies: half })).toMatchObject(
      said('skip', /^escalation policy "PMP High Priority Escalation" is not there$/),
    );
  });
});
