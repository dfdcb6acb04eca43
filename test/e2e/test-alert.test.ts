import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Desk, exampleAnswers, type Ran } from '../support/cli.ts';
import { root } from '../support/source.ts';
import { openTerminal, settle } from '../support/terminal.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false, strictTypes: false });
addFormats(ajv);
const valid = ajv.compile(JSON.parse(readFileSync(join(root, 'templates/schema/test-alert.schema.json'), 'utf8')) as object);

describe('pmp-pd test-alert', () => {
  const desk = new Desk();
  beforeAll(async () => {
    const done = await desk.run(['setup', '--sandbox', '--yes', '--config', exampleAnswers]);
    if (done.code !== 0) throw new Error(done.stderr);
  }, 60_000);
  afterAll(() => desk.close());
  const drill = (...more: readonly string[]) => desk.run(['test-alert', '--sandbox', '--config', exampleAnswers, ...more]);

  test('with -o json stdout is one document of the shipped schema; who is paged and how far it is goes to stderr', async () => {
    const { code, stdout, stderr } = await drill('--yes', '-o', 'json');
    expect([code, valid(JSON.parse(stdout)) ? [] : valid.errors]).toEqual([0, []]);
    expect(stderr).toMatch(/level 1 {2}at once: /);
    expect(stderr).toMatch(/ incident opened /);
  });

  test('nobody is paged where nobody can be asked: exit code 2, which names the flag', async () => {
    const { code, stdout, stderr } = await drill();
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/--yes/);
    const json = await drill('-o', 'json');
    expect([json.code, valid(json.json()), json.json().error.id]).toEqual([2, true, 'answer-missing']);
  });

  test.each([
    [['--severity', 'low'], /Allowed choices are critical, high/],
    [['--anyway', 'silence'], /It is window or incident/],
    [['--timeout', 'soon'], /A duration is a number and a unit/],
    [['--pod', 'x'], /--pod says where the load of --via stress goes/],
  ])('%s is misuse', async (flags, words) => {
    const { code, stderr } = await drill('--yes', ...flags);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});

describe('a process that is told to stop', () => {
  const desk = new Desk();
  const made: { sandbox?: Sandbox } = {};
  beforeAll(async () => {
    made.sandbox = await openSandbox({ stateFile: desk.stateFile, clock: 'real', people: 'asleep' });
    desk.write('kubeconfig', made.sandbox.kubeconfig);
    const done = await desk.run(['setup', '--yes', '--config', exampleAnswers], { env: environment() });
    if (done.code !== 0) throw new Error(done.stderr);
  }, 60_000);
  afterAll(async () => {
    await made.sandbox?.close();
    desk.close();
  });
  const environment = (): Record<string, string> => ({
    PAGERDUTY_TOKEN: made.sandbox?.token ?? '',
    PAGERDUTY_API_URL: made.sandbox?.apiUrl ?? '',
    PAGERDUTY_EVENTS_URL: made.sandbox?.eventsUrl ?? '',
    PD_FROM_EMAIL: made.sandbox?.from ?? '',
    KUBECONFIG: desk.path('kubeconfig'),
  });

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'by %s resolves the incident before it ends with %i',
    async (signal, code) => {
      const flags = ['test-alert', '--yes', '--via', 'events', '--config', exampleAnswers];
      const child = spawn(process.execPath, [join(root, 'bin/pmp-pd.js'), ...flags], {
        cwd: desk.folder,
        env: { ...desk.environment, ...environment() },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      const said: string[] = [];
      child.stdout.on('data', (chunk: Buffer) => said.push(chunk.toString('utf8')));
      child.stderr.on('data', (chunk: Buffer) => {
        said.push(chunk.toString('utf8'));
        if (chunk.toString('utf8').includes('to acknowledge')) child.kill(signal);
      });
      const ended = await new Promise<number | null>((resolve) => child.on('close', resolve));
      expect([ended, said.join('')]).toEqual([code, expect.stringContaining('Stopped. Nothing is left ringing.')]);
      const { incidents } = (made.sandbox?.section('pagerduty') ?? { incidents: [] }) as {
        incidents: readonly { readonly status: string }[];
      };
      expect(incidents.map(({ status }) => status)).toEqual(incidents.map(() => 'resolved'));
      expect(incidents.length).toBeGreaterThan(0);
    },
    60_000,
  );
});

describe('the end of setup', () => {
  test('offers the drill to whoever is there, once everything is in force; it asks again before anybody is paged', async () => {
    const desk = new Desk();
    try {
      desk.write('pmp-pd.yaml', readFileSync(exampleAnswers, 'utf8'));
      const replay = (): Promise<Ran> => desk.run(['setup', '--sandbox', '--yes']);
      expect((await replay()).code).toBe(0);
      await desk.run(['sandbox', 'do', 'advance', '5m']);
      expect((await replay()).stdout).toContain('Next: pmp-pd test-alert --sandbox');
      const { screen, see, press, ended } = openTerminal([join(root, 'bin/pmp-pd.js'), 'setup', '--sandbox'], {
        cwd: desk.folder,
        env: { ...desk.environment, TERM: 'xterm-256color' },
        columns: 60,
      });
      await see('Drill it now? (no)');
      await settle();
      press('y');
      await settle();
      press('\r');
      await see('Page them now? (no)');
      expect(screen()).toMatch(/level 1 {2}at once:/);
      await settle();
      press('y');
      await settle();
      press('\r');
      await see('Nothing is left ringing.', 40);
      expect(await ended).toBe(0);
    } finally {
      desk.close();
    }
  }, 120_000);
});
