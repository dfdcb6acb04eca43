export type * from './alertmanager.ts';
export type * from './clock.ts';
export type * from './files.ts';
export type * from './kubernetes.ts';
export type * from './pagerduty.ts';
export type * from './prompter.ts';
export type * from './secret.ts';
export type * from './world.ts';
