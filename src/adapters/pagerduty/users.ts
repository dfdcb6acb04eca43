import type { Phone, User } from '../../model/index.ts';
import type { SeenMethod, SeenRule, SeenUser } from '../../ports/index.ts';
import { remembering } from '../remember.ts';
import { path, type Client } from './client.ts';
import { createDirectory, type Directory } from './directory.ts';
import { readMark } from './mark.ts';
import type { Shape } from './shape.ts';

export interface MethodEntry {
  readonly id: string;
  readonly seen: SeenMethod;
}
export interface RuleEntry {
  readonly id: string;
  readonly urgency: 'high' | 'low';
  readonly delayMinutes: number;
  readonly methodId: string;
}
export interface UserEntry {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly timeZone: string;
  readonly role: string;
  readonly pending: boolean;
  readonly ours: boolean;
  /** "acme" of the user's page, where it can be seen. */
  readonly subdomain: string | undefined;
  readonly methods: readonly MethodEntry[];
  readonly rules: readonly RuleEntry[];
  /** Methods and rules came as references: what they say is not known yet. */
  readonly partial: boolean;
  /** They were read from the person's own page: there is no more to know. */
  readonly whole?: true;
}

const include = ['contact_methods', 'notification_rules'];

export function userDirectory(client: Client): Directory<UserEntry> {
  return createDirectory(client, {
    path: '/users',
    one: 'user',
    many: 'users',
    words: 'users',
    query: { 'include[]': include },
    read: readUser,
    idOf: (user) => user.id,
    keyOf: (user) => user.email,
    normal: (email) => email.trim().toLowerCase(),
  });
}

export function readUser(shape: Shape): UserEntry {
  const methods = shape.listOr('contact_methods');
  const rules = shape.listOr('notification_rules');
  const isReference = (part: Shape): boolean => part.text('type').endsWith('_reference');
  const partial = methods.some(isReference) || rules.some(isReference);
  return {
    id: shape.text('id'),
    email: shape.text('email').toLowerCase(),
    name: shape.text('name'),
    timeZone: shape.textOr('time_zone') ?? '',
    role: shape.textOr('role') ?? 'user',
    pending: shape.flag('invitation_sent'),
    ours: readMark(shape.textOr('description')).ours,
    subdomain: subdomainOf(shape.textOr('html_url')),
    methods: methods.map(readMethod),
    rules: rules.filter((rule) => !isReference(rule)).flatMap(readRule),
    partial,
  };
}

/** "https://acme.eu.pagerduty.com/users/P1" → "acme". */
function subdomainOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  const host = /^([a-z0-9-]+)\.(?:eu\.)?pagerduty\.com$/.exec(new URL(url).hostname);
  return host?.[1];
}

export function readMethod(shape: Shape): MethodEntry {
  const kind = shape
    .text('type')
    .replace(/_reference$/, '')
    .replace(/_contact_method$/, '');
  const type = kind === 'push_notification' ? 'push' : kind === 'phone' || kind === 'sms' || kind === 'email' ? kind : 'other';
  const countryCode = shape.numberOr('country_code');
  const address = type === 'phone' || type === 'sms' ? shape.textOr('address')?.replace(/\D/g, '') : undefined;
  return {
    id: shape.text('id'),
    seen: {
      type,
      enabled: shape.flag('enabled', true) && !shape.flag('blacklisted'),
      label: shape.textOr('label') ?? shape.textOr('summary') ?? '',
      ...(address !== undefined && { address }),
      ...(countryCode !== undefined && { countryCode }),
    },
  };
}

/** Rules of a kind or urgency that we do not know are left out. */
export function readRule(shape: Shape): readonly RuleEntry[] {
  const urgency = shape.textOr('urgency') ?? 'high';
  if (urgency !== 'high' && urgency !== 'low') return [];
  const delayMinutes = shape.numberOr('start_delay_in_minutes');
  if (delayMinutes === undefined) return [];
  return [{ id: shape.text('id'), urgency, delayMinutes, methodId: shape.at('contact_method').text('id') }];
}

/** The method with that number, or any of the kind where no number is asked for. */
export function methodOf(user: UserEntry, type: SeenMethod['type'], phone?: Phone): MethodEntry | undefined {
  const kind = user.methods.filter((method) => method.seen.type === type);
  if (!phone || (type !== 'phone' && type !== 'sms')) return kind.find((method) => method.seen.enabled) ?? kind[0];
  return kind.find((method) => method.seen.address === phone.digits && (method.seen.countryCode ?? 1) === phone.countryCode);
}

export function seenUser(user: UserEntry): SeenUser {
  const value: User = { kind: 'user', name: user.email, fullName: user.name, timeZone: user.timeZone };
  const rules = user.rules.flatMap((rule): SeenRule[] => {
    const method = user.methods.find((one) => one.id === rule.methodId);
    return method ? [{ urgency: rule.urgency, delayMinutes: rule.delayMinutes, method: method.seen }] : [];
  });
  return {
    value,
    ours: user.ours,
    role: user.role,
    invitationPending: user.pending,
    methods: user.methods.map((method) => method.seen),
    rules,
  };
}

/** One user with everything; the sub-resource's own default would hide the rules for low urgency. */
export async function fetchWhole(client: Client, user: UserEntry): Promise<UserEntry> {
  const doing = `read how ${user.email} is notified`;
  const [methods, rules] = await Promise.all([
    client.call({ method: 'GET', path: path('/users/{}/contact_methods', user.id), doing }),
    client.call({ method: 'GET', path: path('/users/{}/notification_rules', user.id), query: { urgency: 'all' }, doing }),
  ]);
  return {
    ...user,
    methods: methods.list('contact_methods').map(readMethod),
    rules: rules.list('notification_rules').flatMap(readRule),
    partial: false,
    whole: true,
  };
}

export interface Users {
  users(emails: readonly string[]): Promise<readonly SeenUser[]>;
  forget(): void;
}

/**
 * Users by e-mail. Where the list gave only references, or not one rule for low urgency (as if it kept them back), the people asked for are
 * looked at one by one.
 */
export function userReads(client: Client, directory: Directory<UserEntry>, abilities: () => Promise<ReadonlySet<string>>): Users {
  const wholes = remembering(async (user: UserEntry) => {
    const whole = await fetchWhole(client, user);
    directory.put(whole);
    return whole;
  });

  async function isHidden(found: readonly UserEntry[]): Promise<boolean> {
    if (!found.some((user) => user.rules.length > 0)) return false;
    const lowSeen = (await directory.some()).some((user) => user.rules.some((rule) => rule.urgency === 'low'));
    return !lowSeen && (await abilities()).has('urgencies');
  }
  return {
    async users(emails) {
      const found = [...(await directory.find(emails)).values()];
      const hidden = await isHidden(found);
      const whole = async (user: UserEntry): Promise<UserEntry> =>
        user.whole !== true && (user.partial || hidden) ? wholes.ask(user) : user;
      return (await Promise.all(found.map(whole))).map(seenUser);
    },
    forget: () => wholes.forget(),
  };
}
