import { deal, render, rotas } from '../../src/coverage/index.ts';
import { PmpError, type CheckResult, type Verdict, type VerifyOutcome } from '../../src/engine/index.ts';
import type { Answers, Integration } from '../../src/model/index.ts';
import type { ReceiverKey, RouteMatch } from '../../src/ports/index.ts';
import type { EscalationPath, KeyReads, RenderedSchedule, ReportExtras } from '../../src/report/index.ts';
import { answersOf } from '../coverage/answers.ts';
import { at, head } from './support.ts';

export const now = at('2026-11-24T15:20:00Z');
const day = 86_400_000;

const pass = (evidence: string, ageSeconds?: number): Verdict => ({
  status: 'pass',
  evidence,
  ...(ageSeconds === undefined ? {} : { ageSeconds }),
});
const item = (number: number, id: string, title: string, verdict: Verdict): CheckResult => ({ id, item: number, title, verdict });
const own = (id: string, title: string, verdict: Verdict): CheckResult => ({ id, item: undefined, title, verdict });
const age = 9 * 86_400;

/** A team that is ready. */
export const good: readonly CheckResult[] = [
  item(
    1,
    '01-services-exist',
    'Two PagerDuty services created (Critical, High Priority)',
    pass('PMP Study - Critical and PMP Study - High Priority exist, both enabled'),
  ),
  item(
    2,
    '02-escalation-policies',
    'Escalation policies configured',
    pass('PMP Critical Escalation has 3 levels (10 and 15 min), PMP High Priority Escalation 2 (30 min)'),
  ),
  item(3, '03-schedules', 'On-call schedules set up', pass('PMP Primary On-Call and PMP Follow Sun exist; Ada Example is on call now')),
  item(
    4,
    '04-contact-methods',
    'Engineers added with contact methods',
    pass('all 5 people who can be paged have an enabled phone or SMS method and a rule for high urgency'),
  ),
  item(
    5,
    '05-integration-keys',
    'Integration keys obtained',
    pass('an Events API v2 integration on each service; keys with fingerprints ab12cd34 and ef56ab78'),
  ),
  item(
    6,
    '06-kubernetes-secrets',
    'Kubernetes secrets created',
    pass('secret monitoring/pagerduty-secrets holds both keys (ab12cd34, ef56ab78)'),
  ),
  item(
    7,
    '07-alertmanager-config',
    'AlertManager deployed with PagerDuty config',
    pass('2 of 2 replicas run version 0.28.1 and have loaded receivers pagerduty-critical and pagerduty-high'),
  ),
  item(
    8,
    '08-test-alert',
    'Test alert triggered and received',
    pass('drill 01KB5QW3 opened incident 4711; Ada Example was notified by push after 4 s', age),
  ),
  item(
    9,
    '09-acknowledgement',
    'Acknowledgment workflow tested',
    pass('Ada Example acknowledged incident 4711 after 1 min 30 s; nobody further was called', age),
  ),
  item(
    10,
    '10-escalation',
    'Escalation tested (wait for timeout)',
    pass('incident 4712 went through all 3 levels, after 10 and 15 min', age + 3600),
  ),
  item(
    11,
    '11-maintenance-windows',
    'Maintenance windows configured',
    pass('2 windows of the answers exist, the next one on Sat 5 Dec 2026 22:00'),
  ),
  own(
    'key-chain',
    'Each key reaches PagerDuty unchanged',
    pass('the same key (ab12cd34) from PMP Study - Critical to the receiver pagerduty-critical; ef56ab78 likewise'),
  ),
  own(
    'coverage',
    'Somebody is on call at every hour',
    pass('42 days and both coming clock changes have exactly one engineer at every hour'),
  ),
  own('dead-mans-switch', 'A dead cluster is noticed', pass('Watchdog fires and leaves the cluster by receiver watchdog')),
];

const broken: Readonly<Record<string, Verdict>> = {
  '06-kubernetes-secrets': {
    status: 'fail',
    evidence: 'secret monitoring/pagerduty-secrets has no entry PAGERDUTY_SERVICE_KEY_HIGH',
    hint: 'Run pmp-pd setup --only 5 --only 6, which writes the key of PMP Study - High Priority into it',
  },
  '08-test-alert': { status: 'skip', evidence: 'no drill of the last 35 days is to be seen on PMP Study - Critical' },
  '09-acknowledgement': { status: 'skip', evidence: 'needs 08-test-alert, which is not proven' },
  '11-maintenance-windows': {
    status: 'warn',
    evidence: 'windows: none in pmp-pd.yaml: no maintenance window is planned, on purpose',
    hint: 'Plan one under windows in pmp-pd.yaml, such as every: first Saturday 22:00, and run pmp-pd setup',
  },
  'key-chain': {
    status: 'fail',
    evidence:
      "receiver pagerduty-high sends the literal text ${PAGERDUTY_SERVICE_KEY_HIGH} as its key; Alertmanager never expands it, so PagerDuty answers 400 'Invalid routing key'",
    hint: 'Set routing_key_file: /etc/alertmanager/secrets/pagerduty-secrets/PAGERDUTY_SERVICE_KEY_HIGH in receiver pagerduty-high, or run pmp-pd setup --apply-alertmanager',
  },
};

export const crash = new PmpError('pagerduty-rubbish', {
  message: 'PagerDuty answered something that is no schedule',
  cause: 'final_schedule is missing',
  fix: 'Try again; if it stays so, run with --trace <file> and report it with that file',
});

export function outcomeOf(checks: readonly CheckResult[], more: Partial<VerifyOutcome> = {}): VerifyOutcome {
  const sum = (status: Verdict['status']) => checks.filter(({ verdict }) => verdict.status === status).length;
  const failed = checks.some(({ item, verdict }) => verdict.status === 'fail' || (item !== undefined && verdict.status === 'skip'));
  return {
    command: 'verify',
    sandbox: false,
    head,
    at: now,
    checks,
    summary: { pass: sum('pass'), warn: sum('warn'), fail: sum('fail'), skip: sum('skip') },
    counted: checks.flatMap(({ item }) => (item === undefined ? [] : [item])),
    exitCode: failed ? 1 : 0,
    seconds: 3.24159,
    ...more,
  };
}

export const ready = outcomeOf(good);
export const bad = outcomeOf(
  good.map((check): CheckResult => {
    if (check.id !== 'coverage') return { ...check, verdict: broken[check.id] ?? check.verdict };
    return { ...check, verdict: { status: 'fail', evidence: crash.facts.message, hint: crash.facts.fix }, error: crash };
  }),
);
export const narrowed = outcomeOf(good.filter((check) => check.item !== undefined && check.item <= 5));

export const lookedFor = {
  names: [
    'PMP Study - Critical',
    'PMP Study - High Priority',
    'PMP Critical Escalation',
    'PMP High Priority Escalation',
    'PMP Primary On-Call',
    'PMP Follow Sun',
  ],
  from: 'the guide; there is no pmp-pd.yaml here',
};

/** Six weeks of every schedule as our own arithmetic deals them. */
export function schedulesOf(answers: Answers, from = now): readonly RenderedSchedule[] {
  const until = from + 42 * day;
  return rotas(answers).map((rota) => {
    const dealt = deal(rota, undefined, from - 7 * day);
    return { name: rota.name, timeZone: rota.timeZone, from, until, shifts: render(dealt, from, until) };
  });
}

export function policiesOf({ names, lead, cto, loops }: Answers): readonly EscalationPath[] {
  const level = (delayMinutes: number, kind: 'user' | 'schedule', name: string) => ({ delayMinutes, targets: [{ kind, name }] });
  return [
    {
      name: names.criticalPolicy,
      services: [names.criticalService],
      loops,
      levels: [level(10, 'schedule', names.primarySchedule), level(15, 'user', lead), level(15, 'user', cto)],
    },
    {
      name: names.highPolicy,
      services: [names.highService],
      loops: 2,
      levels: [level(30, 'schedule', names.primarySchedule), level(60, 'user', lead)],
    },
  ];
}

const integration = (service: string, fingerprint: string): Integration => ({
  kind: 'integration',
  name: `${service}: Alertmanager (Events API v2)`,
  service,
  type: 'events_v2',
  label: 'Alertmanager (Events API v2)',
  fingerprint,
});
const receiver = (name: string, severity?: string): RouteMatch['receivers'][number] => ({
  name,
  pagerduty: true,
  leavesCluster: true,
  sendResolved: true,
  ...(severity === undefined ? {} : { severity }),
});
const key = (name: string, entry: string, fingerprint: string): ReceiverKey => ({
  receiver: name,
  style: 'routing_key',
  from: 'file',
  path: `/etc/alertmanager/secrets/pagerduty-secrets/${entry}`,
  source: `secret pagerduty-secrets, entry ${entry}`,
  fingerprint,
});

export const keys: KeyReads = {
  services: [
    { role: 'critical', name: 'PMP Study - Critical' },
    { role: 'high', name: 'PMP Study - High Priority' },
  ],
  integrations: [integration('PMP Study - Critical', 'ab12cd34'), integration('PMP Study - High Priority', 'ef56ab78')],
  secret: {
    name: 'monitoring/pagerduty-secrets',
    entries: { PAGERDUTY_SERVICE_KEY_CRITICAL: 'ab12cd34', PAGERDUTY_SERVICE_KEY_HIGH: 'ef56ab78' },
  },
  receivers: [
    key('pagerduty-critical', 'PAGERDUTY_SERVICE_KEY_CRITICAL', 'ab12cd34'),
    key('pagerduty-high', 'PAGERDUTY_SERVICE_KEY_HIGH', 'ef56ab78'),
    key('pagerduty-warning', 'PAGERDUTY_SERVICE_KEY_HIGH', 'ef56ab78'),
  ],
  routes: [
    { priority: 'P1', role: 'critical', match: { receivers: [receiver('pagerduty-critical', 'critical')] } },
    { priority: 'P2', role: 'high', match: { receivers: [receiver('pagerduty-high', 'error')] } },
    { priority: 'P3', role: 'high', match: { receivers: [receiver('pagerduty-warning', 'warning')] } },
  ],
};

export const team = answersOf('ada:us-east ben:us-west cleo:eu dora:us-east emil:us-west fay:eu');

export function extrasOf(answers: Answers = team, from = now): ReportExtras {
  return {
    lookedFor,
    people: new Map(answers.people.map(({ email, name }) => [email, name])),
    schedules: schedulesOf(answers, from),
    policies: policiesOf(answers),
    keys,
  };
}

/** The keys as they lie where somebody followed the guide to the letter. */
export const brokenKeys: KeyReads = {
  ...keys,
  secret: { name: 'monitoring/pagerduty-secrets', entries: { PAGERDUTY_SERVICE_KEY_CRITICAL: '99999999' } },
  receivers: [
    key('pagerduty-critical', 'PAGERDUTY_SERVICE_KEY_CRITICAL', '99999999'),
    { receiver: 'pagerduty-high', style: 'service_key', from: 'inline', wrong: 'the literal text ${PAGERDUTY_SERVICE_KEY_HIGH}' },
  ],
};
