import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { Desk, minimalAnswers } from '../support/cli.ts';

describe('two admins at once', () => {
  let desk: Desk;
  let sandbox: Sandbox;
  let env: Record<string, string>;

  beforeEach(async () => {
    desk = new Desk();
    sandbox = await openSandbox({ stateFile: desk.path('state/served.json'), clock: 'real', people: 'asleep' });
    desk.write('a.yaml', minimalAnswers('alertmanager: { apply: true }\n')).write('state/kubeconfig', sandbox.kubeconfig);
    env = {
      PAGERDUTY_API_URL: sandbox.apiUrl,
      PAGERDUTY_TOKEN: sandbox.token,
      PD_FROM_EMAIL: sandbox.from,
      KUBECONFIG: desk.path('state/kubeconfig'),
    };
  });
  afterEach(async () => {
    await sandbox.close();
    desk.close();
  });

  const setup = () => desk.run(['setup', '--yes', '--config', 'a.yaml', '-o', 'json'], { env });
  const cluster = (path: string, method: string, body?: unknown, type = 'application/json') =>
    fetch(`${sandbox.baseUrl}/k8s${path}`, {
      method,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const leases = '/apis/coordination.k8s.io/v1/namespaces/monitoring/leases';
  const holding = (holderIdentity: string) =>
    cluster(leases, 'POST', {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'pmp-pd-setup' },
      spec: {
        holderIdentity,
        leaseDurationSeconds: 2,
        acquireTime: '2026-01-01T00:00:00.000000Z',
        renewTime: '2026-01-01T00:00:00.000000Z',
      },
    });

  test('both end well, in one clean account', async () => {
    const both = await Promise.all([setup(), setup()]);
    expect(both.map((ran) => ran.json().error)).toEqual([undefined, undefined]);
    expect(both.map((ran) => ran.code)).toEqual([0, 0]);
    const { services, policies, schedules, people } = sandbox.status();
    for (const list of [services, policies, schedules]) expect(new Set(list.map((one) => one.name)).size).toBe(list.length);
    expect(services).toHaveLength(2);
    expect(policies).toHaveLength(2);
    expect(schedules).toHaveLength(2);
    expect(people.filter((p) => p.email !== sandbox.from).map((p) => p.methods.length)).toEqual([3, 3, 3, 3, 3]);
    expect((await setup()).json().calls.pagerduty.writes).toBe(0);
  });

  test('the second says who is at work, and a holder that stands still is succeeded', async () => {
    expect((await holding('grace@elsewhere/4242')).status).toBe(201);
    const ran = await setup();
    expect(ran.stderr).toContain('grace@elsewhere/4242 is running setup');
    expect(ran.code).toBe(0);
    const lease = (await (await cluster(`${leases}/pmp-pd-setup`, 'GET')).json()) as { spec: { holderIdentity: string } };
    expect(lease.spec.holderIdentity).toBe('');
  });
});
