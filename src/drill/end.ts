import { toPmpError, type LeftBehind } from '../engine/index.ts';
import { noteOf, tried } from './note.ts';
import { rest, watch, type Pace } from './pace.ts';
import { findArrival, look, type Arrival, type Watching } from './sight.ts';
import type { DrillState } from './state.ts';
import { second } from './words.ts';

interface Ending {
  /** Second Ctrl-C: nothing more is tried. */
  readonly aborting: AbortSignal;
  readonly interrupted: boolean;
}

/** Somebody who pressed Ctrl-C does not wait for Alertmanager's next turn. */
const hurried = 25 * second;
/** An event that was under way when the alert was ended opens its incident within that. */
const late = 15 * second;
const attempts = 3;

/** Ends everything the drill began, in any state it may be in; every part by itself, so that one that fails keeps none from being tried. */
export async function endDrill(watching: Watching, state: DrillState, ending: Ending): Promise<readonly LeftBehind[]> {
  if (!state.fired) return [];
  const { plan, book, way, pace } = watching;
  const hushed: Watching = { ...watching, pace: { ...pace, signal: ending.aborting } };
  const left: LeftBehind[] = [];
  const { arrival } = state;
  if (arrival !== undefined && !arrival.joined && state.note === undefined && !ending.interrupted) {
    const note = noteOf(plan, state);
    state.note = await attempt(ending, () => tried(() => watching.pagerduty.addNote(arrival.incident.id, note)), {
      why: 'the drill was ended first',
    });
  }
  const before = pace.clock.now();
  const ended = await again(hushed.pace, () => way.end());
  if (ended) book.enter('resolved', before, endWords[way.via]);
  else left.push(way.left);
  const found = arrival ?? (await attempt(ending, () => latecomer(hushed), undefined));
  if (found === undefined || found.joined) return left;
  // One that the other service's key opened is closed too, and is no arrival.
  if (found.incident.service === plan.service.name) state.arrival ??= found;
  const open = await closeIncident(hushed, state, found, ending);
  // An event's alert is closed with its incident; one in Alertmanager stays until its own end.
  return open.length === 0 && way.via === 'events' ? [] : [...left, ...open];
}

const endWords = {
  alertmanager: 'the alert was ended in Alertmanager',
  events: 'the resolve was sent to PagerDuty',
  stress: 'the load was stopped',
} as const;

/** Waits for the alert's resolve to close it; where that does not come in time, closes it by API, unless others' alerts are in it by now. */
async function closeIncident(watching: Watching, state: DrillState, arrival: Arrival, ending: Ending): Promise<readonly LeftBehind[]> {
  const { book, way, pace, pagerduty } = watching;
  const { id, number } = arrival.incident;
  const patience = ending.interrupted ? Math.min(hurried, way.closing) : way.closing;
  const isClosed = () => attempt(ending, () => closes(watching, state, arrival, patience), false);
  if (await isClosed()) return [];
  const open = (why: string): readonly LeftBehind[] => [{ what: `incident #${number}: ${why}`, command: 'pmp-pd test-alert --cleanup' }];
  if (ending.aborting.aborted) return open('it was still open when you pressed Ctrl-C again');
  const now = await attempt(ending, () => findArrival(watching, arrival.incident.service), undefined);
  if (now?.joined === true)
    return [{ what: `incident #${number}: other alerts have joined it, so it was left open`, command: `pmp-pd explain drill-left-over` }];
  state.resolved = await again(pace, () => pagerduty.resolve(id));
  if (!state.resolved) return open('it could not be resolved');
  await attempt(ending, () => closes(watching, state, arrival, 10 * second), false);
  if (!book.has('closed')) book.enter('closed', pace.clock.now(), 'by API');
  return [];
}

function closes(watching: Watching, state: DrillState, arrival: Arrival, patience: number): Promise<boolean> {
  const { pace } = watching;
  const deadline = pace.clock.now() + patience;
  return watch(pace, { what: 'for the incident to close', deadline }, async () => {
    state.sight = await look(watching, arrival, { acknowledged: state.byApi, resolved: state.resolved });
    return state.sight.log.some(({ type }) => type === 'resolve') ? true : undefined;
  }).then((closed) => closed === true);
}

/** Stopped between firing and seeing, its incident may only open now. */
async function latecomer(watching: Watching): Promise<Arrival | undefined> {
  const { pace, plan, book, way } = watching;
  const patience = { what: 'to see whether the incident still opens', deadline: pace.clock.now() + late };
  const { criticalService, highService } = plan.answers.names;
  const services = [plan.service.name, ...[criticalService, highService].filter((name) => name !== plan.service.name)];
  const found = await watch(pace, patience, async () => {
    for (const service of services) {
      const arrival = await findArrival(watching, service);
      if (arrival !== undefined) return arrival;
    }
    return undefined;
  });
  if (found === undefined) return undefined;
  way.arrived(found.incident.created);
  const where = found.incident.service === plan.service.name ? 'late' : `of "${found.incident.service}"`;
  if (!found.joined) book.enter('incident_opened', found.incident.created, `#${found.incident.number}, ${where}`);
  return found;
}

/** A few times: a line that was lost may be back. @returns whether it was done */
async function again(pace: Pace, work: () => Promise<void>): Promise<boolean> {
  for (let turn = 1; turn <= attempts; turn += 1) {
    if (pace.signal.aborted) return false;
    try {
      await work();
      return true;
    } catch {
      if (turn < attempts) await rest(pace, 3 * second, 'before it is tried again').catch(() => undefined);
    }
  }
  return false;
}

/** What cannot be seen while ending is not what ends the ending. */
async function attempt<T>({ aborting }: Ending, work: () => Promise<T>, otherwise: T): Promise<T> {
  if (aborting.aborted) return otherwise;
  try {
    return await work();
  } catch (thrown) {
    toPmpError(thrown);
    return otherwise;
  }
}
