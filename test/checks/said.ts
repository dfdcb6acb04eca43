import { expect } from 'vitest';
import type { Verdict } from '../../src/engine/index.ts';

/** A verdict whose evidence, and whose hint, say what a person needs. */
export function said(status: Verdict['status'], evidence: RegExp, hint?: RegExp): object {
  const words = { status, evidence: expect.stringMatching(evidence) as unknown };
  return hint === undefined ? words : { ...words, hint: expect.stringMatching(hint) as unknown };
}
