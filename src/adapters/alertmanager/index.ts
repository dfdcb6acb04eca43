export { createAlertmanager, type AlertmanagerOptions } from './adapter.ts';
export { createAlertmanagerAt, serverAt } from './direct.ts';
export type { PostingServer } from './server.ts';
export { createAlertmanagerText, operatorSecretsDir, type AlertmanagerTextWork } from './text.ts';
