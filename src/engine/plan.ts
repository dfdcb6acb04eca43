import { named, type Brief, type FieldDiff, type Instant, type Resource, type Seen } from '../model/index.ts';
import type { ReadWorld } from '../ports/index.ts';
import { PmpError } from './errors.ts';
import type { Plan, PlannedStep } from './report.ts';
import type { Action, Change, Step } from './step.ts';

/** Wants, reads and differs, all steps side by side. Writes nothing. */
export async function makePlan(steps: readonly Step[], brief: Brief, world: ReadWorld, now: Instant): Promise<Plan> {
  return { steps: await Promise.all(steps.map((step) => planStep(step, brief, world, now))) };
}

async function planStep(step: Step, brief: Brief, world: ReadWorld, now: Instant): Promise<PlannedStep> {
  const wanted = step.desired(brief, now);
  const seen = wanted.size === 0 ? new Map<string, Seen<Resource>>() : await step.read(world, named(wanted.values()));
  const changes = [...wanted].map(([key, resource]) => changeOf(step, key, resource, seen.get(key)));
  return { id: step.id, number: step.number, title: step.title, changes };
}

function changeOf(step: Step, key: string, wanted: Resource, seen: Seen<Resource> | undefined): Change {
  const all = differences(step, wanted, seen);
  const diffs = all.filter((d) => d.waiting === undefined);
  const waiting = [
    ...all.flatMap((d) => (d.waiting === undefined ? [] : [`${d.field}: ${d.waiting}`])),
    ...(seen?.waiting === undefined ? [] : [seen.waiting]),
  ];
  return { key, step: step.id, wanted, seen, diffs, waiting, action: actionOf(seen, diffs, waiting) };
}

function differences(step: Step, wanted: Resource, seen: Seen<Resource> | undefined): readonly FieldDiff[] {
  if (seen?.value !== undefined) return step.diff(seen.value, wanted);
  return seen?.partOf === undefined ? [] : [{ field: `${wanted.kind} of ${seen.partOf}`, from: 'none', to: wanted.name }];
}

function actionOf(seen: Seen<Resource> | undefined, diffs: readonly FieldDiff[], waiting: readonly string[]): Action {
  if (seen === undefined) return 'create';
  if (diffs.length === 0) return waiting.length > 0 || seen.value === undefined ? 'wait' : 'unchanged';
  if (!seen.ours) return 'adopt';
  return diffs.some((d) => d.replace === true) ? 'replace' : 'update';
}

export function changesOf(plan: Plan): readonly Change[] {
  return plan.steps.flatMap((step) => step.changes);
}

const working: ReadonlySet<Action> = new Set(['create', 'update', 'adopt', 'replace']);

/** The changes that apply would carry out; `wait` and `unchanged` are none. */
export function workOf(plan: Plan): readonly Change[] {
  return changesOf(plan).filter((change) => working.has(change.action));
}

/** Differences on objects that pmp-pd did not make: each needs leave. */
export function foreignChanges(plan: Plan): readonly Change[] {
  return changesOf(plan).filter((change) => change.action === 'adopt');
}

/** @throws PmpError `not-ours` naming the first such object and how many more there are. */
export function refuseForeign(changes: readonly Change[]): void {
  const [first, ...more] = changes;
  if (first === undefined) return;
  const fields = first.diffs.map((d) => `${d.field} (${d.from} → ${d.to})`).join(', ');
  throw new PmpError('not-ours', {
    message: `${first.wanted.kind} "${first.wanted.name}" was not made by pmp-pd and differs from the answers: ${fields}${more.length > 0 ? `; ${more.length} more like it` : ''}`,
    cause: 'pmp-pd changes what others made only after somebody has seen the difference and agreed.',
    fix: 'Run setup without --yes to see and agree to each difference, or put "adopt: true" into the answers.',
    step: first.step,
    resource: first.key,
  });
}
