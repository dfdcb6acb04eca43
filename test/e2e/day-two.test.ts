import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Desk, minimalAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';
import { openTerminal, settle, type TerminalSession } from '../support/terminal.ts';

let desk: Desk;
beforeEach(async () => {
  desk = new Desk().write('pmp-pd.yaml', minimalAnswers('windows: none\n'));
  const { code, stderr } = await desk.run(['setup', '--sandbox', '--yes', '-q']);
  if (code !== 0) throw new Error(`setup failed: ${stderr}`);
});
afterEach(() => desk.close());

function typing(...words: readonly string[]): TerminalSession {
  return openTerminal([join(root, 'bin/pmp-pd.js'), ...words, '--sandbox'], {
    cwd: desk.folder,
    env: { ...desk.environment, TERM: 'xterm-256color', NO_COLOR: '1' },
    columns: 60,
  });
}

describe('on a terminal of 60 columns the day-two commands ask once, and show first', () => {
  test('a window: how long and what for are asked, No leaves everything, Yes opens it', async () => {
    const declined = typing('maintenance', 'start');
    await declined.see('For how long?');
    declined.press('\r');
    await declined.see('What for?');
    // A second has gone by since the command began: from now on is from now on all the same.
    await settle(1_200);
    declined.press('\r');
    await declined.see('Open this window now?');
    expect(declined.screen()).toContain('nobody is paged');
    await settle();
    declined.press('n\r');
    expect(await declined.ended).toBe(0);
    expect(declined.screen()).toContain('Nothing was changed.');
    expect((await desk.run(['maintenance', 'list', '--sandbox', '-o', 'json'])).json().windows).toEqual([]);

    const agreed = typing('maintenance', 'start', '--preset', 'deployment');
    await agreed.see('Open this window now?');
    await settle();
    agreed.press('\r');
    expect(await agreed.ended).toBe(0);
    expect(agreed.screen()).toContain('End it early with');
    expect(
      agreed
        .screen()
        .split('\n')
        .filter((line) => line.length > 60),
    ).toEqual([]);
  });

  test('a replacement that something speaks against: Enter alone does not make it, and Ctrl-C leaves no trace', async () => {
    const declined = typing('override', 'grace@example.com', '--for', '2h');
    await declined.see('Make this replacement?');
    expect(declined.screen()).toContain('‼ Grace Example is level 2 of');
    await settle();
    declined.press('\r');
    expect(await declined.ended).toBe(0);

    const stopped = typing('override', 'grace@example.com', '--for', '2h');
    await stopped.see('Make this replacement?');
    await settle();
    stopped.press('\u0003');
    expect(await stopped.ended).toBe(130);
    expect(stopped.screen()).not.toMatch(/ at .*\.js:\d+/);
    expect((await desk.run(['override', '--list', '--sandbox', '-o', 'json'])).json().overrides).toEqual([]);
  });

  test('a teardown is agreed to by typing the account’s name, and by nothing else', async () => {
    const terminal = typing('teardown');
    await terminal.see('Type sandbox-account');
    await settle();
    terminal.press('yes\r');
    await terminal.see('That is not');
    terminal.press('\u0015');
    await settle();
    terminal.press('sandbox-account\r');
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toMatch(/✔ \d+ objects removed/);
  });
});
