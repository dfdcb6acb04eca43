import type { Answers, Instant } from '../model/index.ts';
import { PmpError, clean } from '../engine/index.ts';
import type { Files, Yaml, YamlPath, YamlText } from '../ports/index.ts';
import { fill, type Draft } from './draft.ts';
import { missingFindings } from './missing.ts';
import { readPeople } from './people.ts';
import { readDraft, recordOf, type Finding } from './read.ts';
import { contradictions, remarks } from './rules.ts';

/** A finding with its place in a file. */
export interface Problem extends Finding {
  readonly file: string;
  readonly line?: number | undefined;
}

export interface ParseOptions {
  readonly yaml: Yaml;
  /** Name shown in front of every problem. */
  readonly file: string;
  readonly region: 'us' | 'eu';
  /** Time passes without making answers wrong; it decides nothing here but is part of what every reader of answers is given. */
  readonly now: Instant;
  /** Text of the file that `people_file` names. */
  readonly csv?: string | undefined;
}

export interface ParsedDraft {
  readonly draft: Draft;
  readonly warnings: readonly string[];
}

export interface ParsedAnswers {
  readonly answers: Answers;
  readonly warnings: readonly string[];
}

const largest = 1024 * 1024;

/**
 * Reads an answers file as far as it goes: open answers stay open.
 * @throws PmpError `answers-invalid` naming every problem, each with file, line, key, what is wrong and what would be right.
 */
export function parseDraft(text: string, options: ParseOptions): ParsedDraft {
  const { draft, problems } = readAll(text, options);
  refuse(problems, options.file);
  return { draft, warnings: warningsOf(draft, options.csv) };
}

/**
 * Reads a whole answers file. @throws PmpError as `parseDraft` does; where nothing is wrong but something is missing, `answer-missing`
 * naming flag and key.
 */
export function parseAnswers(text: string, options: ParseOptions): ParsedAnswers {
  const { draft, problems, unreadable } = readAll(text, options);
  const missing = unreadable.has('') ? [] : missingFindings(draft).filter(({ path }) => !unreadable.has(String(path[0])));
  refuse([...problems, ...missing.map((finding) => ({ ...finding, file: options.file }))], options.file, problems.length === 0);
  const { answers } = completeAnswers(draft, { region: options.region, file: options.file });
  return { answers, warnings: warningsOf(draft, options.csv) };
}

function warningsOf(draft: Draft, csv: string | undefined): readonly string[] {
  const absent = draft.peopleFile !== undefined && csv === undefined;
  return [
    ...(absent ? [`${draft.peopleFile ?? ''} is not there: phones that stand in it are not known to this run.`] : []),
    ...remarks(draft),
  ];
}

/** The file, its people file and all, from the working folder. @returns undefined where there is no such file. @throws PmpError `answers-invalid` */
export async function loadDraft(
  options: Omit<ParseOptions, 'csv'> & { readonly files: Pick<Files, 'read'> },
): Promise<(ParsedDraft & { readonly text: string; readonly csv: string | undefined }) | undefined> {
  const text = await textOf(options.files, options.file);
  if (text === undefined) return undefined;
  const csv = await peopleText(text, options);
  return { ...parseDraft(text, { ...options, csv }), text, csv };
}

async function peopleText(
  text: string,
  { yaml, files }: { readonly yaml: Yaml; readonly files: Pick<Files, 'read'> },
): Promise<string | undefined> {
  if (text.length > largest) return undefined;
  const named = recordOf(yaml.read(text).value)?.['people_file'];
  return typeof named === 'string' && !/^[/\\~]|\.\./.test(named) ? textOf(files, named) : undefined;
}

/** A folder or a binary in place of the answers is a wrong answer of the person, not a broken disk. */
async function textOf(files: Pick<Files, 'read'>, name: string): Promise<string | undefined> {
  try {
    return await files.read(name);
  } catch (thrown) {
    if (!(thrown instanceof PmpError) || thrown.id !== 'file') throw thrown;
    throw new PmpError('answers-invalid', thrown.facts, { cause: thrown });
  }
}

/**
 * A draft with the guide's values in every open place. @throws PmpError `answer-missing` or `answers-invalid`.
 */
export function completeAnswers(draft: Draft, options: { readonly region: 'us' | 'eu'; readonly file: string }): ParsedAnswers {
  const { people, engineers, lead, cto } = draft;
  const missing = missingFindings(draft);
  refuse(
    missing.map((finding) => ({ ...finding, file: options.file })),
    options.file,
    true,
  );
  refuse(
    contradictions(draft, options).map((finding) => ({ ...finding, file: options.file })),
    options.file,
  );
  return {
    answers: fill(draft, { people: people ?? [], engineers: engineers ?? [], lead: lead ?? '', cto: cto ?? '' }),
    warnings: remarks(draft),
  };
}

/** '' among the unreadable: not a single key could be read. */
const nothing: ReadonlySet<string> = new Set(['']);

interface ReadAll {
  readonly draft: Draft;
  readonly problems: readonly Problem[];
  readonly unreadable: ReadonlySet<string>;
}

function readAll(text: string, options: ParseOptions): ReadAll {
  const { file, csv } = options;
  const alien = notText(text);
  if (alien) return { draft: {}, problems: [{ file, path: [], ...alien }], unreadable: nothing };
  const read = options.yaml.read(text);
  const textual = read.problems.map((problem) => ({ file, path: [], ...problem }));
  if (read.value === undefined && textual.length > 0) return { draft: {}, problems: textual, unreadable: nothing };
  const { draft: written, findings } = readDraft(read.value);
  const merged = withPeopleFile(written, csv);
  const unreadable = new Set(findings.map(({ path }) => String(path[0] ?? '')));
  if (merged.problems.length > 0) for (const key of ['people', 'people_file']) unreadable.add(key);
  const emails = new Set([...emailsOf(read.value), ...(merged.draft.people ?? []).map(({ email }) => email)]);
  const clashing = contradictions(merged.draft, { region: options.region, emails }, unreadable);
  const mine = [...findings, ...clashing].map((finding) => located(finding, read, file));
  const problems = [...textual, ...mine, ...merged.problems].sort((a, b) => order(file, a) - order(file, b));
  return { draft: merged.draft, problems, unreadable };
}

/** Who is named at all, so that a person with a wrong zone is not also called unknown. */
function emailsOf(value: unknown): readonly string[] {
  const people = recordOf(value)?.['people'];
  if (!Array.isArray(people)) return [];
  return people.flatMap((person: unknown) => {
    const email = recordOf(person)?.['email'];
    return typeof email === 'string' ? [email.trim().toLowerCase()] : [];
  });
}

function order(file: string, problem: Problem): number {
  return (problem.file === file ? 0 : 1e9) + (problem.line ?? 0);
}

function located(finding: Finding, read: YamlText, file: string): Problem {
  return { ...finding, file, line: read.line(finding.path) };
}

function notText(text: string): { readonly wrong: string; readonly right: string } | undefined {
  if (text.length > largest)
    return { wrong: 'the file is larger than 1 MiB', right: 'Give the answers file; `pmp-pd setup` writes a small one.' };
  const rubbish = (text.slice(0, 4096).match(/[\u0001-\u0008\u000B\u000C\u000E-\u001F\uFFFD]/g) ?? []).length;
  if (text.includes('\0') || rubbish > 8) return { wrong: 'the file is not text', right: 'Give the answers file, saved as UTF-8.' };
  return undefined;
}

function withPeopleFile(draft: Draft, csv: string | undefined): { readonly draft: Draft; readonly problems: readonly Problem[] } {
  const file = draft.peopleFile;
  if (file === undefined) return { draft, problems: [] };
  if (csv === undefined) {
    // Phones kept out of git are absent in a fresh clone; people are still whole without them.
    if (draft.people && draft.people.length > 0) return { draft, problems: [] };
    return {
      draft,
      problems: [{ file, path: [], wrong: 'the people file is not there', right: 'Create it, or write people into the answers.' }],
    };
  }
  const { people, findings } = readPeople(csv, draft.people ?? []);
  return { draft: { ...draft, people }, problems: findings.map((finding) => ({ ...finding, file })) };
}

function refuse(problems: readonly Problem[], file: string, onlyMissing = false): void {
  const [first] = problems;
  if (first === undefined) return;
  const id = onlyMissing ? 'answer-missing' : 'answers-invalid';
  if (problems.length === 1)
    throw new PmpError(id, { message: clean(`${place(first)}${first.wrong}`, 400), fix: clean(first.right, 400) }, { cause: problems });
  throw new PmpError(
    id,
    {
      message: `${clean(file)} has ${problems.length} problems`,
      cause: `${problems.length} problems`,
      problems: problems.map((problem) => clean(`${place(problem)}${problem.wrong}. ${problem.right}`, 400)),
      fix: onlyMissing
        ? 'Add what is missing, or run pmp-pd setup on a terminal: it asks.'
        : 'Correct each line as it says, then run the same command again.',
    },
    { cause: problems },
  );
}

/** "pmp-pd.yaml:4: people[1].time_zone: " */
function place(problem: Problem): string {
  const line = problem.line === undefined ? '' : `:${problem.line}`;
  const path = written(problem.path);
  return `${problem.file}${line}: ${path === '' ? '' : `${path}: `}`;
}

function written(path: YamlPath): string {
  return path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`)).join('');
}
