import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Desk, minimalAnswers } from '../support/cli.ts';
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
const clear = '\u0015';
const ctrlC = '\u0003';
const escape = '\u001B';

interface Look {
  readonly columns?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: readonly string[];
}

/** Setup at a terminal, and somebody who answers it. */
class Interview {
  readonly terminal: TerminalSession;

  constructor(desk: Desk, { columns = 100, env = {}, flags = [] }: Look = {}) {
    this.terminal = openTerminal([join(root, 'bin/pmp-pd.js'), 'setup', '--sandbox', '--sandbox-people', 'asleep', ...flags], {
      cwd: desk.folder,
      env: { ...desk.environment, TERM: 'xterm-256color', ...env },
      columns,
    });
  }

  /** The question that is being asked: the last line of the screen that begins with its mark. */
  get asked(): string {
    const lines = this.terminal.screen().split('\n');
    return lines.findLast((line) => line.startsWith('? ')) ?? '';
  }

  /** Which question it is, whatever stands behind it while it is being answered. */
  get #question(): string {
    return this.asked.slice(2).split(/[:?]/, 1).join('');
  }

  /** Enter, until another question is asked, or none: a key that comes between two prompts is nobody's, and is pressed again. */
  async enter(): Promise<void> {
    const before = this.#question;
    for (let presses = 0; presses < 8; presses++) {
      this.terminal.press(enter);
      if (await this.terminal.until(() => this.#question !== before, 4)) return;
    }
    throw new Error(`still asked ${before}:\n${this.terminal.screen()}`);
  }

  /** Accepts defaults with Enter until the question contains that text. */
  async enterUntil(text: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      if (!(await this.terminal.until(() => this.asked !== '', 20))) break;
      if (this.asked.includes(text)) return;
      await this.enter();
    }
    throw new Error(`never asked ${text}:\n${this.terminal.screen()}`);
  }

  /** Types, and waits until it stands there. */
  async type(text: string): Promise<void> {
    await settle();
    this.terminal.press(text);
    const stands = (): boolean => this.asked.includes(text) || this.terminal.screen().trimEnd().endsWith(text);
    if (!(await this.terminal.until(stands, 10))) throw new Error(`typed ${text} and never saw it:\n${this.terminal.screen()}`);
  }

  async answer(text: string): Promise<void> {
    await this.type(text);
    // What was typed last is drawn before it is taken.
    await settle();
    await this.enter();
  }

  /** Another width, until the question was drawn for it. */
  async resized(columns: number): Promise<void> {
    const drawn = this.terminal.raw().length;
    this.terminal.resize(columns);
    await this.terminal.until(() => this.terminal.raw().length > drawn && this.asked !== '', 10);
  }

  /** Types something that is not taken, sees why, and takes it away again. */
  async refused(text: string, why: string): Promise<void> {
    await this.type(text);
    this.terminal.press(enter);
    await this.terminal.see(why);
    this.terminal.press(clear);
    await this.terminal.until(() => !this.asked.includes(text), 10);
  }
}

describe('a person at a real terminal', () => {
  let desk: Desk;
  beforeEach(() => {
    desk = new Desk();
    desk.write('people.csv', people);
  });
  afterEach(() => desk.close());

  test('comes with Enter from nothing to a finished set-up, over wrong answers and back from the plan, and the answers replay', async () => {
    const talk = new Interview(desk);
    const { terminal } = talk;
    await terminal.see('Step 1 of 10');
    expect(terminal.screen()).toMatch(/^SANDBOX .*\naccount .*\ncluster .*namespace monitoring/);
    await talk.enterUntil('P1, minutes to respond');
    await talk.refused('5/2, 5/15, 5', 'the phone rings only after 2');
    await talk.enterUntil('Weekday nights');
    terminal.press('?');
    await terminal.see('108 of 168 hours. fill:');
    await talk.enterUntil('Engineers on the rotation: 0');
    terminal.press(down);
    await terminal.see('❯ Read people');
    await talk.enterUntil('CSV file');
    await talk.enter();
    await terminal.see('In rotation order: Ada Example (us-east), Ben Example (us-west), Cleo Example (eu)');
    await talk.enterUntil('Who is the engineering lead?');
    await terminal.see('❯ Grace Example');
    await talk.enterUntil('Who is the CTO?');
    await terminal.see('❯ Alan Example');
    await talk.enterUntil('Is this the rota you want?');
    await talk.enterUntil('Apply ');
    expect(terminal.screen()).toMatch(/after 10 min Grace Example, after 25 min Alan Example, then\s+nobody/);
    await talk.answer('<');
    await terminal.see('Back to the answers');
    await talk.answer('https://hooks.example.com/pagerduty');
    await talk.enterUntil('Apply ');
    expect(terminal.screen()).toContain('webhook subscription');
    await talk.enter();
    await terminal.see(/✔ Done in/, 40);
    expect(await terminal.ended).toBe(0);
    expect(terminal.screen()).toMatch(/^- Ada Example: accept PagerDuty's invitation, sent to ada@example\.com; install/m);
    expect(terminal.screen()).toMatch(/Seats: 5 seats, USD a month/);
    expect(terminal.screen()).toMatch(/^Next: pmp-pd test-alert --sandbox$/m);
    expect(desk.read('pmp-pd.yaml')).not.toContain('555');
    expect(desk.read('.gitignore')).toContain('people.csv');

    const again = await desk.run(['setup', '--sandbox', '--sandbox-people', 'asleep', '--yes', '-o', 'json']);
    expect(again.code).toBe(0);
    expect(again.json().calls.pagerduty.writes).toBe(0);
  }, 120_000);

  test('at 60 columns, without colour and Unicode: goes back, resizes, saves and quits, and goes on where it was left', async () => {
    const look = { columns: 60, env: { LANG: 'C', NO_COLOR: '1' } };
    const first = new Interview(desk, look);
    await first.enterUntil('Name of the P2 and P3 service');
    await first.type('Second');
    // What was typed is still there when the terminal gets another width.
    await first.resized(40);
    await first.terminal.see(/^ {2}Second$/m);
    await first.resized(80);
    await first.terminal.see('? Name of the P2 and P3 service: Second');
    await first.resized(60);
    await first.enterUntil('Name of the P1 policy');
    await first.answer('<');
    await first.terminal.see('? How loud is a P2?');
    first.terminal.press('<');
    await first.terminal.see('Name of the P2 and P3 service: (Second)');
    await first.enterUntil('How loud is a P2?');
    await first.resized(44);
    first.terminal.press(down);
    await first.terminal.see('> Quiet');
    // One question stands there, whole, whatever its lines had become.
    expect(first.terminal.screen().match(/^\? How loud is a P2\?$/gm)).toHaveLength(1);
    await first.resized(60);
    await first.enterUntil('Time zone of the schedules');
    await first.answer(':q');
    await first.terminal.see('Saved to pmp-pd.yaml');
    expect(await first.terminal.ended).toBe(0);
    expect(first.terminal.raw()).toMatch(/^[\x00-\x7F]*$/);
    expect(first.terminal.raw()).not.toMatch(/\u001B\[[1-9][0-9;]*m/);
    expect(desk.read('pmp-pd.yaml')).toMatch(/unfinished: true[^]*high_service: Second[^]*p2: quiet/);
    const second = new Interview(desk, look);
    await second.terminal.see('Going on where you left');
    await second.enterUntil('Time zone of the schedules');
    // Found by a part of its name.
    await second.answer('berl');
    await second.terminal.see('Time zone of the schedules: Europe/Berlin');
    second.terminal.press(ctrlC);
    expect(await second.terminal.ended).toBe(130);
  }, 60_000);

  test('linearly: one line a fact, not one escape, and no is no', async () => {
    desk.write('pmp-pd.yaml', minimalAnswers().replace(/^cto:.*$/m, ''));
    const { terminal } = new Interview(desk, { columns: 60, flags: ['--plain'] });
    for (const [question, line] of [
      ['Who is the CTO?', 'alan'],
      ['1) Alan Example', ''],
      ['Is this the rota you want? [Y/n]', ''],
      ['out of git? [Y/n]', 'n'],
      ["dead-man's switch", ''],
      [/Apply \d+ changes\? \[Y\/n\]/, 'no'],
    ] as const) {
      await terminal.see(question);
      terminal.press(`${line}${enter}`);
    }
    await terminal.see('Nothing was changed.');
    expect(await terminal.ended).toBe(0);
    expect(terminal.raw()).not.toContain(escape);
    expect(
      terminal
        .raw()
        .split('\r\n')
        .find((line) => line.startsWith('cluster')),
    ).toMatch(/namespace monitoring$/);
  }, 60_000);

  test.each([{ flags: [] }, { flags: ['--plain'] }])('a signal from outside ends a question too ($flags)', async ({ flags }) => {
    const { terminal } = new Interview(desk, { flags });
    await terminal.see('Name of the P1 service');
    terminal.signal('SIGTERM');
    await terminal.see('terminated');
    expect(await terminal.ended).toBe(143);
    // Nothing was answered, so nothing is kept.
    expect(existsSync(desk.path('pmp-pd.yaml'))).toBe(false);
  });

  test('Ctrl-C at a question leaves nothing half-done, keeps the answers as :q does, and the next run goes on with them', async () => {
    const talk = new Interview(desk);
    const { terminal } = talk;
    await terminal.see('Name of the P1 service');
    await talk.answer('Front Door');
    await talk.enterUntil('Engineers on the rotation: 0');
    await talk.enterUntil('Who?');
    await terminal.see('Somebody new');
    terminal.press(ctrlC);
    await terminal.see('are kept in pmp-pd.yaml');
    expect(await terminal.ended).toBe(130);
    expect(terminal.screen()).not.toMatch(/\bat .+:\d+:\d+/);
    const again = new Interview(desk);
    await again.terminal.see('Going on where you left');
    await again.enterUntil('Engineers on the rotation: 0');
    expect(again.terminal.screen()).not.toContain('Name of the P1 service');
    again.terminal.press(ctrlC);
    expect(await again.terminal.ended).toBe(130);
    expect(desk.read('pmp-pd.yaml')).toContain('Front Door');
    const status = await desk.run(['sandbox', 'status', '-o', 'json']);
    expect(status.json()).toMatchObject({ services: [], schedules: [] });
  }, 60_000);
});
