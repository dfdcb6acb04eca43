import type { Phone, ServiceRole } from './answers.ts';
import type { Instant, Resource } from './resource.ts';

/** A PagerDuty user; `name` is the e-mail, the natural key. */
export interface User extends Resource {
  readonly kind: 'user';
  readonly fullName: string;
  readonly timeZone: string;
}

export interface ContactMethod extends Resource {
  readonly kind: 'contact method';
  readonly email: string;
  readonly type: 'phone' | 'sms';
  readonly phone: Phone;
}

export type Urgency = 'high' | 'low';

/** A notification rule: user × urgency × method × delay. Nothing per service or priority exists in PagerDuty. */
export interface NotificationRule extends Resource {
  readonly kind: 'notification rule';
  readonly email: string;
  readonly urgency: Urgency;
  readonly method: 'push' | 'sms' | 'phone' | 'email';
  /** Which number, for sms and phone: the one of the answers. */
  readonly phone?: Phone;
  readonly delayMinutes: number;
}

/** Hours of a layer, wall clock in the schedule's zone. No weekday: every day. Duration in seconds of wall time. */
export interface Restriction {
  /** 1 = Monday … 7 = Sunday; undefined: daily. */
  readonly weekday?: number;
  /** HH:MM */
  readonly start: string;
  readonly seconds: number;
}

/** One layer of a layer schedule (API v2); a later layer of the list wins where both cover an instant. */
export interface Layer {
  readonly name: string;
  /** E-mails in turn order; a person may stand in it more than once. A turn is seven calendar days. */
  readonly users: readonly string[];
  /** When turns change, wall clock in the schedule's zone; lies where the layer does not cover. */
  readonly anchor: { readonly weekday: number; readonly time: string };
  /** Empty: always. */
  readonly restrictions: readonly Restriction[];
  /** When a turn of users[0] begins. In what is wanted it is absent: the change computes it. */
  readonly turn?: Instant;
  /** When the layer begins to count; absent in what is wanted. */
  readonly start?: Instant;
  /** When it ends, for layers read from an account that will end. */
  readonly end?: Instant;
}

export interface Schedule extends Resource {
  readonly kind: 'schedule';
  readonly description: string;
  readonly timeZone: string;
  /** Lowest first. */
  readonly layers: readonly Layer[];
  /** 'shifts' for a v3 schedule that was adopted as it is: its layers are unknown and are not compared. */
  readonly style: 'layers' | 'shifts';
}

export interface EscalationTarget {
  readonly kind: 'user' | 'schedule';
  readonly name: string;
}

export interface EscalationPolicy extends Resource {
  readonly kind: 'escalation policy';
  readonly description: string;
  readonly loops: number;
  readonly levels: readonly { readonly targets: readonly EscalationTarget[]; readonly delayMinutes: number }[];
}

export interface Service extends Resource {
  readonly kind: 'service';
  readonly description: string;
  readonly policy: string;
  /** Seconds; null: never. */
  readonly acknowledgementTimeout: number | null;
  readonly autoResolveTimeout: number | null;
  /** A constant, or PagerDuty's own word for what it found ('support_hours'). */
  readonly urgency: 'high' | 'low' | 'severity_based' | 'support_hours';
  readonly disabled: boolean;
}

export type GroupingType = 'intelligent' | 'content_based_intelligent' | 'content_based' | 'time';

/** An alert grouping setting; `name` is the service it is meant for. */
export interface AlertGrouping extends Resource {
  readonly kind: 'alert grouping';
  readonly type: GroupingType;
  /** Content fields, sorted. */
  readonly fields: readonly string[];
  /** PagerDuty's `aggregate: any`: one equal field is enough to group. Ours want all equal. */
  readonly anyField?: boolean;
  /** All services the setting holds; ours hold one. */
  readonly services: readonly string[];
  /** Tried in order where the plan refuses; after the last: Alertmanager's own group_by. */
  readonly fallbacks: readonly { readonly type: GroupingType; readonly fields: readonly string[] }[];
}

export interface Integration extends Resource {
  readonly kind: 'integration';
  readonly service: string;
  readonly type: 'events_v2' | 'prometheus';
  readonly label: string;
  /** Fingerprint of the key; absent in what is wanted. */
  readonly fingerprint?: string;
}

/** Our integration's name on a service: with its type the natural key, since PagerDuty gives an integration no description to bear a mark. */
export function integrationLabel(type: Integration['type']): string {
  return type === 'events_v2' ? 'Alertmanager (Events API v2)' : 'Alertmanager (Prometheus)';
}

/** The name of an integration among the resources of a plan. */
export function integrationName(service: string, type: Integration['type']): string {
  return `${service}: ${integrationLabel(type)}`;
}

export interface MaintenanceWindow extends Resource {
  readonly kind: 'maintenance window';
  readonly description: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly services: readonly string[];
}

/** `name` is the service it reports on. */
export interface WebhookSubscription extends Resource {
  readonly kind: 'webhook subscription';
  readonly role: ServiceRole;
  readonly url: string;
  readonly events: readonly string[];
  readonly active: boolean;
  /** Read only: PagerDuty's id, which the Secret that holds its signing secret is annotated with. */
  readonly subscription?: string;
  /** Read only: ids of further subscriptions of ours on that service, left behind by a replacement that was stopped half-way. */
  readonly surplus?: readonly string[];
  /** Its signing secret (shown once) is in the cluster's Secret. */
  readonly secretHeld: boolean;
  /** Namespace of the Secret that holds it; absent in what PagerDuty shows. */
  readonly namespace?: string;
  /** Read only: the namespace that was noted with the subscription when its signing secret was put away. */
  readonly keptIn?: string;
}
