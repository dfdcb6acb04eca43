import { createAlertmanager, createAlertmanagerAt, serverAt, type AlertmanagerTextWork } from '../adapters/alertmanager/index.ts';
import type { Http } from '../adapters/http.ts';
import { createPrometheus } from '../adapters/prometheus/index.ts';
import type { KubernetesAnswers } from '../model/index.ts';
import type { Clock, Kubernetes, Secret, World } from '../ports/index.ts';
import type { Hosts } from './environment.ts';

export interface Monitoring {
  readonly hosts: Pick<Hosts, 'alertmanager' | 'prometheus'>;
  readonly http: Http;
  readonly clock: Clock;
  readonly text: AlertmanagerTextWork;
  readonly notify: (words: string) => void;
  readonly signal: AbortSignal;
  /** undefined: `kubernetes: none`. */
  readonly cluster?: KubernetesAnswers & { readonly kubernetes: Kubernetes };
  readonly heartbeat?: Secret;
}

/**
 * Alertmanager and Prometheus: of the cluster, where there is one; an address of the environment says where a running one is read. Without a
 * cluster, what an address names is all there is, and is never changed.
 */
export function openMonitoring(options: Monitoring): Pick<World, 'alertmanager' | 'prometheus'> {
  return { alertmanager: alertmanagerOf(options), prometheus: prometheusOf(options) };
}

function alertmanagerOf(options: Monitoring): World['alertmanager'] {
  const { hosts, http, text, cluster, clock, notify, signal, heartbeat } = options;
  const direct = hosts.alertmanager && serverAt({ http, url: hosts.alertmanager, signal });
  if (cluster === undefined) return direct && createAlertmanagerAt({ server: direct, text });
  return createAlertmanager({
    kubernetes: cluster.kubernetes,
    namespace: cluster.namespace,
    secretName: cluster.secret,
    text,
    clock,
    notify,
    signal,
    ...(direct === undefined ? {} : { direct }),
    ...(heartbeat === undefined ? {} : { heartbeat }),
  });
}

function prometheusOf({ hosts, http, cluster, signal }: Monitoring): World['prometheus'] {
  if (hosts.prometheus) return createPrometheus({ http, url: hosts.prometheus, signal });
  return cluster && createPrometheus({ kubernetes: cluster.kubernetes, namespace: cluster.namespace });
}
