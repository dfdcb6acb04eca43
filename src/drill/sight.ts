import { PmpError } from '../engine/index.ts';
import type { LiveIncident, PagerDuty, SeenAlert, SeenLogEntry } from '../ports/index.ts';
import type { Book } from './book.ts';
import { calledLevels, enterLog, type Called, type Doings } from './log.ts';
import type { DrillPlan } from './order.ts';
import { watch, type Pace } from './pace.ts';
import type { Way } from './ways/index.ts';
import { minute } from './words.ts';

/** Nothing tells how late PagerDuty's own parts are against each other; the key is the drill's own, so that nothing else can be found. */
const slack = 60 * minute;

/** The incident of the drill, as it was first seen. */
export interface Arrival {
  readonly incident: LiveIncident;
  readonly alert: SeenAlert;
  /** Its alert joined an incident that was open already: that one is not ours. */
  readonly joined: boolean;
}

/** What the log of it says now. */
export interface Sight {
  readonly log: readonly SeenLogEntry[];
  readonly called: readonly Called[];
}

export interface Watching {
  readonly pagerduty: PagerDuty;
  readonly plan: DrillPlan;
  readonly book: Book;
  readonly way: Way;
  readonly pace: Pace;
}

/** Waits for the incident. @throws PmpError drill-not-seen where it did not come, with what can be known of why */
export async function awaitArrival(watching: Watching): Promise<Arrival> {
  const { plan, book, way, pace } = watching;
  const deadline = book.began + way.patience;
  const found = await watch(pace, { what: 'for the incident to open in PagerDuty', deadline }, async () => {
    const seen = await findArrival(watching, plan.service.name);
    if (seen === undefined) await way.tend();
    return seen;
  });
  if (found === undefined) throw await notSeen(watching);
  way.arrived(found.incident.created);
  const joined = found.joined ? ': the alert joined it' : '';
  book.enter('incident_opened', found.incident.created, `#${found.incident.number}, ${found.incident.urgency} urgency${joined}`);
  return found;
}

export async function findArrival({ pagerduty, book, way }: Watching, service: string): Promise<Arrival | undefined> {
  for (const key of way.keys) {
    const found = await pagerduty.incidentOfAlert(service, key, book.began - slack);
    if (found === undefined) continue;
    // PagerDuty tells whole seconds.
    return { incident: found.incident, alert: found.alert, joined: !found.alone || found.incident.created < book.began - 5 * minute };
  }
  return undefined;
}

/** Perhaps it opened where nobody looks: with the other service's key. */
async function notSeen(watching: Watching): Promise<PmpError> {
  const { plan, way } = watching;
  const { criticalService, highService } = plan.answers.names;
  const other = plan.order.role === 'critical' ? highService : criticalService;
  const elsewhere = await findArrival(watching, other);
  if (elsewhere !== undefined)
    return new PmpError('drill-not-seen', {
      message: `the drill opened no incident of "${plan.service.name}"`,
      cause: `It opened incident #${elsewhere.incident.number} of "${other}": the keys of the two are swapped, or the route leads there.`,
      fix: 'Run pmp-pd verify --only key-chain,routing, then drill again.',
    });
  return new PmpError('drill-not-seen', {
    message: `no incident of "${plan.service.name}" opened within ${Math.round(way.patience / 1000)} s`,
    ...(await way.why()),
  });
}

/** Reads the log anew and enters what is new of it. */
export async function look({ pagerduty, plan, book, way }: Watching, { incident }: Arrival, doings: Doings): Promise<Sight> {
  await tended(way);
  const log = await pagerduty.log(incident.id);
  const called = calledLevels(log, plan.levels, incident.created, incident.assignees);
  enterLog(book, log, called, plan, doings);
  return { log, called };
}

/** Whoever answers must be seen while Alertmanager restarts, too: an alert that cannot be renewed now has minutes left. */
async function tended(way: Way): Promise<void> {
  try {
    await way.tend();
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || thrown.id === 'interrupted' || thrown.id === 'terminated') throw thrown;
  }
}
