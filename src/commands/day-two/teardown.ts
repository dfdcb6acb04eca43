import { PmpError, toPmpError, type TeardownItem, type TeardownOutcome } from '../../engine/index.ts';
import type { Session } from '../app.ts';
import { ending, groundOf, told, zoneOf } from './ground.ts';
import type { TeardownOptions } from './options.ts';
import { exit, exitCodeOf } from '../exit-codes.ts';
import { planCluster } from './teardown-cluster.ts';
import { itemOf, planPagerDuty, type Acting, type Removal, type Stays } from './teardown-plan.ts';

interface Run {
  readonly ground: Acting;
  readonly timeZone: string;
  readonly confirmBy: string;
  readonly removals: readonly Removal[];
  readonly stays: Stays;
}

/** Takes away what bears our mark: shown, its blockers named, agreed to by typing a name, in the order that works. @returns the exit code */
export async function teardown(session: Session, options: TeardownOptions): Promise<number> {
  const ground = await groundOf(session, options);
  session.view.working('Looking for what pmp-pd made');
  const [pagerduty, account, timeZone] = await Promise.all([planPagerDuty(ground), ground.pagerduty.account(), zoneOf(ground)]);
  const cluster = await planCluster(ground, pagerduty.removals.length === 0 && pagerduty.others > 0);
  const users = {
    what: 'users, their contact methods and rules',
    why: 'people are never removed; PagerDuty counts their seats until somebody does',
  };
  const run: Run = {
    ground,
    timeZone,
    confirmBy: account.subdomain ?? ground.answers.names.criticalService,
    removals: [...pagerduty.removals, ...cluster.removals],
    stays: [...pagerduty.stays, ...cluster.stays, users],
  };
  const items = run.removals.map(itemOf);
  if (items.length === 0) return told(ground, outcomeOf(run, exit.done, []));
  const plan = outcomeOf(run, exit.changes, items);
  if (options.plan) return told(ground, plan);
  const blocked = items.filter(({ status }) => status === 'blocked');
  if (!(await agreed(run, plan, blocked))) return exit.done;
  return apply(run);
}

function outcomeOf(
  { ground, timeZone, confirmBy, stays }: Run,
  exitCode: number,
  items: readonly TeardownItem[],
  error?: PmpError,
): TeardownOutcome {
  const mode = ground.options.plan ? 'plan' : 'apply';
  const end = ending(ground, exitCode, { timeZone, whom: new Map() });
  return { command: 'teardown', ...end, mode, confirmBy, items, stays, ...(error === undefined ? {} : { error }) };
}

/** By the name typed, or given with --name under --yes. @throws PmpError for blockers, a missing or a wrong name, and where nobody can be asked */
async function agreed(run: Run, plan: TeardownOutcome, blocked: readonly TeardownItem[]): Promise<boolean> {
  const { ground, confirmBy } = run;
  const { session, options } = ground;
  const { view, prompter } = session;
  if (options.yes) refuseName(options.name, confirmBy);
  else if (!session.interactive)
    throw new PmpError('answer-missing', {
      message: 'nobody can be asked here whether to take all of this away',
      fix: `Run with --yes --name "${confirmBy}" to do it, or with --plan to only see it.`,
    });
  view.dayTwo(plan, options.yes ? 'record' : 'question');
  if (blocked.length > 0 && !options.anyway) throw inTheWay(blocked);
  if (options.yes) return true;
  const validate = (typed: string) =>
    typed.trim() === '' || typed.trim() === confirmBy ? undefined : `That is not "${confirmBy}". Enter alone leaves everything as it is.`;
  const reply = await prompter.text({
    message: `Type ${confirmBy} to remove ${plan.items.length - blocked.length} object${plan.items.length - blocked.length === 1 ? '' : 's'} (Enter: leave them):`,
    help: 'From then on alerts page nobody by this set-up. Nothing brings back incidents’ ties to what is removed.',
    validate,
  });
  const yes = reply.kind === 'answer' && reply.value.trim() === confirmBy;
  if (!yes) view.warn('Nothing was changed.');
  return yes;
}

function refuseName(name: string | undefined, confirmBy: string): void {
  if (name === confirmBy) return;
  throw new PmpError(name === undefined ? 'answer-missing' : 'usage', {
    message: name === undefined ? '--yes alone does not take a whole set-up away' : `--name "${name}" is not what this would take apart`,
    fix: `Look at pmp-pd teardown --plan first, then add --name "${confirmBy}".`,
  });
}

/** Half a set-up would page the wrong people: without leave nothing is begun. */
function inTheWay(blocked: readonly TeardownItem[], so = 'nothing was removed'): PmpError {
  return new PmpError('need-failed', {
    message: `${blocked.length} object${blocked.length === 1 ? ' is' : 's are'} in use, so ${so}`,
    problems: blocked.map(({ kind, name, blockers }) => `${kind} ${name}: ${blockers.join(', ')}`),
    fix: 'Resolve or move what is named, and run it again; --anyway removes the rest and leaves these.',
  });
}

/** One after the other, since each needs the ones before it gone. What failed is told; a second run goes on from there. */
async function apply(run: Run): Promise<number> {
  const { ground, removals } = run;
  const { session } = ground;
  const items: TeardownItem[] = [];
  await session.finishing(async () => {
    for (const removal of removals) {
      const planned = itemOf(removal);
      if (planned.status === 'blocked') items.push(planned);
      else if (session.stopping.aborted) items.push({ ...planned, status: 'not tried' });
      else {
        session.view.working(`Removing ${removal.kind} ${removal.name}`);
        items.push(await removed(removal, planned));
      }
    }
  });
  const blocked = items.filter(({ status }) => status === 'blocked');
  const error = session.stopping.aborted
    ? toPmpError(session.stopping.reason)
    : (items.find((item) => item.error !== undefined)?.error ??
      (blocked.length === 0 ? undefined : inTheWay(blocked, 'they were left as they are')));
  const some = items.some(({ status }) => status === 'removed');
  const all = items.every(({ status }) => status === 'removed');
  const exitCode = all
    ? exit.done
    : session.stopping.aborted
      ? exitCodeOf(toPmpError(session.stopping.reason))
      : some
        ? exit.partly
        : exit.failed;
  return told(ground, outcomeOf(run, exitCode, items, error));
}

async function removed(removal: Removal, planned: TeardownItem): Promise<TeardownItem> {
  try {
    await removal.remove();
    return { ...planned, status: 'removed' };
  } catch (thrown) {
    return { ...planned, status: 'failed', error: toPmpError(thrown) };
  }
}
