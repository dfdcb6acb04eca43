import type * as z from 'zod';
import type { YamlPath } from '../ports/index.ts';
import type { Draft } from './draft.ts';
import { called, oneOf } from './fields.ts';
import { keysAt } from './keys.ts';
import { fileShape, personShape, windowShape } from './shape.ts';
import { Wrong, nearest, quoted } from './wrong.ts';
import { instantOf } from './zones.ts';

/** One thing that is wrong, and where. */
export interface Finding {
  readonly path: YamlPath;
  readonly wrong: string;
  readonly right: string;
}

export interface ReadDraft {
  readonly draft: Draft;
  readonly findings: readonly Finding[];
}

/** Reads a parsed answers file key by key, so that one wrong value hides no other. @returns what is right, and everything that is not. */
export function readDraft(value: unknown): ReadDraft {
  const findings: Finding[] = [];
  const raw = recordOf(value);
  if (raw === undefined) {
    const wrong = value === undefined || value === null ? 'the file is empty' : `the file holds ${called(value)}, not keys and values`;
    return {
      draft: {},
      findings: [{ path: [], wrong, right: 'Write at least people, engineers, lead and cto; `pmp-pd setup` asks for them.' }],
    };
  }
  findings.push(...strangers(Object.keys(raw)));
  const take = <T>(key: string, schema: z.ZodType<T>): T | undefined => check(schema, raw[key], [key], findings);
  const timeZone = take('time_zone', fileShape.time_zone);
  const follow = take('follow_sun', fileShape.follow_sun);
  const draft: Draft = {
    people: each(personShape, raw['people'], ['people'], findings),
    peopleFile: take('people_file', fileShape.people_file),
    engineers: take('engineers', fileShape.engineers),
    lead: take('lead', fileShape.lead),
    cto: take('cto', fileShape.cto),
    unfinished: take('unfinished', fileShape.unfinished),
    from: take('from', fileShape.from),
    timeZone,
    names: take('names', fileShape.names),
    start: startOf(take('start', fileShape.start), timeZone ?? 'America/New_York'),
    integration: take('integration', fileShape.integration),
    p2: take('p2', fileShape.p2),
    level1: take('level1', fileShape.level1),
    gaps: take('gaps', fileShape.gaps),
    followSun: follow === undefined ? undefined : follow !== 'none',
    overlap: take('overlap', fileShape.overlap),
    loops: take('loops', fileShape.loops),
    escalation: take('escalation', fileShape.escalation),
    adopt: take('adopt', fileShape.adopt),
    kubernetes: take('kubernetes', fileShape.kubernetes),
    alertmanager: take('alertmanager', fileShape.alertmanager),
    windows: Array.isArray(raw['windows']) ? each(windowShape, raw['windows'], ['windows'], findings) : take('windows', fileShape.windows),
    webhook: take('webhook', fileShape.webhook),
  };
  return { draft: withoutUndefined(draft), findings };
}

/** An instant, from wall time in the zone or from a text that carries its offset. */
export function startOf(text: string | undefined, zone: string): number | undefined {
  if (text === undefined) return undefined;
  return /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : instantOf(text, zone);
}

/** Holds one value against its shape; `undefined` and an empty value are open, not wrong. */
export function check<T>(schema: z.ZodType<T>, value: unknown, path: YamlPath, findings: Finding[]): T | undefined {
  const said = withoutNulls(value);
  if (said === undefined) return undefined;
  const result = schema.safeParse(said);
  if (result.success) return result.data;
  findings.push(...result.error.issues.flatMap((issue) => findingsOf(issue, said, path)));
  return undefined;
}

function each<T>(schema: z.ZodType<T>, value: unknown, path: YamlPath, findings: Finding[]): readonly T[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value)) {
    findings.push({ path, wrong: `it is ${called(value)}, not a list`, right: 'Write one line that begins with "- " for each.' });
    return undefined;
  }
  return value.flatMap((entry: unknown, index) => {
    const before = findings.length;
    const found = check(schema, entry ?? {}, [...path, index], findings);
    return found === undefined || findings.length > before ? [] : [found];
  });
}

function strangers(keys: readonly string[]): readonly Finding[] {
  return keys.filter((key) => !Object.hasOwn(fileShape, key)).map((key) => stranger(key, [], Object.keys(fileShape)));
}

function stranger(key: string, path: YamlPath, known: readonly string[]): Finding {
  const guess = nearest(key, known);
  const right =
    guess === undefined
      ? `Leave it out; ${known.length > 8 ? 'templates/pmp-pd.example.yaml shows every key' : `known here: ${known.join(', ')}`}.`
      : `Write ${guess}.`;
  return { path: [...path, key], wrong: `${quoted(key)} is no key of the answers`, right };
}

type Issue = z.core.$ZodIssue;

function findingsOf(issue: Issue, value: unknown, at: YamlPath): readonly Finding[] {
  const inside = issue.path.filter((part) => typeof part !== 'symbol');
  const path = [...at, ...inside];
  const found = inside.reduce<unknown>((place, key) => (Array.isArray(place) ? place[Number(key)] : recordOf(place)?.[key]), value);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => stranger(key, path, keysAt(path)));
  if (issue.code === 'invalid_union') return unionFindings(issue, found, path);
  const { wrong, right } = wrongOf(issue, found);
  return [{ path, wrong, right }];
}

/** Of "none or …" only the branch that was meant is worth a word. */
function unionFindings(issue: Extract<Issue, { code: 'invalid_union' }>, found: unknown, path: YamlPath): readonly Finding[] {
  const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys'));
  if (meant) return meant.flatMap((inner) => findingsOf(inner, found, path));
  return [{ path, wrong: `it is ${called(found)}`, right: 'Write none, or the keys and values below it.' }];
}

function wrongOf(issue: Issue, found: unknown): Wrong {
  const params = issue.code === 'custom' ? recordOf(issue.params) : undefined;
  if (typeof params?.['right'] === 'string') return new Wrong(issue.message, params['right']);
  if (issue.code === 'invalid_value') return oneOf(found, issue.values.map(String));
  if (issue.code === 'too_small') return bound(found, `at least ${issue.minimum}`);
  if (issue.code === 'too_big') return bound(found, `at most ${issue.maximum}`);
  if (issue.code === 'invalid_type') return kind(issue.expected, found);
  return new Wrong(`it is ${called(found)}`, 'See templates/pmp-pd.example.yaml for its form.');
}

function bound(found: unknown, words: string): Wrong {
  return Array.isArray(found)
    ? new Wrong('the list is empty', 'Name at least one.')
    : new Wrong(`${called(found)} is out of bounds`, `Write a whole number, ${words}.`);
}

const kinds: Readonly<Record<string, string>> = {
  string: 'Write a text; put it in double quotes.',
  number: 'Write a whole number.',
  int: 'Write a whole number.',
  boolean: 'Write true or false.',
  array: 'Write a list.',
  object: 'Write keys and values below it.',
};

function kind(expected: string, found: unknown): Wrong {
  if (found === undefined) return new Wrong('it is missing', 'Add it.');
  if (expected === 'string' && typeof found === 'number')
    // Not repeated: it may be a phone number.
    return new Wrong('it is a number, not a text', 'Put it in double quotes, with everything that belongs to it.');
  return new Wrong(`it is ${called(found)}`, kinds[expected] ?? `Write a ${expected}.`);
}

/** A mapping, or undefined for everything else. */
export function recordOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

/** "webhook:" with nothing behind it is an open answer, not a wrong one. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value;
  const record = recordOf(value);
  if (record === undefined) return value;
  return Object.fromEntries(Object.entries(record).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])));
}

function withoutUndefined(draft: Draft): Draft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined));
}
