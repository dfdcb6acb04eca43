import { toPmpError } from '../engine/index.ts';
import type { DrillPlan } from './order.ts';
import type { DrillState } from './state.ts';

/** What verify reads of a drill at its end. */
export function noteOf(plan: DrillPlan, { acknowledged, byApi, sight }: DrillState): string {
  const ack = acknowledged === undefined ? 'none' : byApi ? 'auto' : 'human';
  const reached = sight?.called.at(-1)?.level ?? 1;
  return `pmp-pd drill ${plan.id}: via=${plan.via} ack=${ack} escalation=${reached}/${plan.levels.length}. It was a drill; nothing is left to do.`;
}

export async function tried(work: () => Promise<void>): Promise<'done' | { readonly why: string }> {
  try {
    await work();
    return 'done';
  } catch (thrown) {
    const { id, facts } = toPmpError(thrown);
    if (id === 'interrupted' || id === 'terminated') throw thrown;
    return { why: facts.cause === undefined ? facts.message : `${facts.message}: ${facts.cause}` };
  }
}
