import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { saveAnswers, completeAnswers, type Draft } from '../../src/answers/index.ts';
import { PmpError, type SetupOutcome } from '../../src/engine/index.ts';
import { InProcess } from '../support/in-process.ts';

const working = new Set(['create', 'update', 'adopt', 'replace', 'fail']);

export function worked(outcome: SetupOutcome | undefined): readonly string[] {
  return (outcome?.steps ?? [])
    .flatMap((s) => s.resources)
    .flatMap((r) => (working.has(r.action) ? [`${r.action} ${r.kind} ${r.name} ${r.detail ?? ''}`] : []));
}

/**
 * Whatever is accepted plans, applies and plans again empty; whatever is refused says why and writes nothing.
 * @returns what became of it, or what went wrong
 */
export async function holds(draft: Draft): Promise<'applied' | 'refused' | { readonly wrong: string }> {
  const world = new InProcess();
  try {
    const { answers } = completeAnswers(draft, { region: 'us', file: 'pmp-pd.yaml' });
    writeFileSync(join(world.folder, 'pmp-pd.yaml'), saveAnswers(answers));
    const sandbox = await world.sandbox();
    try {
      const first = await world.setup();
      if (first.code !== 0)
        return {
          wrong: `first run: exit ${first.code}: ${JSON.stringify(first.outcome?.error?.facts)} ${worked(first.outcome)
            .filter((w) => w.startsWith('fail'))
            .join('; ')}`,
        };
      if (worked(first.outcome).length === 0) return { wrong: 'first run made nothing' };
    } catch (thrown) {
      if (!(thrown instanceof PmpError) || thrown.id === 'internal') throw thrown;
      const { writes } = sandbox.status().calls.pagerduty;
      if (writes > 0) return { wrong: `refused after ${writes} writes: ${thrown.message}` };
      return thrown.facts.fix === '' ? { wrong: 'refused without a way out' } : 'refused';
    }
    const second = await world.setup();
    const left = worked(second.outcome);
    const { pagerduty, kubernetes } = second.outcome?.calls ?? { pagerduty: { writes: -1 }, kubernetes: { writes: -1 } };
    if (second.code !== 0 || left.length > 0) return { wrong: `second run: exit ${second.code}: ${left.join('; ')}` };
    return pagerduty.writes + kubernetes.writes === 0
      ? 'applied'
      : { wrong: `second run wrote ${pagerduty.writes} and ${kubernetes.writes}` };
  } finally {
    await world.close();
  }
}
