import type { Instant } from '../../model/index.ts';
import { param } from './call.ts';
import type { Call } from './call.ts';
import type { IncidentRow } from './incident-types.ts';
import { head } from './present.ts';
import { notFound, refusal } from './refusal.ts';
import { parseQueryTime } from './validate.ts';

const month = 31 * 86_400_000;
/** "The maximum range is 6 months." */
const longest = 6 * month;

/** By its id, or by its number, as PagerDuty takes both. @throws Refusal 404/5001 */
export function incidentOf(call: Call): IncidentRow {
  const asked = param(call, 'id');
  const row = call.state.incidents.find((each) => each.id === asked || String(each.number) === asked);
  if (!row) throw notFound(5001);
  return row;
}

/** since and until of a list: the last month unless told otherwise. @throws Refusal 400/2004 for more than six */
export function rangeOf(call: Call): { readonly since: Instant; readonly until: Instant } {
  const { query } = call.request;
  const now = call.world.now();
  const given = parseQueryTime(query.get('until'), 'until', 'Etc/UTC');
  const since = parseQueryTime(query.get('since'), 'since', 'Etc/UTC') ?? (given ?? now) - month;
  const until = given ?? Math.max(now, since) + 1000;
  if (until < since) throw refusal(400, 2004, 'Invalid time range', ['until must not be before since']);
  if (until - since > longest + 86_400_000) throw refusal(400, 2004, 'Invalid time range', ['The range must be at most 6 months']);
  return { since, until };
}

export function incidentReference(call: Call, row: IncidentRow): Readonly<Record<string, unknown>> {
  return { ...head(call.world, 'incident', row.id, `[#${row.number}] ${row.title}`), type: 'incident_reference' };
}
