import type { Imitation, SandboxReply, SandboxRequest } from '../core.ts';
import { accountRoutes } from './account.ts';
import { groupingRoutes } from './alert-grouping.ts';
import type { Route } from './call.ts';
import { Outbox } from './deliver-webhooks.ts';
import { doDue, nextDue } from './due.ts';
import { eventsEndpoint, eventsPerMinute } from './events.ts';
import { contactMethodRoutes } from './contact-methods.ts';
import { policyRoutes } from './escalation-policies.ts';
import { RateLimit, requesterOf, tokenOf, writes } from './gate.ts';
import { incidentAlertRoutes } from './incident-alerts.ts';
import { incidentNoteRoutes } from './incident-notes.ts';
import { incidentWriteRoutes } from './incident-writes.ts';
import { incidentRoutes } from './incidents.ts';
import { integrationRoutes } from './integrations.ts';
import { logEntryRoutes } from './log-entries.ts';
import { windowRoutes } from './maintenance-windows.ts';
import { notificationRuleRoutes } from './notification-rules.ts';
import { tokenEndpoint } from './oauth.ts';
import { oncallRoutes } from './oncalls.ts';
import { overrideRoutes } from './overrides.ts';
import { notFound, Refusal } from './refusal.ts';
import { scheduleRoutes } from './schedules.ts';
import { shiftScheduleRoutes } from './schedules-v3.ts';
import { serviceRoutes } from './services.ts';
import type { PagerDutySettings, PagerDutyState, PagerDutyWorld } from './types.ts';
import { userRoutes } from './users.ts';
import { bringUpToDate, freshAccount } from './fresh.ts';
import { webhookRoutes } from './webhooks.ts';

export { bringUpToDate, ownerEmail } from './fresh.ts';
export { knownScopes } from './scopes.ts';
export { oauthApp } from './oauth.ts';
export { plantIncident } from './plant.ts';
export type { PlantedIncident } from './plant.ts';
export { tokens } from './gate.ts';
export type { TokenKind } from './gate.ts';
export { pagerDutyStatus } from './status.ts';
export type { PagerDutyStatus } from './status.ts';
export { peopleModes, plans } from './types.ts';
export type { DstReading, PagerDutySettings, PagerDutyState, PagerDutyWorld, PeopleMode, Plan } from './types.ts';

const routes: readonly Route[] = [
  ...accountRoutes,
  ...userRoutes,
  ...contactMethodRoutes,
  ...notificationRuleRoutes,
  ...scheduleRoutes,
  ...overrideRoutes,
  ...shiftScheduleRoutes,
  ...policyRoutes,
  ...serviceRoutes,
  ...integrationRoutes,
  ...groupingRoutes,
  ...windowRoutes,
  ...webhookRoutes,
  ...oncallRoutes,
  ...incidentRoutes,
  ...incidentWriteRoutes,
  ...incidentAlertRoutes,
  ...incidentNoteRoutes,
  ...logEntryRoutes,
];
const table = routes.map((route) => ({ route, segments: route.path.split('/') }));

/** PagerDuty's REST and Events APIs, and all that PagerDuty and the people do by themselves. */
export function pagerDutyImitation(settings: PagerDutySettings): Imitation<PagerDutyState> {
  const limit = new RateLimit(settings.rateLimit);
  const eventLimit = new RateLimit(eventsPerMinute);
  const outbox = new Outbox();
  const handle = (request: SandboxRequest, world: PagerDutyWorld): SandboxReply =>
    eventsEndpoint(request, { world, settings }, eventLimit) ??
    (request.path === '/oauth/token' ? tokenEndpoint(request, world) : answer(request, world, settings, limit));
  return {
    fresh: freshAccount,
    handle: (request, world) => {
      const reply = handle(request, world);
      // What a write brings about at once is there when it is answered.
      if (request.method !== 'GET' && request.method !== 'HEAD') doDue({ world, settings }, outbox);
      return reply;
    },
    next: (world) => {
      // The clock asks before anybody else, also of an account from an older file.
      if (!('deliveries' in world.state)) bringUpToDate(world.state);
      return nextDue({ world, settings }, outbox);
    },
    tick: (world) => doDue({ world, settings }, outbox),
  };
}

function answer(request: SandboxRequest, world: PagerDutyWorld, settings: PagerDutySettings, limit: RateLimit): SandboxReply {
  let headers: Readonly<Record<string, string>> = {};
  try {
    const shown = tokenOf(request, world);
    headers = limit.admit(shown.token, world.now());
    const { route, params } = routed(request);
    const reply = route.handler({
      request,
      state: world.state,
      world,
      settings,
      params,
      ...requesterOf(request, world, settings, shown, route),
    });
    if (writes(request, route)) world.state.lastWrite = world.now();
    return { ...reply, headers: { ...headers, ...reply.headers } };
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const reply = thrown.reply();
    return { ...reply, headers: { ...headers, ...reply.headers } };
  }
}

/** The first route that fits, so that fixed words stand before placeholders in the table. @throws Refusal 404/2100 */
function routed(request: SandboxRequest): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  const path = request.path.split('/');
  for (const { route, segments } of table) {
    if (route.method !== request.method || segments.length !== path.length) continue;
    const params: Record<string, string> = {};
    const fits = segments.every((segment, index) => {
      const value = path[index] ?? '';
      if (!segment.startsWith(':')) return segment === value;
      params[segment.slice(1)] = value;
      return value !== '';
    });
    if (fits) return { route, params };
  }
  throw notFound();
}
