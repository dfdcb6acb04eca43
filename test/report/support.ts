import { PmpError, type Change, type EngineEvent, type Head, type Plan, type SetupOutcome } from '../../src/engine/index.ts';
import type { FieldDiff, Resource } from '../../src/model/index.ts';
import { styleOf, type Style } from '../../src/report/index.ts';

export const at = (iso: string): number => Date.parse(iso);

/** A terminal of that width, without colour unless asked for. */
export function screen(width: number, options: { color?: boolean; unicode?: boolean } = {}): Style {
  const { color = false, unicode = true } = options;
  return styleOf({ isTTY: true, env: { LANG: unicode ? 'en_US.UTF-8' : 'C', CI: 'true' }, flags: { color }, columns: width });
}

export const head: Head = {
  sandbox: false,
  account: {
    region: 'us',
    subdomain: 'acme',
    token: 'user',
    user: { name: 'Alan Example', email: 'alan@example.com', role: 'admin' },
    abilities: new Set(['teams']),
    seatsFree: 20,
    license: 'Business',
  },
  cluster: { context: 'acme-prod', cluster: 'acme', server: 'k8s.example.com' },
  namespace: 'monitoring',
  alertmanager: {
    shape: 'plain',
    workload: 'Deployment monitoring/alertmanager',
    version: '0.28.1',
    replicas: 2,
    configuration: 'ConfigMap alertmanager-config',
    subPath: false,
  },
};

export function change(kind: string, name: string, action: Change['action'], more: Partial<Change> = {}): Change {
  const wanted: Resource = { kind, name };
  return { key: `${kind} ${name}`, step: '', action, wanted, seen: undefined, diffs: [], waiting: [], ...more };
}

export function diff(field: string, from: string, to: string): FieldDiff {
  return { field, from, to };
}

const titles = [
  ['01-services', 'Create PagerDuty Services'],
  ['02-escalation-policies', 'Configure Escalation Policies'],
  ['03-schedules', 'Set Up On-Call Schedules'],
  ['04-engineers', 'Configure Users'],
  ['05-integration-keys', 'Get Integration Keys'],
  ['06-alertmanager', 'Configure AlertManager'],
  ['07-test-alert', 'Test Integration'],
  ['08-incident-context', 'Configure Incident Workflows'],
  ['09-maintenance-windows', 'Set Up Maintenance Windows'],
  ['10-webhooks', 'Configure Webhook Callbacks (Optional)'],
] as const;

/** Ten steps with the changes given by number; the others ask for nothing. */
export function planOf(changes: Readonly<Record<number, readonly Change[]>>): Plan {
  return {
    steps: titles.map(([id, title], index) => ({
      id,
      title,
      number: index + 1,
      changes: (changes[index + 1] ?? []).map((one) => ({ ...one, step: id })),
    })),
  };
}

const crew = ['ada', 'ben', 'cleo', 'grace', 'alan'].map((name) => `${name}@example.com`);
const each = (kind: string, names: readonly string[], action: Change['action'], more: Partial<Change> = {}) =>
  names.map((name) => change(kind, name, action, more));

/** Some of everything that a plan can hold. */
export const mixed: Plan = planOf({
  1: [
    change('service', 'PMP Study - Critical', 'create'),
    change('service', 'PMP Study - High Priority', 'adopt', {
      seen: { value: { kind: 'service', name: 'PMP Study - High Priority' }, ours: false, detail: 'not made by pmp-pd' },
      diffs: [
        diff('urgency', 'high', 'severity_based'),
        diff('description', '', 'P2 alerts; see https://runbooks.example.com/high-priority'),
      ],
    }),
    change('alert grouping', 'PMP Study - Critical', 'wait', { waiting: ['the plan refuses intelligent; content-based is in force'] }),
  ],
  2: [
    change('escalation policy', 'PMP Critical Escalation', 'update', {
      seen: { value: { kind: 'escalation policy', name: 'PMP Critical Escalation' }, ours: true, usedBy: '3 other services' },
      diffs: [diff('level 1 delay', '30 min', '10 min')],
    }),
    change('escalation policy', 'PMP High Priority Escalation', 'unchanged'),
  ],
  3: [change('schedule', 'PMP Primary On-Call', 'unchanged'), change('schedule', 'PMP Follow Sun', 'unchanged')],
  4: [
    ...each('user', crew, 'create'),
    ...each(
      'contact method',
      crew.flatMap((e) => [`${e} phone`, `${e} sms`]),
      'create',
    ),
    ...crew.flatMap((e) =>
      ['high', 'low'].map((u) =>
        change('notification rule', `${e} ${u} push after 0 min`, 'wait', {
          seen: { value: undefined, ours: true },
          waiting: [`${e} signs in to the PagerDuty app`],
        }),
      ),
    ),
  ],
  6: [
    change('secret', 'monitoring/pagerduty-secrets', 'replace', {
      diffs: [diff('PAGERDUTY_SERVICE_KEY_HIGH', 'another value', 'the key of PMP Study - High Priority')],
    }),
  ],
});

/** A list of prices with round numbers. */
export const prices = {
  read: '2026-09-20',
  source: 'https://pagerduty.example.com/pricing',
  currency: 'USD',
  plans: [
    { name: 'Professional', monthly: 30, yearly: 20 },
    { name: 'Business', monthly: 50, yearly: 40.5 },
  ],
};

export const departures = [
  { guide: '"EST" for every shift', done: 'America/New_York', why: 'EST is an hour off from March to November' },
  {
    guide: "'${PAGERDUTY_SERVICE_KEY_CRITICAL}' in alertmanager.yml",
    done: 'the key is read from the mounted secret',
    why: 'Alertmanager never expands it and would send the literal text',
  },
];

export const refused = new PmpError('alertmanager-refused', {
  message: 'Alertmanager refuses the configuration; the old one is in force',
  cause: 'yaml: line 12: field routing_keyfile not found in type config.plain',
  fix: 'Correct templates/alertmanager.yml and run the same command again',
  step: '06-alertmanager',
  resource: 'alertmanager configuration monitoring/alertmanager',
});

export const partial: SetupOutcome = {
  command: 'setup',
  sandbox: true,
  mode: 'apply',
  success: false,
  exitCode: 6,
  steps: planOf({}).steps.map(({ id, number, title }) => ({
    id,
    number,
    title,
    status: number === 6 ? 'failed' : number === 4 ? 'waiting' : number === 7 ? 'skipped' : number < 4 ? 'done' : 'unchanged',
    resources:
      number === 6
        ? [
            {
              kind: 'secret',
              name: 'monitoring/pagerduty-secrets',
              action: 'create',
              detail: 'keys with fingerprints ab12cd34 and ef56ab78',
            },
            {
              kind: 'alertmanager configuration',
              name: 'monitoring/alertmanager',
              action: 'fail',
              detail: refused.facts.message,
              error: refused,
            },
          ]
        : number === 7
          ? [
              {
                kind: 'drill route',
                name: 'monitoring/alertmanager',
                action: 'skip',
                detail: 'it needs alertmanager configuration monitoring/alertmanager, which failed',
              },
            ]
          : number === 4
            ? [
                { kind: 'user', name: 'ada@example.com', action: 'unchanged' },
                {
                  kind: 'notification rule',
                  name: 'ada@example.com high push after 0 min',
                  action: 'wait',
                  detail: 'ada@example.com signs in to the PagerDuty app',
                },
              ]
            : number < 4
              ? [{ kind: 'service', name: `thing ${number}`, action: 'create' }]
              : [],
  })),
  departures,
  coverage: [
    {
      schedule: 'PMP Primary On-Call',
      policy: 'PMP Critical Escalation',
      level: 1,
      from: at('2026-01-05T00:00:00Z'),
      until: at('2026-02-16T00:00:00Z'),
      hours: 1008,
      coveredHours: 1007,
      gaps: [{ start: at('2026-01-07T01:00:00Z'), end: at('2026-01-07T02:00:00Z') }],
      overlaps: [{ start: at('2026-01-08T01:00:00Z'), end: at('2026-01-08T02:00:00Z'), who: ['ada@example.com', 'ben@example.com'] }],
    },
  ],
  todos: [
    { who: 'Ada Example', what: 'accept the invitation that PagerDuty sent to ada@example.com' },
    { who: 'Ada Example', what: 'install the PagerDuty app and sign in' },
    { who: 'Ben Example', what: 'install the PagerDuty app and sign in' },
  ],
  calls: { pagerduty: { reads: 12, writes: 3, retries: 1 }, kubernetes: { reads: 4, writes: 1, retries: 0 } },
  seconds: 34.5678,
  error: refused,
};

export const events = (plan: Plan): readonly EngineEvent[] => [
  { type: 'applying', changes: plan.steps.flatMap((s) => s.changes).length },
  ...plan.steps.flatMap((step) =>
    step.changes.flatMap((one): EngineEvent[] => [
      { type: 'started', step: step.id, key: one.key, action: one.action },
      { type: 'done', step: step.id, key: one.key, action: one.action },
    ]),
  ),
  { type: 'proving' },
];
