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

  test('a Prometheus that sends to another Alertmanager fails', async () => {
    const elsewhere = { holding: [], alertmanagers: ['http://other.example.com:9093/api/v2/alerts'] };
    const verdict = await run(deadMansSwitch, elsewhere);
    expect(verdict).toMatchObject(
      said(
        'fail',
        /^Watchdog does not arrive in Deployment monitoring\/alertmanager: Prometheus sends its alerts to http:\/\/other\.example\.com:9093/,
        /Name Deployment monitoring\/alertmanager in Prometheus/,
      ),
    );
    expect(verdict).toMatchObject({ awaits: 'Watchdog to arrive in Deployment monitoring/alertmanager' });
    expect(await run(deadMansSwitch, { holding: [], prometheus: 'none' })).toMatchObject(said('fail', /no Prometheus sends it there/));
  });

  const secret = 'secret pagerduty-heartbeat, entry WATCHDOG_URL';
  const one = { receiver: 'watchdog', where: secret, every: 60 } as const;
  test.each([
    [
      'missing',
      { ...one, reach: 'nowhere', why: 'there is no such secret' },
      'fail',
      /^Watchdog calls nobody: .*entry WATCHDOG_URL, and there is no/,
    ],
    ['inside', { ...one, reach: 'inside', why: 'it is a loopback address' }, 'fail', /^Watchdog does not leave the cluster: .*a loopback/],
    ['unreadable', { ...one, reach: 'unseen', why: 'its address cannot be seen' }, 'skip', /is not known: secret pagerduty-heartbeat/],
    ['slow', { ...one, reach: 'outside', every: 14_400 }, 'warn', /^Watchdog calls only every 4 h by receiver watchdog$/],
  ] as const)('an address that is %s', async (_which, outlet, status, evidence) => {
    expect(await run(deadMansSwitch, { outlets: [outlet] })).toMatchObject(said(status, evidence));
  });

  test('a second way out is one', async () => {
    const outlets = [{ ...one, reach: 'nowhere', why: 'it is empty' } as const, { ...one, receiver: 'snitch', reach: 'outside' } as const];
    expect(await run(deadMansSwitch, { outlets })).toMatchObject(said('pass', /by receiver snitch$/));
  });

  test('calls that fail warn', async () => {
    const delivery = { sent: 12, failed: 0, byReason: {}, webhooks: { sent: 40, failed: 3 } };
    expect(await run(deadMansSwitch, { delivery })).toMatchObject(
      said('warn', /^3 of 40 webhook calls .*have failed$/, /anew with a restart/),
    );
  });

  test('where Prometheus cannot be seen nothing is proven', async () => {
    expect(await run(deadMansSwitch, { prometheus: 'not found' })).toMatchObject(
      said('skip', /whether Watchdog fires is not known: no Prometheus was found/),
    );
    expect(await run(deadMansSwitch, { cluster: 'none' })).toMatchObject(said('skip', /no cluster was given/));
  });
});
