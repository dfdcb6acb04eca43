import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Desk, minimalAnswers } from '../support/cli.ts';
import { root } from '../support/source.ts';

/** What lies in the environment of somebody who works with the real ones every day. */
const realLooking = {
  PAGERDUTY_TOKEN: 'u+RealLookingToken123',
  PD_API_TOKEN: 'y_RealLookingToken456',
  PAGERDUTY_API_URL: 'https://api.example.com',
  PAGERDUTY_EVENTS_URL: 'https://events.example.com',
  ALERTMANAGER_URL: 'https://alertmanager.example.com',
  PROMETHEUS_URL: 'https://prometheus.example.com',
  PAGERDUTY_SERVICE_REGION: 'eu',
  PD_FROM_EMAIL: 'real@example.com',
  WATCHDOG_URL: 'https://heartbeat.example.com/abc',
  HTTPS_PROXY: 'http://proxy.example.com:3128',
};
const kubeconfig = `apiVersion: v1
kind: Config
current-context: real
clusters: [{ name: real, cluster: { server: "https://cluster.example.com" } }]
users: [{ name: real, user: { token: real-looking-cluster-token } }]
contexts: [{ name: real, context: { cluster: real, user: real } }]
`;

describe('--sandbox is sealed off from the real world', () => {
  test('only loopback sockets open, and nothing real-looking is sent or said', async () => {
    const desk = new Desk();
    mkdirSync(desk.path('.kube'));
    desk
      .write('.kube/config', kubeconfig)
      .write('a.yaml', minimalAnswers('alertmanager: { apply: true }\nkubernetes: { context: real, namespace: monitoring }\n'));
    const log = desk.path('sockets.log');
    const env = { ...realLooking, KUBECONFIG: desk.path('.kube/config'), ONLY_LOOPBACK_LOG: log };
    const ran = await desk.run(['setup', '--sandbox', '--yes', '--config', 'a.yaml', '-o', 'json', '--trace', 'trace.jsonl'], {
      env,
      node: ['--require', join(root, 'test/support/only-loopback.cjs')],
    });
    expect(ran.code).toBe(0);
    const sockets = desk.read('sockets.log').trim().split('\n');
    expect(sockets.length).toBeGreaterThan(0);
    expect(sockets.filter((line) => line.startsWith('OUTSIDE'))).toEqual([]);
    const everything = `${ran.stdout}${ran.stderr}${desk.read('trace.jsonl')}${desk.read('alertmanager.yml')}${desk.read('state/sandbox.json')}`;
    for (const text of ['RealLooking', 'real-looking', 'cluster.example.com', 'heartbeat.example.com', 'real@example.com'])
      expect(everything).not.toContain(text);
    desk.close();
  });

  test('the guard of this test sees a real attempt', async () => {
    const desk = new Desk();
    const log = desk.path('sockets.log');
    const ran = await desk.run(['setup', '--yes', '--config', 'a.yaml', '-o', 'json'], {
      env: { PAGERDUTY_TOKEN: 'u+RealLookingToken123', PAGERDUTY_API_URL: 'https://api.example.com', ONLY_LOOPBACK_LOG: log },
      node: ['--require', join(root, 'test/support/only-loopback.cjs')],
      // It would try again for a while.
      enough: () => existsSync(log) && desk.read('sockets.log') !== '',
    });
    expect(ran.code).not.toBe(0);
    expect(desk.read('sockets.log')).toMatch(/OUTSIDE (dns )?api\.example\.com/);
    desk.close();
  });

  test.each([
    ['--token-file', 'x'],
    ['--kubeconfig', 'x'],
    ['--context', 'real'],
    ['--region', 'eu'],
  ])('%s with --sandbox is exit 2', async (flag, value) => {
    const desk = new Desk();
    const ran = await desk.run(['setup', '--sandbox', flag, value, '--yes', '-o', 'json']);
    expect(ran.code).toBe(2);
    expect(ran.json().error.message).toContain(`${flag} cannot be used with --sandbox`);
    expect(existsSync(desk.stateFile)).toBe(false);
    desk.close();
  });
});
