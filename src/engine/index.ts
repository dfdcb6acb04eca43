export * from './errors.ts';
export * from './step.ts';
