import type { Instant } from './resource.ts';

/** The three regions of the guide's Follow Sun schedule. */
export const regions = ['us-east', 'us-west', 'eu'] as const;
export type Region = (typeof regions)[number];

/** E.164 number split the way PagerDuty wants it: calling code and national digits without a trunk zero. */
export interface Phone {
  readonly countryCode: number;
  readonly digits: string;
}

export interface Person {
  readonly name: string;
  /** Lower case; the natural key in PagerDuty. */
  readonly email: string;
  /** IANA zone. */
  readonly timeZone: string;
  readonly phone?: Phone;
  /** Engineers only. */
  readonly region?: Region;
}

/** One level of a policy, minutes. `respond` is the promise; `escalate` is PagerDuty's delay (of the last level it is inert but mandatory). */
export interface LevelTimes {
  readonly respond: number;
  readonly escalate: number;
}

export interface Names {
  readonly criticalService: string;
  readonly highService: string;
  readonly criticalPolicy: string;
  readonly highPolicy: string;
  readonly primarySchedule: string;
  readonly followSunSchedule: string;
}

export type ServiceRole = 'critical' | 'high';

/** One maintenance window of the answers: by date, or by rule ("first Saturday 22:00"). Times are wall time in the answers' zone. */
export interface WindowAnswer {
  readonly name: string;
  readonly services: readonly ServiceRole[];
  /** Length in minutes. */
  readonly minutes: number;
  readonly when:
    | { readonly kind: 'date'; readonly start: string } // local date-time, YYYY-MM-DDTHH:MM
    | { readonly kind: 'rule'; readonly rule: WindowRule; readonly next: number };
}

/** `ordinal` 1–4, or -1 for the last of the month, or undefined for every week; weekday 1 = Monday … 7 = Sunday; time HH:MM. */
export interface WindowRule {
  readonly ordinal: 1 | 2 | 3 | 4 | -1 | undefined;
  readonly weekday: number;
  readonly time: string;
}

export interface KubernetesAnswers {
  readonly context?: string;
  readonly namespace: string;
  readonly secret: string;
}

export interface AlertmanagerAnswers {
  /** Put the configuration in force in the cluster, not only into a file. */
  readonly apply: boolean;
  /** Folder in the Alertmanager container where the secret is mounted; absolute. */
  readonly keyDir: string;
  /** Where the rendered configuration is written, relative to the working folder. */
  readonly file: string;
  /** Where the rendered Prometheus rules are written. */
  readonly rulesFile: string;
  readonly runbookBase: string;
  readonly graphsBase: string;
  /** Names of the annotations that carry them. */
  readonly annotations: { readonly summary: string; readonly runbook: string; readonly graphs: string };
}

/** Everything setup needs to know, with the guide's values where nothing else was said. No secret, no id, no host. */
export interface Answers {
  readonly people: readonly Person[];
  /** E-mails in rotation order. */
  readonly engineers: readonly string[];
  readonly lead: string;
  readonly cto: string;
  /** IANA zone of both schedules, default America/New_York. */
  readonly timeZone: string;
  readonly names: Names;
  /** When the rota begins; undefined: now. */
  readonly start?: Instant;
  readonly integration: 'events_v2' | 'prometheus';
  readonly p2: 'error' | 'quiet';
  readonly level1: 'primary' | 'follow-sun' | 'both';
  readonly gaps: 'fill' | 'accept';
  readonly followSun: boolean;
  readonly overlap: 'us-east' | 'eu';
  /** How often a policy starts again after its last level, 0–9. */
  readonly loops: number;
  readonly escalation: { readonly critical: readonly LevelTimes[]; readonly high: readonly LevelTimes[] };
  readonly adopt: boolean;
  readonly kubernetes: KubernetesAnswers | 'none';
  readonly alertmanager: AlertmanagerAnswers;
  /** undefined: nobody planned any; 'none': waived on purpose. */
  readonly windows: readonly WindowAnswer[] | 'none' | undefined;
  readonly webhook?: { readonly url: string };
  /** Acting user for account tokens. */
  readonly from?: string;
}

/** The level-1 engineers, the lead and the CTO: everyone who can be paged, each once, in that order. */
export function pagedPeople(answers: Answers): readonly Person[] {
  const wanted = [...new Set([...answers.engineers, answers.lead, answers.cto])];
  return wanted.map((email) => personOf(answers, email));
}

/** @throws RangeError for an e-mail that is not among the people; validated answers have none. */
export function personOf(answers: Answers, email: string): Person {
  const person = answers.people.find((p) => p.email === email);
  if (!person) throw new RangeError(`${email} is not among the people`);
  return person;
}
