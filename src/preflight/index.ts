export * from './brief.ts';
export * from './plan-fits.ts';
export * from './preflight.ts';
