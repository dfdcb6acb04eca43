import { daysLater } from '../../coverage/index.ts';
import type { HandoffOutcome, IncidentNote } from '../../engine/index.ts';
import type { SeenIncident } from '../../ports/index.ts';
import type { Session } from '../app.ts';
import { ending, groundOf, told, whomOf, type Ground } from './ground.ts';
import type { HandoffOptions } from './options.ts';
import { dutyOf, nowAndNext, scheduleCalled } from './duty.ts';
import { exit } from '../exit-codes.ts';
import { windowsNow } from './maintenance-windows.ts';
import { reachedBy } from './person-called.ts';

/** Replacements and windows that the next one should know of. */
const ahead = 14;
/** Incidents whose notes are read; beyond that a list is no help at a hand-over. */
const most = 100;
const reviewed = /post[-\s]?mortem|root cause|retrospective|incident review/i;
const drill = /^\[DRILL pmp-pd /;

/** The guide's lists at the end and at the start of a shift, filled in. Looks and writes nothing. @returns the exit code */
export async function handoff(session: Session, options: HandoffOptions): Promise<number> {
  const ground = await groundOf(session, options);
  const { pagerduty, answers, now } = ground;
  const { names, level1 } = answers;
  const schedule = await scheduleCalled(
    ground,
    options.schedule ?? (level1 === 'follow-sun' ? names.followSunSchedule : names.primarySchedule),
    options.schedule !== undefined,
  );
  const services = await servicesOf(ground);
  session.view.working('Reading incidents and their notes');
  const since = now - options.since;
  const [duty, open, all, windows] = await Promise.all([
    dutyOf(ground, schedule, now, daysLater(schedule.timeZone, now, ahead)),
    services.length === 0 ? [] : pagerduty.openIncidents(services),
    services.length === 0 ? [] : pagerduty.incidents(services, since),
    windowsNow(ground),
  ]);
  const recent = all.filter(({ title }) => !drill.test(title)).slice(0, most);
  const notes = await notesOf(ground, [...open, ...recent]);
  const { current, next } = nowAndNext(duty.shifts, now);
  const [nextUser] = next === undefined ? [] : await pagerduty.users([next.who]);
  const replacements = duty.replacements.filter(({ end }) => end > now);
  const people = [
    ...duty.shifts.map(({ who }) => who),
    ...replacements.flatMap(({ who, instead }) => [who, ...instead.map((shift) => shift.who)]),
    ...open.flatMap(({ assignees }) => assignees),
    ...[...notes.values()].flatMap((list) => list.flatMap(({ who }) => (who === undefined ? [] : [who]))),
  ];
  const outcome: HandoffOutcome = {
    command: 'handoff',
    ...ending(ground, exit.done, { timeZone: schedule.timeZone, whom: await whomOf(ground, people) }),
    schedule: schedule.name,
    current: current === undefined ? undefined : { who: current.who, ...(current.end === duty.until ? {} : { until: current.end }) },
    next:
      next === undefined
        ? undefined
        : { who: next.who, start: next.start, end: next.end, reachedBy: nextUser === undefined ? [] : reachedBy(nextUser) },
    open: open.map((incident) => ({ ...incident, notes: notes.get(incident.id) ?? [] })),
    since,
    recent,
    unreviewed: recent.filter(
      ({ id, service }) => service === names.criticalService && !(notes.get(id) ?? []).some(({ text }) => reviewed.test(text)),
    ),
    windows: windows.filter(({ start }) => start < daysLater(schedule.timeZone, now, ahead)),
    replacements,
    dashboards: dashboardsOf(ground),
  };
  return told(ground, outcome);
}

/** Ours that exist. */
async function servicesOf({ pagerduty, answers: { names } }: Ground): Promise<readonly string[]> {
  const found = await pagerduty.services([names.criticalService, names.highService]);
  return found.flatMap(({ value }) => (value === undefined ? [] : [value.name]));
}

/** By incident. Each is asked for once. */
async function notesOf({ pagerduty }: Ground, incidents: readonly SeenIncident[]): Promise<ReadonlyMap<string, readonly IncidentNote[]>> {
  const ids = [...new Set(incidents.map(({ id }) => id))];
  return new Map(await Promise.all(ids.map(async (id) => [id, await pagerduty.notes(id)] as const)));
}

function dashboardsOf({ answers: { alertmanager } }: Ground): HandoffOutcome['dashboards'] {
  return [
    { title: 'Graphs', url: alertmanager.graphsBase },
    { title: 'Runbooks', url: alertmanager.runbookBase },
  ].filter(({ url }) => url !== '');
}
