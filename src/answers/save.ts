import type { Answers, LevelTimes, Person, WindowAnswer } from '../model/index.ts';
import { guide, keyDirOf, type Draft } from './draft.ts';
import { writePhone } from './phone.ts';
import { writeDuration, writeRule } from './times.ts';

export interface SaveOptions {
  /** CSV file that holds the phones; they are then left out here. Write it with `savePhones`. */
  readonly peopleFile?: string | undefined;
}

const head = [
  '# Answers of pmp-pd: `pmp-pd setup --yes` replays them. No secret is in here; keep it in git.',
  "# What is left out has the guide's value; templates/pmp-pd.example.yaml shows every key.",
];

/**
 * The answers as pmp-pd.yaml: people and roles, and of everything else only what differs from the guide. Stable: equal answers give equal
 * text. `parseAnswers` reads it back as the same answers.
 */
export function saveAnswers(answers: Answers, options: SaveOptions = {}): string {
  return text([...head, ''], lines(onlyOwn(answers), options));
}

/** An interview that was left: everything that was answered, also where it is the guide's value, so that it is not asked again. */
export function saveDraft(draft: Draft, options: SaveOptions = {}): string {
  return text(
    [...head, '# The interview was left before its end: `pmp-pd setup` goes on with it.', ''],
    lines({ ...draft, unfinished: true }, options),
  );
}

function text(before: readonly string[], body: readonly string[]): string {
  return `${[...before, ...body].join('\n')}\n`;
}

/** The answers without what the guide says anyway. */
function onlyOwn(answers: Answers): Draft {
  const { kubernetes, alertmanager } = answers;
  const secret = kubernetes === 'none' ? guide.kubernetes.secret : kubernetes.secret;
  const { annotations, ...rest } = alertmanager;
  return {
    ...answers,
    timeZone: own(answers.timeZone, guide.timeZone),
    names: ownOf(answers.names, guide.names),
    integration: own(answers.integration, guide.integration),
    p2: own(answers.p2, guide.p2),
    level1: own(answers.level1, guide.level1),
    gaps: own(answers.gaps, guide.gaps),
    followSun: own(answers.followSun, guide.followSun),
    overlap: own(answers.overlap, guide.overlap),
    loops: own(answers.loops, guide.loops),
    escalation: {
      critical:
        writeLevels(answers.escalation.critical) === writeLevels(guide.escalation.critical) ? undefined : answers.escalation.critical,
      high: writeLevels(answers.escalation.high) === writeLevels(guide.escalation.high) ? undefined : answers.escalation.high,
    },
    adopt: own(answers.adopt, guide.adopt),
    kubernetes: kubernetes === 'none' ? 'none' : ownOf(kubernetes, guide.kubernetes),
    alertmanager: {
      ...ownOf(rest, { ...guide.alertmanager, keyDir: keyDirOf(secret) }),
      annotations: ownOf(annotations, guide.alertmanager.annotations),
    },
  };
}

function own<T>(value: T, standard: T): T | undefined {
  return value === standard ? undefined : value;
}

function ownOf<T extends object>(value: T, standard: object): Partial<T> {
  const usual = new Map<string, unknown>(Object.entries(standard));
  const kept: Partial<T> = { ...value };
  for (const [key, said] of Object.entries(value)) if (said === usual.get(key)) Reflect.deleteProperty(kept, key);
  return kept;
}

function lines(draft: Draft, { peopleFile = draft.peopleFile }: SaveOptions): readonly string[] {
  const { kubernetes, alertmanager, escalation, windows } = draft;
  return [
    ...entry('unfinished', draft.unfinished),
    ...people(draft.people, peopleFile),
    ...entry('people_file', peopleFile, 'phones live there'),
    ...(draft.engineers ? [`engineers: [${draft.engineers.map(scalar).join(', ')}]   # rotation order`] : []),
    ...entry('lead', draft.lead),
    ...entry('cto', draft.cto),
    ...entry('from', draft.from, 'PagerDuty user to act as, for account tokens'),
    ...entry('time_zone', draft.timeZone, 'of both schedules'),
    ...block('names', [
      ['critical_service', draft.names?.criticalService],
      ['high_service', draft.names?.highService],
      ['critical_policy', draft.names?.criticalPolicy],
      ['high_policy', draft.names?.highPolicy],
      ['primary_schedule', draft.names?.primarySchedule],
      ['follow_sun_schedule', draft.names?.followSunSchedule],
    ]),
    ...entry('start', draft.start === undefined ? undefined : new Date(draft.start).toISOString(), 'when the rota begins'),
    ...entry('integration', draft.integration),
    ...entry('p2', draft.p2, 'error: high urgency, escalates; quiet: push only'),
    ...entry('level1', draft.level1),
    ...entry('gaps', draft.gaps, 'weekday nights, 60 hours a week'),
    ...entry('follow_sun', draft.followSun === undefined ? undefined : draft.followSun ? 'guide' : 'none'),
    ...entry('overlap', draft.overlap, '8 AM to noon'),
    ...entry('loops', draft.loops, 'after the last level, start again'),
    ...section('escalation', [...levels('critical', escalation?.critical), ...levels('high', escalation?.high)], 'minutes'),
    ...entry('adopt', draft.adopt),
    ...(kubernetes === 'none'
      ? ['kubernetes: none']
      : block('kubernetes', [
          ['context', kubernetes?.context],
          ['namespace', kubernetes?.namespace],
          ['secret', kubernetes?.secret],
        ])),
    ...section('alertmanager', alertmanagerLines(alertmanager)),
    ...(windows === 'none' ? ['windows: none   # waived on purpose'] : section('windows', (windows ?? []).map(windowLine))),
    ...block('webhook', [['url', draft.webhook?.url]]),
  ];
}

function people(list: readonly Person[] | undefined, peopleFile: string | undefined): readonly string[] {
  if (list === undefined) return [];
  return section(
    'people',
    list.map((person) => {
      const phone = person.phone && peopleFile === undefined ? writePhone(person.phone) : undefined;
      return `  - ${flow([
        ['name', person.name],
        ['email', person.email],
        ['time_zone', person.timeZone],
        ['phone', phone],
        ['region', person.region],
      ])}`;
    }),
  );
}

function levels(policy: string, times: readonly LevelTimes[] | undefined): readonly string[] {
  return times === undefined ? [] : [`  ${policy}: ${writeLevels(times)}`];
}

function writeLevels(times: readonly LevelTimes[]): string {
  return `[${times
    .map(({ respond, escalate }) =>
      flow([
        ['respond', respond],
        ['escalate', escalate],
      ]),
    )
    .join(', ')}]`;
}

function alertmanagerLines(alertmanager: Draft['alertmanager']): readonly string[] {
  const { annotations } = alertmanager ?? {};
  const named = flow([
    ['summary', annotations?.summary],
    ['runbook', annotations?.runbook],
    ['graphs', annotations?.graphs],
  ]);
  return [
    ...inner([
      ['apply', alertmanager?.apply],
      ['key_dir', alertmanager?.keyDir],
      ['file', alertmanager?.file],
      ['rules_file', alertmanager?.rulesFile],
      ['runbook_base', alertmanager?.runbookBase],
      ['graphs_base', alertmanager?.graphsBase],
    ]),
    ...(named === '{}' ? [] : [`  annotations: ${named}`]),
  ];
}

function windowLine({ name, services, minutes, when }: WindowAnswer): string {
  const both = services.includes('critical') && services.includes('high');
  const written = flow([
    ['name', name],
    ['start', when.kind === 'date' ? when.start.replace('T', ' ') : undefined],
    ['every', when.kind === 'rule' ? writeRule(when.rule) : undefined],
    ['for', writeDuration(minutes)],
    ['next', when.kind === 'rule' ? when.next : undefined],
  ]);
  return `  - ${both ? written : written.replace(/ \}$/, `, services: [${services.join(', ')}] }`)}`;
}

type Value = string | number | boolean | undefined;
type Pair = readonly [string, Value];

function entry(key: string, value: Value, comment?: string): readonly string[] {
  return value === undefined ? [] : [`${key}: ${scalar(value)}${comment === undefined ? '' : `   # ${comment}`}`];
}

function inner(pairs: readonly Pair[]): readonly string[] {
  return pairs.flatMap(([key, value]) => entry(`  ${key}`, value));
}

function block(key: string, pairs: readonly Pair[]): readonly string[] {
  return section(key, inner(pairs));
}

function section(key: string, body: readonly string[], comment?: string): readonly string[] {
  return body.length === 0 ? [] : [`${key}:${comment === undefined ? '' : `   # ${comment}`}`, ...body];
}

function flow(pairs: readonly Pair[]): string {
  const said = pairs.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${scalar(value)}`]));
  return said.length === 0 ? '{}' : `{ ${said.join(', ')} }`;
}

const words = new Set(['true', 'false', 'null', 'yes', 'no', 'on', 'off', 'y', 'n']);

/** A value as YAML, also inside of braces: bare where that is beyond doubt, else in double quotes, whose escapes are JSON's. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value);
  const bare = /^[A-Za-z][\w@./+ -]*$/.test(value) && !value.endsWith(' ') && !words.has(value.toLowerCase());
  return bare
    ? value
    : JSON.stringify(value).replace(/[\u007F-\u009F\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
