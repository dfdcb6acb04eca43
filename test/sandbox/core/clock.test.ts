import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { openSandbox, parseDuration } from '../../../src/sandbox/index.ts';
import type { Sandbox, SandboxStatus } from '../../../src/sandbox/index.ts';
import { Client, opened, stateFile } from '../support.ts';

const ada = (sandbox: Sandbox): SandboxStatus['people'][number] | undefined =>
  sandbox.status().people.find((person) => person.email === 'ada@example.com');

describe('embedded time', () => {
  test('ten minutes of waiting pass at once', async () => {
    const sandbox = await opened({ clock: 'embedded' });
    const before = sandbox.clock.now();
    const real = Date.now();
    await sandbox.clock.sleep(600_000, 'the escalation');
    expect(sandbox.clock.now() - before).toBeGreaterThanOrEqual(600_000);
    expect(Date.now() - real).toBeLessThan(2000);
  });

  test('two waits side by side take as long as the longer one', async () => {
    const sandbox = await opened({ clock: 'embedded' });
    const before = sandbox.clock.now();
    await Promise.all([sandbox.clock.sleep(60_000, 'one'), sandbox.clock.sleep(90_000, 'other')]);
    expect(sandbox.clock.now() - before).toBeLessThan(95_000);
  });

  test('between commands real time passes', async () => {
    const file = await stateFile();
    const first = await openSandbox({ stateFile: file, start: Date.UTC(2026, 8, 1) });
    await first.close();
    const text = JSON.parse(await readFile(file, 'utf8'));
    text.clock.real -= 3_600_000;
    await writeFile(file, JSON.stringify(text));
    const again = await opened({ stateFile: file, clock: 'embedded' });
    expect(again.clock.now() - Date.UTC(2026, 8, 1)).toBeGreaterThanOrEqual(3_600_000);
  });

  test('a wait that is called off rejects with its reason and moves no time', async () => {
    const sandbox = await opened({ clock: 'embedded' });
    const stop = new AbortController();
    const before = sandbox.clock.now();
    const wait = sandbox.clock.sleep(600_000, 'somebody', stop.signal);
    stop.abort(new Error('Ctrl-C'));
    await expect(wait).rejects.toThrow('Ctrl-C');
    expect(sandbox.clock.now() - before).toBeLessThan(60_000);
  });
});

describe('served time', () => {
  test('sixty times as fast: a minute takes a second', async () => {
    const sandbox = await opened({ clock: 60 });
    const [before, real] = [sandbox.clock.now(), Date.now()];
    await sandbox.clock.sleep(30_000, 'half a minute');
    const [passed, took] = [sandbox.clock.now() - before, Date.now() - real];
    expect(took).toBeGreaterThan(400);
    expect(passed / took).toBeCloseTo(60, -1);
  });

  test('between two processes time passes as it does outside, however fast it goes while one runs', async () => {
    const file = await stateFile();
    await (await openSandbox({ stateFile: file })).close();
    const text = JSON.parse(await readFile(file, 'utf8'));
    text.clock.real -= 3_600_000;
    await writeFile(file, JSON.stringify(text));
    const sandbox = await opened({ stateFile: file, clock: 60 });
    expect(sandbox.clock.now() - text.clock.sandbox).toBeGreaterThanOrEqual(3_600_000);
    expect(sandbox.clock.now() - text.clock.sandbox).toBeLessThan(3 * 3_600_000);
  });

  test('what is due happens without anybody asking', async () => {
    const file = await stateFile();
    const sandbox = await opened({ stateFile: file, clock: 1200, people: 'awake' });
    await new Client(sandbox).user('Ada Example');
    await expect.poll(() => readFile(file, 'utf8'), { timeout: 5000 }).toContain('push_notification_contact_method","label":"Ada Example');
  });
});

describe('people', () => {
  test('who are awake accept and sign in one minute after the last write', async () => {
    const sandbox = await opened({ clock: 'embedded', people: 'awake' });
    const pd = new Client(sandbox);
    const user = await pd.user('Ada Example');
    await sandbox.clock.sleep(40_000, 'x');
    await pd.put(`/users/${user.id}`, { user: { type: 'user', description: 'by pmp-pd' } });
    await sandbox.clock.sleep(40_000, 'x');
    expect(ada(sandbox)).toMatchObject({ invitationAccepted: false, appSignedIn: false });
    await sandbox.clock.sleep(25_000, 'x');
    expect(ada(sandbox)).toMatchObject({ invitationAccepted: true, appSignedIn: true });
    const { body } = await pd.get(`/users/${user.id}/contact_methods`);
    const push = body.contact_methods.find((method: { type: string }) => method.type === 'push_notification_contact_method');
    const signedInAt = Date.parse(push.created_at);
    const wrote = Date.parse(sandbox.accessLog().find((entry) => entry.method === 'PUT')?.time ?? '');
    expect(signedInAt - wrote).toBe(60_000);
  });

  test('who are asleep never do, and looking at the account wakes nobody', async () => {
    const sandbox = await opened({ clock: 'embedded', people: 'asleep' });
    await new Client(sandbox).user('Ada Example');
    await sandbox.clock.sleep(86_400_000, 'a day');
    expect(ada(sandbox)).toMatchObject({ invitationAccepted: false, appSignedIn: false });
  });

  test('also react between two commands, at their own time', async () => {
    const file = await stateFile();
    const first = await openSandbox({ stateFile: file });
    const user = await new Client(first).user('Ada Example');
    await first.close();
    const text = JSON.parse(await readFile(file, 'utf8'));
    text.clock.real -= 3_600_000;
    await writeFile(file, JSON.stringify(text));
    const again = new Client(await opened({ stateFile: file, people: 'awake', clock: 'embedded' }));
    const { body } = await again.get(`/users/${user.id}/contact_methods`);
    expect(Date.parse(body.contact_methods[1].created_at) - text.sections.pagerduty.lastWrite).toBe(60_000);
  });

  test('do by command what is asked of them, and say so', async () => {
    const sandbox = await opened();
    const pd = new Client(sandbox);
    const user = await pd.user('Ada Example');
    await pd.post(`/users/${user.id}/contact_methods`, {
      contact_method: { type: 'sms_contact_method', label: 'Mobile', address: '2025550101', country_code: 1 },
    });
    expect(sandbox.doAction('accept', 'ADA@example.com')).toBe('Ada Example accepted the invitation.');
    expect(ada(sandbox)).toMatchObject({ invitationAccepted: true, appSignedIn: false });
    const { body } = await pd.post('/sandbox/do/sign-in/ada%40example.com');
    expect(body.message).toContain('signed in');
    sandbox.doAction('block-phone', 'ada@example.com');
    const { contact_methods: methods } = (await pd.get(`/users/${user.id}/contact_methods`)).body;
    expect(methods.map((method: { type: string; blacklisted?: boolean }) => [method.type, method.blacklisted])).toEqual([
      ['email_contact_method', undefined],
      ['sms_contact_method', true],
      ['push_notification_contact_method', false],
    ]);
  });

  test.each([
    ['accept', 'nobody@example.com', 'usage', 'owner@example.com'],
    ['ack', 'owner@example.com', 'sandbox', 'no open incidents'],
    ['dance', 'owner@example.com', 'usage', 'sign-in'],
    ['advance', 'soon', 'usage', '10m'],
  ])('do %s %s is refused with what would work', async (action, argument, id, hint) => {
    const pd = new Client(await opened());
    const { status, body } = await pd.post(`/sandbox/do/${action}/${argument}`);
    expect([status, body.error.id]).toEqual([400, id]);
    expect(JSON.stringify(body.error)).toContain(hint);
  });
});

test('time can be moved on by command', async () => {
  const sandbox = await opened({ start: Date.UTC(2026, 8, 1) });
  expect(sandbox.doAction('advance', '1h30m')).toContain('2026-09-01T01:30:00.000Z');
});

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['2d', 172_800_000],
  ['1.5h', 5_400_000],
  ['10', undefined],
  ['', undefined],
  ['-5m', undefined],
])('duration %s is %s ms', (text, expected) => {
  expect(parseDuration(text)).toBe(expected);
});
