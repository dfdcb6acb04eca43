import { expect, it, vi } from 'vitest';
import { PmpError, type EngineEvent, type SetupOutcome } from '../../src/engine/index.ts';
import { createReporter, errorText, styleOf, type ReporterOptions } from '../../src/report/index.ts';
import { change, departures, events, head, mixed, partial, planOf, refused, screen } from './support.ts';
import { Screen } from '../support/terminal.ts';

const pipe = styleOf({ isTTY: false, env: {} });

function heard(options: Partial<ReporterOptions> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const reporter = createReporter({
    stdout: (text) => void out.push(text),
    stderr: (text) => void err.push(text),
    style: pipe,
    errorStyle: pipe,
    format: 'text',
    ...options,
  });
  return { reporter, out: () => out.join(''), err: () => err.join('') };
}

const { error: _, ...rest } = partial;
const success: SetupOutcome = {
  ...rest,
  sandbox: false,
  success: true,
  exitCode: 0,
  steps: partial.steps.filter((step) => step.number < 5),
};
const twoUsers = planOf({ 4: [change('user', 'ada@example.com', 'create'), change('user', 'ben@example.com', 'create')], 9: [] });
const key = (name: string) => ({ step: '04-engineers', key: `user ${name}@example.com` }) as const;

it('keeps results on stdout and everything else on stderr', () => {
  const { reporter, out, err } = heard();
  reporter.working('Reading the account');
  reporter.plan(mixed, head, 'record');
  for (const event of events(mixed)) reporter.tell(event);
  reporter.finish(success, { next: 'pmp-pd sandbox status' });
  expect(out()).toMatch(/^✔ {2}1 {2}Create PagerDuty Services/);
  expect(out()).toMatch(/Done in 35 s: 3 created; 1 object still waits .*\nNext: pmp-pd sandbox status\n$/);
  expect(err()).toMatch(/^Reading the account\n/);
  expect(err()).toContain('Plan: 16 to create');
  expect(err()).toContain('✔ Step 3');
  expect(out()).not.toContain('Plan:');
});

it('tells each step once, when the last of its changes is through', () => {
  const { reporter, err } = heard();
  reporter.plan(twoUsers, head, 'record');
  const before = err().length;
  const said: string[] = [];
  const steps: EngineEvent[] = [
    { type: 'applying', changes: 2 },
    { type: 'started', ...key('ada'), action: 'create' },
    { type: 'done', ...key('ada'), action: 'create' },
    { type: 'started', ...key('ben'), action: 'create' },
    { type: 'done', ...key('ben'), action: 'create' },
    { type: 'proving' },
  ];
  for (const event of steps) {
    reporter.tell(event);
    said.push(err().slice(before));
  }
  expect(said[3]).toBe('Applying 2 changes\n');
  expect(said.at(-1)).toBe(
    'Applying 2 changes\n✔ Step 4  Configure Users: 2 created\nReading everything again, to prove that nothing is left\n',
  );
});

it('never marks a step as done in which something failed', () => {
  const { reporter, err } = heard();
  reporter.plan(twoUsers, head, 'record');
  const error = new PmpError('pagerduty-refused', {
    message: 'PagerDuty refuses the user ada@example.com',
    cause: 'Email is invalid',
    fix: 'Correct it',
  });
  reporter.tell({ type: 'failed', ...key('ada'), error });
  reporter.tell({ type: 'skipped', ...key('ben'), because: 'interrupted before it was tried' });
  expect(err()).toContain('✖ user ada@example.com: PagerDuty refuses the user ada@example.com.\n');
  expect(err()).toContain('✖ Step 4  Configure Users: 1 failed, 1 not tried\n');
  expect(err()).not.toContain('✔');
});

it('tells several problems one per line, twenty at most, and how many there are beside them', () => {
  const problems = Array.from({ length: 23 }, (_, i) => `pmp-pd.yaml:${i + 1}: k${i}: it is no key. Leave it out`);
  const facts = { message: 'pmp-pd.yaml has 23 problems', cause: '23 problems', fix: 'Correct each line' };
  const told = (some: readonly string[]) =>
    errorText(new PmpError('answers-invalid', { ...facts, problems: some }), screen(100)).split('\n');
  const lines = told(problems);
  expect(lines.slice(0, 3)).toEqual([
    '✖ pmp-pd.yaml has 23 problems.',
    '  - pmp-pd.yaml:1: k0: it is no key. Leave it out.',
    '  - pmp-pd.yaml:2: k1: it is no key. Leave it out.',
  ]);
  expect(lines.slice(20)).toEqual([
    '  - pmp-pd.yaml:20: k19: it is no key. Leave it out.',
    '  … and 3 more',
    '  fix: Correct each line.',
    '  more: pmp-pd explain answers-invalid',
  ]);
  expect(told(problems.slice(0, 2))).toHaveLength(5);
});

it('says once what it waits for, however often it has to ask again', () => {
  const { reporter, err } = heard();
  const wait = { type: 'waiting', why: 'PagerDuty asks to slow down (429)', seconds: 20 } as const;
  reporter.tell(wait);
  reporter.tell(wait);
  reporter.tell({ type: 'waiting', why: 'replica alertmanager-1 has not loaded it yet', seconds: 2 });
  expect(err()).toBe(
    '  … Waiting 20 s: PagerDuty asks to slow down (429)\n  … Waiting 2 s: replica alertmanager-1 has not loaded it yet\n',
  );
});

it('shows each resource as it is done with -v', () => {
  const { reporter, err } = heard({ verbose: true });
  reporter.tell({ type: 'done', ...key('ada'), action: 'create', detail: 'invitation sent' });
  expect(err()).toContain('  + user ada@example.com: invitation sent.\n');
});

it('with -q says nothing but failures and the last sentence', () => {
  const { reporter, out, err } = heard({ quiet: true });
  reporter.working('Reading the account');
  reporter.plan(mixed, head, 'record');
  for (const event of events(mixed)) reporter.tell(event);
  reporter.finish(success);
  expect(err()).toBe('');
  expect(out()).toMatch(/^✔ Done in 35 s: .*\n$/);
  const failing = heard({ quiet: true });
  failing.reporter.finish(partial);
  expect(failing.out()).toContain('fix: Correct templates/alertmanager.yml');
  expect(failing.out()).not.toContain('Create PagerDuty Services');
});

it('shows the plan before it asks, also with -q', () => {
  const { reporter, err } = heard({ quiet: true });
  reporter.plan(mixed, head, 'question');
  expect(err()).toContain('Plan: 16 to create');
});

it('with --plan -q says the totals only', () => {
  const { reporter, out, err } = heard({ quiet: true });
  reporter.plan(mixed, head, 'result');
  reporter.finish({ ...success, mode: 'plan', exitCode: 5 });
  expect(out()).toMatch(/^Plan: 16 to create[^\n]*\n$/);
  expect(err()).toBe('');
});

it('tells departures once: before the question, or else with the summary', () => {
  const title = "Where this departs from the guide's letter";
  const asked = heard();
  asked.reporter.plan(mixed, head, 'question', { departures });
  asked.reporter.finish(success);
  expect(asked.err()).toContain(title);
  expect(asked.out()).not.toContain(title);
  const replayed = heard();
  replayed.reporter.plan(mixed, head, 'record');
  replayed.reporter.finish(success);
  expect(replayed.out()).toContain(title);
});

it('gives the next command a line of its own, to be copied', () => {
  const { reporter, out } = heard({ style: screen(40) });
  reporter.finish(success, { next: 'pmp-pd test-alert --via events --sandbox --config answers/team-a.yaml' });
  expect(out()).toMatch(/\nNext: pmp-pd test-alert --via events --sandbox --config answers\/team-a\.yaml\n$/);
});

it('gives a plan that was asked for to stdout, and what is left to say to stderr', () => {
  const { reporter, out, err } = heard();
  reporter.plan(mixed, head, 'result');
  reporter.finish({ ...success, mode: 'plan', exitCode: 5 });
  expect(out()).toMatch(/Plan: 16 to create.*\n$/);
  expect(err()).toMatch(/^✔ Nothing was written \(in 35 s\)\.\n$/);
});

it('says that there is nothing to do in one sentence', () => {
  const { reporter, out } = heard();
  reporter.plan(planOf({ 1: [change('service', 'PMP Study - Critical', 'unchanged')] }), head, 'result');
  expect(out()).toMatch(/\n\nNothing to do: the one object is as the answers want it\.\n$/);
});

it('tells what waits where nothing else is to be done', () => {
  const { reporter, out } = heard();
  const waiting = change('notification rule', 'ada@example.com high push', 'wait', {
    waiting: ['ada@example.com signs in to the PagerDuty app'],
  });
  reporter.plan(planOf({ 4: [waiting] }), head, 'result');
  expect(out()).toContain('… notification rule  ada@example.com high push (ada@example.com signs in to the PagerDuty app)\n');
  expect(out()).toMatch(/\n\nNothing to do\. 1 object must wait for a person or a bigger plan\.\n$/);
});

it('shows every change of a difference, however many there are', () => {
  const { reporter, out } = heard();
  const people = Array.from({ length: 50 }, (_, n) => `person${n}@example.com`);
  const moved = people.map((name) => change('user', name, 'adopt', { diffs: [{ field: 'time zone', from: 'UTC', to: 'Europe/Berlin' }] }));
  const methods = people.map((name) => change('contact method', `${name} sms`, 'create'));
  reporter.plan(planOf({ 4: [...moved, ...methods] }), head, 'result');
  expect(out().match(/time zone: UTC → Europe\/Berlin/g)).toHaveLength(50);
  expect(out()).toContain('  + contact methods  50 to create\n');
  const verbose = heard({ verbose: true });
  verbose.reporter.plan(planOf({ 4: [...moved, ...methods] }), head, 'result');
  expect(verbose.out().match(/\+ contact method /g)).toHaveLength(50);
});

it('tells of preflight what is amiss, with the way out, and the rest only with -v', () => {
  const error = new PmpError('kubernetes-permission', {
    message: 'may not write secrets in monitoring',
    cause: 'secrets is forbidden: User "ada" cannot create resource "secrets"',
    fix: 'Ask for the role pagerduty-secrets-writer',
  });
  const findings = [
    { title: 'The token reads the account', status: 'pass', evidence: 'acme' },
    { title: 'The account has seats', status: 'warn', evidence: '2 free, 3 needed' },
    { title: 'The secret may be written', status: 'fail', evidence: 'refused', error },
  ] as const;
  const said = (options: Partial<ReporterOptions>) => {
    const { reporter, err } = heard(options);
    reporter.findings(findings);
    return err();
  };
  const failure = `✖ The secret may be written: refused.\n    why: ${error.facts.cause}.\n    fix: Ask for the role pagerduty-secrets-writer.\n`;
  expect(said({})).toBe(`‼ The account has seats: 2 free, 3 needed.\n${failure}`);
  expect(said({ quiet: true })).toBe(failure);
  expect(said({ verbose: true })).toBe(`✔ The token reads the account: acme.\n‼ The account has seats: 2 free, 3 needed.\n${failure}`);
});

it('does not repeat a failure of preflight when it ends the command', () => {
  const error = new PmpError('kubernetes-permission', { message: 'may not write secrets', fix: 'Ask for the role' });
  const { reporter, err, out } = heard({ format: 'json' });
  reporter.findings([{ title: 'The secret may be written', status: 'fail', evidence: 'refused', error }]);
  reporter.fail('setup', error, 4);
  expect(err()).toBe('✖ The secret may be written: refused.\n    fix: Ask for the role.\n');
  expect(JSON.parse(out())).toMatchObject({ exit_code: 4, error: { id: 'kubernetes-permission' } });
});

it('with -o json writes exactly one document to stdout, whatever happens', () => {
  const { reporter, out, err } = heard({ format: 'json' });
  reporter.plan(mixed, head, 'record');
  for (const event of events(mixed)) reporter.tell(event);
  reporter.finish(partial);
  reporter.fail('setup', refused, 1);
  expect(JSON.parse(out())).toMatchObject({ command: 'setup', exit_code: 6, error: { id: 'alertmanager-refused' } });
  expect(err()).toContain('fix: Correct templates/alertmanager.yml');
});

it('with -o json answers misuse with a document, and a person beside it with words', () => {
  const { reporter, out, err } = heard({ format: 'json', sandbox: true });
  reporter.fail('setup', new PmpError('usage', { message: 'there is no option --fast', fix: 'See pmp-pd setup --help' }), 2);
  expect(JSON.parse(out())).toMatchObject({ sandbox: true, success: false, exit_code: 2, error: { id: 'usage' } });
  expect(err()).toMatch(
    /^SANDBOX .*\n✖ there is no option --fast\.\n {2}fix: See pmp-pd setup --help\.\n {2}more: pmp-pd explain usage\n$/,
  );
});

it('names an error that no step has told, once', () => {
  const told = heard();
  told.reporter.finish(partial);
  expect(told.err()).toBe('');
  const untold = heard();
  untold.reporter.finish({
    ...partial,
    error: new PmpError('interrupted', { message: 'interrupted by Ctrl-C', fix: 'Run it again' }),
    exitCode: 130,
  });
  expect(untold.err()).toContain('✖ interrupted by Ctrl-C.');
  expect(untold.out()).toContain('Run the same command again to go on.');
});

it('spins on a terminal, says what is under way, and leaves only whole lines and a visible cursor', async () => {
  const tty = new Screen(60);
  const errorStyle = { ...screen(60), spinner: true };
  const { reporter } = heard({ terminal: tty, errorStyle, stderr: (text) => void tty.write(text) });
  reporter.plan(twoUsers, head, 'record');
  reporter.tell({ type: 'applying', changes: 2 });
  reporter.tell({ type: 'started', ...key('ada'), action: 'create' });
  await vi.waitFor(async () => expect((await tty.lines()).at(-1)).toMatch(/^\S 0 of 2 {2}Step 4: user ada@example\.com$/), {
    timeout: 10_000,
  });
  reporter.tell({ type: 'waiting', why: `PagerDuty asks to slow down ${'very '.repeat(30)}much`, seconds: 20 });
  await vi.waitFor(async () =>
    expect((await tty.lines()).at(-1)).toMatch(/^\S 0 of 2 {2}Waiting 20 s: PagerDuty asks to slow down very.*…$/),
  );
  reporter.tell({ type: 'done', ...key('ada'), action: 'create' });
  reporter.tell({ type: 'started', ...key('ben'), action: 'create' });
  reporter.tell({ type: 'done', ...key('ben'), action: 'create' });
  reporter.tell({ type: 'proving' });
  await vi.waitFor(async () => expect((await tty.lines()).at(-1)).toMatch(/Reading everything again/));
  reporter.idle();
  const lines = await tty.lines();
  expect(lines.at(-1)).toBe('✔ Step 4  Configure Users: 2 created');
  expect(tty.raw.lastIndexOf('\u001B[?25h')).toBeGreaterThan(tty.raw.lastIndexOf('\u001B[?25l'));
});

it('shows no spinner that was no longer wanted when it had loaded', async () => {
  const tty = new Screen(60);
  const { reporter } = heard({ terminal: tty, errorStyle: { ...screen(60), spinner: true }, stderr: (text) => void tty.write(text) });
  reporter.working('Reading the account');
  reporter.idle();
  await import('ora');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await tty.lines()).toEqual([]);
});
