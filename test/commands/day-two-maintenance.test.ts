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

describe('a window is opened with open eyes', () => {
  test('--plan says that nobody is paged, until when, and writes nothing', async () => {
    const written = await ready.written(async () => {
      const { code, stdout } = await ready.run('maintenance', 'start', '--preset', 'deployment', '--plan');
      expect(code).toBe(5);
      expect(stdout).toMatch(/\+ Deployment {2}Mon 05 Jan 10:\d\d to 11:\d\d \(1 h\): PMP Study - Critical and PMP Study - High Priority/);
      expect(stdout).toContain('alerts of these services create nothing: no incident opens, no alert is kept, nobody is paged');
    });
    expect(written).toEqual([]);
  });

  test('opened, listed as open, not opened twice, and ended early', async () => {
    const team = own();
    const start = await team.run(
      'maintenance',
      'start',
      '--for',
      '90m',
      '--reason',
      'node pool upgrade',
      '--service',
      'high',
      '--yes',
      '-o',
      'json',
    );
    expect([start.code, againstSchema('maintenance', start.json())]).toEqual([0, []]);
    expect(start.json().windows).toEqual([
      expect.objectContaining({ description: 'node pool upgrade', services: ['PMP Study - High Priority'], ours: true, status: 'made' }),
    ]);
    expect((await team.run('maintenance', 'list')).stdout).toMatch(/‼ node pool upgrade .*\n[^]*‼ 1 window open now/);
    const twice = await team.written(() =>
      team.run('maintenance', 'start', '--for', '30m', '--reason', 'again', '--service', 'high', '--yes'),
    );
    expect(twice).toEqual([]);
    const end = await team.run('maintenance', 'end', '--yes', '-o', 'json');
    expect([end.code, againstSchema('maintenance', end.json())]).toEqual([0, []]);
    expect(end.json().windows).toEqual([expect.objectContaining({ description: 'node pool upgrade', status: 'ended' })]);
    const list = await team.run('maintenance', 'list', '-o', 'json');
    expect([list.code, againstSchema('maintenance', list.json())]).toEqual([0, []]);
    expect(list.json().windows.filter((one: { status: string }) => one.status === 'open')).toEqual([]);
  });

  test('the same line a moment later opens no second window', async () => {
    const team = own();
    const line = ['maintenance', 'start', '--preset', 'deployment', '--yes'] as const;
    await team.run(...line);
    await team.inside((sandbox) => sandbox.doAction('advance', '20s'));
    expect(await team.written(() => team.run(...line))).toEqual([]);
  });

  test('planned for later by the clock of the schedules, and taken away by its id', async () => {
    const team = own();
    const start = await team.run('maintenance', 'start', '--preset', 'database', '--at', 'Saturday 22:00', '--yes', '-o', 'json');
    expect(start.json().windows).toEqual([expect.objectContaining({ start: '2026-01-11T03:00:00.000Z', end: '2026-01-11T07:00:00.000Z' })]);
    const end = await team.run('maintenance', 'end', start.json().windows[0].id, '--yes', '-o', 'json');
    expect([end.code, end.json().windows[0].status]).toEqual([0, 'cancelled']);
  });

  test('taken away although the answers want it, it says that setup makes it again', async () => {
    const team = own();
    const list = await team.run('maintenance', 'list', '-o', 'json');
    const { code, stdout } = await team.run('maintenance', 'end', String(list.json().windows[0].id), '--yes');
    expect([code, stdout]).toEqual([0, expect.stringContaining('the next pmp-pd setup before its end makes it again')]);
    expect((await team.run('setup', '--plan')).stdout).toMatch(/\+ maintenance window/);
  });

  test('one of two ended does not say that alerts page again', async () => {
    const team = own();
    const first = await team.run('maintenance', 'start', '--preset', 'deployment', '--yes', '-o', 'json');
    const id = String(first.json().windows[0].id);
    const second = await team.run('maintenance', 'start', '--preset', 'database', '--yes');
    expect(second.stdout).toMatch(/End it early with pmp-pd maintenance end \w+\.$/m);
    const end = await team.run('maintenance', 'end', id, '--yes');
    expect([end.code, end.stdout]).toEqual([0, expect.stringContaining('Ended, but another window is still open')]);
    expect(end.stdout).toMatch(/^‼ Database upgrade .*\[\w+\]$/m);
    expect(end.stdout).not.toContain('alerts page again');
  });

  test('with nothing open there is nothing to end, and that is no error', async () => {
    const written = await ready.written(async () => {
      const { code, stdout } = await ready.run('maintenance', 'end', '--yes');
      expect([code, stdout]).toEqual([0, expect.stringContaining('no window is open')]);
    });
    expect(written).toEqual([]);
  });
});

describe('what would go unheard is said first', () => {
  test('an open incident goes on ringing: --yes alone does not open the window', async () => {
    const team = own();
    await team.inside((sandbox) =>
      sandbox.plantIncident({ title: 'Checkout is down \u001B[2J', service: 'PMP Study - Critical', created: '5m', status: 'triggered' }),
    );
    const written = await team.written(async () => {
      const { code, stderr } = await team.run('maintenance', 'start', '--preset', 'deployment', '--yes');
      expect(code).toBe(2);
      expect(stderr).toMatch(/incident #\d+ "Checkout is down" is triggered: it goes on ringing/);
      expect(stderr).not.toContain('\u001B');
    });
    expect(written).toEqual([]);
    expect((await team.run('maintenance', 'start', '--preset', 'deployment', '--yes', '--anyway')).code).toBe(0);
  });

  test('longer than the guide has it speaks against it', async () => {
    const { code, stderr } = await ready.run('maintenance', 'start', '--preset', 'deployment', '--for', '3h', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining("it lasts 3 hours; the guide's longest is 2")]);
  });

  test('a window that others made is ended by its id only, or by whoever sees it', async () => {
    const team = own();
    await team.run('maintenance', 'start', '--preset', 'deployment', '--yes');
    const id = await team.inside((sandbox) => {
      const { windows } = sandbox.section('pagerduty') as { windows: { id: string; description: string }[] };
      const [last] = windows.slice(-1);
      if (last !== undefined) last.description = 'By hand';
      // What is looked at is written with the next action.
      sandbox.doAction('advance', '1s');
      return last?.id ?? '';
    });
    const blind = await team.run('maintenance', 'end', '--yes');
    expect([blind.code, blind.stderr]).toEqual([2, expect.stringContaining(`pmp-pd maintenance end ${id}`)]);
    expect((await team.run('maintenance', 'end', id, '--yes')).code).toBe(0);
  });

  test.each([
    ['no length', ['start', '--reason', 'x'], '--preset deployment|database or --for'],
    ['no reason', ['start', '--for', '1h'], '--reason'],
    ['two days', ['start', '--for', '2d', '--reason', 'x'], 'longer than 24 hours'],
    ['the past', ['start', '--preset', 'database', '--at', 'today 08:00'], 'begin in the past'],
    ['no length of time', ['start', '--for', 'long', '--reason', 'x'], '"long" is no length of time'],
    ['an unknown preset', ['start', '--preset', 'coffee'], 'deployment, database'],
    ['an unknown window', ['end', 'P000'], 'there is no maintenance window P000'],
  ])('%s is refused with its way out', async (_what, words, why) => {
    const { code, stderr } = await ready.run('maintenance', ...words, '--yes', '--no-input');
    expect([code, stderr]).toEqual([2, expect.stringContaining(why)]);
  });
});
