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

/** Wednesday's hours of Ada's week, 08:00 to 20:00, of which Ben takes some. */
const wednesday = ['--at', 'Wednesday 08:00', '--until', '16:00'];

describe('a temporary replacement is seen before it is made', () => {
  test('--plan shows whose hours they are and the picture of that day, writes nothing, and says by its exit code that there is something', async () => {
    const team = own();
    const written = await team.written(async () => {
      const { code, stdout } = await team.run('override', 'ben@example.com', ...wednesday, '--plan');
      expect(code).toBe(5);
      expect(stdout).toContain('+ Ben Example  Wed 07 Jan 08:00 to 16:00 (8 h), instead of Ada Example');
      expect(stdout).toMatch(/^Wed 07 Jan .*B B B B B B B B A A A A .* \*$/m);
      expect(stdout).toContain('Nothing was written.');
    });
    expect(written).toEqual([]);
  });

  test('--yes makes it, reads it back, and oncall shows it; the same line again writes nothing', async () => {
    const team = own();
    const made = await team.run('override', 'Ben', ...wednesday, '--yes', '-o', 'json');
    expect(made.code).toBe(0);
    expect(againstSchema('override', made.json())).toEqual([]);
    expect(made.json()).toMatchObject({
      action: 'create',
      overrides: [
        {
          who: 'ben@example.com',
          start: '2026-01-07T13:00:00.000Z',
          end: '2026-01-07T21:00:00.000Z',
          status: 'made',
          instead_of: [{ who: 'ada@example.com' }],
        },
      ],
    });
    expect((await team.run('oncall')).stdout).toMatch(
      /Temporary replacements\n {2}Ben Example +Wed 07 Jan 08:00 to 16:00 \(8 h\), instead of Ada Example \[\w+\]/,
    );
    const again = await team.written(async () => {
      const { code, stdout } = await team.run('override', 'ben@example.com', ...wednesday, '--yes');
      expect([code, stdout]).toEqual([0, expect.stringContaining('Nothing to do')]);
    });
    expect(again).toEqual([]);
  });

  test('taken back while it runs, the picture says nothing of hours that are past, and what is over cannot be taken back twice', async () => {
    const team = own();
    const made = await team.run('override', 'ben@example.com', '--for', '8h', '--yes', '-o', 'json');
    const id = String(made.json().overrides[0].id);
    await team.inside((sandbox) => sandbox.doAction('advance', '10m'));
    const plan = await team.run('override', '--cancel', id, '--plan');
    expect([plan.code, plan.stdout]).toEqual([5, expect.stringMatching(/^Mon 05 Jan .*A A A/m)]);
    expect(plan.stdout).not.toMatch(/░|nobody/);
    expect((await team.run('override', '--cancel', id, '--yes')).code).toBe(0);
    expect((await team.run('override', '--list')).stdout).toContain('No replacement now or ahead.');
    const twice = await team.run('override', '--cancel', id, '--yes');
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('It has none at all.')]);
  });

  test('a schedule that is not there is named with where its name came from', async () => {
    const { code, stderr } = await ready.run('override', 'Ben', ...wednesday, '--schedule', 'Nope', '--yes');
    expect([code, stderr]).toEqual([2, expect.stringContaining('The name comes from --schedule.')]);
  });

  test('“for eight hours from now”, run again a moment later, is the same replacement', async () => {
    const team = own();
    const line = ['override', 'ben@example.com', '--for', '8h', '--yes'] as const;
    expect((await team.run(...line)).code).toBe(0);
    await team.inside((sandbox) => sandbox.doAction('advance', '20s'));
    const again = await team.written(async () => expect((await team.run(...line)).code).toBe(0));
    expect(again).toEqual([]);
  });

  test('--instead-of takes only the hours of whoever is away, one replacement each, and a run that was cut short is finished by the next', async () => {
    const team = own();
    const holidays = [
      'override',
      'dan@example.com',
      '--instead-of',
      'ada@example.com',
      '--at',
      'tomorrow 00:00',
      '--until',
      '2026-01-09 00:00',
      '--yes',
      '--anyway',
      '-o',
      'json',
    ];
    const first = await team.run(...holidays);
    expect(first.code).toBe(0);
    const { overrides } = first.json();
    expect(overrides.map((one: { start: string }) => one.start)).toEqual([
      '2026-01-06T13:00:00.000Z',
      '2026-01-07T13:00:00.000Z',
      '2026-01-08T13:00:00.000Z',
    ]);
    const [lost] = overrides;
    expect((await team.run('override', '--cancel', lost.id, '--yes')).code).toBe(0);
    const second = await team.run(...holidays);
    expect([second.code, second.json().overrides.map((one: { start: string }) => one.start)]).toEqual([0, [lost.start]]);
  });

  test('one that PagerDuty refuses after others were made ends with 6, names the cause, and a second run makes the rest', async () => {
    const team = own();
    const line = [
      'override',
      'dan@example.com',
      '--instead-of',
      'ada@example.com',
      '--at',
      'tomorrow 00:00',
      '--until',
      '2026-01-09 00:00',
      '--yes',
      '--anyway',
      '-o',
      'json',
    ];
    const broken = await team.withFaults(['expired:POST /schedules/*/overrides:every 2'], () => team.run(...line));
    expect(broken.code).toBe(6);
    expect(againstSchema('override', broken.json())).toEqual([]);
    expect(broken.json().overrides.map((one: { status: string }) => one.status)).toEqual(['made', 'failed', 'failed']);
    expect(broken.json().error.fix).not.toBe('');
    const second = await team.run(...line);
    expect([second.code, second.json().overrides]).toEqual([
      0,
      [expect.objectContaining({ status: 'made' }), expect.objectContaining({ status: 'made' })],
    ]);
  });
});

describe('what speaks against a replacement is said before it rings at the wrong place', () => {
  const refused = async (team: Team, ...words: readonly string[]): Promise<string> => {
    const written = await team.written(async () => {
      const { code, stderr } = await team.run('override', ...words, '--yes');
      expect(code).toBe(2);
      said.push(stderr);
    });
    expect(written).toEqual([]);
    return said.pop() ?? '';
  };
  const said: string[] = [];

  test('the lead is the next level too: an escalation would call the same person again', async () => {
    expect(await refused(own(), 'grace@example.com', ...wednesday)).toContain(
      'Grace Example is level 2 of PMP Critical Escalation and level 2 of PMP High Priority Escalation too',
    );
  });

  test('more than twelve hours in a row', async () => {
    expect(await refused(own(), 'ben@example.com', '--at', 'Wednesday 08:00', '--for', '20h')).toMatch(
      /Ben Example would be on call for \d+ hours in a row/,
    );
  });

  test('another replacement has these hours already; --anyway makes the later one win', async () => {
    const team = own();
    await team.run('override', 'ben@example.com', ...wednesday, '--yes');
    expect(await refused(team, 'cleo@example.com', '--at', 'Wednesday 12:00', '--until', '14:00')).toContain(
      'Ben Example takes over some of these hours already',
    );
    const { code, stdout } = await team.run(
      'override',
      'cleo@example.com',
      '--at',
      'Wednesday 12:00',
      '--until',
      '14:00',
      '--yes',
      '--anyway',
    );
    expect([code, stdout]).toEqual([0, expect.stringContaining('1 replacement made and read back')]);
  });

  test('nothing would ring: the person has not accepted the invitation', async () => {
    const team = own();
    await team.inside((sandbox) => {
      const { users } = sandbox.section('pagerduty') as { users: { email: string; invitation_sent: boolean }[] };
      const ben = users.find(({ email }) => email === 'ben@example.com');
      if (ben !== undefined) ben.invitation_sent = true;
      sandbox.doAction('block-phone', 'ben@example.com');
    });
    expect(await refused(team, 'ben@example.com', ...wednesday, '--sandbox-people', 'asleep')).toContain(
      'Ben Example has not accepted the invitation',
    );
  });

  test.each([
    ['a begin that is past', ['ben@example.com', '--at', '2026-01-01 08:00', '--for', '2h'], 'begin in the past'],
    ['an end before the begin', ['ben@example.com', '--at', '2026-01-09 08:00', '--until', '2026-01-08 08:00'], 'end before it begins'],
    ['half a year', ['ben@example.com', '--for', '180d'], 'more than three months'],
    ['somebody who is not there', ['zoe@example.com', '--for', '2h'], 'zoe@example.com is no user'],
    ['nobody of that name', ['Zoe', '--for', '2h'], 'nobody of this account is called "Zoe"'],
    ['a name that several have', ['Example', '--for', '2h'], 'is the name of several people'],
    ['a time given as --from', ['ben@example.com', '--from', 'tomorrow 08:00', '--for', '2h'], '--from is the e-mail of the acting user'],
    ['no end', ['ben@example.com'], 'when the replacement ends was not said'],
    ['two ends', ['ben@example.com', '--for', '2h', '--until', '18:00'], 'both say when it ends'],
    ['a schedule that is not there', ['ben@example.com', '--for', '2h', '--schedule', 'Nights'], 'schedule "Nights" is not in PagerDuty'],
    ['a replacement that is not there', ['--cancel', 'Q1'], 'has no replacement Q1'],
    ['a person and a list', ['ben@example.com', '--list'], 'three different things'],
  ])('%s is refused with its way out', async (_what, words, why) => {
    expect(await refused(ready, ...words)).toContain(why);
  });

  test('off a terminal nobody is asked, and both flags are named', async () => {
    const { code, stdout, json } = await ready.run('override', 'ben@example.com', ...wednesday, '--no-input', '-o', 'json');
    expect([code, againstSchema('error', json())]).toEqual([2, []]);
    expect(stdout).toContain('--yes');
    expect(stdout).toContain('--plan');
  });
});

test('a list has the ids, and taking one back gives the hours to whose they are', async () => {
  const team = own();
  await team.run('override', 'ben@example.com', ...wednesday, '--yes');
  const list = await team.run('override', '--list', '-o', 'json');
  expect([list.code, againstSchema('override', list.json())]).toEqual([0, []]);
  const [{ id }] = list.json().overrides;
  const plan = await team.run('override', '--cancel', id, '--plan');
  expect([plan.code, plan.stdout]).toEqual([5, expect.stringMatching(/^Wed 07 Jan .*A A A A A A A A A A A A /m)]);
  const cancelled = await team.run('override', '--cancel', id, '--yes');
  expect([cancelled.code, cancelled.stdout]).toEqual([0, expect.stringContaining('Taken back')]);
  expect((await team.run('override', '--list')).stdout).toContain('No replacement now or ahead.');
});
