import type { Person } from '../model/index.ts';
import { readCsv, type CsvFinding } from './csv.ts';
import { readEmail } from './fields.ts';
import { writePhone } from './phone.ts';
import { check, type Finding } from './read.ts';
import { personShape } from './shape.ts';

export interface ReadPeople {
  readonly people: readonly Person[];
  readonly findings: readonly CsvFinding[];
}

/**
 * People of a CSV file. A row whose e-mail is already among `known` only adds what is open there (a phone, for instance) and may not
 * contradict it; other rows are whole people. @returns `known`, completed, and the new people behind them.
 */
export function readPeople(text: string, known: readonly Person[]): ReadPeople {
  const { rows, findings: structural } = readCsv(text);
  const findings: CsvFinding[] = [...structural];
  const people = [...known];
  const seen = new Map<string, number>();
  for (const { line, cells } of rows) {
    const email = cells['email'] === undefined ? undefined : readEmail(cells['email']);
    const index = people.findIndex((person) => person.email === email);
    const before = people[index];
    const first = typeof email === 'string' ? seen.get(email) : undefined;
    if (first !== undefined) {
      findings.push({
        path: ['email'],
        line,
        wrong: `${cells['email'] ?? ''} stands here a second time (first in line ${first})`,
        right: 'Keep one of the two.',
      });
      continue;
    }
    if (typeof email === 'string') seen.set(email, line);
    const person = personOfRow(before ? { ...rowOf(before), ...cells } : cells, line, findings);
    if (person === undefined) continue;
    if (before === undefined) people.push(person);
    else people[index] = person;
    findings.push(...clashes(before, person, line));
  }
  return { people, findings };
}

function personOfRow(cells: Readonly<Record<string, string>>, line: number, findings: CsvFinding[]): Person | undefined {
  const found: Finding[] = [];
  const person = check(personShape, cells, [], found);
  findings.push(...found.map((finding) => ({ ...finding, line })));
  return person;
}

function rowOf(person: Person): Record<string, string> {
  return {
    name: person.name,
    email: person.email,
    time_zone: person.timeZone,
    ...(person.phone === undefined ? {} : { phone: writePhone(person.phone) }),
    ...(person.region === undefined ? {} : { region: person.region }),
  };
}

function clashes(before: Person | undefined, after: Person, line: number): readonly CsvFinding[] {
  if (before === undefined) return [];
  const old = rowOf(before);
  const now = rowOf(after);
  return Object.keys(old)
    .filter((key) => old[key] !== now[key])
    .map((key) => ({
      path: [key],
      line,
      wrong: `${before.email} has another ${key} in the answers`,
      right: 'Say it in one of the two places.',
    }));
}

/** The phones of a team as a CSV file that stays out of git: one row a person who has one. */
export function savePhones(people: readonly Person[]): string {
  const rows = people.flatMap((person) => (person.phone ? [`${person.email},${writePhone(person.phone)}`] : []));
  return `${['email,phone', ...rows].join('\n')}\n`;
}
