import type { DrillVia } from '../engine/index.ts';
import type { Answers, EscalationPolicy, Service, ServiceRole, Urgency } from '../model/index.ts';
import type { SeenUser } from '../ports/index.ts';
import { minute } from './words.ts';

/** What was asked for. */
export interface DrillOrder {
  readonly role: ServiceRole;
  /** undefined: by Alertmanager where one can be reached, else straight to PagerDuty. */
  readonly via: DrillVia | undefined;
  readonly ack: 'human' | 'auto';
  readonly requireHuman: boolean;
  readonly escalation: boolean;
  /** Milliseconds for somebody to answer; undefined: until shortly before the next level would be called. */
  readonly timeout: number | undefined;
  readonly anyway: readonly ('window' | 'incident')[];
  /** Where the load of `--via stress` goes; undefined: the first running pod that the rule looks at. */
  readonly pod: PodName | undefined;
}

export interface PodName {
  readonly namespace: string | undefined;
  readonly name: string;
}

export interface PlannedLevel {
  /** From 1. */
  readonly level: number;
  readonly delayMinutes: number;
  readonly people: readonly { readonly email: string; readonly name: string; readonly user: SeenUser | undefined }[];
}

/** A drill that could be run: nothing has rung yet. */
export interface DrillPlan {
  /** ULID. */
  readonly id: string;
  readonly order: DrillOrder;
  readonly answers: Answers;
  readonly via: DrillVia;
  readonly service: Service;
  readonly policy: EscalationPolicy;
  readonly urgency: Urgency;
  readonly levels: readonly PlannedLevel[];
  /** What the incident says to whoever is paged. */
  readonly summary: string;
  /** Milliseconds that somebody has to answer, from the call of their level on. */
  readonly answerWithin: number;
  /** How many of the levels are called at most. */
  readonly rings: number;
  /** Minutes within which a level has promised to respond. */
  readonly promise: (level: number) => number | undefined;
  readonly notes: readonly string[];
}

/** What the guide calls the alerts of each service. */
export const severities: Readonly<Record<ServiceRole, string>> = { critical: 'P1', high: 'P2' };
export const drillAlert = 'PmpDrill';
/** The label and the detail that make an alert a drill. */
export const drillLabel = 'pmp_drill';
/** Of an event that goes straight to PagerDuty, which nobody renews: how long its drill may go on. */
export const untilDetail = 'pmp_drill_until';
/** An alert of a drill that was killed ends by itself after this. */
export const lifetime = 5 * minute;
/** Posted again when the last time is that long ago. */
export const renewal = minute;

/** The words that ask people to wait; whoever plays them in the sandbox reads them too. */
const wait = 'do not acknowledge before the last level';

export function summaryOf({ escalation, ack }: Pick<DrillOrder, 'escalation' | 'ack'>): string {
  const asked = escalation
    ? wait
    : ack === 'human'
      ? 'acknowledge it as you would a real alert'
      : 'nothing is asked of you, it ends by itself';
  return `Drill, nothing is broken: ${asked}`;
}

/** Labels of a drill's alert: a name and a namespace of its own, so that it never joins a group of real alerts. */
export function drillLabels(id: string, role: ServiceRole, external: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return {
    ...external,
    alertname: drillAlert,
    severity: severities[role],
    namespace: 'pmp-drill',
    service: 'pmp-pd',
    [drillLabel]: id,
  };
}

/** PagerDuty's word for the severity of a priority, as our receivers send it. */
export function eventSeverity(role: ServiceRole, { p2 }: Pick<Answers, 'p2'>): 'critical' | 'error' | 'warning' {
  if (role === 'critical') return 'critical';
  return p2 === 'quiet' ? 'warning' : 'error';
}
