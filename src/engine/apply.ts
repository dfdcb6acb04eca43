import type { World } from '../ports/index.ts';
import { clean, PmpError, toPmpError } from './errors.ts';
import { changesOf } from './plan.ts';
import type { EngineEvent, Plan, ResourceResult, StepResult } from './report.ts';
import type { Change, Step } from './step.ts';

export interface ApplyOptions {
  readonly tell: (event: EngineEvent) => void;
  /** Once aborted nothing new is started; what is under way is finished. */
  readonly signal?: AbortSignal;
}

type Outcome = 'done' | 'failed' | 'skipped';

/** Runs every change as soon as what it needs is in place, so that the longest chain never queues behind bulk work. */
export async function applyPlan(steps: readonly Step[], plan: Plan, world: World, options: ApplyOptions): Promise<readonly StepResult[]> {
  const run = new Run(steps, plan, world, options);
  await run.all();
  return plan.steps.map((step) => {
    const resources = step.changes.map((change) => run.resultOf(change));
    return { id: step.id, number: step.number, title: step.title, status: statusOf(resources), resources };
  });
}

/** Results of a plan that was only shown, or that had nothing to do. */
export function plannedResults(plan: Plan): readonly StepResult[] {
  return plan.steps.map((step) => {
    const resources = step.changes.map((change) => described(change, undefined));
    return { id: step.id, number: step.number, title: step.title, status: statusOf(resources), resources };
  });
}

class Run {
  readonly #changes: ReadonlyMap<string, Change>;
  readonly #steps: ReadonlyMap<string, Step>;
  readonly #outcomes = new Map<string, Promise<Outcome>>();
  readonly #results = new Map<string, ResourceResult>();

  constructor(
    steps: readonly Step[],
    plan: Plan,
    readonly world: World,
    readonly options: ApplyOptions,
  ) {
    this.#changes = new Map(changesOf(plan).map((change) => [change.key, change]));
    this.#steps = new Map(steps.map((step) => [step.id, step]));
  }

  async all(): Promise<void> {
    for (const key of this.#changes.keys()) refuseCycle(key, this.#changes, []);
    await Promise.all([...this.#changes.keys()].map((key) => this.#outcome(key)));
  }

  resultOf(change: Change): ResourceResult {
    return this.#results.get(change.key) ?? described(change, undefined);
  }

  #outcome(key: string): Promise<Outcome> {
    const known = this.#outcomes.get(key);
    if (known) return known;
    const outcome = this.#settle(key);
    this.#outcomes.set(key, outcome);
    return outcome;
  }

  async #settle(key: string): Promise<Outcome> {
    const change = this.#changes.get(key);
    // Needs outside the plan were left out on purpose (--only): they are taken to be in place, and the write says so if not.
    if (change === undefined || change.action === 'unchanged' || change.action === 'wait') return 'done';
    for (const need of change.wanted.needs ?? []) {
      const outcome = await this.#outcome(need);
      if (outcome !== 'done') return this.#skip(change, `it needs ${need}, which ${outcome === 'failed' ? 'failed' : 'was not tried'}`);
    }
    if (this.options.signal?.aborted === true) return this.#skip(change, 'interrupted before it was tried');
    return this.#write(change);
  }

  async #write(change: Change): Promise<Outcome> {
    const { tell } = this.options;
    tell({ type: 'started', step: change.step, key: change.key, action: change.action });
    try {
      const step = this.#steps.get(change.step);
      if (step === undefined) throw new RangeError(`no step ${change.step}`);
      const applied = await step.apply(this.world, change);
      const [action, detail] = typeof applied === 'object' ? (['wait', applied.waiting] as const) : [change.action, applied];
      this.#results.set(change.key, described({ ...change, action }, detail));
      tell({ type: 'done', step: change.step, key: change.key, action, ...(detail === undefined ? {} : { detail }) });
      return 'done';
    } catch (thrown) {
      const error = located(toPmpError(thrown), change);
      this.#results.set(change.key, {
        kind: change.wanted.kind,
        name: change.wanted.name,
        action: 'fail',
        detail: error.facts.message,
        error,
      });
      tell({ type: 'failed', step: change.step, key: change.key, error });
      return 'failed';
    }
  }

  #skip(change: Change, because: string): Outcome {
    this.#results.set(change.key, { kind: change.wanted.kind, name: change.wanted.name, action: 'skip', detail: because });
    this.options.tell({ type: 'skipped', step: change.step, key: change.key, because });
    return 'skipped';
  }
}

function refuseCycle(key: string, changes: ReadonlyMap<string, Change>, path: readonly string[]): void {
  if (path.includes(key)) throw new RangeError(`resources need each other: ${[...path, key].join(' → ')}`);
  // A long chain is bounded by the number of kinds, so this stays shallow.
  for (const need of changes.get(key)?.wanted.needs ?? []) refuseCycle(need, changes, [...path, key]);
}

function located(error: PmpError, change: Change): PmpError {
  return new PmpError(error.id, { step: change.step, resource: change.key, ...error.facts }, { cause: error.cause });
}

function described(change: Change, detail: string | undefined): ResourceResult {
  const details = [detail, change.seen?.detail, change.seen?.usedBy, ...change.waiting]
    .filter((text) => text !== undefined)
    .map((text) => clean(text));
  return {
    kind: change.wanted.kind,
    name: change.wanted.name,
    action: change.action,
    ...(details.length === 0 ? {} : { detail: details.join('; ') }),
  };
}

function statusOf(resources: readonly ResourceResult[]): StepResult['status'] {
  const has = (action: ResourceResult['action']) => resources.some((r) => r.action === action);
  if (has('fail')) return 'failed';
  if (has('skip')) return 'skipped';
  if (has('create') || has('update') || has('adopt') || has('replace')) return 'done';
  return has('wait') ? 'waiting' : 'unchanged';
}
