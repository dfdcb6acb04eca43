import { briefOf, preflightAccount, preflightCluster, refuseExpired, refuseTooSmall } from '../preflight/index.ts';
import {
  applyPlan,
  foreignChanges,
  leftOver,
  makePlan,
  plannedResults,
  PmpError,
  refuseForeign,
  toPmpError,
  workOf,
  type Finding,
  type Head,
  type Plan,
  type SetupOutcome,
  type Step,
  type StepResult,
} from '../engine/index.ts';
import { pagedPeople, type Answers, type Brief, type Instant } from '../model/index.ts';
import type { HeldLock, World } from '../ports/index.ts';
import { departures, steps as allSteps } from '../steps/index.ts';
import type { GlobalOptions, PlanPurpose, Session } from './app.ts';
import { exit, exitCodeOf } from './exit-codes.ts';
import { answersOf } from './obtain-answers.ts';
import { coverageOf, onCallLines } from './on-call.ts';

export interface SetupOptions extends GlobalOptions {
  readonly yes: boolean;
  readonly plan: boolean;
  readonly applyAlertmanager: boolean;
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** Interview → plan → one confirmation → apply → proof. @returns the exit code; throws PmpError for what ended it before anything was written. */
export async function setup(session: Session, options: SetupOptions): Promise<number> {
  const steps = chosenSteps(options);
  const grounded = await ground(session, options);
  if (grounded === undefined) return exit.done;
  const { answers, world } = grounded;
  const now = world.clock.now();
  const brief = await briefOf(answers, world);
  const plan = await makePlan(steps, brief, world, now);
  const account = await world.pagerduty.account();
  refuseTooSmall(plan, account);
  const work = workOf(plan);
  const run: Run = { session, options, steps, brief, world, plan, now };
  if (options.plan) {
    await show(run, 'result');
    return finish(run, plannedResults(plan), work.length > 0 ? exit.changes : exit.done);
  }
  if (options.yes && !answers.adopt) refuseForeign(foreignChanges(plan));
  if (work.length === 0) return finish(run, plannedResults(plan), exit.done);
  await show(run, options.yes ? 'record' : 'question');
  if (!options.yes && !(await agreed(run))) return declined(session);
  return apply(run);
}

interface Run {
  readonly session: Session;
  readonly options: SetupOptions;
  readonly steps: readonly Step[];
  readonly brief: Brief;
  readonly world: World;
  readonly plan: Plan;
  readonly now: Instant;
}

/** By id ("03-schedules"), number ("3") or the id's words ("schedules"). */
function chosenSteps({ only, skip }: SetupOptions): readonly Step[] {
  const named = (name: string) => {
    const found = allSteps.find((step) => step.id === name || String(step.number) === name || step.id.replace(/^\d+-/, '') === name);
    if (found) return found;
    throw new PmpError('usage', {
      message: `there is no step "${name}"`,
      fix: `Name one of: ${allSteps.map((step) => step.id).join(', ')}.`,
    });
  };
  const left = only.length === 0 ? allSteps : only.map(named);
  const without = new Set(skip.map(named));
  return allSteps.filter((step) => left.includes(step) && !without.has(step));
}

/** Preflight around the answers: what can be known before the first question is known before it. @returns undefined: saved and left. */
async function ground(session: Session, options: SetupOptions): Promise<{ readonly answers: Answers; readonly world: World } | undefined> {
  session.view.working('Reading the account');
  const pagerduty = await session.pagerduty(session.from);
  refuseExpired(await pagerduty.account());
  const obtained = await answersOf(session, options, pagerduty);
  if (obtained.kind === 'quit') return undefined;
  const { answers } = obtained;
  const heartbeat = obtained.interviewed ? await askHeartbeat(session, answers) : undefined;
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

async function show(run: Run, purpose: PlanPurpose): Promise<void> {
  const { session, brief, world, plan, now } = run;
  const { answers } = brief;
  const head = await headOf(session, world, answers);
  const lines = await onCallLines(world, brief, now);
  session.view.plan(plan, head, purpose, {
    ...lines,
    picture: session.view.picture(answers, now, purpose),
    // Told once: before the question, or else with the summary.
    departures: purpose === 'question' ? departures(brief) : [],
    paged: pagedPeople(answers).length,
  });
}

async function headOf(session: Session, world: World, answers: Answers): Promise<Head> {
  const [account, cluster, alertmanager] = await Promise.all([
    world.pagerduty.account(),
    world.kubernetes?.target(),
    world.alertmanager?.find(),
  ]);
  const namespace = answers.kubernetes === 'none' ? undefined : answers.kubernetes.namespace;
  return { sandbox: session.sandbox, account, cluster, namespace, alertmanager };
}

/** Each difference on something that others made gets its own yes; then one yes for all. */
async function agreed({ session, brief, plan }: Run): Promise<boolean> {
  if (!session.interactive) {
    throw new PmpError('answer-missing', {
      message: 'nobody can be asked here whether to apply the plan',
      fix: 'Run with --yes to apply it, or with --plan to only see it.',
    });
  }
  if (!brief.answers.adopt) {
    for (const change of foreignChanges(plan)) {
      const fields = change.diffs.map((d) => `${d.field}: ${d.from} → ${d.to}`).join('; ');
      const reply = await session.prompter.confirm({
        message: `${change.wanted.kind} "${change.wanted.name}" was not made by pmp-pd. Change it (${fields})?`,
        initial: false,
      });
      if (reply.kind !== 'answer' || !reply.value) return false;
    }
  }
  const count = workOf(plan).length;
  const reply = await session.prompter.confirm({ message: `Apply ${count} change${count === 1 ? '' : 's'}?`, initial: true });
  return reply.kind === 'answer' && reply.value;
}

function declined(session: Session): number {
  session.view.warn('Nothing was changed. The answers are kept: run the same command again when you are ready.');
  return exit.done;
}

async function apply(first: Run): Promise<number> {
  const lock = await locked(first);
  try {
    const run = lock?.freedSince(first.now) === true ? await replanned(first) : first;
    return await applyAndProve(run);
  } finally {
    await lock?.release();
  }
}

/** Somebody else was at work since the plan was made: what they did is not done again. */
async function replanned(run: Run): Promise<Run> {
  run.world.pagerduty.forget();
  run.world.alertmanager?.forget();
  return { ...run, plan: await makePlan(run.steps, run.brief, run.world, run.now) };
}

/** A cluster that lets us write the secret but no Lease still gets its set-up; names found twice are noticed by the proof. */
async function locked({ session, world, brief }: Run): Promise<HeldLock | undefined> {
  try {
    return await session.lock(world, brief.answers)?.acquire();
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || thrown.id !== 'kubernetes-permission') throw thrown;
    session.view.warn('The cluster allows no Lease here, so nothing keeps a second setup from running at the same time.');
    return undefined;
  }
}

async function applyAndProve(run: Run): Promise<number> {
  const { session, steps, plan, world } = run;
  session.view.tell({ type: 'applying', changes: workOf(plan).length });
  const results = await session.finishing(() =>
    applyPlan(steps, plan, world, { tell: (event) => session.view.tell(event), signal: session.stopping }),
  );
  const failed = results.some((step) => step.status === 'failed' || step.status === 'skipped');
  if (session.stopping.aborted) return finish(run, results, exitCodeOf(stoppedBy(session)), stoppedBy(session));
  if (failed) return finish(run, results, appliedAny(results) ? exit.partly : exit.failed, firstError(results));
  session.view.tell({ type: 'proving' });
  const left = await proof(run);
  if (left !== undefined && session.stopping.aborted) return finish(run, results, exitCodeOf(stoppedBy(session)), stoppedBy(session));
  return finish(run, results, left === undefined ? exit.done : exit.partly, left);
}

/** Plans again: what is left, or what kept us from seeing it. */
async function proof(run: Run): Promise<PmpError | undefined> {
  try {
    const after = await replanned(run);
    return leftOver(run.plan, after.plan)[0];
  } catch (thrown) {
    return toPmpError(thrown);
  }
}

function appliedAny(results: readonly StepResult[]): boolean {
  return results.some((step) => step.resources.some((r) => ['create', 'update', 'adopt', 'replace'].includes(r.action)));
}

function firstError(results: readonly StepResult[]): PmpError | undefined {
  return results.flatMap((step) => step.resources).find((r) => r.error !== undefined)?.error;
}

function stoppedBy({ stopping }: Session): PmpError {
  const error = toPmpError(stopping.reason);
  return new PmpError(error.id, {
    ...error.facts,
    message: `${error.facts.message}: what was under way is finished, nothing else was started`,
  });
}

async function finish(run: Run, results: readonly StepResult[], exitCode: number, error?: PmpError): Promise<number> {
  const { session, options, steps, brief, world } = run;
  const todos =
    exitCode === exit.done ? (await Promise.all(steps.map(async (step) => (await step.todos?.(world, brief)) ?? []))).flat() : [];
  const outcome: SetupOutcome = {
    command: 'setup',
    sandbox: session.sandbox,
    mode: options.plan ? 'plan' : 'apply',
    success: exitCode === exit.done || exitCode === exit.changes,
    exitCode,
    steps: results,
    departures: departures(brief),
    coverage: await coverageSeen(run, error),
    todos,
    calls: {
      pagerduty: { ...world.pagerduty.calls },
      kubernetes: world.kubernetes ? { ...world.kubernetes.calls } : { reads: 0, writes: 0, retries: 0 },
    },
    seconds: session.seconds(),
    ...(error === undefined ? {} : { error }),
  };
  session.view.finish(outcome, { next: nextCommand(session, options, exitCode) });
  return exitCode;
}

/** What could not be read is left out where something else already went wrong: that is what must be told. */
async function coverageSeen({ world, brief, now }: Run, error: PmpError | undefined): Promise<SetupOutcome['coverage']> {
  try {
    return await coverageOf(world, brief, now);
  } catch (thrown) {
    if (error === undefined) throw thrown;
    return [];
  }
}

function nextCommand(session: Session, options: SetupOptions, exitCode: number): string {
  const flags = `${session.sandbox ? ' --sandbox' : ''}${options.config === 'pmp-pd.yaml' ? '' : ` --config ${options.config}`}`;
  if (exitCode === exit.changes) return `pmp-pd setup${flags}`;
  if (exitCode === exit.done) return session.sandbox ? 'pmp-pd sandbox status' : `pmp-pd setup --plan${flags}`;
  return `pmp-pd setup${flags}`;
}
