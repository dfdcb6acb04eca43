import type { Check } from '../engine/index.ts';
import type { SeenMethod, SeenUser } from '../ports/index.ts';
import { absentPolicies } from './shared/absent.ts';
import { everyone, nameOf, pagedLevels, peopleOf, type PagedLevel } from './shared/on-call.ts';
import { judged, type Problem } from './shared/problems.ts';
import { policiesSeen } from './shared/services.ts';
import { listed } from './shared/telling.ts';
import { count } from './shared/words.ts';

/** One thing that is wrong with one person. */
interface Finding {
  readonly who: string;
  readonly status: 'warn' | 'fail';
  readonly what: string;
  readonly hint: string;
  /** "to sign in to the app" */
  readonly awaits?: string;
}

/** What a person's levels ask of them. */
interface Duty {
  readonly who: string;
  /** Some level has nobody else. */
  readonly alone: boolean;
  /** Minutes until the quickest of their levels calls the next; undefined: none does. */
  readonly delay: number | undefined;
  readonly lowUrgency: boolean;
}

const personal = 'in their own PagerDuty profile (My Profile, Notification Rules); nobody else should';

/** People, not policies, are what rings: of everybody who can be paged, whatever made the schedules. */
export const reachability: Check = {
  id: 'reachability',
  title: 'Everybody who can be paged hears it in time',

  async run(answers, world, { now }) {
    const [seen, levels, account] = await Promise.all([
      policiesSeen(answers, world),
      pagedLevels(answers, world, now),
      world.pagerduty.account(),
    ]);
    const emails = everyone(levels);
    const people = await peopleOf(world, emails);
    const again = new Set(seen.flatMap(({ policy, policyName }) => (policy !== undefined && policy.loops > 0 ? [policyName] : [])));
    const findings = emails.flatMap((email): readonly Finding[] => {
      const user = people.get(email);
      return user === undefined ? [] : findingsOf(user, dutyOf(email, levels, again, account.abilities.has('urgencies')));
    });
    const unseen = emails
      .filter((email) => !people.has(email))
      .map((email): Problem => ({ status: 'unknown', what: `${email} is on call and cannot be seen` }));
    const nobody: readonly Problem[] = emails.length === 0 ? [{ status: 'unknown', what: 'nobody can be paged: coverage says why' }] : [];
    return judged(
      [...told(findings, (email) => nameOf(people, email)), ...unseen, ...nobody, ...absentPolicies(seen)],
      `${count(emails.length, 'person', 'people')}: invitation accepted, app signed in, phone enabled, rules for both urgencies, ringing before the next level is called`,
    );
  },
};

function dutyOf(who: string, levels: readonly PagedLevel[], again: ReadonlySet<string>, lowUrgency: boolean): Duty {
  const own = levels.filter(({ ever }) => ever.includes(who));
  const delays = own.filter(({ last, policy }) => !last || again.has(policy)).map(({ delayMinutes }) => delayMinutes);
  return {
    who,
    alone: own.some(({ ever }) => ever.length === 1),
    delay: delays.length === 0 ? undefined : Math.min(...delays),
    lowUrgency,
  };
}

function findingsOf(user: SeenUser, duty: Duty): readonly Finding[] {
  return [...role(user, duty), ...account(user, duty), ...phones(user, duty), ...rules(user, duty)];
}

/** PagerDuty's roles for people who are kept informed and never called. */
const stakeholders: ReadonlySet<string> = new Set(['read_only_user', 'read_only_limited_user']);

function role({ role: held }: SeenUser, { who }: Duty): readonly Finding[] {
  if (!stakeholders.has(held)) return [];
  return [
    {
      who,
      status: 'fail',
      what: `a stakeholder (${held}), whom PagerDuty never calls`,
      hint: 'Make them a responder (People, Permissions), or put somebody else on call.',
    },
  ];
}

/** Bearable where another of the level hears it. */
function account({ invitationPending, methods }: SeenUser, { who, alone }: Duty): readonly Finding[] {
  const status = alone ? 'fail' : 'warn';
  const only = alone ? ' (the only person of a level)' : '';
  const findings: Finding[] = [];
  if (invitationPending)
    findings.push({
      who,
      status,
      what: `invitation not accepted${only}`,
      hint: 'They accept the invitation that PagerDuty sent by e-mail; an admin can send it again (People, Resend invite).',
      awaits: 'to accept the invitation',
    });
  if (!methods.some(({ type, enabled }) => type === 'push' && enabled))
    findings.push({
      who,
      status,
      what: `not signed in to the PagerDuty app${only}`,
      hint: 'They install the app and sign in; then run pmp-pd setup again, which adds the rules for push.',
      awaits: 'to sign in to the app',
    });
  return findings;
}

function phones({ methods }: SeenUser, { who }: Duty): readonly Finding[] {
  const loud = methods.filter(isLoud);
  const shut = loud.filter(({ enabled }) => !enabled);
  if (loud.length === 0) return [];
  if (shut.length === 0) return [];
  const which = shut
    .map(({ type, address }) => `${type === 'sms' ? 'SMS' : 'phone'} ending in ${address?.slice(-2) ?? '??'}`)
    .join(' and ');
  return [
    {
      who,
      status: shut.length === loud.length ? 'fail' : 'warn',
      what: `PagerDuty does not use their ${which} (blocked or not enabled)`,
      hint: 'They enable or replace the number in PagerDuty (My Profile, Contact Information); nobody else can.',
      awaits: 'to enable the phone',
    },
  ];
}

function rules({ rules: all, methods }: SeenUser, { who, delay, lowUrgency }: Duty): readonly Finding[] {
  const usable = all.filter(({ method }) => method.enabled);
  const high = usable.filter(({ urgency }) => urgency === 'high');
  const findings: Finding[] = [];
  const add = (status: Finding['status'], what: string, hint: string) =>
    findings.push({ who, status, what, hint, awaits: 'to set notification rules' });
  const ringing = high.filter(({ method }) => isLoud(method)).map(({ delayMinutes }) => delayMinutes);
  const first = ringing.length === 0 ? undefined : Math.min(...ringing);
  if (high.length === 0)
    add('fail', 'no notification rule for high urgency that can be used', `They add rules ${personal}; or run pmp-pd setup.`);
  else if (first === undefined && !isShut(methods))
    add(
      'fail',
      'no rule for high urgency by SMS or phone: only push or e-mail',
      `They add an SMS or phone rule ${personal}; or run pmp-pd setup.`,
    );
  else if (delay !== undefined && first !== undefined && first >= delay)
    add(
      'fail',
      `first SMS or call after ${first} min, when the next level was called after ${delay} min`,
      `They ring earlier ${personal}.`,
    );
  if (lowUrgency && !usable.some(({ urgency }) => urgency === 'low'))
    add('warn', 'no notification rule for low urgency: a P3 reaches them by nothing', `They add a rule ${personal}; or run pmp-pd setup.`);
  return findings;
}

/** Every number is blocked: that was told already, and another rule would not help. */
function isShut(methods: readonly SeenMethod[]): boolean {
  const loud = methods.filter(isLoud);
  return loud.length > 0 && loud.every(({ enabled }) => !enabled);
}

/** What can wake somebody whose app is silent. */
function isLoud({ type }: SeenMethod): boolean {
  return type === 'phone' || type === 'sms';
}

/** People who share a fault are told together. */
function told(findings: readonly Finding[], name: (email: string) => string): readonly Problem[] {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) alike.set(finding.what, [...(alike.get(finding.what) ?? []), finding]);
  return [...alike.values()].flatMap((same): readonly Problem[] => {
    const [first] = same;
    if (first === undefined) return [];
    const names = listed(
      same.map(({ who }) => name(who)),
      5,
    );
    const { status, what, hint, awaits } = first;
    return [{ status, what: `${names}: ${what}`, hint, ...(awaits === undefined ? {} : { awaits: `${names} ${awaits}` }) }];
  });
}
