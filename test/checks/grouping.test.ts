import { describe, expect, test } from 'vitest';
import { grouping as check } from '../../src/checks/grouping.ts';
import { answers, grouping, healthy, run } from './support.ts';
import { said } from './said.ts';

const { criticalService, highService } = answers.names;
const critical = grouping(criticalService, 'intelligent', []);
const hint = /setup --only services/;

describe('a P1 cannot drown in an incident that is open already', () => {
  test('a setting for each service passes', async () => {
    expect(await run(check)).toMatchObject(
      said('pass', /Critical: intelligent; PMP Study - High Priority: content-based-intelligent by class, component, severity$/),
    );
  });

  test('one setting for both fails, and is told once', async () => {
    const both = [criticalService, highService];
    const groupings = [
      grouping(criticalService, 'content_based', ['severity'], both),
      grouping(highService, 'content_based', ['severity'], both),
    ];
    expect(await run(check, { groupings })).toMatchObject(
      said('fail', /^one grouping setting holds [^;]*: a P1 could join an open P2 and page nobody$/, hint),
    );
  });

  test.each([
    ['intelligent', []],
    ['time', []],
    ['content_based', ['class', 'component']],
    ['content_based_intelligent', ['class']],
  ] as const)('%s grouping by %s mixes severities on the second', async (type, fields) => {
    expect(await run(check, { groupings: [critical, grouping(highService, type, fields)] })).toMatchObject(
      said('fail', /could join an open, low-urgency P3/, hint),
    );
  });

  test('one equal field is enough to mix severities, even with severity among the fields', async () => {
    const anyField = { ...grouping(highService, 'content_based', ['component', 'severity']), anyField: true };
    expect(await run(check, { groupings: [critical, anyField] })).toMatchObject(
      said('fail', /by any of component, severity: a P2 could join/, hint),
    );
  });

  test('where every event is high urgency, mixing them drowns nothing', async () => {
    const services = healthy.services.map((service) => ({ ...service, urgency: 'high' as const }));
    expect(await run(check, { services, groupings: [critical, grouping(highService, 'intelligent', [])] })).toMatchObject(
      said('pass', /intelligent/),
    );
  });

  test("another team's service in the same setting warns", async () => {
    const groupings = [grouping(criticalService, 'content_based', ['severity'], [criticalService, 'Billing'])];
    expect(await run(check, { groupings })).toMatchObject(
      said('warn', /the grouping setting of PMP Study - Critical also holds Billing/, hint),
    );
  });

  test('no setting at all leaves it to Alertmanager', async () => {
    expect(await run(check, { groupings: [] })).toMatchObject(said('pass', /no setting, Alertmanager's own group_by/));
  });

  test('what the plan does not show, and services that are not there, prove nothing', async () => {
    expect(await run(check, { groupings: 'refused' })).toMatchObject(said('skip', /plan shows no grouping settings/));
    expect(await run(check, { services: [] })).toMatchObject(said('skip', /is not there/));
  });
});
