export { alertmanagerImitation } from './imitation.ts';
export { readConfiguration, writeConfiguration } from './configuration.ts';
export type { Configuration } from './configuration.ts';
export { refusal } from './refusal.ts';
export { answer, reload, start } from './server.ts';
export type { AlertmanagerRequest, Replica, Surroundings } from './server.ts';
export { minorOf } from './version.ts';
