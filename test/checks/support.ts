import { deal, render, rotas } from '../../src/coverage/index.ts';
import type { Check, Verdict, VerifyOptions } from '../../src/engine/index.ts';
import {
  integrationLabel,
  integrationName,
  secretKeys,
  type AlertGrouping,
  type Answers,
  type EscalationPolicy,
  type Integration,
  type MaintenanceWindow,
  type Schedule,
  type Seen,
  type Service,
  type User,
} from '../../src/model/index.ts';
import type {
  Account,
  AlertingRule,
  AlertmanagerFound,
  DeliveryCounters,
  FiringAlert,
  KubeObject,
  Outlet,
  ReadWorld,
  ReceiverKey,
  Replica,
  RouteMatch,
  Secret,
  SeenAlert,
  SeenIncident,
  SeenLogEntry,
  SeenMethod,
  SeenRule,
  SeenSecret,
  SeenUser,
  Shift,
  Silence,
  SourceState,
} from '../../src/ports/index.ts';

/** A Wednesday, 10 AM in New York. */
export const now = Date.parse('2026-09-09T14:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

export const options: VerifyOptions = { now, maxAge: 35 * 86_400, requireHuman: false, byGuidesNames: false };

const mail = (name: string) => `${name}@example.com`;
export const [ada, ben, cleo, dora, emil, fay, grace, alan] = ['ada', 'ben', 'cleo', 'dora', 'emil', 'fay', 'grace', 'alan'].map(mail) as [
  string,
  string,
  string,
  string,
  string,
  string,
  string,
  string,
];

/** Two engineers in each region, the lead and the CTO: nobody has more than twelve hours in a row. */
export const answers: Answers = {
  people: [
    ...(
      [
        [ada, 'us-east'],
        [ben, 'us-west'],
        [cleo, 'eu'],
        [dora, 'us-east'],
        [emil, 'us-west'],
        [fay, 'eu'],
      ] as const
    ).map(([email, region]) => ({ name: nameOf(email), email, timeZone: 'America/New_York', region })),
    ...[grace, alan].map((email) => ({ name: nameOf(email), email, timeZone: 'America/New_York' })),
  ],
  engineers: [ada, ben, cleo, dora, emil, fay],
  lead: grace,
  cto: alan,
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
  loops: 1,
  escalation: {
    critical: [
      { respond: 5, escalate: 10 },
      { respond: 5, escalate: 15 },
      { respond: 5, escalate: 15 },
    ],
    high: [
      { respond: 15, escalate: 30 },
      { respond: 15, escalate: 60 },
    ],
  },
  adopt: false,
  kubernetes: { namespace: 'monitoring', secret: 'pagerduty-secrets' },
  alertmanager: {
    apply: true,
    keyDir: '/etc/alertmanager-secrets/pagerduty',
    file: 'alertmanager.yml',
    rulesFile: 'pmp-rules.yml',
    runbookBase: 'https://runbooks.example.com',
    graphsBase: 'https://grafana.example.com',
    annotations: { summary: 'summary', runbook: 'runbook_url', graphs: 'dashboard_url' },
  },
  windows: [
    {
      name: 'Database upgrade',
      services: ['critical', 'high'],
      minutes: 240,
      when: { kind: 'rule', rule: { ordinal: 1, weekday: 6, time: '22:00' }, next: 3 },
    },
  ],
};

/** Plain data that a world is made of; what is left out of a change stays healthy. */
export interface Facts {
  readonly account: Account;
  readonly users: readonly SeenUser[];
  readonly services: readonly (Service & { readonly refused?: readonly string[] })[];
  readonly policies: readonly EscalationPolicy[];
  readonly schedules: readonly Schedule[];
  /** By schedule; left out: rendered from the layers. */
  readonly shifts: Readonly<Record<string, readonly Shift[]>>;
  readonly integrations: readonly Integration[];
  readonly groupings: readonly AlertGrouping[] | 'refused';
  readonly windows: readonly MaintenanceWindow[];
  readonly incidents: readonly SeenIncident[];
  /** By incident id. */
  readonly alerts: Readonly<Record<string, readonly SeenAlert[]>>;
  readonly log: Readonly<Record<string, readonly SeenLogEntry[]>>;
  /** The entries of the guide's secret by fingerprint; undefined: there is no secret. */
  readonly secret: Readonly<Record<string, string>> | undefined;
  readonly cluster: 'there' | 'none';
  readonly objects: readonly KubeObject[];
  readonly found: AlertmanagerFound | undefined;
  readonly managedElsewhere: string | undefined;
  readonly replicas: readonly Replica[];
  readonly keys: readonly ReceiverKey[];
  readonly route: (labels: Readonly<Record<string, string>>) => RouteMatch;
  readonly silences: readonly Silence[];
  readonly delivery: DeliveryCounters;
  /** Left out: what the route of the Watchdog says. */
  readonly outlets: readonly Outlet[] | undefined;
  readonly holding: readonly string[];
  readonly source: SourceState | undefined;
  readonly prometheus: 'there' | 'not found' | 'none';
  readonly rules: readonly AlertingRule[];
  readonly firing: readonly FiringAlert[];
  readonly alertmanagers: readonly string[];
  readonly eventsUrl: string | undefined;
}

export const keys = { critical: 'aaaa1111', high: 'bbbb2222' } as const;
const { names } = answers;

const pagerduty = (name: string, severity: string) => ({ name, pagerduty: true, leavesCluster: true, sendResolved: true, severity });
const watchdog = { name: 'watchdog', pagerduty: false, leavesCluster: true, sendResolved: false };
const nowhere = { name: 'null', pagerduty: false, leavesCluster: false, sendResolved: false };

/** What templates/alertmanager.yml does with labels. */
export function ourRoute(labels: Readonly<Record<string, string>>): RouteMatch {
  const { severity = '' } = labels;
  if (labels['alertname'] === 'Watchdog') return { receivers: [watchdog] };
  if (/^(?:P1|critical)$/.test(severity)) return { receivers: [pagerduty('pagerduty-critical', 'critical')] };
  if (/^(?:P2|high)$/.test(severity)) return { receivers: [pagerduty('pagerduty-high', 'error')] };
  return { receivers: [/^(?:P3|warning)$/.test(severity) ? pagerduty('pagerduty-high', 'warning') : nowhere] };
}

/** A person who can be reached as the guide has it. */
export function person(email: string, changes: Partial<SeenUser> = {}): SeenUser {
  const methods = [method('push'), method('sms'), method('phone')] as const;
  const rules: readonly SeenRule[] = [
    { urgency: 'high', delayMinutes: 0, method: methods[0] },
    { urgency: 'high', delayMinutes: 0, method: methods[1] },
    { urgency: 'high', delayMinutes: 2, method: methods[2] },
    { urgency: 'low', delayMinutes: 0, method: methods[0] },
  ];
  const value: User = { kind: 'user', name: email, fullName: nameOf(email), timeZone: 'America/New_York' };
  return { value, ours: true, role: 'limited_user', invitationPending: false, methods, rules, ...changes };
}

export function method(type: SeenMethod['type'], changes: Partial<SeenMethod> = {}): SeenMethod {
  const number = type === 'phone' || type === 'sms' ? { address: '2025550101', countryCode: 1 } : {};
  return { type, ...number, enabled: true, label: 'Mobile', ...changes };
}

const service = (name: string, policy: string, urgency: Service['urgency']): Service => ({
  kind: 'service',
  name,
  description: '',
  policy,
  acknowledgementTimeout: 1800,
  autoResolveTimeout: null,
  urgency,
  disabled: false,
});

const integration = (name: string, fingerprint: string): Integration => ({
  kind: 'integration',
  name: integrationName(name, 'events_v2'),
  service: name,
  type: 'events_v2',
  label: integrationLabel('events_v2'),
  fingerprint,
});

const receiverKey = (role: 'critical' | 'high'): ReceiverKey => ({
  receiver: `pagerduty-${role}`,
  style: 'routing_key',
  from: 'file',
  path: `${answers.alertmanager.keyDir}/${secretKeys[role]}`,
  source: `secret pagerduty-secrets, entry ${secretKeys[role]}`,
  fingerprint: keys[role],
  url: 'https://events.pagerduty.com/v2/enqueue',
});

export const schedules: readonly Schedule[] = rotas(answers).map((rota) => deal(rota, undefined, now - 30 * day));

const drill = (role: 'critical' | 'high', id: string, age: number): SeenIncident => ({
  id,
  number: role === 'critical' ? 7 : 8,
  url: `https://acme.pagerduty.com/incidents/${id}`,
  title: `[DRILL pmp-pd ${drillIds[role]}] [FIRING:1] a drill`,
  service: role === 'critical' ? names.criticalService : names.highService,
  status: 'resolved',
  urgency: 'high',
  created: now - age,
});
export const drillIds = { critical: '01K4N4YQ0000000000000000C0', high: '01K4N4YQ0000000000000000H0' } as const;
export const drillAlert = (id: string): SeenAlert => ({
  key: 'k',
  severity: 'critical',
  status: 'resolved',
  details: { pmp_drill: id },
  links: [],
});

/** A drill of ten days ago, log and all: Ada is paged, does not answer, Grace neither, Alan acknowledges. */
export const drillLog = (start: number): readonly SeenLogEntry[] => [
  { type: 'trigger', at: start },
  { type: 'notify', at: start + 2_000, who: ada, channel: 'push' },
  { type: 'escalate', at: start + 10 * minute, assignees: [grace] },
  { type: 'notify', at: start + 10 * minute + 2_000, who: grace, channel: 'push' },
  { type: 'escalate', at: start + 25 * minute, assignees: [alan] },
  { type: 'notify', at: start + 25 * minute + 2_000, who: alan, channel: 'push' },
  { type: 'acknowledge', at: start + 26 * minute, who: alan },
  { type: 'annotate', at: start + 27 * minute, note: `pmp-pd drill ${drillIds.critical}: via=alertmanager ack=human escalation=3/3` },
  { type: 'resolve', at: start + 28 * minute },
];

export const healthy: Facts = {
  account: {
    region: 'us',
    subdomain: 'acme',
    token: 'account',
    abilities: new Set(['teams', 'urgencies', 'event_intelligence']),
    seatsFree: null,
    license: 'Enterprise',
  },
  users: [ada, ben, cleo, dora, emil, fay, grace, alan].map((email) => person(email)),
  services: [service(names.criticalService, names.criticalPolicy, 'high'), service(names.highService, names.highPolicy, 'severity_based')],
  policies: [policy(names.criticalPolicy, answers.escalation.critical), policy(names.highPolicy, answers.escalation.high)],
  schedules,
  shifts: {},
  integrations: [integration(names.criticalService, keys.critical), integration(names.highService, keys.high)],
  groupings: [
    grouping(names.criticalService, 'intelligent', []),
    grouping(names.highService, 'content_based_intelligent', ['class', 'component', 'severity']),
  ],
  windows: [26, 54, 89].map((days) => window('Database upgrade', now + days * day, 4)),
  incidents: [drill('high', 'Q8', 3 * day), drill('critical', 'Q7', 10 * day)],
  alerts: { Q7: [drillAlert(drillIds.critical)], Q8: [drillAlert(drillIds.high)] },
  log: { Q7: drillLog(now - 10 * day), Q8: drillLog(now - 3 * day) },
  secret: { [secretKeys.critical]: keys.critical, [secretKeys.high]: keys.high },
  cluster: 'there',
  objects: [],
  found: {
    shape: 'plain',
    workload: 'Deployment monitoring/alertmanager',
    version: '0.28.1',
    replicas: 1,
    configuration: 'ConfigMap alertmanager-config',
    keyDir: answers.alertmanager.keyDir,
    subPath: false,
  },
  managedElsewhere: undefined,
  replicas: [
    {
      name: 'alertmanager-0',
      version: '0.28.1',
      ready: true,
      startedAt: now - 20 * day,
      lastReloadSucceeded: true,
      peers: 1,
      receivers: ['null', 'watchdog', 'pagerduty-critical', 'pagerduty-high'],
    },
  ],
  keys: [receiverKey('critical'), receiverKey('high')],
  route: ourRoute,
  silences: [],
  delivery: { sent: 12, failed: 0, byReason: {} },
  outlets: undefined,
  holding: ['alertmanager-0'],
  source: { differences: [] },
  prometheus: 'there',
  rules: [
    {
      name: 'PmpPodHighCpu',
      group: 'pmp-study',
      labels: { severity: 'P1', service: 'pmp-study' },
      annotations: { summary: 'CPU', runbook_url: 'https://runbooks.example.com/cpu' },
      health: 'ok',
    },
    { name: 'Watchdog', group: 'pmp-study', labels: { severity: 'none' }, annotations: {}, health: 'ok' },
  ],
  firing: [{ labels: { alertname: 'Watchdog', severity: 'none' }, state: 'firing', activeAt: now - 20 * day }],
  alertmanagers: ['http://10.0.0.7:9093/api/v2/alerts'],
  eventsUrl: undefined,
};

/** A policy of the guide: Primary On-Call, the lead, and with three levels the CTO. */
export function policy(name: string, times: Answers['escalation']['critical'], changes: Partial<EscalationPolicy> = {}): EscalationPolicy {
  const targets = [
    { kind: 'schedule', name: names.primarySchedule },
    ...[grace, alan].map((email) => ({ kind: 'user', name: email }) as const),
  ] as const;
  const levels = times.map(({ escalate }, index) => ({ targets: targets.slice(index, index + 1), delayMinutes: escalate }));
  return { kind: 'escalation policy', name, description: '', loops: 1, levels, ...changes };
}

export function grouping(name: string, type: AlertGrouping['type'], fields: readonly string[], services = [name]): AlertGrouping {
  return { kind: 'alert grouping', name, type, fields, services, fallbacks: [] };
}

export function window(
  description: string,
  start: number,
  hours: number,
  services = [names.criticalService, names.highService],
): MaintenanceWindow {
  return { kind: 'maintenance window', name: description, description, start, end: start + hours * hour, services };
}

/** A world of plain data behind the real ports. Reads that a check has no business with throw. */
export function worldOf(changes: Partial<Facts> = {}): ReadWorld {
  const facts: Facts = { ...healthy, ...changes };
  return {
    pagerduty: pagerdutyOf(facts),
    kubernetes: facts.cluster === 'none' ? undefined : kubernetesOf(facts),
    alertmanager: facts.cluster === 'none' ? undefined : alertmanagerOf(facts),
    prometheus: facts.prometheus === 'none' ? undefined : prometheusOf(facts),
    text: { render: no, renderRules: no, parts: no, partsIn: no, valuesSnippet: no },
    files: { read: no },
    clock: { now: () => now, sleep: no },
    heartbeat: undefined,
    eventsUrl: facts.eventsUrl,
  };
}

function pagerdutyOf(facts: Facts): ReadWorld['pagerduty'] {
  const named = <R extends { readonly name: string }>(all: readonly R[], wanted: readonly string[]) =>
    all.filter((one) => wanted.includes(one.name)).map((value) => seen(value));
  return {
    account: async () => facts.account,
    users: async (emails) => facts.users.filter((user) => emails.includes(user.value.name)),
    people: no,
    schedules: async (wanted) => named(facts.schedules, wanted),
    policies: async (wanted) => named(facts.policies, wanted),
    services: async (wanted) =>
      facts.services.filter((one) => wanted.includes(one.name)).map(({ refused = [], ...value }) => ({ ...seen<Service>(value), refused })),
    integrations: async (wanted) => facts.integrations.filter((one) => wanted.includes(one.service)).map((value) => seen(value)),
    groupings: async (wanted) =>
      facts.groupings === 'refused'
        ? 'refused'
        : facts.groupings.filter((one) => one.services.some((name) => wanted.includes(name))).map((value) => seen(value)),
    windows: async () => facts.windows.map((value) => seen(value)),
    webhooks: async () => [],
    integrationKey: async (of, type) => {
      const fingerprint = facts.integrations.find((one) => one.service === of && one.type === type)?.fingerprint;
      return fingerprint === undefined ? undefined : { fingerprint };
    },
    preview: no,
    rendered: async (schedule, from, until) => {
      const layers = facts.schedules.find((one) => one.name === schedule);
      const given = facts.shifts[schedule] ?? (layers ? render(layers, from, until) : []);
      return given
        .filter((shift) => shift.start < until && shift.end > from)
        .map((shift) => ({ ...shift, start: Math.max(shift.start, from), end: Math.min(shift.end, until) }));
    },
    incidents: async (of, since) => facts.incidents.filter((one) => of.includes(one.service) && one.created >= since),
    alerts: async (incident) => facts.alerts[incident] ?? [],
    logEntries: async (incident) => facts.log[incident] ?? [],
    calls: { reads: 0, writes: 0, retries: 0 },
  };
}

function kubernetesOf(facts: Facts): NonNullable<ReadWorld['kubernetes']> {
  return {
    target: async () => ({ context: 'test', cluster: 'test', server: 'cluster.example.com' }),
    version: async () => '1.36.2',
    can: async () => true,
    serves: async () => false,
    get: async (ref) => facts.objects.find((one) => one.kind === ref.kind && one.metadata.name === ref.name),
    list: async (kind) => facts.objects.filter((one) => one.kind === kind.kind),
    secret: async (_namespace, name) => (facts.secret === undefined || name !== 'pagerduty-secrets' ? undefined : seenSecret(facts.secret)),
    proxyGet: no,
    podLog: no,
    calls: { reads: 0, writes: 0, retries: 0 },
  };
}

function seenSecret(entries: Readonly<Record<string, string>>): SeenSecret {
  const data = new Map(Object.entries(entries).map(([key, fingerprint]): [string, Secret] => [key, { fingerprint }]));
  return { type: 'Opaque', immutable: false, data, labels: {}, annotations: {}, managers: ['pmp-pd'], uid: 'u1' };
}

function alertmanagerOf(facts: Facts): NonNullable<ReadWorld['alertmanager']> {
  return {
    replicas: async () => facts.replicas,
    keys: async () => facts.keys,
    route: async (labels) => facts.route(labels),
    silences: async () => facts.silences,
    delivery: async () => facts.delivery,
    outlets: async (labels) =>
      facts.outlets ??
      facts
        .route(labels)
        .receivers.filter(({ leavesCluster, pagerduty: pages }) => leavesCluster && !pages)
        .map(({ name }) => ({ receiver: name, where: 'the configuration', reach: 'outside', every: 60 })),
    holding: async () => facts.holding,
    source: async () => facts.source,
    find: async () => facts.found,
    managedElsewhere: async () => facts.managedElsewhere,
    partsInForce: no,
  };
}

function prometheusOf(facts: Facts): NonNullable<ReadWorld['prometheus']> {
  return {
    find: async () => (facts.prometheus === 'there' ? 'Service monitoring/prometheus' : undefined),
    rules: async () => facts.rules,
    alerts: async () => facts.firing,
    alertmanagers: async () => facts.alertmanagers,
  };
}

function seen<R>(value: R): Seen<R> & { readonly value: R } {
  return { value, ours: true };
}

function nameOf(email: string): string {
  const first = email.split('@')[0] ?? '';
  return `${first.charAt(0).toUpperCase()}${first.slice(1)} Example`;
}

function no(): never {
  throw new Error('a check has no business with this');
}

/** One check on the healthy world with these changes. */
export function run(
  check: Check,
  changes: Partial<Facts> = {},
  how: { answers?: Partial<Answers>; options?: Partial<VerifyOptions> } = {},
): Promise<Verdict> {
  return check.run({ ...answers, ...how.answers }, worldOf(changes), { ...options, ...how.options });
}
