import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Office, rightsIn, uses } from '../readme/rights.ts';
import { root } from '../support/source.ts';

const rights = rightsIn(readFileSync(join(root, 'README.md'), 'utf8'));
const office = new Office();
afterAll(() => office.close());

describe('the scopes in the README, of every command', () => {
  test.each(Object.keys(uses))('%s asks for those of its row, and for no other', async (command) => {
    expect(await office.scopesOf(command)).toEqual(rights.get(command));
  });

  test('no row is of a command that is not looked at', () => {
    expect([...rights.keys()].sort()).toEqual(Object.keys(uses).sort());
  });
});
