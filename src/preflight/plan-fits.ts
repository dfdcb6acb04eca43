import { PmpError, workOf, type Plan } from '../engine/index.ts';
import type { Account } from '../ports/index.ts';

/**
 * What PagerDuty's Free plan holds (its published plan page, August 2026); other plans hold the guide's objects many times over.
 * Kept here, dated, since no call of the API tells it.
 */
const freePlan: Readonly<Record<string, number>> = { 'escalation policy': 1, schedule: 1, user: 5 };

/** @throws PmpError `plan-too-small` naming everything that the account's plan cannot hold, before any write. */
export function refuseTooSmall(plan: Plan, account: Account): void {
  const creates = workOf(plan).filter((change) => change.action === 'create');
  const count = (kind: string) => plan.steps.flatMap((step) => step.changes).filter((change) => change.wanted.kind === kind).length;
  const problems: string[] = [];
  if (isFree(account)) {
    for (const [kind, holds] of Object.entries(freePlan))
      if (count(kind) > holds) problems.push(`${count(kind)} ${plural(kind)}, of which it holds ${holds}`);
  }
  const users = creates.filter((change) => change.wanted.kind === 'user').length;
  if (typeof account.seatsFree === 'number' && users > account.seatsFree)
    problems.push(`${users} new users, with ${account.seatsFree} seats free`);
  if (problems.length === 0) return;
  throw new PmpError('plan-too-small', {
    message: `this account's plan${account.license === undefined ? '' : ` (${account.license})`} cannot hold the answers: ${problems.join('; ')}`,
    cause: 'Nothing was written.',
    fix: 'Choose a larger plan (a trial holds everything), or free seats, or name fewer people; then run the same command again.',
  });
}

function isFree({ license }: Account): boolean {
  return license !== undefined && /\bfree\b/i.test(license);
}

function plural(kind: string): string {
  return kind === 'escalation policy' ? 'escalation policies' : `${kind}s`;
}
