import { describe, expect, test } from 'vitest';
import { exitCodeOf } from '../../src/commands/exit-codes.ts';
import type { Session, SetupOptions } from '../../src/commands/index.ts';
import { ground } from '../../src/commands/setup/ground.ts';
import type { PmpError } from '../../src/engine/index.ts';
import { refuseHeartbeat } from '../../src/host/heartbeat.ts';

describe("the address of a dead-man's switch", () => {
  test.each([undefined, 'https://hc-ping.com/4f0d', ' https://nosnch.in/abc\n', 'https://8.8.8.8/x'])('%s can be used', (address) => {
    expect(() => refuseHeartbeat(address)).not.toThrow();
  });

  test.each([
    ['http://hc-ping.com/known-secret', /does not begin with https/],
    ['hc-ping.com/known-secret', /does not begin with https/],
    ['https://localhost/known-secret', /a loopback address/],
    ['https://127.0.0.1:8443/known-secret', /a loopback address/],
    ['https://[::1]/known-secret', /a loopback address/],
    ['https://10.2.3.4/known-secret', /a private address/],
    ['https://[fd00::1]/known-secret', /a private address/],
    ['https://[::ffff:192.168.1.1]/known-secret', /a private address/],
    ['https://bridge.monitoring.svc/known-secret', /an in-cluster address/],
    ['https://bridge.monitoring.svc.cluster.local./known-secret', /an in-cluster address/],
    ['https://bridge/known-secret', /an in-cluster address/],
  ])('%s is refused, and not repeated', (address, cause) => {
    const thrown = refusal(() => refuseHeartbeat(address));
    expect(thrown).toMatchObject({ id: 'usage', facts: { cause: expect.stringMatching(cause) as unknown } });
    expect(JSON.stringify(thrown)).not.toMatch(/known-secret|bridge|10\.2/);
    expect(thrown && exitCodeOf(thrown)).toBe(2);
  });

  test('setup refuses it before anything is asked', async () => {
    const asked: string[] = [];
    const session = {
      refuseHeartbeat: () => refuseHeartbeat('http://127.0.0.1/x'),
      view: { working: () => asked.push('working') },
      pagerduty: () => asked.push('pagerduty'),
    };
    await expect(ground(session as unknown as Session, {} as SetupOptions)).rejects.toMatchObject({ id: 'usage' });
    expect(asked).toEqual([]);
  });
});

function refusal(run: () => void): PmpError | undefined {
  try {
    run();
    return undefined;
  } catch (thrown) {
    return thrown as PmpError;
  }
}
