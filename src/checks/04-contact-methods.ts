import type { Check } from '../engine/index.ts';
import { pagedPeople, type Answers } from '../model/index.ts';
import type { SeenUser } from '../ports/index.ts';
import { everyone, nameOf, pagedLevels, peopleOf } from './shared/on-call.ts';
import { verdictOf, type Trouble } from './shared/verdicts.ts';
import { count } from './shared/words.ts';

/** Item 4. Everyone who can be paged, whoever put them there: a phone or SMS that is enabled, and a rule that uses a device at high urgency. */
export const contactMethods: Check = {
  id: '04-contact-methods',
  item: 4,
  title: 'Engineers added with contact methods',

  async run(answers, world, { now, byGuidesNames }) {
    const paged = everyone(await pagedLevels(answers, world, now));
    const wanted = byGuidesNames ? [] : pagedPeople(answers).map(({ email }) => email);
    const emails = [...new Set([...paged, ...wanted])];
    if (emails.length === 0)
      return {
        status: 'fail',
        evidence: 'no level of the two policies calls anybody',
        hint: 'Put people on the schedules and policies: pmp-pd setup does.',
      };
    const people = await peopleOf(world, emails);
    const troubles = emails.flatMap((email) => {
      const user = people.get(email);
      return user === undefined ? [absent(answers, email)] : troublesOf(user, nameOf(people, email));
    });
    return verdictOf(troubles, `${count(emails.length, 'person', 'people')}, each with a phone or SMS number and a rule for high urgency`);
  },
};

function absent(answers: Answers, email: string): Trouble {
  const name = answers.people.find((person) => person.email === email)?.name ?? email;
  return { status: 'fail', what: `${name} (${email}) is not in the account`, hint: 'Run pmp-pd setup, which adds and invites people.' };
}

function troublesOf({ methods, rules }: SeenUser, name: string): readonly Trouble[] {
  const troubles: Trouble[] = [];
  const voices = methods.filter(({ type }) => type === 'phone' || type === 'sms');
  if (!voices.some(({ enabled }) => enabled)) {
    const what = voices.length === 0 ? 'has neither a phone nor an SMS number' : 'has only blocked phone and SMS numbers';
    troubles.push({
      status: 'fail',
      what: `${name} ${what}`,
      hint: `Let ${name} ${voices.length === 0 ? 'add a number' : 'verify or replace the number'} at PagerDuty → My Profile → Contact Information${voices.length === 0 ? ', or write it into the answers and run pmp-pd setup' : ''}.`,
      awaits: `${name} to have a phone number that works`,
    });
  }
  if (!rules.some(({ urgency, method }) => urgency === 'high' && method.enabled))
    troubles.push({
      status: 'fail',
      what: `${name} has no notification rule for high urgency${rules.some(({ urgency }) => urgency === 'high') ? ' with a method that is enabled' : ''}`,
      hint: `Let ${name} add one at PagerDuty → My Profile → Notification Rules, or run pmp-pd setup.`,
      awaits: `${name} to have a rule for high urgency`,
    });
  return troubles;
}
