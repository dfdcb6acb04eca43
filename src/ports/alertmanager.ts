import type { AlertmanagerConfiguration, AlertmanagerSettings, Instant, Parts } from '../model/index.ts';

/** How Alertmanager is deployed, and who owns that. */
export interface AlertmanagerFound {
  readonly shape: 'plain' | 'chart' | 'operator';
  /** "Deployment monitoring/alertmanager" */
  readonly workload: string;
  /** From the running server, else the image tag; undefined where neither tells. */
  readonly version?: string;
  /** Helm or Argo CD: then nothing is patched and the values snippet is printed. */
  readonly owner?: 'Helm' | 'Argo CD';
  readonly replicas: number;
  /** "ConfigMap alertmanager-config", "Secret alertmanager-main" */
  readonly configuration: string;
  /** Where the guide's secret is mounted now; undefined: it is not. */
  readonly keyDir?: string;
  readonly subPath: boolean;
  /** Folders in the container that are mounted read-only: nothing can be mounted inside them. */
  readonly closed?: readonly string[];
  /** Why nothing can be patched, in words, with what to do instead: Helm-owned, below 0.25 with a ConfigMap … undefined: it can. */
  readonly handsOff?: string;
}

/** A key that a PagerDuty receiver uses, as far as source text, mount and secret together tell; never its value. */
export interface ReceiverKey {
  readonly receiver: string;
  readonly style: 'routing_key' | 'service_key';
  readonly from: 'file' | 'inline';
  /** Of a key by file: the path in the container, and what lies there ("secret pagerduty-secrets, entry X"); undefined: nothing is mounted there. */
  readonly path?: string;
  readonly source?: string;
  /** Of the trimmed value; undefined where it cannot be known. */
  readonly fingerprint?: string;
  /** What is wrong with the text of it, in words: "the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}", "ends in a newline", "20 characters instead of 32". */
  readonly wrong?: string;
  /** Where it sends to (v2). */
  readonly url?: string;
}

/** What one replica runs. */
export interface Replica {
  readonly name: string;
  readonly version: string;
  readonly ready: boolean;
  readonly startedAt: Instant;
  readonly lastReloadSucceeded: boolean;
  /** Cluster peers it sees, itself included; 0: it runs alone. */
  readonly peers: number;
  readonly receivers: readonly string[];
}

/** What a set of labels meets in the loaded route tree; every replica agrees, or `differs` is set. */
export interface RouteMatch {
  readonly receivers: readonly {
    readonly name: string;
    readonly pagerduty: boolean;
    readonly leavesCluster: boolean;
    readonly sendResolved: boolean;
    readonly severity?: string;
    /** How long the first alert of a group waits there before it is told. Milliseconds; undefined: no duration that can be read. */
    readonly groupWait?: number;
    /** Of the route itself, never of its parents. */
    readonly intervals?: readonly RouteInterval[];
  }[];
  /** What mutes these labels now, by the loaded inhibition rules: alerts that fire, and the Watchdog, which always does. */
  readonly inhibitedBy?: readonly Inhibitor[];
  /** Labels that the firing Watchdog bears beside its own: its Prometheus adds them to every alert, so they were routed along. */
  readonly external?: Readonly<Record<string, string>>;
  readonly differs?: string;
}

/** A time interval that a route is muted in, or that it is active in alone. */
export interface RouteInterval {
  readonly name: string;
  readonly kind: 'mute' | 'active';
  /** Whether it holds at the instant that was asked for; undefined: none was, or it cannot be told. */
  readonly holds?: boolean;
}

export interface Inhibitor {
  readonly labels: Readonly<Record<string, string>>;
  /** Labels in which both are the same. */
  readonly equal: readonly string[];
}

export interface Silence {
  readonly id: string;
  readonly matchers: readonly { readonly name: string; readonly value: string; readonly isRegex: boolean; readonly isEqual: boolean }[];
  readonly ends: Instant;
  readonly createdBy: string;
  readonly comment: string;
}

/** Something other than PagerDuty that an alert is told to. */
export interface Outlet {
  readonly receiver: string;
  /** Where its address is kept, never the address: "the configuration", "secret pagerduty-heartbeat, entry WATCHDOG_URL"; of no webhook: "slack_configs". */
  readonly where: string;
  readonly reach: 'outside' | 'inside' | 'nowhere' | 'unseen';
  /** Of all but "outside", in words: "there is no such secret", "it is a loopback address". */
  readonly why?: string;
  /** Seconds after which a lasting alert has been told again: the longer of the route's group and repeat interval. */
  readonly every?: number;
}

/** The object that the configuration is read from, held against what every replica that answers has loaded. */
export interface SourceState {
  /** Why Alertmanager would not start with it, in words. */
  readonly refusal?: string;
  /** Why it cannot be looked at, in words. */
  readonly unseen?: string;
  /** What is loaded otherwise, by name: "route severity=\"P1\"". What a loaded configuration hides cannot be among them. */
  readonly differences: readonly string[];
}

/** Alertmanager's own counters for PagerDuty, summed over replicas and reasons, since each started. `sent` counts what was tried, failures included. */
export interface DeliveryCounters {
  readonly sent: number;
  readonly failed: number;
  readonly byReason: Readonly<Record<string, number>>;
  /** The newest log line of a failed PagerDuty notification, where pod logs can be read: it bears PagerDuty's reason. */
  readonly lastFailure?: string;
  /** The same of all webhooks. */
  readonly webhooks?: { readonly sent: number; readonly failed: number };
}

/** An alert as one replica holds it. */
export interface HeldAlert {
  readonly replica: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly state: 'active' | 'suppressed' | 'unprocessed';
  readonly receivers: readonly string[];
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  readonly inhibitedBy: readonly string[];
  readonly starts: Instant;
  readonly ends: Instant;
}

/** Where an alert goes and under which deduplication key PagerDuty hears of it. */
export interface AlertGroup {
  readonly receiver: string;
  readonly pagerduty: boolean;
  readonly sendResolved: boolean;
  /** Hex SHA-256 of Alertmanager's group key. */
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly groupWait: number;
  readonly groupInterval: number;
}

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly starts: Instant;
  /** In the past or now: the alert has ended. */
  readonly ends: Instant;
}

export interface AlertmanagerRead {
  /** Every replica that could be reached; throws where none could. */
  replicas(): Promise<readonly Replica[]>;
  keys(): Promise<readonly ReceiverKey[]>;
  /**
   * Routes these labels through the loaded configuration, by code of our own (Alertmanager has no call for it).
   * @param at when time intervals are judged; left out, they are named alone
   */
  route(labels: Readonly<Record<string, string>>, at?: Instant): Promise<RouteMatch>;
  /** Active ones. */
  silences(): Promise<readonly Silence[]>;
  delivery(): Promise<DeliveryCounters>;
  /** What these labels are told to beside PagerDuty, by the loaded configuration. */
  outlets(labels: Readonly<Record<string, string>>): Promise<readonly Outlet[]>;
  /** Names of the replicas that hold an alert of that name which has not ended, silenced or not. */
  holding(alertname: string): Promise<readonly string[]>;
  /** undefined: it is read from no object that is known (outside the cluster, or a file of the image). */
  source(): Promise<SourceState | undefined>;
  /** undefined: none in that namespace. Found once, then remembered until `forget`. */
  find(): Promise<AlertmanagerFound | undefined>;
  /** Amazon Managed Prometheus in use instead (seen in kubeconfig-reachable objects: remote_write or rules pointing to aps): the words that say so. */
  managedElsewhere(): Promise<string | undefined>;
  /**
   * The named parts as every replica has loaded them; a part that replicas disagree on reads "differs between replicas".
   * undefined: no configuration in force that could be read. Throws what it could not see.
   */
  partsInForce(settings: AlertmanagerSettings): Promise<Parts | undefined>;
}

export interface Alertmanager extends AlertmanagerRead {
  /** Alerts with that label and value (any, where none is named), as each replica holds them; asked anew each time. */
  held(label: string, value?: string): Promise<readonly HeldAlert[]>;
  /** The groups that these labels would join by the loaded route tree, by code of our own. */
  groups(labels: Readonly<Record<string, string>>): Promise<readonly AlertGroup[]>;

  /**
   * Posts an alert to every replica, since alerts are not gossiped. Safe to send again. An alert that was posted with an end must be posted again before
   * that, or it resolves: callers choose `ends` far enough ahead, so that a drill that was killed ends by itself.
   * @returns the replicas that took it @throws PmpError where none did
   */
  post(alert: PostedAlert): Promise<readonly string[]>;
  /** Mounts the secret (and the heartbeat secret, where it exists) and waits until every replica has it; shows why it waits. Leaves the old state in force on failure. */
  mount(secret: string, keyDir: string): Promise<void>;
  /**
   * Writes the configuration into the object that holds it (ours first under the root; foreign routes, receivers and comments kept; a backup object
   * `<name>.pmp-pd-backup` in the cluster), reloads until every replica's loaded configuration is ours (3 minutes at most).
   * Obligation: when anything fails or the reload is refused, the old configuration is in force again before this rejects.
   */
  configure(configuration: AlertmanagerConfiguration): Promise<void>;
  forget(): void;
}

/** Pure text work on alertmanager.yml; needs a YAML parser, hence a port. */
export interface AlertmanagerText {
  /** The template with the settings filled in: a complete by-file configuration. */
  render(settings: AlertmanagerSettings): Promise<string>;
  renderRules(settings: AlertmanagerSettings): Promise<string>;
  /** The parts that `settings` decide, by name, as the rendered text has them. */
  parts(settings: AlertmanagerSettings): Parts;
  /** The same parts as some configuration text has them; a part that is not there is left out. Throws PmpError where the text is no Alertmanager configuration. */
  partsIn(text: string, settings: AlertmanagerSettings): Parts;
  /** What a person who may not let us patch puts into Helm values. */
  valuesSnippet(settings: AlertmanagerSettings): Promise<string>;
}
