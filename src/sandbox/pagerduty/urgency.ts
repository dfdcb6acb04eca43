import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../../model/index.ts';
import type { Severity } from './incident-types.ts';
import type { ServiceRow } from './types.ts';
import { isObject } from './validate.ts';

type Urgency = 'high' | 'low';

/** What a service makes of a new alert, by its urgency rule. No severity counts as high. */
export function urgencyOf(service: ServiceRow, severity: Severity | null, now: Instant): Urgency {
  const rule = service.incident_urgency_rule;
  if (!isObject(rule)) return 'high';
  if (rule['type'] !== 'use_support_hours') return constant(rule, severity);
  const part = rule[inSupportHours(service.support_hours, now) ? 'during_support_hours' : 'outside_support_hours'];
  return isObject(part) ? constant(part, severity) : 'high';
}

function constant(rule: Readonly<Record<string, unknown>>, severity: Severity | null): Urgency {
  if (rule['urgency'] === 'severity_based') return severity === 'warning' || severity === 'info' ? 'low' : 'high';
  return rule['urgency'] === 'low' ? 'low' : 'high';
}

/** Hours that end before they begin reach into the next day. */
function inSupportHours(hours: unknown, now: Instant): boolean {
  if (!isObject(hours) || !Array.isArray(hours['days_of_week'])) return true;
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(String(hours['time_zone']));
  const days = hours['days_of_week'].map(Number);
  const [start, end] = [minutes(hours['start_time']), minutes(hours['end_time'])];
  const at = local.hour * 60 + local.minute;
  const yesterday = ((local.dayOfWeek + 5) % 7) + 1;
  if (start < end) return days.includes(local.dayOfWeek) && at >= start && at < end;
  return (days.includes(local.dayOfWeek) && at >= start) || (days.includes(yesterday) && at < end);
}

function minutes(clock: unknown): number {
  const [hour = 0, minute = 0] = String(clock).split(':').map(Number);
  return hour * 60 + minute;
}
