import { applyPlan, leftOver, makePlan, PmpError, toPmpError, workOf, type EngineEvent } from '../../engine/index.ts';
import type { HeldLock } from '../../ports/index.ts';
import { exit, exitCodeOf } from '../exit-codes.ts';
import { appliedAny, finish, firstError, stoppedBy } from './finish.ts';
import type { Run } from './run.ts';

/** Takes the lock, applies, and proves that nothing is left. @returns the exit code */
export async function apply(first: Run): Promise<number> {
  const lock = await locked(first);
  try {
    const run = lock?.freedSince(first.now) === true ? await replanned(first) : first;
    return await applyAndProve(run);
  } finally {
    await lock?.release();
  }
}

/** Somebody else was at work since the plan was made: what they did is not done again. */
async function replanned(run: Run): Promise<Run> {
  run.world.pagerduty.forget();
  run.world.alertmanager?.forget();
  return { ...run, plan: await makePlan(run.steps, run.brief, run.world, run.now) };
}

/** A cluster that lets us write the secret but no Lease still gets its set-up; names found twice are noticed by the proof. */
async function locked({ session, world, brief }: Run): Promise<HeldLock | undefined> {
  try {
    return await session.lock(world, brief.answers)?.acquire();
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || thrown.id !== 'kubernetes-permission') throw thrown;
    session.view.warn('The cluster allows no Lease here, so nothing keeps a second setup from running at the same time.');
    return undefined;
  }
}

async function applyAndProve(run: Run): Promise<number> {
  const { session, steps, plan, world } = run;
  const changes = workOf(plan).length;
  const tell = (event: EngineEvent): void => session.view.tell({ ...event, at: world.clock.now() });
  tell({ type: 'applying', changes });
  world.pagerduty.expect?.(changes);
  const results = await session.finishing(() => applyPlan(steps, plan, world, { tell, signal: session.stopping }));
  world.pagerduty.expect?.(0);
  const failed = results.some((step) => step.status === 'failed' || step.status === 'skipped');
  if (session.stopping.aborted) return finish(run, results, exitCodeOf(stoppedBy(session)), stoppedBy(session));
  if (failed) return finish(run, results, appliedAny(results) ? exit.partly : exit.failed, firstError(results));
  session.view.tell({ type: 'proving' });
  const left = await proof(run);
  if (left !== undefined && session.stopping.aborted) return finish(run, results, exitCodeOf(stoppedBy(session)), stoppedBy(session));
  return finish(run, results, left === undefined ? exit.done : exit.partly, left);
}

/** Plans again: what is left, or what kept us from seeing it. */
async function proof(run: Run): Promise<PmpError | undefined> {
  try {
    const after = await replanned(run);
    return leftOver(run.plan, after.plan)[0];
  } catch (thrown) {
    return toPmpError(thrown);
  }
}
