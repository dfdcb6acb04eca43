import { clean, PmpError } from '../../engine/errors.ts';
import { fieldsOf, listOf, textOf, type Fields } from './config.ts';

export type Labels = Readonly<Record<string, string>>;

/** One condition on a label. A label that is absent is the empty text, as Alertmanager has it. */
export interface Matcher {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/**
 * The conditions of a route in every notation: `matchers`, and `match` and `match_re` of older configurations.
 * @param side of an inhibition rule, which has two of each
 * @throws PmpError alertmanager-refused for one that cannot be read
 */
export function matchersOf(route: Fields, side: '' | 'source_' | 'target_' = ''): readonly Matcher[] {
  return [
    ...listOf(route[`${side}matchers`]).flatMap((one) => parseMatchers(textOf(one) ?? '')),
    ...mapped(route[`${side}match`], '='),
    ...mapped(route[`${side}match_re`], '=~'),
  ];
}

function mapped(value: unknown, operator: '=' | '=~'): readonly Matcher[] {
  return Object.entries(fieldsOf(value)).map(([name, text]) => ({ name, operator, value: textOf(text) ?? '' }));
}

const one = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"=!~,{}]+))\s*(=~|!~|!=|=)\s*(?:"((?:[^"\\]|\\.)*)"|([^",]*?))\s*(?:,|$)/y;

/** One entry may hold several: `{a="b", c=~"d"}`. */
function parseMatchers(text: string): readonly Matcher[] {
  const trimmed = text.trim();
  const inner = trimmed.startsWith('{') && trimmed.endsWith('}') ? trimmed.slice(1, -1).trim() : trimmed;
  const found: Matcher[] = [];
  const pattern = new RegExp(one.source, one.flags);
  while (pattern.lastIndex < inner.length) {
    const match = pattern.exec(inner);
    if (!match) throw unreadable(text);
    const [, quotedName, name, operator, quoted, bare] = match;
    found.push({
      name: quotedName === undefined ? (name ?? '') : unquoted(quotedName),
      operator: operatorOf(operator ?? ''),
      value: quoted === undefined ? (bare ?? '') : unquoted(quoted),
    });
  }
  return found;
}

function operatorOf(text: string): Matcher['operator'] {
  return text === '=~' || text === '!~' || text === '!=' ? text : '=';
}

function unquoted(text: string): string {
  return text.replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function unreadable(text: string): PmpError {
  return new PmpError('alertmanager-refused', {
    message: 'A matcher of the loaded Alertmanager configuration cannot be read',
    cause: clean(text, 120),
    fix: 'Ask Alertmanager itself: `amtool config routes test --config.file=<file> severity=P1`.',
  });
}

/** Whether labels fulfil all of them. */
export function holds(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => {
    const value = Object.hasOwn(labels, matcher.name) ? (labels[matcher.name] ?? '') : '';
    switch (matcher.operator) {
      case '=':
        return value === matcher.value;
      case '!=':
        return value !== matcher.value;
      case '=~':
        return whole(matcher.value).test(value);
      case '!~':
        return !whole(matcher.value).test(value);
    }
  });
}

/** What RE2 reads and a JavaScript pattern would silently read otherwise. */
const foreign = /\\[pPAzQEC]|\[\[:|\(\?[ims]*U/;

/** RE2 that must match the whole value. @throws PmpError where JavaScript cannot say the same */
function whole(text: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(text);
  const body = text.slice(flags?.[0].length ?? 0).replaceAll('(?P<', '(?<');
  if (foreign.test(body)) throw unreadable(text);
  try {
    return new RegExp(`^(?:${body})$`, [...new Set(flags?.[1] ?? '')].join(''));
  } catch {
    throw unreadable(text);
  }
}
