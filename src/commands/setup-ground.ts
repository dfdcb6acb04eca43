import type { Finding } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { World } from '../ports/index.ts';
import { preflightAccount, preflightCluster, refuseExpired } from '../preflight/index.ts';
import type { Session } from './app.ts';
import { answersOf } from './obtain-answers.ts';
import type { SetupOptions } from './setup-run.ts';

/** Preflight around the answers: what can be known before the first question is known before it. @returns undefined: saved and left. */
export async function ground(
  session: Session,
  options: SetupOptions,
): Promise<{ readonly answers: Answers; readonly world: World } | undefined> {
  session.refuseHeartbeat();
  session.view.working('Reading the account');
  const pagerduty = await session.pagerduty(session.from);
  refuseExpired(await pagerduty.account());
  const obtained = await answersOf(session, options, pagerduty);
  if (obtained.kind === 'quit') return undefined;
  const { answers } = obtained;
  const heartbeat = obtained.interviewed ? await askHeartbeat(session, answers) : undefined;
  session.refuseHeartbeat(heartbeat);
  session.view.working('Reading the account and the cluster');
  const world = await session.world(answers, heartbeat);
  const from = session.from ?? answers.from;
  const findings = (await Promise.all([preflightAccount(world, from), preflightCluster(world, answers)])).flat();
  session.view.findings(findings);
  refuseFailures(findings);
  return { answers, world };
}

/** A secret, so it is neither asked with the answers nor kept with them. */
async function askHeartbeat({ prompter, heartbeatGiven }: Session, answers: Answers): Promise<string | undefined> {
  if (heartbeatGiven || answers.kubernetes === 'none') return undefined;
  const reply = await prompter.secret({
    message: "Address of your dead-man's switch (Enter: none):",
    help: 'An external service that calls you when Watchdog stops arriving, so that a dead cluster is noticed. It goes into secret pagerduty-heartbeat. WATCHDOG_URL gives it too.',
    optional: true,
  });
  return reply.kind === 'answer' && reply.value.trim() !== '' ? reply.value.trim() : undefined;
}

function refuseFailures(findings: readonly Finding[]): void {
  for (const { error } of findings) if (error !== undefined) throw error;
}
