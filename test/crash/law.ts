import { isDeepStrictEqual } from 'node:util';
import { diff } from './difference.ts';
import { duplicatesOf, type Snapshot } from '../support/account.ts';
import { World, type Done, type Program, type When } from '../support/world.ts';

/** A run that is to be interrupted, and what it leaves behind when it is not. */
export interface Scenario {
  readonly name: string;
  readonly program: Program;
  readonly answers: string;
  /** State file to begin with. */
  readonly state: string | undefined;
  /** HTTP calls of the uninterrupted run. */
  readonly calls: number;
  readonly snapshot: Snapshot;
  readonly files: Readonly<Record<string, string>>;
}

export interface Point {
  readonly call: number;
  readonly when: When;
}

export interface Verdict extends Point {
  /** The run was really stopped there. */
  readonly reached: boolean;
  /** What was at that call. */
  readonly at: string;
  readonly problems: readonly string[];
  readonly duplicates: number;
}

/** Runs setup uninterrupted. @throws Error where even that goes wrong */
export async function scenarioOf(name: string, program: Program, answers: string, state?: string): Promise<Scenario> {
  const world = await World.open(program, state === undefined ? {} : { state });
  try {
    const done = await world.setup(answers);
    if (done.code !== 0 || world.wrong.length > 0) throw new Error(`${name}: exit ${done.code}\n${done.stdout}\n${world.wrong.join('\n')}`);
    const calls = world.proxy.calls.length;
    return { name, program, answers, state, calls, snapshot: world.snapshot(), files: world.files() };
  } finally {
    await world.close();
  }
}

/** The account after a first run on these answers, as a state file. */
export async function stateAfter(program: Program, answers: string): Promise<string> {
  const world = await World.open(program);
  const done = await world.setup(answers);
  if (done.code !== 0) throw new Error(`the run before: exit ${done.code}\n${done.stdout}`);
  return world.saved();
}

/** Every call, first all before they are forwarded, then all after they were answered. */
export function killPoints({ calls }: Scenario): readonly Point[] {
  return (['before', 'after'] as const).flatMap((when) => signalsOrKills(calls, when));
}

export function signalPoints({ calls }: Scenario): readonly Point[] {
  return signalsOrKills(calls, 'signal');
}

function signalsOrKills(calls: number, when: When): readonly Point[] {
  return Array.from({ length: calls }, (_, index) => ({ call: index + 1, when }));
}

/** The first, the last, and every nth between. */
export function sampleOf<T>(items: readonly T[], nth = 10): readonly T[] {
  return items.filter((_, index) => index === 0 || index === items.length - 1 || (index + 1) % nth === 0);
}

/**
 * Stops a run at a point, runs it again to its end, and holds what is there against the uninterrupted run.
 * @param again the second run is a process of its own, or done here, which is quicker by a process's start
 */
export async function stoppedAt(scenario: Scenario, point: Point, again: 'process' | 'here' = 'process'): Promise<Verdict> {
  const world = await World.open(scenario.program, scenario.state === undefined ? {} : { state: scenario.state });
  try {
    const stopped = await world.setup(scenario.answers, point);
    const reached = world.proxy.reached;
    const call = world.proxy.calls[point.call - 1];
    const problems = reached
      ? endOf(scenario, point, stopped, world)
      : stopped.code === 0
        ? []
        : [`exit ${stopped.code} although nothing stopped it`];
    const second = again === 'here' ? await world.setupHere(scenario.answers) : await ended(world, scenario.answers);
    if (second.code !== 0) problems.push(`the run after it: exit ${second.code}: ${second.error}`);
    const duplicates = duplicatesOf(world.account);
    problems.push(...duplicates.map((what) => `twice: ${what}`), ...world.wrong);
    problems.push(...compared(scenario, world));
    return { ...point, reached, at: call ? `${call.method} ${call.path}` : 'never made', problems, duplicates: duplicates.length };
  } finally {
    await world.close();
  }
}

async function ended(world: World, answers: string): Promise<{ readonly code: number | null; readonly error: string }> {
  const done = await world.setup(answers);
  return { code: done.code, error: done.code === 0 ? '' : errorOf(done) };
}

function compared({ snapshot, files }: Scenario, world: World): readonly string[] {
  const now = { ...world.snapshot(), files: world.files() };
  const wanted = { ...snapshot, files };
  return isDeepStrictEqual(now, wanted) ? [] : diff(wanted, now);
}

/** What the stopped run itself must have done. */
function endOf(scenario: Scenario, point: Point, stopped: Done, world: World): string[] {
  if (point.when !== 'signal') return stopped.signal === 'SIGKILL' ? [] : [`it was to be killed, and ended with ${stopped.code}`];
  // Nothing was left to do or to prove: then there is nothing to interrupt.
  if (stopped.code === 0 && isDeepStrictEqual(world.snapshot(), scenario.snapshot)) return [];
  if (stopped.code !== 130) return [`Ctrl-C: exit ${stopped.code}: ${errorOf(stopped)}`];
  return toldOf(scenario, stopped, world);
}

interface Document {
  readonly error?: { readonly id: string; readonly message: string; readonly cause?: string; readonly fix?: string };
  readonly exit_code: number;
  readonly steps?: readonly { readonly resources: readonly { readonly kind: string; readonly name: string; readonly action: string }[] }[];
}

/** The JSON of an interrupted run says that it was interrupted and what it created: neither more nor less than is new. */
function toldOf(scenario: Scenario, stopped: Done, world: World): string[] {
  const problems: string[] = [];
  const document = stopped.json() as Document;
  if (document.error?.id !== 'interrupted' || document.exit_code !== 130)
    problems.push(`Ctrl-C: JSON says ${JSON.stringify(document.error)}`);
  const created = (document.steps ?? []).flatMap((step) => step.resources.filter((one) => one.action === 'create'));
  const before = namesIn(accountIn(scenario.state));
  for (const [kind, there] of Object.entries(namesIn(world.account))) {
    const told = created.flatMap((one) => (one.kind === kind ? [one.name] : [])).sort();
    const made = there.filter((name) => before[kind]?.includes(name) !== true).sort();
    if (!isDeepStrictEqual(told, made)) problems.push(`JSON tells of new ${kind} [${told.join(', ')}]; new is [${made.join(', ')}]`);
  }
  return problems;
}

type Account = Pick<World['account'], 'users' | 'schedules' | 'policies' | 'services'>;

function namesIn({ users, schedules, policies, services }: Account): Readonly<Record<string, readonly string[]>> {
  return {
    user: users.filter((user) => user.role !== 'owner').map((user) => user.email),
    schedule: schedules.map((row) => row.name),
    'escalation policy': policies.map((row) => row.name),
    service: services.map((row) => row.name),
  };
}

function accountIn(state: string | undefined): Account {
  if (state === undefined) return { users: [], schedules: [], policies: [], services: [] };
  return (JSON.parse(state) as { sections: { pagerduty: Account } }).sections.pagerduty;
}

export function errorOf(done: Done): string {
  try {
    return JSON.stringify((done.json() as Document).error ?? 'no error in the JSON');
  } catch {
    return `${done.stdout.slice(0, 300)} ${done.stderr.slice(-600)}`;
  }
}

/** Works on several at once: children sleep more than they work. */
export async function sideBySide<T, R>(items: readonly T[], many: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: many }, worker));
  return results;
}

/** What a table wants to know of many points. */
export interface Tally {
  readonly name: string;
  readonly points: number;
  /** Runs that really were stopped there. */
  readonly stopped: number;
  /** Points after which everything was as it must be. */
  readonly recovered: number;
  readonly duplicates: number;
}

export function tallyOf(name: string, verdicts: readonly Verdict[]): Tally {
  return {
    name,
    points: verdicts.length,
    stopped: verdicts.filter((one) => one.reached).length,
    recovered: verdicts.filter((one) => one.problems.length === 0).length,
    duplicates: verdicts.reduce((sum, one) => sum + one.duplicates, 0),
  };
}

/** How many calls a run makes depends a little on how often it must look; a law that stops next to nothing proves nothing. */
export function tooFewStopped({ name, points, stopped }: Tally): readonly string[] {
  return stopped > 0 && points - stopped <= Math.max(1, points * 0.2) ? [] : [`${name}: only ${stopped} of ${points} runs were stopped`];
}

/** Every point at which something was wrong, with what it was; for an assertion that explains itself. */
export function brokenAt(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ when, call, at, problems }) => problems.map((what) => `${when} call ${call} (${at}): ${what}`));
}

/** How much there is: an empty account would be equal to an empty account. */
export function countsOf({ account, cluster, loaded }: Snapshot): Readonly<Record<string, number>> {
  const rows = Object.entries(account).map(([name, list]) => [name, list.length] as const);
  return { ...Object.fromEntries(rows), objects: Object.keys(cluster).length, alertmanagers: loaded.length };
}
