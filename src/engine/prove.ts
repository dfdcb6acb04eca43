import { PmpError } from './errors.ts';
import { changesOf, workOf } from './plan.ts';
import type { Plan } from './report.ts';

/**
 * Holds the plan made after applying against the one that was applied.
 * @returns an error per difference that is left; what was `wait` before and became possible meanwhile is left to the next run.
 */
export function leftOver(applied: Plan, after: Plan): readonly PmpError[] {
  const waited = new Set(changesOf(applied).flatMap((change) => (change.action === 'wait' ? [change.key] : [])));
  return workOf(after)
    .filter((change) => !waited.has(change.key))
    .map((change) => {
      const what =
        change.action === 'create'
          ? 'is still missing'
          : `still differs: ${change.diffs.map((d) => `${d.field} is ${d.from}, wanted ${d.to}`).join('; ')}`;
      return new PmpError('left-over', {
        message: `${change.wanted.kind} "${change.wanted.name}" ${what}`,
        cause: 'It was written, and reading it again shows something else. Somebody may have changed it at the same time.',
        fix: 'Run the same command again; if it stays, look at that object by hand.',
        step: change.step,
        resource: change.key,
      });
    });
}
