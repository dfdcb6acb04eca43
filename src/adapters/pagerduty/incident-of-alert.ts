import type { Instant } from '../../model/index.ts';
import type { PagerDutyLive } from '../../ports/index.ts';
import type { Client } from './client.ts';
import { alertsOfKey, listLive, openOnes, shownIncidents, type AlertRow, type LiveEntry } from './live.ts';
import type { Directories } from './objects.ts';
import { theService } from './services.ts';

/** PagerDuty shows an incident by the key of any alert in it. Should that ever fail, the open ones are searched, this often at most. */
const searchEvery = 15_000;
/** Each of them costs a call; an account with more has other worries. */
const mostSearched = 25;
/** This machine's clock may be ahead of PagerDuty's. */
const slack = 60_000;

interface Asked {
  readonly serviceId: string;
  readonly key: string;
  readonly since: Instant;
}
interface Holding {
  readonly entry: LiveEntry;
  readonly alert: AlertRow;
  readonly alone: boolean;
}

/** Finds the incident that an event led to. It is asked again and again: while there is none, that is one call. */
export function findingByAlert(
  client: Client,
  { users, services }: Pick<Directories, 'users' | 'services'>,
): Pick<PagerDutyLive, 'incidentOfAlert'> {
  const searched = new Map<string, Instant>();

  function isDue(key: string): boolean {
    const now = client.clock.now();
    const last = searched.get(key);
    if (last !== undefined && now - last < searchEvery) return false;
    searched.set(key, now);
    return true;
  }

  async function find(asked: Asked): Promise<Holding | undefined> {
    // A key is as good as unique; with the service asked for too, an incident of another service that grouping put it into would be missed.
    const byKey = await listLive(client, { incident_key: asked.key, date_range: 'all' });
    const found = await holding(client, byKey, asked);
    if (found || byKey.length > 0 || !isDue(`${asked.serviceId} ${asked.key}`)) return found;
    return holding(client, await listLive(client, openOnes([asked.serviceId])), asked);
  }

  return {
    async incidentOfAlert(service, key, since) {
      const { id: serviceId } = await theService(services, service);
      const found = await find({ serviceId, key, since });
      const [incident] = found ? await shownIncidents({ users, services }, [found.entry]) : [];
      return found && incident && { incident, alert: found.alert.seen, alone: found.alone };
    },
  };
}

/** The newest of them in which the alert still stands; else in which it stood since then. */
async function holding(client: Client, entries: readonly LiveEntry[], asked: Asked): Promise<Holding | undefined> {
  const each = await Promise.all(entries.slice(0, mostSearched).map((entry) => holdingOne(client, entry, asked)));
  const found = each.flat();
  return found.find(({ alert }) => alert.seen.status === 'triggered') ?? found.find(({ alert }) => alert.created >= asked.since - slack);
}

async function holdingOne(client: Client, entry: LiveEntry, { key, serviceId }: Asked): Promise<readonly Holding[]> {
  const rows = await alertsOfKey(client, entry.id, key);
  const alone = entry.alertCounts.all <= rows.length;
  return rows
    .filter((row) => (row.serviceId ?? entry.serviceId) === serviceId)
    .toSorted((a, b) => b.created - a.created)
    .map((alert) => ({ entry, alert, alone }));
}
