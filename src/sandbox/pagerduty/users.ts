import type { SandboxReply } from '../core.ts';
import { created, gone, includes, many, matching, ok, page } from './call.ts';
import type { Call, Route } from './call.ts';
import { methodReference, presentMethod } from './contact-methods.ts';
import { userOf } from './find.ts';
import { presentRule, ruleReference } from './notification-rules.ts';
import { fullRoles, needAbility, needRoom, needSeat, stakeholderRoles } from './plans.ts';
import { head, subdomain } from './present.ts';
import { invalid, Refusal } from './refusal.ts';
import type { MethodRow, RuleRow, UserRow } from './types.ts';
import { enveloped, isEmail, optionalText, text, zoneName } from './validate.ts';
import type { Body } from './validate.ts';

export const userRoutes: readonly Route[] = [
  { method: 'GET', path: '/users', handler: listUsers },
  { method: 'POST', path: '/users', handler: createUser, from: true },
  { method: 'GET', path: '/users/me', handler: getMe },
  { method: 'GET', path: '/users/:id', handler: (call) => ok({ user: presentUser(call, userOf(call)) }) },
  { method: 'PUT', path: '/users/:id', handler: updateUser },
  { method: 'DELETE', path: '/users/:id', handler: deleteUser },
];

export const accountTimeZone = 'America/New_York';
const colors = ['purple', 'red', 'green', 'blue', 'teal', 'orange', 'brown', 'turquoise', 'dark-slate-grey', 'cayenne'];

function listUsers(call: Call): SandboxReply {
  const found = matching(call, call.state.users, (user) => `${user.name}\n${user.email}`);
  const rows = many(call, 'team_ids').length > 0 ? [] : found;
  const sorted = [...rows].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return page(call, 'users', sorted, (user) => presentUser(call, user));
}

function getMe(call: Call): SandboxReply {
  if (!call.me) {
    throw new Refusal(400, { error: 'The request was made with an account-level access token, which belongs to no user.' });
  }
  return ok({ user: presentUser(call, call.me) });
}

export function presentUser(call: Call, user: UserRow): unknown {
  const { world } = call;
  return {
    ...head(world, 'user', user.id, user.name),
    name: user.name,
    email: user.email,
    time_zone: user.time_zone,
    color: user.color,
    avatar_url: 'https://secure.gravatar.com/avatar/sandbox.png?d=mm&r=PG',
    billed: true,
    role: user.role,
    description: user.description,
    invitation_sent: user.invitation_sent,
    job_title: user.job_title,
    created_via_sso: false,
    teams: [],
    contact_methods: user.methods.map((row) =>
      includes(call, 'contact_methods') ? presentMethod(world, user, row) : methodReference(world, user, row),
    ),
    notification_rules: user.rules.map((row) =>
      includes(call, 'notification_rules')
        ? presentRule(world, user, row, includes(call, 'contact_methods'))
        : ruleReference(world, user, row),
    ),
    coordinated_incidents: [],
    ...(includes(call, 'subdomains') ? { subdomains: [subdomain] } : {}),
  };
}

function createUser(call: Call): SandboxReply {
  const body = enveloped(call.request.body, 'user');
  if (body['type'] !== 'user') throw invalid('Type must be user');
  const name = text(body, 'name', { max: 100 });
  const email = freeEmail(call, body);
  const role = roleIn(call, body) ?? 'user';
  needRoom(call.state, 'users');
  if (!stakeholderRoles.includes(role)) needSeat(call.state);
  const user: UserRow = {
    id: call.world.id('P', 7),
    name,
    email,
    time_zone: zoneIn(body) ?? accountTimeZone,
    color: optionalText(body, 'color') ?? colors[call.state.users.length % colors.length] ?? 'purple',
    role,
    job_title: optionalText(body, 'job_title', 100) ?? null,
    description: optionalText(body, 'description') ?? null,
    invitation_sent: true,
    ...firstMethod(call, email),
  };
  call.state.users.push(user);
  return created({ user: presentUser(call, user) });
}

/** A new user is told by e-mail at once, for both urgencies where the account has two. */
function firstMethod(call: Call, email: string): { methods: MethodRow[]; rules: RuleRow[] } {
  const created_at = call.world.now();
  const method: MethodRow = {
    id: call.world.id('P', 7),
    type: 'email_contact_method',
    label: 'Default',
    address: email,
    country_code: null,
    blacklisted: false,
    enabled: true,
    send_short_email: false,
    device_type: null,
    created_at,
  };
  const urgencies = call.state.plan === 'free' ? (['high'] as const) : (['high', 'low'] as const);
  const rules = urgencies.map((urgency) => ({ id: call.world.id('P', 7), method: method.id, urgency, delay: 0, created_at }));
  return { methods: [method], rules };
}

function freeEmail(call: Call, body: Body, self?: UserRow): string {
  const email = text(body, 'email', { min: 6, max: 100 });
  if (!isEmail(email)) throw invalid('Email is invalid');
  if (call.state.users.some((user) => user !== self && user.email.toLowerCase() === email.toLowerCase()))
    throw invalid('Email has already been taken');
  return email.toLowerCase();
}

function roleIn(call: Call, body: Body): string | undefined {
  const role = optionalText(body, 'role');
  if (role === undefined || role === null) return undefined;
  if (!fullRoles.includes(role) && !stakeholderRoles.includes(role)) throw invalid('Role is not included in the list');
  if (role === 'owner') throw invalid('Role owner cannot be given');
  if (stakeholderRoles.includes(role)) needAbility(call.state, 'read_only_users');
  return role;
}

function zoneIn(body: Body): string | undefined {
  const zone = optionalText(body, 'time_zone');
  return zone === undefined || zone === null ? undefined : zoneName(zone);
}

function updateUser(call: Call): SandboxReply {
  const user = userOf(call);
  const body = enveloped(call.request.body, 'user');
  const name = body['name'] === undefined ? user.name : text(body, 'name', { max: 100 });
  const email = body['email'] === undefined ? user.email : freeEmail(call, body, user);
  const role = body['role'] === user.role ? user.role : (roleIn(call, body) ?? user.role);
  const description = optionalText(body, 'description');
  const title = optionalText(body, 'job_title', 100);
  const zone = zoneIn(body);
  if (stakeholderRoles.includes(user.role) && !stakeholderRoles.includes(role)) needSeat(call.state);
  Object.assign(user, { name, email, role, time_zone: zone ?? user.time_zone });
  if (description !== undefined) user.description = description;
  if (title !== undefined) user.job_title = title;
  return ok({ user: presentUser(call, user) });
}

function deleteUser(call: Call): SandboxReply {
  const user = userOf(call);
  if (user.role === 'owner') throw invalid('The account owner cannot be deleted');
  const scheduled = call.state.schedules.some((schedule) =>
    schedule.layers.some((layer) => (layer.end === null || layer.end > call.world.now()) && layer.users.includes(user.id)),
  );
  const targeted = call.state.policies.some((policy) => policy.rules.some((rule) => rule.targets.some((target) => target.id === user.id)));
  if (scheduled || targeted) throw invalid('User cannot be deleted while on a schedule or an escalation policy');
  // Without the ability to hand over what leavers have, which the sandbox's plans lack.
  if (call.state.incidents.some((row) => row.status !== 'resolved' && row.assignments.some((each) => each.user === user.id)))
    throw invalid('User cannot be deleted while incidents are assigned to them');
  call.state.users = call.state.users.filter((row) => row !== user);
  return gone();
}
