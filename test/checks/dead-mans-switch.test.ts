import { describe, expect, test } from 'vitest';
import { deadMansSwitch } from '../../src/checks/dead-mans-switch.ts';
import { now, ourRoute, run } from './support.ts';
import { said } from './said.ts';

const toNull = { receivers: [{ name: 'watchdog', pagerduty: false, leavesCluster: false, sendResolved: false }] };

describe('somebody notices when alerting itself dies', () => {
  test('a Watchdog that fires and leaves the cluster passes', async () => {
    expect(await run(deadMansSwitch)).toMatchObject(said('pass', /^Watchdog fires and leaves the cluster by receiver watchdog$/));
  });

  test('none configured warns', async () => {
    const route = (labels: Readonly<Record<string, string>>) => (labels['alertname'] === 'Watchdog' ? toNull : ourRoute(labels));
    expect(await run(deadMansSwitch, { route })).toMatchObject(said('warn', /no dead-man's switch/, /WATCHDOG_URL/));
    expect(await run(deadMansSwitch, { route, prometheus: 'none' })).toMatchObject(
      said('warn', /no dead-man's switch.*; whether Watchdog fires is not known/),
    );
  });

  test('PagerDuty is no dead-man’s switch', async () => {
    const route = () => ourRoute({ severity: 'P1' });
    expect(await run(deadMansSwitch, { route })).toMatchObject(said('warn', /no dead-man's switch/));
  });

  test.each([
    ['absent', []],
    ['pending', [{ labels: { alertname: 'Watchdog' }, state: 'pending' as const, activeAt: now }]],
    ['another', [{ labels: { alertname: 'SlowApi' }, state: 'firing' as const, activeAt: now }]],
  ])('a Watchdog that does not fire fails: %s', async (_which, firing) => {
    expect(await run(deadMansSwitch, { firing })).toMatchObject(said('fail', /^Watchdog does not fire/, /Load the rules/));
  });

  test('a Prometheus that tells no Alertmanager fails', async () => {
    expect(await run(deadMansSwitch, { alertmanagers: [] })).toMatchObject(
      said('fail', /sends its alerts to no Alertmanager/, /alerting\.alertmanagers/),
    );
  });

  test('where Prometheus cannot be seen nothing is proven', async () => {
    expect(await run(deadMansSwitch, { prometheus: 'not found' })).toMatchObject(
      said('skip', /whether Watchdog fires is not known: no Prometheus was found/),
    );
    expect(await run(deadMansSwitch, { cluster: 'none' })).toMatchObject(said('skip', /no cluster was given/));
  });
});
