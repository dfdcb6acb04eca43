import {
  byPagerDutysClock,
  cleanUp,
  planDrill,
  previewDrill,
  refuse,
  runDrill,
  type DrillOrder,
  type DrillResult,
} from '../../drill/index.ts';
import { PmpError, toPmpError, type DrillCleanup, type DrillOutcome, type DrillPreview } from '../../engine/index.ts';
import type { Answers } from '../../model/index.ts';
import type { Account, World } from '../../ports/index.ts';
import { refuseExpired } from '../../preflight/index.ts';
import { answersOrGuide } from '../answers-or-guide.ts';
import type { Session } from '../app.ts';
import { exit, exitCodeOf } from '../exit-codes.ts';
import { reachableWorld } from './reachable-world.ts';
import type { TestAlertOptions } from './options.ts';

/** How long an acknowledged drill is watched for further calls, where time is real. */
const quietFor = 60_000;
/** PagerDuty is asked less than twenty times a minute, and nothing is seen later than that. */
const between = 3000;
/** Where time jumps, nobody waits for what is seen. */
const jumps = 15_000;

/** One drill. @returns the exit code; throws PmpError for what ended it before anything rang. */
export async function testAlert(session: Session, options: TestAlertOptions): Promise<number> {
  const { view } = session;
  const { answers } = await answersOrGuide(session, options);
  view.working('Reading the account and the cluster');
  const world = await readyWorld(session, answers);
  if (options.cleanup) return cleanup(session, options, world, answers);
  const plan = await planDrill(world, answers, orderOf(options), { now: world.clock.now(), random: session.random });
  const preview = imitated(session, await previewDrill(world, plan, world.clock.now()));
  view.idle();
  view.drillPreview(preview, options.yes ? 'record' : 'question');
  refuse(preview);
  if (!options.yes && !(await agreed(session, preview.rings))) {
    view.warn('Nothing was sent and nobody was called.');
    return exit.done;
  }
  session.stopping.throwIfAborted();
  const { aborting, stopping } = session;
  const result = await session.finishing(() =>
    runDrill(world, plan, {
      stopping,
      aborting,
      tell: (news) => view.drilling(news),
      // A load does not last until the next level would have been called.
      quietFor: session.sandbox && plan.via !== 'stress' ? undefined : quietFor,
      between: session.sandbox ? jumps : between,
    }),
  );
  const outcome = outcomeOf(session, result);
  view.drilled(outcome);
  return outcome.exitCode;
}

/** Whoever cannot end a drill must not begin one; and from here on PagerDuty's clock is the one that counts. @throws PmpError */
async function readyWorld(session: Session, answers: Answers): Promise<World> {
  const world = await reachableWorld(session, answers);
  const account = await world.pagerduty.account();
  refuseExpired(account);
  refuseOnlooker(account);
  const from = session.from ?? answers.from;
  if (account.token !== 'user' && from === undefined) await session.pagerduty(await actingUser(session));
  return byPagerDutysClock(world);
}

function refuseOnlooker({ scopes, user }: Account): void {
  const lacksScope = scopes !== undefined && !scopes.includes('incidents.write');
  const onlyReads = user !== undefined && user.role.startsWith('read_only');
  if (!lacksScope && !onlyReads) return;
  throw new PmpError('drill-refused', {
    message: 'with this token a drill could not be ended: it may not change incidents',
    cause: lacksScope ? 'Its scopes lack incidents.write.' : `It belongs to ${user?.email ?? 'somebody'}, whose role only reads.`,
    fix: 'Drill with a token that may acknowledge and resolve incidents; nothing was sent and nobody was called.',
  });
}

/** An account's token acts for somebody, who stands in the log. */
async function actingUser({ interactive, prompter }: Session): Promise<string> {
  const fix = 'Give --from <e-mail>, set PD_FROM_EMAIL, or put "from:" into the answers.';
  const missing = {
    message: 'this token belongs to nobody, and no acting user was named',
    cause: 'Nothing was sent: without one the drill could not be resolved.',
    fix,
  };
  if (!interactive) throw new PmpError('answer-missing', missing);
  const reply = await prompter.text({
    message: 'Who acts in PagerDuty? E-mail of one of its users:',
    help: `This token belongs to the account, and PagerDuty wants to know in whose name a drill is acknowledged and resolved. ${fix}`,
    validate: (typed) => (/^\S+@\S+$/.test(typed.trim()) ? undefined : 'That is no e-mail address.'),
  });
  if (reply.kind !== 'answer') throw new PmpError('answer-missing', missing);
  return reply.value.trim();
}

/** What the sandbox plays is said, so that nobody takes it for a proof about a real pod. */
function imitated({ sandbox }: Session, preview: DrillPreview): DrillPreview {
  if (!sandbox || preview.via !== 'stress') return preview;
  return { ...preview, notes: [...preview.notes, 'the sandbox imitates the pod, its load and the rule: no real pod is used'] };
}

function orderOf({ severity, via, ack, requireHuman, escalation, timeout, anyway, pod }: TestAlertOptions): DrillOrder {
  if (pod !== undefined && via !== 'stress')
    throw new PmpError('usage', {
      message: '--pod says where the load of --via stress goes',
      fix: 'Add --via stress, or leave --pod out.',
    });
  return { role: severity, via, ack, requireHuman, escalation, timeout, anyway, pod };
}

/** Off a terminal nobody can be asked, and phones never ring by default. */
async function agreed(session: Session, rings: number): Promise<boolean> {
  if (!session.interactive)
    throw new PmpError('answer-missing', {
      message: 'nobody can be asked here whether these people may be paged',
      fix: 'Run with --yes to ring them, or with --sandbox --yes to try it where no real phone rings.',
    });
  const reply = await session.prompter.confirm({
    message: `Page ${rings > 1 ? `all ${rings} levels` : 'them'} now?`,
    initial: false,
    help: 'A real incident is opened and phones ring. It is resolved at the end, also when you press Ctrl-C.',
  });
  return reply.kind === 'answer' && reply.value;
}

function outcomeOf(session: Session, result: DrillResult): DrillOutcome {
  const { stopping, sandbox } = session;
  const error = stopping.aborted ? stoppedBy(stopping, result) : result.error;
  const exitCode = error === undefined ? exit.done : error.id === 'drill-not-seen' ? exit.unseen : codeOf(error);
  return {
    command: 'test-alert',
    sandbox,
    success: exitCode === exit.done,
    exitCode,
    ...result,
    seconds: session.seconds(),
    ...(error === undefined ? {} : { error }),
  };
}

/** Once something rang, whatever else went wrong is a drill that failed. */
function codeOf(error: PmpError): number {
  const code = exitCodeOf(error);
  return code === exit.interrupted || code === exit.terminated ? code : exit.failed;
}

function stoppedBy(stopping: AbortSignal, { leftBehind }: DrillResult): PmpError {
  const { id, facts } = toPmpError(stopping.reason);
  const left = leftBehind.map(({ what }) => what);
  return new PmpError(id, {
    message: `${facts.message}: ${left.length === 0 ? 'the drill was ended, nothing is left ringing' : 'the drill could not be ended wholly'}`,
    ...(left.length === 0 ? {} : { problems: left }),
    fix: left.length === 0 ? 'Run the same command again to drill once more.' : (leftBehind[0]?.command ?? 'pmp-pd test-alert --cleanup'),
  });
}

/** Perhaps a colleague is waiting for somebody to answer it. */
async function ends({ interactive, prompter, view }: Session, { yes }: TestAlertOptions, what: string): Promise<boolean> {
  if (yes || !interactive) return yes;
  view.idle();
  const reply = await prompter.confirm({
    message: `${what}. End it all the same?`,
    initial: false,
    help: 'A drill that somebody runs now would end as a failure. One that was killed goes on ringing until it is ended.',
  });
  return reply.kind === 'answer' && reply.value;
}

async function cleanup(session: Session, options: TestAlertOptions, world: World, answers: Answers): Promise<number> {
  session.view.working('Looking for what earlier drills left');
  const result = await session.finishing(() =>
    cleanUp(world, answers, { signal: session.stopping, endIt: (what) => ends(session, options, what) }),
  );
  const exitCode = result.leftBehind.length === 0 ? exit.done : exit.failed;
  const outcome: DrillCleanup = {
    command: 'test-alert',
    sandbox: options.sandbox,
    success: exitCode === exit.done,
    exitCode,
    ...result,
    seconds: session.seconds(),
  };
  session.view.drillCleaned(outcome);
  return exitCode;
}
