import { describe, expect, test } from 'vitest';
import { keyChain } from '../../src/checks/key-chain.ts';
import { PmpError } from '../../src/engine/index.ts';
import { integrationLabel, secretKeys, type Integration } from '../../src/model/index.ts';
import type { ReceiverKey } from '../../src/ports/index.ts';
import { healthy, keys, run, type Facts } from './support.ts';
import { said } from './said.ts';

const setup = /pmp-pd setup/;

/** The critical receiver's key, changed; a property given as undefined is left out. */
function critical(changes: Partial<Record<keyof ReceiverKey, string | undefined>>): Partial<Facts> {
  const change = (key: ReceiverKey): ReceiverKey =>
    Object.fromEntries(Object.entries({ ...key, ...changes }).filter(([, value]) => value !== undefined)) as unknown as ReceiverKey;
  return { keys: healthy.keys.map((key) => (key.receiver === 'pagerduty-critical' ? change(key) : key)) };
}
const inline = (wrong: string, fingerprint?: string) =>
  critical({ from: 'inline', path: undefined, source: 'ConfigMap alertmanager-config, entry alertmanager.yml', wrong, fingerprint });

describe('every route ends with its own service’s key', () => {
  test('the whole chain passes, by fingerprint', async () => {
    expect(await run(keyChain)).toMatchObject(
      said(
        'pass',
        /^P1 → pagerduty-critical, key aaaa1111 of secret pagerduty-secrets, entry PAGERDUTY_SERVICE_KEY_CRITICAL; P2 → pagerduty-high, key bbbb2222/,
      ),
    );
  });

  test.each<[string, Partial<Facts>, RegExp, RegExp]>([
    [
      "the guide's literal text",
      inline('the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}, which Alertmanager never expands'),
      /literal text \$\{PAGERDUTY_SERVICE_KEY_CRITICAL\}/,
      /expands no variables/,
    ],
    [
      'a newline in an inline key',
      inline('ends in a newline', keys.critical),
      /key of receiver pagerduty-critical: ends in a newline/,
      /printf, not echo/,
    ],
    ['a REST token as key', inline('20 characters instead of 32', 'cccc3333'), /20 characters instead of 32/, setup],
    [
      'a folder that nothing is mounted at',
      critical({ source: undefined, fingerprint: undefined, wrong: 'nothing is mounted there' }),
      /key file \/etc\/.*CRITICAL of receiver pagerduty-critical: nothing is mounted there/,
      /Mount the secret/,
    ],
    ['the same, unjudged', critical({ source: undefined, fingerprint: undefined }), /is not mounted/, /Mount the secret/],
    [
      'an entry that is missing',
      critical({ fingerprint: undefined, wrong: 'the secret has no entry PAGERDUTY_SERVICE_KEY_CRITICAL' }),
      /has no entry/,
      /with that entry/,
    ],
    [
      'a key of the other service',
      critical({ fingerprint: keys.high }),
      /uses the key of "PMP Study - High Priority" instead of "PMP Study - Critical"/,
      /swapped/,
    ],
    [
      'a key of nobody',
      critical({ fingerprint: 'dddd4444' }),
      /uses key dddd4444, which no integration of "PMP Study - Critical" has \(aaaa1111\)/,
      /from PagerDuty again/,
    ],
    [
      'a v2 key in a v1 field',
      critical({ style: 'service_key', url: undefined }),
      /sends an Events API v2 key as service_key/,
      /"integration" in the answers/,
    ],
    [
      'the EU’s host for a US account',
      critical({ url: 'https://events.eu.pagerduty.com/v2/enqueue' }),
      /sends to the EU region; the account is in the US/,
      /pagerduty_url/,
    ],
    [
      'the v1 path for a v2 key',
      critical({ url: 'https://events.pagerduty.com/generic/2010-04-15/create_event.json' }),
      /sends to https:\/\/events\.pagerduty\.com\/generic/,
      setup,
    ],
  ])('%s fails', async (_which, facts, evidence, hint) => {
    expect(await run(keyChain, facts)).toMatchObject(said('fail', evidence, hint));
  });

  test('a v1 key in a v2 field', async () => {
    const integrations = healthy.integrations.map((one): Integration => ({
      ...one,
      type: 'prometheus',
      label: integrationLabel('prometheus'),
    }));
    expect(await run(keyChain, { integrations })).toMatchObject(
      said('fail', /receiver pagerduty-critical sends a Prometheus \(v1\) key as routing_key/),
    );
  });

  test('an EU account: v1 cannot reach it, and the US host does not know its keys', async () => {
    const account = { ...healthy.account, region: 'eu' as const };
    const facts = { account, eventsUrl: 'https://events.eu.pagerduty.com' };
    expect(await run(keyChain, facts)).toMatchObject(said('fail', /pagerduty-critical sends to the US region; the account is in the EU/));
    expect(await run(keyChain, { ...facts, ...critical({ style: 'service_key' }) })).toMatchObject(
      said('fail', /service_key, which Alertmanager sends to the US/),
    );
    const sent = healthy.keys.map((key) => ({ ...key, url: 'https://events.eu.pagerduty.com/v2/enqueue' }));
    expect((await run(keyChain, { ...facts, keys: sent })).status).toBe('pass');
  });

  test('the Events host in force decides what is elsewhere', async () => {
    const eventsUrl = 'http://127.0.0.1:4321';
    expect(await run(keyChain, { eventsUrl })).toMatchObject(
      said('fail', /sends to https:\/\/events.pagerduty.com\/v2\/enqueue, not to http:\/\/127.0.0.1:4321\/v2\/enqueue/),
    );
    const sent = healthy.keys.map((key) => ({ ...key, url: `${eventsUrl}/v2/enqueue` }));
    expect((await run(keyChain, { eventsUrl, keys: sent })).status).toBe('pass');
  });

  test('a newline in a file is trimmed by Alertmanager: it warns', async () => {
    expect(await run(keyChain, critical({ wrong: 'ends in a newline' }))).toMatchObject(
      said('warn', /ends in a newline; from a file Alertmanager trims it/, /printf/),
    );
  });

  test('a rollout that is under way can be waited for', async () => {
    const verdict = await run(keyChain, critical({ wrong: 'not mounted yet in alertmanager-1' }));
    expect(verdict).toMatchObject(said('fail', /not mounted yet in alertmanager-1/));
    expect(verdict.awaits).toBe('Alertmanager to use the right key');
  });
});

describe('the ends of the chain', () => {
  test('a service without an integration fails', async () => {
    expect(await run(keyChain, { integrations: healthy.integrations.slice(1) })).toMatchObject(
      said('fail', /"PMP Study - Critical" has no integration/, setup),
    );
  });

  test('alerts that end at no PagerDuty receiver fail', async () => {
    const route = () => ({ receivers: [{ name: 'null', pagerduty: false, leavesCluster: false, sendResolved: false }] });
    expect(await run(keyChain, { route })).toMatchObject(said('fail', /^P1 alerts end at no PagerDuty receiver .*; P2 alerts end/, setup));
  });

  test('a secret with another key warns while nobody reads it, and fails when somebody does', async () => {
    const secret = { [secretKeys.critical]: 'dddd4444', [secretKeys.high]: keys.high };
    expect(await run(keyChain, { secret })).toMatchObject(
      said('fail', /entry PAGERDUTY_SERVICE_KEY_CRITICAL of secret pagerduty-secrets holds key dddd4444/),
    );
    const elsewhere = { ...critical({ from: 'inline', path: undefined, source: 'ConfigMap alertmanager-config' }), secret };
    expect(await run(keyChain, elsewhere)).toMatchObject(
      said('warn', /holds key dddd4444, which is none of "PMP Study - Critical"/, setup),
    );
  });

  test("no secret of the guide's name is no fault where the receivers are right", async () => {
    expect((await run(keyChain, { secret: undefined })).status).toBe('pass');
  });
});

describe('what cannot be seen is no pass', () => {
  test.each<[string, Partial<Facts>, RegExp]>([
    ['no cluster', { cluster: 'none' }, /no cluster was given/],
    ['a managed Alertmanager', { found: undefined, managedElsewhere: 'Amazon Managed Prometheus is used' }, /Amazon Managed Prometheus/],
    [
      'a key behind a template',
      critical({ from: 'inline', path: undefined, fingerprint: undefined }),
      /key of receiver pagerduty-critical cannot be seen/,
    ],
    ['a receiver without a readable block', { keys: healthy.keys.slice(1) }, /the key of receiver pagerduty-critical cannot be seen/],
  ])('%s', async (_which, facts, evidence) => {
    expect(await run(keyChain, facts)).toMatchObject(said('skip', evidence));
  });

  test('PagerDuty keeps its keys back', async () => {
    const integrations = healthy.integrations.map(({ kind, name, service, type, label }) => ({ kind, name, service, type, label }));
    expect(await run(keyChain, { integrations })).toMatchObject(said('skip', /shows no key of "PMP Study - Critical" to compare with/));
  });

  test('an interruption is no verdict', async () => {
    const route = () => {
      throw new PmpError('interrupted', { message: 'Ctrl-C', fix: 'Run it again.' });
    };
    await expect(run(keyChain, { route })).rejects.toThrow('Ctrl-C');
  });

  test('an Alertmanager that does not answer hides the route, not a literal text in its source', async () => {
    const route = () => {
      throw new PmpError('alertmanager-unreachable', { message: 'Alertmanager does not answer', fix: 'Look at its log.' });
    };
    expect(await run(keyChain, { route })).toMatchObject(said('skip', /where P1 alerts go is not known/));
    const facts = { ...inline('the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}, which Alertmanager never expands'), route };
    expect(await run(keyChain, facts)).toMatchObject(said('fail', /literal text/));
  });
});
