/** The imitation of PagerDuty, Kubernetes and Alertmanager: for trying, rehearsing and testing without the real ones. */
export type { AccessEntry } from './state.ts';
export { parseDuration } from './clock.ts';
export type { ClockMode } from './clock.ts';
export { runningSandbox } from './lock.ts';
export { openSandbox, resetSandbox } from './open.ts';
export type { Sandbox, SandboxOptions } from './open.ts';
export { ownerEmail, peopleModes, plans, tokens } from './pagerduty/index.ts';
export type { DstReading, PeopleMode, Plan, TokenKind } from './pagerduty/index.ts';
export { personActions } from './people.ts';
export type { SandboxStatus } from './status.ts';
export { clusterShapes, clusterWith } from './kubernetes/index.ts';
export type { ClusterShape } from './kubernetes/index.ts';
