import { describe, expect, test } from 'vitest';
import { highDrill } from '../../src/checks/high-drill.ts';
import { day, healthy, run } from './support.ts';
import { said } from './said.ts';

const hint = /pmp-pd test-alert --severity high/;

describe('the second service is proven too', () => {
  test('a drill that notified somebody passes, with its age', async () => {
    const verdict = await run(highDrill);
    expect(verdict).toMatchObject(
      said('pass', /^drill 01K4N4YQ0000000000000000H0 of 2026-09-06 14:00Z, incident 8: notified ada@example.com by push$/),
    );
    expect(verdict.ageSeconds).toBe(3 * 86_400);
  });

  test('a drill of the first service does not count for the second', async () => {
    const incidents = healthy.incidents.filter(({ id }) => id === 'Q7');
    expect(await run(highDrill, { incidents })).toMatchObject(
      said('warn', /^PMP Study - High Priority was not drilled in the last 35 days$/, hint),
    );
  });

  test('nor does an old one', async () => {
    const options = { maxAge: (2 * day) / 1000 };
    expect(await run(highDrill, {}, { options })).toMatchObject(said('warn', /not drilled in the last 2 days/, hint));
  });

  test('nor a title that anybody could have typed', async () => {
    expect(await run(highDrill, { alerts: {} })).toMatchObject(said('warn', /was not drilled/, hint));
  });

  test('one that notified nobody says so', async () => {
    const log = { Q8: healthy.log['Q8']?.filter(({ type }) => type !== 'notify') ?? [] };
    expect(await run(highDrill, { log })).toMatchObject(said('warn', /^the drill of .* \(incident 8\) notified nobody$/, hint));
  });

  test('a service that is not there proves nothing', async () => {
    expect(await run(highDrill, { services: healthy.services.slice(0, 1) })).toMatchObject(said('skip', /is not there/));
  });
});
