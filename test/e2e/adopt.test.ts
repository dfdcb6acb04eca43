import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Desk, minimalAnswers, type Ran } from '../support/cli.ts';

/** Somebody at work in the account by hand, before or beside us. */
class Person {
  constructor(readonly sandbox: Sandbox) {}

  async post(path: string, body: object): Promise<Record<string, { readonly id: string }>> {
    const headers = { authorization: `Token token=${this.sandbox.token}`, 'content-type': 'application/json', from: this.sandbox.from };
    const answer = await fetch(`${this.sandbox.apiUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, { readonly id: string }>;
  }
}

async function byHand(desk: Desk, work: (person: Person) => Promise<void>): Promise<void> {
  const sandbox = await openSandbox({ stateFile: desk.stateFile, people: 'asleep' });
  try {
    await work(new Person(sandbox));
  } finally {
    await sandbox.close();
  }
}

async function held<T>(desk: Desk, look: (sandbox: Sandbox) => T): Promise<T> {
  const sandbox = await openSandbox({ stateFile: desk.stateFile, people: 'asleep' });
  try {
    return look(sandbox);
  } finally {
    await sandbox.close();
  }
}

const setup = (desk: Desk, ...more: string[]) =>
  desk.run(['setup', '--sandbox', '--sandbox-people', 'asleep', '--yes', '--config', 'a.yaml', '-o', 'json', ...more]);
const actions = (ran: Ran, kind: string) =>
  (ran.json().steps as { resources: { kind: string; name: string; action: string }[] }[])
    .flatMap((s) => s.resources)
    .filter((r) => r.kind === kind)
    .map((r) => `${r.name} ${r.action}`);

describe('an account where somebody has already made things by hand', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = new Desk();
    await byHand(desk, async (person) => {
      const user = (
        await person.post('/users', { user: { type: 'user', name: 'Ada E.', email: 'Ada@example.com', time_zone: 'Europe/Paris' } })
      )['user'];
      const layer = {
        name: 'By hand',
        start: '2026-01-01T00:00:00Z',
        rotation_virtual_start: '2026-01-01T00:00:00Z',
        rotation_turn_length_seconds: 604_800,
        users: [{ user: { id: user?.id, type: 'user_reference' } }],
      };
      await person.post('/schedules', {
        schedule: { type: 'schedule', name: 'PMP Primary On-Call', time_zone: 'America/New_York', schedule_layers: [layer] },
      });
      const rule = { escalation_delay_in_minutes: 30, targets: [{ id: user?.id, type: 'user_reference' }] };
      const policy = (
        await person.post('/escalation_policies', {
          escalation_policy: { type: 'escalation_policy', name: 'By hand', escalation_rules: [rule] },
        })
      )['escalation_policy'];
      await person.post('/services', {
        service: {
          type: 'service',
          name: 'PMP Study - Critical',
          escalation_policy: { id: policy?.id, type: 'escalation_policy_reference' },
        },
      });
    });
  });
  afterEach(() => desk.close());

  test('without leave nothing is written, and what differs is named', async () => {
    desk.write('a.yaml', minimalAnswers());
    const ran = await setup(desk);
    expect(ran.code).toBe(2);
    expect(ran.json().error).toMatchObject({ id: 'not-ours', message: expect.stringContaining('was not made by pmp-pd') as string });
    const users = await held(desk, (sandbox) => sandbox.status().people.map((p) => p.email));
    expect(users).not.toContain('ben@example.com');
  });

  test('with leave it is adopted: not duplicated, not renamed, not marked as ours', async () => {
    desk.write('a.yaml', minimalAnswers('adopt: true\n'));
    const ran = await setup(desk);
    expect(ran.code).toBe(0);
    expect(actions(ran, 'service')).toEqual(['PMP Study - Critical adopt', 'PMP Study - High Priority create']);
    expect(actions(ran, 'schedule')).toEqual(['PMP Primary On-Call adopt', 'PMP Follow Sun create']);
    expect(actions(ran, 'user')[0]).toBe('ada@example.com unchanged');
    const { services, schedules, people } = await held(desk, (sandbox) => sandbox.status());
    expect(services.filter((s) => s.name === 'PMP Study - Critical')).toHaveLength(1);
    expect(schedules.filter((s) => s.name === 'PMP Primary On-Call')).toHaveLength(1);
    expect(people.filter((p) => p.email.toLowerCase() === 'ada@example.com').map((p) => p.name)).toEqual(['Ada E.']);
    expect(services.find((s) => s.name === 'PMP Study - Critical')?.description).not.toContain('[pmp-pd');
    expect(services.find((s) => s.name === 'PMP Study - High Priority')?.description).toContain('[pmp-pd');

    const again = await setup(desk);
    expect(again.code).toBe(0);
    expect(again.json().calls.pagerduty.writes).toBe(0);
  });
});
