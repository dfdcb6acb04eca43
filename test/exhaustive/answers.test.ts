import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drafts } from '../answers/arbitrary.ts';
import { holds } from '../property/law.ts';

test('whatever answers are accepted plan, apply and plan again empty', async () => {
  const seen: string[] = [];
  await fc.assert(
    fc.asyncProperty(drafts, async (draft) => {
      const became = await holds(draft);
      seen.push(typeof became === 'string' ? became : 'wrong');
      expect(became).toBeTypeOf('string');
    }),
    { numRuns: 120, endOnFailure: true },
  );
  console.log(
    `answers tried: ${seen.length}; applied ${seen.filter((s) => s === 'applied').length}, refused with a reason ${seen.filter((s) => s === 'refused').length}`,
  );
  expect(seen).toContain('applied');
}, 600_000);
