import type { Route } from './call.ts';
import { Refusal } from './refusal.ts';

/** Scope families by the first words of a route's path; the longest that fits counts. */
const families: readonly (readonly [path: string, family: string | undefined])[] = [
  ['/users/me', undefined],
  ['/v3/schedules', undefined],
  ['/users/:id/contact_methods', 'users:contact_methods'],
  ['/users/:id/notification_rules', 'users:contact_methods'],
  ['/schedules/:id/users', 'users'],
  ['/users', 'users'],
  ['/abilities', 'abilities'],
  ['/licenses', 'licenses'],
  ['/vendors', 'vendors'],
  ['/priorities', 'priorities'],
  ['/teams', 'teams'],
  ['/schedules', 'schedules'],
  ['/oncalls', 'oncalls'],
  ['/escalation_policies', 'escalation_policies'],
  ['/services', 'services'],
  ['/alert_grouping_settings', 'services'],
  ['/maintenance_windows', 'services'],
  ['/webhook_subscriptions', 'webhook_subscriptions'],
  ['/incidents', 'incidents'],
  ['/log_entries', 'incidents'],
  ['/notifications', 'users:notifications'],
];

/** Every scope that the sandbox's routes ask for. */
export const knownScopes: readonly string[] = [...new Set(families.map(([, family]) => family))].flatMap((family) =>
  family === undefined ? [] : family === 'users:notifications' ? [`${family}.read`] : [`${family}.read`, `${family}.write`],
);

/** The scope that a scoped OAuth token needs for a route; undefined: none. Source: the API description's `x-pd-requires-scope`. */
export function scopeOf(route: Pick<Route, 'method' | 'path'>): string | undefined {
  const found = families.find(([path]) => route.path === path || route.path.startsWith(`${path}/`));
  const family = found?.[1];
  return family === undefined ? undefined : `${family}.${route.method === 'GET' ? 'read' : 'write'}`;
}

/** @throws Refusal 403/2010 that names the scope needed and those held */
export function needScope(scopes: readonly string[], route: Route): void {
  const needed = scopeOf(route);
  if (needed === undefined || scopes.includes(needed)) return;
  const error = {
    message: 'Access Denied',
    code: 2010,
    errors: ['Token does not have the required scopes'],
    required_scopes: needed,
    token_scopes: scopes.join(' '),
  };
  throw new Refusal(403, { error });
}
