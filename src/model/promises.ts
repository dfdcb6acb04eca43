import type { Answers, ServiceRole } from './answers.ts';

/**
 * "P1: respond within 5 min (On-Call Engineer), 5 min (CTO)" → [5, 5]: the promise of each level, minutes, as a policy's description bears it,
 * since PagerDuty has no field for it. Empty where there is none.
 */
export function promisesIn(description: string): readonly number[] {
  const list = /respond within\s+((?:\d+\s*min[a-z]*(?:\s*\([^)]*\))?(?:\s*,\s*)?)+)/i.exec(description)?.[1] ?? '';
  return [...list.matchAll(/(\d+)\s*min/gi)].map(([, minutes]) => Number(minutes));
}

/** Minutes within which that level (from 1) promised to respond: by the policy's own words, else by the answers; of levels beyond, the last one's. */
export function promiseOf(answers: Answers, role: ServiceRole, description: string, level: number): number | undefined {
  const said = promisesIn(description);
  const promises = said.length > 0 ? said : answers.escalation[role].map(({ respond }) => respond);
  return promises[level - 1] ?? promises.at(-1);
}
