import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { exitCodeOf, explain } from '../../src/commands/index.ts';
import { errorIds, PmpError } from '../../src/engine/index.ts';
import { errorPages, nearestPages, pages } from '../../src/explain/index.ts';

async function refusal(id: string): Promise<PmpError> {
  const thrown: unknown = await explain({ id }).catch((error: unknown) => error);
  if (thrown instanceof PmpError) return thrown;
  throw new Error('it was not refused');
}

test('an id gives its page, none gives the list', async () => {
  await expect(explain({ id: 'not-ours' })).resolves.toEqual({ kind: 'page', id: 'not-ours', page: errorPages['not-ours'] });
  await expect(explain({})).resolves.toEqual({ kind: 'list', pages });
});

test.each([
  ['pagerduty-credential', 'pagerduty-credentials'],
  ['pagerdutty-permision', 'pagerduty-permission'],
  ['rate-limit', 'pagerduty-rate-limit'],
  ['RATE_LIMIT', 'pagerduty-rate-limit'],
  ['credentials-kubernetes', 'kubernetes-credentials'],
  ['not ours', 'not-ours'],
  ['expired', 'account-expired'],
  ['usgae', 'usage'],
  ['fiel', 'file'],
])('%s is refused with exit code 2 and leads to %s', async (typed, meant) => {
  const error = await refusal(typed);
  expect(exitCodeOf(error)).toBe(2);
  expect(error.facts.fix).toContain(`pmp-pd explain ${meant},`);
});

test.each(['constructor', '__proto__', 'hasOwnProperty', 'xyzzy', 'x'.repeat(10_000), '', '\u001B[31m\u202E'])(
  'what is near nothing leads to the list: %j',
  async (typed) => {
    const { facts } = await refusal(typed);
    expect(facts.fix).toBe('Run pmp-pd explain to see every id.');
    expect(facts.message.length).toBeLessThan(100);
    expect(facts.message).not.toMatch(/[\u0000-\u001F\u202E]/);
  },
);

test('one slip of a finger in any id still finds it first', () => {
  const slip = fc
    .constantFrom(...errorIds)
    .chain((id) =>
      fc.tuple(fc.nat(id.length - 1), fc.constantFrom('drop', 'double', 'swap', 'other')).map(([at, how]) => ({ id, at, how })),
    );
  fc.assert(
    fc.property(slip, ({ id, at, how }) => {
      const [before, letter, after] = [id.slice(0, at), id[at] ?? '', id.slice(at + 1)];
      const typed = {
        drop: before + after,
        double: before + letter + letter + after,
        swap: before + (after[0] ?? '') + letter + after.slice(1),
        other: `${before}q${after}`,
      }[how];
      expect(nearestPages(typed ?? id, errorIds)[0]).toBe(id);
    }),
  );
});
