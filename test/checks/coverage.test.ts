import { describe, expect, test } from 'vitest';
import { coverage } from '../../src/checks/coverage.ts';
import { deal, render, rotas } from '../../src/coverage/index.ts';
import type { Answers } from '../../src/model/index.ts';
import { ada, answers, day, grace, healthy, hour, now, policy, run, schedules, type Facts } from './support.ts';
import { said } from './said.ts';

const { names, escalation } = answers;
const primary = names.primarySchedule;
const year = 400 * day;
const [rota] = schedules;
const shifts = rota === undefined ? [] : render(rota, now, now + year);

/** The primary schedule with somebody else, or nobody, in those hours: an override. */
function override(from: number, until: number, who?: string): Partial<Facts> {
  const rest = shifts.flatMap((shift) => [
    ...(shift.start < from ? [{ ...shift, end: Math.min(shift.end, from) }] : []),
    ...(shift.end > until ? [{ ...shift, start: Math.max(shift.start, until) }] : []),
  ]);
  return { shifts: { [primary]: who === undefined ? rest : [...rest, { start: from, end: until, who }] } };
}

/** What setup would make of other answers. */
function madeFrom(changes: Partial<Answers>): Partial<Facts> {
  return { schedules: rotas({ ...answers, ...changes }).map((one) => deal(one, undefined, now - 30 * day)) };
}

describe('nobody finds out at night that nobody is on call', () => {
  test('a rota without a hole passes, clock changes included', async () => {
    expect(await run(coverage)).toMatchObject(
      said(
        'pass',
        /^level 1 of PMP Critical Escalation and PMP High Priority Escalation has somebody at every hour until 2026-10-21 and through the clock changes of 2026-11-01 and 2027-03-14/,
      ),
    );
  });

  test('an override that leaves level 1 empty fails, with the hours', async () => {
    const verdict = await run(coverage, override(now + 7 * day, now + 7 * day + 6 * hour));
    expect(verdict).toMatchObject(
      said(
        'fail',
        /nobody at level 1 of PMP Critical Escalation for 6 h \(from 2026-09-16 14:00Z to 2026-09-16 20:00Z\) in the coming six weeks: level 2/,
        /gaps: fill/,
      ),
    );
  });

  test('a hole at a clock change beyond the six weeks is seen', async () => {
    const change = Date.parse('2027-03-14T07:00:00Z');
    expect(await run(coverage, override(change, change + hour))).toMatchObject(
      said('fail', /for 1 h .* around the clock change of 2027-03-14/),
    );
  });

  test("the guide's letter fails, and warns where the answers accept it", async () => {
    const facts = madeFrom({ gaps: 'accept' });
    expect(await run(coverage, facts)).toMatchObject(said('fail', /level 1 of PMP Critical Escalation for 360 h/, /"gaps: accept"/));
    const accepted = await run(coverage, facts, { answers: { gaps: 'accept' } });
    expect(accepted).toMatchObject(said('warn', /level 1 of PMP Critical Escalation for 360 h/, /"gaps: fill"/));
    const unknown = await run(coverage, facts, { answers: { gaps: 'accept' }, options: { byGuidesNames: true } });
    expect(unknown.status).toBe('fail');
  });

  test('an hour that no level has opens no incident at all', async () => {
    const policies = [policy(names.criticalPolicy, escalation.critical.slice(0, 1)), policy(names.highPolicy, escalation.high)];
    const verdict = await run(coverage, { ...override(now + day, now + day + hour), policies });
    expect(verdict).toMatchObject(said('fail', /nobody at any level of PMP Critical Escalation for 1 h .*opens no incident/, /override/));
    expect(verdict.evidence).not.toMatch(/level 1 of PMP Critical/);
  });
});

describe('nobody is worn out, or asked twice', () => {
  test('more than twelve hours in a row warns, with the longest', async () => {
    const monday = Date.parse('2026-09-14T12:00:00Z');
    const verdict = await run(coverage, override(monday, monday + 30 * hour, ada));
    expect(verdict).toMatchObject(
      said('warn', /more than 12 h in a row at level 1 of PMP Critical Escalation, once in six weeks: Ada Example \(at most 3\d/),
    );
  });

  test('a weekend is meant to be one person’s', async () => {
    const saturday = Date.parse('2026-09-12T04:00:00Z');
    expect(shifts.some(({ start, end }) => start <= saturday && end >= saturday + 48 * hour)).toBe(true);
    expect((await run(coverage)).status).toBe('pass');
  });

  test('the lead standing in at level 1 is on two levels at one time', async () => {
    const wednesday = Date.parse('2026-09-16T12:00:00Z');
    expect(await run(coverage, override(wednesday, wednesday + 4 * hour, grace))).toMatchObject(
      said(
        'warn',
        /Grace Example is on levels 1 and 2 of PMP Critical Escalation at one time for 4 h \(from 2026-09-16 12:00Z/,
        /somebody else on one of the two levels/,
      ),
    );
  });
});

describe('what cannot be seen is no pass', () => {
  test('services and policies that are not there', async () => {
    expect(await run(coverage, { services: [], policies: [] })).toMatchObject(said('skip', /is not there/));
    expect(await run(coverage, { policies: healthy.policies.slice(0, 1) })).toMatchObject(
      said('skip', /"PMP High Priority Escalation" is not there/),
    );
  });
});
