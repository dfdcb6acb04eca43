import type { SandboxReply } from '../core.ts';
import { created, gone, ok, param } from './call.ts';
import type { Call, Route } from './call.ts';
import { userOf } from './find.ts';
import { invalid, notFound } from './refusal.ts';
import type { MethodRow, PagerDutyWorld, UserRow } from './types.ts';
import { enveloped, integer, isEmail, text } from './validate.ts';
import type { Body } from './validate.ts';

const base = '/users/:id/contact_methods';
export const contactMethodRoutes: readonly Route[] = [
  { method: 'GET', path: base, handler: listMethods },
  { method: 'POST', path: base, handler: createMethod },
  { method: 'GET', path: `${base}/:method`, handler: (call) => shown(call, userOf(call), methodOf(call)) },
  { method: 'PUT', path: `${base}/:method`, handler: updateMethod },
  { method: 'DELETE', path: `${base}/:method`, handler: deleteMethod },
];

const phoneTypes = ['phone_contact_method', 'sms_contact_method', 'whatsapp_contact_method'];
const caps: Readonly<Record<string, number>> = { phone_contact_method: 3, sms_contact_method: 3 };
/** Calling codes whose national numbers PagerDuty wants without their trunk zero. */
const trunkZero = [33, 40, 44, 45, 49, 61, 66, 91];

function methodOf(call: Call): MethodRow {
  const method = userOf(call).methods.find((row) => row.id === param(call, 'method'));
  if (!method) throw notFound();
  return method;
}

const shown = (call: Call, user: UserRow, method: MethodRow): SandboxReply =>
  ok({ contact_method: presentMethod(call.world, user, method) });

function listMethods(call: Call): SandboxReply {
  const user = userOf(call);
  return ok({ contact_methods: user.methods.map((method) => presentMethod(call.world, user, method)) });
}

export function methodReference(world: PagerDutyWorld, user: UserRow, method: MethodRow): Readonly<Record<string, unknown>> {
  return {
    id: method.id,
    type: `${method.type}_reference`,
    summary: method.label,
    self: `${world.baseUrl}/users/${user.id}/contact_methods/${method.id}`,
    html_url: null,
  };
}

export function presentMethod(world: PagerDutyWorld, user: UserRow, method: MethodRow): unknown {
  const common = { ...methodReference(world, user, method), type: method.type, label: method.label, address: method.address };
  if (method.type === 'email_contact_method') return { ...common, send_short_email: method.send_short_email, send_html_email: true };
  if (method.type === 'push_notification_contact_method') {
    const sounds = [{ type: 'alert_high_urgency', file: 'default' }];
    return {
      ...common,
      blacklisted: method.blacklisted,
      created_at: new Date(method.created_at).toISOString(),
      device_type: method.device_type,
      sounds,
    };
  }
  return { ...common, blacklisted: method.blacklisted, country_code: method.country_code, enabled: method.enabled };
}

function createMethod(call: Call): SandboxReply {
  const user = userOf(call);
  const body = enveloped(call.request.body, 'contact_method');
  const type = text(body, 'type');
  if (type === 'push_notification_contact_method') throw invalid('Device token is invalid');
  if (!phoneTypes.includes(type) && type !== 'email_contact_method') throw invalid('Type is not included in the list');
  const wanted = { label: text(body, 'label', { max: 255 }), ...addressIn(body, type) };
  unique(user, type, wanted.country_code, wanted.address);
  withinCaps(user, type);
  const method: MethodRow = {
    id: call.world.id('P', 7),
    type,
    ...wanted,
    blacklisted: false,
    enabled: true,
    send_short_email: body['send_short_email'] === true,
    device_type: null,
    created_at: call.world.now(),
  };
  user.methods.push(method);
  return created({ contact_method: presentMethod(call.world, user, method) });
}

function addressIn(body: Body, type: string): { address: string; country_code: number | null } {
  const address = text(body, 'address', { max: 100 });
  if (type === 'email_contact_method') {
    if (!isEmail(address)) throw invalid('Address is invalid');
    return { address, country_code: null };
  }
  const country_code = body['country_code'] === undefined ? 1 : integer(body, 'country_code', 1, 1999);
  if (!/^\d[\d,*#]{2,39}$/.test(address)) throw invalid('Address is invalid');
  if (trunkZero.includes(country_code) && address.startsWith('0')) throw invalid('Address must not start with 0');
  const trunkOne = country_code === 1 || (country_code === 52 && type === 'sms_contact_method');
  if (trunkOne && address.startsWith('1')) throw invalid('Address must not start with 1');
  return { address, country_code };
}

function unique(user: UserRow, type: string, code: number | null, address: string, self?: MethodRow): void {
  const twin = user.methods.find((row) => row !== self && row.type === type && row.country_code === code && row.address === address);
  if (twin) throw invalid('User Contact method must be unique');
}

function withinCaps(user: UserRow, type: string): void {
  if (user.methods.length >= 10) throw invalid('User can have at most 10 contact methods');
  const cap = caps[type];
  if (cap !== undefined && user.methods.filter((row) => row.type === type).length >= cap) {
    throw invalid(`User can have at most ${cap} contact methods of type ${type}`);
  }
}

function updateMethod(call: Call): SandboxReply {
  const user = userOf(call);
  const method = methodOf(call);
  if (method.type === 'push_notification_contact_method') throw invalid('Device token is invalid');
  const body: Body = {
    label: method.label,
    address: method.address,
    country_code: method.country_code,
    ...enveloped(call.request.body, 'contact_method'),
  };
  if (body['type'] !== undefined && body['type'] !== method.type) throw invalid('Type cannot be changed');
  const wanted = { label: text(body, 'label', { max: 255 }), ...addressIn(body, method.type) };
  unique(user, method.type, wanted.country_code, wanted.address, method);
  Object.assign(method, wanted);
  return shown(call, user, method);
}

function deleteMethod(call: Call): SandboxReply {
  const user = userOf(call);
  const method = methodOf(call);
  user.methods = user.methods.filter((row) => row !== method);
  user.rules = user.rules.filter((rule) => rule.method !== method.id);
  return gone();
}
