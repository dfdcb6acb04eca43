import type { IBufferCell, Terminal } from '@xterm/headless';

/** Characters that look alike, at their column. */
export interface Run {
  readonly column: number;
  readonly text: string;
  /** Classes of the style sheet below. */
  readonly look: string;
}
export type Row = readonly Run[];

/** What stands on the screen, with what scrolled away; empty rows at the end are left out. */
export function rowsOf(terminal: Terminal): readonly Row[] {
  const { active } = terminal.buffer;
  const rows = Array.from({ length: active.length }, (_, y) => rowOf(terminal, y));
  const last = rows.findLastIndex((row) => row.length > 0);
  return rows.slice(0, last + 1);
}

function rowOf(terminal: Terminal, y: number): Row {
  const line = terminal.buffer.active.getLine(y);
  const runs: { column: number; text: string; look: string }[] = [];
  for (let x = 0; x < terminal.cols; x++) {
    const cell = line?.getCell(x);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const [text, look] = [cell.getChars() || ' ', lookOf(cell)];
    const last = runs.at(-1);
    if (last !== undefined && last.look === look) last.text += text;
    else runs.push({ column: x, text, look });
  }
  return trimmed(runs);
}

/** Blanks without a background show nothing. */
function trimmed(runs: readonly Run[]): Row {
  const shown = runs.flatMap((run) => {
    if (/\bb\d/.test(run.look)) return [run];
    const text = run.text.trim();
    return text === '' ? [] : [{ ...run, text, column: run.column + run.text.indexOf(text) }];
  });
  return shown;
}

function lookOf(cell: IBufferCell): string {
  const color = (mode: boolean, index: number) => (mode && index < 16 ? index % 8 : undefined);
  const [fore, back] = [color(cell.isFgPalette(), cell.getFgColor()), color(cell.isBgPalette(), cell.getBgColor())];
  const [f, b] = cell.isInverse() > 0 ? [back ?? 'i', fore ?? 9] : [fore, back];
  const flags = [cell.isBold() > 0 ? 'bold' : '', cell.isDim() > 0 ? 'dim' : '', cell.isUnderline() > 0 ? 'under' : ''];
  return [f === undefined ? '' : `f${f}`, b === undefined ? '' : `b${b}`, ...flags].filter((part) => part !== '').join(' ');
}

/** The text alone, for whoever cannot see it, and to find rows by. */
export function textOf(row: Row): string {
  return row.reduce((line, { column, text }) => line.padEnd(column) + text, '');
}

const [cell, line, edge] = [8.4, 19, 16];

/** Readable on a light page and on a dark one; every colour has a contrast of 4.5 or more to its ground. */
const style = `
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre;fill:#1f2328}
.ground{fill:#f6f8fa;stroke:#d1d9e0}
.f1{fill:#b3261e}.f2{fill:#116329}.f3{fill:#7a4e00}.f4{fill:#0550ae}.f5{fill:#7a3fb0}.f6{fill:#0b6068}.f0,.f7,.dim{fill:#59636e}.fi{fill:#f6f8fa}
.b1{fill:#ffd7d5}.b2{fill:#c5f0cf}.b3{fill:#fbe6a2}.b4{fill:#cfe4ff}.b5{fill:#ead9fb}.b6{fill:#c4edf0}.b0,.b7{fill:#d8dee4}.b9{fill:#1f2328}
.bold{font-weight:700}.under{text-decoration:underline}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.ground{fill:#0d1117;stroke:#3d444d}
.f1{fill:#ff8f85}.f2{fill:#56d364}.f3{fill:#e3b341}.f4{fill:#79c0ff}.f5{fill:#d2a8ff}.f6{fill:#56d4dd}.f0,.f7,.dim{fill:#9198a1}.fi{fill:#0d1117}
.b1{fill:#67060c}.b2{fill:#0b4a22}.b3{fill:#5a3f00}.b4{fill:#0c3d77}.b5{fill:#4a2480}.b6{fill:#0a4b52}.b0,.b7{fill:#30363d}.b9{fill:#e6edf3}
}`;

/** A picture of a screen that describes itself to whoever cannot see it. */
export function svgOf(rows: readonly Row[], { title, columns }: { readonly title: string; readonly columns: number }): string {
  const [width, height] = [Math.round(columns * cell + 2 * edge), rows.length * line + 2 * edge];
  const lines = rows.flatMap((row, index) => row.map((run) => runSvg(run, edge + (index + 1) * line - 5)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title text" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title id="title">${escaped(title)}</title>`,
    `<desc id="text">${escaped(rows.map(textOf).join('\n'))}</desc>`,
    `<style>${style}\n</style>`,
    `<rect class="ground" x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

/** As wide as the terminal had it, whatever font there is. */
function runSvg({ column, text, look }: Run, y: number): string {
  const [x, width] = [edge + column * cell, [...text].length * cell].map((n) => Number(n.toFixed(1)));
  const classes = look.split(' ');
  const back = classes.find((name) => /^b\d/.test(name));
  const fore = classes.filter((name) => name !== back && name !== '').join(' ');
  const ground = back === undefined ? '' : `<rect class="${back}" x="${x}" y="${y - line + 5}" width="${width}" height="${line}"/>`;
  return `${ground}<text${fore === '' ? '' : ` class="${fore}"`} x="${x}" y="${y}" textLength="${width}">${escaped(text)}</text>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
