import { isDeepStrictEqual } from 'node:util';
import { duplicatesOf } from '../support/account.ts';
import { World, type Done, type Program } from '../support/world.ts';
import { diff } from './difference.ts';
import { errorOf, type Scenario } from './law.ts';

/** How a run must end: by itself in the right account, or with one of these errors (exit code, error id). */
export type End = 'recovers' | { readonly code: number; readonly ids: readonly string[] };

export interface FaultCase {
  /** As `parseFault` reads them. */
  readonly faults: readonly string[];
  readonly end: End;
}

export interface FaultVerdict extends FaultCase {
  readonly ended: string;
  readonly seconds: number;
  readonly problems: readonly string[];
  readonly duplicates: number;
}

const recovers = (...faults: readonly string[]): FaultCase => ({ faults, end: 'recovers' });
const ends = (code: number, ids: string | readonly string[], ...faults: readonly string[]): FaultCase => ({
  faults,
  end: { code, ids: typeof ids === 'string' ? [ids] : ids },
});

/** What creates something in PagerDuty, each by its own call. */
const creates = [
  'POST /users',
  'POST /users/*/contact_methods',
  'POST /users/*/notification_rules',
  'POST /schedules',
  'POST /escalation_policies',
  'POST /services',
  'POST /services/*/integrations',
  'POST /alert_grouping_settings',
  'POST /maintenance_windows',
  'POST /webhook_subscriptions',
] as const;
const cluster = '/k8s/api/v1/namespaces/monitoring';
const clusterWrites = [
  `PATCH ${cluster}/secrets/pagerduty-secrets`,
  `PATCH ${cluster}/secrets/pagerduty-webhook`,
  'PATCH /k8s/apis/apps/v1/namespaces/monitoring/deployments/alertmanager',
  `PATCH ${cluster}/configmaps/alertmanager-config.pmp-pd-backup`,
  `PATCH ${cluster}/configmaps/alertmanager-config`,
  `POST ${cluster}/pods/*/-/reload`,
  'PATCH /k8s/apis/coordination.k8s.io/*',
] as const;

/** Each create of PagerDuty's meets every way in which nobody knows whether it happened. */
const unknownOutcomes = creates.flatMap((call) =>
  ['reset-before', 'reset-after', 'half', 'html-after', '504-after'].map((kind) => recovers(`${kind}:${call}:1`)),
);

const slow: readonly FaultCase[] = [
  recovers('latency=40ms'),
  recovers('latency=2s:every 20'),
  recovers('drip=1s:every 10'),
  recovers('drip=3s:GET /users*:1', 'drip=3s:POST /services:1'),
  recovers('endless:GET /users*:1'),
  recovers('endless:POST /services:1'),
  ends(4, 'pagerduty-unreachable', 'flood:GET /users*'),
  recovers('flood:POST /escalation_policies:1'),
];

const limits: readonly FaultCase[] = [
  recovers('429=1s:GET /users*:2'),
  recovers('429=1s:POST /users:2'),
  recovers('429-bare:POST /services:1'),
  recovers('429=1s:/k8s*:2'),
  recovers('429-bare:PATCH /k8s*:2'),
  recovers('429=1s:every 25'),
  ends(4, 'pagerduty-rate-limit', '429=10m:GET /users*'),
  ends(6, 'pagerduty-rate-limit', '429=10m:POST /services'),
];

const servers: readonly FaultCase[] = [
  recovers('500:GET /users*:2'),
  recovers('502:GET *:every 15'),
  recovers('503:POST /services:2'),
  recovers('504:POST /users:every 4'),
  recovers('500:PUT *:2', '500:POST /schedules/preview:2'),
  recovers('503:GET /k8s*:every 10'),
  recovers('503:PATCH /k8s*:2'),
  recovers('502:GET /k8s*:every 12'),
  recovers('reset-before:GET *:every 12'),
  recovers('reset-after:GET *:every 12'),
  recovers('half:GET *:every 14'),
  // Read ahead of its time it is only asked again; from a login page for everything there is no way on.
  recovers('html:GET /services:1'),
  ends(4, 'pagerduty-rubbish', 'html:GET /services'),
  ends(4, ['pagerduty-unreachable', 'pagerduty-rubbish'], '500:GET /abilities'),
  ends(4, 'pagerduty-rubbish', 'html:GET /abilities'),
  ends(4, 'pagerduty-unreachable', 'reset-before:GET /users*'),
];

const account: readonly FaultCase[] = [
  recovers('user-lock'),
  recovers('unreadable=1500ms'),
  recovers('unreadable=1s', 'reset-after:POST *:every 6'),
  recovers('skew=2h'),
  recovers('skew=-2h'),
  recovers('skew=10m', '429=1s:POST /users:1'),
  ends(4, 'account-expired', 'expired:GET /abilities'),
  ends(6, 'account-expired', 'expired:POST /services'),
];

const inCluster: readonly FaultCase[] = [
  ...clusterWrites.flatMap((call) => ['reset-before', 'reset-after', 'half', '504-after'].map((kind) => recovers(`${kind}:${call}:1`))),
  ends(4, 'kubernetes-unreachable', 'k8s-away'),
  ends(4, 'kubernetes-credentials', 'k8s-401'),
  ends(4, 'kubernetes-permission', 'k8s-403'),
  ends(6, 'kubernetes-unreachable', `k8s-away:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-credentials', `k8s-401:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-permission', `k8s-403:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-conflict', `k8s-conflict:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-refused', `k8s-immutable:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-refused', `k8s-no-namespace:PATCH ${cluster}/secrets/pagerduty-secrets`),
  ends(6, 'kubernetes-conflict', 'k8s-conflict:PATCH /k8s/apis/apps/*'),
  ends(6, 'kubernetes-permission', 'k8s-403:PATCH /k8s/apis/apps/*'),
  ends(6, 'kubernetes-permission', `k8s-403:PATCH ${cluster}/configmaps/alertmanager-config`),
  ends(6, ['kubernetes-refused', 'alertmanager-unreachable', 'kubernetes-permission'], `k8s-403:POST ${cluster}/pods/*/-/reload`),
];

export const faultCases: readonly FaultCase[] = [...slow, ...limits, ...servers, ...account, ...unknownOutcomes, ...inCluster];

/** No run may take longer, whatever happens to it. Seconds. */
const patience = 110;

/** Runs setup through a fault, then again without it. */
export async function through(scenario: Scenario, program: Program, one: FaultCase): Promise<FaultVerdict> {
  const world = await World.open(program);
  try {
    for (const fault of one.faults) world.sandbox.fault(fault);
    const begun = performance.now();
    const done = await world.setup(scenario.answers);
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    const problems = endOf(one.end, done, seconds);
    if (done.code === 0) problems.push(...differences(scenario, world).map((line) => `it says done, but ${line}`));
    world.sandbox.fault('none');
    const again = await world.setup(scenario.answers);
    if (again.code !== 0) problems.push(`the run after it: exit ${again.code}: ${errorOf(again)}`);
    const duplicates = duplicatesOf(world.account);
    problems.push(...duplicates.map((what) => `twice: ${what}`), ...world.wrong, ...differences(scenario, world));
    return { ...one, ended: `exit ${done.code}`, seconds, problems, duplicates: duplicates.length };
  } finally {
    await world.close();
  }
}

function differences({ snapshot, files }: Scenario, world: World): readonly string[] {
  const [wanted, now] = [
    { ...snapshot, files },
    { ...world.snapshot(), files: world.files() },
  ];
  return isDeepStrictEqual(now, wanted) ? [] : diff(wanted, now);
}

function endOf(end: End, done: Done, seconds: number): string[] {
  if (done.signal !== null || seconds > patience) return [`it hung: ${seconds} s, ${done.stderr.slice(-400)}`];
  if (end === 'recovers') return done.code === 0 ? [] : [`exit ${done.code}: ${errorOf(done)}`];
  const problems = done.code === end.code ? [] : [`exit ${done.code} instead of ${end.code}: ${errorOf(done)}`];
  return [...problems, ...untold(end.ids, done)];
}

/** The error must have the right id, and name the thing, the cause and the way out. */
function untold(ids: readonly string[], done: Done): readonly string[] {
  const { error } = done.json() as { error?: { id: string; message: string; cause?: string; fix?: string } };
  if (error === undefined) return ['JSON holds no error'];
  return [
    ...(ids.includes(error.id) ? [] : [`error ${error.id} instead of ${ids.join(' or ')}: ${error.message} (${error.cause})`]),
    ...(['message', 'cause', 'fix'] as const).flatMap((part) =>
      (error[part] ?? '') === '' ? [`the error has no ${part}: ${JSON.stringify(error)}`] : [],
    ),
  ];
}
