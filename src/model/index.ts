export * from './answers.ts';
export * from './brief.ts';
export * from './cluster.ts';
export * from './pagerduty.ts';
export * from './resource.ts';
