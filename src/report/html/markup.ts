import { clean } from '../../engine/index.ts';
import { masked } from '../text.ts';

/** Text that a browser may read as markup. Only `markup` and `trusted` make it, so a name can never be one. */
export class Markup {
  readonly #text: string;
  private constructor(text: string) {
    this.#text = text;
  }
  static of(text: string): Markup {
    return new Markup(text);
  }
  toString(): string {
    return this.#text;
  }
}

export type Value = Markup | string | number | undefined | readonly Value[];

/** Evidence and hints may name many objects. */
const longest = 2000;

/** Markup from a template: every value that is not markup itself is cleaned, its phone numbers masked, and escaped, in text and quoted attributes alike. */
export function markup(strings: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return Markup.of(strings.map((part, index) => (index === 0 ? part : `${rendered(values[index - 1])}${part}`)).join(''));
}

/** Text of ours that is markup or a style sheet already. */
export function trusted(text: string): Markup {
  return Markup.of(text);
}

function rendered(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? escaped(masked(clean(value, longest))) : value.map(rendered).join('');
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
  ['`', '&#96;'],
]);

function escaped(text: string): string {
  return text.replace(/[&<>"'`]/g, (sign) => entities.get(sign) ?? '');
}
