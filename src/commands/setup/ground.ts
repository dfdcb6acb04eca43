import type { Finding } from '../../engine/index.ts';
import type { Draft } from '../../answers/index.ts';
import type { Answers } from '../../model/index.ts';
import type { Account, World } from '../../ports/index.ts';
import { preflightAccount, preflightCluster, refuseExpired } from '../../preflight/index.ts';
import type { Session } from '../app.ts';
import type { Obtained } from './obtain-answers.ts';
import type { SetupOptions } from './run.ts';

/** What stands before there is a plan. */
export interface Ground {
  readonly answers: Answers;
  /** The answers as they were given, to change one of them. */
  readonly draft: Draft;
  readonly world: World;
}

/** Preflight around the answers: what can be known before the first question is known before it. @param again answers that somebody wants to change. @returns undefined: saved and left. */
export async function ground(session: Session, options: SetupOptions, again?: Draft): Promise<Ground | undefined> {
  session.refuseHeartbeat();
  const say = (): void => session.view.working('Reading the account');
  if (session.credentialGiven) say();
  const pagerduty = await session.pagerduty(session.from);
  if (!session.credentialGiven) say();
  const account = pagerduty.account();
  const load = import('./obtain-answers.ts');
  const prepare = async (): Promise<Ground | undefined> => {
    const { answersOf } = await load;
    return prepared(session, options, await answersOf(session, options, pagerduty, again));
  };
  // Nobody is asked for the answers to an account that cannot take them; where nobody is asked, the cluster is looked at meanwhile.
  if (!session.interactive || options.yes) return accountFirst(account, prepare());
  await accountFirst(account, load);
  return prepare();
}

/** What is wrong with the account is said before anything else that is wrong. */
async function accountFirst<T>(account: Promise<Account>, work: Promise<T>): Promise<T> {
  const [read, done] = await Promise.allSettled([account, work]);
  if (read.status === 'rejected') throw read.reason;
  refuseExpired(read.value);
  if (done.status === 'rejected') throw done.reason;
  return done.value;
}

async function prepared(session: Session, options: SetupOptions, obtained: Obtained): Promise<Ground | undefined> {
  if (obtained.kind === 'quit') return undefined;
  const { answers, draft } = obtained;
  const asked = obtained.interviewed ? await askHeartbeat(session, answers) : undefined;
  if (asked === 'quit') return undefined;
  if (asked === 'back') return ground(session, options, draft);
  const heartbeat = asked?.address;
  session.refuseHeartbeat(heartbeat);
  session.view.working('Reading the account and the cluster');
  const world = await session.world(answers, heartbeat);
  const from = session.from ?? answers.from;
  const findings = (await Promise.all([preflightAccount(world, from), preflightCluster(world, answers)])).flat();
  session.view.findings(findings);
  refuseFailures(findings);
  return { answers, draft, world };
}

/** A secret, so it is neither asked with the answers nor kept with them. */
async function askHeartbeat(
  { prompter, heartbeatGiven }: Session,
  answers: Answers,
): Promise<{ readonly address: string } | 'back' | 'quit' | undefined> {
  if (heartbeatGiven || answers.kubernetes === 'none') return undefined;
  const reply = await prompter.secret({
    message: "Address of your dead-man's switch (Enter: none):",
    help: 'An external service that calls you when Watchdog stops arriving, so that a dead cluster is noticed. It goes into secret pagerduty-heartbeat. WATCHDOG_URL gives it too.',
    optional: true,
    canGoBack: true,
  });
  if (reply.kind === 'quit') prompter.say('Nothing was created. Run the same command again to go on.');
  if (reply.kind !== 'answer') return reply.kind;
  return reply.value.trim() === '' ? undefined : { address: reply.value.trim() };
}

function refuseFailures(findings: readonly Finding[]): void {
  for (const { error } of findings) if (error !== undefined) throw error;
}
