import { clean } from '../../engine/errors.ts';

const keyLength = 32;

/** Text that people leave where a key belongs; nothing of it can be one, so it may be shown. */
const placeholders: readonly (readonly [RegExp, (text: string) => string])[] = [
  [/^\$(?:\{[^{}]*\}|\([^()]*\)|[A-Z_][A-Z0-9_]*)$/, (text) => `the literal text ${text}, which Alertmanager never expands`],
  [/^(?:CRITICAL|HIGH_PRIORITY)_INTEGRATION_KEY$/, (text) => `the guide's dummy text ${text}`],
  [/^<[^<>]*>$|^__[A-Z_]+__$|^(?:changeme|replace[-_ ]?me|x{3,}|todo|your[-_ ].*)$/i, (text) => `the dummy text ${text}`],
];

/**
 * Why a text cannot be an integration key, in words; undefined: it can. A key itself never stands in the words.
 * @param raw as it stands there, white space included
 */
export function wrongWith(raw: string): string | undefined {
  const text = raw.trim();
  if (text === '') return 'it is empty';
  for (const [pattern, words] of placeholders) if (pattern.test(text)) return clean(words(text), 120);
  const faults = [edges(raw), size(text)].filter((fault) => fault !== undefined);
  return faults.length === 0 ? undefined : faults.join(', and ');
}

function edges(raw: string): string | undefined {
  if (/^\S+\r?\n$/.test(raw)) return 'ends in a newline';
  if (/\s/.test(raw.trim())) return 'has white space in it';
  return raw === raw.trim() ? undefined : 'has white space around it';
}

function size(text: string): string | undefined {
  const { length } = text;
  if (length !== keyLength) return `${length} characters instead of ${keyLength}${twiceEncoded(text) ? ': it is base64 of a key' : ''}`;
  return /^[A-Za-z0-9]+$/.test(text) ? undefined : 'has characters that no integration key has';
}

/** `echo key | base64` put into `data` by a tool that encodes once more. */
function twiceEncoded(text: string): boolean {
  return /^[A-Za-z0-9+/]{43,}=*$/.test(text) && /^[A-Za-z0-9]{32}\s*$/.test(Buffer.from(text, 'base64').toString('utf8'));
}

/** A key that a template fills in when it sends cannot be known before. */
export function isTemplate(text: string): boolean {
  return text.includes('{{');
}
