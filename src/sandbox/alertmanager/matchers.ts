import { Refusal } from './yaml.ts';

/** One label matcher of a route or inhibition. */
export interface Matcher {
  readonly name: string;
  readonly operator: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

const classicName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
export const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Matchers as `matchers:` has them: `a="b"`, or several in braces. Label names beyond ASCII only from 0.27 on.
 * @throws Refusal in Alertmanager's words.
 */
export function parseMatchers(texts: readonly string[], minor: number): Matcher[] {
  return texts.flatMap((text) => splitMatchers(text).map((one) => parseMatcher(one, minor)));
}

function splitMatchers(text: string): string[] {
  const inner = text.trim().replace(/^\{/, '').replace(/\}$/, '');
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (let index = 0; index < inner.length; index += 1) {
    const char = inner[index] ?? '';
    if (char === '\\') {
      part += char + (inner[index + 1] ?? '');
      index += 1;
    } else if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else {
      if (char === '"') quoted = !quoted;
      part += char;
    }
  }
  if (part.trim() !== '' || parts.length === 0) parts.push(part);
  return parts;
}

function parseMatcher(text: string, minor: number): Matcher {
  const found = /^\s*("(?:[^"\\]|\\.)*"|[^\s=!~{}"]+?)\s*(=~|=|!=|!~)\s*([\s\S]*?)\s*$/.exec(text);
  const name = unquoted(found?.[1] ?? '');
  if (found === null || name === '' || (minor < 27 && !classicName.test(name))) throw new Refusal(`bad matcher format: ${text}`);
  const raw = found[3] ?? '';
  if (raw.startsWith('"') !== (raw.length > 1 && raw.endsWith('"')))
    throw new Refusal(`matcher value contains unescaped double quote: ${raw}`);
  const matcher: Matcher = { name, operator: found[2] as Matcher['operator'], value: unquoted(raw) };
  checkRegex(matcher);
  return matcher;
}

function unquoted(text: string): string {
  if (!text.startsWith('"')) return text;
  return text.slice(1, -1).replace(/\\(["\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
}

function checkRegex(matcher: Matcher): void {
  if (matcher.operator === '=' || matcher.operator === '!=') return;
  compileRegex(matcher.value);
}

/** Every alert is held against every pattern: each is compiled once, and forgotten when there are too many. */
const compiled = new Map<string, RegExp>();
const mostCompiled = 1000;

/** Anchored, as Alertmanager anchors it. @throws Refusal for one that does not compile. */
export function compileRegex(value: string): RegExp {
  const known = compiled.get(value) ?? anchoredRegex(value);
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(value, known);
  return known;
}

function anchoredRegex(value: string): RegExp {
  const anchored = `^(?:${value})$`;
  try {
    return new RegExp(anchored);
  } catch (error) {
    const open = /\[[^\]]*$/.exec(anchored)?.[0];
    if (open !== undefined) throw new Refusal(`error parsing regexp: missing closing ]: \`${open}\``);
    throw new Refusal(`error parsing regexp: ${regexReason(String(error))}: \`${anchored}\``);
  }
}

function regexReason(reason: string): string {
  if (/Unterminated group/i.test(reason)) return 'missing closing )';
  if (/Unmatched '\)'/i.test(reason)) return 'unexpected )';
  return /Nothing to repeat/i.test(reason) ? 'missing argument to repetition operator' : 'invalid escape sequence';
}

/** Sorted by name, then value, then operator, as `/api/v2/status` has them. */
export function writeMatchers(matchers: readonly Matcher[]): string[] {
  return [...matchers]
    .sort((a, b) => order(a.name, b.name) || order(a.value, b.value) || order(a.operator, b.operator))
    .map(({ name, operator, value }) => `${classicName.test(name) ? name : JSON.stringify(name)}${operator}${JSON.stringify(value)}`);
}

function order(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
