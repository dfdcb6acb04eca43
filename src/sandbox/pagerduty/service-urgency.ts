import type { Call } from './call.ts';
import { needAbility } from './plans.ts';
import { invalid } from './refusal.ts';
import type { ServiceRow } from './types.ts';
import { isObject, list, oneOf, text, zoneName } from './validate.ts';
import type { Body } from './validate.ts';

/** `incident_urgency_rule`: a constant, or two for inside and outside support hours. Anything but plain high needs the ability. */
export function urgencyRuleIn(call: Call, body: Body, supportHours: unknown, old?: ServiceRow): unknown {
  const rule = body['incident_urgency_rule'];
  if (rule === undefined || rule === null) return old?.incident_urgency_rule ?? { type: 'constant', urgency: 'high' };
  if (!isObject(rule)) throw invalid('Incident urgency rule is invalid');
  if (rule['type'] === 'constant') return constantIn(call, rule);
  if (rule['type'] !== 'use_support_hours') throw invalid('Incident urgency rule type is not included in the list');
  needAbility(call.state, 'service_support_hours');
  if (supportHours === null) throw invalid("Support hours can't be blank");
  const [during, outside] = [rule['during_support_hours'], rule['outside_support_hours']];
  if (!isObject(during) || !isObject(outside)) throw invalid("During and outside support hours can't be blank");
  return { type: 'use_support_hours', during_support_hours: constantIn(call, during), outside_support_hours: constantIn(call, outside) };
}

function constantIn(call: Call, rule: Body): unknown {
  const urgency = oneOf(rule, 'urgency', ['high', 'low', 'severity_based']);
  if (urgency !== 'high') needAbility(call.state, 'urgencies');
  return { type: 'constant', urgency };
}

export function supportHoursIn(call: Call, body: Body, old?: ServiceRow): unknown {
  const hours = body['support_hours'];
  if (hours === undefined) return old?.support_hours ?? null;
  if (hours === null) return null;
  if (!isObject(hours)) throw invalid('Support hours is invalid');
  needAbility(call.state, 'service_support_hours');
  const days = list(hours, 'days_of_week');
  if (days.length === 0 || days.some((day) => typeof day !== 'number' || day < 1 || day > 7)) throw invalid('Days of week is invalid');
  const type = oneOf(hours, 'type', ['fixed_time_per_day']);
  const [start_time, end_time] = [text(hours, 'start_time'), text(hours, 'end_time')];
  return { type, time_zone: zoneName(text(hours, 'time_zone')), days_of_week: days, start_time, end_time };
}
