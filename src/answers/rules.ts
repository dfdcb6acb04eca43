import type { LevelTimes, Names, Person } from '../model/index.ts';
import { heartbeatSecretName, regions, webhookSecretName } from '../model/index.ts';
import { guide, keyDirOf, over, type Draft } from './draft.ts';
import type { Finding } from './read.ts';

export interface RuleContext {
  /** The account's service region. */
  readonly region: 'us' | 'eu';
  /** E-mails that stand among the people, also of those with something else wrong; by default those of the draft. */
  readonly emails?: ReadonlySet<string>;
}

/** One thing that two or more answers must agree on. Looked at only where all of `keys` were readable. */
interface Rule {
  readonly keys: readonly string[];
  find(draft: Draft, context: RuleContext): readonly Finding[];
}

const rules: readonly Rule[] = [
  { keys: ['people'], find: duplicatePeople },
  { keys: ['engineers'], find: emptyRotation },
  { keys: ['engineers', 'people_file'], find: rotation },
  { keys: ['lead', 'people_file'], find: (draft, context) => among(draft, context, 'lead', draft.lead) },
  { keys: ['cto', 'people_file'], find: (draft, context) => among(draft, context, 'cto', draft.cto) },
  { keys: ['people', 'engineers', 'follow_sun'], find: everyRegion },
  { keys: ['follow_sun', 'level1'], find: followSunWanted },
  { keys: ['names'], find: twoNames },
  { keys: ['escalation'], find: delays },
  { keys: ['integration'], find: integrationOfRegion },
  { keys: ['kubernetes', 'webhook', 'alertmanager'], find: withoutCluster },
  { keys: ['kubernetes', 'alertmanager'], find: clusterNames },
  { keys: ['windows'], find: twoWindows },
];

/** Everything that readable answers contradict each other in. `unreadable` names top-level keys that something was wrong with. */
export function contradictions(draft: Draft, context: RuleContext, unreadable: ReadonlySet<string> = new Set()): readonly Finding[] {
  return rules.flatMap((rule) => (rule.keys.some((key) => unreadable.has(key)) ? [] : rule.find(draft, context)));
}

function duplicatePeople({ people = [] }: Draft): readonly Finding[] {
  return people.flatMap((person, index) => {
    const first = people.findIndex((other) => other.email === person.email);
    if (first === index) return [];
    return [
      {
        path: ['people', index, 'email'],
        wrong: `${person.email} is already person ${first + 1} of the list`,
        right: 'Keep one of the two.',
      },
    ];
  });
}

function emptyRotation({ engineers }: Draft): readonly Finding[] {
  if (engineers === undefined || engineers.length > 0) return [];
  return [{ path: ['engineers'], wrong: 'nobody is on the rotation', right: 'Name at least one engineer by e-mail.' }];
}

function rotation({ people, engineers }: Draft, context: RuleContext): readonly Finding[] {
  if (engineers === undefined || people === undefined) return [];
  const known = context.emails ?? new Set(people.map(({ email }) => email));
  return engineers.flatMap((email, index): readonly Finding[] => {
    const path = ['engineers', index];
    if (engineers.indexOf(email) !== index)
      return [{ path, wrong: `${email} stands twice in the rotation`, right: 'Keep one of the two.' }];
    if (known.has(email)) return [];
    return [{ path, wrong: `${email} is not among the people`, right: 'Add the person to people, or correct the address.' }];
  });
}

function among({ people }: Draft, { emails }: RuleContext, role: string, email: string | undefined): readonly Finding[] {
  if (email === undefined || people === undefined) return [];
  if (emails ? emails.has(email) : people.some((person) => person.email === email)) return [];
  return [{ path: [role], wrong: `${email} is not among the people`, right: 'Add the person to people, or correct the address.' }];
}

function everyRegion({ people = [], engineers = [], followSun = true }: Draft): readonly Finding[] {
  if (!followSun || engineers.length === 0) return [];
  const turning = people.flatMap((person, index) => (engineers.includes(person.email) ? [{ person, index }] : []));
  if (turning.length === 0) return [];
  const homeless = turning.filter(({ person }) => person.region === undefined);
  if (homeless.length > 0) {
    return homeless.map(({ person, index }) => ({
      path: ['people', index, 'region'],
      wrong: `${person.name} is an engineer without a region`,
      right: `Write region: ${regions.join(', ')}; or follow_sun: none.`,
    }));
  }
  const empty = regions.filter((region) => !turning.some(({ person }) => person.region === region));
  return empty.map((region) => ({
    path: ['engineers'],
    wrong: `no engineer is in region ${region}, so its hours of Follow Sun would have nobody`,
    right: `Give an engineer region: ${region}, or write follow_sun: none.`,
  }));
}

function followSunWanted({ followSun = true, level1 = guide.level1 }: Draft): readonly Finding[] {
  if (followSun || level1 === 'primary') return [];
  return [
    {
      path: ['level1'],
      wrong: `level 1 is ${level1}, but follow_sun is none`,
      right: 'Write level1: primary, or remove follow_sun: none.',
    },
  ];
}

const pairs = [
  ['criticalService', 'highService', 'high_service'],
  ['criticalPolicy', 'highPolicy', 'high_policy'],
  ['primarySchedule', 'followSunSchedule', 'follow_sun_schedule'],
] as const;

function twoNames(draft: Draft): readonly Finding[] {
  const names = over<Names>(guide.names, draft.names);
  // PagerDuty compares names without regard to case.
  return pairs
    .filter(([one, other]) => names[one].toLowerCase() === names[other].toLowerCase())
    .map(([one, , key]) => ({
      path: ['names', key],
      wrong: `two objects would be called "${names[one]}"`,
      right: 'Give each its own name.',
    }));
}

/** People ring by phone after this many minutes of high urgency; a level must last longer, or its phone never rings. */
const phoneAfter = 2;

function delays({ escalation = {} }: Draft): readonly Finding[] {
  return [...policy('critical', escalation.critical, 3), ...policy('high', escalation.high, 2)];
}

function policy(name: string, levels: readonly LevelTimes[] | undefined, count: number): readonly Finding[] {
  if (levels === undefined) return [];
  const path = ['escalation', name];
  const who = count === 3 ? 'engineer, lead, CTO' : 'engineer, lead';
  if (levels.length !== count) return [{ path, wrong: `it has ${levels.length} levels`, right: `Write ${count}: ${who}.` }];
  const [first] = levels;
  if (first === undefined || first.escalate > phoneAfter) return [];
  const wrong = `level 1 escalates after ${first.escalate} min, but the phone rings only after ${phoneAfter}`;
  return [{ path: [...path, 0, 'escalate'], wrong, right: `Write ${phoneAfter + 1} or more.` }];
}

function integrationOfRegion({ integration }: Draft, { region }: RuleContext): readonly Finding[] {
  if (integration !== 'prometheus' || region !== 'eu') return [];
  const wrong = 'the Prometheus integration speaks Events API v1, which PagerDuty does not serve in the EU';
  return [{ path: ['integration'], wrong, right: 'Write integration: events_v2.' }];
}

function withoutCluster({ kubernetes, webhook, alertmanager }: Draft): readonly Finding[] {
  if (kubernetes !== 'none') return [];
  const findings: Finding[] = [];
  if (webhook) {
    const wrong = 'a webhook has a signing secret, shown once, and with kubernetes: none there is no place to keep it';
    findings.push({ path: ['webhook'], wrong, right: 'Remove webhook, or kubernetes: none.' });
  }
  if (alertmanager?.apply) {
    const wrong = 'with kubernetes: none there is no Alertmanager to apply to';
    findings.push({ path: ['alertmanager', 'apply'], wrong, right: 'Write apply: false, or remove kubernetes: none.' });
  }
  return findings;
}

const reserved: readonly string[] = [webhookSecretName, heartbeatSecretName];

function clusterNames({ kubernetes, alertmanager }: Draft): readonly Finding[] {
  const findings: Finding[] = [];
  const secret = kubernetes === 'none' ? undefined : kubernetes?.secret;
  if (secret !== undefined && reserved.includes(secret)) {
    findings.push({
      path: ['kubernetes', 'secret'],
      wrong: `${secret} is the name of another secret of ours`,
      right: 'Choose another name.',
    });
  }
  const other = reserved.find((name) => alertmanager?.keyDir === keyDirOf(name));
  if (other) findings.push({ path: ['alertmanager', 'key_dir'], wrong: `${other} is mounted there`, right: 'Choose another folder.' });
  const { file = guide.alertmanager.file, rulesFile = guide.alertmanager.rulesFile } = alertmanager ?? {};
  if (file === rulesFile) {
    findings.push({
      path: ['alertmanager', 'rules_file'],
      wrong: `${file} is also the configuration's file`,
      right: 'Give each its own file.',
    });
  }
  return findings;
}

function twoWindows({ windows }: Draft): readonly Finding[] {
  if (windows === undefined || windows === 'none') return [];
  return windows.flatMap((window, index) => {
    if (windows.findIndex((other) => other.name === window.name) === index) return [];
    return [{ path: ['windows', index, 'name'], wrong: `two windows are called "${window.name}"`, right: 'Give each its own name.' }];
  });
}

/** What works but should be known: one sentence each. */
export function remarks(draft: Draft): readonly string[] {
  const { people = [], engineers = [], lead, cto } = draft;
  const nameOf = (email: string | undefined): string => people.find((person) => person.email === email)?.name ?? email ?? '';
  const roles = new Set([...engineers, lead, cto]);
  return [
    ...(lead !== undefined && engineers.includes(lead) ? [twice(nameOf(lead), 'on the rotation and lead')] : []),
    ...(cto !== undefined && engineers.includes(cto) ? [twice(nameOf(cto), 'on the rotation and CTO')] : []),
    ...(lead !== undefined && lead === cto ? [twice(nameOf(lead), 'lead and CTO')] : []),
    ...(engineers.length === 1 ? [`${nameOf(engineers[0])} is the only engineer: on call at every hour of every week.`] : []),
    ...about(
      people.filter((person) => !roles.has(person.email)),
      (one) =>
        one ? 'is among the people but has no role, and is left alone' : 'are among the people but have no role, and are left alone',
    ),
    ...about(
      people.filter((person) => roles.has(person.email) && person.phone === undefined),
      (one) => `${one ? 'has' : 'have'} no phone number here: no SMS and no call, only what PagerDuty already knows`,
    ),
  ];
}

/** Of more people than that the first few stand for all. */
const mostNamed = 5;

function about(people: readonly Person[], say: (one: boolean) => string): readonly string[] {
  if (people.length === 0) return [];
  const names = people.map(({ name }) => name);
  const told = names.length > mostNamed ? [...names.slice(0, mostNamed - 1), `${names.length - mostNamed + 1} others`] : names;
  const list = told.length === 1 ? told.join('') : `${told.slice(0, -1).join(', ')} and ${told.at(-1) ?? ''}`;
  return [`${list} ${say(names.length === 1)}.`];
}

function twice(name: string, as: string): string {
  return `${name} stands on two levels (${as}): escalating to the same person wakes nobody new.`;
}
