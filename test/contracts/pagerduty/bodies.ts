/** Our own schemas of every body that the adapter sends: they run everywhere, also where PagerDuty's description is missing. */

type Schema = Readonly<Record<string, unknown>>;
const object = (required: Schema, optional: Schema = {}): Schema => ({
  type: 'object',
  required: Object.keys(required),
  properties: { ...required, ...optional },
  additionalProperties: false,
});
const list = (items: Schema, more: Schema = {}): Schema => ({ type: 'array', items, ...more });
const is = (...values: readonly unknown[]): Schema => ({ enum: values });
const text: Schema = { type: 'string', minLength: 1 };
const id: Schema = { type: 'string', pattern: '^[A-Za-z0-9]+$' };
const utc: Schema = { type: 'string', pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$' };
const seconds: Schema = { type: ['integer', 'null'], minimum: 0 };
const marked: Schema = { type: 'string', pattern: '\\[pmp-pd( [a-z]+=[a-z_,-]+)*\\]$' };
const ref = (...types: readonly string[]): Schema => object({ id, type: is(...types) });

const restriction: Schema = {
  oneOf: [
    object({
      type: is('daily_restriction'),
      start_time_of_day: text,
      duration_seconds: { type: 'integer', minimum: 1, exclusiveMaximum: 86_400 },
    }),
    object({
      type: is('weekly_restriction'),
      start_day_of_week: { type: 'integer', minimum: 1, maximum: 7 },
      start_time_of_day: { type: 'string', pattern: '^\\d\\d:\\d\\d:\\d\\d$' },
      duration_seconds: { type: 'integer', minimum: 1, maximum: 604_799 },
    }),
  ],
};
const layer = object(
  {
    name: text,
    start: utc,
    rotation_virtual_start: utc,
    rotation_turn_length_seconds: is(604_800),
    users: list(object({ user: ref('user_reference') }), { minItems: 1 }),
    restrictions: list(restriction),
  },
  { id, end: utc },
);
const schedule = object({
  schedule: object({
    type: is('schedule'),
    name: text,
    time_zone: text,
    description: { type: 'string' },
    schedule_layers: list(layer, { minItems: 1 }),
  }),
});
const policy = object({
  escalation_policy: object({
    type: is('escalation_policy'),
    name: text,
    description: { type: 'string' },
    num_loops: { type: 'integer', minimum: 0, maximum: 9 },
    escalation_rules: list(
      object({
        escalation_delay_in_minutes: { type: 'integer', minimum: 1 },
        targets: list(ref('user_reference', 'schedule_reference'), { minItems: 1, maxItems: 10 }),
      }),
      { minItems: 1 },
    ),
  }),
});
const serviceParts: Schema = {
  description: { type: 'string' },
  acknowledgement_timeout: seconds,
  auto_resolve_timeout: seconds,
  incident_urgency_rule: object({ type: is('constant'), urgency: is('high', 'low', 'severity_based') }),
};
const serviceBase: Schema = { type: is('service'), name: text, escalation_policy: ref('escalation_policy_reference') };
const config: Schema = object({}, { aggregate: is('all'), fields: list(text, { minItems: 1 }), iag_fields: list(text, { minItems: 1 }) });
const grouping: Schema = { type: is('intelligent', 'content_based', 'content_based_intelligent'), config };
const windowBase: Schema = {
  type: is('maintenance_window'),
  start_time: utc,
  end_time: utc,
  services: list(ref('service_reference'), { minItems: 1 }),
};
const events = list(text, { minItems: 1, uniqueItems: true });
const user: Schema = { type: is('user'), name: text, email: text, time_zone: text };

export const bodies: Readonly<Record<string, Schema>> = {
  'POST /users': object({ user: object({ ...user, description: marked }) }),
  'PUT /users/{id}': object({ user: object(user) }),
  'POST /users/{id}/contact_methods': object({
    contact_method: object({
      type: is('phone_contact_method', 'sms_contact_method'),
      label: text,
      address: { type: 'string', pattern: '^\\d+$' },
      country_code: { type: 'integer', minimum: 1, maximum: 1999 },
    }),
  }),
  'POST /users/{id}/notification_rules': object({
    notification_rule: object({
      type: is('assignment_notification_rule'),
      start_delay_in_minutes: { type: 'integer', minimum: 0 },
      urgency: is('high', 'low'),
      contact_method: ref('push_notification_contact_method', 'sms_contact_method', 'phone_contact_method', 'email_contact_method'),
    }),
  }),
  'POST /schedules': schedule,
  'POST /schedules/preview': schedule,
  'PUT /schedules/{id}': schedule,
  'POST /escalation_policies': policy,
  'PUT /escalation_policies/{id}': policy,
  'POST /services': object({ service: object({ ...serviceBase, ...serviceParts, description: marked }) }),
  'PUT /services/{id}': object({ service: object(serviceBase, { ...serviceParts, status: is('active', 'disabled') }) }),
  'POST /services/{id}/integrations': object({
    integration: {
      oneOf: [
        object({ type: is('events_api_v2_inbound_integration'), name: text }),
        object({ type: is('generic_events_api_inbound_integration'), name: text }, { vendor: ref('vendor_reference') }),
      ],
    },
  }),
  'POST /alert_grouping_settings': object({
    alert_grouping_setting: object({
      name: text,
      description: marked,
      ...grouping,
      services: list(ref('service_reference'), { minItems: 1 }),
    }),
  }),
  'PUT /alert_grouping_settings/{id}': object({
    alert_grouping_setting: object(grouping, { services: list(ref('service_reference'), { minItems: 1 }) }),
  }),
  'POST /maintenance_windows': object({ maintenance_window: object({ ...windowBase, description: marked }) }),
  'PUT /maintenance_windows/{id}': object({ maintenance_window: object(windowBase) }),
  'POST /webhook_subscriptions': object({
    webhook_subscription: object({
      type: is('webhook_subscription'),
      active: { type: 'boolean' },
      description: marked,
      delivery_method: object({ type: is('http_delivery_method'), url: { type: 'string', pattern: '^https://' } }),
      events,
      filter: ref('service_reference'),
    }),
  }),
  'PUT /webhook_subscriptions/{id}': object({ webhook_subscription: object({ events, active: { type: 'boolean' } }) }),
  'PUT /incidents/{id}': object({ incident: object({ type: is('incident_reference'), status: is('acknowledged', 'resolved') }) }),
  'POST /incidents/{id}/snooze': object({ duration: { type: 'integer', minimum: 1, maximum: 604_800 } }),
  'POST /incidents/{id}/notes': object({ note: object({ content: text }) }),
  'POST /schedules/{id}/overrides': object({
    overrides: list(object({ start: utc, end: utc, user: ref('user_reference') }), { minItems: 1, maxItems: 1 }),
  }),
};

/** Writes without a body. */
export const bodiless: readonly string[] = [
  'POST /webhook_subscriptions/{id}/ping',
  'DELETE /webhook_subscriptions/{id}',
  'DELETE /alert_grouping_settings/{id}',
  'DELETE /maintenance_windows/{id}',
  'DELETE /services/{id}',
  'DELETE /escalation_policies/{id}',
  'DELETE /schedules/{id}',
  'DELETE /schedules/{id}/overrides/{override_id}',
];

/** "POST /users/P1/contact_methods" as an entry of `bodies` or `bodiless`. */
export function operationOf(method: string, path: string): string {
  const exact = `${method} ${path}`;
  if (exact in bodies) return exact;
  return `${method} ${path.replace(/^\/([a-z_]+)\/[^/]+/, '/$1/{id}').replace(/(\/overrides)\/[^/]+$/, '$1/{override_id}')}`;
}
