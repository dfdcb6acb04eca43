import type { Draft } from '../../answers/index.ts';
import {
  foreignChanges,
  makePlan,
  plannedResults,
  PmpError,
  refuseForeign,
  toPmpError,
  workOf,
  type Head,
  type Step,
} from '../../engine/index.ts';
import { pagedPeople, type Answers, type Instant, type Prices } from '../../model/index.ts';
import type { World } from '../../ports/index.ts';
import { briefOf, refuseTooSmall } from '../../preflight/index.ts';
import { departures, steps as allSteps } from '../../steps/index.ts';
import type { PlanPurpose, Session } from '../app.ts';
import { exit } from '../exit-codes.ts';
import { onCallLines } from './on-call.ts';
import { apply } from './apply.ts';
import { finish } from './finish.ts';
import { ground } from './ground.ts';
import type { Run, SetupOptions } from './run.ts';

export type { SetupOptions } from './run.ts';

/** Interview → plan → one confirmation → apply → proof. @returns the exit code; throws PmpError for what ended it before anything was written. */
export async function setup(session: Session, options: SetupOptions): Promise<number> {
  const steps = chosenSteps(options);
  const done = await once(session, options, steps);
  return typeof done === 'number' ? done : goBack(session, options, steps, done);
}

/** From the plan back to the answers, as often as somebody wants to. */
async function goBack(session: Session, options: SetupOptions, steps: readonly Step[], answers: Draft): Promise<number> {
  const done = await once(session, options, steps, answers);
  return typeof done === 'number' ? done : goBack(session, options, steps, done);
}

/** @returns the exit code, or the answers of whoever goes back from the plan to change one of them */
async function once(session: Session, options: SetupOptions, steps: readonly Step[], again?: Draft): Promise<number | Draft> {
  const grounded = await ground(session, options, again);
  if (grounded === undefined) return exit.done;
  const { answers, world } = grounded;
  const now = world.clock.now();
  const brief = await briefOf(answers, world);
  const purpose = options.plan ? 'result' : options.yes ? 'record' : 'question';
  // Drawn while the account is being read.
  const [plan, picture] = await Promise.all([makePlan(steps, brief, world, now), drawn(session, answers, now, purpose)]);
  const account = await world.pagerduty.account();
  refuseTooSmall(plan, account);
  const work = workOf(plan);
  const run: Run = { session, options, steps, brief, world, plan, now, picture, prices: await pricesOf(session), license: account.license };
  if (options.plan) {
    await show(run, purpose);
    return finish(run, plannedResults(plan), work.length > 0 ? exit.changes : exit.done);
  }
  if (options.yes && !answers.adopt) refuseForeign(foreignChanges(plan));
  if (work.length === 0) return finish(run, plannedResults(plan), exit.done);
  await show(run, purpose);
  const said = options.yes ? 'yes' : await agreed(run);
  if (said === 'back') return grounded.draft;
  return said === 'yes' ? apply(run) : declined(session, options);
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
  const chosen = allSteps.filter((step) => left.includes(step) && !without.has(step));
  if (chosen.length > 0) return chosen;
  throw new PmpError('usage', { message: '--only and --skip leave no step at all', fix: 'Leave out one of the two.' });
}

async function drawn(session: Session, answers: Answers, now: Instant, purpose: PlanPurpose): Promise<string> {
  await Promise.resolve();
  return session.view.picture(answers, now, purpose, 'all');
}

async function show(run: Run, purpose: PlanPurpose): Promise<void> {
  const { session, brief, world, plan, now, picture } = run;
  const { answers } = brief;
  const head = await headOf(session, world, answers);
  const lines = await onCallLines(world, brief, now);
  session.view.plan(plan, head, purpose, {
    ...lines,
    picture,
    brief,
    prices: run.prices,
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
async function agreed({ session, brief, plan }: Run): Promise<'yes' | 'no' | 'back'> {
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
        help: 'It belongs to somebody else, or to another tool, which may set it back. No ends this setup; nothing is changed.',
        canGoBack: true,
      });
      if (reply.kind === 'back') return 'back';
      if (reply.kind !== 'answer' || !reply.value) return 'no';
    }
  }
  const count = workOf(plan).length;
  const reply = await session.prompter.confirm({
    message: `Apply ${count} change${count === 1 ? '' : 's'}?`,
    initial: true,
    help: 'Yes carries out the plan above. No changes nothing and keeps the answers. < goes back to the questions. An interrupted run is finished by running it again.',
    canGoBack: true,
  });
  if (reply.kind === 'back') return 'back';
  return reply.kind === 'answer' && reply.value ? 'yes' : 'no';
}

/** A list that somebody broke costs the line about the cost, not the setup. */
async function pricesOf({ prices, view }: Session): Promise<Prices | undefined> {
  try {
    return await prices();
  } catch (thrown) {
    view.warn(toPmpError(thrown).facts.message);
    return undefined;
  }
}

function declined({ view }: Session, { config }: SetupOptions): number {
  view.warn(`Nothing was changed. The answers are kept in ${config}: run the same command again when you are ready.`);
  return exit.done;
}
