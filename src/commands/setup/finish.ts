import { PmpError, toPmpError, type SetupOutcome, type StepResult } from '../../engine/index.ts';
import { pagedPeople } from '../../model/index.ts';
import { departures } from '../../steps/index.ts';
import type { Session } from '../app.ts';
import { exit } from '../exit-codes.ts';
import { offerDrill } from './offer-drill.ts';
import { coverageOf } from './on-call.ts';
import { nextCommand } from './next-command.ts';
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
    next: nextCommand(run, results, exitCode),
    paged: pagedPeople(brief.answers).length,
    license: run.license,
    prices: run.prices,
  });
  return offerDrill(run, results, exitCode);
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
