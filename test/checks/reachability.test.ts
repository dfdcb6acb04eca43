import { describe, expect, test } from 'vitest';
import { reachability } from '../../src/checks/reachability.ts';
import type { SeenRule, SeenUser } from '../../src/ports/index.ts';
import { ada, alan, answers, fay, grace, healthy, method, person, policy, run, type Facts } from './support.ts';
import { said } from './said.ts';

const { names, escalation } = answers;

function withPerson(email: string, changes: Partial<SeenUser>): Partial<Facts> {
  return { users: healthy.users.map((user) => (user.value.name === email ? person(email, changes) : user)) };
}
const rule = (type: 'phone' | 'sms' | 'push' | 'email', delayMinutes: number, urgency: 'high' | 'low' = 'high'): SeenRule => ({
  urgency,
  delayMinutes,
  method: method(type),
});
const low = rule('push', 0, 'low');

describe('everybody who can be paged hears it in time', () => {
  test('people with app, phone and rules pass', async () => {
    expect(await run(reachability)).toMatchObject(said('pass', /^8 people: invitation accepted/));
  });

  test('a missing app warns in a rotation, and can be waited for', async () => {
    const verdict = await run(reachability, withPerson(ada, { methods: [method('sms'), method('phone')] }));
    expect(verdict).toMatchObject(said('warn', /^Ada Example: not signed in to the PagerDuty app$/, /install the app/));
    expect(verdict.awaits).toBe('Ada Example to sign in to the app');
  });

  test('it fails for the only person of a level', async () => {
    const verdict = await run(reachability, withPerson(alan, { methods: [method('sms'), method('phone')] }));
    expect(verdict).toMatchObject(said('fail', /^Alan Example: not signed in to the PagerDuty app \(the only person of a level\)$/));
  });

  test('people who share a fault are told together', async () => {
    const users = healthy.users.map((user) => ({ ...user, invitationPending: [ada, fay].includes(user.value.name) }));
    expect(await run(reachability, { users })).toMatchObject(
      said('warn', /^(?:Ada Example and Fay|Fay Example and Ada) Example: invitation not accepted$/, /Resend invite/),
    );
  });

  test('a phone that PagerDuty does not use: one warns, all fail, and numbers are masked', async () => {
    const [push, sms, phone] = [method('push'), method('sms'), method('phone', { enabled: false })];
    const one = await run(reachability, withPerson(ada, { methods: [push, sms, phone] }));
    expect(one).toMatchObject(
      said('warn', /^Ada Example: PagerDuty does not use their phone ending in 01/, /enable or replace the number/),
    );
    const both = await run(reachability, withPerson(ada, { methods: [push, { ...sms, enabled: false }, phone] }));
    expect(both).toMatchObject(said('fail', /SMS ending in 01 and phone ending in 01/));
    expect(JSON.stringify([one, both])).not.toContain('2025550101');
  });
});

test('a person whose every number is blocked is told once, not sent to their rules', async () => {
  const [push, sms, phone] = [method('push'), method('sms', { enabled: false }), method('phone', { enabled: false })];
  const rules: readonly SeenRule[] = [rule('push', 0), { urgency: 'high', delayMinutes: 0, method: sms }, low];
  const verdict = await run(reachability, withPerson(ada, { methods: [push, sms, phone], rules }));
  expect(verdict).toMatchObject(
    said('fail', /^Ada Example: PagerDuty does not use their SMS ending in 01 and phone ending in 01[^;]*$/, /Contact Information/),
  );
});

describe('rules are what rings', () => {
  test.each<[string, readonly SeenRule[], RegExp]>([
    ['none at all', [], /no notification rule for high urgency/],
    ['low urgency only', [low], /no notification rule for high urgency/],
    [
      'a rule by a blocked phone',
      [{ ...rule('phone', 0), method: method('phone', { enabled: false }) }, low],
      /no notification rule for high/,
    ],
    ['push only', [rule('push', 0), low], /no rule for high urgency by SMS or phone/],
    [
      'a call after the next level was called',
      [rule('push', 0), rule('phone', 10), low],
      /first SMS or call after 10 min, .* after 10 min/,
    ],
  ])('%s fails', async (_which, rules, evidence) => {
    expect(await run(reachability, withPerson(ada, { rules }))).toMatchObject(said('fail', evidence, /in their own PagerDuty profile/));
  });

  test('a call one minute before the next level is in time', async () => {
    expect((await run(reachability, withPerson(ada, { rules: [rule('phone', 9), low] }))).status).toBe('pass');
  });

  test('after the last level nobody is called, so that any minute is in time; unless the policy starts again', async () => {
    const late = withPerson(alan, { rules: [rule('phone', 40), low] });
    expect(await run(reachability, late)).toMatchObject(said('fail', /after 40 min/));
    const policies = [policy(names.criticalPolicy, escalation.critical, { loops: 0 }), policy(names.highPolicy, escalation.high)];
    expect((await run(reachability, { ...late, policies })).status).toBe('pass');
  });

  test('no rule for low urgency warns, where the account knows low urgency', async () => {
    const facts = withPerson(grace, { rules: [rule('sms', 0)] });
    expect(await run(reachability, facts)).toMatchObject(said('warn', /^Grace Example: no notification rule for low urgency/));
    const account = { ...healthy.account, abilities: new Set(['teams']) };
    expect((await run(reachability, { ...facts, account })).status).toBe('pass');
  });
});

describe('the people are those that PagerDuty would call', () => {
  test('whatever the answers say', async () => {
    const policies = [
      policy('Platform', escalation.high, { levels: [{ targets: [{ kind: 'user', name: 'zoe@example.com' }], delayMinutes: 5 }] }),
    ];
    const services = healthy.services.map((service) => ({ ...service, policy: 'Platform' }));
    const zoe = person('zoe@example.com', { methods: [], rules: [] });
    const verdict = await run(reachability, { policies, services, users: [...healthy.users, zoe] });
    expect(verdict).toMatchObject(
      said(
        'fail',
        /^Zoe Example: not signed in[^;]*; Zoe Example: no notification rule for high urgency[^;]*; Zoe Example: no notification rule for low/,
      ),
    );
  });

  test('somebody on call who cannot be seen, and nobody at all, prove nothing', async () => {
    const users = healthy.users.filter((user) => user.value.name !== ada);
    expect(await run(reachability, { users })).toMatchObject(said('skip', /^ada@example.com is on call and cannot be seen$/));
    expect(await run(reachability, { policies: [], services: [] })).toMatchObject(said('skip', /nobody can be paged/));
  });
});
