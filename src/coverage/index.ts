export { deal } from './deal.ts';
export { hoursInWords } from './hours.ts';
export { readLength, readMoment, type Moment, type NoMoment } from './moments.ts';
export { longRuns, type LongRun } from './long.ts';
export { render, type Reading } from './render.ts';
export { engineersOf, layerNames, rotas } from './rotas.ts';
export { sameRota } from './same.ts';
export {
  coveredHours,
  differences,
  gaps,
  merged,
  overlapsOf,
  whoAt,
  type Difference,
  type Overlap,
  type Shift,
  type Span,
} from './shifts.ts';
export { whoseWeek } from './step.ts';
export { summarise, type CoverageSummary } from './summary.ts';
export { occurrences } from './windows.ts';
export { dateOf, daysLater, dstChanges, hoursOfDay, isValidZone, wallHours, weekStart } from './zone.ts';
