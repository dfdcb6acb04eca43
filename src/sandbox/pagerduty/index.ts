import type { Imitation, SandboxReply, SandboxRequest } from '../core.ts';
import { signInDue, signInEveryone } from '../people.ts';
import { accountRoutes } from './account.ts';
import { groupingRoutes } from './alert-grouping.ts';
import type { Route } from './call.ts';
import { contactMethodRoutes } from './contact-methods.ts';
import { policyRoutes } from './escalation-policies.ts';
import { RateLimit, requesterOf, tokenOf, writes } from './gate.ts';
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
import { freshAccount } from './fresh.ts';
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
  ...logEntryRoutes,
];
const table = routes.map((route) => ({ route, segments: route.path.split('/') }));

/** PagerDuty's REST API. Without the settings' people it is a mere record; they make it live. */
export function pagerDutyImitation(settings: PagerDutySettings): Imitation<PagerDutyState> {
  const limit = new RateLimit(settings.rateLimit);
  return {
    fresh: freshAccount,
    handle: (request, world) => (request.path === '/oauth/token' ? tokenEndpoint(request, world) : answer(request, world, settings, limit)),
    next: (world) => signInDue(world.state, settings.people),
    tick: (world) => signInEveryone(world),
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
