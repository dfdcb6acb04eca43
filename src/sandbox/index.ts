/** The imitation of PagerDuty, Kubernetes, Alertmanager and Prometheus: for trying, rehearsing and testing without the real ones. */
export type { AccessEntry } from './state.ts';
export { parseDuration } from './clock.ts';
export type { ClockMode } from './clock.ts';
export { faultKinds, parseFault } from './faults/index.ts';
export type { Fault, FaultKind } from './faults/index.ts';
export { runningSandbox } from './lock.ts';
export { openSandbox, resetSandbox } from './open.ts';
export type { Sandbox, SandboxOptions } from './open.ts';
export { knownScopes, oauthApp, ownerEmail, peopleModes, plans, tokens } from './pagerduty/index.ts';
export type { DstReading, PeopleMode, Plan, PlantedIncident, TokenKind } from './pagerduty/index.ts';
export { personActions } from './people.ts';
export type { SandboxStatus } from './status.ts';
export { clusterShapes, clusterWith } from './kubernetes/index.ts';
export type { ClusterShape } from './kubernetes/index.ts';
