export { createAlertmanager, type AlertmanagerOptions } from './adapter.ts';
export { createAlertmanagerText, operatorSecretsDir, type AlertmanagerTextWork } from './text.ts';
