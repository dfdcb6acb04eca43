import { Chalk, type ChalkInstance } from 'chalk';
import { clean } from '../engine/index.ts';
import { asciiOf, masked } from './text.ts';

/** How one stream may be written to. */
export interface Style {
  readonly color: boolean;
  /** false: only ASCII marks and punctuation of our own; names stay as they are. */
  readonly unicode: boolean;
  /** Columns, at least 40. */
  readonly width: number;
  readonly spinner: boolean;
  /** false: one line a fact, however long, so that it can be searched and read aloud. */
  readonly wrap: boolean;
}

export interface StyleFacts {
  readonly isTTY: boolean;
  /** NO_COLOR, FORCE_COLOR, TERM, CI, LC_ALL, LC_CTYPE, LANG are looked at. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly flags?: { readonly color?: boolean; readonly plain?: boolean };
  /** Of the terminal; off one there are none. */
  readonly columns?: number;
}

export const narrowest = 40;
const columnsOffTerminal = 100;

/** What a stream can show. A flag wins over NO_COLOR, that over FORCE_COLOR, that over the terminal's own abilities. */
export function styleOf({ isTTY, env, flags = {}, columns }: StyleFacts): Style {
  const plain = flags.plain ?? false;
  const dumb = env['TERM'] === 'dumb';
  return {
    color: flags.color ?? (!plain && wantsColor(env, isTTY && !dumb)),
    unicode: !plain && !dumb && showsUnicode(env),
    width: Math.max(narrowest, columns !== undefined && columns > 0 ? Math.floor(columns) : columnsOffTerminal),
    spinner: isTTY && !plain && !dumb && !said(env['CI']),
    wrap: isTTY && !plain,
  };
}

function wantsColor(env: StyleFacts['env'], able: boolean): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  return forced === undefined ? able : forced !== '0' && forced !== 'false';
}

/** The locale decides where there is one; a bare environment (containers, CI) nearly always ends on a UTF-8 screen. The Linux console has no ✔. */
function showsUnicode(env: StyleFacts['env']): boolean {
  if (env['TERM'] === 'linux') return false;
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  return locale === undefined || /utf-?8/i.test(locale);
}

function said(value: string | undefined): boolean {
  return value !== undefined && !['', '0', 'false'].includes(value);
}

/** [Unicode, ASCII]; each one column wide, so that lists stay aligned either way. */
const marks = {
  pass: ['✔', 'v'],
  fail: ['✖', 'x'],
  warn: ['‼', '!'],
  skip: ['–', '-'],
  create: ['+', '+'],
  update: ['~', '~'],
  adopt: ['»', '>'],
  replace: ['±', '%'],
  wait: ['…', '.'],
  unchanged: ['=', '='],
} as const satisfies Record<string, readonly [string, string]>;
export type Mark = keyof typeof marks;

export type Tone = 'good' | 'bad' | 'warn' | 'new' | 'head' | 'quiet';

const markTones: Readonly<Record<Mark, Tone>> = {
  pass: 'good',
  fail: 'bad',
  warn: 'warn',
  skip: 'quiet',
  create: 'good',
  update: 'warn',
  adopt: 'new',
  replace: 'bad',
  wait: 'new',
  unchanged: 'quiet',
};

/** A piece of a line. `text` is what `say` returned, or a word of ours. */
export interface Part {
  readonly text: string;
  readonly tone?: Tone;
  /** Never broken at its spaces. */
  readonly whole?: boolean;
}

/** Everything that turns text into what this stream can show. */
export interface Voice {
  readonly style: Style;
  paint(text: string, tone: Tone | undefined): string;
  mark(mark: Mark): Part;
  /** Any text, made fit for one line of this stream: no control characters or escapes, phone numbers masked, at most `limit` characters. */
  say(text: string, limit?: number): string;
}

export function voiceOf(style: Style): Voice {
  const chalk = new Chalk({ level: style.color ? 1 : 0 });
  const fold = (text: string) => (style.unicode ? text : asciiOf(text));
  return {
    style,
    paint: (text, tone) => (tone === undefined || text === '' ? text : brushes[tone](chalk)(text)),
    mark: (mark) => ({ text: marks[mark][style.unicode ? 0 : 1], tone: markTones[mark] }),
    say: (text, limit) => fold(masked(clean(text, limit))),
  };
}

const brushes: Readonly<Record<Tone, (chalk: ChalkInstance) => ChalkInstance>> = {
  good: (chalk) => chalk.green,
  bad: (chalk) => chalk.red,
  warn: (chalk) => chalk.yellow,
  new: (chalk) => chalk.cyan,
  head: (chalk) => chalk.bold,
  quiet: (chalk) => chalk.dim,
};
