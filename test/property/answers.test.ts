import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { drafts } from '../answers/arbitrary.ts';
import { holds } from './law.ts';

test('whatever answers are accepted plan, apply and plan again empty (a fixed sample; .ci/run tries forty times as many)', async () => {
  const seen: string[] = [];
  await fc.assert(
    fc.asyncProperty(drafts, async (draft) => {
      const became = await holds(draft);
      seen.push(typeof became === 'string' ? became : 'wrong');
      expect(became).toBeTypeOf('string');
    }),
    { numRuns: 3, seed: 20261121, endOnFailure: true },
  );
  console.log(`answers tried: ${seen.length} of 120; applied ${seen.filter((s) => s === 'applied').length}`);
  expect(seen).toContain('applied');
}, 60_000);
