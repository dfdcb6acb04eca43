import type { DrillVia, Hop, HopName } from '../engine/index.ts';
import type { Instant } from '../model/index.ts';

/** The stations of an alert's way, as people say them. */
export const hopWords: Readonly<Record<HopName, string>> = {
  accepted: 'alert accepted',
  notified_by_alertmanager: 'Alertmanager notified',
  event_accepted: 'event accepted',
  incident_opened: 'incident opened',
  person_notified: 'person notified',
  acknowledged: 'acknowledged',
  escalated: 'escalated',
  snoozed: 'snoozed',
  noted: 'noted',
  resolved: 'alert ended',
  closed: 'incident closed',
};

export const viaWords: Readonly<Record<DrillVia, string>> = {
  alertmanager: 'by Alertmanager',
  events: 'straight to PagerDuty',
  stress: 'by load in a pod',
};

/** "14:03:07", UTC. */
export function clockTime(instant: Instant): string {
  return new Date(instant).toISOString().slice(11, 19);
}

/** "+12 s", "+10 min 3 s"; under ten seconds with a tenth. */
export function since({ seconds }: Pick<Hop, 'seconds'>): string {
  if (seconds < 10) return `+${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `+${whole} s` : `+${Math.floor(whole / 60)} min ${whole % 60} s`;
}
