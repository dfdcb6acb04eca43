import type { ServiceRole } from './answers.ts';
import type { Resource } from './resource.ts';

/** The keys of the guide's secret, exactly as it names them. */
export const secretKeys: Readonly<Record<ServiceRole, string>> = {
  critical: 'PAGERDUTY_SERVICE_KEY_CRITICAL',
  high: 'PAGERDUTY_SERVICE_KEY_HIGH',
};
export const webhookSecretName = 'pagerduty-webhook';
export const webhookSecretKeys: Readonly<Record<ServiceRole, string>> = {
  critical: 'PAGERDUTY_WEBHOOK_SECRET_CRITICAL',
  high: 'PAGERDUTY_WEBHOOK_SECRET_HIGH',
};
export const heartbeatSecretName = 'pagerduty-heartbeat';
export const heartbeatSecretKey = 'WATCHDOG_URL';
export const fieldManager = 'pmp-pd';

export interface Namespace extends Resource {
  readonly kind: 'namespace';
}

/** A Kubernetes Secret whose entries are said by meaning ("the key of service X"), never by value. */
export interface ClusterSecret extends Resource {
  readonly kind: 'secret';
  readonly namespace: string;
  /** Entry → whose key it holds ("PMP Study - Critical"), or what was found instead ("another value", "ends in a newline"). */
  readonly entries: Readonly<Record<string, string>>;
  readonly immutable: boolean;
  /** Which kind of integration the keys come from; undefined for secrets without integration keys. */
  readonly integration?: 'events_v2' | 'prometheus';
}

/** Named parts of an Alertmanager configuration, as text that two configurations can be compared by. */
export type Parts = Readonly<Record<string, string>>;

/** Everything of alertmanager.yml that the answers decide; the template in templates/ holds the rest. */
export interface AlertmanagerSettings {
  readonly keyStyle: 'routing_key' | 'service_key';
  readonly keyDir: string;
  /** Events URL, only where it is not the US default. */
  readonly url?: string;
  /** PagerDuty severity of P2: error (high urgency, escalates) or warning (push only, no escalation). */
  readonly p2Severity: 'error' | 'warning';
  /** false: P3 goes to a receiver without PagerDuty (v1, or no `urgencies` ability). */
  readonly p3Pages: boolean;
  readonly heartbeat: boolean;
  /** Folder of the heartbeat secret's mount. */
  readonly heartbeatDir: string;
  readonly annotations: { readonly summary: string; readonly runbook: string; readonly graphs: string };
  readonly runbookBase: string;
  readonly graphsBase: string;
}

export interface AlertmanagerConfiguration extends Resource {
  readonly kind: 'alertmanager configuration';
  readonly settings: AlertmanagerSettings;
  /** In what is wanted: every part by name; in what was read: the same names as they are in force ("absent" left out). */
  readonly parts: Parts;
}

/** The secret's volume and mount in the Alertmanager workload. */
export interface AlertmanagerMount extends Resource {
  readonly kind: 'alertmanager mount';
  readonly secret: string;
  readonly path: string;
}

/** Parts of the configuration that steps 7, 8 and 10 want; step 6 writes them, the others read their own back. */
export interface ConfigurationPart extends Resource {
  readonly kind: 'drill route' | 'incident details' | 'incident links' | 'send_resolved';
  readonly parts: Parts;
  readonly settings: AlertmanagerSettings;
  /** Where it is read back: the rendered file, or undefined for what Alertmanager has loaded. */
  readonly file?: string;
}

/** A text file rendered from templates/, relative to the working folder. */
export interface RenderedFile extends Resource {
  readonly kind: 'file';
  readonly text: string;
}
