import { integrationLabel, integrationName } from '../../../src/model/index.ts';
import type {
  AlertGrouping,
  ContactMethod,
  EscalationPolicy,
  Integration,
  MaintenanceWindow,
  NotificationRule,
  Schedule,
  Service,
  User,
  WebhookSubscription,
} from '../../../src/model/index.ts';
import type { PagerDuty } from '../../../src/ports/index.ts';

const monday = Date.UTC(2027, 0, 4, 17);
const phone = { countryCode: 1, digits: '2025550101' };

export const ada: User = { kind: 'user', name: 'ada@example.com', fullName: 'Ada Example', timeZone: 'America/New_York' };
export const ben: User = { kind: 'user', name: 'ben@example.com', fullName: 'Ben Example', timeZone: 'Europe/Berlin' };
export const adaPhone: ContactMethod = { kind: 'contact method', name: 'ada phone', email: ada.name, type: 'phone', phone };
export const adaSms: ContactMethod = { kind: 'contact method', name: 'ada sms', email: ada.name, type: 'sms', phone };
export const adaRule: NotificationRule = {
  kind: 'notification rule',
  name: 'ada high sms',
  email: ada.name,
  urgency: 'high',
  method: 'sms',
  phone,
  delayMinutes: 0,
};
export const rota: Schedule = {
  kind: 'schedule',
  name: 'PMP Primary On-Call',
  description: 'Who is on call',
  timeZone: 'America/New_York',
  style: 'layers',
  layers: [
    { name: 'Nights', users: [ben.name, ada.name], anchor: { weekday: 1, time: '12:00' }, restrictions: [], turn: monday, start: monday },
    {
      name: 'Weekdays',
      users: [ada.name, ben.name],
      anchor: { weekday: 1, time: '12:00' },
      restrictions: [
        { start: '08:00', seconds: 43_200 },
        { weekday: 6, start: '00:00', seconds: 172_800 },
      ],
      turn: monday,
      start: monday,
    },
  ],
};
export const policy: EscalationPolicy = {
  kind: 'escalation policy',
  name: 'PMP Critical Escalation',
  description: 'Respond within 5 min',
  loops: 0,
  levels: [
    { targets: [{ kind: 'schedule', name: rota.name }], delayMinutes: 10 },
    { targets: [{ kind: 'user', name: ben.name }], delayMinutes: 15 },
  ],
};
export const service: Service = {
  kind: 'service',
  name: 'PMP Study - Critical',
  description: 'P1',
  policy: policy.name,
  acknowledgementTimeout: 1800,
  autoResolveTimeout: null,
  urgency: 'high',
  disabled: false,
};
export const integration = (type: Integration['type']): Integration => ({
  kind: 'integration',
  name: integrationName(service.name, type),
  service: service.name,
  type,
  label: integrationLabel(type),
});
export const grouping = (type: AlertGrouping['type'], fields: readonly string[] = []): AlertGrouping => ({
  kind: 'alert grouping',
  name: service.name,
  type,
  fields,
  services: [service.name],
  fallbacks: [],
});
export const maintenance: MaintenanceWindow = {
  kind: 'maintenance window',
  name: 'Deployment 2027-02-06T03:00Z',
  description: 'Deployment',
  start: Date.UTC(2027, 1, 6, 3),
  end: Date.UTC(2027, 1, 6, 5),
  services: [service.name],
};
export const webhook: WebhookSubscription = {
  kind: 'webhook subscription',
  name: service.name,
  role: 'critical',
  url: 'https://hooks.example.com/pagerduty',
  events: ['incident.triggered', 'incident.resolved'],
  active: true,
  secretHeld: false,
  namespace: 'monitoring',
};

/** Every kind of object, in the order in which they need each other. */
export async function createEverything(pagerduty: PagerDuty): Promise<void> {
  await Promise.all([pagerduty.createUser(ada), pagerduty.createUser(ben)]);
  await pagerduty.addContactMethod(adaPhone);
  await pagerduty.addContactMethod(adaSms);
  await pagerduty.addNotificationRule(adaRule);
  await pagerduty.createSchedule(rota);
  await pagerduty.createPolicy(policy);
  await pagerduty.createService(service);
  await pagerduty.createIntegration(integration('events_v2'));
  await pagerduty.createIntegration(integration('prometheus'));
  await pagerduty.createGrouping(grouping('content_based', ['class', 'component', 'severity']));
  await pagerduty.createWindow(maintenance);
}
