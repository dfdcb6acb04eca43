import { PmpError, toPmpError, type SetupOutcome, type StepResult } from '../../engine/index.ts';
import { pagedPeople } from '../../model/index.ts';
import { departures } from '../../steps/index.ts';
import type { Session } from '../app.ts';
import { exit } from '../exit-codes.ts';
import { coverageOf } from './on-call.ts';
import type { Run } from './run.ts';

export function appliedAny(results: readonly StepResult[]): boolean {
  return results.some((step) => step.resources.some((r) => ['create', 'update', 'adopt', 'replace'].includes(r.action)));
}

export function firstError(results: readonly StepResult[]): PmpError | undefined {
  return results.flatMap((step) => step.resources).find((r) => r.error !== undefined)?.error;
}

export function stoppedBy({ stopping }: Session): PmpError {
  const error = toPmpError(stopping.reason);
  return new PmpError(error.id, {
    ...error.facts,
    message: `${error.facts.message}: what was under way is finished, nothing else was started`,
  });
}

export async function finish(run: Run, results: readonly StepResult[], exitCode: number, error?: PmpError): Promise<number> {
  const { session, options, steps, brief, world } = run;
  const todos =
    exitCode === exit.done ? (await Promise.all(steps.map(async (step) => (await step.todos?.(world, brief)) ?? []))).flat() : [];
  const outcome: SetupOutcome = {
    command: 'setup',
    sandbox: session.sandbox,
    mode: options.plan ? 'plan' : 'apply',
    success: exitCode === exit.done || exitCode === exit.changes,
    exitCode,
    steps: results,
    departures: departures(brief),
    coverage: await coverageSeen(run, error),
    todos,
    calls: {
      pagerduty: { ...world.pagerduty.calls },
      kubernetes: world.kubernetes ? { ...world.kubernetes.calls } : { reads: 0, writes: 0, retries: 0 },
    },
    seconds: session.seconds(),
    ...(error === undefined ? {} : { error }),
  };
  session.view.finish(outcome, {
    next: nextCommand(run, exitCode),
    paged: pagedPeople(brief.answers).length,
    license: run.license,
    prices: run.prices,
  });
  return exitCode;
}

/** What could not be read is left out where something else already went wrong: that is what must be told. */
async function coverageSeen({ world, brief, now }: Run, error: PmpError | undefined): Promise<SetupOutcome['coverage']> {
  try {
    return await coverageOf(world, brief, now);
  } catch (thrown) {
    if (error === undefined) throw thrown;
    return [];
  }
}

/** After a set-up comes the drill: through Alertmanager where its configuration is in force, else as far as PagerDuty alone can prove it. */
function nextCommand({ session, options, brief: { answers } }: Run, exitCode: number): string {
  const flags = [
    ...(session.sandbox ? ['--sandbox'] : []),
    ...(options.config === 'pmp-pd.yaml' ? [] : ['--config', options.config]),
    ...(options.context === undefined ? [] : ['--context', options.context]),
    ...(options.namespace === undefined ? [] : ['--namespace', options.namespace]),
  ];
  if (exitCode !== exit.done || options.plan) return ['pmp-pd setup', ...flags].join(' ');
  const inForce = answers.kubernetes !== 'none' && answers.alertmanager.apply;
  return ['pmp-pd test-alert', ...(inForce ? [] : ['--via events']), ...flags].join(' ');
}
