import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Desk, exampleAnswers, minimalAnswers, type Ran } from '../support/cli.ts';

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly action: string;
  readonly detail?: string;
}
interface Document {
  readonly exit_code: number;
  readonly success: boolean;
  readonly steps: readonly {
    readonly step: number;
    readonly id: string;
    readonly status: string;
    readonly resources: readonly Resource[];
  }[];
  readonly calls: {
    readonly pagerduty: { readonly reads: number; readonly writes: number };
    readonly kubernetes: { readonly writes: number };
  };
  readonly error?: {
    readonly id: string;
    readonly message: string;
    readonly cause?: string;
    readonly problems?: readonly string[];
    readonly fix: string;
  };
}

const setup = (desk: Desk, config: string, ...more: string[]) =>
  desk.run(['setup', '--sandbox', '--sandbox-people', 'asleep', '--yes', '--config', config, '-o', 'json', ...more]);
const resources = (ran: Ran) => (ran.json() as Document).steps.flatMap((s) => s.resources);
const withAction = (ran: Ran, action: string) => resources(ran).filter((r) => r.action === action);
const worked = (ran: Ran) => resources(ran).filter((r) => ['create', 'update', 'adopt', 'replace'].includes(r.action));

async function held<T>(desk: Desk, look: (sandbox: Sandbox) => T): Promise<T> {
  const sandbox = await openSandbox({ stateFile: desk.stateFile, people: 'asleep' });
  try {
    return look(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** What the sandbox itself noted: calls that were not reads, previews and access reviews aside. */
const writesSeen = (sandbox: Sandbox) =>
  sandbox
    .accessLog()
    .filter(({ method, path }) => method !== 'GET' && !/preview$|reviews$/.test(path))
    .map(({ method, path }) => `${method} ${path}`);

describe('setup on the sandbox', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
  });
  afterEach(() => desk.close());

  test('the first run creates everything of the guide, the second writes nothing, and the access log agrees', async () => {
    const first = await setup(desk, exampleAnswers);
    expect(first.stderr).not.toContain('Error');
    expect(first.code).toBe(0);
    const document = first.json() as Document;
    expect(document.steps.map((s) => s.step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    const created = withAction(first, 'create');
    const kinds = new Set(created.map((r) => r.kind));
    for (const kind of [
      'service',
      'alert grouping',
      'escalation policy',
      'schedule',
      'user',
      'contact method',
      'notification rule',
      'integration',
      'secret',
      'file',
      'alertmanager mount',
      'maintenance window',
    ])
      expect(kinds).toContain(kind);
    expect(withAction(first, 'fail')).toEqual([]);

    await held(desk, (sandbox) => {
      expect(writesSeen(sandbox).length).toBeGreaterThan(document.calls.pagerduty.writes);
      sandbox.clearAccessLog();
    });
    const second = await setup(desk, exampleAnswers);
    expect(second.code).toBe(0);
    expect(worked(second)).toEqual([]);
    expect(await held(desk, writesSeen)).toEqual([]);
    expect((second.json() as Document).calls).toMatchObject({ pagerduty: { writes: 0 }, kubernetes: { writes: 0 } });
  });

  test('after people have signed in it adds exactly the push rules, and then nothing', async () => {
    desk.write('a.yaml', minimalAnswers());
    await setup(desk, 'a.yaml');
    await held(desk, (sandbox) => {
      for (const who of ['ada', 'ben', 'cleo', 'grace', 'alan']) sandbox.doAction('sign-in', `${who}@example.com`);
    });
    const after = await setup(desk, 'a.yaml');
    expect(after.code).toBe(0);
    expect(
      worked(after)
        .map((r) => r.name)
        .sort(),
    ).toEqual(
      ['ada', 'alan', 'ben', 'cleo', 'grace'].flatMap((who) => [
        `${who}@example.com high push after 0 min`,
        `${who}@example.com low push after 0 min`,
      ]),
    );
    expect(worked(await setup(desk, 'a.yaml'))).toEqual([]);
  });

  test('changing one answer updates exactly that', async () => {
    desk.write('a.yaml', minimalAnswers());
    await setup(desk, 'a.yaml');
    desk.write('a.yaml', minimalAnswers('loops: 2\n'));
    const planned = await setup(desk, 'a.yaml', '--plan');
    expect(planned.code).toBe(5);
    const updated = await setup(desk, 'a.yaml');
    expect(worked(updated).map((r) => `${r.action} ${r.name}`)).toEqual([
      'update PMP Critical Escalation',
      'update PMP High Priority Escalation',
    ]);
  });

  test('a plan without changes is exit code 0, and showing a plan writes nothing', async () => {
    desk.write('a.yaml', minimalAnswers());
    const planned = await setup(desk, 'a.yaml', '--plan');
    expect(planned.code).toBe(5);
    expect((planned.json() as Document).calls).toMatchObject({ pagerduty: { writes: 0 }, kubernetes: { writes: 0 } });
    await setup(desk, 'a.yaml');
    expect((await setup(desk, 'a.yaml', '--plan')).code).toBe(0);
  });
});

describe('what the plan refuses', () => {
  test.each([
    ['business', 'content_based', 'create'],
    ['professional', undefined, 'wait'],
  ])('on %s the best grouping it allows is in force, the better one waits, and is not sent again', async (plan, grouping, action) => {
    const desk = new Desk();
    desk.write('a.yaml', minimalAnswers('kubernetes: none\n'));
    await desk.run(['sandbox', 'reset', '--account-plan', plan]);
    const first = await setup(desk, 'a.yaml');
    expect(first.code).toBe(0);
    const groupingsOf = resources(first).filter((r) => r.kind === 'alert grouping');
    expect(groupingsOf.map((r) => r.action)).toEqual([action, action]);
    for (const { detail } of groupingsOf) expect(detail).toMatch(/the plan refuses/);
    const groupings = await held(desk, (sandbox) => {
      sandbox.clearAccessLog();
      return sandbox.status().services.map((s) => s.grouping);
    });
    expect(groupings).toEqual([grouping, grouping]);
    const second = await setup(desk, 'a.yaml');
    expect(second.code).toBe(0);
    expect(withAction(second, 'wait').filter((r) => r.kind === 'alert grouping')).toHaveLength(2);
    expect(await held(desk, writesSeen)).toEqual([]);
    desk.close();
  });
});

describe('an account whose plan is too small', () => {
  test('is refused before anything is written, naming what it cannot hold', async () => {
    const desk = new Desk();
    await desk.run(['sandbox', 'reset', '--account-plan', 'free']);
    const ran = await setup(desk, exampleAnswers);
    expect(ran.code).toBe(2);
    const { error, calls } = ran.json() as Document;
    expect(error?.id).toBe('plan-too-small');
    expect(error?.message).toMatch(/2 escalation policies, of which it holds 1/);
    expect(calls.pagerduty.writes).toBe(0);
    desk.close();
  });
});

describe('misuse', () => {
  const desk = new Desk();
  let ran: Ran;
  beforeAll(async () => {
    ran = await desk.run(['setup', '--sandbox', '--only', 'pizza', '--yes', '-o', 'json']);
  });

  test('somebody whom the sandbox does not know is exit 2', async () => {
    const desk = new Desk();
    const ran = await desk.run(['sandbox', 'do', 'sign-in', 'nobody@example.com', '-o', 'json']);
    expect([ran.code, (ran.json() as Document).error?.id]).toEqual([2, 'usage']);
    desk.close();
  });

  test('a folder in place of the answers is exit 2, and several problems stand one per line', async () => {
    const desk = new Desk();
    const folder = await setup(desk, '.');
    expect([folder.code, (folder.json() as Document).error?.id]).toEqual([2, 'answers-invalid']);
    desk.write('a.yaml', minimalAnswers(Array.from({ length: 25 }, (_, i) => `k${i}x: 1`).join('\n')));
    const { error } = (await setup(desk, 'a.yaml')).json() as Document;
    expect(error).toMatchObject({ id: 'answers-invalid', cause: '25 problems' });
    expect(error?.problems).toHaveLength(25);
    const { code, stderr } = await desk.run(['setup', '--sandbox', '--yes', '--config', 'a.yaml']);
    expect(code).toBe(2);
    expect(stderr.match(/^ +- a\.yaml:\d+: k\d+x: /gm)).toHaveLength(20);
    expect(stderr).toContain('… and 5 more\n');
    desk.close();
  });

  test('a step that does not exist is exit 2, and JSON still is one document', () => {
    expect(ran.code).toBe(2);
    expect((ran.json() as Document).error?.message).toContain('there is no step "pizza"');
    desk.close();
  });
});
