import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createPrompter } from '../../../src/adapters/prompts/index.ts';
import { scripted } from '../../answers/scripted.ts';
import { listTurns, turns } from './conversation.ts';
import { openTerminal, settle, type TerminalSession } from '../../support/terminal.ts';
import { bundle } from './bundle.ts';

let folder = '';
beforeAll(async () => {
  folder = await bundle();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = (folder: string, args: readonly string[], { columns = 80, term = 'xterm-256color' } = {}): TerminalSession =>
  openTerminal([join(folder, 'fixture.mjs'), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', TERM: term, HOME: folder },
    columns,
  });
const lineOf = (keys: readonly string[]): readonly string[] => keys.join('').split('\r').slice(0, -1);
const replies = (screen: string): readonly unknown[] =>
  [...screen.matchAll(/^REPLY (.*)$/gm)].map(([, json]) => JSON.parse(json ?? 'null') as unknown);

describe('the prompter of the interview tests keeps the contract of the port', () => {
  test.each(turns)('$about', async ({ ask, keys, reply, shows = '' }) => {
    const person = scripted(lineOf(keys));
    expect(await ask(person.prompter)).toEqual(reply);
    expect(person.screen()).toContain(shows);
    expect(person.left()).toEqual([]);
  });

  test.each(listTurns)('$about', async ({ ask, key, reply }) => {
    expect(await ask(scripted([key]).prompter)).toEqual(reply);
  });
});

describe.concurrent.each([
  { mode: 'moving', columns: 80, term: 'xterm-256color', writes: /✔/ },
  // ASCII only.
  { mode: 'ascii', columns: 60, term: 'xterm', writes: /^[\x00-\x7F]*$/ },
  // ASCII, and not one escape sequence.
  { mode: 'plain', columns: 60, term: 'dumb', writes: /^[\x00-\x1A\x1C-\x7F]*$/ },
])('on a real terminal ($mode, $columns columns, TERM=$term) the same keys give the same replies', ({ mode, columns, term, writes }) => {
  test('question by question', async () => {
    const session = start(folder, [mode], { columns, term });
    const list = listTurns.map(({ key, ...turn }) => ({ ...turn, keys: mode === 'plain' ? [key, '\r'] : [key] }));
    for (const [index, { keys, shows }] of [...turns, ...list].entries()) {
      await session.see(new RegExp(`Q${index + 1} `));
      await settle();
      for (const key of keys) {
        session.press(key);
        await settle();
      }
      if (shows) await session.see(shows);
    }
    await session.see('END');
    expect(await session.ended).toBe(0);
    expect(replies(session.screen())).toEqual([...turns, ...list].map(({ reply }) => reply));
    expect(session.raw()).toMatch(writes);
    // No colour was asked for: no colour came.
    expect(session.raw()).not.toMatch(/\u001B\[[1-9][0-9;]*m/);
  });
});

describe('Ctrl-C at any kind of prompt', () => {
  const kinds = ['text', 'a secret', 'yes by Enter', 'the default of a list', 'several', 'found by typing'];
  test.each(['moving', 'plain'])('is an interruption, not a crash, and leaves the terminal sane (%s)', async (mode) => {
    for (const kind of kinds) {
      const session = start(folder, [mode, kind]);
      await session.see(/Q\d+ /);
      await settle();
      session.press('\u0003');
      await session.see('ERROR interrupted');
      expect(await session.ended).toBe(130);
      expect(session.raw()).not.toContain('at ');
      // A cursor that was hidden is shown again.
      expect(session.raw().lastIndexOf('\u001B[?25l')).toBeLessThanOrEqual(session.raw().lastIndexOf('\u001B[?25h'));
    }
  });

  test.each(['moving', 'plain'])('Ctrl-D saves and quits (%s)', async (mode) => {
    const session = start(folder, [mode, 'text']);
    await session.see('Q1 ');
    await settle();
    session.press('\u0004');
    await session.see('REPLY {"kind":"quit"}');
    expect(await session.ended).toBe(0);
  });
});

test('a refused answer can be corrected in place', async () => {
  const session = start(folder, ['moving', 'refusal in one sentence']);
  await session.see('Q3 ');
  await settle();
  session.press('1x\r');
  await session.see('Digits only.');
  session.press('\u007F2\r');
  await session.see('REPLY {"kind":"answer","value":"12"}');
  expect(await session.ended).toBe(0);
});

test('a secret never reaches the screen, not even by Ctrl-T', async () => {
  for (const mode of ['moving', 'plain']) {
    const session = start(folder, [mode, 'a secret']);
    await session.see('Q10 ');
    await settle();
    session.press('sandbox-t0ken');
    await settle();
    session.press('\u0014');
    await settle();
    expect(session.raw()).not.toContain('sandbox-t0k');
    session.press('\r');
    await session.ended;
  }
});

test('colour comes only where it was asked for', async () => {
  const session = start(folder, ['colour', 'text']);
  await session.see('Q1 ');
  expect(session.raw()).toMatch(/\u001B\[1mQ1/);
  session.press('\u0003');
  await session.ended;
});

test('off a terminal every question is a missing answer, and nothing is written', async () => {
  const stderr = new PassThrough();
  const prompter = createPrompter({
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    interactive: false,
    color: false,
    plain: false,
  });
  prompter.say('hello');
  for (const { ask } of turns) await expect(ask(prompter)).rejects.toMatchObject({ id: 'answer-missing' });
  expect(stderr.read()).toBeNull();
});
