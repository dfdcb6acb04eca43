import type { Alertmanager, AlertmanagerRead, AlertmanagerText } from './alertmanager.ts';
import type { Clock } from './clock.ts';
import type { Events } from './events.ts';
import type { Files } from './files.ts';
import type { Kubernetes, KubernetesRead } from './kubernetes.ts';
import type { PagerDuty, PagerDutyRead } from './pagerduty.ts';
import type { PrometheusRead } from './prometheus.ts';
import type { Secret } from './secret.ts';

/** Everything that can be looked at. Nothing here changes anything outside. */
export interface ReadWorld {
  readonly pagerduty: PagerDutyRead;
  /** undefined: `kubernetes: none`. */
  readonly kubernetes: KubernetesRead | undefined;
  readonly alertmanager: AlertmanagerRead | undefined;
  /** undefined: no cluster, and no PROMETHEUS_URL. */
  readonly prometheus: PrometheusRead | undefined;
  readonly text: AlertmanagerText;
  readonly files: Pick<Files, 'read'>;
  readonly clock: Clock;
  /** Dead-man's-switch address, where one was given. */
  readonly heartbeat: Secret | undefined;
  /** Events host in force where it is not the US default; goes into the receivers. */
  readonly eventsUrl: string | undefined;
}

/** The same, and able to change it; only `apply` and the drill get one. */
export interface World extends ReadWorld {
  readonly pagerduty: PagerDuty;
  readonly kubernetes: Kubernetes | undefined;
  readonly alertmanager: Alertmanager | undefined;
  readonly events: Events;
  readonly files: Files;
}
