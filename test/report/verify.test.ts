import { expect, it, test } from 'vitest';
import { createReporter, styleOf, verifyText, type Style } from '../../src/report/index.ts';
import { widthOf } from '../../src/report/text.ts';
import { head, screen } from './support.ts';
import { bad, crash, good, lookedFor, narrowed, outcomeOf, ready } from './verify-support.ts';

const plain = styleOf({ isTTY: true, env: { LANG: 'en_US.UTF-8', TERM: 'xterm' }, flags: { plain: true }, columns: 60 });
const styles: readonly (readonly [string, Style])[] = [
  ['60', screen(60)],
  ['100-color', screen(100, { color: true })],
  ['100-ascii', screen(100, { unicode: false })],
  ['200', screen(200)],
  ['plain', plain],
];
const screens: readonly (readonly [string, (style: Style) => string])[] = [
  ['verify-bad', (style) => verifyText({ ...bad, sandbox: true, head: { ...head, sandbox: true } }, style, { lookedFor })],
  ['verify-ready', (style) => verifyText(ready, style, { lookedFor })],
];
const cases = screens.flatMap(([name, show]) => styles.map(([as, style]) => ({ name, as, show, style })));
const escapes = /\u001B\[\d+m/g;

it.each(cases)('$name at $as reads as it was reviewed', async ({ name, as, show, style }) => {
  await expect(`${show(style)}\n`).toMatchFileSnapshot(`golden/${name}-${as}.txt`);
});

it.each(cases.filter(({ style }) => style.wrap))('$name at $as stays within its columns', ({ show, style }) => {
  const long = show(style)
    .split('\n')
    .filter((line) => widthOf(line.replace(escapes, '')) > style.width);
  expect(long).toEqual([]);
});

it.each(cases.filter(({ style }) => !style.unicode))('$name at $as is ASCII', ({ show, style }) => {
  expect(show(style)).toMatch(/^[\n\u0020-\u007E]*$/);
});

it.each(cases.filter(({ style }) => style.color))('$name at $as says the same without its colours', ({ show, style }) => {
  expect(show(style)).toMatch(escapes);
  expect(show(style).replace(escapes, '')).toBe(show({ ...style, color: false }));
});

it('holds every fact on one line with --plain, so that it can be searched', () => {
  const lines = verifyText(bad, plain, { lookedFor }).split('\n');
  expect(lines.filter((line) => /^[vx!-] /.test(line))).toHaveLength(bad.checks.length + 1);
  expect(lines).toContainEqual(expect.stringMatching(/^ {6}fix: Run pmp-pd setup --only 5 .* into it\.$/));
});

it("tells the guide's eleven in its order and by its numbers, then ours by the names that --only takes", () => {
  const lines = verifyText(ready, screen(120)).split('\n');
  const numbers = lines.flatMap((line) => /^✔ +(\d+) {2}/.exec(line)?.[1] ?? []);
  expect(numbers).toEqual(Array.from({ length: 11 }, (_, index) => String(index + 1)));
  expect(lines.slice(lines.indexOf('Further checks'))).toContainEqual(expect.stringMatching(/^✔ key-chain {9}Each key/));
});

it('gives every failure, warning and unproven item its way out or its page, and a pass neither', () => {
  const text = verifyText(bad, screen(200));
  for (const { id, verdict, error } of bad.checks) {
    const page = `more: pmp-pd explain ${error?.id ?? id}`;
    expect([id, text.includes(page)]).toEqual([id, verdict.status !== 'pass']);
    expect(text).toContain('hint' in verdict ? `fix: ${verdict.hint}` : '');
  }
  expect(verifyText(bad, screen(200), { verbose: true })).toContain('more: pmp-pd explain 01-services-exist');
});

it('says of a check that crashed why, once', () => {
  const text = verifyText(bad, screen(200));
  expect(text).toContain(`why: ${crash.facts.cause ?? ''}`);
  expect(text.split(crash.facts.message)).toHaveLength(2);
});

it('with -q shows only what decides the exit code, and the sentence', () => {
  expect(verifyText(ready, screen(100), { quiet: true, lookedFor })).toBe(
    'names from the guide; there is no pmp-pd.yaml here\n\n' +
      "✔ Ready: all 11 items of the guide's checklist hold and no further check fails (3 were run). (3.2 s)",
  );
  const text = verifyText(bad, screen(200), { quiet: true });
  expect(text).toContain('✖  6  Kubernetes secrets created');
  expect(text).toContain('–  8  Test alert');
  expect(text).not.toMatch(/✔|‼/);
});

const only = (status: 'warn' | 'skip', id: string) =>
  good.map((check) =>
    check.id === id
      ? {
          ...check,
          verdict:
            status === 'skip' ? ({ status, evidence: 'not to be seen' } as const) : { status, evidence: 'half', hint: 'Do the rest' },
        }
      : check,
  );

test.each([
  ['a failure', bad, {}, 'Not ready: item 6 failed; items 8 and 9 are not provable; key-chain and coverage failed.'],
  ['a warning', outcomeOf(only('warn', '03-schedules')), {}, /^Ready, with warnings: all 11 items .*; 1 warning \(item 3\)\.$/],
  [
    'warnings with --strict',
    outcomeOf(only('warn', 'coverage'), { exitCode: 3 }),
    { strict: true },
    'Not ready: 1 warning (coverage), and --strict counts warnings.',
  ],
  [
    'a further check that is not provable',
    outcomeOf(only('skip', 'dead-mans-switch')),
    {},
    /^Ready: .*; not provable: dead-mans-switch\.$/,
  ],
  [
    'a narrowed run',
    narrowed,
    {},
    "What was counted holds: 5 items of the guide's checklist (1 to 5) hold. Not counted, because of --only or --skip: items 6 to 11.",
  ],
  [
    'none of the eleven',
    outcomeOf(good.filter(({ item }) => item === undefined)),
    {},
    'What was counted holds: no further check fails (3 were run). Not counted, because of --only or --skip: items 1 to 11.',
  ],
  [
    'a narrowed failure',
    outcomeOf(bad.checks.filter(({ item }) => item !== 1 && item !== 10)),
    {},
    /^Not ready: .* Not counted, because of --only or --skip: items 1 and 10\.$/,
  ],
  ['an interruption', outcomeOf(good, { exitCode: 130 }), {}, 'Stopped while waiting for what can still turn green.'],
])('ends with one sentence that is true of %s', (_, outcome, extras, sentence) => {
  const last = verifyText(outcome, plain, extras).split('\n').at(-1) ?? '';
  const said = last.replace(/^[vx!] /, '').replace(/ \(3\.2 s\)$/, '');
  expect(typeof sentence === 'string' ? said === sentence || said : sentence.test(said) || said).toBe(true);
});

it('calls nothing ready that was not all counted', () => {
  expect(verifyText(narrowed, screen(200))).not.toContain('Ready');
});

it('says nothing of writing where there is no cluster: verify never writes', () => {
  const { cluster: _, ...without } = head;
  const shown = (namespace: string | undefined) =>
    verifyText({ ...ready, head: { ...without, cluster: undefined, namespace } }, screen(200));
  expect(shown(undefined)).toContain('none (kubernetes: none); nothing is read from a cluster');
  expect(shown('monitoring')).toContain('cluster  not reached, namespace monitoring');
});

it.each(['text', 'json'] as const)('gives its verdict to stdout as %s, and nothing else', (format) => {
  const out: string[] = [];
  const err: string[] = [];
  const style = styleOf({ isTTY: false, env: {} });
  const reporter = createReporter({
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    style,
    errorStyle: style,
    format,
  });
  reporter.verify(bad, { lookedFor });
  expect(err).toEqual([]);
  const text = out.join('');
  const [json, words] = [/^\{[^]*"command": "verify"[^]*"exit_code": 1[^]*\}\n$/, /^account .*\n[^]*✖ Not ready: .*\n$/];
  expect(text).toMatch(format === 'json' ? json : words);
});
