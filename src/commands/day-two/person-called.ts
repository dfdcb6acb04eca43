import { clean, PmpError } from '../../engine/index.ts';
import type { SeenUser } from '../../ports/index.ts';
import type { Ground } from './ground.ts';

/** PagerDuty people among whom a name is looked for; an e-mail finds anybody. */
const candidates = 1000;

/** The person of the account that an e-mail or a name means. @throws PmpError `usage` for nobody, and for several */
export async function personCalled({ answers, pagerduty }: Pick<Ground, 'answers' | 'pagerduty'>, typed: string): Promise<SeenUser> {
  const wanted = typed.trim().toLowerCase();
  const email = wanted.includes('@') ? wanted : await emailOf({ answers, pagerduty }, wanted, typed);
  const [user] = await pagerduty.users([email]);
  if (user !== undefined) return user;
  throw new PmpError('usage', {
    message: `${clean(email, 100)} is no user of this PagerDuty account`,
    fix: 'Correct the e-mail, or add the person to the answers and run pmp-pd setup.',
  });
}

async function emailOf({ answers, pagerduty }: Pick<Ground, 'answers' | 'pagerduty'>, wanted: string, typed: string): Promise<string> {
  const people = [...answers.people, ...(await pagerduty.people(candidates))];
  const byEmail = new Map(people.map(({ email, name }) => [email.toLowerCase(), name]));
  const whole = [...byEmail].filter(([, name]) => name.trim().toLowerCase() === wanted);
  const found = whole.length > 0 ? whole : [...byEmail].filter(([, name]) => name.toLowerCase().split(/\s+/).includes(wanted));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only[0];
  throw new PmpError('usage', {
    message:
      found.length === 0
        ? `nobody of this account is called "${clean(typed, 100)}"`
        : `"${clean(typed, 100)}" is the name of several people`,
    ...(found.length === 0 ? {} : { cause: found.map(([email, name]) => `${clean(name, 100)} is ${email}`).join('; ') }),
    fix: 'Give the e-mail address.',
  });
}

/** Whether and how a page of high urgency reaches the person: "push at once", "phone after 2 min". Empty: by nothing. */
export function reachedBy({ rules }: SeenUser): readonly string[] {
  const heard = rules.filter(({ urgency, method }) => urgency === 'high' && method.enabled && method.type !== 'other');
  const ways = [...heard]
    .sort((a, b) => a.delayMinutes - b.delayMinutes)
    .map(
      ({ method, delayMinutes }) =>
        `${method.type === 'sms' ? 'SMS' : method.type} ${delayMinutes === 0 ? 'at once' : `after ${delayMinutes} min`}`,
    );
  return [...new Set(ways)];
}
