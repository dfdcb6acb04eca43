import type { Instant } from '../model/index.ts';

export interface AlertingRule {
  readonly name: string;
  readonly group: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Prometheus' own word: ok, unknown, err. */
  readonly health: string;
  readonly lastError?: string;
}

export interface FiringAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
  readonly activeAt: Instant;
}

/** Prometheus, found in the cluster or by PROMETHEUS_URL. Every method throws PmpError for what it could not see. */
export interface PrometheusRead {
  /** "Service monitoring/prometheus"; undefined: none found, then nothing else may be asked. */
  find(): Promise<string | undefined>;
  rules(): Promise<readonly AlertingRule[]>;
  alerts(): Promise<readonly FiringAlert[]>;
  /** Addresses of the Alertmanagers it sends to now. */
  alertmanagers(): Promise<readonly string[]>;
}
