/** Faults on demand: what goes wrong between a program and PagerDuty or a cluster. */
export { refusedInside, withFaults } from './around.ts';
export { FaultPlan } from './plan.ts';
export { faultKinds, parseFault } from './spec.ts';
export type { Fault, FaultKind } from './spec.ts';
export { sendBadly } from './wire.ts';
