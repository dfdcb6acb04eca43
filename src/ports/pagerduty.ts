import type {
  AlertGrouping,
  ContactMethod,
  EscalationPolicy,
  Instant,
  Integration,
  MaintenanceWindow,
  NotificationRule,
  Schedule,
  Seen,
  Service,
  User,
  WebhookSubscription,
} from '../model/index.ts';
import type { Calls } from './kubernetes.ts';
import type { Secret } from './secret.ts';

export interface Account {
  readonly region: 'us' | 'eu';
  /** "acme" of acme.pagerduty.com, where it can be seen. */
  readonly subdomain?: string;
  readonly token: 'user' | 'account' | 'oauth';
  /** Of a user token. */
  readonly user?: { readonly name: string; readonly email: string; readonly role: string };
  readonly abilities: ReadonlySet<string>;
  /** Full-user seats still free; null: no limit; undefined: the account does not say. */
  readonly seatsFree: number | null | undefined;
  readonly license?: string;
  /** PagerDuty says that the account has expired. */
  readonly expired?: boolean;
  /** Of a scoped OAuth token, as PagerDuty returned them. */
  readonly scopes?: readonly string[];
}

/** A user as found, with everything needed to tell who can be reached how. */
export interface SeenUser extends Seen<User> {
  readonly value: User;
  readonly role: string;
  readonly invitationPending: boolean;
  readonly methods: readonly SeenMethod[];
  readonly rules: readonly SeenRule[];
}
export interface SeenMethod {
  readonly type: 'phone' | 'sms' | 'push' | 'email' | 'other';
  /** Digits for phone and SMS; masked wherever it is shown. */
  readonly address?: string;
  readonly countryCode?: number;
  readonly enabled: boolean;
  readonly label: string;
}
export interface SeenRule {
  readonly urgency: 'high' | 'low';
  readonly delayMinutes: number;
  readonly method: SeenMethod;
}

/** A rendered shift: who is on call from when to when. */
export interface Shift {
  readonly start: Instant;
  readonly end: Instant;
  /** E-mail. */
  readonly who: string;
  /** Name of the layer it comes from, where known. */
  readonly layer?: string;
}

/** An incident as found; its id is what later reads are asked by. */
export interface SeenIncident {
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly service: string;
  readonly status: 'triggered' | 'acknowledged' | 'resolved';
  readonly urgency: 'high' | 'low';
  readonly created: Instant;
}

/** An incident as it is at this moment: never remembered. */
export interface LiveIncident extends SeenIncident {
  /** Name of its escalation policy. */
  readonly policy: string;
  /** E-mails of those it is assigned to now. */
  readonly assignees: readonly string[];
  /** What PagerDuty will do by itself, soonest first. */
  readonly pending: readonly { readonly type: 'escalate' | 'unacknowledge' | 'resolve' | 'urgency_change'; readonly at: Instant }[];
  /** Alerts of it that have not been resolved, and all of them. */
  readonly alertCounts: { readonly triggered: number; readonly all: number };
}

/** Who is on call at a level of a policy. */
export interface OnCall {
  /** From 1. */
  readonly level: number;
  /** E-mail. */
  readonly who: string;
  readonly fullName: string;
  /** Name of the schedule that says so; undefined: named directly. */
  readonly schedule?: string;
  /** Of this turn; undefined: always. */
  readonly start?: Instant;
  readonly end?: Instant;
}

/** A temporary replacement on a schedule. */
export interface SeenOverride {
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
  /** E-mail. */
  readonly who: string;
}

/** What bears our mark, and may be taken away again by `teardown`. */
export interface OwnObject {
  readonly kind: 'service' | 'escalation policy' | 'schedule' | 'alert grouping' | 'maintenance window' | 'webhook subscription';
  readonly name: string;
  readonly id: string;
  /** What still uses it and is not ours, in words ("policy Payments", "2 open incidents"); empty: it can go. */
  readonly blockers: readonly string[];
}

/** An alert of an incident, with the details its event carried (custom_details; empty where there were none). */
export interface SeenAlert {
  readonly key: string;
  readonly severity?: string;
  readonly status: 'triggered' | 'resolved';
  readonly details: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

/** One entry of an incident's log. `type` without "_log_entry"; unknown types are passed on as they are. */
export interface SeenLogEntry {
  readonly type: string;
  readonly at: Instant;
  /** E-mail of the agent or of the person notified, where it is a person of the account. */
  readonly who?: string;
  /** Channel of a notify entry, without "_notification": push, sms, phone, email. */
  readonly channel?: string;
  /** How that notification went, in PagerDuty's own word ("success", "in_progress", "failed"), where it says. */
  readonly outcome?: string;
  /** E-mails of an escalate or assign entry. */
  readonly assignees?: readonly string[];
  /** Text of an annotate entry. */
  readonly note?: string;
}

/**
 * PagerDuty by names. Ids live behind it. Lists are read once and remembered until `forget`.
 * Every method throws PmpError with cause and way out; absent objects are left out, unreadable ones throw.
 * A name that several objects carry is an error naming them.
 */
export interface PagerDutyRead {
  account(): Promise<Account>;
  /** Found users among these e-mails (any case). Reads grow with pages, not with people. */
  users(emails: readonly string[]): Promise<readonly SeenUser[]>;
  /** People of the account to pick from, up to `limit`. */
  people(limit: number): Promise<readonly { readonly name: string; readonly email: string; readonly timeZone: string }[]>;
  /** Layer schedules with their live layers, and shift schedules (v3) of those names. Layers whose `end` is past are left out. */
  schedules(names: readonly string[]): Promise<readonly Seen<Schedule>[]>;
  policies(names: readonly string[]): Promise<readonly Seen<EscalationPolicy>[]>;
  services(names: readonly string[]): Promise<readonly (Seen<Service> & { readonly refused: readonly string[] })[]>;
  integrations(services: readonly string[]): Promise<readonly Seen<Integration>[]>;
  /** Grouping settings that hold any of these services. 'refused': the plan does not even let us read them. */
  groupings(services: readonly string[]): Promise<readonly Seen<AlertGrouping>[] | 'refused'>;
  /** Open and future windows. */
  windows(): Promise<readonly Seen<MaintenanceWindow>[]>;
  webhooks(): Promise<readonly Seen<WebhookSubscription>[]>;
  /** The key of our integration of that type on that service. */
  integrationKey(service: string, type: Integration['type']): Promise<Secret | undefined>;
  /** PagerDuty's own rendering of a schedule that does not exist yet. Stores nothing. Layers must carry `turn` and `start`. */
  preview(schedule: Schedule, from: Instant, until: Instant): Promise<readonly Shift[]>;
  /** The schedule as PagerDuty renders it, overrides included; nobody's hours are left out. Layer and shift schedules alike. */
  rendered(schedule: string, from: Instant, until: Instant): Promise<readonly Shift[]>;
  /** Incidents of these services created since then, newest first. */
  incidents(services: readonly string[], since: Instant): Promise<readonly SeenIncident[]>;
  alerts(incident: string): Promise<readonly SeenAlert[]>;
  /** Oldest first. */
  logEntries(incident: string): Promise<readonly SeenLogEntry[]>;
  readonly calls: Calls;
}

/** What changes while one looks: asked anew each time, never remembered. */
export interface PagerDutyLive {
  /** @throws PmpError where there is no such incident */
  incident(id: string): Promise<LiveIncident>;
  /**
   * The incident that holds the alert of that deduplication key, also where grouping merged it into another.
   * `alone`: no alert of another key is in it. undefined: there is none (yet).
   */
  incidentOfAlert(
    service: string,
    key: string,
    since: Instant,
  ): Promise<{ readonly incident: LiveIncident; readonly alert: SeenAlert; readonly alone: boolean } | undefined>;
  /** Triggered and acknowledged ones, newest first. */
  openIncidents(services: readonly string[]): Promise<readonly LiveIncident[]>;
  /** As `logEntries`, asked anew: oldest first. One call, since it is polled; the names of people may be remembered. */
  log(incident: string): Promise<readonly SeenLogEntry[]>;
  /** Notes of an incident, oldest first. */
  notes(incident: string): Promise<readonly { readonly at: Instant; readonly who?: string; readonly text: string }[]>;
  /** Who is on call now at each level of these policies, by level; a level with nobody has no entry. */
  onCalls(policies: readonly string[]): Promise<readonly (OnCall & { readonly policy: string })[]>;
  /** Overrides of a layer schedule that touch that time. */
  overrides(schedule: string, from: Instant, until: Instant): Promise<readonly SeenOverride[]>;
  /** Everything of the account that bears our mark, in the order in which it can be taken away; users never. */
  own(): Promise<readonly OwnObject[]>;
  /** Milliseconds by which PagerDuty's clock is ahead of this machine's, as the dates of its answers tell; 0 where they agree within a second. */
  clockAhead(): number;
}

/**
 * Obligations of every write: one resource; sends `From`; never sent twice unless the first is known not to have happened, by reading
 * the natural key again after an unknown outcome; afterwards the reads above show it. `create…` puts our mark on it; `update…` touches only what
 * differs and never adds the mark.
 */
export interface PagerDuty extends PagerDutyRead, PagerDutyLive {
  createUser(user: User): Promise<void>;
  updateUser(user: User): Promise<void>;
  addContactMethod(method: ContactMethod): Promise<void>;
  addNotificationRule(rule: NotificationRule): Promise<void>;
  createSchedule(schedule: Schedule): Promise<void>;
  updateSchedule(schedule: Schedule): Promise<void>;
  createPolicy(policy: EscalationPolicy): Promise<void>;
  updatePolicy(policy: EscalationPolicy): Promise<void>;
  createService(service: Service): Promise<void>;
  updateService(service: Service): Promise<void>;
  /** Throws PmpError `plan-refuses` where the account's plan does not allow that type. */
  createGrouping(grouping: AlertGrouping): Promise<void>;
  updateGrouping(grouping: AlertGrouping): Promise<void>;
  /** Remembers in the service's mark that the plan refused these grouping types; only on services that are ours, else nothing. */
  rememberRefusal(service: string, types: readonly string[]): Promise<void>;
  createIntegration(integration: Integration): Promise<void>;
  createWindow(window: MaintenanceWindow): Promise<void>;
  updateWindow(window: MaintenanceWindow): Promise<void>;
  /** @returns the subscription's id and its signing secret, shown this once. */
  createWebhook(webhook: WebhookSubscription): Promise<{ readonly subscription: string; readonly secret: Secret }>;
  updateWebhook(webhook: WebhookSubscription): Promise<void>;
  pingWebhook(subscription: string): Promise<void>;
  deleteWebhook(subscription: string): Promise<void>;
  /** As the acting user. Done already: no error. */
  acknowledge(incident: string): Promise<void>;
  resolve(incident: string): Promise<void>;
  snooze(incident: string, seconds: number): Promise<void>;
  /** Not written twice after an unknown outcome: the incident's notes are read first. */
  addNote(incident: string, text: string): Promise<void>;
  createOverride(
    schedule: string,
    override: { readonly start: Instant; readonly end: Instant; readonly who: string },
  ): Promise<SeenOverride>;
  deleteOverride(schedule: string, id: string): Promise<void>;
  /** An open window ends now; a future one is taken away. @throws PmpError where no window has that id */
  endWindow(id: string): Promise<void>;
  /** Windows as found, with what later calls are asked by. */
  windowsById(): Promise<readonly (MaintenanceWindow & { readonly id: string; readonly ours: boolean })[]>;
  /** @throws PmpError naming what still uses it */
  remove(object: OwnObject): Promise<void>;
  /** Told before bulk work, and with 0 after it: about so many calls are to come, so that they are spread evenly where the rate limit needs it. */
  expect?(calls: number): void;
  forget(): void;
}
