import { cleanUp, planDrill, previewDrill, refuse, runDrill, type DrillOrder, type DrillResult } from '../drill/index.ts';
import { PmpError, toPmpError, type DrillCleanup, type DrillOutcome, type DrillPreview } from '../engine/index.ts';
import type { Answers } from '../model/index.ts';
import type { World } from '../ports/index.ts';
import { answersOrGuide } from './answers-or-guide.ts';
import type { Session } from './app.ts';
import { exit, exitCodeOf } from './exit-codes.ts';
import { reachableWorld } from './reachable-world.ts';
import type { TestAlertOptions } from './test-alert-options.ts';

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
  const world = await reachableWorld(session, answers);
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
      ...(session.sandbox ? { quietFor: undefined, between: jumps } : { quietFor, between }),
    }),
  );
  const outcome = outcomeOf(session, result);
  view.drilled(outcome);
  return outcome.exitCode;
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

async function cleanup(session: Session, options: TestAlertOptions, world: World, answers: Answers): Promise<number> {
  session.view.working('Looking for what earlier drills left');
  const result = await session.finishing(() => cleanUp(world, answers, session.aborting));
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
