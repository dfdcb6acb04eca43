export * from './apply.ts';
export * from './check.ts';
export * from './errors.ts';
export * from './plan.ts';
export * from './prove.ts';
export * from './report.ts';
export * from './step.ts';
export * from './verify.ts';
