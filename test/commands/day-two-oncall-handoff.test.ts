import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { againstSchema, Team } from './day-two-support.ts';

let team: Team;
beforeAll(async () => {
  team = await Team.setUp();
});
afterAll(() => team.close());

async function withTeam<T>(work: (own: Team) => Promise<T>): Promise<T> {
  const own = team.copy();
  try {
    return await work(own);
  } finally {
    own.close();
  }
}

describe('oncall: whoever asks in a hurry sees who is called now, and who after that', () => {
  test('level by level of both policies, the next shift, and the weeks as a picture', async () => {
    const { code, stdout } = await team.run('oncall');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^SANDBOX/);
    expect(stdout).toMatch(/level 1 .*Ada Example until Mon 05 Jan 20:00; then \w+ Example until/);
    expect(stdout).toMatch(/level 3, after 25 min .*Alan Example$/m);
    expect(stdout).toContain('PMP High Priority Escalation, for PMP Study - High Priority');
    expect(stdout.match(/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d \w{3} /gm)).toHaveLength(14);
    expect(stdout).toMatch(/✔ On call now: Ada Example until Mon 05 Jan 20:00\.\n$/);
  });

  test('a script gets the same as one document, by the shipped schema, and nothing is written', async () => {
    const said: unknown[] = [];
    const written = await team.written(async () => {
      const { code, json } = await team.run('oncall', '-o', 'json', '--weeks', '6');
      expect(code).toBe(0);
      said.push(json());
    });
    expect(written).toEqual([]);
    expect(againstSchema('oncall', said[0])).toEqual([]);
    expect(said[0]).toMatchObject({
      command: 'oncall',
      policies: [
        {
          levels: [
            { now: [{ who: 'ada@example.com', name: 'Ada Example', until: '2026-01-06T01:00:00.000Z' }] },
            {},
            { after_seconds: 1500 },
          ],
        },
        {},
      ],
      schedules: [{ schedule: 'PMP Primary On-Call', until: '2026-02-16T05:00:00.000Z' }],
    });
  });

  test('without an answers file the guide’s names are looked for, and it says so', async () => {
    await withTeam(async (own) => {
      rmSync(join(own.folder, 'pmp-pd.yaml'));
      const { code, stdout } = await own.run('oncall', '-q');
      expect(code).toBe(0);
      expect(stdout).toContain('names from the guide; there is no pmp-pd.yaml here');
      expect(stdout).toContain('✔ On call now: Ada Example');
    });
  });

  test('an account without such policies is a name that matches nothing', async () => {
    const own = new Team();
    const { code, stdout, json } = await own.run('oncall', '-o', 'json');
    expect(code).toBe(2);
    expect(againstSchema('error', json())).toEqual([]);
    expect(stdout).toContain('is in PagerDuty');
    own.close();
  });

  test('it fits 60 columns, and a screen without Unicode', async () => {
    const narrow = await team.on({ columns: 60 }, 'oncall', '--weeks', '1');
    expect(narrow.stdout.split('\n').filter((line) => line.length > 60)).toEqual([]);
    const ascii = await team.on({ env: { LANG: 'C' } }, 'oncall', '--weeks', '1');
    expect(ascii.stdout).toMatch(/^[\n -~]*$/);
  });
});

const incident = (title: string, more: object = {}) => ({ title, service: 'PMP Study - Critical', created: '2d', ...more });

describe('handoff: the next one starts with what the last one knew', () => {
  test('open incidents with their notes, P1s nobody reviewed, who is next and how they are reached, windows and replacements ahead', async () => {
    await withTeam(async (own) => {
      await own.inside((sandbox) => {
        sandbox.plantIncident(
          incident('Checkout is down', {
            log: [{ type: 'annotate', at: 60, who: 'ada@example.com', note: 'Post-mortem: https://wiki.example.com/7' }],
          }),
        );
        sandbox.plantIncident(incident('Login is slow'));
        sandbox.plantIncident(incident('[DRILL pmp-pd 01ARZ3NDEKTSV4RRFFQ69G5FAV] test'));
        sandbox.plantIncident(incident('Too long ago', { created: '9d' }));
        sandbox.plantIncident(
          incident('Disk is full', {
            created: '2h',
            status: 'acknowledged',
            log: [{ type: 'annotate', at: 60, who: 'ada@example.com', note: 'Waiting for the vendor \u001B[31m' }],
          }),
        );
      });
      await own.run('override', 'ben@example.com', '--at', 'Friday 08:00', '--until', '12:00', '--yes');
      const { code, stdout } = await own.run('handoff');
      expect(code).toBe(0);
      expect(stdout).toContain('Review open incidents: 1 incident open');
      expect(stdout).toMatch(/#\d+ Disk is full \(high, acknowledged, 2 h old\)/);
      expect(stdout).toMatch(/Ada Example: Waiting for the vendor$/m);
      expect(stdout).toContain('2 incidents without a post-mortem note');
      const [end = '', start = ''] = stdout.split('At the start of the shift');
      expect(end).toContain('Login is slow');
      expect(end).not.toMatch(/Checkout is down|DRILL|Too long ago/);
      expect(start).toContain('Checkout is down');
      expect(start).toMatch(/Next: \w+ Example, .*; reached by .*phone after 2 min/);
      expect(start).toContain('https://grafana.pmpstudy.com');
      expect(start).toMatch(/Ben Example: Fri 09 Jan 08:00 to 12:00 \(4 h\), instead of Ada Example/);
      expect(start).toContain('Window "Deployment"');
      expect(stdout).not.toContain('\u001B');
    });
  });

  test('as Markdown for the e-mail, in which a title cannot become markup', async () => {
    await withTeam(async (own) => {
      await own.inside((sandbox) =>
        sandbox.plantIncident(incident('<img src=x> [click](http://example.com) *now*', { status: 'triggered' })),
      );
      const { stdout } = await own.run('handoff', '--markdown');
      expect(stdout).toMatch(/^# Hand-off of PMP Primary On-Call, 2026-01-05\n/);
      expect(stdout).toContain('- [ ] Review open incidents: 1 incident open');
      expect(stdout).toContain('\\<img src=x\\> \\[click\\](http://example.com) \\*now\\*');
    });
  });

  test('as a document by the shipped schema, and nothing is written', async () => {
    const written = await team.written(async () => {
      const { code, json } = await team.run('handoff', '-o', 'json');
      expect(code).toBe(0);
      expect(againstSchema('handoff', json())).toEqual([]);
      expect(json()).toMatchObject({ now: { who: 'ada@example.com' }, open_incidents: [], without_post_mortem: [] });
    });
    expect(written).toEqual([]);
  });
});
