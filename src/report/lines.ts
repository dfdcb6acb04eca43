import type { Mark, Part, Tone, Voice } from './style.ts';
import { chop, pad, widthOf } from './text.ts';

/** Columns that a wrapped text gets at least, even if that overruns the terminal. */
const least = 24;
/** Columns that must be left beside a column of labels; below that each label leads its text instead. */
const comfortable = 32;

/**
 * One fact: a lead ("  + service  ") and a text beside it, wrapped under itself.
 * Parts of the body are set apart by a space.
 */
export function fact(voice: Voice, lead: readonly Part[], body: readonly Part[]): readonly string[] {
  const indent = lead.reduce((sum, part) => sum + widthOf(part.text), 0);
  const room = voice.style.wrap ? Math.max(least, voice.style.width - indent) : Number.POSITIVE_INFINITY;
  const first = lead.map((part) => voice.paint(part.text, part.tone)).join('');
  const rows = wrapped(body, room).map((row) => painted(voice, row));
  if (rows.length === 0) return [first.trimEnd()];
  return rows.map((row, index) => (index === 0 ? first + row : ' '.repeat(indent) + row));
}

function wrapped(body: readonly Part[], room: number): readonly (readonly Part[])[] {
  const rows: Part[][] = [];
  let used = room + 1;
  for (const part of body) {
    for (const word of wordsOf(part)) {
      for (const piece of room === Number.POSITIVE_INFINITY ? [word] : chop(word, room)) {
        const size = widthOf(piece);
        const token: Part = { ...part, text: piece };
        const row = rows.at(-1);
        if (row === undefined || used + 1 + size > room) {
          rows.push([token]);
          used = size;
        } else {
          row.push(token);
          used += 1 + size;
        }
      }
    }
  }
  return rows;
}

function wordsOf({ text, whole }: Part): readonly string[] {
  return whole === true ? [text] : text.split(' ').filter((word) => word !== '');
}

/** Neighbours of one tone are painted as one run: fewer escapes, and copied text stays whole. */
function painted(voice: Voice, row: readonly Part[]): string {
  const runs: { text: string; tone: Tone | undefined }[] = [];
  for (const { text, tone } of row) {
    const last = runs.at(-1);
    if (last !== undefined && last.tone === tone) last.text += ` ${text}`;
    else runs.push({ text, tone });
  }
  return runs.map((run) => voice.paint(run.text, run.tone)).join(' ');
}

export function paragraph(voice: Voice, text: string, indent = 0, tone?: Tone): readonly string[] {
  return fact(voice, [{ text: ' '.repeat(indent) }], [tone === undefined ? { text } : { text, tone }]);
}

export function heading(voice: Voice, text: string): string {
  return fact(voice, [], [{ text, tone: 'head' }]).join('\n');
}

export interface Row {
  readonly mark?: Mark;
  readonly label: string;
  readonly body: readonly Part[];
}

/** Rows with their labels in one column, as wide as the widest of theirs or `widest`; where that leaves no room, the label leads the text instead. */
export function table(voice: Voice, rows: readonly Row[], indent: number, widest = ''): readonly string[] {
  const column = Math.max(widthOf(widest), ...rows.map((row) => widthOf(row.label))) + 2;
  return rows.flatMap((row) => {
    const margin: Part[] = [{ text: ' '.repeat(indent) }];
    const mark: Part[] = row.mark === undefined ? [] : [voice.mark(row.mark), { text: ' ' }];
    const taken = indent + (row.mark === undefined ? 0 : 2) + column;
    if (voice.style.wrap && voice.style.width - taken < comfortable) {
      return fact(voice, [...margin, ...mark], [{ text: `${row.label}:`, tone: 'quiet' }, ...row.body]);
    }
    return fact(voice, [...margin, ...mark, { text: pad(row.label, column), tone: 'quiet' }], row.body);
  });
}
