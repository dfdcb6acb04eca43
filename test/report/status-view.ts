import type { SandboxStatusView, StatusPerson } from '../../src/report/index.ts';
import { at } from './support.ts';

const person = (name: string, more: Partial<StatusPerson> = {}): StatusPerson => ({
  name: `${name} Example`,
  email: `${name.toLowerCase()}@example.com`,
  role: 'limited_user',
  timeZone: 'America/New_York',
  invitationAccepted: true,
  appSignedIn: true,
  methods: [
    { type: 'email', address: `${name.toLowerCase()}@example.com` },
    { type: 'sms', address: '2025550101' },
    { type: 'phone', address: '+1 202 555 0101' },
    { type: 'push' },
  ],
  rules: [
    { urgency: 'high', method: 'push', delayMinutes: 0 },
    { urgency: 'high', method: 'phone', delayMinutes: 2 },
    { urgency: 'low', method: 'push', delayMinutes: 0 },
  ],
  ...more,
});

/** A sandbox after setup, with one of everything that can be amiss. */
export const status: SandboxStatusView = {
  now: at('2026-01-05T13:00:00Z'),
  accountPlan: 'trial',
  services: [
    {
      name: 'PMP Study - Critical',
      description: 'P1 Critical alerts requiring immediate response',
      urgency: 'high',
      grouping: 'intelligent',
      policy: 'PMP Critical Escalation',
      integrations: [{ name: 'Prometheus', type: 'events_v2', fingerprint: 'ab12cd34' }],
    },
    { name: 'PMP Study - High Priority', urgency: 'severity_based', policy: 'PMP High Priority Escalation', integrations: [] },
  ],
  policies: [
    {
      name: 'PMP Critical Escalation',
      loops: 0,
      levels: [
        { delayMinutes: 10, targets: [{ kind: 'schedule', name: 'PMP Primary On-Call' }] },
        { delayMinutes: 15, targets: [{ kind: 'user', name: 'Grace Example' }] },
        { delayMinutes: 30, targets: [{ kind: 'user', name: 'Alan Example' }] },
      ],
    },
    { name: 'Old Escalation', loops: 2, levels: [{ delayMinutes: 30, targets: [{ kind: 'user', name: 'Alan Example' }] }] },
  ],
  schedules: [
    {
      name: 'PMP Primary On-Call',
      timeZone: 'America/New_York',
      layers: ['24/7', 'Weekdays', 'Weekends'],
      onCall: [{ name: 'Ada Example', until: at('2026-01-12T17:00:00Z') }],
    },
    { name: 'PMP Follow Sun', timeZone: 'America/New_York', layers: ['US East'], onCall: [] },
  ],
  people: [person('Ada'), person('Ben', { invitationAccepted: false, appSignedIn: false, methods: [], rules: [] })],
  windows: [
    {
      description: 'Deployment',
      start: at('2026-01-05T12:00:00Z'),
      end: at('2026-01-05T14:00:00Z'),
      services: ['PMP Study - Critical', 'PMP Study - High Priority'],
    },
    {
      description: 'Database upgrade',
      start: at('2026-02-07T22:00:00Z'),
      end: at('2026-02-08T04:00:00Z'),
      services: ['PMP Study - Critical'],
    },
  ],
  webhooks: [{ url: 'https://hooks.example.com/pagerduty', service: 'PMP Study - Critical', active: false }],
  secrets: [{ namespace: 'monitoring', name: 'pagerduty-secrets', keys: ['PAGERDUTY_SERVICE_KEY_CRITICAL', 'PAGERDUTY_SERVICE_KEY_HIGH'] }],
  alertmanager: [
    {
      replica: 'alertmanager-0',
      version: '0.28.1',
      configuration: 'ConfigMap alertmanager-config',
      receivers: ['pagerduty-critical', 'pagerduty-high'],
      reloaded: at('2026-01-05T12:30:00Z'),
    },
    {
      replica: 'alertmanager-1',
      version: '0.28.1',
      configuration: 'ConfigMap alertmanager-config',
      receivers: ['default'],
      refused: 'no global routing key set',
    },
  ],
  calls: { pagerduty: { reads: 12, writes: 40 }, kubernetes: { reads: 7, writes: 3 } },
};
