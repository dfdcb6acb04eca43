import type { Answers } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import type { Check, CheckResult, Verdict, VerifyOptions, VerifyOutcome } from './check.ts';
import { clean, PmpError, toPmpError, type ErrorId } from './errors.ts';
import type { EngineEvent } from './report.ts';

/** Checks by id ("08-test-alert"), item number ("8") or the id's words ("test-alert"); empty `only` means all. */
export interface Narrowing {
  readonly only: readonly string[];
  readonly skip: readonly string[];
}

/** What was found, before anybody says it. */
export type Verified = Pick<VerifyOutcome, 'checks' | 'summary' | 'counted'>;

/** Evidence and hints name many objects; what a server calls them must not flood the screen. */
const longest = 1200;

/** In the order of the list. @throws PmpError usage for a name that no check has */
export function chooseChecks(checks: readonly Check[], { only, skip }: Narrowing): readonly Check[] {
  const named = (name: string): Check => {
    const found = checks.find((check) => namesOf(check).includes(name.trim().toLowerCase()));
    if (found) return found;
    throw new PmpError('usage', {
      message: `there is no check "${clean(name, 60)}"`,
      fix: `Name one of: ${checks.map((check) => check.id).join(', ')}; the first eleven also by number.`,
    });
  };
  const wanted = only.length === 0 ? checks : only.map(named);
  const without = new Set(skip.map(named));
  const chosen = checks.filter((check) => wanted.includes(check) && !without.has(check));
  if (chosen.length > 0) return chosen;
  throw new PmpError('usage', {
    message: '--only and --skip leave no check at all',
    fix: 'Leave out one of the two: nothing looked at would be nothing proven.',
  });
}

function namesOf({ id, item }: Check): readonly string[] {
  return [id, id.replace(/^\d+-/, ''), ...(item === undefined ? [] : [String(item), String(item).padStart(2, '0')])];
}

/**
 * Runs the chosen checks side by side, each after the ones it needs. A need that was not chosen is taken to be in place, unless `known` says
 * otherwise. Rejects only for an interruption or a wrong name: whatever else a check throws is its own result.
 */
export async function runVerify(
  checks: readonly Check[],
  answers: Answers,
  world: ReadWorld,
  options: VerifyOptions,
  choice: Narrowing,
  known: readonly CheckResult[] = [],
): Promise<Verified> {
  const chosen = chooseChecks(checks, choice);
  const run = new Run(chosen, known, (check) => check.run(answers, world, options));
  return verifiedOf(await run.all());
}

/** The same counts over other results. */
export function verifiedOf(results: readonly CheckResult[]): Verified {
  const count = (status: Verdict['status']) => results.filter(({ verdict }) => verdict.status === status).length;
  return {
    checks: results,
    summary: { pass: count('pass'), warn: count('warn'), fail: count('fail'), skip: count('skip') },
    counted: results.flatMap(({ item }) => (item === undefined ? [] : [item])),
  };
}

class Run {
  readonly #checks: ReadonlyMap<string, Check>;
  readonly #results: Map<string, Promise<CheckResult>>;

  constructor(
    checks: readonly Check[],
    known: readonly CheckResult[],
    readonly look: (check: Check) => Promise<Verdict>,
  ) {
    this.#checks = new Map(checks.map((check) => [check.id, check]));
    this.#results = new Map(
      known.filter(({ id }) => !this.#checks.has(id)).map((result): [string, Promise<CheckResult>] => [result.id, Promise.resolve(result)]),
    );
  }

  async all(): Promise<readonly CheckResult[]> {
    for (const check of this.#checks.values()) this.#refuseCycle(check, []);
    return Promise.all([...this.#checks.values()].map((check) => this.#result(check)));
  }

  #result(check: Check): Promise<CheckResult> {
    const known = this.#results.get(check.id);
    if (known) return known;
    const result = this.#settle(check);
    this.#results.set(check.id, result);
    return result;
  }

  async #settle(check: Check): Promise<CheckResult> {
    const { id, item, title } = check;
    const because = await this.#missingNeed(check);
    if (because !== undefined) return { id, item, title, verdict: { status: 'skip', evidence: because } };
    try {
      return { id, item, title, verdict: cleaned(await this.look(check)) };
    } catch (thrown) {
      return { id, item, title, ...crashed(toPmpError(thrown)) };
    }
  }

  async #missingNeed({ needs = [] }: Check): Promise<string | undefined> {
    for (const id of needs) {
      const check = this.#checks.get(id);
      const result = await (check === undefined ? this.#results.get(id) : this.#result(check));
      const status = result?.verdict.status;
      if (status === 'fail') return `not provable while ${id} fails`;
      if (status === 'skip') return `not provable while ${id} is not`;
    }
    return undefined;
  }

  #refuseCycle({ id, needs = [] }: Check, path: readonly string[]): void {
    if (path.includes(id)) throw new RangeError(`checks need each other: ${[...path, id].join(' → ')}`);
    for (const need of needs) {
      const check = this.#checks.get(need);
      if (check !== undefined) this.#refuseCycle(check, [...path, id]);
    }
  }
}

/** What a check cannot see because the cluster does not let it in is not provable; it is no fault of what is checked. */
const clusterShut: ReadonlySet<ErrorId> = new Set([
  'kubernetes-config',
  'kubernetes-credentials',
  'kubernetes-permission',
  'kubernetes-unreachable',
]);
/** What may answer by itself a little later. */
const passing: Readonly<Partial<Record<ErrorId, string>>> = {
  'kubernetes-unreachable': 'the cluster to answer',
  'alertmanager-unreachable': 'Alertmanager to answer',
  'pagerduty-unreachable': 'PagerDuty to answer',
  'prometheus-unreachable': 'Prometheus to answer',
};
const stopped: ReadonlySet<ErrorId> = new Set(['interrupted', 'terminated']);

function crashed(error: PmpError): Pick<CheckResult, 'verdict' | 'error'> {
  if (stopped.has(error.id)) throw error;
  const { message, cause, fix } = error.facts;
  const evidence = clean(`${message}${cause === undefined ? '' : `: ${cause}`}`, longest);
  const awaited = passing[error.id];
  const awaits = awaited === undefined ? {} : { awaits: awaited };
  if (clusterShut.has(error.id)) return { verdict: { status: 'skip', evidence: `not seen: ${evidence}`, ...awaits } };
  return { verdict: { status: 'fail', evidence, hint: clean(fix, longest), ...awaits }, error };
}

function cleaned(verdict: Verdict): Verdict {
  const evidence = clean(verdict.evidence, longest);
  const awaits = verdict.awaits === undefined ? {} : { awaits: clean(verdict.awaits) };
  return 'hint' in verdict ? { ...verdict, ...awaits, evidence, hint: clean(verdict.hint, longest) } : { ...verdict, ...awaits, evidence };
}

/** PagerDuty could not be read: then nothing is known, and that is what must be told. */
const unreadable: ReadonlySet<ErrorId> = new Set([
  'pagerduty-credentials',
  'pagerduty-permission',
  'pagerduty-unreachable',
  'pagerduty-rate-limit',
  'pagerduty-rubbish',
  'account-expired',
]);

/**
 * 4: PagerDuty could not be read; 1: an item or a further check fails, or one of the counted eleven is not provable; 3: only warnings, with
 * `strict`; 0: all is well.
 */
export function verifyExitCode({ checks }: Pick<Verified, 'checks'>, { strict }: { readonly strict: boolean }): 0 | 1 | 3 | 4 {
  if (checks.some(({ error }) => error !== undefined && unreadable.has(error.id))) return 4;
  const fatal = checks.some(({ item, verdict }) => verdict.status === 'fail' || (verdict.status === 'skip' && item !== undefined));
  if (fatal) return 1;
  return strict && checks.some(({ verdict }) => verdict.status === 'warn') ? 3 : 0;
}

/** How the world is looked at again. */
export interface Patience {
  /** Milliseconds. */
  readonly wait: number;
  /** Must make the adapters read afresh. */
  readonly forget: () => void;
  /** Told what is waited for, and for how long at most. */
  readonly tell: (event: EngineEvent) => void;
  readonly signal?: AbortSignal;
}

/** PagerDuty allows 960 calls a minute; a person who has just signed in should not wait much longer than it takes to look up. */
const between = 15_000;

/** As `runVerify`, and again what people or time can still turn green, until nothing of that is left or the time is up. */
export async function verifyUntil(
  checks: readonly Check[],
  answers: Answers,
  world: ReadWorld,
  options: VerifyOptions,
  choice: Narrowing,
  { wait, forget, tell, signal }: Patience,
): Promise<Verified> {
  let verified = await runVerify(checks, answers, world, options, choice);
  const end = world.clock.now() + wait;
  for (let open = openOf(verified); open.waits.length > 0 && world.clock.now() < end; open = openOf(verified)) {
    const left = end - world.clock.now();
    const why = `for ${[...new Set(open.waits)].join('; ')}`;
    tell({ type: 'waiting', why, seconds: left / 1000 });
    // Stopped while waiting, what was found so far still is what was found.
    if (signal?.aborted === true || !(await waited(world, Math.min(between, left), why, signal))) return verified;
    forget();
    const again = { ...options, now: world.clock.now() };
    const rerun = await runVerify(checks, answers, world, again, { only: open.ids, skip: [] }, verified.checks);
    const newer = new Map(rerun.checks.map((result) => [result.id, result]));
    verified = verifiedOf(verified.checks.map((result) => newer.get(result.id) ?? result));
  }
  return verified;
}

/** @returns false where the wait was stopped */
async function waited(world: ReadWorld, milliseconds: number, why: string, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await world.clock.sleep(milliseconds, why, signal);
    return true;
  } catch (thrown) {
    if (signal?.aborted === true) return false;
    throw thrown;
  }
}

/** What is waited for, and what is looked at again: that, and what could not be proven because of it. */
function openOf({ checks }: Verified): { readonly ids: readonly string[]; readonly waits: readonly string[] } {
  const open = checks.filter(({ verdict }) => verdict.status !== 'pass' && (verdict.awaits !== undefined || verdict.status === 'skip'));
  return { ids: open.map(({ id }) => id), waits: open.flatMap(({ verdict }) => verdict.awaits ?? []) };
}
