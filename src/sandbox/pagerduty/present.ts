import type { PagerDutyState, PagerDutyWorld } from './types.ts';

const site = 'https://sandbox-account.pagerduty.com';
export const subdomain = 'sandbox-account';

export interface Referable {
  readonly id: string;
  readonly type: string;
  readonly summary: string;
  readonly self: string | null;
  readonly html_url: string | null;
}

interface Kind {
  readonly api: string;
  /** Path in the web app, where the object has a page. */
  readonly web?: string;
}
const kinds: Readonly<Record<string, Kind>> = {
  user: { api: 'users', web: 'users' },
  schedule: { api: 'schedules', web: 'schedules#' },
  schedule_v3: { api: 'v3/schedules', web: 'schedules' },
  escalation_policy: { api: 'escalation_policies', web: 'escalation_policies' },
  service: { api: 'services', web: 'service-directory' },
  vendor: { api: 'vendors' },
  maintenance_window: { api: 'maintenance_windows', web: 'maintenance_windows#/show' },
  priority: { api: 'priorities' },
  incident: { api: 'incidents', web: 'incidents' },
  alert: { api: 'alerts', web: 'alerts' },
};

/** The five fields every PagerDuty object and reference begins with. */
export function head(world: PagerDutyWorld, type: string, id: string, summary: string): Referable {
  const kind = kinds[type];
  const web = kind?.web;
  return {
    id,
    type,
    summary,
    self: kind ? `${world.baseUrl}/${kind.api}/${id}` : null,
    html_url: web ? (web.endsWith('#') ? `${site}/${web}${id}` : `${site}/${web}/${id}`) : null,
  };
}

export function referTo(world: PagerDutyWorld, type: string, id: string): Referable {
  return { ...head(world, type, id, nameOf(world.state, type, id)), type: `${type}_reference` };
}

function nameOf(state: PagerDutyState, type: string, id: string): string {
  const rows: readonly { readonly id: string; readonly name: string }[] =
    {
      user: state.users,
      schedule: state.schedules,
      schedule_v3: state.shiftSchedules,
      escalation_policy: state.policies,
      service: state.services,
    }[type] ?? [];
  return rows.find((row) => row.id === id)?.name ?? '';
}
