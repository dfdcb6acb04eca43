import { describe, expect, test } from 'vitest';
import type { Answers, Brief } from '../../src/model/index.ts';
import { departures, steps } from '../../src/steps/index.ts';
import { parse } from '../answers/team.ts';

const now = Date.parse('2026-11-18T15:00:00Z');
const phones = (email: string) =>
  `- { name: ${email}, email: ${email}@example.com, time_zone: America/New_York, phone: "+1 202 555 0101", region: us-east }`;
const minimal = `people:
  ${phones('ada')}
  ${phones('ben').replace('us-east', 'us-west')}
  ${phones('cleo').replace('us-east', 'eu')}
  ${phones('grace')}
  - { name: Alan Example, email: alan@example.com, time_zone: America/New_York }
engineers: [ada@example.com, ben@example.com, cleo@example.com]
lead: grace@example.com
cto: alan@example.com
`;

function brief(more = '', facts: Partial<Brief> = {}): Brief {
  const answers: Answers = parse(`${minimal}${more}`).answers;
  return {
    answers,
    urgencies: true,
    settings: {
      keyStyle: answers.integration === 'events_v2' ? 'routing_key' : 'service_key',
      keyDir: '/etc/pagerduty-secrets',
      p2Severity: answers.p2 === 'quiet' ? 'warning' : 'error',
      p3Pages: answers.integration === 'events_v2',
      heartbeat: false,
      heartbeatDir: '/etc/pagerduty-heartbeat',
      annotations: answers.alertmanager.annotations,
      runbookBase: answers.alertmanager.runbookBase,
      graphsBase: answers.alertmanager.graphsBase,
    },
    parts: { 'drill route: x': 'y', 'details: summary': 'z', 'links: Runbook': 'l', 'send_resolved: critical': 'true', 'route P1': 'p' },
    alertmanagerYml: '# pmp-pd\nroute: {}\n',
    rulesYml: '# pmp-pd\ngroups: []\n',
    ...facts,
  };
}

const wanted = (id: string, of: Brief) =>
  [
    ...(steps
      .find((step) => step.id === id)
      ?.desired(of, now)
      .values() ?? []),
  ] as unknown as Record<string, unknown>[];
const one = (id: string, of: Brief, kind: string, name: string) => wanted(id, of).find((r) => r['kind'] === kind && r['name'] === name);

describe('the guide’s values are the defaults', () => {
  test('two services: the critical one always high, the other by the event’s severity; they ring again after 30 minutes and never resolve by themselves', () => {
    const common = { acknowledgementTimeout: 1800, autoResolveTimeout: null, disabled: false };
    expect(one('01-services', brief(), 'service', 'PMP Study - Critical')).toMatchObject({
      ...common,
      urgency: 'high',
      policy: 'PMP Critical Escalation',
      description: 'P1 Critical alerts requiring immediate response',
    });
    expect(one('01-services', brief(), 'service', 'PMP Study - High Priority')).toMatchObject({
      ...common,
      urgency: 'severity_based',
      policy: 'PMP High Priority Escalation',
    });
  });

  test('one grouping setting per service, the second with severity among its fields', () => {
    expect(one('01-services', brief(), 'alert grouping', 'PMP Study - Critical')).toMatchObject({
      type: 'intelligent',
      services: ['PMP Study - Critical'],
    });
    expect(one('01-services', brief(), 'alert grouping', 'PMP Study - High Priority')).toMatchObject({
      type: 'content_based_intelligent',
      fields: expect.arrayContaining(['severity']) as string[],
      services: ['PMP Study - High Priority'],
    });
  });

  test('v1 integrations and accounts without low urgency make both services high', () => {
    expect(one('01-services', brief('integration: prometheus\n'), 'service', 'PMP Study - High Priority')).toMatchObject({
      urgency: 'high',
    });
    expect(one('01-services', brief('', { urgencies: false }), 'service', 'PMP Study - High Priority')).toMatchObject({ urgency: 'high' });
  });

  test('two policies with the guide’s levels and delays, the promise in the description', () => {
    expect(one('02-escalation-policies', brief(), 'escalation policy', 'PMP Critical Escalation')).toMatchObject({
      description: 'P1: respond within 5 min (On-Call Engineer), 5 min (Engineering Lead), 5 min (CTO)',
      loops: 0,
      levels: [
        { delayMinutes: 10, targets: [{ kind: 'schedule', name: 'PMP Primary On-Call' }] },
        { delayMinutes: 15, targets: [{ kind: 'user', name: 'grace@example.com' }] },
        { targets: [{ kind: 'user', name: 'alan@example.com' }] },
      ],
    });
    expect(one('02-escalation-policies', brief(), 'escalation policy', 'PMP High Priority Escalation')).toMatchObject({
      levels: [{ delayMinutes: 30 }, { delayMinutes: 60, targets: [{ kind: 'user', name: 'grace@example.com' }] }],
    });
  });

  test.each([
    ['primary', ['PMP Primary On-Call']],
    ['follow-sun', ['PMP Follow Sun']],
    ['both', ['PMP Primary On-Call', 'PMP Follow Sun']],
  ])('level1: %s puts %s on level 1', (level1, names) => {
    const policy = one('02-escalation-policies', brief(`level1: ${level1}\n`), 'escalation policy', 'PMP Critical Escalation') as {
      levels: { targets: { name: string }[] }[];
    };
    expect(policy.levels[0]?.targets.map((t) => t.name)).toEqual(names);
  });

  test('push and SMS at once and a call after two minutes for high urgency, push for low; without a phone only push', () => {
    const rules = wanted('04-engineers', brief()).filter((r) => r['kind'] === 'notification rule');
    const of = (who: string) =>
      rules
        .filter((r) => r['email'] === `${who}@example.com`)
        .map((r) => `${String(r['urgency'])} ${String(r['method'])} ${String(r['delayMinutes'])}`);
    expect(of('ada')).toEqual(['high push 0', 'high sms 0', 'high phone 2', 'low push 0']);
    expect(of('alan')).toEqual(['high push 0', 'low push 0']);
  });

  test('low-urgency rules are not wanted where the account has no low urgency', () => {
    const rules = wanted('04-engineers', brief('', { urgencies: false })).filter((r) => r['urgency'] === 'low');
    expect(rules).toEqual([]);
  });

  test('the secret has the guide’s name, namespace and keys', () => {
    expect(one('06-alertmanager', brief(), 'secret', 'pagerduty-secrets')).toMatchObject({
      namespace: 'monitoring',
      entries: { PAGERDUTY_SERVICE_KEY_CRITICAL: 'PMP Study - Critical', PAGERDUTY_SERVICE_KEY_HIGH: 'PMP Study - High Priority' },
    });
  });

  test('without a cluster only files are written, and with one the configuration comes after its mount, the mount after the secret', () => {
    expect(wanted('06-alertmanager', brief('kubernetes: none\n')).map((r) => r['kind'])).toEqual(['file']);
    const applied = brief('alertmanager: { apply: true }\n');
    expect(one('06-alertmanager', applied, 'alertmanager configuration', 'monitoring')?.['needs']).toEqual([
      'alertmanager mount pagerduty-secrets',
    ]);
    expect(one('06-alertmanager', applied, 'alertmanager mount', 'pagerduty-secrets')?.['needs']).toEqual(['secret pagerduty-secrets']);
  });
});

describe('nothing is created on a placeholder', () => {
  test('a service needs its policy, a policy its schedules and people, a schedule its people, a key its service, the secret its keys', () => {
    const all = new Map(steps.flatMap((step) => [...step.desired(brief(), now)]));
    const needs = (key: string): readonly string[] => all.get(key)?.needs ?? [];
    expect(needs('service PMP Study - Critical')).toEqual(['escalation policy PMP Critical Escalation']);
    expect(needs('escalation policy PMP Critical Escalation')).toEqual([
      'schedule PMP Primary On-Call',
      'user grace@example.com',
      'user alan@example.com',
    ]);
    expect(needs('schedule PMP Primary On-Call')).toEqual(['user ada@example.com', 'user ben@example.com', 'user cleo@example.com']);
    expect(needs('secret pagerduty-secrets')).toContain('integration PMP Study - Critical: Alertmanager (Events API v2)');
    for (const [key, resource] of all) for (const need of resource.needs ?? []) expect(all.has(need), `${key} needs ${need}`).toBe(true);
  });
});

describe('departures from the guide’s letter', () => {
  test('each is said in one line with its reason, and changes with the answers', () => {
    const said = (more: string) =>
      departures(brief(more))
        .map((d) => d.done)
        .join('\n');
    for (const { guide, done, why } of departures(brief())) expect(`${guide}${done}${why}`).not.toContain('\n');
    expect(said('')).toContain('60 open hours');
    expect(said('gaps: accept\n')).toContain('level 1 is empty 60 hours a week');
    expect(said('p2: quiet\n')).toContain('no escalation');
    expect(said('integration: prometheus\n')).toContain('service_key_file');
    expect(said('level1: both\n')).toContain('two people ring for 108 hours a week');
  });
});
