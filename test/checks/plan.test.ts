import { describe, expect, test } from 'vitest';
import { plan } from '../../src/checks/plan.ts';
import { alan, grace, healthy, run } from './support.ts';
import { said } from './said.ts';

const account = healthy.account;

describe('a lead knows what the plan leaves out', () => {
  test('a plan with everything passes and is named', async () => {
    expect(await run(plan)).toMatchObject(said('pass', /low urgency is there; .*\(Enterprise\)$/));
  });

  test('without low urgency P3 cannot be quiet', async () => {
    const verdict = await run(plan, { account: { ...account, abilities: new Set(['teams']) } });
    expect(verdict).toMatchObject(said('warn', /"urgencies".*P3 cannot be quiet/, /larger PagerDuty plan/));
  });

  test('grouping that was refused is told with its kind', async () => {
    const services = healthy.services.map((service) => ({ ...service, refused: ['intelligent'] }));
    expect(await run(plan, { services })).toMatchObject(
      said('warn', /refused \(PMP Study - Critical: intelligent; PMP Study - High Priority: intelligent\)/),
    );
    expect(await run(plan, { groupings: 'refused' })).toMatchObject(said('warn', /^no alert grouping/));
  });

  test('seats are held against the people who have none yet', async () => {
    const users = healthy.users.filter((user) => ![grace, alan].includes(user.value.name));
    const verdict = await run(plan, { users, account: { ...account, seatsFree: 1 } });
    expect(verdict).toMatchObject(said('warn', /2 people without a seat \(grace@example.com and alan@example.com\), and 1 free/, /seat/));
    expect(await run(plan, { account: { ...account, seatsFree: 0 } })).toMatchObject(said('pass', /low urgency/));
  });

  test('without an answers file nobody knows who needs a seat', async () => {
    const how = { options: { byGuidesNames: true } };
    expect(await run(plan, { users: [], account: { ...account, seatsFree: 0 } }, how)).toMatchObject(said('pass', /low urgency/));
  });

  test('an account that shows no abilities, and services that are not there, prove nothing', async () => {
    expect(await run(plan, { account: { ...account, abilities: new Set() } })).toMatchObject(said('skip', /no abilities/));
    expect(await run(plan, { services: [] })).toMatchObject(said('skip', /is not there/));
  });
});
