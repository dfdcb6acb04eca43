import type { LeftBehind } from '../engine/index.ts';
import { nextCall } from './log.ts';
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
/** To resolve it by API takes a moment, too. */
const margin = 10 * second;

/** Ends everything the drill began, in any state it may be in; every part by itself, so that one that fails keeps none from being tried. */
export async function endDrill(watching: Watching, state: DrillState, ending: Ending): Promise<readonly LeftBehind[]> {
  if (!state.fired) return [];
  const { plan, book, way, pace } = watching;
  const hushed: Watching = { ...watching, pace: { ...pace, signal: ending.aborting } };
  const left: LeftBehind[] = [];
  const { arrival } = state;
  // Also where the first try was lost with the line: verify reads it.
  if (arrival !== undefined && !arrival.joined && state.note !== 'done' && !ending.interrupted) {
    const note = noteOf(plan, state);
    state.note = await attempt(ending, () => tried(() => watching.pagerduty.addNote(arrival.incident.id, note)), {
      why: 'the drill was ended first',
    });
  }
  const end = async (times: number): Promise<boolean> => {
    const before = pace.clock.now();
    const ended = await again(hushed.pace, () => way.end(), times);
    if (ended) book.enter('resolved', before, endWords[way.via]);
    return ended;
  };
  // While it rings, PagerDuty comes before a second try: the next level would be called meanwhile.
  const urgent = arrival !== undefined && !arrival.joined && isRinging(state);
  const ended = await end(urgent ? 1 : attempts);
  const open = await closeWhatOpened(hushed, state, ending);
  if (!ended && !(urgent && (await end(attempts - 1)))) left.push(way.left);
  // An event's alert is closed with its incident; one in Alertmanager stays until its own end.
  return open.closed && way.via === 'events' ? [] : [...left, ...open.left];
}

/** Nobody has acknowledged it yet. */
function isRinging({ acknowledged, sight }: DrillState): boolean {
  return acknowledged === undefined && sight?.log.some(({ type }) => type === 'acknowledge' || type === 'resolve') !== true;
}

interface Closing {
  /** There is an incident of the drill's own, and it is closed. */
  readonly closed: boolean;
  readonly left: readonly LeftBehind[];
}

async function closeWhatOpened(watching: Watching, state: DrillState, ending: Ending): Promise<Closing> {
  const { arrival } = state;
  const found = arrival ?? (await attempt(ending, () => latecomer(watching), undefined));
  if (found === undefined || found.joined) return { closed: false, left: [] };
  // One that the other service's key opened is closed too, and is no arrival.
  if (found.incident.service === watching.plan.service.name) state.arrival ??= found;
  const left = [...(await closeIncident(watching, state, found, ending)), ...(await closeTwin(watching, found, ending))];
  return { closed: left.length === 0, left };
}

/** A route that goes on to a second receiver opens an incident of the other service, too; its alert has ended with the first one's. */
async function closeTwin(watching: Watching, { incident }: Arrival, ending: Ending): Promise<readonly LeftBehind[]> {
  const { way, plan, pace, pagerduty } = watching;
  if (way.keys.length < 2) return [];
  const { criticalService, highService } = plan.answers.names;
  const other = incident.service === criticalService ? highService : criticalService;
  const twin = await attempt(ending, () => findArrival(watching, other), undefined);
  if (twin === undefined || twin.joined || twin.incident.id === incident.id || twin.incident.status === 'resolved') return [];
  if (await again(pace, () => pagerduty.resolve(twin.incident.id))) return [];
  return [{ what: `incident #${twin.incident.number} of "${other}": it could not be resolved`, command: 'pmp-pd test-alert --cleanup' }];
}

const endWords = {
  alertmanager: 'the alert was ended in Alertmanager',
  events: 'the resolve was sent to PagerDuty',
  stress: 'the load was stopped',
} as const;

/** Waits for the alert's resolve to close it; where that does not come in time, closes it by API, unless others' alerts are in it by now. */
async function closeIncident(watching: Watching, state: DrillState, arrival: Arrival, ending: Ending): Promise<readonly LeftBehind[]> {
  const { book, way, pace, pagerduty, plan } = watching;
  const { id, number } = arrival.incident;
  const ringing = isRinging(state) ? (nextCall(plan, state.sight?.called ?? []) ?? Infinity) - pace.clock.now() - margin : Infinity;
  const patience = Math.max(0, Math.min(way.closing, ringing, ending.interrupted ? hurried : Infinity));
  const isClosed = () => attempt(ending, () => closes(watching, state, arrival, patience), false);
  if (await isClosed()) return [];
  const open = (why: string): readonly LeftBehind[] => [
    { what: `incident #${number}: ${why}`, command: `pmp-pd test-alert --cleanup${way.via === 'events' ? ' --yes' : ''}` },
  ];
  if (ending.aborting.aborted) return open('it was still open when you pressed Ctrl-C again');
  const others = { joined: false };
  const done = await again(pace, async () => {
    // Looked at each time: what cannot be seen is not resolved, it may be somebody's real incident by now.
    others.joined = (await findArrival(watching, arrival.incident.service))?.joined === true;
    if (!others.joined) await pagerduty.resolve(id);
  });
  if (others.joined)
    return [{ what: `incident #${number}: other alerts have joined it, so it was left open`, command: `pmp-pd explain drill-left-over` }];
  state.resolved = done;
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
async function again(pace: Pace, work: () => Promise<void>, times = attempts): Promise<boolean> {
  for (let turn = 1; turn <= times; turn += 1) {
    if (pace.signal.aborted) return false;
    try {
      await work();
      return true;
    } catch {
      if (turn < times) await rest(pace, 3 * second, 'before it is tried again').catch(() => undefined);
    }
  }
  return false;
}

/** What cannot be seen while ending is not what ends the ending. */
async function attempt<T>({ aborting }: Ending, work: () => Promise<T>, otherwise: T): Promise<T> {
  if (aborting.aborted) return otherwise;
  try {
    return await work();
  } catch {
    return otherwise;
  }
}
