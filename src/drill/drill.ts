import { toPmpError, type DrillOutcome, type LeftBehind, type PmpError } from '../engine/index.ts';
import type { World } from '../ports/index.ts';
import { Book } from './book.ts';
import { endDrill } from './end.ts';
import { failed, leftOver } from './failures.ts';
import { judgeDrill, peopleOf } from './judge.ts';
import { nameOf } from './log.ts';
import type { DrillPlan } from './order.ts';
import type { Pace } from './pace.ts';
import { Phases, type DrillRun } from './phases.ts';
import type { Watching } from './sight.ts';
import { freshState, type DrillState } from './state.ts';
import { ways } from './ways/index.ts';

export type DrillResult = Omit<DrillOutcome, 'command' | 'sandbox' | 'success' | 'exitCode' | 'seconds'>;

/** One drill, from the alert to its end, which comes in any case. Rejects only before anything is sent; what goes wrong later is in the result. */
export async function runDrill(world: World, plan: DrillPlan, run: DrillRun): Promise<DrillResult> {
  const began = world.clock.now();
  const book = new Book(began, run.tell);
  const state = freshState();
  const way = await ways[plan.via](world, plan, book);
  const pace: Pace = { clock: world.clock, signal: run.stopping, tell: run.tell, between: run.between };
  const watching: Watching = { pagerduty: world.pagerduty, plan, book, way, pace };
  const failure = await failureOf(() => new Phases(watching, state, run).phases());
  run.tell({ type: 'cleaning' });
  const leftBehind = await endDrill(watching, state, { aborting: run.aborting, interrupted: run.stopping.aborted });
  return result(watching, state, failure, leftBehind);
}

async function failureOf(work: () => Promise<void>): Promise<PmpError | undefined> {
  try {
    await work();
    return undefined;
  } catch (thrown) {
    return toPmpError(thrown);
  }
}

function result(
  { plan, book }: Watching,
  state: DrillState,
  failure: PmpError | undefined,
  leftBehind: readonly LeftBehind[],
): DrillResult {
  const { arrival, acknowledged, byApi } = state;
  const checks = judgeDrill(plan, book, state, failure);
  const level = state.sight?.called.at(-1)?.level ?? 1;
  const promise = plan.promise(level);
  const error = failure ?? failed(checks) ?? leftOver(leftBehind);
  return {
    drill: { id: plan.id, via: plan.via, service: plan.service.name, role: plan.order.role, began: book.began },
    incident: arrival && { id: arrival.incident.id, number: arrival.incident.number, url: arrival.incident.url },
    hops: book.hops,
    people: peopleOf(plan, state),
    checks,
    targets: { acknowledgeSeconds: promise === undefined ? undefined : promise * 60 },
    thanks: acknowledged?.who === undefined || byApi ? [] : [nameOf(plan, acknowledged.who)],
    leftBehind,
    ...(error === undefined ? {} : { error }),
  };
}
