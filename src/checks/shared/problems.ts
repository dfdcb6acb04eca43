import type { Verdict } from '../../engine/index.ts';
import { verdictOf, type Trouble } from './verdicts.ts';

/** Something that is wrong, or that could not be seen. */
export type Problem = Trouble | { readonly status: 'unknown'; readonly what: string };

/**
 * The verdict on what was found. What could not be seen never becomes a pass: beside troubles it is told last, alone it is a skip.
 * @param evidence what was seen where nothing is wrong
 */
export function judged(problems: readonly Problem[], evidence: string): Verdict {
  const troubles = distinct(problems.flatMap((problem) => (problem.status === 'unknown' ? [] : [problem])));
  const unseen = [...new Set(problems.flatMap((problem) => (problem.status === 'unknown' ? [problem.what] : [])))].join('; ');
  if (troubles.length === 0) return unseen === '' ? { status: 'pass', evidence } : skip(unseen);
  const verdict = verdictOf(troubles, evidence);
  return unseen === '' ? verdict : { ...verdict, evidence: `${verdict.evidence}; ${unseen}` };
}

/** Cannot be proven, and why. */
export function skip(evidence: string): Verdict {
  return { status: 'skip', evidence };
}

/** What two policies or services share is told once. */
function distinct(troubles: readonly Trouble[]): readonly Trouble[] {
  return [...new Map(troubles.map((trouble) => [`${trouble.status} ${trouble.what}`, trouble])).values()];
}
