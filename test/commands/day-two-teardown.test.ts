import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { againstSchema, Team } from './day-two-support.ts';

let ready: Team;
const teams: Team[] = [];
beforeAll(async () => {
  ready = await Team.setUp();
});
afterEach(() => {
  for (const team of teams.splice(0)) team.close();
});
afterAll(() => ready.close());

function own(): Team {
  const team = ready.copy();
  teams.push(team);
  return team;
}

interface Account {
  readonly users: readonly unknown[];
  readonly services: readonly { readonly id: string; name: string; description: string }[];
  readonly policies: readonly { readonly name: string }[];
  readonly schedules: readonly { readonly name: string }[];
  readonly windows: readonly unknown[];
}
const account = (team: Team) => team.inside((sandbox) => structuredClone(sandbox.section('pagerduty')) as Account);
const name = 'sandbox-account';
const yes = ['teardown', '--yes', '--name', name] as const;

describe('teardown shows what goes before it goes', () => {
  test('--plan lists it in the order that works, what stays and why, the name to type, and writes nothing', async () => {
    const written = await ready.written(async () => {
      const { code, json } = await ready.run('teardown', '--plan', '-o', 'json');
      expect([code, againstSchema('teardown', json())]).toEqual([5, []]);
      const kinds = [...new Set(json().items.map((item: { kind: string }) => item.kind))];
      expect(kinds.indexOf('service')).toBeGreaterThan(kinds.indexOf('alert grouping'));
      expect(kinds.indexOf('escalation policy')).toBeGreaterThan(kinds.indexOf('service'));
      expect(kinds.indexOf('schedule')).toBeGreaterThan(kinds.indexOf('escalation policy'));
      expect(kinds).not.toContain('user');
      expect(json().confirm_by).toBe(name);
      expect(json().stays).toContainEqual(expect.objectContaining({ what: 'users, their contact methods and rules' }));
    });
    expect(written).toEqual([]);
  });

  test.each([
    ['--yes without the name', ['--yes'], '--name "sandbox-account"'],
    ['another name', ['--yes', '--name', 'production'], '--name "production" is not what'],
    ['nobody there to type it', [], '--yes --name "sandbox-account"'],
  ])('%s is refused, and nothing is written', async (_what, words, why) => {
    const written = await ready.written(async () => {
      const { code, stderr } = await ready.run('teardown', ...words);
      expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
    });
    expect(written).toEqual([]);
  });
});

describe('teardown leaves nothing of ours in PagerDuty, and everything of others', () => {
  test('services, policies, schedules, windows go; users stay; a second run finds nothing; setup builds it all again', async () => {
    const team = own();
    const before = await account(team);
    const { code, json } = await team.run(...yes, '-o', 'json');
    expect([code, againstSchema('teardown', json())]).toEqual([0, []]);
    const after = await account(team);
    expect([after.services, after.policies.length, after.schedules, after.windows]).toEqual([[], before.policies.length - 2, [], []]);
    expect(after.users).toHaveLength(before.users.length);
    const again = await team.written(async () => expect((await team.run(...yes)).code).toBe(0));
    expect(again).toEqual([]);
    expect((await team.run('setup', '--yes', '-q')).code).toBe(0);
    expect((await account(team)).services).toHaveLength(2);
  });

  test('what it adopted stays, and what keeps it there is said', async () => {
    const team = own();
    await team.inside((sandbox) => {
      const { services } = sandbox.section('pagerduty') as Account;
      for (const service of services) if (service.name === 'PMP Study - Critical') service.description = 'Made by Terraform';
      sandbox.doAction('advance', '1s');
    });
    const plan = await team.run('teardown', '--plan', '-o', 'json');
    expect(plan.json().stays).toContainEqual({
      what: 'service PMP Study - Critical',
      why: 'pmp-pd did not make it: adopting is not owning',
    });
    expect(plan.json().items).toContainEqual(
      expect.objectContaining({ kind: 'escalation policy', name: 'PMP Critical Escalation', status: 'blocked' }),
    );
    // What its policy calls has to stay with it.
    expect(plan.json().items).toContainEqual(
      expect.objectContaining({
        name: 'PMP Primary On-Call',
        status: 'blocked',
        blockers: ['escalation policy "PMP Critical Escalation"'],
      }),
    );
    const written = await team.written(async () => {
      const refused = await team.run(...yes);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('in use, so nothing was removed')]);
    });
    expect(written).toEqual([]);
    const anyway = await team.run(...yes, '--anyway', '-o', 'json');
    expect(anyway.json().items.filter((item: { status: string }) => item.status === 'failed')).toEqual([]);
    expect((await account(team)).schedules.map((schedule) => schedule.name)).toEqual(['PMP Primary On-Call']);
  });

  test('the set-up of another team in the same account stays', async () => {
    const team = own();
    const text = readFileSync(join(team.folder, 'pmp-pd.yaml'), 'utf8');
    const others = [
      'critical_service: Shop - Critical',
      'high_service: Shop - High',
      'critical_policy: Shop Critical',
      'high_policy: Shop High',
      'primary_schedule: Shop On-Call',
      'follow_sun_schedule: Shop Sun',
    ];
    team.answers(`${text.replace(/^names:[^]*?\n(?=\S)/m, '')}\nnames:\n${others.map((line) => `  ${line}`).join('\n')}\n`);
    const { code, stdout } = await team.run('teardown', '--plan');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('service PMP Study - Critical: it bears our mark under a name that these answers do not have'),
    ]);
  });

  test('an open incident is in the way: nothing is begun', async () => {
    const team = own();
    await team.inside((sandbox) =>
      sandbox.plantIncident({ title: 'Checkout is down', service: 'PMP Study - Critical', created: '5m', status: 'triggered' }),
    );
    const written = await team.written(async () => {
      const { code, stderr } = await team.run(...yes);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/open incident/)]);
    });
    expect(written).toEqual([]);
    // With leave the rest goes, and nothing is tried that what stays still needs.
    const anyway = await team.run(...yes, '--anyway', '-o', 'json');
    const named = (status: string) =>
      anyway.json().items.flatMap((item: { status: string; name: string }) => (item.status === status ? [item.name] : []));
    expect([named('blocked'), named('failed')]).toEqual([['PMP Study - Critical', 'PMP Critical Escalation', 'PMP Primary On-Call'], []]);
  });

  test('a removal that fails is told, the exit code says in part, and a second run finishes', async () => {
    const team = own();
    const broken = await team.withFaults(['expired:DELETE /escalation_policies/*:1'], () => team.run(...yes, '-o', 'json'));
    expect([broken.code, againstSchema('teardown', broken.json())]).toEqual([6, []]);
    expect(broken.json().items.filter((item: { status: string }) => item.status === 'failed').length).toBeGreaterThan(0);
    expect(broken.json()).toHaveProperty('error.fix');
    expect((await team.run(...yes)).code).toBe(0);
    expect((await account(team)).schedules).toEqual([]);
  });
});

describe('the cluster is never left unable to start', () => {
  test('the Secret that Alertmanager mounts stays, with the command that frees it', async () => {
    const team = own();
    const { json } = await team.run(...yes, '-o', 'json');
    expect(json().stays).toContainEqual(
      expect.objectContaining({
        what: 'secret monitoring/pagerduty-secrets',
        command: expect.stringMatching(/^kubectl -n monitoring edit deployment /) as string,
      }),
    );
    expect(json().items).not.toContainEqual(expect.objectContaining({ name: 'monitoring/pagerduty-secrets' }));
    expect(json().items).toContainEqual(expect.objectContaining({ name: 'monitoring/pagerduty-webhook', status: 'removed' }));
  });
});
