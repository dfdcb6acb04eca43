import { expect, it } from 'vitest';
import { styleOf } from '../../src/report/index.ts';
import { voiceOf } from '../../src/report/style.ts';

const terminal = { isTTY: true, env: { TERM: 'xterm-256color', LANG: 'en_US.UTF-8' }, columns: 120 };

it('shows a terminal all it can show', () => {
  expect(styleOf(terminal)).toEqual({ color: true, unicode: true, width: 120, spinner: true, wrap: true });
});

it('keeps a pipe free of colours, spinners and line breaks', () => {
  expect(styleOf({ isTTY: false, env: terminal.env })).toEqual({ color: false, unicode: true, width: 100, spinner: false, wrap: false });
});

it.each([
  ['NO_COLOR takes the colours away', { NO_COLOR: '1' }, {}, false],
  ['an empty NO_COLOR says nothing', { NO_COLOR: '' }, {}, true],
  ['NO_COLOR is read before FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, {}, false],
  ['FORCE_COLOR=0 takes them away', { FORCE_COLOR: '0' }, {}, false],
  ['--no-color wins over FORCE_COLOR', { FORCE_COLOR: '1' }, { color: false }, false],
  ['--color wins over NO_COLOR', { NO_COLOR: '1' }, { color: true }, true],
  ['--plain has none', {}, { plain: true }, false],
  ['a dumb terminal has none', { TERM: 'dumb' }, {}, false],
])('%s', (_, env, flags, color) => {
  expect(styleOf({ ...terminal, env: { ...terminal.env, ...env }, flags }).color).toBe(color);
});

it('colours a pipe when FORCE_COLOR asks for it', () => {
  expect(styleOf({ isTTY: false, env: { FORCE_COLOR: '1' } }).color).toBe(true);
});

it.each([
  [{ LANG: 'C' }, false],
  [{ LANG: 'C', LC_ALL: 'C.UTF-8' }, true],
  [{ LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }, false],
  [{ LANG: 'de_DE.utf8' }, true],
  [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, false],
  [{ TERM: 'dumb', LANG: 'en_US.UTF-8' }, false],
  [{}, true],
])('with %o Unicode marks are used: %s', (env, unicode) => {
  expect(styleOf({ isTTY: true, env }).unicode).toBe(unicode);
});

it('does not spin in CI, also where CI has a terminal', () => {
  expect(styleOf({ ...terminal, env: { ...terminal.env, CI: 'true' } }).spinner).toBe(false);
  expect(styleOf({ ...terminal, env: { ...terminal.env, CI: 'false' } }).spinner).toBe(true);
});

it('never wraps below 40 columns', () => {
  expect(styleOf({ ...terminal, columns: 12 }).width).toBe(40);
  expect(styleOf({ ...terminal, columns: 0 }).width).toBe(100);
});

it('has marks that are told apart without colour and keep one column', () => {
  const names = ['pass', 'fail', 'warn', 'skip', 'create', 'update', 'adopt', 'replace', 'wait', 'unchanged'] as const;
  for (const unicode of [true, false]) {
    const voice = voiceOf({ ...styleOf(terminal), unicode, color: false });
    const marks = names.map((name) => voice.mark(name).text);
    expect(new Set(marks).size).toBe(names.length);
    expect(marks.filter((mark) => [...mark].length !== 1)).toEqual([]);
  }
});
