import type { Step } from '../engine/index.ts';
import { services } from './01-services.ts';
import { escalationPolicies } from './02-escalation-policies.ts';
import { schedules } from './03-schedules.ts';
import { engineers } from './04-engineers.ts';
import { integrationKeys } from './05-integration-keys.ts';
import { alertmanager } from './06-alertmanager.ts';
import { testAlert } from './07-test-alert.ts';
import { incidentContext } from './08-incident-context.ts';
import { maintenanceWindows } from './09-maintenance-windows.ts';
import { webhooks } from './10-webhooks.ts';

/** The guide's order, in which everything is asked, shown and told; writing follows what each resource needs. */
export const steps: readonly Step[] = [
  services, //           two services, each with its own grouping
  escalationPolicies, // who is called next, and when
  schedules, //          who has which hour
  engineers, //          who they are and how they are reached
  integrationKeys, //    what lets Alertmanager in
  alertmanager, //       the key's way: secret, mount, configuration
  testAlert, //          a drill's route, and rules to fire it
  incidentContext, //    what an incident shows
  maintenanceWindows, // when nobody is called
  webhooks, //           the way back
];
export { departures } from './departures.ts';
export { escalationPolicies as escalationPoliciesStep } from './02-escalation-policies.ts';
export { schedules as schedulesStep } from './03-schedules.ts';
