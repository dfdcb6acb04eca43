import { PmpError } from '../../engine/errors.ts';
import type { ContactMethod, NotificationRule, User } from '../../model/index.ts';
import { backoff, path, type Client } from './client.ts';
import { create, lookAgain, type Creation } from './create.ts';
import type { Directory } from './directory.ts';
import { writeMark } from './mark.ts';
import { createGate } from './pace.ts';
import { isLocked } from './refusal.ts';
import { fetchWhole, methodOf, readMethod, readUser, type UserEntry } from './users.ts';

export interface People {
  createUser(user: User): Promise<void>;
  updateUser(user: User): Promise<void>;
  addContactMethod(method: ContactMethod): Promise<void>;
  addNotificationRule(rule: NotificationRule): Promise<void>;
}

const lockTries = 6;

/** Users, how they are reached and when. Up to ten users at a time; after the first "could not be locked", one. */
export function people(client: Client, users: Directory<UserEntry>): People {
  const creating = createGate(10, client.clock);

  async function createUser(user: User): Promise<void> {
    const resource = `user ${user.name}`;
    const body = { user: { type: 'user', name: user.fullName, email: user.name, time_zone: user.timeZone, description: writeMark('') } };
    const creation: Creation<UserEntry> = {
      call: { method: 'POST', path: '/users', body, doing: `create ${resource}`, resource },
      find: () => users.fresh(user.name),
      read: (answer) => {
        const made = readUser(answer.at('user'));
        client.made(made.id);
        return made;
      },
    };
    for (let tried = 1; ; tried++) {
      try {
        users.put(await creating.run(() => createAlone(creation)));
        return;
      } catch (thrown) {
        if (!isLocked(thrown) || tried >= lockTries) throw thrown;
        const found = await lookAgain(client, creation, 1);
        if (found) return users.put(found);
        await client.clock.sleep(backoff(tried), 'PagerDuty creates another user just now', client.signal);
      }
    }
  }

  /** The place of one that was refused is not given on before the others know that they come one at a time. */
  async function createAlone(creation: Creation<UserEntry>): Promise<UserEntry> {
    try {
      return await create(client, creation);
    } catch (thrown) {
      if (isLocked(thrown)) creating.shrink(1);
      throw thrown;
    }
  }

  async function theUser(email: string): Promise<UserEntry> {
    const user = (await users.find([email])).get(email.toLowerCase());
    if (user) return user;
    throw new PmpError('need-failed', {
      message: `user ${email} is not in PagerDuty`,
      fix: 'Run setup again: it creates people before what belongs to them.',
      resource: `user ${email}`,
    });
  }

  async function updateUser(user: User): Promise<void> {
    const before = await theUser(user.name);
    // Adopted people are never renamed; an e-mail is a login and never changes.
    const name = before.ours ? user.fullName : before.name;
    if (name === before.name && user.timeZone === before.timeZone) return;
    const resource = `user ${user.name}`;
    const body = { user: { type: 'user', name, email: before.email, time_zone: user.timeZone } };
    await client.call({ method: 'PUT', path: path('/users/{}', before.id), body, doing: `update ${resource}`, resource });
    users.put({ ...before, name, timeZone: user.timeZone });
  }

  /** What is there now, asked afresh and remembered. */
  async function whole(email: string): Promise<UserEntry> {
    const user = await fetchWhole(client, await theUser(email));
    users.put(user);
    return user;
  }

  async function addContactMethod(method: ContactMethod): Promise<void> {
    const user = await theUser(method.email);
    const resource = `${method.type} of ${method.email}`;
    const contact = {
      type: `${method.type}_contact_method`,
      label: method.type === 'sms' ? 'Mobile (pmp-pd)' : 'Work (pmp-pd)',
      address: method.phone.digits,
      country_code: method.phone.countryCode,
    };
    const made = await create(client, {
      call: {
        method: 'POST',
        path: path('/users/{}/contact_methods', user.id),
        body: { contact_method: contact },
        bulk: true,
        doing: `add ${resource}`,
        resource,
      },
      find: async () => methodOf(await whole(method.email), method.type, method.phone),
      read: (answer) => readMethod(answer.at('contact_method')),
    });
    client.made(made.id);
    const now = await theUser(method.email);
    users.put({ ...now, methods: [...now.methods.filter((one) => one.id !== made.id), made] });
  }

  async function addNotificationRule(rule: NotificationRule): Promise<void> {
    const user = await theUser(rule.email);
    const resource = `notification rule of ${rule.email}`;
    const method = methodOf(user, rule.method, rule.phone) ?? methodOf(await whole(rule.email), rule.method, rule.phone);
    if (!method)
      throw new PmpError('need-failed', {
        message: `${rule.email} has no ${rule.method} contact method for the rule`,
        fix:
          rule.method === 'push'
            ? 'Let them sign in to the PagerDuty app, then run setup again.'
            : 'Run setup again: it adds the contact method first.',
        resource,
      });
    const body = {
      notification_rule: {
        type: 'assignment_notification_rule',
        start_delay_in_minutes: rule.delayMinutes,
        urgency: rule.urgency,
        contact_method: { id: method.id, type: contactTypes[rule.method] },
      },
    };
    const same = (one: UserEntry['rules'][number]): boolean =>
      one.urgency === rule.urgency && one.delayMinutes === rule.delayMinutes && one.methodId === method.id;
    const made = await create(client, {
      call: { method: 'POST', path: path('/users/{}/notification_rules', user.id), body, bulk: true, doing: `add ${resource}`, resource },
      find: async () => (await whole(rule.email)).rules.find(same),
      read: (answer) => {
        const shape = answer.at('notification_rule');
        return { id: shape.text('id'), urgency: rule.urgency, delayMinutes: rule.delayMinutes, methodId: method.id };
      },
    });
    const now = await theUser(rule.email);
    users.put({ ...now, rules: [...now.rules.filter((one) => one.id !== made.id), made] });
  }
  return { createUser, updateUser, addContactMethod, addNotificationRule };
}

/** On write the bare type, on read it comes with "_reference". */
const contactTypes = {
  push: 'push_notification_contact_method',
  sms: 'sms_contact_method',
  phone: 'phone_contact_method',
  email: 'email_contact_method',
} as const;
