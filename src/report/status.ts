import type { Instant } from '../model/index.ts';
import { iso, schemaVersion, text, type JsonDocument } from './json.ts';

/** What an account and a cluster hold, as `sandbox status` shows it. Names, never ids; fingerprints and names of keys, never values. */
export interface SandboxStatusView {
  /** The sandbox's own time. */
  readonly now: Instant;
  /** free, trial, professional, business */
  readonly accountPlan: string;
  readonly services: readonly StatusService[];
  readonly policies: readonly StatusPolicy[];
  readonly schedules: readonly StatusSchedule[];
  readonly people: readonly StatusPerson[];
  /** Open and future ones. */
  readonly windows: readonly {
    readonly description: string;
    readonly start: Instant;
    readonly end: Instant;
    readonly services: readonly string[];
  }[];
  /** Open ones, oldest first. */
  readonly incidents?: readonly StatusIncident[];
  readonly webhooks: readonly { readonly url: string; readonly service?: string; readonly active: boolean }[];
  readonly secrets: readonly { readonly namespace: string; readonly name: string; readonly keys: readonly string[] }[];
  /** One a replica. */
  readonly alertmanager: readonly StatusAlertmanager[];
  /** Of the access log, since it was last cleared. */
  readonly calls?: Readonly<Record<'pagerduty' | 'kubernetes', { readonly reads: number; readonly writes: number }>>;
}

export interface StatusService {
  readonly name: string;
  readonly description?: string;
  /** "high", "low", "severity_based" … in PagerDuty's words. */
  readonly urgency: string;
  /** Type of its alert grouping setting; undefined: none. */
  readonly grouping?: string;
  /** Name of its escalation policy. */
  readonly policy?: string;
  readonly integrations: readonly { readonly name: string; readonly type: string; readonly fingerprint?: string }[];
}

export interface StatusPolicy {
  readonly name: string;
  readonly loops: number;
  readonly levels: readonly {
    readonly delayMinutes: number;
    readonly targets: readonly { readonly kind: 'user' | 'schedule'; readonly name: string }[];
  }[];
}

export interface StatusSchedule {
  readonly name: string;
  readonly timeZone: string;
  /** Names, lowest first. */
  readonly layers: readonly string[];
  /** Who is on call at `now`, by full name; empty: nobody. */
  readonly onCall: readonly { readonly name: string; readonly until?: Instant }[];
}

export interface StatusPerson {
  readonly name: string;
  readonly email: string;
  readonly role: string;
  readonly timeZone: string;
  readonly invitationAccepted: boolean;
  /** The app is signed in: a push device exists. */
  readonly appSignedIn: boolean;
  /** Phone numbers are masked on the way out. */
  readonly methods: readonly { readonly type: string; readonly address?: string }[];
  readonly rules: readonly { readonly urgency: 'high' | 'low'; readonly method: string; readonly delayMinutes: number }[];
}

export interface StatusIncident {
  readonly number: number;
  readonly title: string;
  readonly service: string;
  readonly status: 'triggered' | 'acknowledged';
  readonly urgency: 'high' | 'low';
  readonly since: Instant;
  /** Full names of those it is assigned to. */
  readonly assigned: readonly string[];
  /** Of the escalation policy, and how many it has. */
  readonly level?: number;
  readonly levels?: number;
  /** "escalate", "unacknowledge", "resolve" … in PagerDuty's words. */
  readonly next?: { readonly what: string; readonly at: Instant };
}

export interface StatusAlertmanager {
  /** Pod name. */
  readonly replica: string;
  readonly version: string;
  /** Where its configuration comes from: "ConfigMap alertmanager-config". */
  readonly configuration: string;
  /** Names of the receivers that it has loaded. */
  readonly receivers: readonly string[];
  readonly reloaded?: Instant;
  /** Why it keeps an older configuration, in its own words. */
  readonly refused?: string;
}

/** templates/schema/sandbox-status.schema.json */
export function sandboxStatusJson(view: SandboxStatusView): JsonDocument {
  const texts = (values: readonly string[]) => values.map((value) => text(value));
  return {
    schema_version: schemaVersion,
    command: 'sandbox status',
    sandbox: true,
    success: true,
    exit_code: 0,
    now: iso(view.now),
    account_plan: text(view.accountPlan),
    services: view.services.map((service) => ({
      name: text(service.name),
      ...(service.description === undefined ? {} : { description: text(service.description) }),
      urgency: text(service.urgency),
      grouping: service.grouping === undefined ? null : text(service.grouping),
      policy: service.policy === undefined ? null : text(service.policy),
      integrations: service.integrations.map(({ name, type, fingerprint }) => ({
        name: text(name),
        type: text(type),
        ...(fingerprint === undefined ? {} : { fingerprint: text(fingerprint) }),
      })),
    })),
    policies: view.policies.map(({ name, loops, levels }) => ({
      name: text(name),
      loops,
      levels: levels.map(({ delayMinutes, targets }) => ({
        delay_minutes: delayMinutes,
        targets: targets.map((target) => ({ kind: target.kind, name: text(target.name) })),
      })),
    })),
    schedules: view.schedules.map(({ name, timeZone, layers, onCall }) => ({
      name: text(name),
      time_zone: text(timeZone),
      layers: texts(layers),
      on_call: onCall.map((one) => ({ name: text(one.name), ...(one.until === undefined ? {} : { until: iso(one.until) }) })),
    })),
    people: view.people.map(personJson),
    windows: view.windows.map(({ description, start, end, services }) => ({
      description: text(description),
      start: iso(start),
      end: iso(end),
      services: texts(services),
    })),
    ...(view.incidents === undefined ? {} : { incidents: view.incidents.map(incidentJson) }),
    webhooks: view.webhooks.map(({ url, service, active }) => ({
      url: text(url),
      ...(service === undefined ? {} : { service: text(service) }),
      active,
    })),
    secrets: view.secrets.map(({ namespace, name, keys }) => ({ namespace: text(namespace), name: text(name), keys: texts(keys) })),
    alertmanager: view.alertmanager.map((one) => ({
      replica: text(one.replica),
      version: text(one.version),
      configuration: text(one.configuration),
      receivers: texts(one.receivers),
      ...(one.reloaded === undefined ? {} : { reloaded: iso(one.reloaded) }),
      ...(one.refused === undefined ? {} : { refused: text(one.refused) }),
    })),
    ...(view.calls === undefined ? {} : { calls: { pagerduty: { ...view.calls.pagerduty }, kubernetes: { ...view.calls.kubernetes } } }),
  };
}

function incidentJson(incident: StatusIncident): JsonDocument {
  const { level, levels, next } = incident;
  return {
    number: incident.number,
    title: text(incident.title),
    service: text(incident.service),
    status: incident.status,
    urgency: incident.urgency,
    since: iso(incident.since),
    assigned: incident.assigned.map((name) => text(name)),
    ...(level === undefined ? {} : { level }),
    ...(levels === undefined ? {} : { levels }),
    ...(next === undefined ? {} : { next: { what: text(next.what), at: iso(next.at) } }),
  };
}

function personJson(person: StatusPerson): JsonDocument {
  return {
    name: text(person.name),
    email: text(person.email),
    role: text(person.role),
    time_zone: text(person.timeZone),
    invitation_accepted: person.invitationAccepted,
    app_signed_in: person.appSignedIn,
    methods: person.methods.map(({ type, address }) => ({
      type: text(type),
      ...(address === undefined ? {} : { address: text(hidden(address)) }),
    })),
    rules: person.rules.map(({ urgency, method, delayMinutes }) => ({ urgency, method: text(method), delay_minutes: delayMinutes })),
  };
}

/** A bare number (PagerDuty keeps the calling code apart) with all but its last two digits hidden; e-mail addresses stay. */
export function hidden(address: string): string {
  const digits = address.replace(/\D/g, '');
  return address.includes('@') || digits.length < 6 ? address : `•••${digits.slice(-2)}`;
}
