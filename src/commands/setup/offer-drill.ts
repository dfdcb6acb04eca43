import type { StepResult } from '../../engine/index.ts';
import { exit } from '../exit-codes.ts';
import type { Run } from './run.ts';

/** The guide's step 7 right away, where all of it is in force and somebody is there to be asked; else the command has been named. @returns the exit code */
export async function offerDrill(
  { session, options, brief, world }: Run,
  results: readonly StepResult[],
  exitCode: number,
): Promise<number> {
  const { kubernetes, alertmanager } = brief.answers;
  const waits = results.some(({ resources }) => resources.some(({ action }) => action === 'wait'));
  const inForce = exitCode === exit.done && kubernetes !== 'none' && alertmanager.apply && !waits;
  const whole = !options.plan && options.only.length === 0 && options.skip.length === 0;
  if (!inForce || !whole || options.yes || !session.interactive) return exitCode;
  session.view.idle();
  const reply = await session.prompter.confirm({
    message: 'Drill it now?',
    initial: false,
    help: 'One test alert, from Alertmanager to the person who is on call. Who would be paged is shown first, and asked about once more; pmp-pd test-alert does the same at any time.',
  });
  if (reply.kind !== 'answer' || !reply.value) return exitCode;
  world.pagerduty.forget();
  world.alertmanager?.forget();
  const { testAlert } = await import('../run.ts');
  const drill = { severity: 'critical', ack: 'human', requireHuman: false, escalation: false, anyway: [], cleanup: false } as const;
  return testAlert(session, { ...options, ...drill, yes: false });
}
