import type {
  DayTwoOutcome,
  HandoffOutcome,
  MaintenanceOutcome,
  OncallOutcome,
  OverrideOutcome,
  Replacement,
  ScheduleDuty,
  TeardownOutcome,
  Whom,
  WindowState,
} from '../engine/index.ts';
import type { Instant } from '../model/index.ts';
import type { SeenIncident } from '../ports/index.ts';
import { errorObject, iso, schemaVersion, seconds, text, type Json, type JsonDocument } from './json-parts.ts';

/** The documents of the day-two commands: templates/schema/<command>.schema.json. Times are ISO 8601 UTC, durations seconds. */
export function dayTwoJson(outcome: DayTwoOutcome): JsonDocument {
  const { command, sandbox, success, exitCode, at } = outcome;
  return {
    schema_version: schemaVersion,
    command,
    sandbox,
    success,
    exit_code: exitCode,
    at: iso(at),
    names_from: text(outcome.namesFrom),
    time_zone: text(outcome.timeZone),
    ...bodyOf(outcome),
    seconds: seconds(outcome.seconds),
    ...('error' in outcome && outcome.error !== undefined ? { error: errorObject(outcome.error) } : {}),
  };
}

function bodyOf(outcome: DayTwoOutcome): JsonDocument {
  switch (outcome.command) {
    case 'oncall':
      return oncall(outcome);
    case 'override':
      return override(outcome);
    case 'handoff':
      return handoff(outcome);
    case 'teardown':
      return teardown(outcome);
    case 'maintenance start':
    case 'maintenance list':
    case 'maintenance end':
      return maintenance(outcome);
  }
}

function oncall({ policies, schedules, whom }: OncallOutcome): JsonDocument {
  return {
    policies: policies.map(({ policy, services, levels }) => ({
      policy: text(policy),
      services: services.map((service) => text(service)),
      levels: levels.map(({ level, afterMinutes, schedules: called, now, next }) => ({
        level,
        after_seconds: afterMinutes * 60,
        schedules: called.map((name) => text(name)),
        now: now.map(({ who, since, until }) => ({ ...person(whom, who), since: maybe(since), until: maybe(until) })),
        next: next.map(({ who, start, end }) => ({ ...person(whom, who), start: iso(start), end: iso(end) })),
      })),
    })),
    schedules: schedules.map((duty) => scheduleJson(duty, whom)),
  };
}

function scheduleJson({ schedule, timeZone, from, until, shifts, replacements }: ScheduleDuty, whom: Whom): Json {
  return {
    schedule: text(schedule),
    time_zone: text(timeZone),
    from: iso(from),
    until: iso(until),
    shifts: shifts.map(({ start, end, who }) => ({ start: iso(start), end: iso(end), ...person(whom, who) })),
    overrides: replacements.map((one) => replacementJson(one, whom)),
  };
}

function replacementJson({ id, start, end, who, instead }: Replacement, whom: Whom): { readonly [key: string]: Json } {
  return {
    id: id === undefined ? null : text(id),
    start: iso(start),
    end: iso(end),
    ...person(whom, who),
    instead_of: instead.map((shift) => ({ start: iso(shift.start), end: iso(shift.end), ...person(whom, shift.who) })),
  };
}

function override({ mode, action, schedule, replacements, objections, notes, whom }: OverrideOutcome): JsonDocument {
  return {
    mode,
    action,
    schedule: text(schedule),
    overrides: replacements.map((one) => ({ ...replacementJson(one, whom), status: word(one.status) })),
    objections: objections.map(({ kind, what }) => ({ kind: word(kind), what: text(what) })),
    notes: notes.map((note) => text(note)),
  };
}

function maintenance({ mode, windows, objections, notes }: MaintenanceOutcome): JsonDocument {
  return {
    mode,
    windows: windows.map(windowJson),
    objections: objections.map(({ kind, what }) => ({ kind: word(kind), what: text(what) })),
    notes: notes.map((note) => text(note)),
  };
}

function windowJson({ id, description, start, end, services, ours, status }: WindowState): Json {
  return {
    id: id === undefined ? null : text(id),
    description: text(description),
    start: iso(start),
    end: iso(end),
    services: services.map((service) => text(service)),
    ours,
    status: word(status),
  };
}

function handoff(outcome: HandoffOutcome): JsonDocument {
  const { current, next, open, recent, unreviewed, whom } = outcome;
  return {
    schedule: text(outcome.schedule),
    now: current === undefined ? null : { ...person(whom, current.who), until: maybe(current.until) },
    next:
      next === undefined
        ? null
        : { ...person(whom, next.who), start: iso(next.start), end: iso(next.end), reached_by: next.reachedBy.map((way) => text(way)) },
    open_incidents: open.map((incident) => ({
      ...incidentJson(incident),
      assignees: incident.assignees.map((who) => text(who)),
      notes: incident.notes.map((note) => ({
        at: iso(note.at),
        who: note.who === undefined ? null : text(note.who),
        text: text(note.text),
      })),
    })),
    since: iso(outcome.since),
    recent_incidents: recent.map(incidentJson),
    without_post_mortem: unreviewed.map(({ id }) => text(id)),
    windows: outcome.windows.map(windowJson),
    overrides: outcome.replacements.map((one) => replacementJson(one, whom)),
    dashboards: outcome.dashboards.map(({ title, url }) => ({ title: text(title), url: text(url) })),
  };
}

function incidentJson(incident: SeenIncident): { readonly [key: string]: Json } {
  return {
    id: text(incident.id),
    number: incident.number,
    html_url: text(incident.url),
    title: text(incident.title),
    service: text(incident.service),
    status: incident.status,
    urgency: incident.urgency,
    created: iso(incident.created),
  };
}

function teardown({ mode, confirmBy, items, stays }: TeardownOutcome): JsonDocument {
  return {
    mode,
    confirm_by: text(confirmBy),
    items: items.map(({ kind, name, status, blockers, error }) => ({
      kind: text(kind),
      name: text(name),
      status: word(status),
      blockers: blockers.map((blocker) => text(blocker)),
      ...(error === undefined ? {} : { error: errorObject(error) }),
    })),
    stays: stays.map(({ what, why, command }) => ({
      what: text(what),
      why: text(why),
      ...(command === undefined ? {} : { command: text(command) }),
    })),
  };
}

function person(whom: Whom, email: string): { readonly who: Json; readonly name: Json } {
  return { who: text(email), name: text(whom.get(email)?.name ?? email) };
}

function maybe(at: Instant | undefined): Json {
  return at === undefined ? null : iso(at);
}

/** One word for a machine: "to remove" is to_remove. */
function word(words: string): string {
  return words.replaceAll(/[ -]/g, '_');
}
