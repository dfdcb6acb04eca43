import type { VerifyExtras } from './verify-facts.ts';
import type { CheckResult, PmpError, VerifyOutcome } from '../engine/index.ts';
import { errorObject, iso, schemaVersion, seconds, text, type Json, type JsonDocument } from './json-parts.ts';

/** The verify document of the contract: templates/schema/verify.schema.json. Times are ISO 8601 UTC, ages and durations seconds. */
export function verifyJson(outcome: VerifyOutcome, { lookedFor }: Pick<VerifyExtras, 'lookedFor'> = {}): JsonDocument {
  const crashed = outcome.checks.find((check) => check.error !== undefined)?.error;
  return {
    schema_version: schemaVersion,
    command: outcome.command,
    sandbox: outcome.sandbox,
    success: outcome.exitCode === 0,
    exit_code: outcome.exitCode,
    at: iso(outcome.at),
    ...(lookedFor === undefined ? {} : { looked_for: { names: lookedFor.names.map((name) => text(name)), from: text(lookedFor.from) } }),
    checks: outcome.checks.map(checkJson),
    summary: { pass: outcome.summary.pass, warn: outcome.summary.warn, fail: outcome.summary.fail, skip: outcome.summary.skip },
    counted: [...outcome.counted],
    seconds: seconds(outcome.seconds),
    ...(crashed === undefined ? {} : { error: errorObject(crashed) }),
  };
}

/** The same document of a verify that failed before it could look at anything. */
export function verifyErrorJson(
  error: PmpError,
  exitCode: number,
  facts: { readonly sandbox: boolean; readonly seconds: number },
): JsonDocument {
  return {
    schema_version: schemaVersion,
    command: 'verify',
    sandbox: facts.sandbox,
    success: false,
    exit_code: exitCode,
    checks: [],
    summary: { pass: 0, warn: 0, fail: 0, skip: 0 },
    counted: [],
    seconds: seconds(facts.seconds),
    error: errorObject(error),
  };
}

function checkJson({ id, item, title, verdict, error }: CheckResult): Json {
  return {
    id: text(id),
    item: item ?? null,
    title: text(title),
    status: verdict.status,
    evidence: text(verdict.evidence),
    ...(verdict.ageSeconds === undefined ? {} : { age_seconds: seconds(verdict.ageSeconds) }),
    ...('hint' in verdict ? { hint: text(verdict.hint) } : {}),
    // What `pmp-pd explain` takes: a check that crashed is explained by what happened to it.
    explain: error?.id ?? text(id),
  };
}
