import { describe, expect, it } from 'vitest';
import { wrongWith } from '../../../src/adapters/alertmanager/judge.ts';

const key = 'a1B2'.repeat(8);

describe('what stands where a key belongs', () => {
  it.each([
    [key, undefined],
    ['${PAGERDUTY_SERVICE_KEY_CRITICAL}', 'the literal text ${PAGERDUTY_SERVICE_KEY_CRITICAL}, which Alertmanager never expands'],
    ['$(PAGERDUTY_SERVICE_KEY_HIGH)', 'the literal text $(PAGERDUTY_SERVICE_KEY_HIGH), which Alertmanager never expands'],
    ['$KEY', 'the literal text $KEY, which Alertmanager never expands'],
    ['CRITICAL_INTEGRATION_KEY', "the guide's dummy text CRITICAL_INTEGRATION_KEY"],
    ['HIGH_PRIORITY_INTEGRATION_KEY\n', "the guide's dummy text HIGH_PRIORITY_INTEGRATION_KEY"],
    ['<your key>', 'the dummy text <your key>'],
    ['changeme', 'the dummy text changeme'],
    ['', 'it is empty'],
    [' \n', 'it is empty'],
    [`${key}\n`, 'ends in a newline'],
    [`${key}\r\n`, 'ends in a newline'],
    [` ${key}`, 'has white space around it'],
    [`${key}\n\n`, 'has white space around it'],
    ['u+3x_kAbCdEfGhIjKlMn', '20 characters instead of 32'],
    [`${key.slice(0, 31)}\n`, 'ends in a newline, and 31 characters instead of 32'],
    [`${key.slice(0, 31)}-`, 'has characters that no integration key has'],
    [`${key.slice(0, 16)} ${key.slice(16)}`, 'has white space in it, and 33 characters instead of 32'],
    [Buffer.from(key).toString('base64'), '44 characters instead of 32: it is base64 of a key'],
    [Buffer.from(`${key}\n`).toString('base64'), '44 characters instead of 32: it is base64 of a key'],
  ])('%j', (text, words) => {
    expect(wrongWith(text)).toBe(words);
  });

  it('never repeats what could be a key', () => {
    for (const text of [`${key}\n`, ` ${key}`, `${key}x`, key.slice(1), Buffer.from(key).toString('base64')])
      expect(wrongWith(text)).not.toContain(text.trim().slice(0, 12));
  });
});
