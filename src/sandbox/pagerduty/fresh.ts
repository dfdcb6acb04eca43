import type { PagerDutyState } from './types.ts';

/** Who opened the account; setup acts in this name where the token has no user of its own. */
export const ownerEmail = 'owner@example.com';

/** A new trial account: its owner, accepted and signed in, and nothing else. */
export function freshAccount(): PagerDutyState {
  const method = (id: string, type: string, label: string, address: string): PagerDutyState['users'][number]['methods'][number] => ({
    id,
    type,
    label,
    address,
    country_code: null,
    blacklisted: false,
    enabled: true,
    send_short_email: false,
    device_type: type === 'push_notification_contact_method' ? 'ios' : null,
    created_at: 0,
  });
  return {
    plan: 'trial',
    seats: null,
    owner: 'PSANDUS',
    lastWrite: null,
    windowNumber: 0,
    incidentNumber: 0,
    expired: false,
    oauth: { allowed: null, tokens: [] },
    users: [
      {
        id: 'PSANDUS',
        name: 'Sandbox Owner',
        email: ownerEmail,
        time_zone: 'America/New_York',
        color: 'purple',
        role: 'owner',
        job_title: null,
        description: null,
        invitation_sent: false,
        methods: [
          method('PSANDUE', 'email_contact_method', 'Default', ownerEmail),
          method('PSANDUD', 'push_notification_contact_method', 'Sandbox phone', 'sandbox-device-owner'),
        ],
        rules: [{ id: 'PSANDUR', method: 'PSANDUE', urgency: 'high', delay: 0, created_at: 0 }],
      },
    ],
    schedules: [],
    shiftSchedules: [],
    policies: [],
    services: [],
    groupings: [],
    windows: [],
    webhooks: [],
    incidents: [],
    eventDelay: 0,
    events: [],
    deliveries: [],
  };
}

/** Gives an account from an older state file what accounts have learnt to hold since. */
export function bringUpToDate(state: PagerDutyState): void {
  Object.assign(state, { ...freshAccount(), ...state });
  const delivery = { drops: 0, disabled_until: null };
  for (const webhook of state.webhooks) Object.assign(webhook, { ...delivery, ...webhook });
  const history = { live: null, status_changed_by: null };
  for (const incident of state.incidents) {
    Object.assign(incident, { ...history, ...incident });
    for (const alert of incident.alerts) {
      const unknown = { source: null, component: null, group: null, class: null, updated_at: alert.resolved_at ?? alert.created_at };
      Object.assign(alert, { ...unknown, ...alert });
    }
  }
}
