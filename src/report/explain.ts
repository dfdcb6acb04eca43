import type { Page } from '../explain/index.ts';
import { schemaVersion, text, type Json, type JsonDocument } from './json.ts';
import { fact, heading, paragraph, table } from './lines.ts';
import { voiceOf, type Part, type Style, type Voice } from './style.ts';
import { stopped, widthOf } from './text.ts';

/** Pages are ours and may be longer than what a server says. */
const longest = 2000;
/** Columns from which on a title has room beside its id. */
const besideEachOther = 90;

/** A page for a person: id and title, what it means, how it happens, how to see it, how to mend it. Ends without a newline. */
export function explainText(id: string, page: Page, style: Style): string {
  const voice = voiceOf(style);
  const prose = (words: string, lead: string) => fact(voice, [{ text: lead }], spoken(voice, words));
  const step = (lead: string, [words, command]: readonly [string, string?]) => [
    ...prose(words, lead),
    ...(command === undefined ? [] : commandLines(voice, command, lead.length)),
  ];
  const part = (title: string, lines: readonly string[]) => ['', heading(voice, title), ...lines];
  const widest = `${page.fix.length}. `.length + 2;
  const lines = [
    ...fact(
      voice,
      [],
      [
        { text: `${id}:`, tone: 'quiet' },
        { text: stopped(voice.say(page.title, longest)), tone: 'head' },
      ],
    ),
    ...part('What it means', prose(page.means, '  ')),
    ...part(
      'How it happens',
      page.causes.flatMap((cause) => prose(cause, '  - ')),
    ),
    ...part(
      'How to see it by hand',
      page.see.flatMap((line) => step('  - ', line)),
    ),
    ...part(
      'How to fix it',
      page.fix.flatMap((line, index) => step(`  ${index + 1}. `.padEnd(widest), line)),
    ),
    ...(page.related === undefined
      ? []
      : part(
          'See also',
          page.related.map((other) => `  pmp-pd explain ${other}`),
        )),
  ];
  return lines.join('\n');
}

/** Every id with its title. Ends without a newline. */
export function explainListText(pages: ReadonlyMap<string, Page>, style: Style): string {
  const voice = voiceOf(style);
  const rows = [...pages].map(([id, page]) => ({ label: id, body: [{ text: stopped(voice.say(page.title, longest)) }] }));
  const narrow = style.wrap && style.width < besideEachOther;
  const listed = narrow
    ? rows.flatMap(({ label, body }) => [
        ...fact(voice, [{ text: '  ' }], [{ text: label, tone: 'head' }]),
        ...fact(voice, [{ text: '    ' }], body),
      ])
    : table(voice, rows, 2);
  return [heading(voice, 'What pmp-pd can explain'), ...listed, '', ...paragraph(voice, 'Run pmp-pd explain <id> for one of them.')].join(
    '\n',
  );
}

/** templates/schema/explain.schema.json, with one page. */
export function explainJson(id: string, page: Page, facts: { readonly sandbox: boolean }): JsonDocument {
  const lines = (some: Page['fix']): Json =>
    some.map(([words, command]) => ({ text: text(words), ...(command === undefined ? {} : { command }) }));
  return {
    ...documentHead(facts),
    page: {
      id,
      title: text(page.title),
      means: text(page.means),
      causes: page.causes.map((cause) => text(cause)),
      see: lines(page.see),
      fix: lines(page.fix),
      related: page.related ?? [],
    },
  };
}

/** The same, with the list of all pages. */
export function explainListJson(pages: ReadonlyMap<string, Page>, facts: { readonly sandbox: boolean }): JsonDocument {
  return { ...documentHead(facts), pages: [...pages].map(([id, page]) => ({ id, title: text(page.title) })) };
}

function documentHead({ sandbox }: { readonly sandbox: boolean }): JsonDocument {
  return { schema_version: schemaVersion, command: 'explain', sandbox, success: true, exit_code: 0 };
}

/** What is to be typed is not broken at its spaces, as long as a line of this stream holds it. */
function spoken(voice: Voice, words: string): readonly Part[] {
  const said = voice.say(words, longest);
  const room = voice.style.wrap ? voice.style.width - 8 : Number.POSITIVE_INFINITY;
  return said
    .split(/(\S*`[^`]*`\S*)/)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
    .map((piece) => ({ text: piece, whole: piece.includes('`') && widthOf(piece) <= room }));
}

/** A command in lines that can be pasted as they are: broken between words of the shell only, with a backslash. */
function commandLines(voice: Voice, command: string, indent: number): readonly string[] {
  const margin = ' '.repeat(indent + 2);
  const room = voice.style.wrap ? voice.style.width - margin.length : Number.POSITIVE_INFINITY;
  const fits = (row: string) => widthOf(row) + deeper.length + ' \\'.length <= room;
  const units = packed(shellWords(command), (unit, word) => belongs.test(unit) && !word.startsWith('-') && fits(`${unit} ${word}`));
  const rows = packed(units, (row, unit) => fits(`${row} ${unit}`)).map((row, index) => (index === 0 ? row : deeper + row));
  return rows.map((row, index) => voice.paint(`${margin}${row}${index === rows.length - 1 ? '' : ' \\'}`, 'new'));
}

/** A pipe leads what follows, an option its value. */
const belongs = /^(?:\||&&|-{1,2}[A-Za-z-]+)$/;
const deeper = '  ';

function packed(words: readonly string[], together: (row: string, word: string) => boolean): readonly string[] {
  return words.reduce<readonly string[]>((rows, word) => {
    const last = rows.at(-1);
    return last !== undefined && together(last, word) ? [...rows.slice(0, -1), `${last} ${word}`] : [...rows, word];
  }, []);
}

/** Words of a shell command with their quotes; spaces inside quotes do not part them. */
function shellWords(command: string): readonly string[] {
  return command.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
}
