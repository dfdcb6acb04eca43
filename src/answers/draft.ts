import type { Answers, AlertmanagerAnswers, KubernetesAnswers, LevelTimes, Names, Person, WindowAnswer } from '../model/index.ts';

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined };

/** Answers as far as somebody has given them; what is undefined is open or has the guide's value. */
export interface Draft extends Loose<
  Omit<Answers, 'people' | 'names' | 'escalation' | 'kubernetes' | 'alertmanager' | 'windows' | 'webhook'>
> {
  readonly people?: readonly Person[] | undefined;
  readonly names?: Loose<Names> | undefined;
  readonly escalation?:
    | { readonly critical?: readonly LevelTimes[] | undefined; readonly high?: readonly LevelTimes[] | undefined }
    | undefined;
  readonly kubernetes?: Loose<KubernetesAnswers> | 'none' | undefined;
  readonly alertmanager?:
    | (Loose<Omit<AlertmanagerAnswers, 'annotations'>> & { readonly annotations?: Loose<AlertmanagerAnswers['annotations']> | undefined })
    | undefined;
  readonly windows?: readonly WindowAnswer[] | 'none' | undefined;
  readonly webhook?: { readonly url: string } | undefined;
  /** CSV file that people, or only their phones, are read from. */
  readonly peopleFile?: string | undefined;
  /** The interview was left before its end: what is open is still to be asked, not to be taken from the guide. */
  readonly unfinished?: boolean | undefined;
}

/** The guide's values, and where it has none, ours. */
export const guide = {
  timeZone: 'America/New_York',
  names: {
    criticalService: 'PMP Study - Critical',
    highService: 'PMP Study - High Priority',
    criticalPolicy: 'PMP Critical Escalation',
    highPolicy: 'PMP High Priority Escalation',
    primarySchedule: 'PMP Primary On-Call',
    followSunSchedule: 'PMP Follow Sun',
  },
  integration: 'events_v2',
  p2: 'error',
  level1: 'primary',
  gaps: 'fill',
  followSun: true,
  overlap: 'us-east',
  loops: 0,
  escalation: {
    critical: [
      { respond: 5, escalate: 10 },
      { respond: 5, escalate: 15 },
      // The guide's "no escalation": PagerDuty wants a delay there too, and with no loops it is never used.
      { respond: 5, escalate: 30 },
    ],
    high: [
      { respond: 15, escalate: 30 },
      { respond: 15, escalate: 60 },
    ],
  },
  adopt: false,
  kubernetes: { namespace: 'monitoring', secret: 'pagerduty-secrets' },
  alertmanager: {
    apply: false,
    file: 'alertmanager.yml',
    rulesFile: 'pmp-rules.yml',
    runbookBase: 'https://runbooks.pmpstudy.com',
    graphsBase: 'https://grafana.pmpstudy.com',
    annotations: { summary: 'summary', runbook: 'runbook_url', graphs: 'dashboard_url' },
  },
} as const satisfies Partial<Omit<Answers, 'alertmanager'>> & { alertmanager: Omit<AlertmanagerAnswers, 'keyDir'> };

/** Where the secret is mounted. Not below /etc/alertmanager: a ConfigMap mounted there is read-only, and nothing can be mounted into it. */
export function keyDirOf(secret: string): string {
  return `/etc/${secret}`;
}

/** The draft with the guide's values in every open place. */
export function fill(
  draft: Draft,
  people: { readonly people: readonly Person[]; readonly engineers: readonly string[]; readonly lead: string; readonly cto: string },
): Answers {
  const kubernetes = kubernetesOf(draft);
  const { annotations, ...alertmanager } = draft.alertmanager ?? {};
  const secret = kubernetes === 'none' ? guide.kubernetes.secret : kubernetes.secret;
  return {
    ...people,
    timeZone: draft.timeZone ?? guide.timeZone,
    names: over<Names>(guide.names, draft.names),
    ...(draft.start === undefined ? {} : { start: draft.start }),
    integration: draft.integration ?? guide.integration,
    p2: draft.p2 ?? guide.p2,
    level1: draft.level1 ?? guide.level1,
    gaps: draft.gaps ?? guide.gaps,
    followSun: draft.followSun ?? guide.followSun,
    overlap: draft.overlap ?? guide.overlap,
    loops: draft.loops ?? guide.loops,
    escalation: {
      critical: draft.escalation?.critical ?? guide.escalation.critical,
      high: draft.escalation?.high ?? guide.escalation.high,
    },
    adopt: draft.adopt ?? guide.adopt,
    kubernetes,
    alertmanager: {
      ...over<Omit<AlertmanagerAnswers, 'annotations'>>({ ...guide.alertmanager, keyDir: keyDirOf(secret) }, alertmanager),
      annotations: over<AlertmanagerAnswers['annotations']>(guide.alertmanager.annotations, annotations),
    },
    windows: draft.windows,
    ...(draft.webhook === undefined ? {} : { webhook: draft.webhook }),
    ...(draft.from === undefined ? {} : { from: draft.from }),
  };
}

function kubernetesOf(draft: Draft): KubernetesAnswers | 'none' {
  if (draft.kubernetes === 'none') return 'none';
  const { context, namespace, secret } = draft.kubernetes ?? {};
  return {
    ...(context === undefined ? {} : { context }),
    namespace: namespace ?? guide.kubernetes.namespace,
    secret: secret ?? guide.kubernetes.secret,
  };
}

/** `base` with what `more` says; what it leaves undefined stays. */
export function over<T extends object>(base: T, more: Loose<T> | undefined): T {
  const said = Object.entries(more ?? {}).filter(([, value]) => value !== undefined);
  return { ...base, ...Object.fromEntries(said) };
}
