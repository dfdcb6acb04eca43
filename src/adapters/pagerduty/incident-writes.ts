import { PmpError, clean } from '../../engine/errors.ts';
import type { PagerDuty, SeenIncident, SeenLogEntry } from '../../ports/index.ts';
import { backoff, path, type Client } from './client.ts';
import { create, lookAgain } from './create.ts';
import { readNotes } from './live.ts';
import { Refused, UnknownOutcome } from './refusal.ts';

type IncidentWrites = Pick<PagerDuty, 'acknowledge' | 'resolve' | 'snooze' | 'addNote'>;
type Status = SeenIncident['status'];

/** What writing needs to look at, always afresh. */
export interface Looks {
  status(incident: string): Promise<Status>;
  log(incident: string): Promise<readonly SeenLogEntry[]>;
  /** What was remembered of incidents is no longer so. */
  forget(): void;
}

const rounds = 3;
/** PagerDuty's clock may be behind this machine's. */
const slack = 60_000;

/** What a person can do with an incident, done as the acting user. */
export function incidentWrites(client: Client, looks: Looks): IncidentWrites {
  /**
   * Never sent without a look: to acknowledge what is resolved would open it again and call people, so an answer that was lost is not followed
   * by a second request either.
   */
  async function bringTo(wanted: Exclude<Status, 'triggered'>, doing: string, incident: string): Promise<void> {
    const resource = `incident ${clean(incident, 60)}`;
    for (let round = 1; ; round++) {
      const status = await looks.status(incident);
      if (status === wanted) return;
      if (status === 'resolved') throw isOver(resource);
      try {
        const body = { incident: { type: 'incident_reference', status: wanted } };
        const call = { method: 'PUT', path: path('/incidents/{}', incident), body, doing: `${doing} ${resource}`, resource } as const;
        await client.call({ ...call, once: true });
        return;
      } catch (thrown) {
        if (round >= rounds || !(thrown instanceof UnknownOutcome || isDoneAlready(thrown))) throw thrown;
        await client.clock.sleep(backoff(round), 'Looking whether PagerDuty did it', client.signal);
      }
    }
  }
  const forgetting = async (work: Promise<void>): Promise<void> => {
    try {
      await work;
    } finally {
      looks.forget();
    }
  };

  async function snooze(incident: string, seconds: number): Promise<void> {
    const resource = `incident ${clean(incident, 60)}`;
    const body = { duration: seconds };
    const call = { method: 'POST', path: path('/incidents/{}/snooze', incident), body, doing: `snooze ${resource}`, resource } as const;
    const since = client.clock.now() - slack;
    const find = async (): Promise<true | undefined> =>
      (await looks.log(incident)).some(({ type, at }) => type === 'snooze' && at >= since) ? true : undefined;
    for (let round = 1; ; round++) {
      try {
        await client.call(call);
        return;
      } catch (thrown) {
        if (!(thrown instanceof UnknownOutcome)) throw thrown;
        if (await lookAgain(client, { find })) return;
        if (round >= rounds) throw thrown;
      }
    }
  }

  async function addNote(incident: string, text: string): Promise<void> {
    const resource = `incident ${clean(incident, 60)}`;
    const body = { note: { content: text } };
    const call = {
      method: 'POST',
      path: path('/incidents/{}/notes', incident),
      body,
      doing: `add a note to ${resource}`,
      resource,
    } as const;
    const find = async (): Promise<true | undefined> =>
      (await readNotes(client, incident)).some((note) => note.text.trim() === text.trim()) ? true : undefined;
    await create<true>(client, { call, find, read: () => true });
  }

  return {
    acknowledge: (incident) => forgetting(bringTo('acknowledged', 'acknowledge', incident)),
    resolve: (incident) => forgetting(bringTo('resolved', 'resolve', incident)),
    snooze: (incident, seconds) => forgetting(snooze(incident, seconds)),
    addNote: (incident, text) => forgetting(addNote(incident, text)),
  };
}

/** 1001: resolved already; 1002: acknowledged already; 1005: changed since. The next look tells which. */
function isDoneAlready(thrown: unknown): boolean {
  return thrown instanceof Refused && thrown.code !== undefined && [1001, 1002, 1005].includes(thrown.code);
}

function isOver(resource: string): PmpError {
  return new PmpError('pagerduty-refused', {
    message: `${resource} was not acknowledged`,
    cause: 'It is resolved already, and acknowledging it would open it again.',
    fix: 'Nothing needs to be done with it.',
    resource,
  });
}
