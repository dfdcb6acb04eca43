import { describe, expect, test } from 'vitest';
import { servicesExist } from '../../src/checks/01-services-exist.ts';
import { escalationPolicies } from '../../src/checks/02-escalation-policies.ts';
import { schedules as schedulesSetUp } from '../../src/checks/03-schedules.ts';
import { contactMethods } from '../../src/checks/04-contact-methods.ts';
import { integrationKeys } from '../../src/checks/05-integration-keys.ts';
import { kubernetesSecrets } from '../../src/checks/06-kubernetes-secrets.ts';
import { alertmanagerConfig } from '../../src/checks/07-alertmanager-config.ts';
import type { Check } from '../../src/engine/index.ts';
import { secretKeys, type Service } from '../../src/model/index.ts';
import type { ReceiverKey, Replica, SeenUser } from '../../src/ports/index.ts';
import {
  ada,
  alan,
  answers,
  ben,
  cleo,
  day,
  grace,
  healthy,
  keys,
  method,
  now,
  person,
  policy,
  run,
  schedules,
  type Facts,
} from './support.ts';
import { said } from './said.ts';

const { names } = answers;
const byNames = { answers: { people: [], engineers: [], lead: '', cto: '' }, options: { byGuidesNames: true } };
const eachService = (change: Partial<Service>): Partial<Facts> => ({
  services: healthy.services.map((one) => (one.name === names.criticalService ? { ...one, ...change } : one)),
});
const critical = (changes: Parameters<typeof policy>[2]): Partial<Facts> => ({
  policies: healthy.policies.map((one) => (one.name === names.criticalPolicy ? { ...one, ...changes } : one)),
});

test.each([
  ['01', servicesExist, /"PMP Study - Critical" \(high urgency\) and "PMP Study - High Priority" \(urgency by severity\)/],
  ['02', escalationPolicies, /"PMP Critical Escalation": PMP Primary On-Call, after 10 min Grace Example, after 15 min Alan Example/],
  ['03', schedulesSetUp, /"PMP Primary On-Call": \w+ Example until 2026-09-\d\d \d\d:\d\dZ, 6 engineers in the coming 42 days/],
  ['04', contactMethods, /^8 people, each with a phone or SMS number/],
  ['05', integrationKeys, /"PMP Study - Critical": Events API v2, key aaaa1111; "PMP Study - High Priority": Events API v2, key bbbb2222/],
  [
    '06',
    kubernetesSecrets,
    /secret monitoring\/pagerduty-secrets: PAGERDUTY_SERVICE_KEY_CRITICAL aaaa1111, PAGERDUTY_SERVICE_KEY_HIGH bbbb2222/,
  ],
  [
    '07',
    alertmanagerConfig,
    /Deployment monitoring\/alertmanager 0.28.1, 1 replica up for 20 days, pages PagerDuty by pagerduty-critical and pagerduty-high/,
  ],
] as const)('item %s passes on a healthy set-up, with and without answers, and says what it saw', async (_item, check: Check, evidence) => {
  expect(await run(check)).toMatchObject(said('pass', evidence));
  expect(await run(check, {}, byNames)).toMatchObject(said('pass', evidence));
});

describe('1: two services', () => {
  test.each([
    ['disabled', { disabled: true }, 'fail', /is disabled/, /Enable service "PMP Study - Critical"/],
    [
      'urgency by severity',
      { urgency: 'severity_based' },
      'warn',
      /"PMP Study - Critical" takes its urgency from each alert's severity/,
      /Choose high urgency/,
    ],
    ['low urgency', { urgency: 'low' }, 'fail', /low urgency, which never escalates/, /Choose high urgency/],
    ['support hours', { urgency: 'support_hours' }, 'warn', /support hours/, /Choose high urgency/],
    ['closes itself', { autoResolveTimeout: 14_400 }, 'warn', /after 14400 s, unanswered ones too/, /auto-resolve off/],
    ['acknowledged for ever', { acknowledgementTimeout: null }, 'warn', /never rings again/, /30 minutes/],
  ] as const)('%s', async (_what, change, status, evidence, hint) => {
    expect(await run(servicesExist, eachService(change))).toMatchObject(said(status, evidence, hint));
  });

  test('a missing one is named', async () => {
    expect(await run(servicesExist, { services: healthy.services.slice(0, 1) })).toMatchObject(
      said('fail', /no service "PMP Study - High Priority"/, /pmp-pd setup/),
    );
  });
});

describe('2: escalation policies', () => {
  const [onCall, lead, cto] = healthy.policies[0]?.levels ?? [];

  test('a missing one is named', async () => {
    expect(await run(escalationPolicies, { policies: healthy.policies.slice(1) })).toMatchObject(
      said('fail', /no escalation policy "PMP Critical Escalation"/, /pmp-pd setup/),
    );
  });

  test('a service that escalates by another policy than the answers say', async () => {
    const other = { ...policy('Ops', answers.escalation.critical) };
    const changes = { ...eachService({ policy: 'Ops' }), policies: [...healthy.policies, other] };
    expect(await run(escalationPolicies, changes)).toMatchObject(
      said('fail', /"PMP Study - Critical" escalates by "Ops", not by "PMP Critical Escalation"/, /Assign/),
    );
    // Without answers, what somebody else made is judged by what it does.
    expect(await run(escalationPolicies, changes, byNames)).toMatchObject(said('pass', /"Ops": PMP Primary On-Call, after 10 min/));
  });

  test.each([
    ['nobody on a level', [onCall, { ...lead, targets: [] }, cto], /level 2 of "PMP Critical Escalation" calls nobody/],
    ['one level only', [onCall], /no second level/],
    ['a level less than the answers say', [onCall, lead], /has 2 levels, the answers say 3/],
    ['another delay', [{ ...onCall, delayMinutes: 45 }, lead, cto], /leaves level 1 after 45 min, the answers say 10/],
    ['somebody else', [onCall, cto, lead], /calls "alan@example.com" at level 2, the answers say "grace@example.com"/],
  ] as const)('%s', async (_what, levels, evidence) => {
    const verdict = await run(escalationPolicies, critical({ levels: levels as never }));
    expect(verdict).toMatchObject(said('fail', evidence, /./));
  });

  test('the delay of the last level means nothing', async () => {
    expect(await run(escalationPolicies, critical({ levels: [onCall, lead, { ...cto, delayMinutes: 5 }] as never }))).toMatchObject({
      status: 'pass',
    });
  });
});

describe('3: schedules', () => {
  test('a missing one fails, or only warns where a policy has another and no answers ask for it', async () => {
    const changes = { schedules: schedules.filter(({ name }) => name === names.primarySchedule) };
    expect(await run(schedulesSetUp, changes)).toMatchObject(said('fail', /no schedule "PMP Follow Sun"/, /names/));
    expect(await run(schedulesSetUp, changes, byNames)).toMatchObject(said('warn', /no schedule "PMP Follow Sun"/, /names/));
    expect(await run(schedulesSetUp, changes, { answers: { followSun: false } })).toMatchObject(said('pass', /6 engineers/));
  });

  test('one that nobody stands in', async () => {
    const changes = { shifts: { [names.primarySchedule]: [] } };
    expect(await run(schedulesSetUp, changes)).toMatchObject(
      said('fail', /nobody stands in "PMP Primary On-Call" from now to 2026-10-21/, /Put people/),
    );
  });

  test('hours that are read in another zone', async () => {
    const moved = (timeZone: string) => ({ schedules: schedules.map((one) => ({ ...one, timeZone })) });
    expect(await run(schedulesSetUp, moved('Europe/Berlin'))).toMatchObject(
      said('fail', /in Europe\/Berlin, the answers say America\/New_York/, /time zone/),
    );
    expect(await run(schedulesSetUp, moved('Europe/Berlin'), byNames)).toMatchObject(said('pass', /6 engineers/));
    expect(await run(schedulesSetUp, moved('EST'), byNames)).toMatchObject(said('warn', /knows no daylight saving/, /America\/New_York/));
  });
});

describe('4: people', () => {
  const with_ = (email: string, changes: Partial<SeenUser>): Partial<Facts> => ({
    users: healthy.users.map((one) => (one.value.name === email ? person(email, changes) : one)),
  });
  const onlyPush = person(ada).methods.slice(0, 1);

  test('without a number', async () => {
    const verdict = await run(
      contactMethods,
      with_(ada, { methods: onlyPush, rules: [{ urgency: 'high', delayMinutes: 0, method: method('push') }] }),
    );
    expect(verdict).toMatchObject(said('fail', /^Ada Example has neither a phone nor an SMS number$/, /Let Ada Example add a number/));
    expect(verdict).toMatchObject({ awaits: 'Ada Example to have a phone number that works' });
  });

  test('with numbers that are all blocked', async () => {
    const methods = [method('push'), method('sms', { enabled: false }), method('phone', { enabled: false })];
    expect(await run(contactMethods, with_(ben, { methods }))).toMatchObject(
      said('fail', /Ben Example has only blocked phone and SMS numbers/, /verify or replace/),
    );
  });

  test('without a rule for high urgency', async () => {
    const rules = person(grace).rules.filter(({ urgency }) => urgency === 'low');
    expect(await run(contactMethods, with_(grace, { rules }))).toMatchObject(
      said('fail', /Grace Example has no notification rule for high urgency/, /Notification Rules/),
    );
  });

  test('a missing app alone is no failure here', async () => {
    const methods = [method('sms'), method('phone')];
    const rules = methods.map((one) => ({ urgency: 'high', delayMinutes: 0, method: one }) as const);
    expect(await run(contactMethods, with_(cleo, { methods, rules }))).toMatchObject({ status: 'pass' });
  });

  test('somebody of the answers who is not in the account', async () => {
    expect(await run(contactMethods, { users: healthy.users.filter((one) => one.value.name !== alan) })).toMatchObject(
      said('fail', /\(alan@example.com\) is not in the account/, /invites/),
    );
  });

  test('whoever others put on call counts, the answers do not know them', async () => {
    const stranger = 'zoe@example.com';
    const shifts = { [names.primarySchedule]: [{ start: now + day, end: now + 2 * day, who: stranger }] };
    const users = [...healthy.users, person(stranger, { methods: onlyPush })];
    expect(await run(contactMethods, { shifts, users })).toMatchObject(said('fail', /Zoe Example has neither/, /./));
    expect(await run(contactMethods, { shifts, users }, byNames)).toMatchObject(said('fail', /Zoe Example has neither/, /./));
  });

  test('nobody at all is no pass', async () => {
    expect(await run(contactMethods, { policies: [] }, byNames)).toMatchObject(said('fail', /calls anybody/, /pmp-pd setup/));
  });
});

describe('5: integration keys', () => {
  test('no integration, or only the other kind', async () => {
    expect(await run(integrationKeys, { integrations: healthy.integrations.slice(0, 1) })).toMatchObject(
      said('fail', /"PMP Study - High Priority" has no Events API v2 integration/, /pmp-pd setup/),
    );
    const v1 = { integrations: healthy.integrations.map((one) => ({ ...one, type: 'prometheus' }) as const) };
    expect(await run(integrationKeys, v1)).toMatchObject(said('fail', /has no Events API v2 integration/, /./));
    expect(await run(integrationKeys, v1, byNames)).toMatchObject(said('pass', /Prometheus \(Events API v1\), key aaaa1111/));
  });

  test('an integration whose key is not shown', async () => {
    const integrations = healthy.integrations.map((one) => ({ ...one, fingerprint: undefined })) as unknown as Facts['integrations'];
    expect(await run(integrationKeys, { integrations })).toMatchObject(said('fail', /shows no key/, /token/));
  });

  test('cannot be proven without services', async () => {
    expect(await run(integrationKeys, { services: [] })).toMatchObject(said('skip', /service "PMP Study - Critical" is not there/));
  });
});

describe('6: secrets', () => {
  const { critical: c, high: h } = secretKeys;

  test.each([
    ['absent', undefined, /no secret "pagerduty-secrets" in namespace monitoring/],
    ['half there', { [c]: keys.critical }, /no entry PAGERDUTY_SERVICE_KEY_HIGH/],
    [
      'swapped',
      { [c]: keys.high, [h]: keys.critical },
      /_CRITICAL should hold the key of "PMP Study - Critical" \(aaaa1111\) and holds the key of "PMP Study - High Priority"/,
    ],
    ['stale', { [c]: 'dddd4444', [h]: keys.high }, /holds key dddd4444, which is none of this service's/],
  ] as const)('%s', async (_what, secret, evidence) => {
    expect(await run(kubernetesSecrets, { secret })).toMatchObject(said('fail', evidence, /pmp-pd setup/));
  });

  test('with no cluster nothing is proven', async () => {
    expect(await run(kubernetesSecrets, { cluster: 'none' })).toMatchObject(said('skip', /kubernetes: none/));
  });
});

describe('7: Alertmanager', () => {
  const [replica] = healthy.replicas;
  const replicas = (change: Partial<Replica>) => ({ replicas: [{ ...(replica as Replica), ...change }] });

  test.each([
    ['no Alertmanager', { found: undefined }, 'fail', /no Alertmanager runs/, /Deploy Alertmanager/],
    [
      'Amazon’s instead',
      { found: undefined, managedElsewhere: 'Amazon Managed Prometheus has it' },
      'fail',
      /Amazon Managed/,
      /does not serve it/,
    ],
    ['not ready', replicas({ ready: false }), 'fail', /alertmanager-0 is not ready/, /kubectl describe/],
    ['refused configuration', replicas({ lastReloadSucceeded: false }), 'fail', /refused its newest configuration/, /amtool check-config/],
    [
      'nothing that pages',
      { keys: [] as readonly ReceiverKey[] },
      'fail',
      /no receiver of its configuration \(ConfigMap alertmanager-config\) pages PagerDuty/,
      /--apply-alertmanager/,
    ],
    [
      'written and not loaded',
      replicas({ receivers: ['null', 'pagerduty-high'] }),
      'fail',
      /alertmanager-0 has not loaded 1 receiver .*: pagerduty-critical/,
      /Reload/,
    ],
    [
      'a replica out of sight',
      { found: { ...healthy.found, replicas: 2 } as Facts['found'] },
      'warn',
      /1 of 2 replicas/,
      /kubectl get pods/,
    ],
  ] as const)('%s', async (_what, changes, status, evidence, hint) => {
    expect(await run(alertmanagerConfig, changes)).toMatchObject(said(status, evidence, hint));
  });

  test.each([
    [
      { differences: ['route severity="P1"'] },
      'warn',
      /^the next restart of Deployment monitoring\/alertmanager loads something else: .*differ in route severity="P1"$/,
    ],
    [
      { differences: [], refusal: 'there are two receivers "x"' },
      'fail',
      /ConfigMap alertmanager-config is one that .* two receivers "x"$/,
    ],
    [{ differences: [], unseen: 'you may not read it' }, 'skip', /is not known: you may not read it$/],
    [undefined, 'pass', /pages PagerDuty/],
  ] as const)('what it is read from: %o', async (source, status, evidence) => {
    expect(await run(alertmanagerConfig, { source })).toMatchObject(said(status, evidence));
  });

  test('a reload on its way is waited for', async () => {
    expect(await run(alertmanagerConfig, replicas({ ready: false }))).toMatchObject({
      awaits: 'Deployment monitoring/alertmanager to be ready with its configuration',
    });
  });

  test('with no cluster nothing is proven', async () => {
    expect(await run(alertmanagerConfig, { cluster: 'none' })).toMatchObject(said('skip', /kubernetes: none/));
  });
});
