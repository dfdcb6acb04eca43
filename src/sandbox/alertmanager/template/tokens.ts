import { TemplateError } from './error.ts';

export interface Token {
  readonly kind: 'string' | 'number' | 'field' | 'variable' | 'word' | 'sign';
  /** Of a string: what it means. */
  readonly text: string;
  /** White space stands before it. */
  readonly spaced: boolean;
}

const one =
  /(\s*)(?:("(?:\\.|[^"\\\n])*")|(`[^`]*`)|([-+]?\d+(?:\.\d+)?)|((?:\.[\p{L}_][\p{L}\p{N}_]*)+|\.(?![\p{L}\d_]))|(\$[\p{L}\p{N}_]*)|([\p{L}_][\p{L}\p{N}_]*)|(:=|[|()=,]))/uy;

const kinds = ['string', 'string', 'number', 'field', 'variable', 'word', 'sign'] as const;

/** What stands between the braces. @throws TemplateError */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const rest = text.trimEnd();
  one.lastIndex = 0;
  while (one.lastIndex < rest.length) {
    const from = one.lastIndex;
    const found = one.exec(rest);
    if (found === null) throw new TemplateError(`template: :1: unexpected ${JSON.stringify(rest.slice(from).trim()[0] ?? '')} in command`);
    const parts = found.slice(2);
    const index = parts.findIndex((part) => part !== undefined);
    const raw = parts[index] ?? '';
    const kind = kinds[index] ?? 'sign';
    tokens.push({ kind, text: kind === 'string' ? meaning(raw) : raw, spaced: found[1] !== '' });
  }
  return tokens;
}

export const isName = (text: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(text);

function meaning(quoted: string): string {
  if (quoted.startsWith('`')) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted.replace(/\t/g, '\\t')) as string;
  } catch {
    throw new TemplateError(`template: :1: malformed constant: ${quoted}`);
  }
}
