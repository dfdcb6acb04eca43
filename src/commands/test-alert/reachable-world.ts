import { toPmpError } from '../../engine/index.ts';
import type { Answers } from '../../model/index.ts';
import type { World } from '../../ports/index.ts';
import type { Session } from '../app.ts';

/** The world of these answers; a cluster that nothing leads to (no kubeconfig, no such context) is left out, and said. */
export async function reachableWorld(session: Session, answers: Answers): Promise<World> {
  try {
    return await session.world(answers);
  } catch (thrown) {
    const error = toPmpError(thrown);
    if (!error.id.startsWith('kubernetes-') || answers.kubernetes === 'none') throw thrown;
    session.view.warn(`${error.facts.message}: no cluster is looked at`);
    return session.world({ ...answers, kubernetes: 'none' });
  }
}
