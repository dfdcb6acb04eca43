import type { Instant } from '../../model/index.ts';
import { byService, enter, secondNow } from './incident-log.ts';
import type { IncidentRow, NotificationChannel, RingRow } from './incident-types.ts';
import type { MethodRow, PagerDutyWorld, UserRow } from './types.ts';

const minute = 60_000;

/** What a person is told an incident by, and how many minutes after it reached them. */
function rulesOf(user: UserRow, urgency: IncidentRow['urgency']): readonly { readonly method: string | null; readonly delay: number }[] {
  const mail = new Set(user.methods.filter((method) => method.type === 'email_contact_method').map((method) => method.id));
  // Who has not accepted the invitation has no app and has proven no number: mail is all that reaches them.
  const rules = user.rules.filter((rule) => rule.urgency === urgency && (!user.invitation_sent || mail.has(rule.method)));
  if (rules.length === 0 && (user.invitation_sent || user.methods.length === 0)) return [{ method: null, delay: 0 }];
  return rules;
}

/** Begins to tell these people, each by their own rules; what is still to come of others stops. What is due at once goes out at once. */
export function ring(world: PagerDutyWorld, incident: IncidentRow, users: readonly string[]): void {
  const { live } = incident;
  if (live === null) return;
  const now = secondNow(world);
  const known = world.state.users.filter((user) => users.includes(user.id));
  const rings = known.flatMap((user) =>
    rulesOf(user, incident.urgency).map(({ method, delay }) => ({ user: user.id, method, at: now + delay * minute })),
  );
  live.rings = rings.sort((a, b) => a.at - b.at);
  sendDue(world, incident, now);
}

/** Sends what is due by then. */
export function sendDue(world: PagerDutyWorld, incident: IncidentRow, now: Instant): void {
  const { live } = incident;
  if (live === null) return;
  const due = live.rings.filter((each) => each.at <= now);
  live.rings = live.rings.filter((each) => each.at > now);
  for (const each of due) send(world, incident, each);
}

const channelOf = (type: string): NotificationChannel =>
  type.startsWith('push') ? 'push' : type.startsWith('phone') ? 'phone' : type.startsWith('email') ? 'email' : 'sms';

const addressOf = (method: MethodRow): string | null =>
  method.type.startsWith('push') ? null : `${method.country_code === null ? '' : `+${method.country_code}`}${method.address}`;

/** The entry says how it went; a method that its owner has deleted since says nothing. */
function send(world: PagerDutyWorld, incident: IncidentRow, { user: id, method: wanted }: RingRow): void {
  const user = world.state.users.find((row) => row.id === id);
  const method = user?.methods.find((row) => row.id === wanted);
  if (!user || (wanted !== null && !method)) return;
  const blocked = method !== undefined && (method.blacklisted || !method.enabled);
  const entry = enter(world, incident, {
    type: 'notify',
    summary: `Notified ${user.name}`,
    agent: byService(incident),
    channel: 'auto',
    notified: {
      user: user.id,
      channel: method ? channelOf(method.type) : 'email',
      address: method ? addressOf(method) : user.email,
      status: blocked ? 'failure' : 'success',
    },
  });
  const { live } = incident;
  if (live === null || blocked || live.told.some((each) => each.user === user.id)) return;
  live.told = [...live.told, { user: user.id, at: entry.at, level: live.level }];
}
