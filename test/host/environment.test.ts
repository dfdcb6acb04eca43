import { describe, expect, test } from 'vitest';
import { hostsOf, regionOf, splitWords, switchedOn, tokenSource } from '../../src/host/environment.ts';

describe('where the token comes from', () => {
  test('the flag wins, then the first variable that is set', () => {
    expect(tokenSource({ PAGERDUTY_TOKEN: 'a' }, 't.txt').source).toEqual({ kind: 'file', path: 't.txt', name: '--token-file' });
    expect(tokenSource({ PD_API_TOKEN: 'b', PAGERDUTY_TOKEN_FILE: 'f' }, undefined).source).toEqual({
      kind: 'value',
      value: 'b',
      name: 'PD_API_TOKEN',
    });
    expect(tokenSource({ PAGERDUTY_TOKEN: ' ', PAGERDUTY_TOKEN_COMMAND: 'vault x' }, undefined).source).toEqual({
      kind: 'command',
      line: 'vault x',
    });
    expect(tokenSource({}, undefined).source).toEqual({ kind: 'none' });
  });

  test('two that differ are warned of, by name and not by value', () => {
    const { source, warning } = tokenSource({ PD_API_TOKEN: 'bbb', PAGERDUTY_API_TOKEN: 'ccc' }, undefined);
    expect(source).toMatchObject({ name: 'PD_API_TOKEN' });
    expect(warning).toBe('PD_API_TOKEN and PAGERDUTY_API_TOKEN are set and differ; PD_API_TOKEN is used');
    expect(tokenSource({ PAGERDUTY_TOKEN: 'x', PD_API_TOKEN: 'x' }, undefined).warning).toBeUndefined();
  });

  test('half of an OAuth client names what is missing', () => {
    expect(() => tokenSource({ PAGERDUTY_CLIENT_ID: 'id', PAGERDUTY_CLIENT_SECRET: 's' }, undefined)).toThrow('PAGERDUTY_SUBDOMAIN');
    expect(
      tokenSource({ PAGERDUTY_CLIENT_ID: 'id', PAGERDUTY_CLIENT_SECRET: 's', PAGERDUTY_SUBDOMAIN: 'acme' }, undefined).source,
    ).toMatchObject({ kind: 'oauth', subdomain: 'acme' });
  });
});

describe('which hosts', () => {
  test('follow the region, and the receivers name the Events host only where it is not the default', () => {
    expect(hostsOf({}, 'us')).toMatchObject({ eventsOverride: undefined });
    expect(hostsOf({}, 'eu').api.href).toBe('https://api.eu.pagerduty.com/');
    expect(hostsOf({}, 'eu').eventsOverride).toBe('https://events.eu.pagerduty.com');
    expect(hostsOf({ PROMETHEUS_URL: 'http://127.0.0.1:9090/prom' }, 'us').prometheus?.href).toBe('http://127.0.0.1:9090/prom');
    expect(hostsOf({ PAGERDUTY_EVENTS_URL: 'http://127.0.0.1:9' }, 'us').eventsOverride).toBe('http://127.0.0.1:9');
  });

  test.each([
    ['http://api.example.com', 'Plain http'],
    ['https://me:secret@api.example.com', 'user name'],
    ['api.example.com', 'not a URL'],
    ['ftp://127.0.0.1/', 'Plain http'],
  ])('%s is refused, and a password in it is not repeated', (url, cause) => {
    const refused = () => hostsOf({ PAGERDUTY_API_URL: url }, 'us');
    expect(refused).toThrow(
      expect.objectContaining({ facts: expect.objectContaining({ cause: expect.stringContaining(cause) as string }) as object }),
    );
    expect(refused).not.toThrow('secret@');
  });

  test('a region that does not exist is refused', () => {
    expect(regionOf({ PAGERDUTY_SERVICE_REGION: 'EU' }, undefined)).toBe('eu');
    expect(regionOf({ PAGERDUTY_SERVICE_REGION: 'eu' }, 'us')).toBe('us');
    expect(() => regionOf({ PAGERDUTY_SERVICE_REGION: 'ap' }, undefined)).toThrow('"ap"');
  });
});

test.each([
  ['vault kv get -field=token secret/pd', ['vault', 'kv', 'get', '-field=token', 'secret/pd']],
  ['op read "op://Team Vault/PagerDuty/token"', ['op', 'read', 'op://Team Vault/PagerDuty/token']],
  [String.raw`cat my\ file 'a "b"' x"y z"w`, ['cat', 'my file', 'a "b"', 'xy zw']],
  ['  ', []],
])('a token command is split without a shell: %s', (line, words) => {
  expect(splitWords(line)).toEqual(words);
});

test('a switch in the environment is off when it says so', () => {
  expect(['1', 'true', 'yes', '0', 'false', '', undefined].map(switchedOn)).toEqual([true, true, true, false, false, false, false]);
});
