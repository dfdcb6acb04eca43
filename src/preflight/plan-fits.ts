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
  const larger = problems.length > 0;
  const users = creates.filter((change) => change.wanted.kind === 'user').length;
  const lacking = typeof account.seatsFree === 'number' ? Math.max(0, users - account.seatsFree) : 0;
  if (lacking > 0) problems.push(`${users} new users, with ${account.seatsFree ?? 0} seats free`);
  if (problems.length === 0) return;
  throw new PmpError('plan-too-small', {
    message: `this account's plan${account.license === undefined ? '' : ` (${account.license})`} cannot hold the answers: ${problems.join('; ')}`,
    cause: 'Nothing was written.',
    fix: `${larger ? largerPlan : moreSeats(lacking)}; then run the same command again.`,
  });
}

const largerPlan =
  'Move the account to a paid plan in PagerDuty (Account Settings, Billing), with a seat for everybody, or use a trial account, which holds all of it for two weeks';

function moreSeats(lacking: number): string {
  return `Buy ${lacking} more seat${lacking === 1 ? '' : 's'} in PagerDuty, or remove users there who need none, or name ${lacking} ${lacking === 1 ? 'person' : 'people'} fewer in the answers`;
}

function isFree({ license }: Account): boolean {
  return license !== undefined && /\bfree\b/i.test(license);
}

function plural(kind: string): string {
  return kind === 'escalation policy' ? 'escalation policies' : `${kind}s`;
}
