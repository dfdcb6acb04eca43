import type { Check } from '../engine/index.ts';
import type { Answers, Integration, Service, ServiceRole } from '../model/index.ts';
import type { AlertmanagerRead, ReadWorld, ReceiverKey, RouteMatch } from '../ports/index.ts';
import { loadedAlertmanager, priorities, priorityOf, probe, rulesSeen, type LoadedRule, type Priority } from './shared/loaded.ts';
import { judged, skip, type Problem } from './shared/problems.ts';
import { promiseOf } from './shared/promises.ts';
import { policiesSeen } from './shared/services.ts';
import { silencing } from './shared/silences.ts';
import { listed } from './shared/telling.ts';
import { unheard, type Alerts } from './shared/unheard.ts';
import { inWords } from './shared/words.ts';

const route = 'Put the route back, first under the root: run pmp-pd setup --apply-alertmanager.';

/** Whose receiver it is; undefined: nobody's that is known. */
type RoleOf = (receiver: string) => ServiceRole | undefined;

interface Wanted {
  readonly roleOf: RoleOf;
  /** Of the services that are there. */
  readonly urgency: Readonly<Partial<Record<ServiceRole, Service['urgency']>>>;
  /** Within how many minutes level 1 has promised to respond. */
  readonly promise: Readonly<Partial<Record<ServiceRole, number>>>;
  readonly p3Pages: boolean;
  readonly p2: Answers['p2'];
}

/** The loaded tree, not the file: what an alert of each severity and of each loaded rule meets there, and what must never page. */
export const routing: Check = {
  id: 'routing',
  title: 'P1, P2 and P3 go where they should, and nothing else pages',

  async run(answers, world, { now }) {
    const alertmanager = await loadedAlertmanager(answers, world);
    if (typeof alertmanager === 'string') return skip(alertmanager);
    const meet = (labels: LoadedRule['labels']) => alertmanager.route(labels, now);
    const [wanted, silences, rules] = await Promise.all([wants(answers, world, alertmanager), alertmanager.silences(), rulesSeen(world)]);
    const [p1, p2, p3, none, watchdog] = await Promise.all([
      meet(probe('P1')),
      meet(probe('P2')),
      meet(probe('P3')),
      meet(probe('none')),
      meet({ alertname: 'Watchdog', severity: 'none' }),
    ]);
    const each = { P1: p1, P2: p2, P3: p3 } as const;
    const general = priorities.flatMap((priority) => judge(each[priority], { priority, of: '' }, wanted));
    const problems = [
      ...[p1, p2, p3, none, watchdog].flatMap(differing),
      ...general,
      ...(await ofRules(rules, meet, wanted, general)),
      ...unresolved([p1, p2, p3]),
      ...mute(none, 'severity="none"'),
      ...mute(watchdog, 'Watchdog'),
      ...silencing(silences, rules, p1.external ?? {}),
    ];
    const seen = priorities.map((priority) => `${priority} → ${names(each[priority])}`);
    return judged(problems, `${seen.join(', ')}; severity="none" and Watchdog page nobody; no silence or inhibition hides them`);
  },
};

function judge(match: RouteMatch, alerts: Alerts, wanted: Wanted): readonly Problem[] {
  if (alerts.priority === 'P3') return [...quiet(match, wanted, alerts), ...unheard(match, alerts, undefined)];
  const role = alerts.priority === 'P1' ? 'critical' : 'high';
  return [
    ...paging(match, role, wanted.roleOf, alerts),
    ...loudness(match, role, wanted, alerts),
    ...unheard(match, alerts, wanted.promise[role]),
  ];
}

/** What the alerts of loaded rules meet and those of our invention do not. Who is told of a team's warnings is the team's. */
async function ofRules(
  rules: readonly LoadedRule[],
  meet: (labels: LoadedRule['labels']) => Promise<RouteMatch>,
  wanted: Wanted,
  general: readonly Problem[],
): Promise<readonly Problem[]> {
  const told = new Set(general.map(({ what }) => what));
  const groups = new Map<string, { readonly priority: Priority; readonly match: RouteMatch; readonly names: Set<string> }>();
  for (const { name, labels } of rules) {
    const priority = priorityOf(labels);
    if (priority === undefined) continue;
    const match = await meet(labels);
    const key = JSON.stringify([priority, match]);
    const group = groups.get(key) ?? { priority, match, names: new Set() };
    groups.set(key, group);
    group.names.add(name);
  }
  return [...groups.values()].flatMap(({ priority, match, names }) => {
    const of = ` of ${names.size === 1 ? 'rule' : 'rules'} ${listed([...names])}`;
    const plain = judge(match, { priority, of: '' }, wanted);
    return judge(match, { priority, of }, wanted).filter(
      ({ status }, index) => status !== 'unknown' && (status === 'fail' || priority !== 'P3') && !told.has(plain[index]?.what ?? ''),
    );
  });
}

/** By the guide's names, else by whose key it uses. */
async function owners(
  { names: { criticalService, highService } }: Answers,
  { pagerduty }: ReadWorld,
  alertmanager: AlertmanagerRead,
): Promise<RoleOf> {
  const [keys, integrations] = await Promise.all([alertmanager.keys(), pagerduty.integrations([criticalService, highService])]);
  const all = integrations.flatMap(({ value }) => (value === undefined ? [] : [value]));
  return (receiver) => {
    const named = /(?:^|\/)pagerduty-(critical|high)$/.exec(receiver)?.[1];
    if (named === 'critical' || named === 'high') return named;
    const service = ownerOf(receiver, keys, all)?.service;
    return service === undefined ? undefined : service === criticalService ? 'critical' : 'high';
  };
}

function ownerOf(receiver: string, keys: readonly ReceiverKey[], integrations: readonly Integration[]): Integration | undefined {
  const prints = keys.filter((key) => key.receiver === receiver).flatMap(({ fingerprint }) => fingerprint ?? []);
  return integrations.find(({ fingerprint }) => fingerprint !== undefined && prints.includes(fingerprint));
}

async function wants(answers: Answers, world: ReadWorld, alertmanager: AlertmanagerRead): Promise<Wanted> {
  const [roleOf, account, policies] = await Promise.all([
    owners(answers, world, alertmanager),
    world.pagerduty.account(),
    policiesSeen(answers, world),
  ]);
  const promises = policies.map(({ role, description }) => [role, promiseOf(answers, role, description, 1)] as const);
  return {
    roleOf,
    urgency: Object.fromEntries(policies.flatMap(({ role, found }) => (found === undefined ? [] : [[role, found.urgency] as const]))),
    promise: Object.fromEntries(promises),
    p3Pages: answers.integration === 'events_v2' && account.abilities.has('urgencies'),
    p2: answers.p2,
  };
}

function pagers({ receivers }: RouteMatch): RouteMatch['receivers'] {
  return receivers.filter(({ pagerduty }) => pagerduty);
}

function names({ receivers }: RouteMatch): string {
  return receivers.length === 0 ? 'nothing' : inWords(receivers.map(({ name }) => name));
}

function paging(match: RouteMatch, role: ServiceRole, roleOf: RoleOf, { priority, of: which }: Alerts): readonly Problem[] {
  const found = pagers(match);
  const of = (wanted: ServiceRole | undefined) => found.filter(({ name }) => roleOf(name) === wanted);
  if (found.length === 0)
    return [{ status: 'fail', what: `${priority} alerts${which} page nobody: they go to ${names(match)}`, hint: route }];
  if (of(role).length === 0 && of(undefined).length > 0)
    return [
      {
        status: 'unknown',
        what: `whether ${names(match)} is the right receiver for ${priority}${which} is not known: its key cannot be seen`,
      },
    ];
  const other = of(role === 'critical' ? 'high' : 'critical');
  if (of(role).length === 0)
    return [
      {
        status: 'fail',
        what: `${priority} alerts${which} go to ${inWords(other.map(({ name }) => name))}, the other service's receiver`,
        hint: route,
      },
    ];
  if (found.length === 1) return [];
  const what = `${priority} alerts${which} go to ${inWords(found.map(({ name }) => name))}: each opens an incident of its own`;
  return [{ status: 'warn', what, hint: 'Remove "continue: true" from the first of the routes, or one of the receivers.' }];
}

/** Low urgency never escalates, so that a P2 sent as a warning is never anybody's but the first one's. */
function loudness(match: RouteMatch, role: ServiceRole, { urgency, p2 }: Wanted, { priority, of }: Alerts): readonly Problem[] {
  const sent = pagers(match).flatMap(({ severity }) => severity ?? []);
  if (urgency[role] === 'low' && pagers(match).length > 0) {
    const what = `${priority} alerts${of} open incidents of low urgency, which never escalates: the service gives no other`;
    return [{ status: 'fail', what, hint: 'Choose high urgency in the settings of the service.' }];
  }
  const loud = sent.some((severity) => isLoud(severity));
  if (urgency[role] !== 'severity_based' || sent.length === 0 || loud === (role === 'critical' || p2 === 'error')) return [];
  if (loud) {
    const what = `${priority}${of} is sent as an error, so it rings and escalates; the answers say p2: quiet`;
    return [{ status: 'warn', what, hint: route }];
  }
  const what = `${priority}${of} is sent with severity ${sent.join(', ')}: low urgency, which never escalates`;
  return [{ status: 'fail', what, hint: role === 'critical' ? route : `${route} ("p2: quiet" in the answers, where it is meant.)` }];
}

function quiet(match: RouteMatch, { roleOf, urgency, p3Pages }: Wanted, { of }: Alerts): readonly Problem[] {
  const found = pagers(match);
  const critical = found.filter(({ name }) => roleOf(name) === 'critical');
  if (critical.length > 0)
    return [
      {
        status: 'fail',
        what: `P3 alerts${of} go to ${critical.map(({ name }) => name).join(', ')}: a warning would ring like a P1`,
        hint: route,
      },
    ];
  if (found.length === 0)
    return p3Pages ? [{ status: 'warn', what: `P3 alerts${of} reach nobody: they go to ${names(match)}`, hint: route }] : [];
  if (urgency.high === undefined) return [];
  const rings = urgency.high !== 'severity_based' || found.some(({ severity }) => severity !== undefined && isLoud(severity));
  return rings ? [{ status: 'warn', what: `P3 alerts${of} ring as loudly as P2 (${names(match)})`, hint: route }] : [];
}

function isLoud(severity: string): boolean {
  return severity === 'critical' || severity === 'error';
}

/** Nothing else closes an incident, and one that is open takes in the next alert of its kind without ringing. */
function unresolved(matches: readonly RouteMatch[]): readonly Problem[] {
  const found = matches.flatMap((match) => pagers(match)).filter(({ sendResolved }) => !sendResolved);
  if (found.length === 0) return [];
  return [
    {
      status: 'warn',
      what: `${inWords([...new Set(found.map(({ name }) => name))])}: no resolve is sent, so incidents stay open until somebody closes them, and meanwhile the same alert rings nobody`,
      hint: "Set send_resolved: true, as the guide's step 10 has it: run pmp-pd setup --apply-alertmanager.",
    },
  ];
}

function mute(match: RouteMatch, which: string): readonly Problem[] {
  const found = pagers(match);
  if (found.length === 0) return [];
  return [
    {
      status: 'fail',
      what: `${which} pages: it goes to ${inWords(found.map(({ name }) => name))}`,
      hint: 'Give it a route to a receiver that pages nobody, before the others: run pmp-pd setup --apply-alertmanager.',
    },
  ];
}

function differing({ differs }: RouteMatch): readonly Problem[] {
  if (differs === undefined) return [];
  return [
    {
      status: 'fail',
      what: `replicas route differently: ${differs}`,
      hint: 'Reload the one that lags behind, and look at its log: it may have refused the configuration.',
      awaits: 'every replica to load the same configuration',
    },
  ];
}
