export * from './errors.ts';
export * from './report.ts';
export * from './step.ts';
