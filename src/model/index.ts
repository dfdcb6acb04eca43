export * from './answers.ts';
export * from './brief.ts';
export * from './cluster.ts';
export * from './matchers.ts';
export * from './pagerduty.ts';
export * from './prices.ts';
export * from './promises.ts';
export * from './resource.ts';
