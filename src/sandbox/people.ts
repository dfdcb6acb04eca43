import { clean, PmpError } from '../engine/errors.ts';
import type { Instant } from '../model/index.ts';
import { answerIncident, openIncident } from './pagerduty/answer-incident.ts';
import type { PagerDutyState, PagerDutyWorld, PeopleMode } from './pagerduty/types.ts';

type UserRow = PagerDutyState['users'][number];

/** How long people who are awake take after the account was last written to. */
const reaction = 60_000;
const push = 'push_notification_contact_method';

const settled = (user: UserRow): boolean => !user.invitation_sent && user.methods.some((method) => method.type === push);

/** When everybody who has not yet accepted or signed in will do so by themselves; undefined: never. */
export function signInDue(state: PagerDutyState, people: PeopleMode): Instant | undefined {
  if (people !== 'awake' || state.lastWrite === null || state.users.every(settled)) return undefined;
  return state.lastWrite + reaction;
}

export function signInEveryone(world: PagerDutyWorld): void {
  for (const user of world.state.users) if (!settled(user)) signIn(world, user);
}

/** The person installs the app and signs in to it, which needs the invitation accepted: their push device appears. */
function signIn(world: PagerDutyWorld, user: UserRow): void {
  user.invitation_sent = false;
  if (user.methods.some((method) => method.type === push)) return;
  user.methods.push({
    id: world.id('P', 7),
    type: push,
    label: `${user.name}’s phone`,
    address: world.id('sandbox-device-', 24),
    country_code: null,
    blacklisted: false,
    enabled: true,
    send_short_email: false,
    device_type: 'ios',
    created_at: world.now(),
  });
}

export const personActions = ['accept', 'sign-in', 'ack', 'resolve', 'block-phone'] as const;
export type PersonAction = (typeof personActions)[number];

/** Makes one person do what only people can do. @returns a sentence that says what happened @throws PmpError `usage` for somebody unknown, `sandbox` where there is nothing to answer */
export function doAsPerson(world: PagerDutyWorld, action: PersonAction, email: string): string {
  const user = world.state.users.find((row) => row.email.toLowerCase() === email.trim().toLowerCase());
  if (!user) throw nobody(world.state, email);
  switch (action) {
    case 'accept':
      return accept(user);
    case 'sign-in':
      if (settled(user)) return `${user.name} is already signed in to the app.`;
      signIn(world, user);
      return `${user.name} accepted the invitation and signed in to the app.`;
    case 'block-phone':
      return blockPhone(user);
    case 'ack':
    case 'resolve':
      return answer(world, user, action);
  }
}

function answer(world: PagerDutyWorld, user: UserRow, action: 'ack' | 'resolve'): string {
  const incident = openIncident(world, user, action);
  if (!incident) {
    throw new PmpError('sandbox', {
      message: `There is no incident that ${user.name} could ${action === 'ack' ? 'acknowledge' : 'resolve'}`,
      cause: openIncident(world, user, 'resolve') ? 'the open ones are acknowledged already' : 'this sandbox account has no open incidents',
      fix: 'Let an alert open one first.',
    });
  }
  answerIncident(world, incident, user, action);
  return `${user.name} ${action === 'ack' ? 'acknowledged' : 'resolved'} incident #${incident.number}.`;
}

function accept(user: UserRow): string {
  if (!user.invitation_sent) return `${user.name} had already accepted the invitation.`;
  user.invitation_sent = false;
  return `${user.name} accepted the invitation.`;
}

function blockPhone(user: UserRow): string {
  const numbers = user.methods.filter((method) => method.type === 'phone_contact_method' || method.type === 'sms_contact_method');
  for (const method of numbers) Object.assign(method, { blacklisted: true, enabled: false });
  return numbers.length > 0
    ? `PagerDuty can no longer reach ${user.name} by phone or SMS.`
    : `${user.name} has no phone number that could be blocked.`;
}

function nobody(state: PagerDutyState, email: string): PmpError {
  const known = state.users.map((user) => user.email).join(', ');
  return new PmpError('usage', {
    message: `The sandbox account has no user ${clean(email, 100)}`,
    cause: `its users are ${clean(known, 600)}`,
    fix: 'Give the e-mail address of one of them.',
  });
}
