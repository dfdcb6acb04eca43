import { clean } from '../../engine/index.ts';
import { chop, masked, widthOf } from '../text.ts';
import { markup, type Markup } from './markup.ts';

/** Units that a small letter of the pictures' usual size takes, rounded up. */
const perCharacter = 6.6;
export const lineHeight = 15;

/** A picture that is read aloud by its title and description and can be scrolled sideways by keyboard where the screen is narrow. */
export function picture(facts: {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly width: number;
  readonly height: number;
  /** Narrower than this it would be unreadable: then it scrolls. */
  readonly least: number;
  readonly content: readonly Markup[];
}): Markup {
  const { id, title, description, width, height, least, content } = facts;
  return markup`<div class="scroll" role="group" aria-label="${title}" tabindex="0">
    <svg
      class="${least > 600 ? 'wide' : 'small'}"
      viewBox="0 0 ${width} ${height}"
      role="img"
      aria-labelledby="${id}-t ${id}-d"
      xmlns="http://www.w3.org/2000/svg">
      <title id="${id}-t">${title}</title>
      <desc id="${id}-d">${description}</desc>
      ${content}
    </svg>
  </div>`;
}

/** A text's lines of at most that many units, the last one cut short where there would be more than `most`. Paths and names of keys break at their signs. */
export function lines(text: string, units: number, most: number): readonly string[] {
  const rows: string[] = [];
  for (const word of masked(clean(text, 400))
    .split(' ')
    .filter((one) => one !== '')) {
    const pieces = (word.match(/[^/_-]+[/_-]*|[/_-]+/g) ?? []).flatMap((piece) => chop(piece, Math.floor(units / widest)));
    for (const [index, piece] of pieces.entries()) {
      const last = rows.at(-1);
      const longer = `${last ?? ''}${index === 0 ? ' ' : ''}${piece}`;
      if (last !== undefined && unitsOf(longer) <= units) rows[rows.length - 1] = longer;
      else rows.push(piece);
    }
  }
  if (rows.length <= most) return rows;
  return [...rows.slice(0, most - 1), `${rows[most - 1] ?? ''}…`];
}

/** Capitals and what is wide besides them. */
const widest = 8.4;

/** About how wide a text is in the pictures' usual size, in whatever font the reader has. */
export function unitsOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter) * (/[A-Z@_MWmw%]/.test(letter) ? widest : perCharacter), 0);
}

/** Lines of text beneath one another, the first one's baseline at y. */
export function stacked(rows: readonly string[], x: number, y: number, kind: string): readonly Markup[] {
  return rows.map((row, index) => markup`<text x="${x}" y="${y + index * lineHeight}" class="${kind}">${row}</text>`);
}
