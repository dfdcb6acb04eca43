import type { Answers, EscalationTarget, Instant, ServiceRole } from '../../model/index.ts';
import type { PagerDutyRead, SeenUser, Shift } from '../../ports/index.ts';
import { policiesSeen, type PolicySeen } from './services.ts';
import { day } from './words.ts';

/** The guide plans four to six weeks ahead. */
export const ahead = 42 * day;

type Looks = { readonly pagerduty: Pick<PagerDutyRead, 'services' | 'policies' | 'rendered' | 'users'> };

/** One level of a service's policy, and whom it calls: as PagerDuty has it, whoever made it. E-mails. */
export interface PagedLevel {
  readonly role: ServiceRole;
  readonly service: string;
  readonly policy: string;
  /** From 1. */
  readonly level: number;
  readonly last: boolean;
  /** Until the next level is called. */
  readonly delayMinutes: number;
  readonly targets: readonly EscalationTarget[];
  /** Called at every hour: the users who are targets by name. */
  readonly always: readonly string[];
  /** Of the level's schedules, as PagerDuty renders them for the coming 42 days. */
  readonly shifts: readonly Shift[];
  /** Who is called at this moment. */
  readonly now: readonly string[];
  /** Everyone whom it can call in the coming 42 days. */
  readonly ever: readonly string[];
}

/** Every level of both services' policies. A service without a policy has none; a schedule that cannot be read throws. */
export async function pagedLevels(answers: Answers, world: Looks, now: Instant): Promise<readonly PagedLevel[]> {
  const policies = await policiesSeen(answers, world);
  return (await Promise.all(policies.map((seen) => levelsOf(seen, world, now)))).flat();
}

async function levelsOf(seen: PolicySeen, world: Looks, now: Instant): Promise<readonly PagedLevel[]> {
  const { policy, role, name, policyName } = seen;
  if (policy === undefined) return [];
  return Promise.all(
    policy.levels.map(async ({ targets, delayMinutes }, index): Promise<PagedLevel> => {
      const always = targets.filter((target) => target.kind === 'user').map((target) => target.name);
      const schedules = targets.filter((target) => target.kind === 'schedule').map((target) => target.name);
      const shifts = (await Promise.all(schedules.map((schedule) => world.pagerduty.rendered(schedule, now, now + ahead)))).flat();
      const current = shifts.filter(({ start, end }) => start <= now && now < end).map(({ who }) => who);
      return {
        role,
        service: name,
        policy: policyName,
        level: index + 1,
        last: index === policy.levels.length - 1,
        delayMinutes,
        targets,
        always,
        shifts,
        now: unique([...always, ...current]),
        ever: unique([...always, ...shifts.map(({ who }) => who)]),
      };
    }),
  );
}

/** Everyone who can be paged in the coming 42 days, each once, in the order of the levels. E-mails. */
export function everyone(levels: readonly PagedLevel[]): readonly string[] {
  return unique(levels.flatMap(({ ever }) => ever));
}

/** The users behind these e-mails; who is not among them is not in the account. */
export async function peopleOf(world: Looks, emails: readonly string[]): Promise<ReadonlyMap<string, SeenUser>> {
  const found = emails.length === 0 ? [] : await world.pagerduty.users(emails);
  return new Map(found.map((user) => [user.value.name, user]));
}

/** "Ada Example", or the e-mail of somebody whose name is not known. */
export function nameOf(people: ReadonlyMap<string, SeenUser>, email: string): string {
  return people.get(email)?.value.fullName ?? email;
}

function unique(emails: readonly string[]): readonly string[] {
  return [...new Set(emails)];
}
