import {
  plannedResults,
  type CoverageSummary,
  type Plan,
  type PmpError,
  type ResourceResult,
  type SetupOutcome,
  type StepResult,
} from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import { errorObject, iso, schemaVersion, seconds, text, type Json, type JsonDocument } from './json-parts.ts';
import { drillErrorJson } from './drill-json.ts';
import { seatsJson, type SeatFacts } from './seats.ts';
import { verifyErrorJson } from './verify-json.ts';

export { documentText, errorObject, iso, schemaVersion, text, type Json, type JsonDocument } from './json-parts.ts';

/** The setup document of the contract: templates/schema/setup.schema.json. Times are ISO 8601 UTC, durations seconds. */
export function setupJson(outcome: SetupOutcome, paid: SeatFacts = {}): JsonDocument {
  const error = errorOf(outcome);
  const seats = seatsJson(paid);
  return {
    schema_version: schemaVersion,
    command: outcome.command,
    sandbox: outcome.sandbox,
    success: outcome.success,
    exit_code: outcome.exitCode,
    steps: outcome.steps.map((step) => stepJson(step, outcome.mode)),
    notes: outcome.departures.map(({ guide, done, why }) => ({ guide: text(guide), done: text(done), why: text(why) })),
    coverage: outcome.coverage.map(coverageJson),
    ...(seats === undefined ? {} : { seats }),
    calls: { pagerduty: callsJson(outcome.calls.pagerduty), kubernetes: callsJson(outcome.calls.kubernetes) },
    seconds: seconds(outcome.seconds),
    ...(error === undefined ? {} : { error: errorObject(error) }),
  };
}

/** A failed run always says why: with its own error, else with the first that a step met. */
function errorOf({ error, success, steps }: SetupOutcome): PmpError | undefined {
  if (error !== undefined || success) return error;
  return steps.flatMap((step) => step.resources).find((resource) => resource.error !== undefined)?.error;
}

/** The same document for a plan that is only shown (`--plan`). */
export function planJson(plan: Plan, facts: Omit<SetupOutcome, 'command' | 'mode' | 'steps'>): JsonDocument {
  return setupJson({ ...facts, command: 'setup', mode: 'plan', steps: plannedResults(plan) });
}

/**
 * What a command says that failed before it had an outcome, misuse included. For setup and verify it has that document's shape, with nothing
 * done or looked at; for any other command (or none that exists) templates/schema/error.schema.json.
 */
export function errorJson(
  command: string,
  error: PmpError,
  exitCode: number,
  facts: { readonly sandbox?: boolean; readonly seconds?: number } = {},
): JsonDocument {
  const { sandbox = false } = facts;
  const none = { reads: 0, writes: 0, retries: 0 };
  if (command === 'verify') return verifyErrorJson(error, exitCode, { sandbox, seconds: facts.seconds ?? 0 });
  if (command === 'test-alert') return drillErrorJson(error, exitCode, { sandbox, seconds: facts.seconds ?? 0 });
  if (command !== 'setup') {
    return {
      schema_version: schemaVersion,
      command: text(command),
      sandbox,
      success: false,
      exit_code: exitCode,
      error: errorObject(error),
    };
  }
  const nothing = { steps: [], departures: [], coverage: [], todos: [], calls: { pagerduty: none, kubernetes: none } };
  return setupJson({ command, sandbox, mode: 'apply', success: false, exitCode, ...nothing, seconds: facts.seconds ?? 0, error });
}

/** A step that was only planned is not done, whatever its changes will be. */
function stepJson({ number, id, title, status, resources }: StepResult, mode: SetupOutcome['mode']): Json {
  const told = mode === 'plan' && status === 'done' ? 'planned' : status;
  return { step: number, id: text(id), title: text(title), status: told, resources: resources.map(resourceJson) };
}

function resourceJson({ kind, name, action, detail, error }: ResourceResult): Json {
  const told =
    error === undefined
      ? detail
      : [error.facts.message, error.facts.cause, error.facts.fix].filter((part) => part !== undefined).join(' | ');
  return { kind: text(kind), name: text(name), action, ...(told === undefined ? {} : { detail: text(told) }) };
}

function coverageJson(summary: CoverageSummary): Json {
  const span = ({ start, end }: { readonly start: Instant; readonly end: Instant }) => ({ start: iso(start), end: iso(end) });
  return {
    schedule: text(summary.schedule),
    ...(summary.policy === undefined ? {} : { policy: text(summary.policy) }),
    ...(summary.level === undefined ? {} : { level: summary.level }),
    from: iso(summary.from),
    until: iso(summary.until),
    hours: summary.hours,
    covered_hours: summary.coveredHours,
    gaps: summary.gaps.map(span),
    overlaps: summary.overlaps.map((overlap) => ({ ...span(overlap), who: overlap.who.map((who) => text(who)) })),
  };
}

function callsJson({ reads, writes, retries }: SetupOutcome['calls']['pagerduty']): Json {
  return { reads, writes, retries };
}
