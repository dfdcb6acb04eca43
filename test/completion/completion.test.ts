import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checks } from '../../src/checks/index.ts';
import { shells, type Shell } from '../../src/commands/completion/completion.ts';
import { everyCommand, optionNames, shapeOf } from '../../src/commands/completion/shape.ts';
import { doings } from '../../src/commands/sandbox/line.ts';
import { pages } from '../../src/explain/index.ts';
import { personActions } from '../../src/sandbox/people.ts';
import { troubleNames } from '../../src/sandbox/troubles.ts';
import { steps } from '../../src/steps/index.ts';
import { Desk } from '../support/cli.ts';
import { openTerminal } from '../support/terminal.ts';
import { commandLine, scriptFor } from './scripts.ts';

const shape = shapeOf(commandLine(), () => undefined);
const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);
const installed = (shell: Shell) => spawnSync(shell, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'pmp-pd-completion-'));
const script = (shell: Shell) => join(folder, `completion.${shell}`);

beforeAll(async () => {
  writeFileSync(join(folder, 'my answers.yaml'), '');
  for (const shell of shells) writeFileSync(script(shell), `${await scriptFor(shell)}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What stands on the command line when Tab is pressed, and every word that must be offered. */
const cases: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ['', shape.children.map(({ path }) => path.join(' '))],
  ['veri', ['verify']],
  ['setup --pla', ['--plain', '--plan']],
  ['setup --only ', ids(steps)],
  ['setup --only 06', ['06-alertmanager']],
  ['verify --skip ', ids(checks)],
  ['verify --only 08-test-alert,key', ['08-test-alert,key-chain']],
  ['explain ', [...pages.keys()]],
  ['explain alertmanager-ref', ['alertmanager-refused']],
  ['explain key-chain ', []],
  ['setup --region ', ['us', 'eu']],
  ['setup -o ', ['text', 'json']],
  ['setup --from ', []],
  ['setup --config ', ['my answers.yaml', ...shells.map((shell) => `completion.${shell}`)]],
  // Its value is named like a command, and is none.
  ['setup --config verify --onl', ['--only']],
  ['setup --region=us --onl', ['--only']],
  ['sandbox serve --account-plan ', ['free', 'trial', 'professional', 'business']],
  ['sandbox do sign', ['sign-in']],
  ['help comp', ['completion']],
  ['completion ', shells],
  ...everyCommand(shape)
    .filter((each) => each.options.length > 0)
    .map((each) => [`${[...each.path, ''].join(' ')}-`, optionNames(each)] as const),
];

const sorted = (words: readonly string[]) => [...words].sort();

/** All lines in one shell: starting one for each would take longer than looking. */
function offers(shell: Shell, ask: string, lines: readonly string[]): readonly (readonly string[])[] {
  const text = execFileSync(shell, ['-c', ask, shell, ...lines], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return text
    .split('\u001E')
    .slice(0, -1)
    .map((answer) =>
      answer
        .split('\n')
        .filter((word) => word !== '')
        .map((word) => word.split('\t')[0] ?? ''),
    );
}

describe.skipIf(!installed('bash'))('pressing Tab in bash', () => {
  // bash parts the line at = too.
  const ask = `source ${script('bash')}
    for line; do
      IFS=$'\\x1f' read -r -d '' -a COMP_WORDS < <(printf '%s\\0' "$line")
      COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); [ "\${COMP_WORDS[COMP_CWORD]}" = '·' ] && COMP_WORDS[COMP_CWORD]=''
      _pmp_pd; printf '%s\\n' "\${COMPREPLY[@]}"; printf '\\x1e'
    done`;
  const typed = ([line]: (typeof cases)[number]) => `pmp-pd ${line.replaceAll('=', ' = ')}`.replace(/ $/, ' ·').split(' ').join('\u001F');
  const answers = () => offers('bash', ask, cases.map(typed));

  test('offers what can follow, everywhere', () => {
    const given = answers();
    expect(cases.map(([line], index) => [line, sorted(given[index] ?? [])])).toEqual(cases.map(([line, wanted]) => [line, sorted(wanted)]));
  });

  test('offers the value that is joined with =', () => {
    expect(offers('bash', ask, ['pmp-pd\u001Fsetup\u001F--output\u001F=', 'pmp-pd\u001Fsetup\u001F--output\u001F=\u001Fj'])).toEqual([
      ['text', 'json'],
      ['json'],
    ]);
  });
});

describe.skipIf(!installed('fish'))('pressing Tab in fish', () => {
  const ask = (lines: readonly string[]) =>
    offers('fish', `source ${script('fish')}; for line in $argv[2..]; complete -C $line; printf '\\x1e'; end`, ['', ...lines].slice(1));

  test('offers what can follow, everywhere', () => {
    const given = ask(cases.map(([line]) => `pmp-pd ${line}`));
    // fish writes -o for what can also be written --output, one line each.
    expect(cases.map(([line], index) => [line, sorted(given[index] ?? [])])).toEqual(cases.map(([line, wanted]) => [line, sorted(wanted)]));
  });

  test('offers the value that is joined with =', () => {
    expect(ask(['pmp-pd setup --output=j'])).toEqual([['--output=json']]);
  });
});

/** A shell as a person has it open: what Tab makes of the line is read off the screen. */
const interactive: Readonly<Record<Shell, { readonly args: readonly string[]; readonly begin: readonly string[] }>> = {
  bash: { args: ['--norc', '--noprofile', '-i'], begin: ["PS1='> '", `source ${script('bash')}`] },
  zsh: { args: ['-f', '-i'], begin: ["PS1='> '", 'unsetopt beep', 'autoload -Uz compinit; compinit -D -u', `source ${script('zsh')}`] },
  fish: {
    args: ['--no-config', '-i', '-C', 'function fish_prompt; echo "> "; end; function fish_greeting; end'],
    begin: [`source ${script('fish')}`],
  },
};

/** Lines that one Tab must finish. */
const finished: readonly (readonly [typed: string, line: string])[] = [
  ['pmp-pd veri', 'pmp-pd verify'],
  ['pmp-pd setup --apply', 'pmp-pd setup --apply-alertmanager'],
  ['pmp-pd setup --only 06', 'pmp-pd setup --only 06-alertmanager'],
  ['pmp-pd verify --only 08-test-alert,key', 'pmp-pd verify --only 08-test-alert,key-chain'],
  ['pmp-pd explain alertmanager-ref', 'pmp-pd explain alertmanager-refused'],
  ['pmp-pd setup --output=j', 'pmp-pd setup --output=json'],
  ['pmp-pd setup --config my', String.raw`pmp-pd setup --config my\ answers.yaml`],
  ['pmp-pd sandbox serve --account-plan pro', 'pmp-pd sandbox serve --account-plan professional'],
  ['pmp-pd sandbox do sign', 'pmp-pd sandbox do sign-in'],
];

describe.each(shells)('a person who types in %s', (shell) => {
  test.skipIf(!installed(shell))('has each line finished by Tab', async () => {
    const { args, begin } = interactive[shell];
    const env = { PATH: process.env['PATH'] ?? '', HOME: folder, TERM: 'xterm-256color', LANG: 'C.UTF-8' };
    const terminal = openTerminal(args, { cwd: folder, env, columns: 100, program: shell });
    for (const line of begin) terminal.press(`${line}\r`);
    terminal.press('echo rea"dy"\r');
    await terminal.see(/^ready/m);
    for (const [typed, line] of finished) {
      terminal.press(`${typed}\t`);
      await terminal.see(`> ${line}`);
      // Ctrl-U takes the line away again.
      terminal.press('\u0015');
      await terminal.see(/> *$/);
    }
    terminal.press('exit\r');
    expect(await terminal.ended).toBe(0);
  });
});

describe('pmp-pd completion', () => {
  const desk = new Desk();
  afterAll(() => desk.close());

  test('prints the script and nothing else', async () => {
    const ran = await desk.run(['completion', 'bash']);
    expect(ran).toMatchObject({ code: 0, stderr: '', stdout: readFileSync(script('bash'), 'utf8') });
  });

  test('as JSON, the document of its schema', async () => {
    const ran = await desk.run(['completion', 'fish', '-o', 'json']);
    const schema = JSON.parse(readFileSync(new URL('../../templates/schema/completion.schema.json', import.meta.url), 'utf8')) as object;
    expect(new Ajv2020().validate(schema, ran.json())).toBe(true);
  });

  test('names the shells there are to whoever asks for another', async () => {
    const ran = await desk.run(['completion', 'powershell']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('bash, zsh, fish');
  });
});

test('what Tab offers after sandbox do is what the sandbox can do', () => {
  expect([...doings].sort()).toEqual([...personActions, ...troubleNames, 'advance'].sort());
});
