import { checks } from '../../checks/index.ts';
import { chooseChecks, toPmpError, verifyExitCode, verifyUntil, type Head, type VerifyOutcome } from '../../engine/index.ts';
import type { Answers, Instant } from '../../model/index.ts';
import type { ReadWorld } from '../../ports/index.ts';
import { answersOrGuide } from '../answers-or-guide.ts';
import type { GlobalOptions, Session } from '../app.ts';
import { exitCodeOf } from '../exit-codes.ts';
import { withShutCluster } from './shut-cluster.ts';
import type { VerdictFacts } from './facts.ts';
import { pageFacts } from './page.ts';

export interface VerifyCommandOptions extends GlobalOptions {
  readonly only: readonly string[];
  readonly skip: readonly string[];
  /** Milliseconds; 0: once. */
  readonly wait: number;
  /** Milliseconds. */
  readonly maxAge: number;
  readonly requireHuman: boolean;
  readonly strict: boolean;
  /** The page's file. */
  readonly report?: string;
}

/** Looks at everything and writes nothing. @returns the exit code; throws PmpError where PagerDuty cannot be read at all. */
export async function verify(session: Session, options: VerifyCommandOptions): Promise<number> {
  const count = chooseChecks(checks, options).length;
  const { answers, byGuidesNames } = await answersOrGuide(session, options);
  session.view.working('Reading the account and the cluster');
  const { world, forget } = await worldOf(session, answers);
  // Without credentials nothing can be said of anything: that ends it before any check is blamed.
  await world.pagerduty.account();
  session.view.working(`Looking at ${count} fact${count === 1 ? '' : 's'}`);
  const look = { now: world.clock.now(), maxAge: options.maxAge / 1000, requireHuman: options.requireHuman, byGuidesNames };
  const verified = await verifyUntil(checks, answers, world, look, options, {
    wait: options.wait,
    forget,
    tell: (event) => session.view.tell(event),
    signal: session.stopping,
  });
  const outcome: VerifyOutcome = {
    command: 'verify',
    sandbox: session.sandbox,
    head: await headOf(session, world, answers),
    at: world.clock.now(),
    ...verified,
    exitCode: session.stopping.aborted ? exitCodeOf(toPmpError(session.stopping.reason)) : verifyExitCode(verified, options),
    seconds: session.seconds(),
  };
  const facts: VerdictFacts = { lookedFor: lookedFor(answers, options, byGuidesNames), strict: options.strict };
  session.view.verified(outcome, facts);
  if (options.report !== undefined)
    await writePage(session, options.report, outcome, facts, { answers, world, since: look.now - options.maxAge });
  return outcome.exitCode;
}

/** What can be looked at. A cluster that nothing leads to (no kubeconfig, no such context) is no reason to look at nothing. */
async function worldOf(session: Session, answers: Answers): Promise<{ readonly world: ReadWorld; readonly forget: () => void }> {
  const open = async (wanted: Answers) => {
    const world = await session.world(wanted);
    const forget = () => {
      world.pagerduty.forget();
      world.alertmanager?.forget();
    };
    return { world, forget };
  };
  try {
    return await open(answers);
  } catch (thrown) {
    const error = toPmpError(thrown);
    if (!error.id.startsWith('kubernetes-') || answers.kubernetes === 'none') throw thrown;
    const { world, forget } = await open({ ...answers, kubernetes: 'none' });
    return { world: withShutCluster(world, error), forget };
  }
}

/** A cluster that does not answer is the checks' finding; the head shows what it can. */
async function headOf(session: Session, world: ReadWorld, answers: Answers): Promise<Head> {
  const [account, cluster, alertmanager] = await Promise.all([
    world.pagerduty.account(),
    world.kubernetes?.target().catch(() => undefined),
    world.alertmanager?.find().catch(() => undefined),
  ]);
  const namespace = answers.kubernetes === 'none' ? undefined : answers.kubernetes.namespace;
  return { sandbox: session.sandbox, account, cluster, namespace, alertmanager };
}

function lookedFor(
  { names, followSun, kubernetes }: Answers,
  { config }: VerifyCommandOptions,
  byGuidesNames: boolean,
): VerdictFacts['lookedFor'] {
  const schedules = followSun ? [names.primarySchedule, names.followSunSchedule] : [names.primarySchedule];
  const secret = kubernetes === 'none' ? [] : [kubernetes.secret];
  return {
    names: [names.criticalService, names.highService, names.criticalPolicy, names.highPolicy, ...schedules, ...secret],
    from: byGuidesNames ? `the guide; there is no ${config} here` : config,
  };
}

/** After the verdict, so that a full disk hides no finding. */
async function writePage(
  { files, view }: Session,
  file: string,
  outcome: VerifyOutcome,
  facts: VerdictFacts,
  { answers, world, since }: { readonly answers: Answers; readonly world: ReadWorld; readonly since: Instant },
): Promise<void> {
  const drawn = await pageFacts(answers, world, outcome.at, since);
  await files.write(file, await view.page(outcome, { ...facts, ...drawn }));
}
