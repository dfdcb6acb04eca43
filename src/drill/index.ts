export { byPagerDutysClock } from './clock.ts';
export { runDrill, type DrillResult } from './drill.ts';
export { cleanUp, type Cleanup, type CleanupResult } from './cleanup.ts';
export type { DrillRun } from './phases.ts';
export type { DrillOrder, DrillPlan, PodName } from './order.ts';
export { planDrill } from './plan.ts';
export { previewDrill, refuse } from './preview.ts';
export { ulid, type Random } from './ulid.ts';
