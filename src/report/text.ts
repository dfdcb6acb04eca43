const folds: ReadonlyMap<string, string> = new Map([
  ['…', '...'],
  ['→', '->'],
  ['–', '-'],
  ['—', '-'],
  ['’', "'"],
  ['‘', "'"],
  ['“', '"'],
  ['”', '"'],
  ['·', '-'],
  ['•', '*'],
  ['×', 'x'],
  ['≥', '>='],
  ['≤', '<='],
  ['\u00A0', ' '],
]);

/** Our own punctuation in ASCII. Letters of people's names stay: dropping them would name somebody else. */
export function asciiOf(text: string): string {
  return text.replace(/[…→–—’‘“”·•×≥≤\u00A0]/g, (sign) => folds.get(sign) ?? sign);
}

/** International phone numbers without all but their last two digits: whoever knows the number recognises it. */
export function masked(text: string): string {
  return text.replace(/\+\d(?:[ ().-]{0,2}\d){6,}/g, (number) => `+•••${number.slice(-2)}`);
}

/** What takes one column a character: Latin, the marks and lines that we draw. Making a segmenter takes longer than most commands' first line. */
const narrow = /^[\u0020-\u007E\u00A1-\u00AC\u00AE-\u024F\u2010-\u2027\u203C\u2190-\u21FF\u2500-\u257F\u2713-\u2718]*$/;
const made: { graphemes?: Intl.Segmenter } = {};
const graphemes = (text: string): Intl.Segments => (made.graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' })).segment(text);
const wide =
  /^(?:\p{Emoji_Presentation}|.\uFE0F|[\u1100-\u115F\u2E80-\u303E\u3041-\u33FF\u3400-\u4DBF\u4E00-\u9FFF\uA000-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE4F\uFF00-\uFF60\uFFE0-\uFFE6\u{20000}-\u{3FFFD}])/u;
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

/** Terminal columns of a text without escapes. */
export function widthOf(text: string): number {
  if (narrow.test(text)) return text.length;
  return [...graphemes(text)].reduce((sum, { segment }) => sum + cells(segment), 0);
}

function cells(segment: string): number {
  if (invisible.test(segment)) return 0;
  return wide.test(segment) ? 2 : 1;
}

/** Pieces of at most `width` columns; a word longer than a line has to break somewhere. */
export function chop(word: string, width: number): readonly string[] {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  for (const { segment } of graphemes(word)) {
    const size = cells(segment);
    if (used + size > width && piece !== '') {
      pieces.push(piece);
      piece = '';
      used = 0;
    }
    piece += segment;
    used += size;
  }
  return [...pieces, piece];
}

/** At most `width` columns, the rest as the mark given. */
export function fit(text: string, width: number, mark: string): string {
  if (widthOf(text) <= width) return text;
  return `${chop(text, Math.max(1, width - widthOf(mark)))[0] ?? ''}${mark}`;
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** "1 service", "2 services", "2 escalation policies". */
export function count(n: number, noun: string): string {
  return `${n} ${n === 1 ? noun : plural(noun)}`;
}

export function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

/** "a", "a and b", "a, b and c". */
export function sentence(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1) ?? ''}`;
}

/** 0.4 s, 34 s, 3 min 20 s, 2 h 5 min. */
export function lasting(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 === 0 ? '' : ` ${whole % 60} s`}`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h${minutes % 60 === 0 ? '' : ` ${minutes % 60} min`}`;
}

/** How old something is, as people say it: 40 s, 12 min, 5 h, 3 days. */
export function aged(seconds: number): string {
  const minutes = seconds / 60;
  if (minutes < 1.5) return `${Math.max(0, Math.round(seconds))} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : count(Math.floor(minutes / 60 / 24), 'day');
}

/** Ends in exactly one full stop, or in the mark it already has. */
export function stopped(text: string): string {
  return /[.!?…:]$/.test(text) || text === '' ? text : `${text}.`;
}
