import type { Check } from '../engine/index.ts';
import { servicesExist } from './01-services-exist.ts';
import { escalationPolicies } from './02-escalation-policies.ts';
import { schedules } from './03-schedules.ts';
import { contactMethods } from './04-contact-methods.ts';
import { integrationKeys } from './05-integration-keys.ts';
import { kubernetesSecrets } from './06-kubernetes-secrets.ts';
import { alertmanagerConfig } from './07-alertmanager-config.ts';
import { testAlert } from './08-test-alert.ts';
import { acknowledgement } from './09-acknowledgement.ts';
import { escalation } from './10-escalation.ts';
import { maintenanceWindows } from './11-maintenance-windows.ts';
import { coverage } from './coverage.ts';
import { deadMansSwitch } from './dead-mans-switch.ts';
import { delivery } from './delivery.ts';
import { grouping } from './grouping.ts';
import { highDrill } from './high-drill.ts';
import { keyChain } from './key-chain.ts';
import { loops } from './loops.ts';
import { plan } from './plan.ts';
import { reachability } from './reachability.ts';
import { routing } from './routing.ts';
import { runbooks } from './runbooks.ts';
import { token } from './token.ts';
import { windows } from './windows.ts';

/** The guide's checklist in its own order and words, then what it does not ask and a launch depends on. */
export const checks: readonly Check[] = [
  servicesExist, //      there is something to page
  escalationPolicies, // it knows whom to call next
  schedules, //          somebody stands in them
  contactMethods, //     who can be called, and how
  integrationKeys, //    what lets Alertmanager in
  kubernetesSecrets, //  where the keys lie
  alertmanagerConfig, // who uses them
  testAlert, //          it rang
  acknowledgement, //    somebody answered
  escalation, //         and if not, the next one was called
  maintenanceWindows, // when nobody is called
  keyChain, //           the key is the same all the way
  coverage, //           nobody is missing at any hour
  reachability, //       whoever is called hears it in time
  routing, //            each alert goes where it is meant to
  windows, //            now is no maintenance window
  runbooks, //           whoever is woken finds what to do
  delivery, //           what was sent arrived
  deadMansSwitch, //     somebody notices when all of this is dead
  token, //              whose eyes all of this was seen with
  grouping, //           no P1 hides in an open P2
  highDrill, //          the other service rang too
  loops, //              what happens after the last level
  plan, //               what the account's plan leaves out
];
export { ahead, pagedLevels } from './shared/on-call.ts';
export { drillsOf, newestDrill, type Drill } from './shared/drills.ts';
export { probe, severities } from './shared/loaded.ts';
export { policiesSeen } from './shared/services.ts';
