import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, type Http } from '../../../src/adapters/http.ts';
import { secretOf } from '../../../src/adapters/secret.ts';
import type { Plan, TokenKind } from '../../../src/sandbox/index.ts';
import { openSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { adapterFor } from '../../adapters/pagerduty/fake.ts';
import * as sample from '../../adapters/pagerduty/samples.ts';

let sandbox: Sandbox;
let http: Http;

async function open(accountPlan: Plan, token: TokenKind = 'account'): Promise<void> {
  const stateFile = join(mkdtempSync(join(tmpdir(), 'sandbox-')), 'state.json');
  sandbox = await openSandbox({ stateFile, accountPlan, people: 'asleep', token });
}
beforeEach(() => {
  http = createHttp({ userAgent: 'pmp-pd/test' });
});
afterEach(async () => {
  http.close();
  await sandbox.close();
});

/** A fresh adapter, as the next run has one. */
function adapter() {
  const { clock, apiUrl, from, token } = sandbox;
  return adapterFor({ url: apiUrl }, { http, clock, from, credential: { kind: 'token', token: secretOf(token) } }).pagerduty;
}

describe('the adapter and the sandbox agree', () => {
  it('what was written reads back the same in the next run', async () => {
    await open('trial');
    await sample.createEverything(adapter());
    const next = adapter();
    const [ada] = await next.users([sample.ada.name]);
    expect(ada).toMatchObject({ ours: true, value: sample.ada, invitationPending: true });
    expect(ada?.methods.filter((method) => method.type === 'phone' || method.type === 'sms')).toMatchObject([
      { type: 'phone', address: '2025550101', countryCode: 1 },
      { type: 'sms', address: '2025550101', countryCode: 1 },
    ]);
    expect(ada?.rules.some((rule) => rule.method.type === 'sms' && rule.urgency === 'high' && rule.delayMinutes === 0)).toBe(true);
    const [schedule] = await next.schedules([sample.rota.name]);
    expect(schedule?.ours).toBe(true);
    expect(schedule?.value?.layers.map(({ name, users, anchor, turn }) => ({ name, users, anchor, turn }))).toEqual(
      sample.rota.layers.map(({ name, users, anchor, turn }) => ({ name, users, anchor, turn })),
    );
    expect(await next.policies([sample.policy.name])).toEqual([{ ours: true, value: sample.policy }]);
    expect(await next.services([sample.service.name])).toEqual([{ ours: true, refused: [], value: sample.service }]);
    expect(await next.integrations([sample.service.name])).toMatchObject([
      { ours: true, value: sample.integration('events_v2') },
      { ours: true, value: sample.integration('prometheus') },
    ]);
    const key = await next.integrationKey(sample.service.name, 'prometheus');
    expect(key?.fingerprint).toMatch(/^[0-9a-f]{8}$/);
    const { description, start, end, services } = sample.maintenance;
    expect(await next.windows()).toMatchObject([{ ours: true, value: { description, start, end, services } }]);
    expect(await next.groupings([sample.service.name])).toMatchObject([
      { ours: true, value: { type: 'content_based', services: [sample.service.name] } },
    ]);
  });

  it('a schedule that changes keeps its layers: nothing is there twice, what is no longer wanted has ended', async () => {
    await open('trial');
    const pagerduty = adapter();
    await sample.createEverything(pagerduty);
    const [night, day] = sample.rota.layers;
    if (!night || !day) throw new Error('sample');
    for (const layers of [[day, night], [{ ...day, users: [sample.ben.name] }], [day, { ...night, name: 'Cover' }]]) {
      await pagerduty.updateSchedule({ ...sample.rota, layers });
      const next = adapter();
      const [seen] = await next.schedules([sample.rota.name]);
      const live = seen?.value?.layers.filter((layer) => layer.end === undefined) ?? [];
      expect(live.map((layer) => layer.name)).toEqual(layers.map((layer) => layer.name));
      expect(live.map((layer) => layer.users)).toEqual(layers.map((layer) => layer.users));
    }
  });

  it('the preview of a schedule that does not exist yet names people and layers, and stores nothing', async () => {
    await open('trial');
    const pagerduty = adapter();
    await Promise.all([pagerduty.createUser(sample.ada), pagerduty.createUser(sample.ben)]);
    const from = sample.rota.layers[0]?.start ?? 0;
    const shifts = await pagerduty.preview(sample.rota, from, from + 7 * 86_400_000);
    expect(new Set(shifts.map((shift) => shift.who))).toEqual(new Set([sample.ada.name, sample.ben.name]));
    expect(new Set(shifts.map((shift) => shift.layer))).toEqual(new Set(['Nights', 'Weekdays']));
    expect(shifts.reduce((sum, shift) => sum + shift.end - shift.start, 0)).toBe(7 * 86_400_000);
    expect(await adapter().schedules([sample.rota.name])).toEqual([]);
  });

  it('an account token, a user token, and what the plans hold', async () => {
    await open('trial');
    expect(await adapter().account()).toMatchObject({ token: 'account', region: 'us' });
    await sandbox.close();
    await open('free', 'user');
    const account = await adapter().account();
    expect(account).toMatchObject({ token: 'user', user: { email: sandbox.from } });
    expect(typeof account.seatsFree === 'number' || account.seatsFree === undefined || account.seatsFree === null).toBe(true);
  });

  it('ten people side by side are created once each', async () => {
    await open('trial');
    const pagerduty = adapter();
    const people = Array.from({ length: 10 }, (_, i) => ({ ...sample.ada, name: `p${i}@example.com`, fullName: `Person ${i} Example` }));
    await Promise.all(people.map((person) => pagerduty.createUser(person)));
    const next = adapter();
    const found = await next.users(people.map((person) => person.name));
    expect(next.calls.reads).toBe(1);
    expect(found.map((user) => user.value.name).sort()).toEqual(people.map((person) => person.name));
  });
});
