import { PmpError } from '../../engine/errors.ts';
import type { Clock, PagerDuty } from '../../ports/index.ts';
import type { Http } from '../http.ts';
import { accounts } from './account.ts';
import { createClient } from './client.ts';
import { bearerOf, type Credential } from './credential.ts';
import { groupings } from './groupings.ts';
import { findingByAlert } from './incident-of-alert.ts';
import { incidentWrites } from './incident-writes.ts';
import { incidents } from './incidents.ts';
import { live } from './live.ts';
import { policyObjects, scheduleObjects, serviceObjects, type Directories } from './objects.ts';
import { overrides } from './overrides.ts';
import { people } from './people.ts';
import { policyDirectory } from './policies.ts';
import { removal } from './removal.ts';
import { preview } from './rota.ts';
import { rendering } from './rendered.ts';
import { scheduleDirectory } from './schedules.ts';
import { integrations, seenIntegrations, seenService, serviceDirectory } from './services.ts';
import { shiftList } from './shifts.ts';
import { userDirectory, userReads } from './users.ts';
import { webhooks } from './webhooks.ts';
import { windows } from './windows.ts';

export type { Credential } from './credential.ts';

export interface PagerDutyOptions {
  /** "https://api.pagerduty.com", the EU's, or a sandbox's on loopback; no path prefix is lost. */
  readonly apiUrl: string;
  readonly region: 'us' | 'eu';
  readonly credential: Credential;
  /** Login e-mail of the acting user: needed with account tokens. A function where it may be learnt after the first reads. */
  readonly from?: string | (() => string | undefined);
  readonly clock: Clock;
  readonly http: Http;
  /** Told of every wait of more than a second that PagerDuty asks for. */
  readonly notify?: (why: string, seconds: number) => void;
  /** Ends every call and wait; its reason is what they reject with, where it is a PmpError. */
  readonly signal?: AbortSignal;
}

/**
 * PagerDuty by names, over its REST API through pdjs. Nothing is sent, and pdjs is not loaded, before the first question.
 * @throws PmpError `pagerduty-credentials` for a token, `usage` for a From address, that cannot stand in a header.
 */
export function createPagerDuty(options: PagerDutyOptions): PagerDuty {
  const { credential } = options;
  const from = () => checked(typeof options.from === 'function' ? options.from() : options.from);
  from();
  const bearer = bearerOf(credential, options);
  const client = createClient({
    apiUrl: options.apiUrl,
    bearer,
    clock: options.clock,
    http: options.http,
    notify: options.notify ?? (() => {}),
    from,
    ...(options.signal && { signal: options.signal }),
  });
  const all: Directories = {
    users: userDirectory(client),
    schedules: scheduleDirectory(client),
    shifts: shiftList(client),
    policies: policyDirectory(client),
    services: serviceDirectory(client),
  };
  const account = accounts(client, all.users, { ...options, bearer });
  const known = userReads(client, all.users, account.abilities);
  const rotas = scheduleObjects(client, all);
  const grouping = groupings(client, all.services);
  const integration = integrations(client, all.services);
  const window = windows(client, all.services);
  const webhook = webhooks(client, all.services);
  const rendered = rendering(client, all);
  const incident = incidents(client, all);
  const parts = [all.users, all.schedules, all.shifts, all.policies, all.services];
  const remembering = [...parts, account, known, rotas, grouping, window, webhook, rendered, incident];
  const forget = (): void => {
    for (const part of remembering) part.forget();
  };
  const now = live(client, all);
  const status = async (id: string) => (await now.incident(id)).status;

  return {
    ...people(client, all.users),
    ...rotas,
    ...policyObjects(client, all),
    ...serviceObjects(client, all),
    ...grouping,
    ...integration,
    ...window,
    ...webhook,
    account: account.account,
    users: known.users,
    async people(limit) {
      const found = limit > 100 ? await all.users.all() : await all.users.some();
      return found.slice(0, limit).map(({ name, email, timeZone }) => ({ name, email, timeZone }));
    },
    async services(names) {
      return [...(await all.services.find(names)).values()].map(seenService);
    },
    async integrations(names) {
      return [...(await all.services.find(names)).values()].flatMap(seenIntegrations);
    },
    rendered: rendered.rendered,
    incidents: incident.incidents,
    alerts: incident.alerts,
    logEntries: incident.logEntries,
    preview: (schedule, begin, end) => preview(client, all.users, schedule, begin, end),
    calls: client.calls,
    expect: client.expect,
    clockAhead: client.clockAhead,
    ...now,
    ...findingByAlert(client, all),
    ...incidentWrites(client, { status, log: now.log, forget: incident.forget }),
    ...overrides(client, all, rendered.forget),
    ...removal(client, forget),
    forget,
  };
}

/** @throws PmpError `usage` for what cannot stand in a header */
function checked(from: string | undefined): string | undefined {
  if (from === undefined || /^[\x21-\x7e]+@[\x21-\x7e]+$/.test(from)) return from;
  throw new PmpError('usage', {
    message: 'the From address is no e-mail address',
    fix: 'Give --from the login e-mail of a user of the account.',
  });
}
