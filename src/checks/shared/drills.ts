import type { Instant } from '../../model/index.ts';
import type { PagerDutyRead, SeenIncident, SeenLogEntry } from '../../ports/index.ts';
import { minute } from './words.ts';

type Looks = { readonly pagerduty: Pick<PagerDutyRead, 'incidents' | 'alerts' | 'logEntries'> };

/** A drill as PagerDuty remembers it. */
export interface Drill {
  /** ULID, as the alert carries it. */
  readonly id: string;
  readonly incident: SeenIncident;
  /** Oldest first. */
  readonly entries: readonly SeenLogEntry[];
  /** What `test-alert` wrote at its end; undefined: it was interrupted, or is still under way. */
  readonly note: DrillNote | undefined;
}

export interface DrillNote {
  readonly via: string;
  readonly ack: string;
  readonly reached: number;
  readonly levels: number;
}

const ulid = /^[0-9A-HJKMNP-TV-Z]{26}$/i;
const marked = /\[DRILL pmp-pd [0-9A-Z]{26}\]/i;
/** A drill whose alert joined another incident bears that one's title; that many of the others are looked into. */
const untitled = 5;
/** Above this nobody drills within the age that counts. */
const titled = 40;
/** A drill without its note for longer than this was interrupted. */
const underWayFor = 60 * minute;

/**
 * The drills of a service since then, newest first, each read only when it is asked for. The mark is the alert's `pmp_drill`: a title alone is none.
 * `services` must be the same list for every check that asks, so that their incidents are read once.
 */
export async function* drillsOf(world: Looks, service: string, services: readonly string[], since: Instant): AsyncGenerator<Drill> {
  const incidents = (await world.pagerduty.incidents(services, since)).filter((incident) => incident.service === service);
  const named = incidents.filter(({ title }) => marked.test(title)).slice(0, titled);
  const others = incidents.filter(({ title }) => !marked.test(title)).slice(0, untitled);
  for (const incident of [...named, ...others]) {
    const id = await drillIdOf(world, incident);
    if (id === undefined) continue;
    const entries = await world.pagerduty.logEntries(incident.id);
    yield { id, incident, entries, note: noteOf(id, entries) };
  }
}

/** The newest drill that `accepts`. */
export async function newestDrill(drills: AsyncGenerator<Drill>, accepts: (drill: Drill) => boolean): Promise<Drill | undefined> {
  for await (const drill of drills) if (accepts(drill)) return drill;
  return undefined;
}

/** Incidents that call themselves drills and carry no mark: somebody typed the title. */
export async function pretenders(
  world: Looks,
  service: string,
  services: readonly string[],
  since: Instant,
): Promise<readonly SeenIncident[]> {
  const incidents = await world.pagerduty.incidents(services, since);
  const titledSo = incidents.filter((incident) => incident.service === service && /\bDRILL\b/i.test(incident.title)).slice(0, untitled);
  const ids = await Promise.all(titledSo.map((incident) => drillIdOf(world, incident)));
  return titledSo.filter((_incident, index) => ids[index] === undefined);
}

export function isUnderWay({ incident, note }: Drill, now: Instant): boolean {
  return note === undefined && incident.status !== 'resolved' && now - incident.created < underWayFor;
}

export function isOver(drill: Drill, now: Instant): boolean {
  return !isUnderWay(drill, now);
}

async function drillIdOf(world: Looks, incident: SeenIncident): Promise<string | undefined> {
  const alerts = await world.pagerduty.alerts(incident.id);
  for (const { details } of alerts) {
    const id = details['pmp_drill'];
    if (typeof id === 'string' && ulid.test(id)) return id;
  }
  return undefined;
}

const written = /^pmp-pd drill ([0-9A-Z]{26}): via=(\w+) ack=(\w+) escalation=(\d+)\/(\d+)/i;

function noteOf(id: string, entries: readonly SeenLogEntry[]): DrillNote | undefined {
  for (const { type, note } of entries) {
    const match = type === 'annotate' ? written.exec(note?.trim() ?? '') : null;
    if (match?.[1]?.toUpperCase() !== id.toUpperCase()) continue;
    const [, , via = '', ack = '', reached, levels] = match;
    return { via, ack, reached: Number(reached), levels: Number(levels) };
  }
  return undefined;
}
