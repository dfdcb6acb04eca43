import { describe, expect, test } from 'vitest';
import { delivery } from '../../src/checks/delivery.ts';
import { healthy, run } from './support.ts';
import { said } from './said.ts';

describe('what is lost between Alertmanager and PagerDuty comes to light', () => {
  test('everything taken passes, with the number', async () => {
    expect(await run(delivery)).toMatchObject(said('pass', /^12 sent to PagerDuty since Alertmanager started, none failed$/));
  });

  test('nothing sent proves nothing: the counters stand at zero with a wrong key too', async () => {
    expect(await run(delivery, { delivery: { sent: 0, failed: 0, byReason: {} } })).toMatchObject(
      said('skip', /sent nothing to PagerDuty/),
    );
  });

  test('refused keys fail, with the words PagerDuty had for it', async () => {
    const lastFailure = 'unexpected status code 400: Event object is invalid: Length of routing_key is incorrect (should be 32 characters)';
    const verdict = await run(delivery, { delivery: { sent: 20, failed: 20, byReason: { clientError: 20, serverError: 0 }, lastFailure } });
    expect(verdict).toMatchObject(
      said('fail', /^20 of 20 .*\(clientError 20\); last: unexpected status code 400: .*should be 32/, /--only key-chain/),
    );
  });

  test('a single failure among many warns', async () => {
    const verdict = await run(delivery, { delivery: { sent: 400, failed: 2, byReason: { serverError: 2 } } });
    expect(verdict).toMatchObject(said('warn', /^2 of 400/, /port 443/));
  });

  test.each([
    ['failed to read routing key from file: open /x: no such file or directory', { other: 1 }, /mount the secret/],
    ['unexpected status code 429', { other: 1 }, /group alerts more widely/],
    ['dial tcp: lookup events.pagerduty.com: i/o timeout', { other: 1 }, /Events host/],
    [undefined, {}, /kubectl -n monitoring logs deployment\/alertmanager .*anew with a restart/],
  ])('%s has its own way out', async (lastFailure, byReason, hint) => {
    const counters = { sent: 1, failed: 1, byReason, ...(lastFailure === undefined ? {} : { lastFailure }) };
    expect(await run(delivery, { delivery: counters })).toMatchObject(said('fail', /^1 of 1/, hint));
  });

  test.each([
    ['StatefulSet am/prom-am', /kubectl -n am logs statefulset\/prom-am /],
    ['Alertmanager am/main', /kubectl -n am logs statefulset\/alertmanager-main /],
    ['Alertmanager at http://10.0.0.1:9093', /^Read the log of Alertmanager at http:\/\/10\.0\.0\.1:9093 for the reason\. /],
  ])('the log is that of %s', async (workload, hint) => {
    const found = healthy.found === undefined ? undefined : { ...healthy.found, workload };
    expect(await run(delivery, { found, delivery: { sent: 1, failed: 1, byReason: {} } })).toMatchObject(said('fail', /^1 of 1/, hint));
  });

  test('without an Alertmanager it says why', async () => {
    expect(await run(delivery, { cluster: 'none' })).toMatchObject(said('skip', /no cluster was given/));
    const elsewhere = 'Amazon Managed Prometheus is used';
    expect(await run(delivery, { found: undefined, managedElsewhere: elsewhere })).toMatchObject(
      said('skip', /^Amazon Managed Prometheus is used$/),
    );
  });
});
