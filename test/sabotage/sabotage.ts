import type { Verdict, VerifyOutcome } from '../../src/engine/index.ts';
import type { VerifyCommandOptions } from '../../src/commands/index.ts';
import type { SandboxOptions } from '../../src/sandbox/index.ts';
import { World, type Ground } from './world.ts';

export type Status = Verdict['status'];

/** One way in which a set-up that was healthy goes wrong, made as a person (or fate) would make it. */
export interface Sabotage {
  /** The check that is there to find it. */
  readonly check: string;
  /** By its cause. */
  readonly name: string;
  readonly how: (world: World) => unknown;
  readonly status: Exclude<Status, 'pass'>;
  /** The evidence names what is wrong. */
  readonly says: RegExp;
  /** The hint is the right one; a skip has none. */
  readonly hint?: RegExp;
  /** What else must change with it, and to what; every other check keeps its healthy verdict. */
  readonly also?: Readonly<Record<string, Status>>;
  /** Begins before the drills, and makes its own. */
  readonly undrilled?: true;
  readonly sandbox?: Partial<SandboxOptions>;
  readonly verify?: Partial<VerifyCommandOptions>;
}

export function statuses({ checks }: VerifyOutcome): Readonly<Record<string, Status>> {
  return Object.fromEntries(checks.map(({ id, verdict }) => [id, verdict.status]));
}

/** @returns what verify did not find, or found and should not have; empty: all is as it must be */
export async function through(sabotage: Sabotage, { healthy, before }: Ground): Promise<readonly string[]> {
  const world = await World.open(sabotage.undrilled === true ? healthy.undrilled : healthy.drilled, sabotage.sandbox);
  try {
    await sabotage.how(world);
    world.sandbox.clearAccessLog();
    const outcome = await world.verify(sabotage.verify);
    return [...judged(sabotage, statuses(before), outcome), ...writes(world)];
  } finally {
    await world.stop();
  }
}

function judged(
  { check, status, says, hint, also = {} }: Sabotage,
  before: Readonly<Record<string, Status>>,
  outcome: VerifyOutcome,
): string[] {
  const wanted: Readonly<Record<string, Status>> = { ...before, ...also, [check]: status };
  const problems = outcome.checks.flatMap(({ id, verdict }) =>
    verdict.status === wanted[id] ? [] : [`${id} is ${verdict.status}, not ${wanted[id]}: ${verdict.evidence}`],
  );
  const verdict = outcome.checks.find(({ id }) => id === check)?.verdict;
  if (verdict === undefined) return [`there is no check ${check}`];
  if (!says.test(verdict.evidence)) problems.push(`${check} does not say ${String(says)}: ${verdict.evidence}`);
  const told = 'hint' in verdict ? verdict.hint : '';
  if (hint !== undefined && !hint.test(told)) problems.push(`${check} does not hint ${String(hint)}: ${told}`);
  const exit = Object.values(wanted).includes('fail') ? outcome.exitCode === 0 : false;
  return exit ? [...problems, 'something fails, and the exit code is 0'] : problems;
}

/** A review of access is a POST by nature, and stores nothing. */
function writes({ sandbox }: World): readonly string[] {
  return sandbox
    .accessLog()
    .filter(({ method, path }) => method !== 'GET' && !path.endsWith('/selfsubjectaccessreviews'))
    .map(({ method, path }) => `verify wrote: ${method} ${path}`);
}
