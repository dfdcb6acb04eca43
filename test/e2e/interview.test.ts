import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Desk } from '../support/cli.ts';
import { root } from '../support/source.ts';
import { openTerminal, settle, type TerminalSession } from '../support/terminal.ts';

const people = `name,email,time_zone,phone,region
Ada Example,ada@example.com,America/New_York,+1 202 555 0101,us-east
Ben Example,ben@example.com,America/Los_Angeles,+1 202 555 0102,us-west
Cleo Example,cleo@example.com,Europe/Berlin,+1 202 555 0103,eu
Grace Example,grace@example.com,America/New_York,+1 202 555 0104,
Alan Example,alan@example.com,America/New_York,+1 202 555 0105,
`;

const enter = '\r';
const down = '\u001B[B';
const ctrlC = '\u0003';

/** The question that is being asked: the last line of the screen that begins with its mark. */
function asked(terminal: TerminalSession): string {
  return (
    terminal
      .screen()
      .split('\n')
      .findLast((line) => line.startsWith('? ')) ?? ''
  );
}

class Interview {
  readonly terminal: TerminalSession;

  constructor(desk: Desk, columns = 100) {
    this.terminal = openTerminal([join(root, 'bin/pmp-pd.js'), 'setup', '--sandbox', '--sandbox-people', 'asleep'], {
      cwd: desk.folder,
      env: { ...desk.environment, TERM: 'xterm-256color' },
      columns,
    });
  }

  /** Accepts defaults with Enter until the question contains that text. */
  async enterUntil(text: string): Promise<void> {
    for (let presses = 0; presses < 80; presses++) {
      const before = asked(this.terminal);
      if (before.includes(text)) return;
      if (before !== '') await this.enter();
      else await settle(50);
    }
    throw new Error(`never asked ${text}:\n${this.terminal.screen()}`);
  }

  /** Types, and presses Enter once it stands there. */
  async answer(text: string): Promise<void> {
    this.terminal.press(text);
    for (let waits = 0; waits < 200 && !asked(this.terminal).includes(text); waits++) await settle(25);
    await settle(100);
    await this.enter();
  }

  /** A key that comes between two prompts is nobody's: it is pressed again when nothing follows. */
  async enter(): Promise<void> {
    const before = this.terminal.screen();
    for (let waits = 0; waits < 1200; waits++) {
      if (waits % 160 === 0) this.terminal.press(enter);
      await settle(25);
      if (this.terminal.screen() !== before) return;
    }
  }
}

describe('a person at a real terminal', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
    desk.write('team.csv', people);
  });
  afterEach(() => desk.close());

  test('comes from nothing to a finished set-up, and the answers replay without a question', async () => {
    const talk = new Interview(desk);
    const { terminal } = talk;
    await terminal.see('Step 1 of 10');
    await talk.enterUntil('Engineers, in rotation order: nobody yet');
    terminal.press(down);
    await terminal.see('❯ Read people');
    await talk.enter();
    await terminal.see('CSV file:');
    terminal.press('\u0015');
    await talk.answer('team.csv');
    await terminal.see('Ada Example (us-east), Ben Example (us-west), Cleo Example (eu)');
    await talk.enterUntil('Who is the engineering lead?');
    await talk.answer('grace');
    await talk.enterUntil('Who is the CTO?');
    await talk.answer('alan');
    await terminal.see('Is this the rota you want?');
    await talk.enterUntil('Apply ');
    expect(terminal.screen()).toContain('On call after');
    await talk.enter();
    await terminal.see(/✔ Done in/, 40);
    expect(await terminal.ended).toBe(0);
    expect(desk.read('pmp-pd.yaml')).toContain('ada@example.com');
    expect(desk.read('pmp-pd.yaml')).not.toContain('555');
    expect(desk.read('people.csv')).toContain('ada@example.com');
    expect(desk.read('.gitignore')).toContain('people.csv');

    const again = await desk.run(['setup', '--sandbox', '--sandbox-people', 'asleep', '--yes', '-o', 'json']);
    expect(again.code).toBe(0);
    expect(again.json().calls.pagerduty.writes).toBe(0);
  }, 120_000);

  test.each([
    ['the first question', 'Name of the P1 service', 0],
    ['a choice', 'How loud is a P2', 0],
    ['the search for a person', 'Who?', 1],
  ])('Ctrl-C at %s leaves nothing half-done and says how to go on', async (_where, question, presses) => {
    const talk = new Interview(desk);
    const { terminal } = talk;
    await talk.enterUntil(presses === 0 ? question : 'Engineers, in rotation order');
    for (let press = 0; press < presses; press++) await talk.enter();
    await terminal.see(question);
    terminal.press(ctrlC);
    await terminal.see('Run the same command again');
    expect(await terminal.ended).toBe(130);
    expect(terminal.screen()).not.toMatch(/\bat .+:\d+:\d+/);
    expect(existsSync(desk.path('pmp-pd.yaml'))).toBe(false);
    const status = await desk.run(['sandbox', 'status', '-o', 'json']);
    expect(status.json()).toMatchObject({ services: [], schedules: [] });
  });

  test('save and quit keeps the answers, and the next run goes on where it was left', async () => {
    const first = new Interview(desk, 60);
    await first.enterUntil('Time zone of the schedules');
    await first.answer(':q');
    expect(await first.terminal.ended).toBe(0);
    expect(desk.read('pmp-pd.yaml')).toContain('unfinished: true');
    const second = new Interview(desk, 60);
    await second.terminal.see('Going on where you left');
    await second.enterUntil('Time zone of the schedules');
    second.terminal.press(ctrlC);
    expect(await second.terminal.ended).toBe(130);
  });
});
