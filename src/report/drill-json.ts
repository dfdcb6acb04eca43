import type { CheckResult, DrillCleanup, DrillOutcome, LeftBehind, PmpError } from '../engine/index.ts';
import { errorObject, iso, schemaVersion, seconds, text, type Json, type JsonDocument } from './json-parts.ts';

/** Checks of a drill alone have no page of their own. */
const pages: Readonly<Record<string, string>> = {
  'drill-context': 'runbooks',
  'drill-actions': 'drill-failed',
  'drill-closing': 'drill-left-over',
};

/** The test-alert document of the contract: templates/schema/test-alert.schema.json. Times are ISO 8601 UTC, durations seconds. */
export function drillJson(outcome: DrillOutcome): JsonDocument {
  const { drill, incident, targets, error } = outcome;
  return {
    ...headOf(outcome),
    drill: { id: drill.id, via: drill.via, service: text(drill.service), severity: drill.role, began: iso(drill.began) },
    ...(incident === undefined ? {} : { incident: { id: text(incident.id), number: incident.number, html_url: text(incident.url) } }),
    hops: outcome.hops.map(({ hop, at, seconds: since, detail }) => ({
      hop,
      at: iso(at),
      seconds: seconds(since),
      ...(detail === undefined ? {} : { detail: text(detail) }),
    })),
    people: outcome.people.map(({ level, name, notified }) => ({
      level,
      name: text(name),
      notified: notified.map(({ channel, at }) => ({ channel: text(channel), at: iso(at) })),
    })),
    checks: outcome.checks.map(checkJson),
    targets: targets.acknowledgeSeconds === undefined ? {} : { acknowledge_seconds: targets.acknowledgeSeconds },
    thanks: outcome.thanks.map((name) => text(name)),
    left_behind: outcome.leftBehind.map(leftJson),
    seconds: seconds(outcome.seconds),
    ...(error === undefined ? {} : { error: errorObject(error) }),
  };
}

/** The document of `--cleanup`. */
export function drillCleanupJson(outcome: DrillCleanup): JsonDocument {
  const { leftBehind } = outcome;
  const [first] = leftBehind;
  return {
    ...headOf(outcome),
    ...nothing,
    cleaned: outcome.cleaned.map((what) => text(what)),
    spared: outcome.spared.map((what) => text(what)),
    left_behind: leftBehind.map(leftJson),
    seconds: seconds(outcome.seconds),
    ...(first === undefined
      ? {}
      : { error: { id: 'drill-left-over', message: text(first.what), cause: null, fix: text(`Run ${first.command}`) } }),
  };
}

/** The same document of a drill that ended before anything was sent. */
export function drillErrorJson(
  error: PmpError,
  exitCode: number,
  facts: { readonly sandbox: boolean; readonly seconds: number },
): JsonDocument {
  return {
    ...headOf({ command: 'test-alert', sandbox: facts.sandbox, success: false, exitCode }),
    ...nothing,
    left_behind: [],
    seconds: seconds(facts.seconds),
    error: errorObject(error),
  };
}

const nothing = { hops: [], people: [], checks: [], targets: {} };

function headOf({ command, sandbox, success, exitCode }: Pick<DrillOutcome, 'command' | 'sandbox' | 'success' | 'exitCode'>): JsonDocument {
  return { schema_version: schemaVersion, command, sandbox, success, exit_code: exitCode };
}

function checkJson({ id, item, title, verdict }: CheckResult): Json {
  return {
    id: text(id),
    item: item ?? null,
    title: text(title),
    status: verdict.status,
    evidence: text(verdict.evidence),
    ...('hint' in verdict ? { hint: text(verdict.hint) } : {}),
    explain: pages[id] ?? text(id),
  };
}

const leftJson = ({ what, command }: LeftBehind): Json => ({ what: text(what), command: text(command) });
