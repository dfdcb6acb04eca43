import type { Verdict } from '../../engine/index.ts';
import { inWords } from './words.ts';

/** Something that is not as it should be, and what to do about it. */
export interface Trouble {
  readonly status: 'warn' | 'fail';
  /** A clause without a full stop; names objects and numbers. */
  readonly what: string;
  /** An imperative sentence. */
  readonly hint: string;
  /** What people or time may still do about it, for `--wait` ("Ada Example to add a phone number"). */
  readonly awaits?: string;
}

/** One verdict out of everything that was found: the worst decides, all of it is told, each hint once. */
export function verdictOf(troubles: readonly Trouble[], evidence: string): Verdict {
  if (troubles.length === 0) return { status: 'pass', evidence };
  const status = troubles.some((trouble) => trouble.status === 'fail') ? 'fail' : 'warn';
  const worst = [...troubles].sort((a, b) => rank(a) - rank(b));
  // Waiting is worth it only where it can end: every failure must be one that people or time can mend.
  const decisive = troubles.filter((trouble) => trouble.status === status);
  const awaited = decisive.map((trouble) => trouble.awaits);
  const awaits = awaited.every((words) => words !== undefined) ? inWords([...new Set(awaited)]) : undefined;
  return {
    status,
    evidence: worst.map((trouble) => trouble.what).join('; '),
    hint: [...new Set(worst.map((trouble) => trouble.hint))].join(' '),
    ...(awaits === undefined ? {} : { awaits }),
  };
}

function rank({ status }: Trouble): number {
  return status === 'fail' ? 0 : 1;
}
