import { textOf, type Fields } from './config.ts';
import type { Labels } from './matching.ts';

/** Alertmanager's own default. */
const byDefault = 'error';

/**
 * The severity that PagerDuty is told for an alert of these labels that is alone in its group.
 * @returns undefined for a v1 key, which carries none, and for a template that uses more than conditions on labels
 */
export function severityFor(pager: Fields, labels: Labels): string | undefined {
  if ([pager['service_key'], pager['service_key_file']].some((value) => textOf(value))) return undefined;
  const template = textOf(pager['severity']) || byDefault;
  return render(template, labels);
}

type Piece = { readonly text: string } | { readonly action: string };

/** Go's template language as far as labels, `eq`, `ne`, `and`, `or`, `not`, `if`, `else` and `end` go. */
function render(template: string, labels: Labels): string | undefined {
  const pieces = piecesOf(template);
  const cursor = { at: 0 };
  const text = block(pieces, cursor, labels);
  return cursor.at === pieces.length ? text : undefined;
}

function piecesOf(template: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  let trims = false;
  for (const match of template.matchAll(/\{\{(-\s)?\s*([\s\S]*?)\s*(\s-)?\}\}/g)) {
    const text = template.slice(from, match.index);
    const left = trims ? text.trimStart() : text;
    pieces.push({ text: match[1] === undefined ? left : left.trimEnd() }, { action: match[2] ?? '' });
    from = match.index + match[0].length;
    trims = match[3] !== undefined;
  }
  const rest = template.slice(from);
  return [...pieces, { text: trims ? rest.trimStart() : rest }];
}

/** Up to `else`, `end` or the text's end, which are left for the caller; undefined for what is not understood. */
function block(pieces: readonly Piece[], cursor: { at: number }, labels: Labels): string | undefined {
  let said: string | undefined = '';
  for (let piece = pieces[cursor.at]; piece; piece = pieces[cursor.at]) {
    if ('action' in piece && /^(?:else\b|end$)/.test(piece.action)) break;
    cursor.at += 1;
    const part = 'text' in piece ? piece.text : action(piece.action, pieces, cursor, labels);
    said = said === undefined || part === undefined ? undefined : said + part;
  }
  return said;
}

function action(words: string, pieces: readonly Piece[], cursor: { at: number }, labels: Labels): string | undefined {
  const condition = /^if\s+([\s\S]+)$/.exec(words)?.[1];
  if (condition === undefined) return valueOf(words, labels);
  return branch(condition, pieces, cursor, labels);
}

function branch(condition: string, pieces: readonly Piece[], cursor: { at: number }, labels: Labels): string | undefined {
  const value = valueOf(condition, labels);
  const then = block(pieces, cursor, labels);
  const end = pieces[cursor.at];
  cursor.at += 1;
  if (!end || !('action' in end)) return undefined;
  const otherwise = end.action === 'end' ? '' : otherwiseOf(end.action, pieces, cursor, labels);
  return value === undefined ? undefined : value === '' ? otherwise : then;
}

function otherwiseOf(words: string, pieces: readonly Piece[], cursor: { at: number }, labels: Labels): string | undefined {
  const condition = /^else\s+if\s+([\s\S]+)$/.exec(words)?.[1];
  if (condition !== undefined) return branch(condition, pieces, cursor, labels);
  if (words !== 'else') return undefined;
  const text = block(pieces, cursor, labels);
  const end = pieces[cursor.at];
  cursor.at += 1;
  return end && 'action' in end && end.action === 'end' ? text : undefined;
}

/** What stands in an action: a text in quotes, a word, or words in parentheses. */
type Term = { readonly literal: string } | { readonly word: string } | { readonly call: readonly Term[] };

const tokens = /\s*(?:(\()|(\))|(\|)|"((?:[^"\\]|\\.)*)"|`([^`]*)`|([^\s()|"`]+))/y;

/** The value of an action; truth is a text that is not empty. */
function valueOf(text: string, labels: Labels): string | undefined {
  const pattern = new RegExp(tokens.source, tokens.flags);
  const read = (inParentheses: boolean): readonly (readonly Term[])[] | undefined => {
    const stages: Term[][] = [[]];
    while (pattern.lastIndex < text.trimEnd().length) {
      const match = pattern.exec(text);
      if (!match) return undefined;
      const [, begins, ends, pipe, quoted, raw, word] = match;
      if (ends) return inParentheses ? stages : undefined;
      if (pipe) stages.push([]);
      else if (begins) {
        const inner = read(true);
        if (inner?.length !== 1) return undefined;
        stages.at(-1)?.push({ call: inner[0] ?? [] });
      } else stages.at(-1)?.push(word === undefined ? { literal: quoted ?? raw ?? '' } : { word });
    }
    return inParentheses ? undefined : stages;
  };
  const [first, ...others] = read(false) ?? [];
  return others.reduce(
    (piped, stage) => (piped === undefined ? undefined : called([...stage, { literal: piped }], labels)),
    first && called(first, labels),
  );
}

function called(terms: readonly Term[], labels: Labels): string | undefined {
  const [head, ...rest] = terms;
  if (head === undefined) return undefined;
  if (rest.length === 0 || !('word' in head)) return rest.length === 0 ? term(head, labels) : undefined;
  if (head.word === 'index') return indexed(rest, labels);
  const values = rest.map((one) => term(one, labels));
  const known = values.filter((value) => value !== undefined);
  return known.length === values.length ? applied(head.word, known) : undefined;
}

function term(one: Term, labels: Labels): string | undefined {
  if ('literal' in one) return one.literal;
  return 'call' in one ? called(one.call, labels) : label(one.word, labels);
}

const yes = 'true';

function applied(name: string, values: readonly string[]): string | undefined {
  const [first = '', ...others] = values;
  switch (name) {
    case 'eq':
      return others.includes(first) ? yes : '';
    case 'ne':
      return others[0] === first ? '' : yes;
    case 'and':
      return values.find((value) => value === '') ?? values.at(-1);
    case 'or':
      return values.find((value) => value !== '') ?? '';
    case 'not':
      return first === '' ? yes : '';
    case 'toLower':
      return first.toLowerCase();
    case 'toUpper':
      return first.toUpperCase();
    default:
      return undefined;
  }
}

/** `.CommonLabels.severity`: of an alert that is alone, the common labels are all of its own. */
function label(word: string, labels: Labels): string | undefined {
  const name = /^\.(?:CommonLabels|GroupLabels)\.([A-Za-z_]\w*)$/.exec(word)?.[1];
  return name === undefined ? undefined : valueIn(labels, name);
}

/** `index .CommonLabels "severity"` */
function indexed([map, key, ...more]: readonly Term[], labels: Labels): string | undefined {
  if (!map || !key || more.length > 0 || !('word' in map) || !('literal' in key)) return undefined;
  return /^\.(?:CommonLabels|GroupLabels)$/.test(map.word) ? valueIn(labels, key.literal) : undefined;
}

function valueIn(labels: Labels, name: string): string {
  return Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
}
