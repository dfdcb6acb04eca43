import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nextCommand } from '../../src/commands/setup/next-command.ts';
import type { Run } from '../../src/commands/setup/run.ts';
import type { StepResult } from '../../src/engine/index.ts';
import { minimalAnswers } from '../support/cli.ts';
import { againstSchema, Team } from './day-two-support.ts';

let ready: Team;
beforeAll(async () => {
  ready = await Team.setUp();
});
afterAll(() => ready.close());

const next = ({ stdout, stderr }: { readonly stdout: string; readonly stderr: string }) => /^Next: (.*)$/m.exec(stdout + stderr)?.[1];

describe('the command that setup names at its end is the one to type next', () => {
  test.each([
    ['after a plan with changes, the same without --plan', ['--plan'], 'pmp-pd setup --sandbox'],
    [
      'after some of the steps, all of them',
      ['--yes', '--only', '1', '--from', 'owner@example.com'],
      'pmp-pd setup --yes --sandbox --from owner@example.com',
    ],
  ])('%s', async (_what, words, command) => {
    expect(next(await ready.run('setup', ...words))).toBe(command);
  });

  test('after all of it the drill, also where a plan finds nothing more to do; without a cluster as far as PagerDuty alone can prove it', async () => {
    const team = ready.copy();
    try {
      expect(next(await team.run('setup', '--yes'))).toBe('pmp-pd test-alert --sandbox');
      expect(next(await team.run('setup', '--plan'))).toBe('pmp-pd test-alert --sandbox');
      team.answers(minimalAnswers('kubernetes: none\n'));
      const alone = await team.run('setup', '--yes', '-o', 'json');
      expect([alone.code, againstSchema('setup', alone.json())]).toEqual([0, []]);
      expect(alone.json().seats).toMatchObject({ needed: 5 });
      expect(next(await team.run('setup', '--yes'))).toBe('pmp-pd test-alert --via events --sandbox');
    } finally {
      team.close();
    }
  });

  test('after a run that was done in part, the same line again, in words that a shell takes', () => {
    const options = {
      yes: true,
      plan: false,
      applyAlertmanager: true,
      only: [],
      skip: ['9'],
      config: 'team a.yaml',
      region: 'eu',
      namespace: 'alerts',
    };
    const run = { session: { sandbox: false }, options, brief: { answers: {} } } as unknown as Run;
    expect(nextCommand(run, [], 6)).toBe(
      "pmp-pd setup --yes --apply-alertmanager --skip 9 --config 'team a.yaml' --region eu --namespace alerts",
    );
  });

  test('where another tool owns the configuration of Alertmanager, the drill goes straight to PagerDuty', () => {
    const options = { yes: false, plan: false, applyAlertmanager: false, only: [], skip: [], config: 'pmp-pd.yaml' };
    const answers = { kubernetes: { namespace: 'monitoring' }, alertmanager: { apply: true } };
    const run = { session: { sandbox: false }, options, brief: { answers } } as unknown as Run;
    const step = (action: string) =>
      [{ resources: [{ kind: 'alertmanager configuration', name: 'monitoring', action }] }] as unknown as readonly StepResult[];
    expect(nextCommand(run, step('wait'), 0)).toBe('pmp-pd test-alert --via events');
    expect(nextCommand(run, step('update'), 0)).toBe('pmp-pd test-alert');
  });
});
