import type { Instant } from '../model/index.ts';
import { alertmanagerStatus, secretsStatus } from './cluster-status.ts';
import type { AlertmanagerStatus, SecretStatus } from './cluster-status.ts';
import type { KubernetesState } from './kubernetes/index.ts';
import type { Machine } from './machine.ts';
import { pagerDutyStatus } from './pagerduty/index.ts';
import type { PagerDutySettings, PagerDutyStatus, PagerDutyWorld } from './pagerduty/index.ts';
import type { AccessEntry } from './state.ts';

interface Counts {
  readonly reads: number;
  readonly writes: number;
}

/** What the account and the cluster hold, by name; no secret. */
export interface SandboxStatus extends PagerDutyStatus {
  /** The sandbox's own time. */
  readonly now: Instant;
  readonly secrets: readonly SecretStatus[];
  /** One a replica. */
  readonly alertmanager: readonly AlertmanagerStatus[];
  /** Of the access log, since it was last cleared. */
  readonly calls: Readonly<Record<'pagerduty' | 'kubernetes', Counts>>;
}

export function statusOf(machine: Machine, account: PagerDutyWorld, settings: PagerDutySettings): SandboxStatus {
  machine.clock.settle();
  const cluster = machine.world('kubernetes').state as KubernetesState;
  const inCluster = (entry: AccessEntry): boolean => /^\/k8s(?:\/|$)/.test(entry.path);
  const inAccount = (entry: AccessEntry): boolean => !/^\/(?:k8s|alertmanager|prometheus|oauth)(?:\/|$)/.test(entry.path);
  return {
    ...pagerDutyStatus(account, settings.dst),
    now: machine.clock.now(),
    secrets: secretsStatus(cluster),
    alertmanager: alertmanagerStatus(cluster),
    calls: { pagerduty: counts(machine.state.log.filter(inAccount)), kubernetes: counts(machine.state.log.filter(inCluster)) },
  };
}

/** Previews and access reviews are POSTs that write nothing. */
function counts(entries: readonly AccessEntry[]): Counts {
  const reads = entries.filter(
    ({ method, path }) => method === 'GET' || method === 'HEAD' || /\/preview$|selfsubject\w+reviews$/.test(path),
  );
  return { reads: reads.length, writes: entries.length - reads.length };
}
