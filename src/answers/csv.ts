import type { Finding } from './read.ts';
import { nearest, quoted } from './wrong.ts';

/** One row of a people file: what each column says (empty cells left out), and its line. */
export interface CsvRow {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** A finding of a CSV file: it has a line of its own, and the column as its path. */
export interface CsvFinding extends Finding {
  readonly line: number;
}

const columns = ['name', 'email', 'time_zone', 'phone', 'region'];
const alias: Readonly<Record<string, string>> = {
  'e-mail': 'email',
  mail: 'email',
  timezone: 'time_zone',
  zone: 'time_zone',
  telephone: 'phone',
  mobile: 'phone',
};

/**
 * Rows of a CSV file with a header (any order of name, email, time_zone, phone, region; only email must be there).
 * Reads quotes, a byte-order mark, CRLF, and comma, semicolon or tab, whichever the header uses.
 */
export function readCsv(text: string): { readonly rows: readonly CsvRow[]; readonly findings: readonly CsvFinding[] } {
  const body = text.replace(/^\uFEFF/, '');
  if (body.includes('\0')) return broken(1, 'it is not text', 'Save it as CSV, UTF-8.');
  const separator = separatorOf(body);
  const { records, open } = split(body, separator);
  if (open !== undefined) return broken(open, 'a quote is opened and never closed', 'Close it with ".');
  const [header, ...rest] = records.filter((record) => record.cells.some((cell) => cell.trim() !== ''));
  if (header === undefined) return broken(1, 'the file is empty', `Write a header: ${columns.join(',')}.`);
  const keys = header.cells.map(columnOf);
  const findings = headerFindings(header.cells, keys, header.line);
  if (findings.length > 0) return { rows: [], findings };
  const rows = rest.map((record) => rowOf(record, keys));
  const long = rest.filter((record) => record.cells.length > keys.length);
  return {
    rows,
    findings: long.map(({ line }) => ({
      path: [],
      line,
      wrong: 'the row has more cells than the header',
      right: `Put a cell that holds "${separator}" in quotes.`,
    })),
  };
}

function broken(line: number, wrong: string, right: string) {
  return { rows: [], findings: [{ path: [], line, wrong, right }] };
}

function columnOf(cell: string): string {
  const key = cell.trim().toLowerCase().replace(/\s+/g, '_');
  return (Object.hasOwn(alias, key) ? alias[key] : undefined) ?? key;
}

function headerFindings(cells: readonly string[], keys: readonly string[], line: number): readonly CsvFinding[] {
  const strange = cells.flatMap((cell, index) => {
    const key = keys[index] ?? '';
    if (columns.includes(key) && keys.indexOf(key) === index) return [];
    if (columns.includes(key)) return [{ path: [key], line, wrong: `column ${quoted(cell)} stands twice`, right: 'Keep one of the two.' }];
    const guess = nearest(key, columns);
    return [
      {
        path: [],
        line,
        wrong: `${quoted(cell)} is no column of a people file`,
        right: guess ? `Write ${guess}.` : `Known: ${columns.join(', ')}.`,
      },
    ];
  });
  if (keys.includes('email')) return strange;
  return [...strange, { path: ['email'], line, wrong: 'there is no column email', right: `Write a header: ${columns.join(',')}.` }];
}

function rowOf(record: Piece, keys: readonly string[]): CsvRow {
  const cells = keys.flatMap((key, index) => {
    const cell = record.cells[index]?.trim() ?? '';
    return cell === '' ? [] : [[key, cell] as const];
  });
  return { line: record.line, cells: Object.fromEntries(cells) };
}

function separatorOf(text: string): string {
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  const count = (separator: string): number => header.split(separator).length;
  return [';', '\t'].find((separator) => count(separator) > count(',')) ?? ',';
}

interface Piece {
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180: quoted cells may hold separators, line ends and doubled quotes. `open` is the line of a quote without an end. */
function split(text: string, separator: string): { readonly records: readonly Piece[]; readonly open?: number } {
  const records: Piece[] = [];
  let cells: string[] = [];
  let begun = 1;
  let line = 1;
  // Cell by cell: a quoted or a bare one, then what ends it.
  const end = separator === '\t' ? '\\t' : separator;
  const cell = new RegExp(`[ ]*"((?:[^"]|"")*)"[ ]*(${end}|\\r\\n|\\n|\\r|$)|([^${end}\\r\\n]*)(${end}|\\r\\n|\\n|\\r|$)`, 'y');
  while (cell.lastIndex < text.length) {
    const [whole = '', inQuotes, quotedEnd, bare = '', bareEnd] = cell.exec(text) ?? [];
    if (whole === '') break;
    if (inQuotes === undefined && bare.trimStart().startsWith('"')) return { records, open: line };
    cells.push(inQuotes?.replaceAll('""', '"') ?? bare);
    line += whole.split(/\r\n|\n|\r/).length - 1;
    if ((quotedEnd ?? bareEnd) === separator) continue;
    records.push({ line: begun, cells });
    [cells, begun] = [[], line];
  }
  if (cells.length > 0) records.push({ line: begun, cells: [...cells, ''] });
  return { records };
}
