import type { Change, Step } from '../engine/index.ts';
import {
  keyOf,
  named,
  pagedPeople,
  type Brief,
  type ContactMethod,
  type FieldDiff,
  type NotificationRule,
  type Person,
  type Phone,
  type Seen,
  type User,
} from '../model/index.ts';
import type { SeenUser, World } from '../ports/index.ts';

type R = User | ContactMethod | NotificationRule;

/** The guide's "Call + SMS + Push" staged so that the quiet channels come first; minutes after the page. */
const highRules = [
  { method: 'push', delayMinutes: 0 },
  { method: 'sms', delayMinutes: 0 },
  { method: 'phone', delayMinutes: 2 },
] as const;
const lowRules = [{ method: 'push', delayMinutes: 0 }] as const;

/** The guide's step 4: the people, how they are reached, and what rings when. */
export const engineers: Step<R> = {
  id: '04-engineers',
  number: 4,
  title: 'Configure Users',

  desired({ answers, urgencies }: Brief) {
    return named<R>(pagedPeople(answers).flatMap((person) => wantedOf(person, urgencies)));
  },

  async read(world, wanted) {
    const emails = [...wanted.values()].filter((r) => r.kind === 'user').map((r) => r.name);
    const users = new Map((await world.pagerduty.users(emails)).map((user) => [user.value.name, user]));
    const seen = new Map<string, Seen<R>>();
    for (const [key, want] of wanted) {
      const one = seenPart(want, users);
      if (one) seen.set(key, one);
    }
    return seen;
  },

  diff(before, after) {
    if (before.kind !== 'user' || after.kind !== 'user') return [];
    const diffs: FieldDiff[] = [];
    if (before.fullName !== after.fullName) diffs.push({ field: 'name', from: before.fullName, to: after.fullName });
    if (before.timeZone !== after.timeZone) diffs.push({ field: 'time zone', from: before.timeZone, to: after.timeZone });
    return diffs;
  },

  async apply(world, { wanted, seen }: Change<R>) {
    await write(world, wanted, seen?.value !== undefined);
    return undefined;
  },

  async todos(world, { answers }) {
    const people = pagedPeople(answers);
    const users = new Map((await world.pagerduty.users(people.map((p) => p.email))).map((user) => [user.value.name, user]));
    const todos = people.flatMap((person) => todosOf(person, users.get(person.email)).map((what) => ({ who: person.name, what })));
    const waits = people.some((person) => withoutApp(users.get(person.email)));
    return waits
      ? [...todos, { who: 'whoever ran this', what: 'run pmp-pd setup again once everybody has signed in: it adds the push rules' }]
      : todos;
  },
};

function wantedOf(person: Person, urgencies: boolean): readonly R[] {
  const { email, phone } = person;
  const user: User = { kind: 'user', name: email, fullName: person.name, timeZone: person.timeZone };
  const method = (type: 'phone' | 'sms', number: Phone): ContactMethod => ({
    kind: 'contact method',
    name: `${email} ${type}`,
    email,
    type,
    phone: number,
    needs: [keyOf(user)],
  });
  const methods = phone === undefined ? [] : [method('phone', phone), method('sms', phone)];
  const rule = (urgency: 'high' | 'low', wanted: (typeof highRules)[number]): NotificationRule[] => {
    if (wanted.method !== 'push' && phone === undefined) return [];
    const name = `${email} ${urgency} ${wanted.method} after ${wanted.delayMinutes} min`;
    const by = methods.find((m) => m.type === wanted.method);
    const base = { kind: 'notification rule', name, email, urgency, ...wanted } as const;
    return [by === undefined ? { ...base, needs: [keyOf(user)] } : { ...base, phone: by.phone, needs: [keyOf(by)] }];
  };
  const rules = [...highRules.flatMap((r) => rule('high', r)), ...(urgencies ? lowRules.flatMap((r) => rule('low', r)) : [])];
  return [user, ...methods, ...rules];
}

function seenPart(want: R, users: ReadonlyMap<string, SeenUser>): Seen<R> | undefined {
  const user = users.get(want.kind === 'user' ? want.name : want.email);
  if (want.kind === 'notification rule' && want.method === 'push' && user?.methods.some((m) => m.type === 'push') !== true)
    return { value: undefined, ours: true, waiting: `${want.email} signs in to the PagerDuty app` };
  if (user === undefined) return undefined;
  const ours = user.ours;
  const detail = ours ? {} : { detail: 'not made by pmp-pd' };
  if (want.kind === 'user') return seenUser(want, user);
  const there = want.kind === 'contact method' ? hasMethod(user, want) : hasRule(user, want);
  if (there) return { ours, ...detail, value: want };
  // A part missing on a person whom somebody else made is a change to what is not ours: it needs leave.
  return ours ? undefined : { ours, ...detail, value: undefined, partOf: keyOf(user.value) };
}

/** Roles that PagerDuty never puts on call. */
const stakeholders: ReadonlySet<string> = new Set(['read_only_user', 'read_only_limited_user', 'observer', 'restricted_access']);

/** Somebody else's user is never renamed: what they call themselves counts as wanted. */
function seenUser(want: User, user: SeenUser): Seen<R> {
  const value = user.ours ? user.value : { ...user.value, fullName: want.fullName, timeZone: want.timeZone };
  const waiting = stakeholders.has(user.role) ? { waiting: `an admin gives them a responder's role: ${user.role} cannot be on call` } : {};
  return { value, ours: user.ours, ...(user.ours ? {} : { detail: 'not made by pmp-pd' }), ...waiting };
}

function hasMethod(user: SeenUser, want: ContactMethod): boolean {
  return user.methods.some((m) => m.type === want.type && m.countryCode === want.phone.countryCode && m.address === want.phone.digits);
}

function hasRule(user: SeenUser, want: NotificationRule): boolean {
  return user.rules.some(
    (r) =>
      r.urgency === want.urgency &&
      r.delayMinutes === want.delayMinutes &&
      r.method.type === want.method &&
      (want.phone === undefined || (r.method.address === want.phone.digits && r.method.countryCode === want.phone.countryCode)),
  );
}

async function write(world: World, wanted: R, exists: boolean): Promise<void> {
  if (wanted.kind === 'contact method') return world.pagerduty.addContactMethod(wanted);
  if (wanted.kind === 'notification rule') return world.pagerduty.addNotificationRule(wanted);
  return exists ? world.pagerduty.updateUser(wanted) : world.pagerduty.createUser(wanted);
}

function withoutApp(user: SeenUser | undefined): boolean {
  return user !== undefined && !user.methods.some((m) => m.type === 'push');
}

function todosOf(person: Person, user: SeenUser | undefined): readonly string[] {
  if (user === undefined) return [];
  const todos: string[] = [];
  if (user.invitationPending) todos.push(`accept PagerDuty's invitation, sent to ${person.email}`);
  if (withoutApp(user)) todos.push('install the PagerDuty app and sign in: its push is what wakes you first');
  if (person.phone === undefined) todos.push('give a phone number to whoever ran this: without one no SMS and no call can reach you');
  const others = user.methods.filter((m) => (m.type === 'phone' || m.type === 'sms') && m.address !== person.phone?.digits);
  for (const old of others)
    todos.push(
      `check the ${old.type === 'sms' ? 'SMS' : 'phone'} number ending in ${old.address?.slice(-2) ?? '??'}, which is not the one in the answers; only you can remove it`,
    );
  return todos;
}
