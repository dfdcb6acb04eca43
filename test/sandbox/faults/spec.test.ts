import { describe, expect, test } from 'vitest';
import { faultKinds, parseFault } from '../../../src/sandbox/index.ts';

const fits = (text: string, path: string) => parseFault(text).path.test(path);

describe('a fault in words', () => {
  test('says what goes wrong, with which requests, and how often', () => {
    expect(parseFault('reset-after:POST /services:1')).toMatchObject({ kind: 'reset-after', method: 'POST', times: 1, every: 1 });
    expect(parseFault('latency=80ms')).toMatchObject({ kind: 'latency', amount: 80, method: undefined, times: undefined });
    expect(parseFault('503:GET /users*:every 3')).toMatchObject({ kind: '503', method: 'GET', every: 3, times: undefined });
    expect(parseFault('429=2s:5')).toMatchObject({ amount: 2000, times: 5, method: undefined });
    expect(parseFault('skew=-2h').amount).toBe(-7_200_000);
    expect(parseFault('half:POST *:2')).toMatchObject({ method: 'POST', times: 2 });
  });

  test('a star in a path stands for anything, and nothing else is special', () => {
    expect(fits('500:GET /users/*/contact_methods', '/users/P1/contact_methods')).toBe(true);
    expect(fits('500:GET /users/*/contact_methods', '/users/P1/notification_rules')).toBe(false);
    expect(fits('500:/users', '/users/P1')).toBe(false);
    expect(fits('500:/a.b', '/axb')).toBe(false);
  });

  test('without a path it meets every request of the side that it belongs to', () => {
    expect(fits('expired', '/services')).toBe(true);
    expect(fits('expired', '/k8s/version')).toBe(false);
    expect(fits('k8s-401', '/k8s/version')).toBe(true);
    expect(fits('k8s-401', '/services')).toBe(false);
    expect(fits('reset-before', '/k8s/version')).toBe(true);
  });

  test.each([
    ['earthquake', 'there is no fault "earthquake"'],
    ['', 'does not begin with the name'],
    ['latency', 'latency needs a time'],
    ['latency=-2s', 'latency needs a time'],
    ['expired=2s', 'expired takes no amount'],
    ['500:every 0', 'a count begins with 1'],
    ['500:get users', 'is no method with a path'],
  ])('"%s" is refused, and the way out lists what exists', (text, cause) => {
    const refused = expect.objectContaining({
      id: 'usage',
      facts: expect.objectContaining({ cause: expect.stringContaining(cause), fix: expect.stringContaining('reset-after') }),
    });
    expect(() => parseFault(text)).toThrow(refused);
  });

  test('every kind can be written', () => {
    for (const [kind, { amount }] of Object.entries(faultKinds))
      expect(parseFault(amount === 'required' ? `${kind}=1s` : kind).kind).toBe(kind);
  });
});
